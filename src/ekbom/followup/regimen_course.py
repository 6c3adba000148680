"""How a medicine was taken over time: begun again after a gap, stopped without a lower step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.followup.daily_doses import When, dose_fact, not_known
from ekbom.followup.unbroken import gap_between
from ekbom.knowledge.binding import Param
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.treatment import Dose
from ekbom.logic import Conclusion, Fact, Missing, Truth, above, all_of, any_of, negated, stated
from ekbom.patient.doses import by_tablets, daily_amount, published_dose
from ekbom.patient.patient import MedicationUse

_STOPPED_QUESTION = "dopaminergic-stopped-abruptly"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CourseLimits:
    """How long after the end of a medicine its end is asked about, d."""

    edition: str
    stop_asked_d: Annotated[float, Param("regimen/stop-asked", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def course_findings(case: Case) -> Iterator[Finding]:
    """Gaps in medicines for restless legs; dopaminergics that ended without a lower step."""
    dopaminergic = case.in_role("dopaminergic")
    on_file = {dose.drug for dose in case.knowledge.of(Dose).values()}
    wanted = dopaminergic | case.in_role("gabapentinoid", "opioid") | on_file
    for drug in dict.fromkeys(use.drug for use in case.patient.medications):
        uses = [use for use in case.patient.medications if use.drug == drug]
        if drug in dopaminergic and _ended_lately(case, uses):
            yield _stop(case, uses)
        if drug in wanted and len(uses) > 1:
            yield _gaps(case, uses)


# Gaps --------------------------------------------------------------------------------------------


def _gaps(case: Case, uses: list[MedicationUse]) -> Finding:
    drug = uses[0].drug
    parts = [_gap(before, after) for before, after in pairwise(uses)]
    statement = f"{drug.capitalize()} was stopped and begun again after a gap"
    conclusion = any_of(statement, *parts).named(f"R-REG-07:{drug}", statement)
    return by_rule(case, conclusion, name=f"Gap in {drug}")


def _gap(before: MedicationUse, after: MedicationUse) -> Conclusion:
    """Whether days without the medicine lie between two uses of it."""
    fact = Fact(f"medication:{after.drug}:gap", after.drug, path=after.path)
    statement = f"Without {after.drug} between {before.stopped} and {after.started}"
    ask = f"The exact days on which {after.drug} was stopped and begun again"
    return stated(fact, gap_between(before, after), statement, ask)


# Stops -------------------------------------------------------------------------------------------


def _ended_lately(case: Case, uses: list[MedicationUse]) -> bool:
    """Whether every use has ended, the last not long ago."""
    ends = [use.stopped for use in uses]
    if any(end is None for end in ends):
        return False
    window = case.fixed_limits(CourseLimits).stop_asked_d
    last = max(end.last for end in ends if end is not None)
    return (case.as_of - last).days <= window


def _stop(case: Case, uses: list[MedicationUse]) -> Finding:
    last = uses[-1]
    before = uses[-2] if len(uses) > 1 else None
    statement = f"{last.drug.capitalize()} was stopped without a lower step before"
    conclusion = _answered_since(case, last) or all_of(
        statement,
        _above_start(case, last),
        negated(f"No lower step of {last.drug} came last", _stepped_down(case, last, before)),
        negated("No other dopaminergic medicine took its place", _replaced(case, last)),
    )
    named = conclusion.named(f"R-REG-08:{last.drug}", statement, conclusion.citations)
    return by_rule(case, named, name=f"End of {last.drug}", state=f"stopped {last.stopped}")


def _answered_since(case: Case, last: MedicationUse) -> Conclusion | None:
    """What was said of it after it had been stopped; None where nobody asked since."""
    asked = case.answer(_STOPPED_QUESTION)
    on = asked.fact.on if asked.fact is not None else None
    known = on is not None and last.stopped is not None and on >= last.stopped.first
    return asked if known and asked.truth is not Truth.UNKNOWN else None


def _above_start(case: Case, use: MedicationUse) -> Conclusion:
    """Whether the last dose was above that with which one begins."""
    statement = f"The last dose of {use.drug} was above that of the start"
    dose = published_dose(use.drug, use.form, case.knowledge)
    amount = daily_amount(use, case.knowledge)
    if dose is None or (amount.per_day is None and amount.single is None):
        missing = not_known(use, amount)
        return Conclusion(Truth.UNKNOWN, statement, missing=(missing,))
    value, judged_by = by_tablets(amount, dose, case.knowledge)
    when: When = "at once" if amount.per_day is None else "a day"
    judged = use if judged_by is dose else replace(use, form=judged_by.form)
    found = above(dose_fact(judged, value, judged_by.unit, when), _start(judged_by))
    if amount.per_day is None and found.truth is Truth.NO:
        missing = not_known(use, amount)
        return Conclusion(Truth.UNKNOWN, statement, parts=(found,), missing=(missing,))
    return found


def _start(dose: Dose) -> Sourced:
    return Sourced(
        value=float(dose.start_to),
        unit=dose.unit,
        parameter=f"doses/{dose.id}",
        name=f"{dose.name}: dose at the start",
        edition=OWN_CHOICES,
        source=dose.source,
        place=dose.place,
        mark=dose.mark,
        checked_on=dose.checked.on,
    )


def _stepped_down(case: Case, last: MedicationUse, before: MedicationUse | None) -> Conclusion:
    """Whether the last use was a lower step than the one that it followed."""
    fact = Fact(f"medication:{last.drug}:steps", f"Steps of {last.drug}", path=last.path)
    statement = f"A lower step of {last.drug} came last"
    if before is None or _gap(before, last).truth is Truth.YES:
        return stated(fact, Truth.NO, statement)
    now, then = _per_day(case, last), _per_day(case, before)
    if now is None or then is None:
        ask = f"The doses of {last.drug} before it was stopped"
        return stated(fact, Truth.UNKNOWN, statement, ask)
    return stated(fact, Truth.YES if now < then else Truth.NO, statement)


def _per_day(case: Case, use: MedicationUse) -> float | None:
    """Mg a day, as salt where the form allows; None where not known."""
    dose = published_dose(use.drug, use.form, case.knowledge)
    amount = daily_amount(use, case.knowledge)
    if dose is None or amount.per_day is None:
        return None
    return by_tablets(amount, dose, case.knowledge)[0]


def _replaced(case: Case, last: MedicationUse) -> Conclusion:
    """Whether another dopaminergic was taken when it ended and after."""
    names = case.in_role("dopaminergic") - {last.drug}
    truths: dict[Truth, MedicationUse] = {}
    for use in case.patient.medications:
        if use.drug in names:
            truths.setdefault(_follows(last, use), use)
    truth = next((t for t in (Truth.YES, Truth.UNKNOWN) if t in truths), Truth.NO)
    other = truths.get(truth) if truth is not Truth.NO else None
    name = "Another dopaminergic medicine" if other is None else other.drug
    path = last.path if other is None else other.path
    fact = Fact(f"medication:{last.drug}:replaced", name, path=path)
    ask = f"Exact days of {last.drug} and {name}"
    if truth is not Truth.UNKNOWN:
        return stated(fact, truth, f"{name} took the place of {last.drug}")
    missing = (Missing(fact.key, ask),)
    return Conclusion(truth, f"{name} took the place of {last.drug}", fact=fact, missing=missing)


def _follows(last: MedicationUse, other: MedicationUse) -> Truth:
    """Whether another medicine was there on the day after one had ended."""
    if last.stopped is None:
        return Truth.UNKNOWN
    if other.stopped is not None and other.stopped.last <= last.stopped.first:
        return Truth.NO
    if other.started is None:
        return Truth.UNKNOWN
    if other.started.first > last.stopped.last + _DAY:
        return Truth.NO
    begun = other.started.last <= last.stopped.first + _DAY
    goes_on = other.stopped is None or other.stopped.first > last.stopped.last
    return Truth.YES if begun and goes_on else Truth.UNKNOWN
