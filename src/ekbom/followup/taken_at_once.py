"""Medicines taken at once that do not go together, with the days on which they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product

from ekbom.assessment.case import MEDICATION_LIST_COMPLETE, Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.logic import Conclusion, Fact, Truth, any_of, stated
from ekbom.patient.patient import MedicationUse

# Rules, and the classes of which two members are asked for.
_OF_ONE_CLASS = ("dopamine-agonists", "alpha-2-delta-ligands")
# Rules, and the roles of which one member each is asked for.
_OF_TWO_ROLES = {
    "opioid-and-benzodiazepine": ("opioid", "benzodiazepine"),
    "opioid-and-gabapentinoid": ("opioid", "gabapentinoid"),
}
_Pair = tuple[MedicationUse, MedicationUse]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last; no day where the last is not later than the first.

    A medicine may be begun on the last day of another without being taken beside it.
    """

    begin: date
    end: date

    def __and__(self, other: Span) -> Span:
        return Span(max(self.begin, other.begin), min(self.end, other.end))

    @property
    def holds_days(self) -> bool:
        """Whether there is more than the day of a change in it."""
        return self.begin < self.end

    def covers(self, day: date) -> bool:
        """Whether it holds days, and this is one of them."""
        return self.holds_days and self.begin <= day <= self.end


def certain_span(use: MedicationUse, day: date) -> Span:
    """The days on which a medicine was certainly taken, up to the day after ``day``.

    What is on record by then has begun by then, also where only its month or year is.
    """
    end = day + timedelta(days=1) if use.stopped is None else use.stopped.first
    if use.started is not None:
        return Span(min(use.started.last, day), end)
    return Span(day if use.stopped is None else end, end)


def possible_span(use: MedicationUse, day: date) -> Span:
    """The days on which a medicine may have been taken, up to the day after ``day``."""
    begin = date.min if use.started is None else use.started.first
    end = day + timedelta(days=1) if use.stopped is None else use.stopped.last
    return Span(begin, end)


def at_once_findings(case: Case) -> Iterator[Finding]:
    """Two of one class; an opioid beside what also slows breathing."""
    for part, roles in _OF_TWO_ROLES.items():
        first, second = (_uses(case, case.in_role(role)) for role in roles)
        yield _finding(case, f"R-REG-02:{part}", list(product(first, second)))
    for class_id in _OF_ONE_CLASS:
        uses = _uses(case, frozenset(case.members(class_id)))
        pairs = [(a, b) for a, b in combinations(uses, 2) if a.drug != b.drug]
        yield _finding(case, f"R-REG-01:{class_id}", pairs)


def _uses(case: Case, names: frozenset[str]) -> list[MedicationUse]:
    return [use for use in case.patient.medications if use.drug in names]


def _finding(case: Case, rule_id: str, pairs: list[_Pair]) -> Finding:
    rule = case.rule(rule_id)
    found = [_of_pair(case, pair) for pair in pairs]
    open_or_now = [one for one in found if one.truth is not Truth.NO]
    fact = Fact(f"question:{MEDICATION_LIST_COMPLETE}", "Medication list complete")
    another = stated(
        fact,
        case.none_of(case.taken()),
        "A further medicine, not on record",
        "A complete medication list",
    )
    conclusion = any_of(rule.name, *open_or_now, another)
    state = _state(case, conclusion, pairs)
    return by_rule(case, conclusion.named(rule_id, rule.name), state=state)


def _of_pair(case: Case, pair: _Pair) -> Conclusion:
    first, second = pair
    names = f"{first.drug} and {second.drug}"
    fact = Fact("medications:at-once", names, path=second.path)
    certain = certain_span(first, case.as_of) & certain_span(second, case.as_of)
    if certain.covers(case.as_of):
        # Where a start is not on record, so is the day from which both were taken.
        dated = first.started is not None and second.started is not None
        since = f" since {certain.begin} at the latest" if dated else ""
        told = Fact(fact.key, names, f"both taken{since}", path=second.path)
        return stated(told, Truth.YES, f"{names} are taken at once{since}")
    possible = possible_span(first, case.as_of) & possible_span(second, case.as_of)
    truth = Truth.UNKNOWN if possible.covers(case.as_of) else Truth.NO
    return stated(fact, truth, f"{names} are taken at once", f"Exact days of {names}")


def _state(case: Case, conclusion: Conclusion, pairs: list[_Pair]) -> str:
    """The truth, and the days of the past on which both were certainly taken."""
    past = []
    for first, second in pairs:
        span = certain_span(first, case.as_of) & certain_span(second, case.as_of)
        if span.holds_days and not span.covers(case.as_of):
            past.append(f"{first.drug} and {second.drug} {span.begin} to {span.end}")
    told = f"; in the past {', '.join(past)}" if past else ""
    return f"{conclusion.truth}{told}"
