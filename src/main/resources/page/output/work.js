/** One reading at a time: a new one ends the one before. */
export class Work {
  #now = null;
  #signal;
  #changed;

  constructor(signal, changed) {
    this.#signal = signal;
    this.#changed = changed;
  }

  get busy() {
    return this.#now !== null;
  }

  /** Does `act(signal)` unless it is overtaken; its `signal` aborts then. Overtaken work ends in silence. */
  async do(act) {
    this.stop();
    const own = new AbortController();
    this.#now = own;
    this.#signal.addEventListener('abort', () => own.abort(), { once: true, signal: own.signal });
    this.#changed();
    try {
      return await act(own.signal);
    } catch (problem) {
      if (!own.signal.aborted) throw problem;
      return undefined;
    } finally {
      if (this.#now === own) {
        this.#now = null;
        this.#changed();
      }
    }
  }

  stop() {
    this.#now?.abort();
    this.#now = null;
  }
}
