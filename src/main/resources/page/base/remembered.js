const PREFIX = 'millrace.';

/** A value this browser keeps between visits; `fallback` where there is none or no storage. */
export const recall = (name, fallback = null) => read(() => localStorage, name, fallback);
export const remember = (name, value) => write(() => localStorage, name, value);

/** The same for this tab only: drafts, which may hold secrets, must not outlive it. */
export const recallInTab = (name, fallback = null) => read(() => sessionStorage, name, fallback);
export const rememberInTab = (name, value) => write(() => sessionStorage, name, value);

function read(store, name, fallback) {
  try {
    const text = store().getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

function write(store, name, value) {
  try {
    if (value === null || value === undefined) store().removeItem(PREFIX + name);
    else store().setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or forbidden storage only costs the convenience.
  }
}
