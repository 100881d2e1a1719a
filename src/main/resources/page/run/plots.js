import uPlot from '/page/vendor/uplot-1.6.32/uPlot.esm.js';
import { apiPath } from '../base/api.js';
import { Backoff } from '../base/backoff.js';
import { h, setText } from '../base/dom.js';
import { bytes } from '../base/format.js';
import { onThemeChange } from '../base/theme-switch.js';

const KEPT = 600;
const WINDOW_SECONDS = 120;
const LEAST_SECONDS = 30;
const HEIGHT = 96;
/** Memory is told in powers of 1024; so are the steps of its axis. */
const POWERS = Array.from({ length: 30 }, (_, power) => 2 ** (power + 16));

/** CPU and memory of the running tree, once a second, from when this page was opened. */
export function plots(run, signal) {
  const cpu = plot('CPU', { colour: '--plot-cpu', format: (value) => `${Math.round(value)} %`, least: 20, steps: [1, 2, 5, 10, 25, 50, 100, 200, 500, 1000] });
  const memory = plot('Memory', { colour: '--plot-memory', format: bytes, least: 4 << 20, steps: POWERS });
  const processes = h('span', { class: 'muted' });
  const node = h('section', { class: 'plots', 'aria-label': 'CPU and memory' }, cpu.node, memory.node, h('p', { class: 'plot-note muted' }, processes));
  let source = null;
  let timer = null;
  let done = false;
  const backoff = new Backoff();

  const close = () => {
    clearTimeout(timer);
    timer = null;
    source?.close();
    source = null;
  };
  const take = (event) => {
    backoff.reset();
    const sample = JSON.parse(event.data);
    const at = Date.parse(sample.at) / 1000;
    cpu.add(at, sample.cpuPercent);
    memory.add(at, sample.memoryBytes);
    setText(processes, `${sample.processes} ${sample.processes === 1 ? 'process' : 'processes'}`);
  };
  // Only a tab that is looked at holds a connection: a browser has six for one server.
  const open = () => {
    close();
    if (done || document.hidden || signal.aborted) return;
    source = new EventSource(apiPath(`/runs/${encodeURIComponent(run.id)}/stats`, { follow: 'true' }));
    source.onmessage = take;
    source.addEventListener('stats', take);
    source.onerror = () => {
      close();
      timer = setTimeout(open, backoff.next());
    };
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()), { signal });
  signal.addEventListener('abort', close, { once: true });
  return {
    node,
    draw() {
      cpu.begin(signal);
      memory.begin(signal);
    },
    begin() {
      if (!source && !timer && !done) open();
    },
    end() {
      done = true;
      close();
      setText(processes, cpu.any() ? 'While this page was open' : '');
    },
  };
}

function plot(title, { colour, format, least, steps }) {
  const now = h('span', { class: 'tabular' }, '–');
  const box = h('div', { class: 'plot', role: 'img', 'aria-label': `${title} over time` });
  const data = [[], []];
  let chart = null;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Fills the box from the left at first, then moves on.
  const range = () => {
    const first = data[0][0] ?? 0;
    const last = Math.max(data[0].at(-1) ?? 0, first + LEAST_SECONDS);
    return [Math.max(first, last - WINDOW_SECONDS), last];
  };
  const draw = () => {
    chart?.destroy();
    chart = new uPlot({
      width: box.clientWidth || 280, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [8, 1, 8, 0],
      scales: {
        x: { time: true, range },
        y: { range: (_, __, most) => [0, Math.max(most * 1.15, least)] },
      },
      axes: [
        { show: false },
        { size: 56, stroke: () => css('--muted'), grid: { stroke: () => css('--hairline'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif', space: 26, incrs: steps, values: (_, values) => values.map(format) },
      ],
      series: [{}, { stroke: () => css(colour), fill: () => `${css(colour)}22`, width: 1.5, points: { show: () => data[0].length < 2, size: 4 } }],
    }, data, box);
  };
  return {
    node: h('div', { class: 'plot-box' }, h('h2', {}, title, now), box),
    any: () => data[0].length > 0,
    begin(signal) {
      draw();
      onThemeChange(draw, signal);
      let width = box.clientWidth;
      const watch = new ResizeObserver(() => {
        if (box.clientWidth && box.clientWidth !== width) { width = box.clientWidth; chart.setSize({ width, height: HEIGHT }); }
      });
      watch.observe(box);
      signal.addEventListener('abort', () => { watch.disconnect(); chart.destroy(); }, { once: true });
    },
    add(at, value) {
      data[0].push(at);
      data[1].push(value);
      if (data[0].length > KEPT) data.forEach((column) => column.shift());
      chart?.setData(data);
      setText(now, format(value));
      box.setAttribute('aria-label', `${title}: ${format(value)} now`);
    },
  };
}
