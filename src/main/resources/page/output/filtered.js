import { request } from '../base/api.js';
import { Backoff } from '../base/backoff.js';
import { delay } from '../base/dom.js';

const FIRST = 256 << 10;
const MOST = 4 << 20;

/**
 * One stream alone: the server picks its bytes, as only it can find the few lines of stderr in an output of
 * megabytes. Shows the newest ones and follows while the run is live; `more()` reads further back, up to a bound.
 */
export class Filtered {
  #screen;
  #run;
  #changed;
  #leaving = null;
  #tail = FIRST;

  constructor(screen, changed) {
    this.#screen = screen;
    this.#changed = changed;
  }

  get bounded() {
    return this.#tail >= MOST;
  }

  async show(run, stream, { timestamps, signal }) {
    this.#run = run;
    this.stream = stream;
    this.timestamps = timestamps;
    this.#leaving?.abort();
    this.#leaving = new AbortController();
    signal.addEventListener('abort', () => this.#leaving.abort(), { once: true });
    await this.#follow(this.#leaving.signal);
  }

  /** Reads four times as far back; false at the bound or when everything is shown. */
  async more(signal) {
    if (this.bounded || this.#run.output[`${this.stream}Bytes`] <= this.#tail) return false;
    this.#tail *= 4;
    await this.show(this.#run, this.stream, { timestamps: this.timestamps, signal });
    return true;
  }

  stop() {
    this.#leaving?.abort();
    this.#tail = FIRST;
  }

  async #follow(signal) {
    const backoff = new Backoff();
    for (;;) {
      try {
        await this.#read(signal);
        return;
      } catch (problem) {
        if (signal.aborted) return;
        if (problem.status >= 400 && problem.status < 500) throw problem;
        this.#changed('waiting');
        await delay(backoff.next(), signal);
      }
    }
  }

  async #read(signal) {
    const answer = await request(`/runs/${encodeURIComponent(this.#run.id)}/output`, {
      query: { stream: this.stream, tail: this.#tail, timestamps: this.timestamps ? 'true' : null, follow: this.#run.finishedAt ? null : 'true' },
      signal,
    });
    this.#screen.freeze();
    await this.#screen.clear();
    this.#changed('open');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let thawed = false;
    for (;;) {
      // The first bytes may be long in coming: a quiet stream must not keep the old picture.
      if (!thawed) { this.#screen.thaw(); thawed = true; }
      const { value, done } = await reader.read();
      if (done || signal.aborted) return;
      await this.#screen.plain(value);
    }
  }
}
