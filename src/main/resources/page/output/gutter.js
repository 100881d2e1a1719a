import { h } from '../base/dom.js';
import { clock, clockMillis } from '../base/format.js';
import { link } from '../base/router.js';

/**
 * The column beside the terminal: for each row in which a line begins its link, its stream and, if wanted, its
 * time. Beside, not inside: the output keeps its columns, and a script cannot draw here.
 */
export class Gutter {
  #screen;
  #runId;
  #cells = [];
  #marked = null;
  #height = 0;

  constructor(screen, runId) {
    this.#screen = screen;
    this.#runId = runId;
    this.node = h('div', { class: 'gutter', 'aria-hidden': 'true' });
    this.band = h('div', { class: 'line-band', hidden: true });
    screen.terminal.onRender(() => this.draw());
    screen.terminal.onResize(() => { this.#height = 0; this.draw(); });
  }

  /** Marks the line that begins at `offset`; null marks none. */
  mark(offset) {
    this.#marked = offset;
    this.draw();
  }

  draw() {
    const { terminal, rows } = this.#screen;
    const { active } = terminal.buffer;
    if (!this.#measure()) return;
    const height = this.#height;
    const first = rows.dropped() + active.viewportY;
    let band = -1;
    for (let index = 0; index < terminal.rows; index++) {
      const place = active.type === 'normal' ? rows.map.at(first + index) : undefined;
      const begins = place?.row === first + index && place.begins && !place.empty && index <= active.baseY + active.cursorY - active.viewportY;
      this.#fill(this.#cells[index], begins ? place : null);
      if (begins && place.offset === this.#marked) band = index;
    }
    this.band.hidden = band < 0;
    this.band.style.transform = `translateY(${Math.max(0, band) * height}px)`;
    this.band.style.height = `${height}px`;
  }

  /** Once for each size: asking for it at each drawing would lay out the page each time. */
  #measure() {
    if (this.#height) return true;
    const { terminal } = this.#screen;
    this.#height = (terminal.element?.querySelector('.xterm-screen')?.clientHeight ?? 0) / terminal.rows;
    if (this.#height) this.#keep(terminal.rows);
    return this.#height > 0;
  }

  #keep(count) {
    while (this.#cells.length < count) {
      const cell = h('a', { tabindex: '-1' });
      this.#cells.push(cell);
      this.node.append(cell);
    }
    for (const cell of this.#cells.splice(count)) cell.remove();
    this.node.style.setProperty('--row', `${this.#height}px`);
  }

  #fill(cell, place) {
    if (cell.place === place?.offset && cell.at === place?.at) return;
    cell.place = place?.offset;
    cell.at = place?.at;
    if (!place) {
      cell.removeAttribute('href');
      cell.className = '';
      cell.textContent = '';
      cell.title = '';
      return;
    }
    cell.href = link(`/runs/${this.#runId}`, { at: place.offset });
    cell.className = place.stream === 'stderr' ? 'err' : 'out';
    cell.textContent = place.at ? clockMillis(place.at) : '';
    cell.title = `${place.at ? `${clock(place.at)}, ` : ''}${place.stream ?? 'output'}, byte ${place.offset.toLocaleString('en')}: link to this line`;
  }
}
