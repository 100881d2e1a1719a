import { apiPath } from './api.js';
import { Backoff } from './backoff.js';

/**
 * News of runs (server-sent events) until `signal` aborts.
 *
 * A browser grants one server six connections over all its tabs, so a hidden tab lets its one go and
 * asks for what it missed when it is looked at again.
 *
 * `onRun(run)`; `onReset()`: read the truth again; `onState(true | false)`: whether news come in.
 */
export function followRuns({ onRun, onReset, onState, signal }) {
  const backoff = new Backoff();
  let source = null;
  let lastId = null;
  let timer = null;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const open = () => {
    close();
    if (signal.aborted || document.hidden) return;
    source = new EventSource(apiPath('/events', { from: lastId, type: 'run' }));
    source.onopen = () => {
      backoff.reset();
      onState(true);
    };
    source.addEventListener('run', (event) => {
      lastId = event.lastEventId || lastId;
      onRun(JSON.parse(event.data).run);
    });
    source.addEventListener('reset', (event) => {
      lastId = event.lastEventId || null;
      onReset();
    });
    source.onerror = () => {
      close();
      onState(false);
      timer = setTimeout(open, backoff.next());
    };
  };

  const seen = () => {
    if (document.hidden) close();
    else if (!source) open();
  };
  document.addEventListener('visibilitychange', seen, { signal });
  signal.addEventListener('abort', close, { once: true });
  open();
}
