// One of the two files that are served to those who have not signed in; it imports nothing for that reason.
(() => {
  try {
    const chosen = localStorage.getItem('millrace.theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // Without storage the system's preference holds.
  }

  addEventListener('DOMContentLoaded', () => {
    const form = document.getElementById('sign-in');
    const token = document.getElementById('token');
    const fault = document.getElementById('token-fault');
    const button = form.querySelector('button');
    document.getElementById('link-used').hidden = location.pathname !== '/sign-in';
    token.focus();

    const refuse = (text) => {
      fault.textContent = text;
      token.setAttribute('aria-invalid', 'true');
      token.focus();
      token.select();
    };

    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const given = token.value.trim();
      if (!given) return refuse('Paste a token first.');
      button.disabled = true;
      fault.textContent = '';
      try {
        const answer = await fetch('/sign-in', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ token: given }),
        });
        if (answer.ok) {
          // The part behind # says where the person wanted to go.
          if (location.pathname === '/') location.reload();
          else location.replace(`/${location.hash}`);
          return;
        }
        const problem = await answer.json().catch(() => ({}));
        refuse(answer.status === 401
          ? 'The server does not know this token.'
          : [problem.title, problem.detail].filter(Boolean).join(' ') || `The server answered ${answer.status}.`);
      } catch {
        refuse('The server does not answer. Is it running?');
      } finally {
        button.disabled = false;
      }
    });
  });
})();
