const FIRST_MS = 500;
const MOST_MS = 15_000;

/** How long to wait before the next try: doubling, with jitter so that many tabs do not come back at once. */
export class Backoff {
  #tries = 0;

  next() {
    const full = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries++);
    return Math.round(full * (0.6 + 0.4 * Math.random()));
  }

  /** After something worked. */
  reset() {
    this.#tries = 0;
  }
}
