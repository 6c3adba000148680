// What every page shares. Every page also works without it.
"use strict";

// A form that was sent once is not sent twice by a second click.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && !event.target.hasAttribute("hx-post")) {
    setTimeout(() => { button.disabled = true; }, 0);
  }
});
// Back from another page: buttons work again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled][type=submit]")) {
    button.disabled = false;
  }
});
