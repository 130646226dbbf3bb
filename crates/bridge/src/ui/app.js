// The status page. The token is held by this module's memory alone: not in storage, not in a URL.
import { ask, stop } from '/ui/ask.js';
import { duration, element, fill, pill, roughly, statusPill, when, who } from '/ui/view.js';

const EVERY = 5000;

const at = (id) => document.getElementById(id);
const conditions = {
  ready: ['good', 'ready', 'It answers.'],
  draining: ['warn', 'draining', 'It is about to end: it answers what comes, and wants no more.'],
  uninitialized: ['bad', 'no first token', 'The store has no first token, so that nobody can be given one.'],
  'store-unavailable': ['bad', 'store unavailable', 'The store cannot be asked.'],
};

let token = '';
let status = null;
let received = 0;
let offset = 0;
let timer = 0;
let isPaused = false;
const sort = { by: 'read', isDown: true };

function notice(text, isBad = false) {
  const own = at('notice');
  own.hidden = !text;
  own.classList.toggle('bad', isBad);
  // Told once, and not every five seconds.
  if (own.textContent !== text) own.textContent = text;
}

async function refresh() {
  clearTimeout(timer);
  const asked = token;
  try {
    const data = await ask(token, at('filter').value);
    if (data === null || asked !== token || !token) return;
    status = data;
    received = Date.now();
    offset = Date.parse(data.server.now) - received;
    notice('');
    show();
  } catch (trouble) {
    if (asked !== token || !token) return;
    if (trouble.isFinal) {
      signOut();
      notice(trouble.message, true);
      return;
    }
    const since = status ? ` Shown is what was known at ${new Date(received).toLocaleTimeString()}.` : '';
    notice(trouble.message + since, true);
    at('controls').hidden = false;
  }
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (token && !isPaused && !document.hidden) timer = setTimeout(refresh, EVERY);
}

function signOut() {
  stop();
  clearTimeout(timer);
  token = '';
  status = null;
  pause(false);
  for (const id of ['reads', 'errors', 'mounts']) fill(at(id), []);
  at('facts').replaceChildren();
  for (const id of ['instance', 'fresh', 'reads-count', 'errors-count']) at(id).textContent = '';
  at('filter').value = '';
  at('only-late').checked = false;
  for (const id of ['status', 'controls', 'condition']) at(id).hidden = true;
  document.title = 'secretbridge';
  at('sign-in').hidden = false;
  at('token').value = '';
  notice('');
  at('token').focus();
}

function pause(on) {
  isPaused = on;
  at('pause').setAttribute('aria-pressed', String(on));
  at('pause').textContent = on ? 'Paused' : 'Pause';
  freshness();
}

function freshness() {
  if (!status) return;
  at('fresh').textContent = `${isPaused ? 'paused, ' : ''}as of ${new Date(received).toLocaleTimeString()}`;
}

function show() {
  const now = Date.now() + offset;
  at('sign-in').hidden = true;
  at('status').hidden = false;
  at('controls').hidden = false;
  const { server } = status;
  const [kind, word, meaning] = conditions[server.condition] ?? ['warn', server.condition, ''];
  at('instance').textContent = server.instance;
  Object.assign(at('condition'), { hidden: false, className: `pill ${kind}`, textContent: word, title: meaning });
  document.title = `${word === 'ready' ? '' : `${word}: `}${server.instance} · secretbridge`;
  showFacts(now);
  showReads(now);
  showErrors(now);
  showMounts(now);
  freshness();
}

function fact(name, value, more = '', kind = '') {
  const shown = element('dd', { textContent: value });
  if (more) shown.append(element('small', { textContent: more }));
  return element('div', { className: kind }, element('dt', { textContent: name }), shown);
}

function showFacts(now) {
  const { server, store, cache, you, paths, errors } = status;
  const age = Math.max(0, (now - Date.parse(store.last_answer)) / 1000);
  const failing = errors.filter(({ status: code }) => code === 429 || code >= 500);
  at('facts').replaceChildren(
    store.trouble
      ? fact('Store', store.trouble, `has not answered for ${roughly(age)}`, 'bad')
      : fact('Store', 'answers', `last ${roughly(age)} ago`),
    fact('Uptime', duration(server.uptime_seconds), `version ${server.version}`),
    cache
      ? fact('Cache', cache.ttl_seconds ? duration(cache.ttl_seconds) : 'off', `at most ${cache.max_entries.toLocaleString()} secrets`)
      : fact('Cache', 'not known'),
    fact('Paths', paths.total.toLocaleString(), paths.late ? `${paths.late} late` : 'none late', paths.late ? 'warn' : ''),
    fact('Errors', String(failing.length), 'of the store or the bridge', failing.length ? 'bad' : ''),
    fact('You', you.display_name || 'token', `${you.policies.join(', ')}${you.expires ? `, until ${new Date(you.expires).toLocaleString()}` : ''}`),
  );
}

const isLate = (row) => row.rhythm?.late === true;
const isFailing = (row) => row.failed !== null && row.failed.at > (row.read?.at ?? '');
const keys = {
  path: (row) => row.path,
  read: (row) => row.read?.at ?? '',
  status: (row) => (isFailing(row) ? row.failed.status : row.read?.status ?? 0),
  actor: (row) => row.read?.actor ?? '',
  reads: (row) => row.read?.count ?? 0,
  interval: (row) => row.rhythm?.interval_seconds ?? -1,
  next: (row) => row.rhythm?.next ?? '',
  written: (row) => row.written?.at ?? '',
  failures: (row) => row.failed?.count ?? 0,
};

function wantedRows() {
  const filter = at('filter').value.toLowerCase();
  const key = keys[sort.by];
  const compare = (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (sort.isDown ? -1 : 1);
  return status.paths.rows
    .filter((row) => row.path.toLowerCase().includes(filter))
    .filter((row) => !at('only-late').checked || isLate(row) || isFailing(row))
    .sort((a, b) => compare(a, b) || (a.path < b.path ? -1 : 1));
}

function showReads(now) {
  const { matching, rows } = status.paths;
  const wanted = wantedRows();
  fill(at('reads'), wanted.map((row) => ({ key: row.path, cells: cells(row, now) })));
  const isNarrowed = at('filter').value || at('only-late').checked;
  at('reads-count').textContent = rows.length < matching
    ? `${wanted.length} of ${matching}: filter to see others`
    : isNarrowed ? `${wanted.length} shown` : `${wanted.length}`;
  at('reads').hidden = wanted.length === 0;
  at('reads-empty').hidden = wanted.length > 0;
  at('reads-empty').textContent = isNarrowed
    ? 'No path is like that.'
    : 'Nothing was read yet at a path that you may see, since this replica started.';
}

function cells(row, now) {
  const { read, written, failed, rhythm } = row;
  return [
    [element('span', { className: 'path', textContent: row.path })],
    read ? [when(read.at, now)] : ['never'],
    isFailing(row) ? [statusPill(failed.status)] : read ? [statusPill(read.status)] : null,
    read ? [who(read.actor)] : null,
    [(read?.count ?? 0).toLocaleString()],
    rhythm ? [element('span', { className: 'tight', textContent: duration(rhythm.interval_seconds), title: `median of ${rhythm.intervals}` })] : null,
    rhythm ? [due(rhythm, now)] : null,
    written ? [when(written.at, now)] : null,
    failed ? [element('span', { className: 'is-bad', textContent: failed.count.toLocaleString(), title: `last ${new Date(failed.at).toLocaleString()}` })] : null,
  ];
}

function due(rhythm, now) {
  const next = when(rhythm.next, now);
  if (rhythm.late) return pill('warn', `late ${roughly(Math.max(0, (now - Date.parse(rhythm.next)) / 1000))}`, next.title);
  if (Date.parse(rhythm.next) <= now) next.textContent = 'due';
  return next;
}

function showErrors(now) {
  const { errors } = status;
  fill(at('errors'), errors.map((error) => ({
    key: JSON.stringify([error.status, error.category, error.method, error.path, error.actor]),
    cells: [
      [when(error.last, now)],
      [statusPill(error.status)],
      [error.category],
      [element('span', { className: 'path', textContent: error.path ? `${error.method} ${error.path}` : `${error.method} (no path)` })],
      error.count > 1
        ? [element('span', { textContent: error.count.toLocaleString(), title: `since ${new Date(error.first).toLocaleString()}` })]
        : ['1'],
      [who(error.actor), element('small', { textContent: `from ${error.remote}` })],
      [element('span', { className: 'id', textContent: error.request_id })],
    ],
  })));
  at('errors').hidden = errors.length === 0;
  at('errors-empty').hidden = errors.length > 0;
  at('errors-count').textContent = errors.length ? `${errors.length}, the last first` : '';
}

function showMounts(now) {
  const { mounts } = status;
  fill(at('mounts'), mounts.map((mount) => ({
    key: mount.path,
    cells: [
      [element('span', { className: 'path', textContent: mount.path })],
      [`kv version ${mount.version}`],
      [mount.provider, element('small', { textContent: mount.location })],
      [mount.can.length ? ['read', ...mount.can].join(', ') : 'read'],
      [mount.paths.toLocaleString()],
      [mount.reads.toLocaleString()],
      [mount.writes.toLocaleString()],
      mount.failures ? [element('span', { className: 'is-bad', textContent: mount.failures.toLocaleString() })] : ['0'],
      mount.last_read ? [when(mount.last_read, now)] : ['never'],
    ],
  })));
  at('mounts').hidden = mounts.length === 0;
  at('mounts-empty').hidden = mounts.length > 0;
}

at('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const typed = at('token').value.trim();
  at('token').value = '';
  if (!typed) {
    notice('Type a token.', true);
    return;
  }
  // What a header cannot carry is no token.
  if (!/^[\x21-\x7e]+$/.test(typed)) {
    notice('403: this token is not good here. It has characters that no token has.', true);
    return;
  }
  token = typed;
  notice('');
  const button = event.target.querySelector('button');
  button.disabled = true;
  await refresh();
  button.disabled = false;
  if (status) at('reads-title').scrollIntoView({ block: 'nearest' });
});
at('sign-out').addEventListener('click', signOut);
at('refresh').addEventListener('click', refresh);
at('pause').addEventListener('click', () => {
  pause(!isPaused);
  if (isPaused) clearTimeout(timer);
  else refresh();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else if (token && !isPaused) refresh();
});

let typing = 0;
at('filter').addEventListener('input', () => {
  if (!status) return;
  showReads(Date.now() + offset);
  clearTimeout(typing);
  typing = setTimeout(() => token && refresh(), 300);
});
at('only-late').addEventListener('change', () => status && showReads(Date.now() + offset));
for (const head of document.querySelectorAll('th[data-sort]')) {
  head.querySelector('button').addEventListener('click', () => {
    const by = head.dataset.sort;
    sort.isDown = sort.by === by ? !sort.isDown : !['path', 'actor', 'next'].includes(by);
    sort.by = by;
    document.querySelectorAll('th[aria-sort]').forEach((other) => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', sort.isDown ? 'descending' : 'ascending');
    if (status) showReads(Date.now() + offset);
  });
}
at('token').focus();
