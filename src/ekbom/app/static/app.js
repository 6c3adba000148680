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
// On a phone the rooms of a patient scroll sideways: the one that is open is in sight.
document.querySelector(".patient nav a[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
