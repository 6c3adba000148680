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
// A page that waits for long work says so when nothing answers any more.
document.body.addEventListener("htmx:sendError", () => {
  const working = document.getElementById("working");
  if (!working || working.querySelector(".no-answer")) return;
  const told = document.createElement("p");
  told.className = "alert no-answer";
  told.setAttribute("role", "status");
  told.textContent = "ekbom does not answer. Is it still running? Started again, it goes on where it was.";
  working.append(told);
});
// On a phone the rooms of a patient scroll sideways: the one that is open is in sight.
document.querySelector(".patient nav a[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
