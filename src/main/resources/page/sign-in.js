// Trades the token for the page's cookie, which scripts cannot read.
const form = document.getElementById("sign-in");
const message = document.getElementById("message");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  try {
    const answer = await fetch("/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: form.elements.token.value.trim() }),
    });
    if (answer.ok) {
      location.assign("/");
      return;
    }
    const problem = await answer.json();
    message.textContent = `${problem.detail} ${problem.next}`;
  } catch (failure) {
    message.textContent = `The server does not answer (${failure.message}). Try again in a moment.`;
  }
});
