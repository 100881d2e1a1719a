import { h } from './dom.js';

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost'];

export const isLive = (run) => run.status === 'queued' || run.status === 'running';
export const isStopping = (run) => run.status === 'running' && Boolean(run.stopRequestedAt);

export const statusWord = (status) => status.replace('_', ' ');

/** The state as a shape and a word: colour is never the only sign. */
export function statusBadge(run) {
  const state = isStopping(run) ? 'stopping' : run.status;
  return h('span', { class: 'status', 'data-status': state }, h('span', { class: 'dot', 'aria-hidden': 'true' }), statusWord(state));
}

/** What a run is called when nobody named it: the random end of its id, which tells runs of one moment apart. */
export const shortId = (id) => id.slice(-12);
export const runTitle = (run) => run.name ?? run.unit ?? shortId(run.id);

/** What is worth a word beside the state: how it failed, or its place in the queue. */
export function result(run) {
  if (run.startError) return 'could not start';
  if (run.status === 'queued' && run.queue?.position) return `place ${run.queue.position}`;
  if (run.signal) return run.signal;
  if (run.exitCode) return `exit ${run.exitCode}`;
  return '';
}

/** Where a queued run stands and why it waits. */
export function queueText({ queue }) {
  if (!queue) return '';
  return [queue.position ? `place ${queue.position}` : null, queue.reason].filter(Boolean).join(': ');
}

/** Seconds it has run, or ran; null if it never started. */
export function took(run, now = Date.now()) {
  if (!run.startedAt) return null;
  return ((run.finishedAt ? new Date(run.finishedAt) : now) - new Date(run.startedAt)) / 1000;
}
