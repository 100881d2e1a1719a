const SLICE_MS = 12;
const MOST = 1000;

/** Searches the loaded rows in slices, so that the page stays at hand; newest search wins. */
export class Search {
  #screen;
  #turn = 0;
  #matches = [];
  #at = -1;

  constructor(screen) {
    this.#screen = screen;
  }

  /** Finds `text`, case-blind; resolves to `{count, at, most}` with the last match selected, or null if overtaken. */
  async find(text) {
    const turn = ++this.#turn;
    this.#matches = [];
    this.#at = -1;
    this.#screen.terminal.clearSelection();
    if (!text) return { count: 0, at: -1, most: false };
    const wanted = text.toLowerCase();
    const buffer = this.#screen.terminal.buffer.active;
    const dropped = this.#screen.rows.dropped();
    let until = performance.now() + SLICE_MS;
    for (let row = buffer.length - 1; row >= 0 && this.#matches.length < MOST; row--) {
      // Lines that wrap are searched as one, at their first row.
      if (buffer.getLine(row)?.isWrapped) continue;
      this.#searchLine(buffer, row, dropped, wanted);
      if (performance.now() > until) {
        await new Promise((resolve) => { setTimeout(resolve); });
        if (turn !== this.#turn) return null;
        until = performance.now() + SLICE_MS;
      }
    }
    this.#matches.reverse();
    return this.step(0, this.#matches.length - 1);
  }

  /** Goes `by` matches on, around the ends. */
  step(by, from = this.#at) {
    const count = this.#matches.length;
    if (!count) return { count, at: -1, most: false };
    this.#at = (from + by + count) % count;
    const { row, column, length } = this.#matches[this.#at];
    const { terminal, rows } = this.#screen;
    const line = row - rows.dropped();
    if (line >= 0) {
      terminal.select(column, line, length);
      terminal.scrollToLine(Math.max(0, line - Math.floor(terminal.rows / 2)));
    }
    return { count, at: this.#at, most: count >= MOST };
  }

  #searchLine(buffer, first, dropped, wanted) {
    let text = '';
    let row = first;
    // A line of megabytes is cut: the rows below are found from their own beginning.
    for (; row === first || (row - first < 200 && buffer.getLine(row)?.isWrapped); row++) {
      const line = buffer.getLine(row);
      if (!line) break;
      text += line.translateToString(!buffer.getLine(row + 1)?.isWrapped);
    }
    const found = [];
    const lower = text.toLowerCase();
    for (let at = lower.indexOf(wanted); at >= 0 && found.length < MOST; at = lower.indexOf(wanted, at + 1)) found.push(at);
    const columns = this.#screen.terminal.cols;
    for (const at of found.reverse()) {
      this.#matches.push({ row: dropped + first + Math.floor(at / columns), column: at % columns, length: wanted.length });
    }
  }
}
