// After a while without use the page is covered and the session locked; nothing written is lost.
// Without this script the server still locks: the next page asked for is the lock.
"use strict";

(() => {
  const idleMs = 1000 * Number(document.body.dataset.idleS);
  if (!idleMs) return;
  const LOOKS_MS = Math.min(5000, idleMs / 4);
  // The server counts requests only: somebody who writes for long says so from time to time.
  const SAYS_MS = Math.min(60000, idleMs / 4);
  const otherWindows = new BroadcastChannel("ekbom-session");
  let usedAt = Date.now();
  let saidAt = Date.now();
  let cover = null;

  const used = () => {
    const now = Date.now();
    if (cover || now - usedAt < 1000) return;
    usedAt = now;
    otherWindows.postMessage("used");
  };
  for (const sign of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    window.addEventListener(sign, used, { passive: true });
  }
  otherWindows.onmessage = ({ data }) => {
    if (data === "used") usedAt = Date.now();
    if (data === "locked") show();
    if (data === "unlocked") hide();
  };

  // Other windows lock with this one.
  document.addEventListener("submit", ({ target }) => {
    if (target.getAttribute("action") === "/lock") otherWindows.postMessage("locked");
  });
  // A browser may keep a page and bring it back as it was: it is shown once it is known to be open.
  window.addEventListener("pagehide", () => document.body.classList.add("is-locked"));
  window.addEventListener("pageshow", async ({ persisted }) => {
    if (cover || !persisted) return;
    const answer = await fetch("/used").catch(() => null);
    if (answer?.ok && !answer.redirected) hide();
    else show();
  });

  setInterval(() => {
    if (cover) return;
    const now = Date.now();
    if (now - usedAt >= idleMs) lock();
    else if (usedAt > saidAt && now - saidAt >= SAYS_MS) sayUsed(now);
  }, LOOKS_MS);

  async function sayUsed(now) {
    saidAt = now;
    const answer = await fetch("/used").catch(() => null);
    if (answer?.redirected) show();
  }

  async function lock() {
    show();
    otherWindows.postMessage("locked");
    await fetch("/lock", { method: "POST", redirect: "manual" }).catch(() => null);
  }

  function show() {
    if (cover) return;
    cover = document.createElement("dialog");
    cover.className = "lock-cover";
    cover.setAttribute("aria-labelledby", "lock-title");
    cover.innerHTML = `<form class="narrow"><h1 id="lock-title">Locked</h1>
      <label for="lock-code">Unlock code</label>
      <input id="lock-code" inputmode="numeric" autocomplete="off" pattern="[0-9]{6}" required>
      <p class="wrong" role="alert"></p>
      <p class="hint">Six digits, shown when ekbom was started. What you wrote is still here.</p>
      <button type="submit">Unlock</button></form>`;
    cover.addEventListener("cancel", (event) => event.preventDefault());
    cover.querySelector("form").addEventListener("submit", unlock);
    document.body.append(cover);
    document.body.classList.add("is-locked");
    cover.showModal();
  }

  async function unlock(event) {
    event.preventDefault();
    event.stopPropagation();
    const code = cover.querySelector("input");
    const sent = { method: "POST", redirect: "manual", body: new URLSearchParams({ code: code.value }) };
    const answer = await fetch("/locked", sent).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      otherWindows.postMessage("unlocked");
      hide();
      return;
    }
    code.value = "";
    code.focus();
    cover.querySelector(".wrong").textContent = answer
      ? "That is not the code of this start. After five wrong ones, start ekbom again."
      : "ekbom does not answer. Is it still running?";
  }

  function hide() {
    cover?.remove();
    cover = null;
    usedAt = Date.now();
    document.body.classList.remove("is-locked");
  }
})();
