"""What is assumed where a scenario does not say; each assumption is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.states import Person


@dataclass(frozen=True, slots=True)
class Range:
    """Values that the model can start from."""

    lowest: float
    highest: float
    unit: str


# Below it assays give no number, and stores so empty have no steady state in the model.
FERRITIN = Range(1, 100_000, "ug/L")
SATURATION = Range(1, 100, "%")

_WORDS = {
    "weight": ("assumed_weight_kg", "body weight", "kg"),
    "hemoglobin": ("assumed_hemoglobin", "haemoglobin", "g/dL"),
    "ferritin": ("assumed_ferritin", "ferritin", "ug/L"),
    "irls": ("assumed_irls", "severity (IRLS)", "points"),
    "plms_index": ("assumed_plms_index", "PLMS index", "/h"),
    "wake_min": ("assumed_wake_min", "waking after sleep onset", "min"),
    "awakenings": ("assumed_awakenings", "awakenings", "a night"),
}
# Beyond this share of its most the index hardly follows the drive that treatment lowers.
_NEAR_MOST = 0.75
# What is looked at for being outside of what trials saw: field of a person, words, unit.
_TRIED = {
    "ferritin": ("ferritin_ug_per_l", "ferritin", "ug/L"),
    "tsat": ("tsat_percent", "transferrin saturation", "%"),
    "hemoglobin": ("hemoglobin_g_per_dl", "haemoglobin", "g/dL"),
    "irls": ("irls", "severity (IRLS)", "points"),
    "weight": ("weight_kg", "body weight", "kg"),
    "clearance": ("clearance_share", "kidney function", "of that of healthy kidneys"),
}
_BY_SEX = {"assumed_hemoglobin", "assumed_ferritin"}


class Assumed:
    """Values for what was not given, and a list of those that were used.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the section ``model-parameters``.
    sex : str
        ``female`` or ``male``.
    """

    def __init__(self, knowledge: KnowledgeBase, sex: str) -> None:
        records = knowledge.of(ModelParameter).values()
        self.values = {r.symbol: r.median for r in records if r.submodel == "scenario"}
        self._sex = sex
        self._said: dict[str, str] = {}

    @property
    def said(self) -> Mapping[str, str]:
        """What was assumed so far: by name, the value with its unit."""
        return dict(self._said)

    def or_given(self, what: str, given: float | None) -> float:
        """The value given; else the assumed one, which is noted."""
        if given is not None:
            return given
        symbol, words, unit = _WORDS[what]
        value = self.values[f"{symbol}_{self._sex}" if symbol in _BY_SEX else symbol]
        self._said[words] = f"{value:g} {unit}"
        return value

    def movements(self, given_per_h: float | None, most_per_h: float) -> float:
        """The PLMS index given, or the assumed one; noted where the model has few more."""
        value = self.or_given("plms_index", given_per_h)
        if value > _NEAR_MOST * most_per_h:
            self._said["movements near the most of the model"] = (
                f"{most_per_h:g} /h, from where treatment lowers them less"
            )
        return value

    def saturation(self, ferritin_ug_per_l: float) -> float:
        """Transferrin saturation that goes with a ferritin, per cent; noted."""
        ratio = ferritin_ug_per_l / self.values["assumed_tsat_ferritin"]
        power = self.values["assumed_tsat_power"]
        value = float(self.values["assumed_tsat_percent"] * ratio**power)
        self._said["transferrin saturation"] = f"{value:.0f} % (from ferritin)"
        return value

    def beyond_trials(self, person: Person) -> None:
        """Note what of a person lies outside of what trials saw: there the model is guessing."""
        for key, (field, words, unit) in _TRIED.items():
            value = float(getattr(person, field))
            low, high = self.values[f"tried_{key}_low"], self.values[f"tried_{key}_high"]
            if not low <= value <= high:
                self._said[f"that trials tell of such a {words}"] = (
                    f"{value:g} {unit}; they saw little outside {low:g} to {high:g}"
                )

    def phase_shift_h(self, lights_off_h: float, lights_on_h: float) -> float:
        """How much later than usual the body clock runs, by the middle of the habitual night."""

        def middle(off: float, on: float) -> float:
            return off + ((on - off) % 24) / 2

        usual = middle(self.values["usual_lights_off_h"], self.values["usual_lights_on_h"])
        shift = (middle(lights_off_h, lights_on_h) - usual + 12) % 24 - 12
        return shift * self.values["clock_follows_sleep"]
