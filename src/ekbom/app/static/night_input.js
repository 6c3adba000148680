// Mouse, finger, pen and keys: pan, zoom, page, select, mark a stretch.
const CLICK_PX = 4;
const WHEEL = 0.0016;
const KEY_ZOOM = 2;
const SHORTEST_MARK_S = 0.05;

export function listen(scene) {
  const { stack } = scene;
  const held = new Map();
  let drag = null;

  stack.addEventListener("pointerdown", (event) => {
    const place = event.target.closest("[data-part]");
    if (!place || event.button > 0) return;
    scene.element.focus({ preventScroll: true });
    held.set(event.pointerId, event.clientX);
    stack.setPointerCapture(event.pointerId);
    drag = begun(scene, place, event);
    if (held.size === 2) drag = { kind: "pinch", ...pair(scene, held) };
  });

  stack.addEventListener("pointermove", (event) => {
    scene.point(event.clientX, event.target.closest?.("[data-side]")?.dataset.side ?? null);
    if (!held.has(event.pointerId) || !drag) return;
    held.set(event.pointerId, event.clientX);
    moved(scene, drag, event, held);
  });

  const ended = (event) => {
    if (!held.delete(event.pointerId) || !drag) return;
    if (event.type === "pointerup") finished(scene, drag, event);
    if (held.size === 0) drag = null;
    scene.mark(null);
  };
  stack.addEventListener("pointerup", ended);
  stack.addEventListener("pointercancel", ended);
  stack.addEventListener("pointerleave", () => scene.point(null));
  stack.addEventListener("wheel", (event) => wheeled(scene, event), { passive: false });
  scene.element.addEventListener("keydown", (event) => {
    if (pressed(scene, event)) event.preventDefault();
  });
}

function begun(scene, place, event) {
  const { startS, spanS } = scene.shown;
  const part = place.dataset.part;
  if (part === "night") {
    goTo(scene, event);
    return { kind: "night" };
  }
  const side = place.dataset.side ?? null;
  const kind = event.shiftKey && side ? "mark" : "pan";
  return { kind, side, part, x: event.clientX, startS, spanS, atS: scene.secondsAt(event.clientX), isClick: true };
}

function moved(scene, drag, event, held) {
  if (drag.kind === "night") goTo(scene, event);
  if (drag.kind === "pinch" && held.size === 2) {
    const now = pair(scene, held);
    const spanS = drag.spanS * (drag.apart / Math.max(now.apart, 10));
    const startS = drag.atS - ((now.middle - scene.left) / scene.width) * spanS;
    scene.shown.show(startS, startS + spanS);
    return;
  }
  if (Math.abs(event.clientX - drag.x) > CLICK_PX) drag.isClick = false;
  if (drag.isClick) return;
  if (drag.kind === "pan") {
    const byS = ((drag.x - event.clientX) / scene.width) * drag.spanS;
    scene.shown.show(drag.startS + byS, drag.startS + byS + drag.spanS);
  } else if (drag.kind === "mark") {
    scene.mark({ side: drag.side, ...between(drag.atS, scene.secondsAt(event.clientX)) });
  }
}

function finished(scene, drag, event) {
  if (drag.kind === "mark" && !drag.isClick) {
    const found = between(drag.atS, scene.secondsAt(event.clientX));
    if (found.offset_s - found.onset_s >= SHORTEST_MARK_S) scene.tell("stretch-marked", { side: drag.side, ...found });
  } else if (drag.isClick && drag.side) {
    const reachS = (8 / scene.width) * scene.shown.spanS;
    const one = scene.movements.at(drag.atS, drag.side, reachS);
    if (one) scene.select(one);
  }
}

const between = (one, other) => ({ onset_s: Math.min(one, other), offset_s: Math.max(one, other) });

function pair(scene, held) {
  const [one, other] = [...held.values()];
  const middle = (one + other) / 2;
  return { apart: Math.abs(one - other), middle, atS: scene.secondsAt(middle), spanS: scene.shown.spanS };
}

function goTo(scene, event) {
  const share = (event.clientX - scene.left) / scene.width;
  scene.shown.centre(share * scene.shown.durationS);
}

function wheeled(scene, event) {
  // Over the names the page scrolls, as everywhere else.
  if (!event.target.closest("[data-part]")) return;
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 16 : 1;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (isSideways) {
    const by = (event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX) * lines;
    scene.shown.pan((by / scene.width) * scene.shown.spanS);
  } else {
    scene.shown.zoom(Math.exp(event.deltaY * lines * WHEEL), scene.secondsAt(event.clientX));
  }
}

// True where the key was one of the viewer's.
function pressed(scene, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.target.closest("input, select, textarea, dialog")) return false;
  const { shown } = scene;
  const step = event.shiftKey ? 0.5 : 1;
  const keys = {
    ArrowRight: () => shown.pan(step * shown.spanS),
    ArrowLeft: () => shown.pan(-step * shown.spanS),
    "+": () => shown.zoom(1 / KEY_ZOOM, scene.pointedS ?? shown.middleS),
    "=": () => shown.zoom(1 / KEY_ZOOM, scene.pointedS ?? shown.middleS),
    "-": () => shown.zoom(KEY_ZOOM, scene.pointedS ?? shown.middleS),
    "_": () => shown.zoom(KEY_ZOOM, scene.pointedS ?? shown.middleS),
    Home: () => shown.show(0, shown.spanS),
    End: () => shown.show(shown.durationS - shown.spanS, shown.durationS),
    n: () => scene.step(1),
    p: () => scene.step(-1),
    "?": () => scene.help(),
    ArrowUp: () => scene.louder(1),
    ArrowDown: () => scene.louder(-1),
    l: () => scene.levels.toggle(),
    f: () => scene.fit(),
    i: () => scene.turn(),
    0: () => scene.reset(),
    PageDown: () => scene.activate(1),
    PageUp: () => scene.activate(-1),
  };
  const chosen = keys[event.key];
  // Up and down belong to the page until a row was chosen.
  if (!chosen || (["ArrowUp", "ArrowDown"].includes(event.key) && !scene.active)) return false;
  chosen();
  return true;
}
