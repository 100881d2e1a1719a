/**
 * Which line of output begins in which row of the terminal.
 *
 * Rows are counted from the first one ever written, also those that have scrolled out, and grow with the
 * offsets. Besides lines there are places in the middle of very long ones (`begins` false), so that every
 * row can be told near to its byte.
 */
export class LineMap {
  #entries = [];

  clear() {
    this.#entries = [];
  }

  /** A place: `{row, offset, begins, at, stream}`. A script that moves the cursor up overwrites what was there. */
  add(entry) {
    while (this.#entries.length && this.#entries.at(-1).row >= entry.row && this.#entries.at(-1).begins <= entry.begins) this.#entries.pop();
    if (this.#entries.at(-1)?.row >= entry.row) return;
    this.#entries.push(entry);
  }

  last() {
    return this.#entries.at(-1);
  }

  /** Forgets what lies above `row`, but for the place that reaches into it. */
  dropBefore(row) {
    const index = this.#indexAt(row);
    if (index > 2000) this.#entries.splice(0, index);
  }

  /** The place at or above `row`. */
  at(row) {
    return this.#entries[this.#indexAt(row)];
  }

  /** The first place at or below `row`. */
  from(row) {
    const index = this.#indexAt(row);
    const entry = this.#entries[index];
    return entry?.row === row ? entry : this.#entries[index + 1];
  }

  /** The place that holds `offset`. */
  holding(offset) {
    let low = 0;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#entries[middle].offset <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#entries[low];
  }

  #indexAt(row) {
    let low = 0;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#entries[middle].row <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
