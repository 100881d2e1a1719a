import { h } from '../base/dom.js';
import { recall, remember } from '../base/remembered.js';
import { eachSecond } from '../base/ticker.js';
import { Filtered } from './filtered.js';
import { fit, onResize } from './fit.js';
import { footer } from './footer.js';
import { Gutter } from './gutter.js';
import { chosenLine, copyLineLink } from './line-link.js';
import { linkText, tellLinkChange } from './link-text.js';
import { Live } from './live.js';
import { Screen } from './screen.js';
import { scrollKeys } from './scroll-keys.js';
import { Search } from './search.js';
import { toolbar } from './toolbar.js';
import { Tty } from './tty.js';
import { CHUNK, Viewer } from './viewer.js';

/** The output of a run with all that belongs to it. `begin(at)` once it is in the page; `onRun(run)` brings news. */
export function outputPanel(run, { signal, onRun, onProblem }) {
  const terminalRun = Boolean(run.tty);
  const state = { run, link: { state: 'connecting' }, stream: '', timestamps: !terminalRun && recall('timestamps', true), searched: '', quiet: false };
  const bar = toolbar(run, {
    terminalRun,
    timestamps: state.timestamps,
    screenReader: recall('screen-reader', false),
    onStream: (stream) => panel.showStream(stream),
    onTimestamps: (on) => panel.showTimes(on),
    onScreenReader: (on) => { remember('screen-reader', on); panel.screen.terminal.options.screenReaderMode = on; },
    onLineLink: () => panel.copyLineLink(),
    onSearch: (text, by) => panel.find(text, by),
  });
  const foot = footer({ onSeek: (offset) => panel.seek(offset), onEnd: () => panel.toEnd(), onRetry: () => panel.live?.retry() });
  const host = h('div', { class: 'terminal-host' });
  const box = h('div', { class: `terminal-box${terminalRun ? ' tty' : ''}` }, host);
  const node = h('section', { class: 'output', 'aria-label': 'Output' }, bar.node, box, foot.node);
  const panel = new Panel({ state, bar, foot, host, box, signal, onRun, onProblem, terminalRun });
  return { node, begin: (at) => panel.begin(at), showLine: (at) => panel.showLine(at), focusSearch: () => bar.focusSearch(), toEnd: () => panel.toEnd(), copyLineLink: () => panel.copyLineLink(), focus: () => panel.screen?.terminal.focus(), send: (message) => panel.live?.send(message) };
}

class Panel {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async begin(at) {
    const { state, signal, terminalRun, host, box } = this;
    this.screen = new Screen(host, { terminalRun, isLive: () => this.tty?.on ?? false, signal });
    if (!terminalRun) {
      this.gutter = new Gutter(this.screen, state.run.id);
      box.prepend(this.gutter.node);
      host.append(this.gutter.band);
      box.classList.toggle('with-times', state.timestamps);
    }
    this.viewer = new Viewer(this.screen, state.run, { signal, changed: () => this.tell(), failed: (problem) => this.onProblem(problem) });
    this.filtered = new Filtered(this.screen, (link) => this.#linked({ state: link }));
    this.search = new Search(this.screen);
    if (terminalRun) this.tty = new Tty(this.screen, () => this.live, () => this.bar.node.querySelector('input, button').focus());
    else this.screen.terminal.attachCustomKeyEventHandler(scrollKeys(this.screen.terminal, { onHome: () => this.seek(0), onEnd: () => this.toEnd(), onSearch: () => this.bar.focusSearch() }));
    this.screen.terminal.onRender(() => this.#scrolled());
    fit(this.screen, this.state.run);
    onResize(box, signal, () => this.#resized());
    this.#connect();
    // The pause until the next try runs down before one's eyes.
    eachSecond(() => { if (state.link.state === 'waiting') this.tell(); }, signal);
    await this.#first(at);
  }

  /** From the start if it is short, else the newest: then the stream goes on where the window ends. */
  async #first(at) {
    const { total } = this.viewer;
    if (at !== null) await this.showLine(at);
    else if (total > CHUNK) await this.viewer.showTail();
    this.tell();
  }

  #connect() {
    const { viewer, signal } = this;
    const short = viewer.total <= CHUNK;
    viewer.attached = short;
    this.live = new Live(this.state.run.id, short ? 0 : viewer.total, {
      onMessage: (message, had) => {
        this.#count(message, had);
        if (!this.state.stream) viewer.take(message, had);
        else viewer.total = message.next;
        this.#caughtUp();
      },
      onRun: (run) => { this.#take(run); },
      onEnd: (run) => { this.#take(run); this.tty?.end(); },
      onError: (problem) => this.onProblem(problem),
      onState: (link) => { if (!this.state.stream) this.#linked(link); },
    }, signal);
  }

  /** The run's counts move with its changes only; in between the stream tells. */
  #count({ next, stream }, had) {
    const { output } = this.state.run;
    const from = Math.max(had, output.bytes);
    if (next <= from) return;
    output.bytes = next;
    if (stream) output[`${stream}Bytes`] += next - from;
  }

  #linked(link) {
    tellLinkChange(this.state.link.state, link.state);
    this.state.link = link;
    this.tell();
  }

  #take(run) {
    this.state.run = run;
    this.viewer.total = Math.max(this.viewer.total, run.output.bytes);
    this.viewer.gaps = run.output.truncatedBytes;
    this.onRun(run);
    this.#caughtUp();
    this.tell();
  }

  /** A terminal listens once everything of the past is drawn. */
  #caughtUp() {
    if (!this.tty || this.tty.on || this.state.run.status !== 'running') return;
    if (this.live && this.live.next >= this.state.run.output.bytes) {
      this.screen.terminal.write('', () => { if (this.state.run.status === 'running') this.tty.begin(); });
    }
  }

  async showStream(stream) {
    this.state.stream = stream;
    this.gutter.mark(null);
    this.box.classList.toggle('with-times', this.state.timestamps && !stream);
    this.box.classList.toggle('one-stream', Boolean(stream));
    fit(this.screen, this.state.run);
    this.filtered.stop();
    this.viewer.suspend();
    await this.#guard(async () => {
      if (stream) await this.filtered.show(this.state.run, stream, { timestamps: this.state.timestamps, signal: this.signal });
      else await this.viewer.showTail();
    });
    this.tell();
  }

  async showTimes(on) {
    remember('timestamps', on);
    this.state.timestamps = on;
    if (this.state.stream) return this.showStream(this.state.stream);
    this.box.classList.toggle('with-times', on);
    return this.#resized();
  }

  async seek(offset) {
    if (this.state.stream) return this.screen.terminal.scrollToTop();
    return this.#guard(() => this.viewer.seek(offset));
  }

  async toEnd() {
    const { viewer, screen } = this;
    if (this.state.stream || viewer.attached) return screen.terminal.scrollToBottom();
    return this.#guard(() => viewer.showTail());
  }

  async showLine(offset) {
    await this.seek(offset);
    this.gutter?.mark(offset);
  }

  async copyLineLink() {
    const offset = chosenLine(this.screen);
    if (offset === null) return;
    this.gutter?.mark(offset);
    await copyLineLink(this.state.run.id, offset);
  }

  async find(text, by) {
    const again = text === this.state.searched;
    this.state.searched = text;
    const result = again ? this.search.step(by) : await this.search.find(text);
    if (!result) return;
    const part = this.viewer.start > 0 || this.viewer.end < this.viewer.total ? ' in the loaded part' : '';
    this.bar.tellFound(!text ? '' : result.count ? `${result.at + 1} of ${result.most ? '1000+' : result.count}` : `none${part}`);
  }

  #scrolled() {
    if (this.state.stream) {
      if (this.screen.atTop && this.screen.rows.dropped() === 0 && this.armed) {
        this.armed = false;
        this.#guard(() => this.filtered.more(this.signal));
      }
      this.armed = !this.screen.atTop;
    } else {
      this.viewer.scrolled();
    }
    this.tell();
  }

  #resized() {
    if (!fit(this.screen, this.state.run)) return undefined;
    if (this.terminalRun) return this.tty.resize();
    if (this.state.stream) return this.showStream(this.state.stream);
    return this.#guard(() => this.viewer.redraw());
  }

  async #guard(act) {
    try {
      await act();
    } catch (problem) {
      if (!this.signal.aborted && problem.name !== 'AbortError') this.onProblem(problem);
    }
  }

  /** Brings the foot up to date, once for each frame however often it is asked. */
  tell() {
    this.telling ??= requestAnimationFrame(() => {
      this.telling = null;
      this.#tellNow();
    });
  }

  #tellNow() {
    const { viewer, screen, state } = this;
    const position = screen.top()?.offset ?? 0;
    const told = linkText(state, viewer, screen);
    this.box.dataset.note = told.empty && !this.tty?.on ? told.text : '';
    this.foot.tell({
      ...told,
      position: state.stream ? 0 : position,
      // What a full-screen program draws over has no place of its own.
      start: state.stream || this.terminalRun ? 0 : viewer.start,
      loadedEnd: state.stream || this.terminalRun ? Infinity : viewer.end,
      all: state.stream ? state.run.output[`${state.stream}Bytes`] : viewer.total,
      away: !screen.atBottom || (!state.stream && !viewer.attached && viewer.total > 0),
    });
  }
}
