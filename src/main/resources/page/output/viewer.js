import { frameOf } from './frames.js';
import { bytes as size } from '../base/format.js';
import { firstRows, fromWholeLine, lastRows } from './pieces.js';
import { readRange } from './range.js';

/** What is read in one go: some thousand lines, drawn within a fraction of a second. */
export const CHUNK = 256 << 10;
/** Rows that one step back or forward may bring: below the history, or the step would push out what was in view. */
const STEP_ROWS = 4000;
/** Undrawn output beyond which drawing gives up the middle and jumps to the newest. */
const MOST_BACKLOG = 1 << 20;

/**
 * The window of output that is loaded: [start, end) of `total` bytes, in a terminal of bounded history.
 *
 * Attached, it takes what the live stream brings. Detached, because somebody reads further up, it takes ranges
 * as they are scrolled to, and the stream only counts. Every load draws the whole window anew: a terminal
 * cannot be written to at its head.
 */
export class Viewer {
  #screen;
  #runId;
  #signal;
  #changed;
  #reading = null;
  #held = null;
  #loading = false;
  #following = true;

  constructor(screen, run, { signal, changed }) {
    this.#screen = screen;
    this.#runId = run.id;
    this.#signal = signal;
    this.#changed = changed;
    this.total = run.output.bytes;
    this.gaps = run.output.truncatedBytes;
    this.end = 0;
    this.attached = false;
  }

  /** The first byte that is still in the history. */
  get start() {
    const { rows } = this.#screen;
    return rows.map.from(rows.dropped())?.offset ?? this.end;
  }

  get loading() {
    return this.#loading;
  }

  /** Output from the stream: drawn if the window reaches up to it, else only counted. */
  take(message, from) {
    this.total = Math.max(this.total, message.next);
    if (this.attached) {
      if (this.#screen.backlog > MOST_BACKLOG) this.#overrun();
      else this.#draw(frameOf(message, from));
    } else if (this.#held) {
      this.#held.push(message);
      // What waits is bounded too; the load that it waits for starts over at the newest.
      if (this.#held.length > 400) this.#held = [];
    }
    this.#changed();
  }

  /** The newest output, and everything that comes. */
  async showTail() {
    this.#following = true;
    // Rows that would scroll out at once are not worth drawing.
    const cut = (frames) => lastRows(frames, 2 * STEP_ROWS, this.#columns);
    await this.#load(Math.max(0, this.total - CHUNK), this.total, { hold: true, cut });
    this.#screen.terminal.scrollToBottom();
  }

  showHead() {
    return this.seek(0);
  }

  /** The output around `offset`, which comes into the view if it is not there. */
  async seek(offset) {
    if (!this.#loading && this.start <= offset && offset < this.end) this.#screen.reveal(offset);
    else await this.#open(offset);
  }


  /** Called after each scroll: reads on where the view has come to an edge of the window. */
  scrolled() {
    if (this.#loading || this.#screen.terminal.buffer.active.type !== 'normal') return;
    if (this.#screen.atTop && this.start > 0) this.#back();
    else if (this.#screen.atBottom && !this.attached && this.end < this.total) this.#forward();
  }

  /** Draws anew after the columns have changed: rows and bytes belong together only for one width. */
  async redraw() {
    const top = this.#screen.top();
    if (this.attached && (this.#screen.atBottom || !top)) await this.showTail();
    else if (top) await this.#open(top.offset, () => this.#screen.scrollTo(top));
  }

  /** Stops drawing: another view has the terminal. */
  suspend() {
    this.#reading?.abort();
    this.attached = false;
    this.#held = null;
    this.#loading = false;
  }

  get #columns() {
    return this.#screen.terminal.cols;
  }

  async #open(offset, place = () => this.#screen.reveal(offset)) {
    this.#following = false;
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
    await this.#load(from, to, {
      hold: this.attached,
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
    const work = this.#begin();
    try {
      let frames = await readRange(this.#runId, from, Math.min(this.total, from + CHUNK), work.signal);
      if (work.signal.aborted) return;
      frames = firstRows(frames, STEP_ROWS, this.#columns);
      this.#screen.freeze();
      for (const frame of frames) await this.#drawNow(frame);
      await this.#screen.drained();
      if (top) this.#screen.scrollTo(top);
      this.#screen.thaw();
      if (this.end >= this.total) this.attached = true;
    } finally {
      this.#finish(work);
    }
  }

  async #load(from, to, { hold = false, read, cut = (frames) => frames, place = () => {} }) {
    const work = this.#begin();
    this.attached = false;
    this.#held = hold ? [] : null;
    try {
      let frames = await (read ? read(work.signal) : readRange(this.#runId, from, to, work.signal));
      if (work.signal.aborted) return;
      if (frames[0]?.offset > 0) frames = fromWholeLine(frames);
      frames = cut(frames);
      this.#screen.freeze();
      await this.#screen.clear();
      this.end = frames[0]?.offset ?? from;
      for (const frame of frames) {
        if (work.signal.aborted) return;
        await this.#drawNow(frame);
      }
      await this.#screen.drained();
      place();
      this.#join();
    } finally {
      if (this.#reading === work) this.#screen.thaw();
      this.#finish(work);
    }
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
    if (this.end >= this.total) this.attached = true;
    else if (this.#following && held.length) this.#overrun();
  }

  #draw(frame) {
    this.end = frame.next;
    if (frame.bytes) this.#screen.write(frame);
    else this.#screen.note(gapText(frame));
  }

  async #drawNow(frame) {
    this.end = frame.next;
    await (frame.bytes ? this.#screen.write(frame) : this.#screen.note(gapText(frame)));
  }

  /** As much on both sides of `offset` as the history holds with some room to spare. */
  #around(frames, offset) {
    const [before, after] = splitAt(frames, offset);
    return [...lastRows(before, STEP_ROWS, this.#columns), ...firstRows(after, STEP_ROWS, this.#columns)];
  }

  /** Output comes faster than it can be drawn: leaves out the middle of the view (not of the record). */
  #overrun() {
    this.attached = false;
    if (this.#following && !this.#loading) setTimeout(() => { if (!this.#signal.aborted && this.#following) this.showTail().catch(() => {}); }, 200);
  }

  #begin() {
    this.#reading?.abort();
    const work = new AbortController();
    this.#signal.addEventListener('abort', () => work.abort(), { once: true, signal: work.signal });
    this.#reading = work;
    this.#loading = true;
    this.#changed();
    return work;
  }

  #finish(work) {
    if (this.#reading !== work) return;
    this.#reading = null;
    this.#loading = false;
    this.#changed();
  }
}

function splitAt(frames, offset) {
  const early = [];
  const late = [];
  for (const frame of frames) {
    if (frame.next <= offset) early.push(frame);
    else if (frame.offset >= offset || !frame.bytes) late.push(frame);
    else {
      const cut = offset - frame.offset;
      early.push({ ...frame, next: offset, bytes: frame.bytes.subarray(0, cut) });
      late.push({ ...frame, offset, bytes: frame.bytes.subarray(cut) });
    }
  }
  return [early, late];
}

const gapText = ({ offset, next }) => `${size(next - offset)} of the output were not kept (from byte ${offset.toLocaleString('en')})`;
