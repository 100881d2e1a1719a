import { frameOf, gapText, splitAt } from './frames.js';
import { firstRows, fromWholeLine, lastRows } from './pieces.js';
import { readRange } from './range.js';
import { Work } from './work.js';

/** What is read in one go: some thousand lines, drawn within a fraction of a second. */
export const CHUNK = 256 << 10;
/** Rows that one step back or forward may bring: below the history, or the step would push out what was in view. */
const STEP_ROWS = 4000;
/** Undrawn output beyond which drawing gives up the middle and jumps to the newest. */
const MOST_BACKLOG = 1 << 20;
/** Messages that may wait while the window is read. */
const MOST_HELD = 400;

/**
 * The window of output that is loaded: [start, end) of `total` bytes, in a terminal of bounded history.
 *
 * Attached, it takes what the live stream brings. Detached, because somebody reads further up, it takes ranges
 * as they are scrolled to, and the stream only counts. Following, it wants to be attached. Every load draws the whole
 * window anew: a terminal cannot be written to at its head.
 */
export class Viewer {
  #screen;
  #runId;
  #signal;
  #tell;
  #work;
  #held = null;

  constructor(screen, run, { signal, changed, failed }) {
    this.#screen = screen;
    this.#runId = run.id;
    this.#signal = signal;
    this.#tell = { changed, failed };
    this.#work = new Work(signal, changed);
    this.total = run.output.bytes;
    this.gaps = run.output.truncatedBytes;
    this.end = 0;
    this.attached = false;
    this.following = true;
  }

  /** The first byte that is still in the history. */
  get start() {
    const { rows } = this.#screen;
    return rows.map.from(rows.dropped())?.offset ?? this.end;
  }

  get loading() {
    return this.#work.busy;
  }

  /** Output from the stream: drawn if the window reaches up to it, else only counted. */
  take(message, from) {
    this.total = Math.max(this.total, message.next);
    if (this.attached) {
      if (this.#screen.backlog > MOST_BACKLOG) this.#overrun();
      else this.#draw(frameOf(message, from));
    } else if (this.#held) {
      // What waits is bounded too: then the window starts over at the newest.
      if (this.#held.length < MOST_HELD) this.#held.push(message);
    }
    this.#tell.changed();
  }

  /** The newest output, and everything that comes. */
  async showTail() {
    this.following = true;
    // Rows that would scroll out at once are not worth drawing.
    const cut = (frames) => lastRows(frames, 2 * STEP_ROWS, this.#columns);
    await this.#load(Math.max(0, this.total - CHUNK), this.total, { cut, place: () => this.#screen.terminal.scrollToBottom() });
  }

  /** The output around `offset`, which comes into the view if it is not there. */
  async seek(offset) {
    if (!this.loading && this.start <= offset && offset < this.end) this.#screen.reveal(offset);
    else await this.#open(offset);
  }

  /** Called after each scroll: reads on where the view has come to an edge of the window. */
  scrolled() {
    if (this.loading || this.#screen.terminal.buffer.active.type !== 'normal') return;
    if (this.#screen.atTop && this.start > 0) this.#back().catch(this.#tell.failed);
    else if (this.#screen.atBottom && !this.attached && this.end < this.total && !this.following) this.#forward().catch(this.#tell.failed);
  }

  /** Draws anew after the columns have changed: rows and bytes belong together only for one width. */
  async redraw() {
    const top = this.#screen.top();
    if (this.attached && (this.#screen.atBottom || !top)) await this.showTail();
    else if (top) await this.#open(top.offset, () => this.#screen.scrollTo(top));
  }

  /** Stops drawing: another view has the terminal. */
  suspend() {
    this.#work.stop();
    this.attached = false;
    this.#held = null;
  }

  get #columns() {
    return this.#screen.terminal.cols;
  }

  async #open(offset, place = () => this.#screen.reveal(offset)) {
    this.following = false;
    await this.#load(Math.max(0, offset - CHUNK / 4), Math.min(this.total, offset + CHUNK), {
      cut: (frames) => this.#around(frames, offset),
      place,
    });
  }

  async #back() {
    const { start } = this;
    const top = this.#screen.top();
    let from = Math.max(0, start - CHUNK);
    const to = Math.min(Math.max(this.end, start), start + CHUNK);
    this.following = false;
    await this.#load(from, to, {
      read: async (signal) => {
        const frames = await readRange(this.#runId, from, to, signal);
        const [first] = frames;
        if (!first || first.bytes || first.next < start) return frames;
        // In the middle of a gap: what was kept lies as far before it as bytes are missing in all.
        from = Math.max(0, first.next - this.gaps - CHUNK);
        return readRange(this.#runId, from, to, signal);
      },
      cut: (frames) => this.#around(frames, start),
      place: () => { if (top) this.#screen.scrollTo(top); },
    });
  }

  async #forward() {
    const top = this.#screen.top();
    const from = this.end;
    await this.#work.do(async (signal) => {
      const frames = await readRange(this.#runId, from, Math.min(this.total, from + CHUNK), signal);
      if (signal.aborted) return;
      this.#screen.freeze();
      await this.#drawAll(firstRows(frames, STEP_ROWS, this.#columns), signal);
      if (top) this.#screen.scrollTo(top);
      this.#screen.thaw();
      if (this.end >= this.total) this.attached = true;
    });
  }

  async #load(from, to, { cut, place, read = (signal) => readRange(this.#runId, from, to, signal) }) {
    this.attached = false;
    this.#held = [];
    await this.#work.do(async (signal) => {
      let frames = await read(signal);
      if (signal.aborted) return;
      if (frames[0]?.offset > 0) frames = fromWholeLine(frames);
      frames = cut(frames);
      this.#screen.freeze();
      await this.#screen.clear();
      this.end = frames[0]?.offset ?? from;
      await this.#drawAll(frames, signal);
      if (signal.aborted) return;
      place();
      this.#screen.thaw();
      this.#join();
    });
  }

  /** Goes over from the range that was read to the stream, with what the stream brought meanwhile. */
  #join() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) {
      if (message.offset > this.end) break;
      const frame = frameOf(message, this.end);
      if (frame) this.#draw(frame);
    }
    this.attached = this.end >= this.total;
    if (!this.attached && this.following) this.#overrun();
  }

  /** As much on both sides of `offset` as the history holds with some room to spare. */
  #around(frames, offset) {
    const [before, after] = splitAt(frames, offset);
    return [...lastRows(before, STEP_ROWS, this.#columns), ...firstRows(after, STEP_ROWS, this.#columns)];
  }

  async #drawAll(frames, signal) {
    for (const frame of frames) {
      if (signal.aborted) return;
      await this.#draw(frame);
    }
    await this.#screen.drained();
  }

  #draw(frame) {
    this.end = frame.next;
    return frame.bytes ? this.#screen.write(frame) : this.#screen.note(gapText(frame));
  }

  /** Output comes faster than it can be drawn: leaves out the middle of the view (not of the record). */
  #overrun() {
    this.attached = false;
    // Who reads further up is left in peace.
    this.following &&= this.#screen.atBottom;
    if (!this.following) return;
    setTimeout(() => {
      if (!this.#signal.aborted && this.following && !this.attached && !this.loading) this.showTail().catch(this.#tell.failed);
    }, 200);
  }
}
