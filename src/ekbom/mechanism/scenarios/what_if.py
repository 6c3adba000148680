"""What if: one further course for a patient, chosen within what trials gave, beside no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Literal

import numpy as np

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelCourse, TrialDose
from ekbom.mechanism.pharmacology import IRON_BY_MOUTH, IRON_BY_VEIN
from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.from_patient import Asked, PatientScenario, scenario_of
from ekbom.mechanism.scenarios.scenario import Course
from ekbom.mechanism.scenarios.seen_in_trials import Seen, seen_in_trials
from ekbom.mechanism.scenarios.written_lines import clock_hours
from ekbom.mechanism.schedule import DAY_H, WEEK_D
from ekbom.patient.patient import Patient

ASKED = "asked"
Route = Literal["none", "oral", "vein"]
_NAME = "What if"
_BESIDE = ("untreated", "placebo")
_STREAM = 41
_MINUTES = 60
MOST_MISSED_PERCENT = 50


@dataclass(frozen=True, slots=True)
class Iron:
    """Iron that is asked about.

    Parameters
    ----------
    drug : str
        Product.
    dose_mg : float
        Elemental iron each time.
    every_days : int
        By mouth: 1 or 2.
    n_days : int
        By mouth: for how long.
    n_infusions : int
        By vein: a week apart.
    """

    drug: str
    dose_mg: float
    every_days: int = 1
    n_days: int = 0
    n_infusions: int = 1


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine that is asked about.

    Parameters
    ----------
    drug : str
        As the model calls it.
    dose_mg : float
        Each time, from the first day on.
    clock : datetime.time
        When; the other times of a day follow evenly.
    """

    drug: str
    dose_mg: float
    clock: time


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is asked about: iron, a medicine, or both together.

    Parameters
    ----------
    iron : Iron or None
        Iron.
    medicine : Medicine or None
        Medicine.
    missed_percent : int
        Of doses taken at home, by chance.
    weeks : int
        How far ahead.
    """

    iron: Iron | None
    medicine: Medicine | None
    missed_percent: int
    weeks: int

    @property
    def drugs(self) -> tuple[str, ...]:
        """What is given."""
        given = (self.iron, self.medicine)
        return tuple(one.drug for one in given if one is not None)


# Held to what trials gave -----------------------------------------------------------------------


def beyond_trials(asked: WhatIf, seen: Mapping[str, Seen]) -> Iterator[str]:
    """What of it trials did not give; there the model is guessing.

    Parameters
    ----------
    asked : WhatIf
        Within the doses that trials gave.
    seen : Mapping of str to Seen
        See `seen_in_trials`.
    """
    medicine = asked.medicine
    if medicine is not None:
        own = seen[medicine.drug]
        name = medicine.drug.replace("-", " ")
        if not any(_is_at(medicine.clock, hour) for hour in own.clock_h):
            clocks = " and ".join(_clock(hour) for hour in own.clock_h)
            yield f"{name} at {medicine.clock:%H:%M}: in trials it was given at {clocks}"
        yield f"{name} at its whole dose from the first day: trials began lower"
        if asked.weeks > own.longest_weeks:
            yield f"{name} over {asked.weeks} weeks: {_longest(own.longest_weeks)}"
    if asked.iron is not None:
        own = seen[asked.iron.drug]
        name = asked.iron.drug.replace("-", " ")
        if asked.iron.n_days > own.longest_given_d:
            weeks = own.longest_given_d / WEEK_D
            yield f"{name} for {asked.iron.n_days // WEEK_D} weeks: in trials at most {weeks:.0f}"
        if asked.weeks > own.longest_weeks:
            yield f"{asked.weeks} weeks from {name} on: {_longest(own.longest_weeks)}"
    if asked.iron is not None and medicine is not None:
        yield "iron and a medicine together: no trial on file gave both"
    if asked.missed_percent:
        yield f"{asked.missed_percent} % of doses missed: no trial on file tells of missed doses"


def _longest(weeks: float) -> str:
    return f"the longest trial lasted {weeks:.0f}"


def _is_at(clock: time, hour: float) -> bool:
    return abs(clock_hours(clock) - hour) * _MINUTES < 1


def _clock(hour: float) -> str:
    minutes = round(hour * _MINUTES)
    return f"{minutes // _MINUTES:02d}:{minutes % _MINUTES:02d}"


def check(asked: WhatIf, seen: Mapping[str, Seen]) -> None:
    """Refuse doses that no trial gave.

    Parameters
    ----------
    asked : WhatIf
        As written.
    seen : Mapping of str to Seen
        See `seen_in_trials`.

    Raises
    ------
    UsageError
        Nothing is asked, or more or less than trials gave; ``where`` names the part.
    """
    if not asked.drugs:
        raise UsageError("neither iron nor a medicine is asked about", expected="at least one")
    for part, one in (("iron", asked.iron), ("medicine", asked.medicine)):
        if one is None:
            continue
        own = seen.get(one.drug)
        if own is None:
            raise UsageError(
                f"no trial on file gave {one.drug!r}", expected="one of the list", where=part
            )
        if not own.low_mg <= one.dose_mg <= own.high_mg:
            raise UsageError(
                f"{one.dose_mg:g} mg of {one.drug.replace('-', ' ')}",
                expected=f"{own.low_mg:g} to {own.high_mg:g} mg each time, as trials gave",
                where=part,
            )
    iron = asked.iron
    if iron is not None and iron.drug in IRON_BY_VEIN:
        own = seen[iron.drug]
        if iron.n_infusions * iron.dose_mg > own.most_mg:
            raise UsageError(
                f"{iron.n_infusions} infusions of {iron.dose_mg:g} mg",
                expected=f"at most {own.most_mg:g} mg in all, as trials gave",
                where="iron",
            )


# The scenario ------------------------------------------------------------------------------------


def course_of(asked: WhatIf, knowledge: KnowledgeBase) -> ModelCourse:
    """What is asked about as a course, beside those of the knowledge base.

    Parameters
    ----------
    asked : WhatIf
        That was checked.
    knowledge : KnowledgeBase
        With the sections ``model-courses`` and ``trials``.
    """
    placebo = knowledge.record(ModelCourse, "placebo")
    regimen = (*_iron(asked), *_medicine(asked, seen_in_trials(knowledge)))
    return replace(placebo, id=ASKED, name=_NAME, order=placebo.order + 1, says="", regimen=regimen)


def _iron(asked: WhatIf) -> Iterator[TrialDose]:
    iron = asked.iron
    if iron is None:
        return
    dose = f"{iron.dose_mg:g} mg"
    if iron.drug in IRON_BY_MOUTH:
        yield TrialDose(iron.drug, dose, ("08:00",), to_day=iron.n_days, every_days=iron.every_days)
        return
    for k in range(iron.n_infusions):
        first = k * WEEK_D
        yield TrialDose(iron.drug, dose, ("10:00",), from_day=first, to_day=first + 1)


def _medicine(asked: WhatIf, seen: Mapping[str, Seen]) -> Iterator[TrialDose]:
    medicine = asked.medicine
    if medicine is None:
        return
    n = seen[medicine.drug].times_a_day
    first = round(clock_hours(medicine.clock) * _MINUTES)
    day = int(DAY_H * _MINUTES)
    minutes = sorted((first + k * day // n) % day for k in range(n))
    clocks = tuple(f"{m // _MINUTES:02d}:{m % _MINUTES:02d}" for m in minutes)
    yield TrialDose(medicine.drug, f"{medicine.dose_mg:g} mg", clocks)


def what_if_scenario(
    patient: Patient, knowledge: KnowledgeBase, as_of: date, asked: WhatIf, run: Asked
) -> PatientScenario:
    """The scenario of a patient: no change, placebo, and what is asked about.

    Parameters
    ----------
    patient : Patient
        The whole record.
    knowledge : KnowledgeBase
        All sections.
    as_of : datetime.date
        Day 0.
    asked : WhatIf
        That was checked.
    run : Asked
        Draws, seed, structure, and why the course asked about must not be simulated, if so.
    """
    beside = tuple(knowledge.record(ModelCourse, id) for id in _BESIDE)
    courses = (*beside, course_of(asked, knowledge))
    made = scenario_of(
        patient, knowledge, as_of, replace(run, n_days=asked.weeks * WEEK_D, courses=courses)
    )
    if made.scenario is None or not asked.missed_percent or ASKED not in made.course_ids:
        return made
    *others, last = made.scenario.courses
    going_on = len(others[0].lines)
    missed = _with_missed(last, going_on, asked.missed_percent, run.seed)
    return replace(made, scenario=replace(made.scenario, courses=(*others, missed)))


def _with_missed(course: Course, going_on: int, percent: int, seed: int) -> Course:
    """The same course with days left out by chance; what is taken already goes on as it is."""
    kept = course.lines[:going_on]
    lines = (
        _missed(line, percent, np.random.default_rng((seed, _STREAM, k)))
        for k, line in enumerate(course.lines[going_on:])
    )
    return replace(course, lines=(*kept, *lines))


def _missed(line: Line, percent: int, rng: np.random.Generator) -> Line:
    if line.drug in IRON_BY_VEIN:
        return line
    return replace(line, days=line.days & (rng.random(len(line.days)) >= percent / 100))


# As plain values ---------------------------------------------------------------------------------


def as_plain(asked: WhatIf) -> dict[str, Any]:
    """What is asked about as values that JSON holds."""
    iron, medicine = asked.iron, asked.medicine
    return {
        "iron": None
        if iron is None
        else {
            "drug": iron.drug,
            "dose_mg": iron.dose_mg,
            "every_days": iron.every_days,
            "n_days": iron.n_days,
            "n_infusions": iron.n_infusions,
        },
        "medicine": None
        if medicine is None
        else {
            "drug": medicine.drug,
            "dose_mg": medicine.dose_mg,
            "clock": f"{medicine.clock:%H:%M}",
        },
        "missed_percent": asked.missed_percent,
        "weeks": asked.weeks,
    }


def from_plain(plain: Mapping[str, Any]) -> WhatIf:
    """What is asked about, from what `as_plain` made."""
    iron, medicine = plain["iron"], plain["medicine"]
    return WhatIf(
        None if iron is None else Iron(**iron),
        None
        if medicine is None
        else Medicine(medicine["drug"], medicine["dose_mg"], time.fromisoformat(medicine["clock"])),
        plain["missed_percent"],
        plain["weeks"],
    )
