// The movements of the night, as they are scored at present, and how each of them is drawn.
import { hatch } from "./night_colours.js";
import { isOf } from "./night_tiles.js";

// By height and outline, so that they are told apart without colour.
const HEIGHT = { periodic: 1, candidate: 0.58, other: 0.3, rejected: 0.8 };
const LEGEND = [
  ["in a periodic series", { is_periodic: true, is_candidate: true }],
  ["candidate, in no series", { is_candidate: true }],
  ["leg movement, not a candidate", {}],
  ["rejected by a scorer", { state: "rejected" }],
  ["added by a scorer", { is_candidate: true, state: "added" }],
  ["confirmed by a scorer", { is_candidate: true, state: "accepted" }],
  ["nothing was recorded", null],
];

export class Movements extends EventTarget {
  constructor(base) {
    super();
    this.base = base;
    this.every = [];
    this.series = [];
    this.isScored = false;
    this.rules = "";
    this.longestS = 0;
    this.selected = null;
    this.asked = 0;
  }

  // Those of rules that are only tried have an address of their own, which stands on the page.
  async fetch() {
    this.asked += 1;
    const mine = this.asked;
    const page = document.getElementById("night-results")?.dataset ?? {};
    const answer = await fetch(page.movements ?? `${this.base}/movements.json`).catch(() => null);
    if (mine !== this.asked) return;
    if (!answer || (answer.status !== 404 && !isOf(answer, "application/json"))) {
      this.dispatchEvent(new Event("failed"));
      return;
    }
    this.isScored = answer.ok;
    const said = this.isScored ? await answer.json() : { movements: [] };
    this.every = said.movements.toSorted((one, other) => one.onset_s - other.onset_s);
    this.longestS = Math.max(0, ...this.every.map((one) => one.offset_s - one.onset_s));
    this.series = seriesOf(this.every);
    this.rules = said.edition ? `${said.edition}${said.is_trial ? "\nonly tried" : ""}` : "";
    const selected = page.selected ?? this.selected;
    this.selected = this.every.some((one) => one.key === selected) ? selected : null;
    this.dispatchEvent(new Event("read"));
    this.dispatchEvent(new Event("change"));
  }

  select(key) {
    this.selected = key;
    this.dispatchEvent(new Event("change"));
  }

  between(startS, endS) {
    const found = [];
    for (let i = firstFrom(this.every, startS - this.longestS); i < this.every.length; i += 1) {
      const one = this.every[i];
      if (one.onset_s > endS) break;
      if (one.offset_s >= startS) found.push(one);
    }
    return found;
  }

  // The one at a moment on a leg, or nearest to it within the reach of a finger.
  at(momentS, side, reachS) {
    const near = this.between(momentS - reachS, momentS + reachS).filter((one) => isOn(one, side));
    const distance = (one) => Math.min(...partsOn(one, side).map((part) => (
      Math.max(part.onset_s - momentS, momentS - part.offset_s, 0))));
    const reached = near.filter((one) => distance(one) <= reachS);
    return reached.sort((one, other) => distance(one) - distance(other))[0] ?? null;
  }

  // The next after a moment, or after the selected one; backwards with -1.
  next(fromS, direction) {
    const from = this.every.findIndex((one) => one.key === this.selected);
    if (from >= 0) return this.every[from + direction] ?? null;
    const after = firstFrom(this.every, fromS);
    return this.every[direction > 0 ? after : after - 1] ?? null;
  }
}

export const isOn = (one, side) => one.side === side || one.side === "both" || one.side === "bilateral";

// What one leg did of a movement: both legs seldom begin and end at once.
export function partsOn(one, side) {
  const parts = (one.parts ?? []).filter((part) => part.side === side);
  return parts.length > 0 ? parts : isOn(one, side) ? [one] : [];
}

export function kindOf(one) {
  if (one.state === "rejected") return "rejected";
  if (one.is_periodic) return "periodic";
  return one.is_candidate ? "candidate" : "other";
}

export function said(one) {
  const kind = {
    periodic: `in periodic series ${one.series ?? ""}`.trim(),
    candidate: "candidate, in no series",
    other: "not a candidate",
    rejected: "rejected",
  }[kindOf(one)];
  const by = one.state === "added" ? ", added" : one.state === "accepted" ? ", confirmed" : "";
  const why = one.reasons?.length ? `: ${one.reasons.join("; ")}` : "";
  const leg = one.side === "left" || one.side === "right" ? `${one.side} leg` : "both legs";
  return `${leg}, ${(one.offset_s - one.onset_s).toFixed(1)} s, ${kind}${by}${why}`;
}

function firstFrom(every, momentS) {
  let [low, high] = [0, every.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (every[middle].onset_s < momentS) low = middle + 1; else high = middle;
  }
  return low;
}

function seriesOf(every) {
  const found = new Map();
  for (const one of every) {
    if (!one.is_periodic || one.series === null || one.series === undefined) continue;
    const series = found.get(one.series) ?? { name: one.series, onset_s: one.onset_s, offset_s: 0, n: 0 };
    series.offset_s = Math.max(series.offset_s, one.offset_s);
    series.n += 1;
    found.set(one.series, series);
  }
  return [...found.values()];
}

// One movement on a row from `top` to `bottom`; the row keeps a little room above for its sign.
export function drawMovement(context, one, x, width, top, bottom, colour, isSelected = false) {
  const kind = kindOf(one);
  const room = bottom - top - 7;
  const height = Math.round(room * HEIGHT[kind]);
  const y = bottom - height;
  const wide = Math.max(width, 1);
  if (kind === "rejected") {
    if (wide > 5) hatch(context, x, y, wide, height, colour.faint, 4);
    outline(context, x, y, Math.max(wide, 3), height, colour.soft, [2, 2]);
  } else if (kind === "other") {
    outline(context, x, y, Math.max(wide, 2), height, colour.soft, []);
  } else {
    context.fillStyle = kind === "periodic" ? colour.periodic : colour.single;
    context.fillRect(x, y, wide, height);
  }
  sign(context, one.state, x + wide / 2, y - 4, colour);
  if (isSelected) {
    context.lineWidth = 2;
    context.strokeStyle = colour.accent;
    context.strokeRect(x - 3, top + 1, wide + 6, bottom - top - 2);
  }
}

function outline(context, x, y, width, height, colour, dash) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.max(Math.round(width) - 1, 1), height - 1);
  context.setLineDash([]);
}

function sign(context, state, x, y, colour) {
  if (state !== "added" && state !== "accepted") return;
  context.strokeStyle = colour.ink;
  context.lineWidth = 1.4;
  context.beginPath();
  if (state === "added") {
    context.moveTo(x - 3, y);
    context.lineTo(x + 3, y);
    context.moveTo(x, y - 3);
    context.lineTo(x, y + 3);
  } else {
    context.moveTo(x - 3, y);
    context.lineTo(x - 1, y + 2.5);
    context.lineTo(x + 3, y - 3);
  }
  context.stroke();
}

// What the signs mean, drawn by what draws them.
export function legend(list, colour) {
  list.replaceChildren(...LEGEND.map(([text, one]) => {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    const scale = devicePixelRatio || 1;
    [canvas.width, canvas.height] = [14 * scale, 26 * scale];
    canvas.className = "night-sign";
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    if (one) drawMovement(context, one, 4, 6, 0, 26, colour);
    else hatch(context, 0, 6, 14, 20, colour.faint);
    item.append(canvas, text);
    return item;
  }));
}
