"""What is taken a day, beside what is published for restless legs and what the kidneys allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ekbom.assessment.case import Case
from ekbom.assessment.kidney import latest_clearance
from ekbom.caveats import Caveat
from ekbom.followup.treatment_start import names_restless_legs
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation
from ekbom.knowledge.treatment import Dose, RenalStep
from ekbom.logic import Conclusion, Fact, Missing, Truth, above, all_of, any_of, stated
from ekbom.patient.doses import DailyAmount, by_tablets, daily_amount, published_dose
from ekbom.patient.patient import MedicationUse

When = Literal["a day", "at once"]
FOR_SOMETHING_ELSE = "taken-for-something-else"


def current_uses(case: Case, drug: str) -> tuple[MedicationUse, ...]:
    """The uses of a drug that may be the one of the day; more than one where dates leave it open.

    Only one use of a drug runs at a time: once a later one has begun, those before it have ended.
    """
    uses = [use for use in case.taken() if use.drug == drug]
    begun = [use for use in uses if use.started is not None]
    return tuple(begun[-1:] or uses)


def dose_fact(use: MedicationUse, value: float | None, unit: str, when: When = "a day") -> Fact:
    """What is taken of a drug a day, as a fact; without a value where it is not known.

    Parameters
    ----------
    use : MedicationUse
        Of which drug, in which form.
    value : float or None
        How much.
    unit : str
        UCUM unit of the dose on file.
    when : str, optional
        ``at once`` for one dose of a medicine of which nobody says how often a day.
    """
    form = f" (as {use.form})" if use.form else ""
    return Fact(
        f"medication:{use.drug}:daily-dose",
        f"{use.drug.capitalize()} taken {when}{form}",
        value,
        unit,
        path=use.path,
    )


def taken_per_day(case: Case, dose: Dose) -> Fact:
    """What is taken a day of a drug in the form of a record, in the unit of the record.

    Parameters
    ----------
    case : Case
        The patient on the day.
    dose : Dose
        The record.

    Returns
    -------
    Fact
        Without a value where it is not taken in this form, or not known how much.
    """
    uses = current_uses(case, dose.drug)
    alone = len(uses) == 1 and uses[0].form == dose.form
    use = uses[0] if alone else MedicationUse(dose.drug, form=dose.form)
    value = daily_amount(use, case.knowledge).per_day if alone else None
    return dose_fact(use, value, dose.unit)


# The kidneys -------------------------------------------------------------------------------------


def renal_step(dose: Dose, clearance: float) -> RenalStep | None:
    """The step of a record that holds at a creatinine clearance, mL/min; None where none does.

    A step holds from its lower end, which belongs to it, to below its upper end.
    """
    return next(
        (
            step
            for step in dose.renal
            if (step.from_ml_per_min is None or clearance >= step.from_ml_per_min)
            and (step.below_ml_per_min is None or clearance < step.below_ml_per_min)
        ),
        None,
    )


def step_of(case: Case, dose: Dose) -> RenalStep | None:
    """The step that holds for a patient.

    On dialysis the lowest: an equation from creatinine says nothing there. None where the
    clearance is not known.
    """
    if case.condition("dialysis").truth is Truth.YES:
        return next((step for step in dose.renal if step.from_ml_per_min is None), None)
    value = latest_clearance(case).value
    return renal_step(dose, value) if isinstance(value, float) else None


def _renal_part(case: Case, dose: Dose, fact: Fact) -> Conclusion | None:
    """Whether the kidneys allow less than what is taken; None where no step sets a maximum."""
    maxima = [step.maximum for step in dose.renal if step.maximum is not None]
    if not maxima or not isinstance(fact.value, float):
        return None
    statement = "More than the step for this kidney function allows"
    dialysis, clearance = case.condition("dialysis"), latest_clearance(case)
    step = step_of(case, dose)
    if step is None and fact.value <= min(maxima):
        return None
    if step is None:
        missing = Missing(
            "person:creatinine-clearance",
            "Creatinine and weight: the clearance decides how much is allowed",
        )
        return Conclusion(Truth.UNKNOWN, statement, missing=(missing,))
    if step.maximum is None:
        return None
    known = (
        dialysis
        if dialysis.truth is Truth.YES
        else stated(clearance, Truth.YES, f"{clearance}: {step.says}")
    )
    source = next((one for one in dose.also if "kidneys" in one.place), dose.citations[0])
    limit = _limit(dose, step.maximum, "highest daily dose at this kidney function", source)
    return all_of(statement, known, above(fact, limit))


# The maximum -------------------------------------------------------------------------------------


def limits_of(dose: Dose, *, usual: bool = False) -> tuple[Sourced, ...]:
    """The published highest daily doses of a record, each with its source.

    Parameters
    ----------
    dose : Dose
        The record.
    usual : bool, optional
        Where nobody published a maximum, take the upper end of the usual range instead.
    """
    labels = [
        _limit(
            dose,
            label.maximum,
            f"highest daily dose for restless legs ({label.authority})",
            Citation(label.source, label.place, label.mark),
        )
        for label in dose.labels
        if label.maximum is not None
    ]
    if dose.maximum is not None and dose.maximum not in [limit.value for limit in labels]:
        name = "highest daily dose for restless legs"
        labels.append(_limit(dose, dose.maximum, name, dose.citations[0]))
    if not labels and usual:
        name = "upper end of the usual range in restless legs"
        labels.append(_limit(dose, dose.usual_to, name, dose.citations[0]))
    return tuple(labels)


def _limit(dose: Dose, value: float, name: str, citation: Citation) -> Sourced:
    return Sourced(
        value=float(value),
        unit=dose.unit,
        parameter=f"doses/{dose.id}",
        name=f"{dose.name}: {name}",
        edition=OWN_CHOICES,
        source=citation.source,
        place=citation.place,
        mark=citation.mark,
        checked_on=dose.checked.on,
    )


def use_above(
    case: Case, use: MedicationUse, *, usual: bool = False, kidneys: bool = True
) -> Conclusion:
    """Whether one use is above the lowest of the published maxima, or above what kidneys allow.

    Parameters
    ----------
    case : Case
        The patient on the day.
    use : MedicationUse
        As recorded.
    usual : bool, optional
        As in `limits_of`.
    kidneys : bool, optional
        Whether what the kidneys leave counts too.
    """
    statement = f"More {use.drug} is taken than published for restless legs"
    dose = published_dose(use.drug, use.form, case.knowledge)
    amount = daily_amount(use, case.knowledge)
    if dose is None or (amount.per_day is None and amount.single is None):
        return Conclusion(Truth.UNKNOWN, statement, missing=(not_known(use, amount),))
    value, judged_by = by_tablets(amount, dose, case.knowledge)
    judged = use if judged_by is dose else replace(use, form=judged_by.form)
    when: When = "at once" if amount.per_day is None else "a day"
    fact = dose_fact(judged, value, judged_by.unit, when)
    renal = _renal_part(case, judged_by, fact) if kidneys else None
    parts = [
        _at_least_so(above(fact, limit), use, amount) for limit in limits_of(judged_by, usual=usual)
    ] + ([] if renal is None else [_at_least_so(renal, use, amount)])
    if not parts:
        return Conclusion(Truth.UNKNOWN, f"No maximum of {use.drug} is published: {statement}")
    return any_of(statement, *parts).with_caveat(*_for_something_else(use))


def _at_least_so(part: Conclusion, use: MedicationUse, amount: DailyAmount) -> Conclusion:
    """One dose without clock times is at least what is taken on a day: enough for yes only."""
    if amount.per_day is not None or part.truth is not Truth.NO:
        return part
    missing = (not_known(use, amount),)
    return Conclusion(Truth.UNKNOWN, part.statement, parts=(part,), missing=missing)


def not_known(use: MedicationUse, amount: DailyAmount) -> Missing:
    """What would have to be known of a use to judge its dose."""
    if amount.why:
        return Missing(f"medication:{use.drug}:dose", f"Daily dose of {use.drug}: {amount.why}")
    ask = f"What is published of {use.drug} for restless legs: nothing is on file"
    return Missing(f"medication:{use.drug}:maximum", ask)


def _for_something_else(use: MedicationUse) -> tuple[Caveat, ...]:
    if not use.indication or names_restless_legs(use.indication):
        return ()
    statement = (
        f"{use.drug.capitalize()} is recorded as taken for {use.indication}; "
        "what is published here is for restless legs."
    )
    return (Caveat(FOR_SOMETHING_ELSE, statement),)


def above_maximum(case: Case, dose: Dose, *, kidneys: bool = True) -> Conclusion:
    """Whether what is taken of a drug is above its maximum, for the form of one record.

    Parameters
    ----------
    case : Case
        The patient on the day.
    dose : Dose
        The record.
    kidneys : bool, optional
        Whether what the kidneys leave counts too.
    """
    statement = f"More {dose.drug} is taken than published for restless legs"
    uses = current_uses(case, dose.drug)
    if not uses:
        return all_of(statement, case.takes_drug(dose.drug))
    in_form = [use for use in uses if use.form in (dose.form, "")]
    if not in_form:
        fact = Fact(f"drug:{dose.drug}", dose.drug, f"as {uses[0].form}", path=uses[0].path)
        return stated(fact, Truth.NO, f"{dose.drug.capitalize()} is recorded as {uses[0].form}")
    return common_to_all(statement, [use_above(case, use, kidneys=kidneys) for use in in_form])


def common_to_all(statement: str, parts: Sequence[Conclusion]) -> Conclusion:
    """What uses of which one is the present one have in common; unknown where they differ."""
    if len(parts) == 1:
        return parts[0]
    truths = {part.truth for part in parts}
    truth = truths.pop() if len(truths) == 1 else Truth.UNKNOWN
    ask = Missing("medications:dates", "The exact days on which the doses were changed")
    missing = (ask,) if truth is Truth.UNKNOWN else ()
    return Conclusion(
        truth, statement, parts=tuple(parts), decided_by=tuple(parts), missing=missing
    )
