// The lanes above the signals: the whole night, the axis, movements of each leg, breathing, arousals.
import { hatch } from "./night_colours.js";
import { elapsed } from "./night_clock.js";
import { drawMovement, partsOn } from "./night_movements.js";

const LADDER = ["W", "R", "N1", "N2", "N3"];
const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const SMALL = FONT.replace("12px", "10px");
// On a narrower screen names of stages would hide the first half hour.
const NAMED_FROM = 600;
const TICKS_APART = 92;
const HOURS_APART = 64;
// Up to this length each epoch is drawn for itself.
export const EPOCHS_UP_TO_S = 900;

// A canvas as wide as its place, drawn in the pixels of the page.
export class Lane {
  constructor(place, paint) {
    this.place = place;
    this.paint = paint;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    place.append(this.canvas);
    this.context = this.canvas.getContext("2d");
  }

  resize() {
    const scale = devicePixelRatio || 1;
    this.width = this.place.clientWidth;
    this.height = this.place.clientHeight;
    this.canvas.width = Math.round(this.width * scale);
    this.canvas.height = Math.round(this.height * scale);
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  draw(scene) {
    this.context.clearRect(0, 0, this.width, this.height);
    this.context.font = FONT;
    this.context.textBaseline = "middle";
    this.paint(this.context, scene, this.width, this.height);
  }
}

// The whole night: stages as a stepped line, periodic movements below, the shown window framed.
export function paintNight(context, scene, width, height) {
  const { view, colour, shown, clock } = scene;
  const x = (seconds) => (seconds / view.duration_s) * width;
  const floor = height - 30;
  context.fillStyle = colour.wash;
  context.fillRect(0, 0, width, height - 16);
  for (const [startS, endS] of view.gaps) {
    const wide = Math.max(x(endS) - x(startS), 2);
    hatch(context, x(startS), 0, wide, height - 16, colour.faint);
    const text = "not recorded";
    const half = context.measureText(text).width / 2 + 5;
    if (wide < 2 * half + 8) continue;
    context.fillStyle = colour.wash;
    context.fillRect(x(startS) + wide / 2 - half, 8, 2 * half, 18);
    word(context, text, x(startS) + wide / 2, 17, colour.soft, "center");
  }
  if (view.hypnogram) paintStages(context, view.hypnogram, x, floor, colour);
  else word(context, "no sleep stages are marked", 8, floor / 2, colour.soft);
  paintLights(context, scene, x, height - 16);
  if (view.hypnogram && width >= NAMED_FROM) paintStageNames(context, floor, colour);
  context.fillStyle = colour.periodic;
  for (const one of scene.movements.every) {
    if (one.is_periodic && one.state !== "rejected") context.fillRect(x(one.onset_s), floor + 3, 1, 9);
  }
  const { at, stepS } = clock.ticks(0, view.duration_s, (HOURS_APART / width) * view.duration_s);
  let free = -Infinity;
  for (const seconds of at) {
    const text = clock.text(seconds, Math.min(stepS, 60));
    // At the edges texts move inwards: where two would touch, the second is left out.
    const start = inside(x(seconds), context.measureText(text).width / 2, width) - context.measureText(text).width / 2;
    if (start < free) continue;
    word(context, text, x(seconds), height - 7, colour.soft, "center", width);
    free = start + context.measureText(text).width + 10;
  }
  paintFrame(context, x(shown.startS), x(shown.endS), width, height - 16, colour);
}

const rung = (stage, floor) => 9 + (LADDER.indexOf(stage) * (floor - 16)) / (LADDER.length - 1);

function paintStages(context, hypnogram, x, floor, colour) {
  context.strokeStyle = colour.ink;
  context.lineWidth = 1.3;
  context.beginPath();
  const rem = [];
  let before = null;
  for (const [stage, startS, endS] of stretches(hypnogram)) {
    if (!LADDER.includes(stage)) { before = null; continue; }
    const y = rung(stage, floor);
    if (before === null) context.moveTo(x(startS), y); else context.lineTo(x(startS), y);
    context.lineTo(x(endS), y);
    if (stage === "R") rem.push([x(startS), x(endS), y]);
    before = stage;
  }
  context.stroke();
  context.fillStyle = colour.rem;
  for (const [start, end, y] of rem) context.fillRect(start, y - 2.5, Math.max(end - start, 1), 5);
}

function paintStageNames(context, floor, colour) {
  context.font = SMALL;
  for (const stage of LADDER) {
    const y = rung(stage, floor);
    context.fillStyle = colour.wash;
    context.fillRect(3, y - 6, context.measureText(stage).width + 3, 12);
    word(context, stage, 4, y + 0.5, colour.soft);
  }
  context.font = FONT;
}

// Epochs of the same stage that follow each other, as one.
export function stretches(hypnogram) {
  const found = [];
  hypnogram.stages.forEach((stage, i) => {
    const startS = hypnogram.start_s + i * hypnogram.epoch_s;
    const last = found.at(-1);
    if (last && last[0] === stage) last[2] = startS + hypnogram.epoch_s;
    else found.push([stage, startS, startS + hypnogram.epoch_s]);
  });
  return found;
}

export function stageAt(hypnogram, seconds) {
  if (!hypnogram) return null;
  const epoch = Math.floor((seconds - hypnogram.start_s) / hypnogram.epoch_s + 1e-9);
  const stage = hypnogram.stages[epoch];
  return stage === undefined ? null : { stage, epoch: epoch + 1 };
}

function paintLights(context, scene, x, height) {
  const { off_s: off, on_s: on } = scene.view.lights;
  context.strokeStyle = scene.colour.soft;
  context.setLineDash([3, 3]);
  for (const seconds of [off, on]) {
    if (seconds === null) continue;
    context.beginPath();
    context.moveTo(x(seconds), 0);
    context.lineTo(x(seconds), height);
    context.stroke();
  }
  context.setLineDash([]);
}

function paintFrame(context, start, end, width, height, colour) {
  const [from, to] = end - start < 6 ? [(start + end) / 2 - 3, (start + end) / 2 + 3] : [start, end];
  context.save();
  context.globalAlpha = 0.55;
  context.fillStyle = colour.paper;
  context.fillRect(0, 0, from, height);
  context.fillRect(to, 0, width - to, height);
  context.restore();
  context.strokeStyle = colour.accent;
  context.lineWidth = 2;
  context.strokeRect(Math.max(from, 1), 1, Math.min(to, width - 1) - Math.max(from, 1), height - 2);
}

// Clock and time elapsed; where there is room, the stage of each epoch.
export function paintAxis(context, scene, width, height) {
  const { shown, clock, colour, view } = scene;
  const leastS = (TICKS_APART / width) * shown.spanS;
  const { at, stepS } = clock.ticks(shown.startS, shown.endS, leastS);
  context.strokeStyle = colour.faint;
  context.lineWidth = 1;
  for (const seconds of at) {
    const x = scene.x(seconds);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, 4);
    context.stroke();
    if (clock.isKnown) word(context, clock.text(seconds, Math.min(stepS, 60)), x, 12, colour.ink, "center", width);
    word(context, elapsed(seconds, stepS), x, clock.isKnown ? 27 : 12, colour.soft, "center", width);
  }
  if (view.hypnogram) paintEpochs(context, scene, width, height);
}

function paintEpochs(context, scene, width, height) {
  const { shown, colour, view } = scene;
  const top = height - 17;
  const isEach = shown.spanS <= EPOCHS_UP_TO_S;
  const every = isEach ? epochs(view.hypnogram, shown) : stretches(view.hypnogram);
  for (const [stage, startS, endS, number] of every) {
    if (endS < shown.startS || startS > shown.endS) continue;
    const [x, until] = [Math.max(scene.x(startS), 0), Math.min(scene.x(endS), width)];
    context.fillStyle = stage === "R" ? colour.rem : colour.wash;
    context.fillRect(x, top, until - x, 16);
    context.strokeStyle = colour.faint;
    context.strokeRect(x + 0.5, top + 0.5, until - x - 1, 15);
    const name = stage === "?" && until - x > 76 ? "not scored" : stage;
    const text = isEach && until - x > 110 ? `${name} · ${number}` : name;
    if (until - x > 24) word(context, text, (x + until) / 2, top + 8, stage === "R" ? colour.paper : colour.ink, "center");
  }
}

// Epoch by epoch, with its number.
function epochs({ stages, start_s: firstS, epoch_s: epochS }, shown) {
  const from = Math.max(Math.floor((shown.startS - firstS) / epochS), 0);
  const upTo = Math.min(Math.ceil((shown.endS - firstS) / epochS), stages.length);
  return stages.slice(from, upTo).map((stage, i) => {
    const startS = firstS + (from + i) * epochS;
    return [stage, startS, startS + epochS, from + i + 1];
  });
}

// A bracket over each periodic series.
export function paintSeries(context, scene, width, height) {
  const { shown, colour } = scene;
  context.strokeStyle = colour.periodic;
  context.lineWidth = 1.5;
  for (const series of scene.movements.series) {
    if (series.offset_s < shown.startS || series.onset_s > shown.endS) continue;
    const [from, to] = [scene.x(series.onset_s), scene.x(series.offset_s)];
    context.beginPath();
    context.moveTo(from, height);
    context.lineTo(from, height - 5);
    context.lineTo(to, height - 5);
    context.lineTo(to, height);
    context.stroke();
    const middle = (Math.max(from, 0) + Math.min(to, width)) / 2;
    const text = `series ${series.name}, ${series.n} movements`;
    if (Math.min(to, width) - Math.max(from, 0) > context.measureText(text).width + 8) {
      word(context, text, middle, height - 13, colour.soft, "center");
    }
  }
}

export function paintLeg(side) {
  return (context, scene, width, height) => {
    const { shown, colour, movements } = scene;
    scene.drawGrid(context, width, height);
    if (!movements.isScored) {
      word(context, "movements are not scored yet", 8, height / 2, colour.soft);
      return;
    }
    for (const one of movements.between(shown.startS, shown.endS)) {
      for (const part of partsOn(one, side)) {
        const x = scene.x(part.onset_s);
        drawMovement(context, one, x, scene.x(part.offset_s) - x, 0, height - 1, colour, one.key === movements.selected);
      }
    }
    context.strokeStyle = colour.faint;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, height - 0.5);
    context.lineTo(width, height - 0.5);
    context.stroke();
  };
}

const SHORT = { apnea: "A", hypopnea: "H", rera: "RERA", arousal: "" };

export function paintEvents(name, colourName) {
  return (context, scene, width, height) => {
    const { shown, colour, view } = scene;
    const every = view[name];
    scene.drawGrid(context, width, height);
    if (every.length === 0) word(context, "none marked", 8, height / 2, colour.soft);
    for (const one of every) {
      if (one.offset_s < shown.startS || one.onset_s > shown.endS) continue;
      const x = scene.x(one.onset_s);
      const wide = Math.max(scene.x(one.offset_s) - x, 1);
      context.fillStyle = colour[colourName];
      context.fillRect(x, 4, wide, height - 8);
      const text = SHORT[one.kind] ?? "";
      if (wide > 22) word(context, text, Math.max(x, 0) + 5, height / 2 + 0.5, colour.paper);
    }
  };
}

function word(context, text, x, y, colour, align = "left", within = 0) {
  context.fillStyle = colour;
  context.textAlign = align;
  const half = align === "center" ? context.measureText(text).width / 2 : 0;
  // At the edges a text moves inwards rather than being cut.
  context.fillText(text, within ? inside(x, half, within) : x, y);
}

const inside = (x, half, width) => Math.min(Math.max(x, half + 1), width - half - 1);
