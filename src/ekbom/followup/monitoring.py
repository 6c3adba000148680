"""Which check is due when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ekbom.assessment.case import Case
from ekbom.assessment.findings import counted_line
from ekbom.assessment.known_facts import askable
from ekbom.errors import KnowledgeError
from ekbom.followup.days_done import days_done
from ekbom.followup.infusions import (
    carboxymaltose_repeated,
    iv_iron_given,
    last_infusion,
    oral_iron_lately,
    oral_iron_taken,
)
from ekbom.followup.treatment_start import treatment_start
from ekbom.followup.unbroken import taken_since
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.outcomes import Check
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Line
from ekbom.logic import Conclusion, Fact, Missing, Truth, stated
from ekbom.patient.patient import MedicationUse

_ORDER = (Truth.YES, Truth.UNKNOWN, Truth.NO)
_NEVER = date.max


@dataclass(frozen=True, slots=True)
class DueCheck:
    """One check that applies to this patient.

    Parameters
    ----------
    check : Check
        What is to be looked at.
    conclusion : Conclusion
        Whether it is due on the day, id ``check:ID``, with what makes it apply.
    due_on : datetime.date or None
        The day it is, or was, due; where its anchor is dated by month or year only, the earliest
        such day, of iron values the latest. None where it is done for good, or no day is known.
    last_done : datetime.date or None
        Last day on which it was done; None where it never was.
    because : str
        What makes it apply, in a few words.
    """

    check: Check
    conclusion: Conclusion
    due_on: date | None
    last_done: date | None
    because: str


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What a check is counted from: a name, and the days it may have been; None where open.

    Where it has ended, the check is done once and for all.
    """

    name: str
    first: date | None
    last: date | None
    ended: bool = False

    @property
    def is_exact(self) -> bool:
        return self.first is not None and self.first == self.last


# Of a check that is due as soon as it applies.
_AT_ONCE = _Anchor("", date.min, date.min)


@dataclass(frozen=True, slots=True)
class _Timing:
    """When a check is due, from its record: days, and the days it was done."""

    first_after: Sourced | None
    every: Sourced | None
    done: tuple[date, ...]

    @property
    def limit(self) -> Sourced | None:
        return self.every if self.done and self.every is not None else self.first_after


def due_checks(case: Case, known: Mapping[str, Conclusion]) -> tuple[DueCheck, ...]:
    """The checks that apply, those due first.

    A check of which it is not known whether it applies is left out: what is not on record is
    asked for elsewhere.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    facts = {**known, **_derived(case)}
    found = [
        _due(case, check, holding)
        for check in case.knowledge.of(Check).values()
        if (holding := _applies(case, check, facts))
    ]
    return tuple(sorted(found, key=_urgency))


def _urgency(one: DueCheck) -> tuple[int, date]:
    return _ORDER.index(one.conclusion.truth), one.due_on or _NEVER


def _derived(case: Case) -> Mapping[str, Conclusion]:
    """Facts that lines of checks name beside what was concluded."""
    return {
        "iv-iron-given": iv_iron_given(case),
        "carboxymaltose-repeated": carboxymaltose_repeated(case),
        "oral-iron-lately": oral_iron_taken(case, _lately_d(case)),
        "restless-legs-treated": _treated(case),
    }


def _lately_d(case: Case) -> float:
    """Days for which iron by mouth that has ended still asks for values, d.

    After them the regular values are due anyway.
    """
    return float(case.knowledge.sourced("iron/draw-valid-for", OWN_CHOICES).value)


def _treated(case: Case) -> Conclusion:
    start = treatment_start(case)
    statement = "A treatment for restless legs is on record"
    if not start.began:
        truth = case.none_of(case.patient.medications)
        return stated(Fact("outcomes:treatment", "Treatment for restless legs"), truth, statement)
    first = start.treatments[0]
    names = ", ".join(dict.fromkeys(one.name for one in start.treatments))
    fact = Fact("outcomes:treatment", "Treatment for restless legs", names, path=first.path)
    return stated(fact, Truth.YES, statement)


# Whether it applies ------------------------------------------------------------------------------

_Holding = tuple[tuple[Line, Conclusion], ...]


def _applies(case: Case, check: Check, facts: Mapping[str, Conclusion]) -> _Holding:
    """The lines that make it apply; none where it does not, or that is not known."""
    lines = askable(check.lines, facts)
    counted = [(line, counted_line(line, case.fact(line.fact, facts))) for line in lines]
    holding = tuple(pair for pair in counted if pair[1].truth is Truth.YES)
    needed = [line for line in check.lines if line.role == "needed"]
    if any(line not in [held for held, _ in holding] for line in needed):
        return ()
    reasons = tuple(pair for pair in holding if pair[0].role == "for")
    return reasons or (holding if needed and not _has_reasons(check) else ())


def _has_reasons(check: Check) -> bool:
    return any(line.role == "for" for line in check.lines)


# When it is due ----------------------------------------------------------------------------------


def _due(case: Case, check: Check, holding: _Holding) -> DueCheck:
    timing = _Timing(
        _days(case, check.first_after), _days(case, check.every), days_done(case, check)
    )
    anchors = tuple(_anchors(case, check, holding))
    each = [_of_anchor(case, check, timing, anchor) for anchor in anchors]
    truths = [truth for truth, _ in each]
    truth = next(one for one in _ORDER if one in truths)
    # What is due for another reason too is due for the one that comes first.
    days = [day for one, day in each if day is not None and one is truth]
    due_on = min(days, default=None)
    reasons = tuple(reason for _, reason in holding)
    leaf = _leaf(check, truth, timing, due_on, anchors)
    conclusion = Conclusion(
        truth,
        f"{check.name}: due",
        id=f"check:{check.id}",
        parts=(*reasons, leaf),
        decided_by=(*reasons, leaf),
        citations=check.citations,
    )
    last_done = timing.done[-1] if timing.done else None
    return DueCheck(check, conclusion, due_on, last_done, _because(holding, anchors))


def _because(holding: _Holding, anchors: Iterable[_Anchor]) -> str:
    said = " ".join(line.says for line, _ in holding)
    since = [f"{a.name} since {a.first}" for a in anchors if a.is_exact and a != _AT_ONCE]
    return f"{said} ({', '.join(since)})" if since else said


def _days(case: Case, parameter_id: str) -> Sourced | None:
    if not parameter_id:
        return None
    limit = case.knowledge.sourced(parameter_id, OWN_CHOICES)
    if limit.unit != "d":
        raise KnowledgeError(f"{parameter_id} is in {limit.unit!r}", expected="d")
    return limit


def _anchors(case: Case, check: Check, holding: _Holding) -> Iterator[_Anchor]:
    """From what each reason for the check is counted."""
    if check.anchor == "iv-iron":
        infusion = last_infusion(case)
        if infusion is not None:
            days = infusion.days
            first, last = (None, None) if days is None else (days.first, days.last)
            yield _Anchor("intravenous iron", first, last)
            return
    if check.anchor == "oral-iron":
        yield from (_begun(case, use) for use in oral_iron_lately(case, _lately_d(case)))
        return
    if check.anchor == "start":
        uses = dict.fromkeys(use for line, _ in holding for use in _uses(case, line))
        yield from (_begun(case, use) for use in uses)
        return
    yield _AT_ONCE


def _begun(case: Case, use: MedicationUse) -> _Anchor:
    ended = not use.taken_on(case.as_of)
    since = taken_since(case, use)
    if since is None:
        return _Anchor(use.drug, None, None, ended)
    return _Anchor(use.drug, since.first, min(since.last, case.as_of), ended)


def _uses(case: Case, line: Line) -> Iterator[MedicationUse]:
    """The medicines taken on the day that make a line hold."""
    kind, _, name = line.fact.partition(":")
    names = {name} if kind == "drug" else set(case.members(name)) if kind == "drug-class" else set()
    return (use for use in case.taken() if use.drug in names)


def _of_anchor(
    case: Case, check: Check, timing: _Timing, anchor: _Anchor
) -> tuple[Truth, date | None]:
    """Whether it is due for one reason, whichever day its anchor was, and when."""
    if anchor.ended:
        timing = replace(timing, every=None)
    found = {due_if(timing, day, case.as_of) for day in _candidates(case, timing, anchor)}
    truths = {due for due, _ in found}
    truth = Truth.UNKNOWN if len(truths) > 1 else Truth.YES if True in truths else Truth.NO
    days = [day for _, day in found if day is not None]
    if not days or (anchor.first is None and truth is Truth.UNKNOWN):
        return truth, None
    # Iron values drawn too early mislead; every other look may come too early without harm.
    late_is_safe = check.anchor in ("iv-iron", "oral-iron")
    return truth, max(days) if late_is_safe else min(days)


def _candidates(case: Case, timing: _Timing, anchor: _Anchor) -> Iterator[date]:
    """The days on which the anchor may have been."""
    first, last = anchor.first, anchor.last or case.as_of
    if first is None:
        # Any day up to today, and one so long ago that everything done counts.
        oldest = min((*timing.done, case.as_of))
        first = oldest - _later(timing.first_after) - timedelta(days=1)
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def due_if(timing: _Timing, start: date, as_of: date) -> tuple[bool, date | None]:
    """Whether a check is due on a day if its anchor was on another, and since or from when.

    Parameters
    ----------
    timing : _Timing
        Of the check.
    start : datetime.date
        The day it is counted from; `datetime.date.min` where it is due at once.
    as_of : datetime.date
        The day.
    """
    first = as_of if start == date.min and not timing.done else start + _later(timing.first_after)
    # Where a first day is named, what was done before it does not count.
    counting = [day for day in timing.done if timing.first_after is None or day >= first]
    if not counting:
        return as_of >= first, first
    if timing.every is None:
        return False, None
    due_on = max(counting[-1] + _later(timing.every), first)
    return as_of >= due_on, due_on


def _later(limit: Sourced | None) -> timedelta:
    return timedelta(days=0 if limit is None else float(limit.value))


# Why ---------------------------------------------------------------------------------------------


def _leaf(
    check: Check,
    truth: Truth,
    timing: _Timing,
    due_on: date | None,
    anchors: Iterable[_Anchor],
) -> Conclusion:
    """The step that says when it was last done and when it is due."""
    done = f"last done {timing.done[-1]}" if timing.done else "not done yet"
    due = "done" if due_on is None and truth is Truth.NO else f"due on {due_on}"
    if due_on is None and truth is not Truth.NO:
        due = "day not known"
    value = str(timing.done[-1]) if timing.done else None
    fact = Fact(f"check:{check.id}", check.name, value)
    missing = tuple(_missing(anchors)) if truth is Truth.UNKNOWN else ()
    statement = f"{check.name}: {done}, {due}"
    return Conclusion(truth, statement, fact=fact, limit=timing.limit, missing=missing)


def _missing(anchors: Iterable[_Anchor]) -> Iterator[Missing]:
    for anchor in anchors:
        if not anchor.is_exact:
            yield Missing(f"start:{anchor.name}", f"The exact day of {anchor.name}")
