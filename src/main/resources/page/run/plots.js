import uPlot from '/page/vendor/uplot-1.6.32/uPlot.esm.js';
import { apiPath } from '../base/api.js';
import { Backoff } from '../base/backoff.js';
import { h, setText } from '../base/dom.js';
import { bytes } from '../base/format.js';
import { onThemeChange } from '../base/theme-switch.js';

const KEPT = 600;
const WINDOW_SECONDS = 120;

/** CPU and memory of the running tree, once a second, from when this page was opened. */
export function plots(run, signal) {
  const cpu = plot('CPU', '--plot-cpu', (value) => `${value.toFixed(value < 10 ? 1 : 0)} %`);
  const memory = plot('Memory', '--plot-memory', bytes);
  const processes = h('span', { class: 'muted' });
  const node = h('section', { class: 'plots', 'aria-label': 'CPU and memory' }, cpu.node, memory.node, h('p', { class: 'plot-note muted' }, processes));
  let source = null;
  let timer = null;
  let done = false;
  const backoff = new Backoff();

  const close = () => {
    clearTimeout(timer);
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
    begin() {
      cpu.begin(signal);
      memory.begin(signal);
      open();
    },
    end() {
      done = true;
      close();
      setText(processes, cpu.any() ? 'While this page was open' : '');
      if (!cpu.any()) node.hidden = true;
    },
  };
}

function plot(title, colour, format) {
  const now = h('span', { class: 'tabular' }, '–');
  const box = h('div', { class: 'plot', role: 'img', 'aria-label': `${title} over time` });
  const data = [[], []];
  let chart = null;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = () => {
    chart?.destroy();
    chart = new uPlot({
      width: box.clientWidth || 280, height: 88, legend: { show: false }, cursor: { show: false }, padding: [6, 0, 0, 0],
      scales: {
        x: { time: true, range: () => { const to = data[0].at(-1) ?? Date.now() / 1000; return [to - WINDOW_SECONDS, to]; } },
        y: { range: (_, __, most) => [0, Math.max(most * 1.15, 1)] },
      },
      axes: [
        { show: false },
        { size: 56, stroke: () => css('--muted'), grid: { stroke: () => css('--hairline'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif', space: 28, values: (_, values) => values.map(format) },
      ],
      series: [{}, { stroke: () => css(colour), fill: () => `${css(colour)}22`, width: 1.5, points: { show: false } }],
    }, data, box);
  };
  return {
    node: h('div', { class: 'plot-box' }, h('h3', {}, title, now), box),
    any: () => data[0].length > 0,
    begin(signal) {
      draw();
      onThemeChange(draw, signal);
      let width = box.clientWidth;
      const watch = new ResizeObserver(() => {
        if (box.clientWidth && box.clientWidth !== width) { width = box.clientWidth; chart.setSize({ width, height: 88 }); }
      });
      watch.observe(box);
      signal.addEventListener('abort', () => { watch.disconnect(); chart.destroy(); }, { once: true });
    },
    add(at, value) {
      data[0].push(at);
      data[1].push(value);
      if (data[0].length > KEPT) data.forEach((column) => column.shift());
      chart.setData(data);
      setText(now, format(value));
      box.setAttribute('aria-label', `${title}: ${format(value)} now`);
    },
  };
}
