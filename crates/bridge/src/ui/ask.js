// The one request that the page makes. The token goes into a header, and nowhere else.

const STATUS = '/v1/sys/internal/secretbridge/status';
/** How many milliseconds an answer may take. */
const PATIENCE = 15000;
/** How many paths are asked for. */
const LIMIT = 1000;

let asking = null;

/** What went wrong, in words; `isFinal` where the same token will not do. */
export class Trouble extends Error {
  constructor(message, isFinal = false) {
    super(message);
    this.isFinal = isFinal;
  }
}

/**
 * What the bridge says of itself; none where another request, or `stop`, came in between.
 *
 * @param {string} token
 * @param {string} filter a part of the paths that are wanted
 */
export async function ask(token, filter) {
  const query = new URLSearchParams({ limit: LIMIT });
  if (filter) query.set('filter', filter);
  stop();
  const own = new AbortController();
  asking = own;
  const tooSlow = setTimeout(() => own.abort('slow'), PATIENCE);
  try {
    const answer = await fetch(`${STATUS}?${query}`, {
      headers: { 'X-Vault-Token': token },
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: own.signal,
    });
    if (!answer.ok) throw await refusal(answer);
    const { data } = await answer.json();
    return data;
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (own.signal.reason === 'slow') throw new Trouble(`The bridge has not answered within ${PATIENCE / 1000} s.`);
    if (own.signal.aborted) return null;
    throw new Trouble('The bridge cannot be reached: it may have ended, or the network is down.');
  } finally {
    clearTimeout(tooSlow);
  }
}

async function refusal(answer) {
  let said = '';
  try {
    said = ((await answer.json()).errors ?? []).join('; ').replace(/\s+/g, ' ').trim();
  } catch {
    // No JSON, such as from a proxy.
  }
  switch (answer.status) {
    case 403:
      return new Trouble(said === 'permission denied'
        ? '403: this token is not good here. It may be mistyped, expired, revoked or replaced.'
        : '403: this token may not see the status. A policy has to allow “read” on sys/internal/secretbridge/status.', true);
    case 429:
      return new Trouble('429: too many requests. It is asked again.');
    case 503:
      return new Trouble(`503: the bridge cannot answer now${said ? ` (${said})` : ''}. It is asked again.`);
    default:
      return new Trouble(`${answer.status}: ${said || 'an answer that this page does not understand'}.`);
  }
}

/** Gives up the request that is under way. */
export function stop() {
  asking?.abort();
}
