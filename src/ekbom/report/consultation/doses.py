"""Published doses beside this patient's kidneys, as a clinician meets them."""

from __future__ import annotations

from dataclasses import dataclass

from ekbom.followup.regimen import DailyDose
from ekbom.knowledge.records import Citation
from ekbom.knowledge.treatment import Dose, RenalStep
from ekbom.logic import Fact, Truth
from ekbom.report.assessment.steps import Reference, reference
from ekbom.report.assessment.wording import fact_text, in_a_row, quantity_text, unit_text
from ekbom.report.citations import Citations
from ekbom.treatment.options import DoseInformation

_AS_NEEDED = "only when needed"


@dataclass(frozen=True, slots=True)
class DoseShown:
    """One published dose.

    Parameters
    ----------
    name : str
        Ingredient and form.
    says, short : str
        Start, usual and highest dose as published, and when it is taken; what it comes to in a few
        words: what is said of dialysis, less where these kidneys leave less, else the usual dose.
    renal : str
        What the kidneys make of it.
    is_limited : bool
        Whether dialysis or these kidneys change the usual dose: that is said first.
    kidneys : tuple of str
        Both measures of the kidneys, each with what it is for.
    taken : str
        What is taken now; empty where nothing is.
    warning : str
        That what is taken is above the maximum, or above what these kidneys leave; empty where
        it is not known to be.
    notes : tuple of str
        What else holds for this patient.
    general : str
        What holds of it for everyone.
    labels : tuple of tuple of str and Reference
        Authorities and what they approved.
    reference : Reference
        Where the dose stands.
    """

    name: str
    says: str
    short: str
    renal: str
    is_limited: bool
    kidneys: tuple[str, ...]
    taken: str
    warning: str
    notes: tuple[str, ...]
    general: str
    labels: tuple[tuple[str, Reference], ...]
    reference: Reference


def dose_shown(found: DoseInformation, citations: Citations) -> DoseShown:
    """A dose; sources bear the numbers given before."""
    dose = found.dose
    by_dialysis = found.on_dialysis and bool(dose.dialysis or dose.renal)
    said = [says for says in found.says if says != dose.note]
    first, _, more = said.pop(0).partition(". ") if by_dialysis else ("", "", "")
    return DoseShown(
        name=drug_text(dose.drug) + (f" ({dose.form})" if dose.form else ""),
        says=range_text(dose),
        short=_lowered(first).removesuffix(".") or _short(dose, found.renal),
        renal=_lowest(found.renal) if by_dialysis else _renal(found),
        is_limited=by_dialysis or _is_limited(dose, found.renal),
        # On dialysis neither measure says anything of a dose.
        kidneys=_kidneys(found) if dose.renal and not found.on_dialysis else (),
        taken="" if found.taken_per_day.value is None else fact_text(found.taken_per_day),
        warning=_warning(found),
        notes=(*([more] if more else []), *said),
        general=dose.note,
        labels=tuple(
            (_label(dose, k), _reference(dose, k, citations)) for k in range(len(dose.labels))
        ),
        reference=reference(dose.citations[0], citations),
    )


def range_text(dose: Dose) -> str:
    """Start, usual and highest dose, and when it is taken."""
    unit = _unit(dose)
    start = _range(dose.start_from, dose.start_to)
    usual = _range(dose.usual_from, dose.usual_to)
    most = "no maximum published" if dose.maximum is None else f"at most {dose.maximum:g} {unit}"
    needed = f"{_AS_NEEDED}: " if dose.as_needed else ""
    return f"{needed}start {start}, usual {usual} {unit}, {most}. {dose.timing}".strip()


def _unit(dose: Dose) -> str:
    """Per day, unless it is never taken every day."""
    return unit_text(dose.unit.removesuffix("/d") if dose.as_needed else dose.unit)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _warning(found: DoseInformation) -> str:
    if found.above_label.truth is Truth.YES:
        return "What is taken is above the maximum for restless legs."
    if found.above_maximum.truth is Truth.YES:
        return "What is taken is above what these kidneys leave."
    return ""


def _kidneys(found: DoseInformation) -> tuple[str, str]:
    """Both measures of the kidneys, each with what it is for."""
    return (
        f"{_labelled('creatinine clearance (Cockcroft-Gault)', found.creatinine_clearance)}"
        ": what labels go by",
        f"{_labelled('filtration rate (CKD-EPI 2021)', found.filtration_rate)}"
        ": for comparison, labels do not use it",
    )


def _is_limited(dose: Dose, step: RenalStep | None) -> bool:
    return step is not None and step.maximum is not None and step.maximum < dose.usual_to


def _short(dose: Dose, step: RenalStep | None) -> str:
    """Never a usual dose that these kidneys do not leave."""
    if step is not None and step.maximum is not None and _is_limited(dose, step):
        return f"with these kidneys at most {quantity_text(step.maximum, dose.unit)}"
    usual = f"{_range(dose.usual_from, dose.usual_to)} {_unit(dose)}"
    return f"{usual}, {_AS_NEEDED}, never every day" if dose.as_needed else usual


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _lowest(step: RenalStep | None) -> str:
    """What the label says of the poorest kidneys, beside dialysis."""
    return "" if step is None else f"kidneys, lowest step: {step.says}"


def _renal(found: DoseInformation) -> str:
    step, dose, clearance = found.renal, found.dose, found.creatinine_clearance
    if not dose.renal:
        return ""
    if step is None:
        return (
            "kidneys: not known, and the dose depends on them"
            if clearance.value is None
            else "kidneys: no step of the label holds"
        )
    # Where the kidneys leave less, that is said before it.
    is_said = step.maximum is None or _is_limited(dose, step)
    most = "" if is_said else f"at most {quantity_text(step.maximum or 0, dose.unit)}"
    return f"kidneys: {in_a_row((step.says, most))}"


def _labelled(name: str, fact: Fact) -> str:
    day = "" if fact.on is None or fact.value is None else f" ({fact.on})"
    return f"{name} {_rounded(fact)}{day}"


def _rounded(fact: Fact) -> str:
    if not isinstance(fact.value, float):
        return fact_text(fact)
    return f"{fact.bound}{quantity_text(round(fact.value, 1), fact.unit)}"


def _label(dose: Dose, k: int) -> str:
    label = dose.labels[k]
    approved = "approved" if label.approved else "not approved"
    most = "" if label.maximum is None else f", at most {quantity_text(label.maximum, dose.unit)}"
    return f"{label.authority}: {approved} for restless legs{most}"


def _reference(dose: Dose, k: int, citations: Citations) -> Reference:
    label = dose.labels[k]
    return reference(Citation(label.source, label.place, label.mark), citations)


def dose_text(one: DailyDose) -> str:
    """The daily dose of a use; as written where it is not known; the form beside it."""
    dose = one.use.dose if one.per_day is None else quantity_text(one.per_day, one.unit)
    return f"{dose} ({one.use.form})" if one.use.form and dose else dose


def drug_text(drug: str) -> str:
    """An ingredient as it is read: ids join words by hyphens."""
    return drug.replace("-", " ")
