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

  constructor(screen, runId) {
    this.#screen = screen;
    this.#runId = runId;
    this.node = h('div', { class: 'gutter', 'aria-hidden': 'true' });
    this.band = h('div', { class: 'line-band', hidden: true });
    screen.terminal.onRender(() => this.draw());
    screen.terminal.onResize(() => this.draw());
  }

  /** Marks the line that begins at `offset`; null marks none. */
  mark(offset) {
    this.#marked = offset;
    this.draw();
  }

  draw() {
    const { terminal, rows } = this.#screen;
    const { active } = terminal.buffer;
    const height = terminal.element?.querySelector('.xterm-screen')?.clientHeight / terminal.rows;
    if (!height) return;
    this.#keep(terminal.rows, height);
    const first = rows.dropped() + active.viewportY;
    let band = -1;
    for (let index = 0; index < terminal.rows; index++) {
      const place = active.type === 'normal' ? rows.map.at(first + index) : undefined;
      const begins = place?.row === first + index && place.begins && index <= active.baseY + active.cursorY - active.viewportY;
      this.#fill(this.#cells[index], begins ? place : null);
      if (begins && place.offset === this.#marked) band = index;
    }
    this.band.hidden = band < 0;
    this.band.style.transform = `translateY(${Math.max(0, band) * height}px)`;
    this.band.style.height = `${height}px`;
  }

  #keep(count, height) {
    while (this.#cells.length < count) {
      const cell = h('a', { tabindex: '-1' });
      this.#cells.push(cell);
      this.node.append(cell);
    }
    for (const cell of this.#cells.splice(count)) cell.remove();
    const text = `${height}px`;
    if (this.node.style.getPropertyValue('--row') !== text) this.node.style.setProperty('--row', text);
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
