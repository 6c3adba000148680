"""Early signs of augmentation, and the visit at which each was first there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.assessment.scores import fillings, scores, to_fill, total_as_fact
from ekbom.followup.augmentation_baseline import Exposure, treatment
from ekbom.followup.augmentation_changes import (
    ANSWERS_DIFFER,
    onset_by,
    onset_shift,
    sooner_at_rest,
    spread,
    told,
)
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Rule
from ekbom.logic import Conclusion, Missing, Truth, all_of, any_of, at_least, stated

RULE = "R-AUG-02"
MPI = "mpi-2007"
_SCALE = "asrs"
_OUTRIGHT = "told"
_SUSPECTED = "augmentation-suspected"


@dataclass(frozen=True, slots=True)
class OnsetLimits:
    """Hours by which an earlier onset counts, alone and beside a further sign."""

    edition: str
    alone_h: Annotated[float, Param("augmentation/onset-earlier-alone", "h")]
    with_sign_h: Annotated[float, Param("augmentation/onset-earlier-with-sign", "h")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def onset_limits(case: Case) -> OnsetLimits:
    """The limits of the criteria of 2007."""
    return bind(OnsetLimits, case.knowledge, MPI)


@dataclass(frozen=True, slots=True)
class Seen:
    """When something was first there.

    Parameters
    ----------
    since : datetime.date or None
        First visit since which no visit denied it; None where it is not there.
    first : datetime.date or None
        First visit at all.
    """

    since: date | None = None
    first: date | None = None


def _onset(case: Case, on: Exposure) -> Conclusion:
    limit = onset_limits(case).provenance["with_sign_h"]
    statement = "Symptoms begin earlier in the day than before treatment"
    return onset_by(case, on, statement, lambda shift: at_least(shift, limit))


_SIGNS: Mapping[str, Callable[[Case, Exposure], Conclusion]] = {
    "onset": _onset,
    "body-part": spread,
    "latency": sooner_at_rest,
    "request": lambda case, on: told(case, on, "earlier-or-higher-dose-asked"),
    _OUTRIGHT: lambda case, on: told(case, on, _SUSPECTED),
}


def signs(case: Case, on: Exposure) -> Mapping[str, Conclusion]:
    """Every early sign by its part of the rule's id."""
    found = {}
    for part, sign in _SIGNS.items():
        reached = sign(case, on)
        statement = reached.statement
        found[part] = any_of(statement, reached).named(f"{RULE}:{part}", statement)
    return found


def any_sign(on: Exposure, found: Mapping[str, Conclusion]) -> Conclusion:
    """R-AUG-02: one of the signs, or a change that is told outright.

    Nobody waits for the latter. Where every sign is denied and yet a change is told, it is open:
    forgetting that answer would otherwise turn a yes into a no.
    """
    statement = "An early sign of augmentation is there"
    outright = found[_OUTRIGHT]
    one = any_of(statement, *(sign for part, sign in found.items() if part != _OUTRIGHT))
    if outright.truth is Truth.YES and one.truth is Truth.NO:
        ask = Missing(f"question:{_SUSPECTED}", "Which change is meant, where no sign is there?")
        one = Conclusion(
            Truth.UNKNOWN,
            statement,
            parts=(one, outright),
            decided_by=(one, outright),
            missing=(ask,),
            caveats=(ANSWERS_DIFFER,),
        )
    elif outright.truth is Truth.YES:
        one = any_of(statement, one, outright)
    return all_of(statement, on.exposed, one).named(RULE, statement)


# Over the visits ------------------------------------------------------------------------------


def first_seen(case: Case) -> Mapping[str, Seen]:
    """When each sign, and any of them (the rule's id), was first there, visit by visit."""
    seen: dict[str, Seen] = {}
    for day in _visits(case):
        then = Case(case.patient.as_of(day), case.knowledge, day, case.editions)
        on = treatment(then)
        found = signs(then, on)
        reached = {part: all_of(part, on.exposed, sign) for part, sign in found.items()}
        for part, conclusion in {**reached, RULE: any_sign(on, found)}.items():
            seen[part] = _one_more(seen.get(part, Seen()), conclusion.truth, day)
    return seen


def _visits(case: Case) -> list[date]:
    """Days on which something was answered or filled in."""
    record = case.patient
    return sorted({*(a.on for a in record.answers), *(q.on for q in record.questionnaires)})


def _one_more(before: Seen, truth: Truth, day: date) -> Seen:
    if truth is Truth.NO:
        return Seen(None, before.first)
    if truth is Truth.YES:
        return Seen(before.since or day, before.first or day)
    return before


# Findings ------------------------------------------------------------------------------------


def sign_findings(case: Case, on: Exposure, seen: Mapping[str, Seen]) -> tuple[Finding, ...]:
    """R-AUG-02 with its state, then each sign, then the ASRS."""
    found = signs(case, on)
    whole = any_sign(on, found)
    each = tuple(
        by_rule(case, sign, state=_sign_in_words(case, on, part, sign.truth, seen))
        for part, sign in found.items()
    )
    state = _signs_in_words(case, whole, found, seen.get(RULE, Seen()))
    scale = _scale_finding(case, on, whole, seen.get(RULE, Seen()))
    return (by_rule(case, whole, state=state), *each, *([scale] if scale else []))


def _signs_in_words(
    case: Case, whole: Conclusion, found: Mapping[str, Conclusion], seen: Seen
) -> str:
    if whole.truth is Truth.YES:
        names = [
            case.knowledge.record(Rule, sign.id).name
            for sign in found.values()
            if sign.truth is Truth.YES
        ]
        listed = ", ".join(name[0].lower() + name[1:] for name in names)
        return f"first seen on {seen.since}: {listed}"
    state = "none" if whole.truth is Truth.NO else "more needed"
    return f"{state}; seen before, first on {seen.first}" if seen.first else state


def _sign_in_words(
    case: Case, on: Exposure, part: str, truth: Truth, seen: Mapping[str, Seen]
) -> str:
    shift = onset_shift(case, on).value if part == "onset" else None
    words = [_hours_in_words(float(shift))] if shift is not None else []
    since = seen.get(part, Seen()).since
    if truth is Truth.YES and since:
        words.append(f"since {since}")
    return ", ".join(words) or str(truth)


def _hours_in_words(earlier_h: float) -> str:
    if not earlier_h:
        return "same hour"
    hours = f"{abs(earlier_h):.1f}".removesuffix(".0")
    return f"{hours} h {'earlier' if earlier_h > 0 else 'later'}"


def _scale_finding(case: Case, on: Exposure, whole: Conclusion, seen: Seen) -> Finding | None:
    """The latest ASRS, item by item; asked for where a sign is there."""
    instrument = case.knowledge.record(Instrument, _SCALE)
    filled = [f for f in fillings(case, instrument) if on.is_after(f.on)][-1:]
    if not filled and whole.truth is not Truth.YES:
        return None
    fact, _ = total_as_fact(instrument, filled[0] if filled else None)
    recent = bool(filled) and (seen.since is None or filled[0].on >= seen.since)
    done = fact.value is not None and recent
    statement = "The ASRS has been filled in since the first sign"
    ask = to_fill(instrument, filled).ask if fact.value is None else f"A filled {instrument.name}"
    leaf = stated(fact, Truth.YES if done else Truth.UNKNOWN, statement, ask)
    conclusion = any_of(statement, leaf).named(f"{RULE}:asrs", statement)
    if not filled:
        return by_rule(case, conclusion, state="not filled in")
    missing = scores(filled[0], instrument).missing
    items = ", ".join(f"{n}: {score:g}" for n, score in sorted(filled[0].items.items()))
    total = f"total {float(fact.value):g}" if fact.value is not None else "no total"
    without = f"; missing {', '.join(map(str, missing))}" if missing else ""
    listed = f"; items {items}" if items else ""
    return by_rule(case, conclusion, state=f"{total}{listed}{without} ({filled[0].on})")
