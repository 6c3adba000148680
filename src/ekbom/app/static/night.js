// The viewer of a night: puts the lanes and rows together and draws them when something changed.
import { Clock, elapsed, lengthText } from "./night_clock.js";
import { colours, hatch, whenSchemeChanges } from "./night_colours.js";
import { listen } from "./night_input.js";
import { EPOCHS_UP_TO_S, Lane, paintAxis, paintEvents, paintLeg, paintNight, paintSeries, stageAt } from "./night_lanes.js";
import { Levels, levelsSaid, paintLevel } from "./night_levels.js";
import { legend, Movements, said } from "./night_movements.js";
import { Row } from "./night_rows.js";
import { isBeingPrepared, isOf, Tiles } from "./night_tiles.js";
import { ShownWindow } from "./night_window.js";

const AGAIN_MS = 2000;
const SAID_AFTER_MS = 700;
const NARROW_PX = 640;
// Of this window: whether EEG and EOG are drawn with negative voltages above.
const POLARITY = "ekbom-eeg-up";
const ROW_PX = { least: 34, most: 96, leg: 1.7 };
const SPANS_S = [["1 h", 3600], ["5 min", 300], ["30 s", 30]];

class Viewer {
  constructor(element, view) {
    this.element = element;
    this.base = element.dataset.base;
    this.view = view;
    this.clock = new Clock(view.start);
    this.shown = new ShownWindow(view.duration_s);
    this.tiles = new Tiles(this.base);
    this.movements = new Movements(this.base);
    this.levels = new Levels(this.base);
    this.colour = colours(element);
    this.isNegativeUp = sessionStorage.getItem(POLARITY) !== "positive";
    this.marking = null;
    this.pointedS = null;
    this.active = null;
    this.part = (name) => element.querySelector(`[data-viewer="${name}"]`);
    this.stack = this.part("stack");
    this.build();
    this.connect();
    this.resize();
  }

  build() {
    const lane = (part, name, paint, side) => new Lane(this.place(part, name, side), paint);
    this.lanes = [
      lane("night", "Night", paintNight),
      lane("axis", this.clock.isKnown ? "Clock\nfrom start" : "From start", paintAxis),
      lane("series", "", paintSeries),
      lane("left", "Left leg", paintLeg("left"), "left"),
      lane("right", "Right leg", paintLeg("right"), "right"),
      lane("breathing", "Breathing", paintEvents("respiratory", "respiratory")),
      lane("arousals", "Arousals", paintEvents("arousals", "soft")),
      lane("level-left", "Level, left", paintLevel("left"), "left"),
      lane("level-right", "Level, right", paintLevel("right"), "right"),
    ];
    const isNarrow = innerWidth < NARROW_PX;
    this.rows = this.view.channels.map((channel) => this.row(channel));
    for (const row of this.rows) row.isShown = !isNarrow || row.channel.side !== null;
    if (!this.rows.some((row) => row.isShown)) this.rows[0].isShown = true;
    this.crosshair = document.createElement("div");
    this.crosshair.className = "night-crosshair";
    this.crosshair.hidden = true;
    this.stack.append(this.crosshair);
    this.buildSpans();
    this.buildChannels();
    legend(this.part("legend"), this.colour);
  }

  place(part, name, side) {
    const label = document.createElement("div");
    label.className = `night-name night-${part}-name`;
    const text = document.createElement("span");
    text.textContent = name;
    label.append(text);
    const field = document.createElement("div");
    field.className = `night-field night-${part}`;
    field.dataset.part = part;
    if (side) field.dataset.side = side;
    this.stack.append(label, field);
    return field;
  }

  name(part, text) {
    const label = this.stack.querySelector(`.night-${part}-name > span`);
    if (label.textContent !== text) label.textContent = text;
  }

  row(channel) {
    const field = this.place("signal", "", channel.side);
    const name = field.previousElementSibling;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "night-row";
    button.tabIndex = -1;
    const [label, range] = [document.createElement("span"), document.createElement("span")];
    label.textContent = channel.label;
    range.className = "night-range";
    button.append(label, range);
    name.replaceChildren(button);
    const row = new Row(channel, field, this);
    Object.assign(row, { name, button, said: range });
    this.entitle(row);
    button.addEventListener("focus", () => this.choose(row));
    button.addEventListener("click", () => this.choose(row));
    return row;
  }

  entitle(row) {
    const { label, rate_hz: rateHz } = row.channel;
    row.button.title = `${label}, ${Number(rateHz.toFixed(3))} Hz, raw signal${row.way && `, ${row.way}`}`;
  }

  buildSpans() {
    const every = [["Night", this.view.duration_s], ...SPANS_S].filter(([, s], i) => i === 0 || s < this.view.duration_s);
    this.spans = every.map(([text, spanS]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = text;
      button.addEventListener("click", () => this.shown.centre(this.anchorS(), spanS));
      return { button, spanS };
    });
    this.part("spans").replaceChildren(...this.spans.map((span) => span.button));
    for (const [name, act] of [
      ["back", () => this.shown.pan(-this.shown.spanS)], ["on", () => this.shown.pan(this.shown.spanS)],
      ["previous", () => this.step(-1)], ["next", () => this.step(1)], ["help", () => this.help()],
      ["less", () => this.louder(-1)], ["more", () => this.louder(1)], ["fit", () => this.fit()],
      ["levels", () => this.levels.toggle()], ["polarity", () => this.turn()],
    ]) this.part(name).addEventListener("click", act);
    this.part("polarity").parentElement.hidden = !this.rows.some((row) => row.hasPolarity);
    this.part("polarity").setAttribute("aria-pressed", String(this.isNegativeUp));
  }

  // What a window is narrowed around: the selected movement where it is shown, else the middle.
  anchorS() {
    const one = this.movements.every.find((each) => each.key === this.movements.selected);
    return one && one.onset_s >= this.shown.startS && one.onset_s <= this.shown.endS ? one.onset_s : this.shown.middleS;
  }

  buildChannels() {
    this.part("channels").replaceChildren(...this.rows.map((row) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = row.isShown;
      box.addEventListener("change", () => {
        row.isShown = box.checked;
        this.resize();
      });
      label.append(box, row.channel.label);
      return label;
    }));
  }

  connect() {
    this.shown.addEventListener("change", () => {
      this.changed();
      clearTimeout(this.saying);
      this.saying = setTimeout(() => this.announce(), SAID_AFTER_MS);
    });
    this.tiles.addEventListener("arrived", () => this.changed());
    this.tiles.addEventListener("failed", (event) => this.failed(event.detail));
    this.movements.addEventListener("read", () => {
      this.name("series", this.movements.rules);
      this.levels.forget();
    });
    this.movements.addEventListener("change", () => this.changed());
    this.levels.addEventListener("change", () => this.resize());
    this.movements.addEventListener("failed", () => this.say("The movements could not be read: load the page again. Nothing was lost."));
    whenSchemeChanges(() => {
      this.colour = colours(this.element);
      legend(this.part("legend"), this.colour);
      this.changed();
    });
    document.body.addEventListener("night-changed", () => this.movements.fetch());
    document.body.addEventListener("go-to", (event) => this.goTo(event.detail));
    new ResizeObserver(() => this.resize()).observe(this.stack);
    listen(this);
    this.movements.fetch();
  }

  // Where things are, measured once and not at every frame.
  resize() {
    const shown = this.rows.filter((row) => row.isShown);
    for (const row of this.rows) row.name.hidden = row.field.hidden = !row.isShown;
    for (const side of ["left", "right"]) {
      const lane = this.stack.querySelector(`.night-level-${side}`);
      lane.hidden = lane.previousElementSibling.hidden = !this.levels.isOn;
    }
    this.part("levels").setAttribute("aria-pressed", String(this.levels.isOn));
    this.part("levels-said").textContent = this.levels.isOn ? levelsSaid(this.levels) : "";
    const field = this.lanes[0].place.getBoundingClientRect();
    const stack = this.stack.getBoundingClientRect();
    this.inset = field.left - stack.left;
    this.width = field.width;
    const shares = shown.reduce((sum, row) => sum + (row.channel.side ? ROW_PX.leg : 1), 0);
    const room = innerHeight - 340;
    const unit = Math.min(Math.max(room / Math.max(shares, 1), ROW_PX.least), ROW_PX.most);
    for (const lane of this.lanes) lane.resize();
    for (const row of shown) {
      const height = Math.round(unit * (row.channel.side ? ROW_PX.leg : 1));
      row.field.style.height = `${height}px`;
      row.resize(this.width, height);
    }
    const columns = Math.round(this.width * Math.min(devicePixelRatio || 1, 2));
    this.tiles.show(shown.map((row) => row.channel.number), columns);
    this.changed();
  }

  get left() { return this.stack.getBoundingClientRect().left + this.inset; }
  x(seconds) { return ((seconds - this.shown.startS) / this.shown.spanS) * this.width; }
  secondsAt(clientX) { return this.shown.startS + ((clientX - this.left) / this.width) * this.shown.spanS; }

  changed() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    this.tiles.want(this.shown);
    this.levels.want(this.shown, this.width);
    for (const lane of this.lanes) if (!lane.place.hidden) lane.draw(this);
    for (const row of this.rows) {
      if (!row.isShown) continue;
      row.draw(this.tiles.of(row.channel.number));
      const text = row.rangeText();
      if (row.said.textContent !== text) row.said.textContent = text;
    }
    for (const { button, spanS } of this.spans) {
      button.setAttribute("aria-pressed", String(Math.abs(spanS - this.shown.spanS) < 0.01 * spanS));
    }
    this.read();
    const { startS, endS } = this.shown;
    // Batched rows are drawn in the same turn, after this one.
    queueMicrotask(() => {
      this.element.dataset.shown = this.tiles.isSharp(this.shown) ? `${startS},${endS}` : "";
    });
  }

  drawGrid(context, width, height) {
    const { colour, shown, view } = this;
    for (const [startS, endS] of view.gaps) {
      if (endS < shown.startS || startS > shown.endS) continue;
      const x = this.x(startS);
      hatch(context, x, 0, Math.max(this.x(endS) - x, 1), height, colour.faint);
    }
    const epochs = shown.spanS <= EPOCHS_UP_TO_S ? view.hypnogram : null;
    const at = epochs
      ? Array.from({ length: Math.ceil(shown.spanS / epochs.epoch_s) + 1 }, (_, i) => (
        epochs.start_s + (Math.floor((shown.startS - epochs.start_s) / epochs.epoch_s) + i) * epochs.epoch_s))
      : this.clock.ticks(shown.startS, shown.endS, (92 / width) * shown.spanS).at;
    context.strokeStyle = colour.rule;
    context.lineWidth = 1;
    context.beginPath();
    for (const seconds of at) {
      const x = Math.round(this.x(seconds)) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
  }

  point(clientX, side = null) {
    const x = clientX === null ? -1 : clientX - this.left;
    const isInside = x >= 0 && x <= this.width;
    this.pointedS = isInside ? this.secondsAt(clientX) : null;
    this.pointedSide = side;
    this.crosshair.hidden = !isInside;
    if (isInside) this.crosshair.style.transform = `translateX(${this.inset + x}px)`;
    this.read();
  }

  // What is under the cursor, or the window where there is none.
  read() {
    const { clock, shown, pointedS } = this;
    const stepS = shown.spanS <= 60 ? 0.1 : 1;
    if (pointedS === null) {
      const range = `${clock.text(shown.startS)} to ${clock.text(shown.endS)}`;
      this.part("readout").textContent = `${range} · ${lengthText(shown.spanS)}`;
      return;
    }
    const staged = stageAt(this.view.hypnogram, pointedS);
    const parts = [clock.text(pointedS, stepS)];
    if (clock.isKnown) parts.push(`${elapsed(pointedS, stepS)} from the start`);
    if (staged) parts.push(staged.stage === "?" ? "not scored" : staged.stage, `epoch ${staged.epoch}`);
    const one = this.pointedSide && this.movements.at(pointedS, this.pointedSide, 0);
    if (one) parts.unshift(said({ ...one, reasons: [] }));
    this.part("readout").textContent = parts.join(" · ");
  }

  announce() {
    const { clock, shown } = this;
    const n = this.movements.between(shown.startS, shown.endS).length;
    const stage = stageAt(this.view.hypnogram, shown.middleS)?.stage ?? "no stage";
    this.say(`${clock.text(shown.startS)} to ${clock.text(shown.endS)}, ${lengthText(shown.spanS)}, ${stage} `
      + `in the middle, ${n} ${n === 1 ? "movement" : "movements"}`);
  }

  say(text) { this.part("said").textContent = text; }

  select(one) {
    this.movements.select(one.key);
    this.tell("movement-selected", { key: one.key });
    this.say(`${this.clock.text(one.onset_s)}: ${said(one)}`);
  }

  step(direction) {
    const one = this.movements.next(this.shown.middleS, direction);
    if (!one) {
      this.say(direction > 0 ? "no later movement" : "no earlier movement");
      return;
    }
    this.goTo(one);
    this.select(one);
  }

  goTo({ onset_s: onsetS, key }) {
    if (key) this.movements.select(key);
    const isWide = this.shown.spanS > SPANS_S[1][1];
    if (Number.isFinite(onsetS)) this.shown.centre(onsetS, isWide ? SPANS_S[1][1] : this.shown.spanS);
  }

  mark(stretch) {
    if (!stretch && !this.marking) return;
    this.marking = stretch;
    this.changed();
  }

  tell(name, detail) { window.dispatchEvent(new CustomEvent(name, { detail })); }

  choose(row) {
    this.active = row;
    for (const each of this.rows) {
      each.name.classList.toggle("night-active", each === row);
      each.button.tabIndex = each === row ? 0 : -1;
    }
  }

  activate(direction) {
    const shown = this.rows.filter((row) => row.isShown);
    const next = shown[Math.min(Math.max(shown.indexOf(this.active) + direction, 0), shown.length - 1)];
    next.button.focus({ preventScroll: true });
    next.name.scrollIntoView({ block: "nearest" });
  }

  // Of the chosen row; where none was chosen, of all.
  withRows(act) {
    for (const row of this.active ? [this.active] : this.rows.filter((each) => each.isShown)) act(row);
    if (this.active) this.say(`${this.active.channel.label}: ${this.active.rangeText()}`);
    this.changed();
  }

  louder(steps) { this.withRows((row) => row.louder(steps)); }
  fit() { this.withRows((row) => row.fit()); }
  // EEG and EOG the other way up.
  turn() {
    if (!this.rows.some((row) => row.hasPolarity)) return;
    this.isNegativeUp = !this.isNegativeUp;
    sessionStorage.setItem(POLARITY, this.isNegativeUp ? "negative" : "positive");
    this.part("polarity").setAttribute("aria-pressed", String(this.isNegativeUp));
    for (const row of this.rows) this.entitle(row);
    this.say(`EEG and EOG are drawn ${this.isNegativeUp ? "negative" : "positive"} up`);
    this.changed();
  }

  reset() { this.withRows((row) => row.reset()); }
  help() { this.part("keys").showModal(); }

  failed(error) {
    if (error.name === "AbortError") return;
    if (error.isPreparing) setTimeout(() => this.changed(), AGAIN_MS);
    this.say(error.isLocked ? "The page is locked: load it again to unlock it."
      : error.isPreparing ? "The signals are being prepared …"
        : "The signals could not be read: load the page again. Nothing was lost.");
  }
}

// Until the signals are there, says so and asks again.
async function open(element) {
  const waiting = element.querySelector('[data-viewer="waiting"]');
  const answer = await fetch(`${element.dataset.base}/view.json`);
  if (await isBeingPrepared(answer)) {
    waiting.textContent = "The signals are being prepared for the screen …";
    setTimeout(() => open(element), AGAIN_MS);
    return;
  }
  if (!isOf(answer, "application/json")) {
    waiting.textContent = "The signals cannot be shown at present: load the page again. Nothing was lost.";
    return;
  }
  const view = await answer.json();
  waiting.hidden = true;
  element.querySelector('[data-viewer="whole"]').hidden = false;
  element.viewer = new Viewer(element, view);
}

const element = document.getElementById("viewer");
if (element) open(element);
