// How things are written. Everything that comes from the server becomes text here, never HTML.

const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** A time in seconds as people say it: "1 h 5 min". */
export function duration(seconds) {
  if (seconds < 1) return seconds > 0 ? `${seconds.toFixed(1)} s` : '0 s';
  let left = Math.round(seconds);
  const parts = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ');
}

/** How long before or after `now`, both in milliseconds. */
export function distance(at, now) {
  const seconds = Math.round((now - at) / 1000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `${roughly(seconds)} ago` : `in ${roughly(-seconds)}`;
}

/** A time in seconds, in its largest unit alone. */
export function roughly(seconds) {
  const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A time: relative, and in full where it is pointed at. */
export function when(at, now) {
  const moment = new Date(at);
  return element('time', { dateTime: at, title: moment.toLocaleString(), textContent: distance(moment.getTime(), now) });
}

export function pill(kind, text, title = '') {
  return element('span', { className: `pill ${kind}`, textContent: text, title });
}

export function statusPill(status) {
  const kind = status < 300 ? 'good' : status === 429 || status >= 500 ? 'bad' : 'warn';
  return pill(kind, String(status));
}

/** The id of who asked: short, and in full where it is pointed at. */
export function who(actor) {
  if (!actor) return element('span', { className: 'quiet', textContent: 'nobody known' });
  const short = actor.length > 14 ? `${actor.slice(0, 12)}…` : actor;
  return element('span', { className: 'id tight', textContent: short, title: actor });
}

/**
 * Fills the body of a table. A row that says what it said before stays the same element, so that what somebody has marked stays
 * marked.
 *
 * @param {HTMLTableElement} table
 * @param {Array<{key: string, cells: Array<Array<Node|string>|null>}>} rows
 */
export function fill(table, rows) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const wanted = rows.map(({ key, cells }) => {
    const row = known.get(key) ?? element('tr', { role: 'row' }, ...heads.map((head) => {
      const cell = element('td', { role: 'cell', className: head.className });
      cell.dataset.label = head.textContent.trim();
      return cell;
    }));
    row.dataset.key = key;
    cells.forEach((content, index) => {
      const cell = row.cells[index];
      cell.classList.toggle('blank', content === null);
      const next = element('span', {}, ...(content ?? ['–']));
      if (!cell.firstChild?.isEqualNode(next)) cell.replaceChildren(next);
    });
    return row;
  });
  const isSame = wanted.length === body.rows.length && wanted.every((row, index) => body.rows[index] === row);
  if (!isSame) body.replaceChildren(...wanted);
}
