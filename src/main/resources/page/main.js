import { startRouter } from './base/router.js';
import { bindKey, startKeys } from './base/keys.js';
import { startThemeSwitch } from './base/theme-switch.js';
import { signOut, watchSession } from './base/session.js';
import { go } from './base/router.js';
import { openList } from './list/list-view.js';
import { openSubmit } from './submit/submit-view.js';
import { openRun } from './run/run-view.js';
import { openNowhere } from './base/nowhere.js';

watchSession();
startThemeSwitch(document.getElementById('switch-theme'));
document.getElementById('sign-out').addEventListener('click', signOut);
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
startKeys();
bindKey('c', 'New run', () => go('/new'));
bindKey('u', 'List of runs', () => go('/'));

startRouter([
  { name: 'list', pattern: /^\/$/, open: openList },
  { name: 'new', pattern: /^\/new$/, open: openSubmit },
  { name: 'run', pattern: /^\/runs\/([^/]+)$/, open: openRun },
  { name: 'nowhere', pattern: /^/, open: openNowhere },
]);
