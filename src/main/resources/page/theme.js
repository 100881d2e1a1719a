// Classic and blocking on purpose: the chosen theme is there before the first paint, so nothing flashes.
(() => {
  try {
    const chosen = localStorage.getItem('millrace.theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // Without storage the system's preference holds.
  }
})();
