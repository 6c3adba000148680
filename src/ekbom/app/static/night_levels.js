// The level of the leg EMG in which movements are found, and the thresholds it is held against.
import { isOf } from "./night_tiles.js";

// Longer stretches show no more of a threshold than a line on the floor.
const LONGEST_S = 900;
const RESERVE = 0.3;
// The row reaches this many times as high as a movement has to rise.
const CEILING = 4;

export class Levels extends EventTarget {
  constructor(base) {
    super();
    this.base = base;
    this.isOn = false;
    this.found = null;
    this.asked = null;
  }

  toggle() {
    this.isOn = !this.isOn;
    this.dispatchEvent(new Event("change"));
  }

  // Other rules, other thresholds.
  forget() {
    this.found = null;
    this.asked = null;
  }

  want(shown, width) {
    if (!this.isOn || shown.spanS > LONGEST_S || this.asked || width < 1) return;
    if (this.found && isWithin(this.found, shown)) return;
    const asked = { spanS: shown.spanS, startS: shown.startS - shown.spanS, endS: shown.endS + shown.spanS };
    this.asked = asked;
    this.fetch(asked, width).then((said) => {
      if (this.asked !== asked) return;
      this.asked = null;
      this.found = said && { ...asked, durationS: shown.durationS, said };
      if (said) this.dispatchEvent(new Event("change"));
    });
  }

  async fetch({ startS, endS }, width) {
    const page = document.getElementById("night-results")?.dataset ?? {};
    const trial = new URL(page.movements ?? "", location.href).searchParams.get("trial") ?? "";
    const said = new URLSearchParams({ t0: startS, t1: endS, px: Math.min(Math.round(3 * width), 8192), trial });
    const answer = await fetch(`${this.base}/levels?${said}`).catch(() => null);
    return answer && isOf(answer, "application/json") ? answer.json() : null;
  }
}

function isWithin(found, shown) {
  const reach = RESERVE * shown.spanS;
  const ratio = shown.spanS / found.spanS;
  return ratio > 0.5 && ratio < 2.5 && found.startS <= Math.max(shown.startS - reach, 0)
    && found.endS >= Math.min(shown.endS + reach, shown.durationS);
}

export function paintLevel(side) {
  return (context, scene, width, height) => {
    const { colour, levels, shown } = scene;
    scene.drawGrid(context, width, height);
    const said = levels.found?.said;
    const stretches = said?.legs[side] ?? [];
    if (shown.spanS > LONGEST_S || !said || stretches.length === 0) {
      context.fillStyle = colour.soft;
      context.textAlign = "left";
      const text = shown.spanS > LONGEST_S ? "zoom in to 15 minutes or less" : said ? "this leg was not measured" : "…";
      context.fillText(text, 8, height / 2);
      return;
    }
    const highest = Math.max(...stretches.flatMap((each) => each.rest_uv)) + CEILING * said.onset_above_rest_uv;
    const y = (uv) => height - 2 - (Math.min(uv, highest) / highest) * (height - 4);
    for (const each of stretches) {
      curve(context, scene, each, each.brief_uv, y, colour.faint, 1, []);
      const above = (by) => each.rest_uv.map((rest) => rest + by);
      curve(context, scene, each, each.rest_uv, y, colour.respiratory, 1, []);
      curve(context, scene, each, above(said.end_above_rest_uv), y, colour.respiratory, 1, [1.5, 2.5]);
      curve(context, scene, each, above(said.onset_above_rest_uv), y, colour.respiratory, 1.2, [6, 3]);
      curve(context, scene, each, each.steady_uv, y, colour.periodic, 1.5, []);
    }
    scene.name(`level-${side}`, `Level, ${side}\n0 to ${Number(highest.toPrecision(2))} µV`);
  };
}

function curve(context, scene, each, values, y, colour, width, dash) {
  const from = Math.max(Math.floor((scene.shown.startS - each.first_s) / each.step_s) - 1, 0);
  const upTo = Math.min(Math.ceil((scene.shown.endS - each.first_s) / each.step_s) + 2, values.length);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  for (let i = from; i < upTo; i += 1) context.lineTo(scene.x(each.first_s + i * each.step_s), y(values[i]));
  context.stroke();
  context.setLineDash([]);
}

// What the lines mean, with the thresholds in force.
export function levelsSaid({ found }) {
  if (!found) return "";
  const { onset_above_rest_uv: onset, end_above_rest_uv: end } = found.said;
  return `Level of the leg EMG: thick, steady; thin, brief. Lines from below: rest; ${end} µV above rest, below `
    + `which a movement ends (dotted); ${onset} µV above rest, at which it begins (dashed). Higher levels are cut off at the top.`;
}
