// Stretches of the signals from the server: three screens at once, so that panning finds them there.
const MOST_COLUMNS = 8192;
const SCREENS = 3;
// Beyond this share of a screen from the edge of what is there, the next is asked for.
const RESERVE = 0.4;
// A stretch drawn much wider or narrower than it was asked for is asked for again.
const SHARPER = 0.98;
const COARSER = 3;

const NOTHING = { moments: new Float64Array(0), lowest: new Int16Array(0), highest: new Int16Array(0) };

export class Tiles extends EventTarget {
  constructor(base) {
    super();
    this.base = base;
    this.channels = [];
    this.width = 0;
    this.tile = null;
    this.asked = null;
  }

  // What is drawn at present, whether or not it is sharp.
  of(channel) { return this.tile ? this.tile.signals.get(channel) ?? NOTHING : null; }

  show(channels, width) {
    const names = channels.join();
    if (names === this.channels.join() && width === this.width) return;
    this.channels = channels;
    this.width = width;
    this.tile = this.tile && { ...this.tile, isStale: true };
    this.asked?.stop.abort();
    this.asked = null;
  }

  // True where what is shown is all there, and sharp.
  isSharp(shown) { return fits(this.tile, shown, 0); }

  want(shown) {
    if (this.width < 1 || this.channels.length === 0) return;
    // One question at a time: while somebody zooms, every answer is drawn, and then the next asked for.
    if (this.asked || fits(this.tile, shown, RESERVE)) return;
    const spanS = shown.spanS;
    const asked = {
      spanS,
      startS: shown.middleS - (SCREENS / 2) * spanS,
      endS: shown.middleS + (SCREENS / 2) * spanS,
      durationS: shown.durationS,
      stop: new AbortController(),
    };
    this.asked = asked;
    this.fetch(asked).then(
      (signals) => {
        if (this.asked !== asked) return;
        this.asked = null;
        this.tile = { ...asked, signals };
        this.dispatchEvent(new Event("arrived"));
      },
      (error) => {
        if (this.asked !== asked) return;
        this.asked = null;
        this.dispatchEvent(new CustomEvent("failed", { detail: error }));
      },
    );
  }

  async fetch({ startS, endS, stop }) {
    const columns = Math.min(Math.round(SCREENS * this.width), MOST_COLUMNS);
    const said = new URLSearchParams({ t0: startS, t1: endS, px: columns, channels: this.channels.join() });
    const answer = await fetch(`${this.base}/tile?${said}`, { signal: stop.signal });
    if (!isOf(answer, "application/octet-stream")) throw new Unanswered(answer, await isBeingPrepared(answer));
    return decoded(await answer.arrayBuffer());
  }
}

class Unanswered extends Error {
  constructor(answer, isPreparing) {
    super(isPreparing ? "being prepared" : "not answered");
    this.isPreparing = isPreparing;
    this.isLocked = answer.redirected;
  }
}

// A night whose signals are not ready yet says so; anything else that is missing stays missing.
export async function isBeingPrepared(answer) {
  if (answer.status !== 404 || !(answer.headers.get("content-type") ?? "").startsWith("application/json")) return false;
  return (await answer.json()).is_preparing === true;
}

export const isOf = (answer, type) => answer.ok && (answer.headers.get("content-type") ?? "").startsWith(type);

function fits(tile, shown, reserve) {
  if (!tile || tile.isStale) return false;
  const ratio = shown.spanS / tile.spanS;
  const reach = reserve * shown.spanS;
  const startS = Math.max(shown.startS - reach, 0);
  const endS = Math.min(shown.endS + reach, shown.durationS);
  return ratio >= SHARPER && ratio <= COARSER && tile.startS <= startS + 1e-6 && tile.endS >= endS - 1e-6;
}

// The form is that of ekbom.app.nights.tile: of each signal moments, lowest and highest.
function decoded(buffer) {
  const head = new DataView(buffer);
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== "EKT1") throw new Error("no tile");
  const Values = head.getUint32(4, true) === 2 ? Int16Array : Int32Array;
  const parts = new Map();
  let at = 16;
  for (let left = head.getUint32(8, true); left > 0; left -= 1) {
    const [signal, kind, n] = [0, 4, 8].map((byte) => head.getUint32(at + byte, true));
    const [firstS, stepS] = [16, 24].map((byte) => head.getFloat64(at + byte, true));
    const values = new Values(buffer, at + 32, kind === 1 ? n : 2 * n);
    const part = { isSamples: kind === 1, n, firstS, stepS, values };
    parts.set(signal, [...(parts.get(signal) ?? []), part]);
    at += 32 + Math.ceil(values.byteLength / 8) * 8;
  }
  return new Map([...parts].map(([signal, every]) => [signal, joined(every, Values)]));
}

function joined(parts, Values) {
  // Between two runs of samples stands one place with the lowest above the highest: the pen is lifted.
  const n = parts.reduce((sum, part) => sum + part.n, parts.length - 1);
  const found = { moments: new Float64Array(n), lowest: new Values(n), highest: new Values(n) };
  let k = 0;
  for (const part of parts) {
    if (k > 0) {
      found.moments[k] = part.firstS - part.stepS / 2;
      found.lowest[k] = 1;
      k += 1;
    }
    for (let i = 0; i < part.n; i += 1, k += 1) {
      found.moments[k] = part.firstS + (part.isSamples ? i : i + 0.5) * part.stepS;
      found.lowest[k] = part.values[part.isSamples ? i : 2 * i];
      found.highest[k] = part.values[part.isSamples ? i : 2 * i + 1];
    }
  }
  return found;
}
