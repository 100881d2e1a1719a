const BASE = '/api/v1';

/** What the server refused, or that it could not be asked (`status` 0). */
export class Problem extends Error {
  constructor({ status = 0, title = '', detail = '', next = '', errors = [], retryAfter = null }) {
    super(title || detail || `HTTP ${status}`);
    Object.assign(this, { status, title, detail, next, errors: errors ?? [], retryAfter });
  }
}

/** The path of an API call, with parameters that are empty left out and lists repeated. */
export function apiPath(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== '') parameters.append(name, one);
    }
  }
  const text = parameters.toString();
  return BASE + path + (text ? `?${text}` : '');
}

/** The address of a run's stream, from `from` on. */
export function streamAddress(runId, from) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}${apiPath(`/runs/${encodeURIComponent(runId)}/stream`, { from })}`;
}

/** Asks the server; the answer's JSON (null if it has none), or a thrown `Problem`. */
export async function call(path, { query, json, ...rest } = {}) {
  const answer = await request(path, { query, json, ...rest });
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/** Like `call`, but gives the answer itself, for bodies that are read as they come. */
export async function request(path, { query, json, headers = {}, ...rest } = {}) {
  if (json !== undefined) {
    headers = { ...headers, 'Content-Type': 'application/json' };
    rest = { ...rest, body: JSON.stringify(json) };
  }
  let answer;
  try {
    answer = await fetch(apiPath(path, query), { headers, ...rest });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem({
      title: 'The server does not answer',
      detail: 'It may be restarting, or the connection is down. Scripts that run are not affected.',
      next: 'This page tries again by itself.',
    });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function problemOf(answer) {
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // A proxy in between may answer without a problem document.
  }
  if (answer.status === 401) dispatchEvent(new Event('millrace-signed-out'));
  const retryAfter = Number(answer.headers.get('Retry-After')) || null;
  return new Problem({ title: `The server answered ${answer.status}`, ...told, status: answer.status, retryAfter });
}
