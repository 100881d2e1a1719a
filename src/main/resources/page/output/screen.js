import { Terminal } from '/page/vendor/xterm-6.0.0/xterm.mjs';
import { FitAddon } from '/page/vendor/xterm-addon-fit-0.11.0/addon-fit.mjs';
import { isDark, onThemeChange } from '../base/theme-switch.js';
import { recall } from '../base/remembered.js';
import { allowStylesUnderPolicy } from './csp-styles.js';
import { harmless, restrain } from './harmless.js';
import { palette } from './palette.js';
import { pieces } from './pieces.js';
import { Rows } from './rows.js';

/** Rows of history: with the window of bytes the bound of what a tab keeps of an output of any size. */
export const HISTORY_ROWS = 10_000;
const PLAIN_PIECE = 32 << 10;
const FONT = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** The terminal: takes frames, knows which row is which byte, and keeps scripts inside its box. */
export class Screen {
  #host;
  #fit = new FitAddon();
  #queue = [];
  #backlog = 0;
  #frozen = null;

  constructor(host, { terminalRun, isLive, signal }) {
    allowStylesUnderPolicy();
    this.#host = host;
    this.terminal = new Terminal({
      convertEol: !terminalRun,
      cursorInactiveStyle: terminalRun ? 'outline' : 'none',
      disableStdin: true,
      fontFamily: FONT,
      fontSize: 13,
      lineHeight: 1.2,
      minimumContrastRatio: 4.5,
      screenReaderMode: recall('screen-reader', false),
      scrollback: HISTORY_ROWS,
      scrollOnUserInput: terminalRun,
      theme: palette(isDark(), terminalRun),
    });
    this.terminal.loadAddon(this.#fit);
    restrain(this.terminal, { terminalRun, isLive });
    this.rows = new Rows(this.terminal);
    this.terminal.open(host);
    onThemeChange(() => { this.terminal.options.theme = palette(isDark(), terminalRun); }, signal);
    signal.addEventListener('abort', () => this.terminal.dispose(), { once: true });
  }

  /** Bytes that are given but not drawn yet. */
  get backlog() {
    return this.#backlog;
  }

  /**
   * Takes a frame; resolves when it is time for the next one, which is not when this one is drawn: waiting for each
   * would cost a task each. `drained()` tells when all are.
   */
  async write(frame) {
    for (const piece of pieces(frame)) {
      const drawn = this.#writePiece(piece);
      if (this.#backlog > 64 << 10) await drawn;
    }
  }

  /** Takes text of which no places are known. */
  async plain(text) {
    for (let from = 0; from < text.length; from += PLAIN_PIECE) {
      await this.#writePiece({ offset: null, breaks: [], text: text.slice(from, from + PLAIN_PIECE) });
    }
  }

  /** Puts a line of the page's own between the output. */
  async note(text) {
    await this.drained();
    const { cursorX } = this.terminal.buffer.active;
    await this.#writePiece({ offset: null, breaks: [], text: `${cursorX ? '\r\n' : ''}\x1b[0;2m── ${text} ──\x1b[0m\r\n`, trusted: true });
  }

  #writePiece(piece) {
    const size = piece.text.length;
    this.#backlog += size;
    this.#queue.push(piece);
    if (this.#queue.length === 1) this.rows.begin(piece);
    return new Promise((resolve) => {
      this.terminal.write(piece.trusted ? piece.text : harmless(piece.text), () => {
        this.#backlog -= size;
        this.rows.end();
        this.#queue.shift();
        if (this.#queue.length) this.rows.begin(this.#queue[0]);
        resolve();
      });
    });
  }

  drained() {
    return new Promise((resolve) => { this.terminal.write('', resolve); });
  }

  async clear() {
    await this.drained();
    this.terminal.reset();
    this.rows.clear();
  }

  /** Keeps showing what is there while the rows behind it are written anew. */
  freeze() {
    if (this.#frozen) return;
    this.#frozen = this.#host.cloneNode(true);
    this.#frozen.className = 'terminal-frozen';
    this.#frozen.inert = true;
    this.#frozen.setAttribute('aria-hidden', 'true');
    this.#host.after(this.#frozen);
  }

  thaw() {
    const frozen = this.#frozen;
    this.#frozen = null;
    // Two frames: xterm draws in the first one.
    requestAnimationFrame(() => requestAnimationFrame(() => frozen?.remove()));
  }

  /** What fits into the box; undefined while it is hidden. */
  proposal() {
    return this.#fit.proposeDimensions();
  }

  /** Byte offset of the row at the top of the view, and how many rows it lies below that place. */
  top() {
    const row = this.rows.dropped() + this.terminal.buffer.active.viewportY;
    const place = this.rows.map.at(row);
    return place ? { offset: place.offset, below: Math.max(0, row - place.row) } : null;
  }

  /** Scrolls so that the place of `top()` is at the top again, or `margin` rows below it. */
  scrollTo({ offset, below = 0 }, margin = 0) {
    const place = this.rows.map.holding(offset);
    if (place) this.terminal.scrollToLine(Math.max(0, place.row - this.rows.dropped() + below - margin));
  }

  /** Scrolls the line of `offset` into the upper third, if it is not in view. */
  reveal(offset) {
    const place = this.rows.map.holding(offset);
    if (!place) return;
    const row = place.row - this.rows.dropped() - this.terminal.buffer.active.viewportY;
    if (row < 0 || row >= this.terminal.rows) this.scrollTo({ offset }, Math.floor(this.terminal.rows / 3));
  }

  get atTop() {
    return this.terminal.buffer.active.viewportY <= 2;
  }

  get atBottom() {
    const { viewportY, baseY } = this.terminal.buffer.active;
    return viewportY >= baseY;
  }
}
