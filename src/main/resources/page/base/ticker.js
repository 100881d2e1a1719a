/** Calls `change` now and each second until `signal` aborts; not while the tab is hidden. */
export function eachSecond(change, signal) {
  change();
  const timer = setInterval(() => { if (!document.hidden) change(); }, 1000);
  const seen = () => { if (!document.hidden) change(); };
  document.addEventListener('visibilitychange', seen, { signal });
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
