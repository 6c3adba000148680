"""Exposure and baseline: which medicine can bring augmentation, and how it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.assessment.scores import fillings, scores
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, stated
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, MedicationUse

NOT_EXPOSED = "not on a dopaminergic medicine"
_ROLE = "dopaminergic"
_TRAMADOL = "tramadol"
# What each sign is asked by; any of a row will do.
_LOOKED_AT = (
    ("usual-onset-clock", "onset-earlier-than-before-treatment-h"),
    ("arms-or-other-parts", "spread-since-treatment"),
    ("latency-at-rest-min", "quicker-at-rest-since-treatment"),
    ("earlier-or-higher-dose-asked",),
)
_ASKED_BEFORE = ("usual-onset-clock", "arms-or-other-parts", "latency-at-rest-min")
_RELIEF = "relief-after-dose-h"
_SEVERITY = "irls"
_TRAMADOL_RECALLED = Caveat(
    "tramadol-recalled", "Augmentation on tramadol is told in reports; recalled, to be checked."
)


@dataclass(frozen=True, slots=True)
class Surveillance:
    """Days, d, for which an answer holds, and from which a pause of treatment is told."""

    edition: str
    every_d: Annotated[float, Param("monitoring/augmentation-every", "d")]
    past_week_lasts_d: Annotated[float, Param("augmentation/past-week-lasts", "d")]
    pause_d: Annotated[float, Param("augmentation/pause-told", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Treatment with medicines that can bring augmentation.

    Parameters
    ----------
    exposed : Conclusion
        Whether one is taken on the day.
    uses : tuple of MedicationUse
        All uses of that kind, oldest first; empty where none is taken.
    start : PartialDate or None
        The first of them; None where it is not on record.
    """

    exposed: Conclusion
    uses: tuple[MedicationUse, ...] = ()
    start: PartialDate | None = None

    def is_before(self, day: date) -> bool:
        """Whether a day is surely before the first dose, or its day."""
        return self.start is not None and day <= self.start.first

    def is_after(self, day: date) -> bool:
        """Whether a day is surely on treatment; any may be where the start is not known."""
        return self.start is None or day > self.start.last


def treatment(case: Case) -> Exposure:
    """The dopaminergic treatment of a case; tramadol counts where nothing else is taken."""
    of_role = case.in_role(_ROLE)
    statement = "Takes a medicine that can bring augmentation"
    key, name = f"drug-role:{_ROLE}", "Dopaminergic medicine"
    for names in (of_role, frozenset({_TRAMADOL})):
        taken = [use for use in case.taken() if use.drug in names]
        if taken:
            uses = tuple(use for use in case.patient.medications if use.drug in names)
            start = _first_start(uses)
            listed = ", ".join(dict.fromkeys(use.drug for use in taken))
            on = start.first if start else None
            fact = Fact(key, name, listed, on=on, path=taken[0].path)
            exposed = stated(fact, Truth.YES, f"Takes {listed}")
            if names != of_role:
                exposed = exposed.with_caveat(_TRAMADOL_RECALLED)
            return Exposure(exposed, tuple(sorted(uses, key=_begun)), start)
    truth = case.none_of(case.taken())
    return Exposure(stated(Fact(key, name), truth, statement, "A complete medication list"))


def _begun(use: MedicationUse) -> date:
    return use.started.first if use.started else date.min


def _first_start(uses: tuple[MedicationUse, ...]) -> PartialDate | None:
    """The earliest start; None where one of them is not known, for it may be the earliest."""
    starts = [use.started for use in uses]
    if None in starts:
        return None
    return min((start for start in starts if start), key=lambda start: start.first)


# Answers before and on treatment --------------------------------------------------------------


def answer_before(case: Case, on: Exposure, question: str) -> GivenAnswer | None:
    """The latest known answer from before treatment; None where there is none."""
    given = (a for a in case.patient.answers if a.question == question and on.is_before(a.on))
    return _latest(a for a in given if a.value != "unknown")


def answers_on_treatment(case: Case, on: Exposure, question: str) -> tuple[GivenAnswer, ...]:
    """All answers given on treatment, oldest first."""
    given = (a for a in case.patient.answers if a.question == question and on.is_after(a.on))
    return tuple(sorted(given, key=lambda answer: answer.on))


def _latest(answers: Iterable[GivenAnswer]) -> GivenAnswer | None:
    return max(answers, key=lambda answer: answer.on, default=None)


def irls_total(case: Case, counts: Callable[[date], bool]) -> Fact:
    """The latest total of the IRLS of the days that count; without a value where there is none.

    Parameters
    ----------
    case : Case
        The patient on the day.
    counts : function of datetime.date to bool
        E.g. ``Exposure.is_before``.
    """
    instrument = case.knowledge.record(Instrument, _SEVERITY)
    found = Fact(f"questionnaire:{_SEVERITY}", instrument.name, unit="1")
    for filled in fillings(case, instrument):
        total = scores(filled, instrument).total
        if counts(filled.on) and total is not None:
            found = replace(found, value=total, on=filled.on, path=filled.path)
    return found


# Findings ------------------------------------------------------------------------------------


def surveillance(case: Case) -> Surveillance:
    """How long answers hold; the same under every edition."""
    return case.fixed_limits(Surveillance)


def exposure_finding(case: Case, on: Exposure) -> Finding:
    """R-AUG-01: whether such a medicine is taken, since when."""
    statement = "A medicine that can bring augmentation is taken"
    conclusion = any_of(statement, on.exposed).named("R-AUG-01", statement)
    return by_rule(case, conclusion, state=_exposure_in_words(case, on))


def _exposure_in_words(case: Case, on: Exposure) -> str:
    if on.exposed.truth is not Truth.YES:
        return NOT_EXPOSED if on.exposed.truth is Truth.NO else "medicines not all known"
    taken = ", ".join(dict.fromkeys(use.drug for use in on.uses if use.taken_on(case.as_of)))
    return f"{taken}; first dose {on.start}" if on.start else f"{taken}; start not on record"


def baseline_finding(case: Case, on: Exposure) -> Finding:
    """R-AUG-01:baseline: whether the state before treatment is on record."""
    parts = tuple(_kept(case, on)) if on.start else (_no_start(on),)
    statement = "The state before treatment is on record"
    conclusion = all_of(statement, *parts).named("R-AUG-01:baseline", statement)
    gaps = [part.statement for part in parts if part.truth is Truth.UNKNOWN]
    state = f"missing: {', '.join(gaps)}" if gaps else "complete"
    if on.start and has_pause(case, on):
        text = "Treatment was interrupted for long; the baseline is that before the first medicine."
        conclusion = conclusion.with_caveat(Caveat("old-baseline", text))
    return by_rule(case, conclusion, state=state)


def _no_start(on: Exposure) -> Conclusion:
    name = "day of the first dose"
    fact = Fact("baseline:start", name, path=on.uses[0].path if on.uses else "")
    return stated(fact, Truth.UNKNOWN, name, "When the first medicine of this kind was begun")


def _kept(case: Case, on: Exposure) -> Iterator[Conclusion]:
    for question in _ASKED_BEFORE:
        yield _on_record(case, question, answer_before(case, on, question), "before treatment")
    at_first = [a for a in answers_on_treatment(case, on, _RELIEF) if a.value != "unknown"]
    yield _on_record(case, _RELIEF, at_first[0] if at_first else None, "at first")
    severity = irls_total(case, on.is_before)
    yield _recorded(severity, f"{severity.name} before treatment")
    first = on.uses[0]
    value = first.dose or None
    dose = Fact("baseline:dose", "dose", value, on=_begun(first), path=first.path)
    yield _recorded(dose, "first dose")


def _on_record(case: Case, question: str, given: GivenAnswer | None, when: str) -> Conclusion:
    name = case.knowledge.record(Question, question).name
    fact = Fact(f"baseline:{question}", name)
    if given is not None:
        fact = replace(fact, value=given.value, on=given.on, path=given.path)
    return _recorded(fact, f"{name[0].lower()}{name[1:]} {when}")


def _recorded(fact: Fact, name: str) -> Conclusion:
    truth = Truth.UNKNOWN if fact.value is None else Truth.YES
    asked = replace(fact, key=f"baseline:{fact.key.partition(':')[2]}")
    return stated(asked, truth, name, f"{name}, as remembered".capitalize())


def has_pause(case: Case, on: Exposure) -> bool:
    """Whether nothing of the kind was taken for long between two medicines."""
    longest = surveillance(case).pause_d
    ended: date | None = None
    for use in on.uses:
        if ended is not None and use.started and (use.started.first - ended).days > longest:
            return True
        stopped = use.stopped.last if use.stopped else date.max
        ended = stopped if ended is None else max(ended, stopped)
    return False


def up_to_date_finding(case: Case) -> Finding:
    """R-AUG-01:up-to-date: whether every sign was asked about within the interval."""
    every_d = surveillance(case).every_d
    parts = tuple(_looked_at(case, row, every_d) for row in _LOOKED_AT)
    statement = "Every sign of augmentation was asked about within the interval"
    conclusion = all_of(statement, *parts).named("R-AUG-01:up-to-date", statement)
    asked = [part.fact.on for part in parts if part.fact and part.fact.on]
    looked = f"last asked {max(asked)}" if asked else "never asked"
    due = sum(part.truth is Truth.UNKNOWN for part in parts)
    state = f"{looked}; {due} of {len(parts)} signs to be asked" if due else looked
    return by_rule(case, conclusion, state=state)


def _looked_at(case: Case, row: tuple[str, ...], every_d: float) -> Conclusion:
    given = _latest(a for a in case.patient.answers if a.question in row and a.value != "unknown")
    question = case.knowledge.record(Question, row[0])
    fact = Fact(f"question:{question.id}", question.name)
    if given is None:
        return stated(fact, Truth.UNKNOWN, question.name, question.ask)
    fact = replace(fact, value=given.value, on=given.on, path=given.path)
    recent = (case.as_of - given.on).days <= every_d
    ask = f"{question.ask} Last answered on {given.on}."
    return stated(fact, Truth.YES if recent else Truth.UNKNOWN, question.name, ask)
