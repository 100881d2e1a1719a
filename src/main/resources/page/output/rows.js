import { LineMap } from './line-map.js';

/**
 * Follows, while xterm parses, in which row each line begins.
 *
 * Rows scroll out of xterm's history without notice; a marker, which xterm moves with its line, tells how many.
 * `begin(piece)` before a piece is parsed, `end()` after it; in between each line feed is one of the piece's breaks.
 */
export class Rows {
  map = new LineMap();
  #terminal;
  #anchor = null;
  #anchorRow = 0;
  #dropped = 0;
  #piece = null;
  #feeds = 0;

  constructor(terminal) {
    this.#terminal = terminal;
    terminal.onLineFeed(() => this.#fed());
  }

  clear() {
    this.map.clear();
    this.#anchor?.dispose();
    this.#anchor = null;
    this.#dropped = 0;
    this.#piece = null;
  }

  /** How many rows have scrolled out of the history. */
  dropped() {
    if (this.#anchor && !this.#anchor.isDisposed) this.#dropped = this.#anchorRow - this.#anchor.line;
    return this.#dropped;
  }

  begin(piece) {
    this.#piece = piece;
    this.#feeds = 0;
    if (piece.offset === null || !this.#normal()) return;
    const row = this.#cursorRow();
    const last = this.map.last();
    if (last && last.offset === piece.offset) {
      // The line break before this piece could not know whose bytes would follow.
      last.at = piece.at;
      last.stream = piece.stream;
      last.empty = false;
    } else {
      this.map.add({ row, offset: piece.offset, begins: !last, at: piece.at, stream: piece.stream });
    }
    this.#anchor?.dispose();
    this.#anchor = this.#terminal.registerMarker(0) ?? null;
    this.#anchorRow = row;
    this.map.dropBefore(this.#dropped);
  }

  end() {
    this.dropped();
    this.#piece = null;
  }

  #fed() {
    const offset = this.#piece?.breaks[this.#feeds++];
    if (offset === undefined || !this.#normal()) return;
    const { at, stream, next } = this.#piece;
    this.map.add({ row: this.#cursorRow(), offset, begins: true, at, stream, empty: offset === next });
  }

  #cursorRow() {
    const { baseY, cursorY } = this.#terminal.buffer.active;
    return this.dropped() + baseY + cursorY;
  }

  /** The alternate screen of full-screen programs has no lines. */
  #normal() {
    return this.#terminal.buffer.active.type === 'normal';
  }
}
