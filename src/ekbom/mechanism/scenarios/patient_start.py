"""Where a patient stands at the start of a scenario: what the record tells, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.parameters import Sourced
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.scenarios.assumed import FERRITIN, SATURATION, Assumed, Range
from ekbom.mechanism.states import Person
from ekbom.patient.labs import (
    CkdEpi,
    CockcroftGault,
    creatinine_clearance,
    filtration_rate,
    in_unit,
    transferrin_saturation,
)
from ekbom.patient.patient import Draw, FilledQuestionnaire, LabResult, Patient, Sex

_IRLS = "irls"
_FERRITIN, _HEMOGLOBIN, _CREATININE, _RATE = "ferritin", "hemoglobin", "creatinine", "egfr"
_CRP = "crp"
_CLEARANCE_BY, _RATE_BY = "cockcroft-gault-1976", "ckd-epi-2021"
_BLEEDING = "heavy-periods"
_MIN_PER_H = 60
# The scale is open at its ends: a severity of 0 or 40 has no drive that the model could find.
_OFF_THE_END = 0.5


@dataclass(frozen=True, slots=True)
class StartLimits:
    """Limits of the record that a scenario asks about."""

    edition: str
    adult_a: Annotated[float, Param("populations/adult-from", "a")]
    failure: Annotated[float, Param("kidney/egfr-failure", "mL/min/{1.73_m2}")]
    saturation_stop: Annotated[float, Param("iron/saturation-stop", "%")]
    crp_raised: Annotated[float, Param("iron/crp-raised", "mg/L")]
    pregnancy_max_d: Annotated[float, Param("record/pregnancy-max", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> StartLimits:
        """The limits of this project, the same under every edition."""
        return bind(cls, knowledge, OWN_CHOICES)


@dataclass(frozen=True, slots=True)
class Start:
    """A patient at the start of a scenario.

    Parameters
    ----------
    person : Person
        As the model takes it, one lane.
    read : tuple of str
        What of the record it stands on, each with its day.
    assumed : Mapping of str to str
        What the record does not tell, and what was taken instead.
    saturation_percent : float or None
        Transferrin saturation on record; None where it was assumed.
    clearance_ml_per_min : float or None
        Creatinine clearance; None where the record does not give it.
    """

    person: Person
    read: tuple[str, ...]
    assumed: Mapping[str, str]
    saturation_percent: float | None
    clearance_ml_per_min: float | None


def start_of(patient: Patient, knowledge: KnowledgeBase, limits: StartLimits) -> Start:
    """The latest of each value on record; the rest is assumed, and said to be.

    Parameters
    ----------
    patient : Patient
        As of the day.
    knowledge : KnowledgeBase
        All sections.
    limits : StartLimits
        Of the same base.
    """
    return _Reading(patient, knowledge, limits).start()


class _Reading:
    """Reads a record value by value, and keeps what was read and what was not."""

    def __init__(self, patient: Patient, knowledge: KnowledgeBase, limits: StartLimits) -> None:
        self._patient, self._knowledge, self._limits = patient, knowledge, limits
        sex = patient.person.sex
        self._assumed = Assumed(knowledge, sex or "female")
        self._said: dict[str, str] = {} if sex else {"sex": "female, which is not on record"}
        self._read: list[str] = []

    def start(self) -> Start:
        """Where the patient stands."""
        usual = self._assumed.values
        bed, rise = usual["usual_lights_off_h"], usual["usual_lights_on_h"]
        self._said["hours in bed"] = "the usual ones"
        draw = self._iron_draw()
        ferritin = self._inside(
            "ferritin", self._assumed.or_given("ferritin", self._lab(draw, _FERRITIN)), FERRITIN
        )
        saturation = self._saturation(draw)
        clearance = clearance_ml_per_min(self._patient, self._knowledge)
        person = Person(
            weight_kg=self._assumed.or_given("weight", self._weight()),
            ferritin_ug_per_l=ferritin,
            tsat_percent=self._assumed.saturation(ferritin) if saturation is None else saturation,
            hemoglobin_g_per_dl=self._assumed.or_given("hemoglobin", self._hemoglobin()),
            irls=self._assumed.or_given("irls", self._irls()),
            plms_index=self._assumed.movements(
                self._night("plms_index_per_h"), self._most("plms_index_per_h")
            ),
            wake_min=self._assumed.or_given("wake_min", self._wake(bed, rise)),
            awakenings=self._assumed.or_given("awakenings", None),
            bed_h=bed,
            rise_h=rise,
            phase_shift_h=self._assumed.phase_shift_h(bed, rise),
            clearance_share=self._clearance_share(clearance),
        )
        self._doubts(draw)
        self._assumed.beyond_trials(person)
        said = {**self._assumed.said, **self._said}
        known_saturation = None if saturation is None else float(saturation)
        return Start(person, tuple(self._read), said, known_saturation, clearance)

    # Blood ------------------------------------------------------------------------------------

    def _iron_draw(self) -> Draw | None:
        """The latest that holds ferritin, one with a saturation first; of another none is taken."""

        def rank(draw: Draw) -> tuple[date, bool]:
            return draw.on, transferrin_saturation(draw, self._knowledge) is not None

        return max(
            (d for d in self._patient.draws if _FERRITIN in d.results), key=rank, default=None
        )

    def _lab(self, draw: Draw | None, analyte: str) -> float | None:
        if draw is None or analyte not in draw.results:
            return None
        return self._value(draw.results[analyte], draw.on)

    def _value(self, result: LabResult, on: date) -> float:
        name = self._knowledge.record(Analyte, result.analyte).name
        self._read.append(f"{name} {result.entered} ({on})")
        if result.bound:
            self._said[name.lower()] = f"{result.entered} taken as {result.value:g} {result.unit}"
        return result.value

    def _saturation(self, draw: Draw | None) -> float | None:
        found = None if draw is None else transferrin_saturation(draw, self._knowledge)
        if draw is None or found is None:
            return None
        return self._inside(
            "transferrin saturation", self._value(found.result, draw.on), SATURATION
        )

    def _inside(self, name: str, value: float, limits: Range) -> float:
        inside = min(max(value, limits.lowest), limits.highest)
        if inside != value:
            self._said[name] = f"{inside:g} {limits.unit}, the end of what the model can start from"
        return inside

    def _hemoglobin(self) -> float | None:
        return self._lab(latest_with(self._patient, _HEMOGLOBIN), _HEMOGLOBIN)

    def _clearance_share(self, clearance: float | None) -> float:
        if clearance is None:
            self._said["renal clearance"] = "that of healthy kidneys"
            return 1.0
        drawn = latest_with(self._patient, _CREATININE)
        on = f" ({drawn.on})" if drawn else ""
        self._read.append(f"creatinine clearance {clearance:.0f} mL/min{on}")
        return min(clearance / self._assumed.values["healthy_clearance_ml_per_min"], 1.0)

    # The person and the night -----------------------------------------------------------------

    def _weight(self) -> float | None:
        found = max(self._patient.weights, key=lambda one: one.on, default=None)
        if found is None:
            return None
        self._read.append(f"weight {found.kg:g} kg ({found.on})")
        return found.kg

    def _irls(self) -> float | None:
        found = latest_severity(self._patient)
        if found is None or found.total is None:
            return None
        self._read.append(f"IRLS {found.total:g} ({found.on})")
        scale = self._knowledge.record(Instrument, _IRLS)
        inside = min(
            max(found.total, _OFF_THE_END), scale.items * scale.item_maximum - _OFF_THE_END
        )
        if inside != found.total:
            self._said["severity at the end of the scale"] = f"{inside:g} points"
        return inside

    def _night(self, key: str) -> float | None:
        """From the latest night in the laboratory; movements of a wrist or ankle are others."""
        nights = (n for n in self._patient.nights if n.method != "actigraphy")
        held = [n for n in nights if getattr(n, key) is not None]
        found = max(held, key=lambda night: night.on, default=None)
        if found is None:
            return None
        value, most = float(getattr(found, key)), self._most(key)
        names = {"plms_index_per_h": ("PLMS index", "/h")}
        name, unit = names.get(key, ("waking after sleep onset", " min"))
        self._read.append(f"{name} {value:.0f}{unit} ({found.on})")
        if value > most:
            self._said[name] = f"{most:.4g}{unit}, the most the model has"
        return min(value, most)

    def _most(self, key: str) -> float:
        if key != "plms_index_per_h":
            return np.inf
        return MovementIndex.of(self._knowledge).most_per_h()

    def _wake(self, bed_h: float, rise_h: float) -> float | None:
        found = self._night("wake_after_sleep_onset_min")
        in_bed_min = (rise_h - bed_h) % 24 * _MIN_PER_H
        if found is not None and found >= in_bed_min:
            self._said["waking after sleep onset"] = "just less than the hours in bed"
        return None if found is None else min(found, in_bed_min - 1)

    def _doubts(self, draw: Draw | None) -> None:
        """What is on record and has no number in the model."""
        crp = None if draw is None else draw.results.get(_CRP)
        if crp is not None and not crp.bound and crp.value > self._limits.crp_raised:
            self._said["inflammation"] = (
                f"none, though C-reactive protein was {crp.entered}: ferritin may be too high"
            )
        if said_yes(self._patient, _BLEEDING):
            self._said["further loss of iron"] = "none, though heavy periods are on record"


# What else asks the record -----------------------------------------------------------------------


def latest_severity(patient: Patient) -> FilledQuestionnaire | None:
    """The latest filled IRLS that has a total."""
    filled = (q for q in patient.questionnaires if q.instrument == _IRLS and q.total is not None)
    return max(filled, key=lambda one: one.on, default=None)


def latest_with(patient: Patient, analyte: str) -> Draw | None:
    """The latest blood sample that holds an analyte."""
    return max((d for d in patient.draws if analyte in d.results), key=lambda d: d.on, default=None)


def said_yes(patient: Patient, question: str) -> bool:
    """Whether the latest answer to a question is yes."""
    given = [one for one in patient.answers if one.question == question]
    latest = max(given, key=lambda one: one.on, default=None)
    return latest is not None and latest.value == "yes"


def has(patient: Patient, condition: str) -> bool:
    """Whether the latest that is on record of a condition says that it is there and lasts."""
    held = [one for one in patient.conditions if one.condition == condition]
    latest = max(held, key=lambda one: one.since.first, default=None)
    return latest is not None and latest.present and latest.until is None


def clearance_ml_per_min(patient: Patient, knowledge: KnowledgeBase) -> float | None:
    """Creatinine clearance by Cockcroft and Gault of the latest creatinine and weight.

    None where creatinine, weight, sex or the age to a year is not known.
    """
    draw = latest_with(patient, _CREATININE)
    weight = max(patient.weights, key=lambda one: one.on, default=None)
    sex = patient.person.sex
    if draw is None or weight is None or sex is None or draw.results[_CREATININE].bound:
        return None
    youngest, oldest = patient.person.age_years(draw.on)
    if oldest - youngest > 1:
        return None
    equation = bind(CockcroftGault, knowledge, _CLEARANCE_BY)
    in_mg = in_unit(draw.results[_CREATININE], "mg/dL", knowledge)
    return creatinine_clearance(in_mg, youngest, weight.kg, sex, equation)


def filtration_rates(patient: Patient, knowledge: KnowledgeBase) -> Iterator[float]:
    """The latest filtration rate, as reported or from creatinine; for either sex if not known."""
    draws = [d for d in patient.draws if _RATE in d.results or _CREATININE in d.results]
    draw = max(draws, key=lambda d: d.on, default=None)
    if draw is None:
        return
    if _RATE in draw.results:
        yield draw.results[_RATE].value
        return
    equation = bind(CkdEpi, knowledge, _RATE_BY)
    in_mg = in_unit(draw.results[_CREATININE], "mg/dL", knowledge)
    age, _ = patient.person.age_years(draw.on)
    sexes: tuple[Sex, ...] = (patient.person.sex,) if patient.person.sex else ("female", "male")
    for sex in sexes:
        yield filtration_rate(in_mg, age, sex, equation)
