import { announce } from '../base/announce.js';
import { plural } from '../base/format.js';

/**
 * What the foot of an output says: whether it is connected, loading, followed, paused or complete; `empty` if that is
 * why there is nothing to see.
 */
export function linkText({ link: { state, retryAt }, run, stream }, viewer, screen) {
  if (state === 'gone') return { text: 'This run has been deleted.' };
  if (state === 'waiting') {
    const left = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    return { text: retryAt ? `Reconnecting in ${plural(left, 'second')}` : 'Reconnecting', canRetry: true };
  }
  if (viewer.loading) return { text: 'Loading…' };
  if (run.status === 'queued') return { text: 'Waiting to start', empty: viewer.total === 0 };
  const all = stream ? run.output[`${stream}Bytes`] : viewer.total;
  if (run.finishedAt && all === 0) return { text: stream ? `Nothing was written to ${stream}` : 'Nothing was written', empty: true };
  if (run.finishedAt) return { text: stream ? `The newest of ${stream}` : 'Complete' };
  if (state === 'connecting') return { text: 'Connecting…' };
  if (all === 0) return { text: 'No output yet', empty: true };
  return { text: screen.atBottom && (viewer.attached || viewer.following || stream) ? 'Following' : 'Paused: reading further up' };
}

/** Tells screen readers of a lost connection and of its return, not of every try. */
export function tellLinkChange(before, now) {
  if (now === 'waiting' && before !== 'waiting' && before !== 'connecting') announce('The connection is lost; reconnecting');
  else if (now === 'open' && before === 'connecting') announce('Connected');
  else if (now === 'gone') announce('This run has been deleted');
}
