// Colours from the style sheet, so that light and dark are told in one place.
const NAMES = [
  "ink", "soft", "faint", "rule", "wash", "paper", "periodic", "single", "other",
  "respiratory", "rem", "found", "accent", "alert", "bad",
];

export function colours(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export function whenSchemeChanges(told) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", told);
}

// Slanted lines over a box: what was not recorded, and what was rejected.
export function hatch(context, x, y, width, height, colour, apart = 6) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = Math.floor((x - height) / apart) * apart; at < x + width; at += apart) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}
