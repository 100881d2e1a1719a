import { h } from './dom.js';

/** Signs this browser out; the server takes its cookie back. */
export async function signOut() {
  try {
    const answer = await fetch('/sign-out', { method: 'POST' });
    if (!answer.ok && answer.status !== 401) throw new Error(String(answer.status));
    location.reload();
  } catch {
    tellInPlace('Signing out failed: the server does not answer. You are still signed in.', 'Close');
  }
}

/** When the server no longer knows this browser: says so over the page, which keeps what was typed. */
export function watchSession() {
  let told = false;
  addEventListener('millrace-signed-out', () => {
    if (told) return;
    told = true;
    tellInPlace('You are signed out: the token has changed, or the sign-in has run out.', 'Sign in', () => location.reload());
  });
}

function tellInPlace(text, label, act) {
  const dialog = h('dialog', { 'aria-labelledby': 'session-text' },
    h('p', { id: 'session-text' }, text),
    h('form', { method: 'dialog', class: 'actions' }, h('button', { class: 'primary' }, label)));
  dialog.addEventListener('close', () => { dialog.remove(); act?.(); });
  document.body.append(dialog);
  dialog.showModal();
}
