import { call, streamAddress } from '../base/api.js';
import { Backoff } from '../base/backoff.js';

/** A connection that lasts so long is a good one; the server may accept one and then find that it cannot read. */
const GOOD_MS = 3000;

/**
 * The stream of one run, held open: it comes back by itself and goes on at the byte it had reached, so that
 * nothing is doubled and nothing missing.
 *
 * Handlers: `onMessage(message, had)` for output and gaps, `onRun(run)`, `onEnd(run)`, `onError(problem)` (null: over),
 * `onState({state, retryAt})` with connecting, open, waiting, ended or gone.
 */
export class Live {
  #runId;
  #handlers;
  #signal;
  #backoff = new Backoff();
  #socket = null;
  #timer = null;
  #done = false;

  constructor(runId, from, handlers, signal) {
    this.#runId = runId;
    this.next = from;
    this.#handlers = handlers;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#close(), { once: true });
    addEventListener('online', () => this.retry(), { signal });
    this.#open();
  }

  /** Sends a message if the stream is open; tells whether it was. */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Tries at once instead of waiting out the back-off. */
  retry() {
    if (this.#socket || this.#done) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #open() {
    if (this.#signal.aborted || this.#done) return;
    this.#tell('connecting');
    const socket = new WebSocket(streamAddress(this.#runId, this.next));
    this.#socket = socket;
    let opened = false;
    let good = null;
    socket.onopen = () => {
      opened = true;
      this.#tell('open');
      good = setTimeout(() => {
        this.#backoff.reset();
        this.#handlers.onError(null);
      }, GOOD_MS);
    };
    socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    socket.onclose = () => {
      clearTimeout(good);
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#signal.aborted || this.#done) return;
      this.#wait();
      if (!opened) this.#askWhy();
    };
  }

  #take(message) {
    switch (message.type) {
      case 'output':
      case 'gap': {
        if (message.next <= this.next) return;
        const had = this.next;
        this.next = message.next;
        this.#handlers.onMessage(message, had);
        break;
      }
      case 'status': this.#handlers.onRun(message.run); break;
      case 'end':
        this.#done = true;
        this.#tell('ended');
        this.#handlers.onEnd(message.run);
        break;
      case 'error': this.#handlers.onError(message.problem); break;
      default: break;
    }
  }

  #wait() {
    const pause = this.#backoff.next();
    this.#tell('waiting', Date.now() + pause);
    this.#timer = setTimeout(() => this.#open(), pause);
  }

  /** A refused upgrade tells a browser nothing; a plain request does. */
  async #askWhy() {
    try {
      await call(`/runs/${encodeURIComponent(this.#runId)}`, { signal: this.#signal });
    } catch (problem) {
      if (problem.status !== 404 && problem.status !== 401) return;
      this.#done = true;
      clearTimeout(this.#timer);
      this.#tell(problem.status === 404 ? 'gone' : 'waiting');
    }
  }

  #tell(state, retryAt = null) {
    this.#handlers.onState({ state, retryAt });
  }

  #close() {
    this.#done = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }
}
