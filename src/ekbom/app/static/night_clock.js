// Times as they are read on the screen: on the clock where the recording has one, and elapsed.
const STEPS_S = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400];
const DAY_S = 86400;

const two = (n) => String(n).padStart(2, "0");

export class Clock {
  // The header says the time on the wall, without a zone: it is never moved into one.
  constructor(start) {
    const at = start ? new Date(`${start.slice(0, 19)}Z`) : null;
    const fraction = start && start.includes(".") ? Number(`0${start.slice(start.indexOf("."))}`) : 0;
    this.startS = at && !Number.isNaN(at.getTime())
      ? at.getUTCHours() * 3600 + at.getUTCMinutes() * 60 + at.getUTCSeconds() + fraction : null;
  }

  get isKnown() { return this.startS !== null; }

  // As exact as steps of this many seconds need.
  text(seconds, stepS = 1) {
    if (!this.isKnown) return elapsed(seconds, stepS);
    const units = rounded(((this.startS + seconds) % DAY_S + DAY_S) % DAY_S, stepS);
    const whole = Math.floor(units) % DAY_S;
    const hours = two(Math.floor(whole / 3600));
    const minutes = two(Math.floor(whole / 60) % 60);
    return stepS >= 60 ? `${hours}:${minutes}` : `${hours}:${minutes}:${two(whole % 60)}${decimals(units, stepS)}`;
  }

  // Moments on the axis: round on the clock, no nearer to each other than asked.
  ticks(startS, endS, leastS) {
    const stepS = STEPS_S.find((step) => step >= leastS) ?? STEPS_S.at(-1);
    const zero = this.isKnown ? this.startS : 0;
    const found = [];
    for (let k = Math.ceil((startS + zero) / stepS - 1e-9); k * stepS - zero <= endS; k += 1) {
      found.push(k * stepS - zero);
    }
    return { stepS, at: found };
  }
}

// Hours, minutes and seconds since the start of the recording.
export function elapsed(seconds, stepS = 1) {
  const units = rounded(Math.max(seconds, 0), stepS);
  const whole = Math.floor(units);
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${decimals(units, stepS)}`;
}

export function lengthText(seconds) {
  if (seconds >= 5400) return `${trimmed(seconds / 3600)} h`;
  if (seconds >= 90) return `${trimmed(seconds / 60)} min`;
  return `${trimmed(seconds)} s`;
}

const digits = (stepS) => (stepS >= 1 ? 0 : stepS >= 0.1 ? 1 : 2);
// Whole seconds as a clock shows them, and the table does: 05.7 is 05. Round moments are held by a
// microsecond, as they come out of sums.
const rounded = (seconds, stepS) => (digits(stepS) ? Number(seconds.toFixed(digits(stepS))) : Math.floor(seconds + 1e-6));
const trimmed = (value) => String(Number(value.toFixed(value < 10 ? 1 : 0)));

function decimals(seconds, stepS) {
  return digits(stepS) ? (seconds % 1).toFixed(digits(stepS)).slice(1) : "";
}
