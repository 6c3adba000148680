"""The evening and night against the protected morning, from clock times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section, by_rule
from ekbom.assessment.onset_on_clock import TurnOfDay, earlier_by_h
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    all_of,
    any_of,
    at_least,
    at_most,
    negated,
    stated,
)
from ekbom.patient.patient import DiaryEntry

_DOPAMINERGIC = ("dopamine-agonists", "levodopa")
_USUAL_ONSET = "usual-onset-clock"
_HOURS = 24
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class ClockRules:
    """Windows on the clock (hours after midnight), and the shares that count."""

    edition: str
    evening_begins_h: Annotated[float, Param("circadian/evening-begins", "h")]
    peak_begins_h: Annotated[float, Param("circadian/peak-begins", "h")]
    peak_ends_h: Annotated[float, Param("circadian/peak-ends", "h")]
    protected_begins_h: Annotated[float, Param("circadian/protected-begins", "h")]
    protected_ends_h: Annotated[float, Param("circadian/protected-ends", "h")]
    diary_span_d: Annotated[float, Param("circadian/diary-span", "d")]
    spells_min: Annotated[int, Param("circadian/spells-min", "1")]
    share_evening_min: Annotated[float, Param("circadian/share-evening-min", "%")]
    share_evening_low: Annotated[float, Param("circadian/share-evening-low", "%")]
    share_morning_max: Annotated[float, Param("circadian/share-morning-max", "%")]
    earlier_onset_h: Annotated[float, Param("circadian/earlier-onset", "h")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def within(clock_h: float, begins_h: float, ends_h: float) -> bool:
    """Whether a clock time lies in a window that may pass midnight; its end is not part of it.

    Parameters
    ----------
    clock_h, begins_h, ends_h : float
        Hours after midnight, 0 to 24.
    """
    return (clock_h - begins_h) % _HOURS < (ends_h - begins_h) % _HOURS


def touches(entry: DiaryEntry, begins_h: float, ends_h: float) -> bool | None:
    """Whether a spell reaches into a window; None where its end is not recorded.

    A spell that ends at the minute it began is taken as that minute, never as a whole day.
    """
    began = _clock_h(entry.began)
    if within(began, begins_h, ends_h):
        return True
    if entry.ended is None:
        return None
    lasted = (_clock_h(entry.ended) - began) % _HOURS
    return (begins_h - began) % _HOURS < lasted


def _clock_h(clock: time) -> float:
    return clock.hour + clock.minute / 60


def circadian_pattern(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """The evening and night against the protected morning, from clock times."""
    rules = case.fixed_limits(ClockRules)
    evening, morning = _evening(case, rules), _morning(case, rules)
    earlier = _earlier_onset(case, rules)
    shifted = case.answer("circadian-rhythm-disorder")
    if shifted.truth is Truth.YES:
        unusual = "Sleep at unusual hours: the inner clock may not follow the wall clock."
        caveat = Caveat("unusual-hours", unusual)
        evening, morning = (evening.unless(shifted, caveat), morning.unless(shifted, caveat))
    if earlier.truth is Truth.YES:
        caveat = Caveat("earlier-onset", case.rule("R-CIRC-03").when["yes"].clinician)
        evening, morning = evening.with_caveat(caveat), morning.with_caveat(caveat)
    findings = (
        by_rule(case, evening, state=_onset_in_words(case, rules)),
        by_rule(case, morning),
        by_rule(case, earlier, state=_shift_in_words(earlier)),
    )
    return Section("circadian", "Time of day", findings)


def _recent(case: Case, rules: ClockRules) -> list[DiaryEntry]:
    """The spells of the last weeks; older ones belong to another state or treatment."""
    latest = max((entry.on for entry in case.patient.diary), default=case.as_of)
    return [e for e in case.patient.diary if (latest - e.on).days < rules.diary_span_d]


def _cited(rules: ClockRules, *names: str) -> list[Citation]:
    """The sources of windows, which no comparison names."""
    limits = (rules.provenance[name] for name in names)
    return [Citation(s.source, s.place, s.mark) for s in limits if s.mark != "override"]


# The evening ----------------------------------------------------------------------------------


def _evening(case: Case, rules: ClockRules) -> Conclusion:
    """R-CIRC-01: spells begin between the evening and the end of the usual peak."""
    statement = "Symptoms begin mostly in the evening and night"
    windows = _cited(rules, "evening_begins_h", "peak_ends_h")
    if len(_recent(case, rules)) < rules.spells_min:
        begins, ends = rules.evening_begins_h, rules.peak_ends_h
        onset = _usual_onset(case, begins, ends, "The usual onset lies in the evening or night")
        return any_of(statement, onset).named("R-CIRC-01", statement, windows)
    share = _evening_share(case, rules)
    clear = at_least(share, rules.provenance["share_evening_min"])
    some = at_least(share, rules.provenance["share_evening_low"])
    if clear.truth is Truth.NO and some.truth is Truth.YES:
        missing = (Missing("diary", "A longer diary: the share is between the two limits"),)
        clear = replace(clear, truth=Truth.UNKNOWN, missing=missing)
    return all_of(statement, some, clear).named("R-CIRC-01", statement, windows)


def _evening_share(case: Case, rules: ClockRules) -> Fact:
    diary = _recent(case, rules)
    begins, ends = rules.evening_begins_h, rules.peak_ends_h
    count = sum(within(_clock_h(e.began), begins, ends) for e in diary)
    share = _PER_CENT * count / len(diary)
    name = f"Share of {len(diary)} spells that begin in the evening or night"
    return Fact("diary", name, share, "%", max(entry.on for entry in diary), "diary")


def _onset_in_words(case: Case, rules: ClockRules) -> str:
    diary = _recent(case, rules)
    if len(diary) < rules.spells_min:
        onset = case.number(_USUAL_ONSET).value
        if onset is not None:
            return f"usual onset {onset}"
        return f"{len(diary)} spells in the diary, {rules.spells_min} needed" if diary else ""
    begins, ends = rules.evening_begins_h, rules.peak_ends_h
    peak = rules.peak_begins_h
    clocks = [_clock_h(entry.began) for entry in diary]
    return (
        f"{sum(within(c, begins, ends) for c in clocks)} of {len(diary)} spells begin in the "
        f"evening or night, {sum(within(c, peak, ends) for c in clocks)} at the usual peak"
    )


# The morning ----------------------------------------------------------------------------------


def _morning(case: Case, rules: ClockRules) -> Conclusion:
    """R-CIRC-02: the protected morning is free."""
    statement = "The mid-morning is free of symptoms"
    begins, ends = rules.protected_begins_h, rules.protected_ends_h
    windows = _cited(rules, "protected_begins_h", "protected_ends_h")
    diary = _recent(case, rules)
    if len(diary) < rules.spells_min:
        onset = _usual_onset(case, begins, ends, "The usual onset lies in the mid-morning")
        if onset.truth is Truth.NO:
            # When it begins does not say when it ends.
            missing = (Missing("diary", "A diary with beginning and end of each spell"),)
            onset = replace(onset, truth=Truth.UNKNOWN, missing=missing)
        return negated(statement, onset).named("R-CIRC-02", statement, windows)
    reached = [touches(entry, begins, ends) for entry in diary]
    limit = rules.provenance["share_morning_max"]
    least, most = reached.count(True), len(reached) - reached.count(False)
    fewest, highest = (
        at_most(
            Fact(
                "diary",
                f"Share of {len(diary)} spells that reach the mid-morning",
                _PER_CENT * count / len(diary),
                "%",
                path="diary",
            ),
            limit,
        )
        for count in (least, most)
    )
    if fewest.truth is not highest.truth:
        missing = (Missing("diary", "The end of each spell"),)
        highest = replace(highest, truth=Truth.UNKNOWN, missing=missing)
    return all_of(statement, fewest, highest).named("R-CIRC-02", statement, windows)


def _usual_onset(case: Case, begins_h: float, ends_h: float, statement: str) -> Conclusion:
    """Whether the usual onset, as answered, lies in a window."""
    question = case.knowledge.record(Question, _USUAL_ONSET)
    fact = case.number(_USUAL_ONSET)
    clock_h = _as_hours(fact.value)
    truth = Truth.UNKNOWN
    if clock_h is not None:
        truth = Truth.YES if within(clock_h, begins_h, ends_h) else Truth.NO
    return stated(fact, truth, statement, question.ask)


def _as_hours(value: float | str | None) -> float | None:
    """``22:30`` as hours after midnight."""
    return _clock_h(time.fromisoformat(str(value))) if ":" in str(value) else None


# An onset that moves earlier ------------------------------------------------------------------


def _earlier_onset(case: Case, rules: ClockRules) -> Conclusion:
    """R-CIRC-03: on a dopaminergic medicine the usual onset has moved earlier."""
    statement = "The usual onset has moved earlier on a dopaminergic medicine"
    takes = any_of("Takes a dopaminergic medicine", *(case.takes(c) for c in _DOPAMINERGIC))
    answers = sorted(
        (a for a in case.patient.answers if a.question == _USUAL_ONSET), key=lambda a: a.on
    )
    clocks = [time.fromisoformat(str(a.value)) for a in answers if ":" in str(a.value)]
    name = "Shift of the usual onset to an earlier hour"
    fact = Fact(f"question:{_USUAL_ONSET}", name, unit="h")
    if len(clocks) > 1:
        shift = _largest_shift(clocks, case.fixed_limits(TurnOfDay), rules.earlier_onset_h)
        fact = replace(fact, value=shift, on=answers[-1].on, path=answers[-1].path)
    shifted = at_least(fact, rules.provenance["earlier_onset_h"])
    return all_of(statement, takes, shifted).named("R-CIRC-03", statement)


def _largest_shift(clocks: Sequence[time], turn: TurnOfDay, enough_h: float) -> float | None:
    """How much earlier than any before the last onset is; None where hours cannot be placed."""
    shifts = [earlier_by_h(before, clocks[-1], turn) for before in clocks[:-1]]
    placed = [shift for shift in shifts if shift is not None]
    settled = len(placed) == len(shifts) or max(placed, default=0) >= enough_h
    return max(placed) if settled else None


def _shift_in_words(earlier: Conclusion) -> str:
    """How far the onset moved; empty where no two answers tell."""
    shifts = [part.fact.value for part in earlier.parts if part.fact and part.fact.unit == "h"]
    if not shifts or shifts[0] is None:
        return ""
    shift = float(shifts[0])
    if not shift:
        return "same hour"
    return f"{abs(shift):.1f} h {'earlier' if shift > 0 else 'later'}".replace(".0 h", " h")
