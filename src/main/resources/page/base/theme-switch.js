import { h } from './dom.js';

const NEXT = { system: 'light', light: 'dark', dark: 'system' };
const dark = matchMedia('(prefers-color-scheme: dark)');

const chosen = () => document.documentElement.dataset.theme ?? 'system';

export const isDark = () => (chosen() === 'system' ? dark.matches : chosen() === 'dark');

/** Calls `change` when the colours have changed, until `signal` aborts. */
export function onThemeChange(change, signal) {
  addEventListener('millrace-theme', change, { signal });
  dark.addEventListener('change', change, { signal });
}

/** The switch in the head of the page: as the system, light, dark. */
export function startThemeSwitch(button) {
  const tell = () => {
    const name = chosen() === 'system' ? 'auto' : chosen();
    button.replaceChildren(h('span', { class: 'theme-word' }, 'Theme:'), name);
    button.setAttribute('aria-label', `Theme: ${name}`);
  };
  button.addEventListener('click', () => {
    const next = NEXT[chosen()];
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === 'system') localStorage.removeItem('millrace.theme');
      else localStorage.setItem('millrace.theme', next);
    } catch {
      // It then holds until the page is left.
    }
    tell();
    dispatchEvent(new Event('millrace-theme'));
  });
  tell();
}
