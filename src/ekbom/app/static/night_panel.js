// The panel of one night: sliders beside their fields, keys, and the talk with the viewer of
// signals. Every form of the page also works without it.
"use strict";

(() => {
  const results = () => document.getElementById("night-results");
  const rows = () => [...document.querySelectorAll("#night-table tr[data-key]")];
  const selectedRow = () => document.querySelector('#night-table tr[aria-current="true"]');
  const table = () => document.querySelector("#night-table .scroll");
  let unfolded = [];
  let scrolledTo = 0;

  // Sliders: only a second hand on the field beside them, which alone is sent.
  function readyControls() {
    for (const slider of document.querySelectorAll("[data-slider]")) slider.hidden = false;
    for (const control of document.querySelectorAll("[data-control]")) showState(control);
    // What is kept already needs no keeping; without a script the button is always there.
    document.querySelector(".night-keep").hidden = !document.querySelector("#night-results .trial");
  }

  function showState(control) {
    const field = control.querySelector("[name]");
    const isChanged = field.value.trim() !== control.dataset.own;
    control.classList.toggle("is-changed", isChanged);
    control.querySelector("[data-back]").hidden = !isChanged;
    const slider = control.querySelector("[data-slider]");
    if (slider && Number.isFinite(Number(field.value)) && field.value.trim() !== "") slider.value = field.value;
  }

  document.addEventListener("input", (event) => {
    const slider = event.target.closest("[data-slider]");
    if (slider) document.getElementById(slider.dataset.slider).value = slider.value;
    const control = event.target.closest("[data-control]");
    if (control) showState(control);
  });

  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (back) {
      const field = document.getElementById(back.dataset.back);
      field.value = field.closest("[data-control]").dataset.own;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
      return;
    }
    const row = event.target.closest("#night-table tr[data-key]");
    if (!row || event.target.closest("a, summary, button:not(.go)")) return;
    select(row, { shows: true });
  });

  function select(row, { shows = false, scrolls = false } = {}) {
    for (const each of rows()) each.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    document.querySelector('#night-table [name="at"]').value = row.dataset.key;
    if (scrolls) scrollToSelected();
    if (shows) {
      const detail = { onset_s: Number(row.dataset.onset), key: row.dataset.key };
      document.body.dispatchEvent(new CustomEvent("go-to", { detail }));
    }
  }

  // Within the table only: the page stays where it is.
  function scrollToSelected() {
    const row = selectedRow();
    if (!row) return;
    const [box, place] = [table().getBoundingClientRect(), row.getBoundingClientRect()];
    if (place.top < box.top + row.offsetHeight) table().scrollTop -= box.top + 2 * row.offsetHeight - place.top;
    else if (place.bottom > box.bottom) table().scrollTop += place.bottom - box.bottom + row.offsetHeight;
  }

  // Another row of the table; beyond its end, of the page before or after.
  function step(direction) {
    const every = rows();
    const now = every.indexOf(selectedRow());
    const next = now < 0 ? every[direction > 0 ? 0 : every.length - 1] : every[now + direction];
    if (next) {
      select(next, { shows: true, scrolls: true });
      return;
    }
    const pages = [...document.querySelectorAll('#night-table button[name="to"]')];
    const here = Number(document.querySelector('#night-table [name="page"]').value);
    pages.find((each) => Math.sign(Number(each.value) - here) === direction)?.click();
  }

  const KEYS = {
    a: () => selectedRow()?.querySelector('[data-act="accept"]')?.click(),
    r: () => selectedRow()?.querySelector('[data-act="reject"]')?.click(),
    u: () => document.querySelector("#night-table .undo")?.click(),
    n: () => step(1),
    p: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // What the viewer says.
  window.addEventListener("movement-selected", ({ detail }) => {
    const row = rows().find((each) => each.dataset.key === detail.key);
    if (row) {
      select(row, { scrolls: true });
      return;
    }
    const form = document.getElementById("night-table");
    form.querySelector('[name="at"]').value = detail.key;
    htmx.trigger(form, "night-page");
  });

  window.addEventListener("stretch-marked", ({ detail }) => {
    const form = document.getElementById("night-add");
    form.closest("details").open = true;
    form.elements.leg.value = detail.side;
    form.elements.onset.value = `${detail.onset_s.toFixed(3)} s`;
    form.elements.duration.value = (detail.offset_s - detail.onset_s).toFixed(3);
    form.scrollIntoView({ block: "center" });
    form.querySelector('button[type="submit"]').focus({ preventScroll: true });
  });

  // A field that is left for the button beside it says "changed" once more: the same settings are
  // not tried twice, or the trial would cut off the keeping.
  let tried = "";
  document.body.addEventListener("htmx:confirm", (event) => {
    if (!/\/(trial|settings)$/.test(event.detail.path)) return;
    const settings = new URLSearchParams(new FormData(document.getElementById("night-controls")));
    settings.delete("seen");
    const isAgain = event.detail.elt.id === "night-controls" && settings.toString() === tried;
    tried = settings.toString();
    if (isAgain) event.preventDefault();
  });
  for (const failure of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(failure, () => { tried = ""; });
  }

  // What was refused is shown as well, and what was unfolded stays unfolded.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "night-results") return;
    const { status } = event.detail.xhr;
    if (status === 409 || status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    scrolledTo = table()?.scrollTop ?? 0;
    unfolded = [...results().querySelectorAll("details[id][open]")].map((each) => each.id);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const id of unfolded) {
      const again = document.getElementById(id);
      if (again && id !== "add-movement") again.open = true;
    }
    unfolded = [];
    if (table()) table().scrollTop = scrolledTo;
    scrollToSelected();
    readyControls();
    results().querySelector(":scope > .said")?.scrollIntoView({ block: "center" });
  });
  document.body.addEventListener("htmx:oobAfterSwap", readyControls);
  const say = (text) => { document.getElementById("night-status").textContent = text; };
  document.body.addEventListener("htmx:sendError", () => {
    say("ekbom does not answer: nothing was changed. Is it still running?");
  });
  document.body.addEventListener("htmx:responseError", () => {
    say("That did not work: nothing was changed. Load the page again to see what stands.");
  });

  readyControls();
})();
