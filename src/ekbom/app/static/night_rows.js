// One row of a signal: a canvas of uPlot with its own scale, its gain, and what is marked on it.
import { hatch } from "./night_colours.js";
import { kindOf, partsOn } from "./night_movements.js";

const STEPS = [1, 2, 5];
// Read with negative voltages above, as in every laboratory for sleep; all else has no such custom.
const BY_POLARITY = ["eeg", "eog"];
const NOTHING = [new Float64Array(0), new Int16Array(0), new Int16Array(0)];

export class Row {
  constructor(channel, field, scene) {
    this.channel = channel;
    this.field = field;
    this.scene = scene;
    this.middle = channel.middle;
    this.half = channel.half;
    this.signal = null;
    this.plot = new uPlot(this.options(), NOTHING, field);
  }

  options() {
    const row = this;
    return {
      width: 10,
      height: 10,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false },
      pxAlign: 0,
      scales: {
        x: { time: false, auto: false, range: () => [this.scene.shown.startS, this.scene.shown.endS] },
        // The integers of the file: the trace is drawn without turning them into anything else.
        y: { auto: false, range: () => this.range().toSorted((one, other) => one - other) },
      },
      axes: [{ show: false }, { show: false }],
      series: [
        {},
        { stroke: () => this.scene.colour.ink, width: 1, paths: (plot, index, first, last) => trace(plot, row, first, last), points: { show: false } },
        { paths: () => null, points: { show: false } },
      ],
      hooks: { drawClear: [(plot) => backdrop(plot, row)], draw: [(plot) => note(plot, row)] },
    };
  }

  get hasPolarity() { return BY_POLARITY.includes(this.channel.kind); }
  get isNegativeUp() { return this.hasPolarity && this.scene.isNegativeUp; }

  // Which voltages lie above; empty where nobody draws them otherwise.
  get way() {
    if (!this.hasPolarity) return "";
    return this.isNegativeUp ? "negative up" : "positive up";
  }

  // The integers at the bottom and at the top of the row.
  range() {
    const { gain, offset } = this.channel;
    const ends = [this.middle - this.half, this.middle + this.half].map((value) => (value - offset) / gain);
    if (this.isNegativeUp) ends.reverse();
    return ends[0] === ends[1] ? [ends[0] - 1, ends[0] + 1] : ends;
  }

  resize(width, height) {
    this.plot.setSize({ width, height });
  }

  draw(signal) {
    this.plot.batch(() => {
      if (signal !== this.signal) {
        this.signal = signal;
        this.plot.setData(signal ? [signal.moments, signal.lowest, signal.highest] : NOTHING, false);
      }
      const { startS, endS } = this.scene.shown;
      this.plot.setScale("x", { min: startS, max: endS });
      const [low, high] = this.range().toSorted((one, other) => one - other);
      this.plot.setScale("y", { min: low, max: high });
    });
  }

  // Up and down the ladder 1, 2, 5, 10 …
  louder(steps) {
    let [power, k] = [Math.floor(Math.log10(this.half) + 1e-9), 0];
    k = STEPS.findIndex((step) => Math.abs(this.half / 10 ** power - step) < step / 100);
    if (k < 0) k = 0;
    k -= steps;
    power += Math.floor(k / STEPS.length);
    k = ((k % STEPS.length) + STEPS.length) % STEPS.length;
    this.half = STEPS[k] * 10 ** power;
  }

  reset() {
    this.middle = this.channel.middle;
    this.half = this.channel.half;
  }

  // What is shown at present fills the row.
  fit() {
    if (!this.signal) return;
    const { startS, endS } = this.scene.shown;
    let [low, high] = [Infinity, -Infinity];
    this.signal.moments.forEach((moment, i) => {
      if (moment < startS || moment > endS || this.signal.lowest[i] > this.signal.highest[i]) return;
      low = Math.min(low, this.signal.lowest[i]);
      high = Math.max(high, this.signal.highest[i]);
    });
    if (low > high) return;
    const { gain, offset } = this.channel;
    this.middle = ((low + high) / 2) * gain + offset;
    const least = Math.max(((high - low) / 2) * Math.abs(gain), Math.abs(gain));
    const power = 10 ** Math.floor(Math.log10(least));
    this.half = [...STEPS, 10].map((step) => step * power).find((step) => step >= least * 0.999);
  }

  rangeText() {
    const text = (value) => Number(value.toPrecision(3)).toLocaleString("en-GB").replace("-", "−");
    const unit = ` ${this.channel.unit || "(no unit)"}`;
    // As short as it can be: a unit that is cut off says nothing.
    const way = this.hasPolarity ? `, ${this.isNegativeUp ? "neg" : "pos"} ↑` : "";
    if (this.middle === 0) return `±${text(this.half)}${unit}${way}`;
    return `${text(this.middle - this.half)}…${text(this.middle + this.half)}${unit}${way}`;
  }
}

// From lowest to highest in each column, entering each from the nearer end.
function trace(plot, row, first, last) {
  const [moments, lowest, highest] = plot.data;
  const path = new Path2D();
  const { left, top, width, height } = plot.bbox;
  const { x } = plot.scales;
  // Where the gain is negative, or negative is up, the highest integer lies at the bottom, and all of this still holds.
  const [bottom, summit] = row.range();
  const xs = width / (x.max - x.min);
  const ys = height / (summit - bottom);
  let before = null;
  for (let i = Math.max(first - 1, 0); i <= Math.min(last + 1, moments.length - 1); i += 1) {
    if (lowest[i] > highest[i]) { before = null; continue; }
    const at = left + (moments[i] - x.min) * xs;
    let from = top + (summit - lowest[i]) * ys;
    let to = top + (summit - highest[i]) * ys;
    if (before === null) path.moveTo(at, from);
    else {
      if (Math.abs(before - to) < Math.abs(before - from)) [from, to] = [to, from];
      path.lineTo(at, from);
    }
    // A column in which nothing changes is drawn as a dot wide, not left out.
    if (from !== to) path.lineTo(at, to); else if (before === null) path.lineTo(at + 0.5, to);
    before = to;
  }
  return { stroke: path, fill: null, clip: null, band: null, gaps: null, flags: 1 };
}

function backdrop(plot, row) {
  const { scene, channel } = row;
  const { ctx: context } = plot;
  const scale = uPlot.pxRatio;
  const { width, height } = plot.bbox;
  context.save();
  context.scale(scale, scale);
  const [wide, high] = [width / scale, height / scale];
  scene.drawGrid(context, wide, high);
  if (channel.side) drawStretches(context, row, high);
  context.restore();
}

// Movements of this leg behind its trace.
function drawStretches(context, row, high) {
  const { scene, channel } = row;
  const { startS, endS } = scene.shown;
  for (const one of scene.movements.between(startS, endS)) {
    for (const part of partsOn(one, channel.side)) drawStretch(context, scene, one, part, high);
  }
  const marked = scene.marking;
  if (marked && marked.side === channel.side) {
    const [x, until] = [scene.x(marked.onset_s), scene.x(marked.offset_s)];
    context.strokeStyle = scene.colour.accent;
    context.lineWidth = 2;
    context.strokeRect(Math.min(x, until), 1, Math.abs(until - x), high - 2);
  }
}

function drawStretch(context, scene, one, part, high) {
  const { colour } = scene;
  const isSelected = one.key === scene.movements.selected;
  const x = scene.x(part.onset_s);
  const width = Math.max(scene.x(part.offset_s) - x, 1);
  if (width < 3 && !isSelected) return;
  if (kindOf(one) === "rejected") hatch(context, x, 0, width, high, colour.faint, 6);
  else {
    context.fillStyle = kindOf(one) === "other" ? colour.wash : colour.found;
    context.fillRect(x, 0, width, high);
  }
  // Onset as a line, offset dashed, as in the reports.
  const [line, thick] = isSelected ? [colour.accent, 2] : [colour.single, 1];
  edge(context, x, high, line, thick, []);
  edge(context, x + width, high, line, thick, [3, 2]);
}

function edge(context, x, high, colour, width, dash) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, high);
  context.stroke();
  context.setLineDash([]);
}

// Nothing is left blank without a word.
function note(plot, row) {
  if (row.signal) return;
  const { ctx: context } = plot;
  context.save();
  context.scale(uPlot.pxRatio, uPlot.pxRatio);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = row.scene.colour.soft;
  context.fillText("…", 8, plot.bbox.height / uPlot.pxRatio / 2);
  context.restore();
}
