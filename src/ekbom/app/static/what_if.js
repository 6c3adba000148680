// Sliders of the page that asks the model. Without it the number fields do the same.
"use strict";

const minutesOf = (clock) => {
  const [hour, minute] = clock.split(":").map(Number);
  return 60 * hour + minute;
};
const clockOf = (minutes) => {
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

// A slider and its field say the same, whichever is moved.
function pair(slider, field, toField, toSlider) {
  slider.hidden = false;
  const follow = () => {
    const value = toSlider(field.value);
    if (Number.isFinite(value)) slider.value = String(value);
  };
  slider.addEventListener("input", () => {
    field.value = toField(slider.value);
  });
  field.addEventListener("input", follow);
  follow();
  return follow;
}

const follows = {};
for (const slider of document.querySelectorAll("input[type=range][data-for]")) {
  const field = document.getElementById(slider.dataset.for);
  follows[field.id] = pair(slider, field, (v) => v, (v) => (v === "" ? NaN : Number(v)));
}
for (const slider of document.querySelectorAll("input[type=range][data-clock]")) {
  const field = document.getElementById(slider.dataset.clock);
  follows[field.id] = pair(slider, field, (v) => clockOf(Number(v)), minutesOf);
}

function bound(id, low, high, step) {
  const field = document.getElementById(id);
  const slider = document.querySelector(`input[type=range][data-for="${id}"]`);
  for (const one of [field, slider]) {
    one.min = low;
    one.max = high;
  }
  slider.step = step;
  slider.disabled = Number(low) === Number(high);
  return field;
}

// The range of a dose is that of the product: what trials gave of it.
function choose(select, isFirst) {
  const dose = select.dataset.doses;
  const field = document.getElementById(dose);
  const slider = document.querySelector(`input[type=range][data-for="${dose}"]`);
  const { low, high, step, clock, most, twice } = select.selectedOptions[0]?.dataset ?? {};
  field.disabled = low === undefined;
  slider.disabled = field.disabled;
  if (field.disabled) return;
  bound(dose, low, high, step);
  if (!isFirst || field.value === "") field.value = low;
  const times = Number(twice) > 1 ? ", twice a day, twelve hours apart" : "";
  const range = low === high ? `${low} mg` : `${low} to ${high} mg`;
  document.getElementById(`${dose}-hint`).textContent = `Trials gave ${range}${times}.`;
  follows[dose]();
  if (dose === "drug_mg") {
    const field_of_clock = document.getElementById("clock");
    if (!isFirst) field_of_clock.value = clock;
    document.getElementById("clock-hint").textContent = `In trials at ${clock}.`;
    follows.clock();
  }
  if (dose === "vein_mg") {
    const times_given = bound("vein_n", 1, most, 1);
    if (Number(times_given.value) > Number(most)) times_given.value = most;
    follows.vein_n();
  }
}
for (const select of document.querySelectorAll("select[data-doses]")) {
  select.addEventListener("change", () => choose(select, false));
  choose(select, true);
}
