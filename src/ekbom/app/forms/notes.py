"""What the assessment says of one draw or one medicine, in its own words, beside the entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.assess import Assessment, assess, case_on
from ekbom.assessment.findings import Finding
from ekbom.consultation import Consultation
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.treatment import Action
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import MedicationUse, Patient
from ekbom.report.assessment.wording import ask_text, statement_text
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import dose_shown
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.treatment.doses import dose_information

_IRON, _IRON_STATUS, _VALIDITY = "iron", "iron-status", "R-FE-00"
# Said of a medicine whatever came out, and only where they hold.
# The caveat that points to the validity of the draw, which is told here in full.
_SAID_HERE = "draw-not-valid"
_KIDNEYS = "kidneys: "
_DAILY_DOSE = "R-REG-06"
_ALWAYS = ("R-DRV-02", "R-REG-03", _DAILY_DOSE)
_WHERE_THEY_HOLD = ("R-RF", "R-REG", "block")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is said.

    Parameters
    ----------
    name, state : str
        What it is about, and what came out.
    says : str
        In a sentence or two; empty where there is no more to say.
    lines : tuple of str
        What decided it, what limits it, what is missing.
    is_alert : bool
        Whether it is to be seen first.
    """

    name: str
    state: str
    says: str
    lines: tuple[str, ...] = ()
    is_alert: bool = False


def draw_note(patient: Patient, knowledge: KnowledgeBase, place: str, as_of: date) -> Note | None:
    """What the assessment of a day makes of the iron values of a draw.

    Parameters
    ----------
    patient : Patient
        The whole record.
    knowledge : KnowledgeBase
        All sections.
    place : str
        Of the draw in the record, such as ``labs[0]``.
    as_of : datetime.date
        The day.

    Returns
    -------
    Note or None
        None where the iron status of that day rests on another draw, or on none.
    """
    found = assess(patient, knowledge, as_of)
    valid = found.conclusion(_VALIDITY)
    if valid is None or not any(path.startswith(f"{place}.") for path in _paths(valid)):
        return None
    status = _finding(found, _IRON_STATUS)
    if status is None:
        return None
    every = [c for f in found.section(_IRON) for c in f.conclusion.all_caveats()]
    caveats = [one for one in every if one.code != _SAID_HERE]
    return Note(
        name=status.name,
        state=status.state,
        says=status.words.clinician,
        lines=tuple(
            dict.fromkeys(
                (
                    *_deciding(valid),
                    *(str(caveat) for caveat in caveats),
                    *(f"Missing: {ask_text(one)}" for one in status.conclusion.all_missing()),
                )
            )
        ),
        is_alert=valid.truth is Truth.NO,
    )


def _finding(found: Assessment, id: str) -> Finding | None:
    return next((one for one in found.section(_IRON) if one.conclusion.id == id), None)


def _deciding(valid: Conclusion) -> Iterator[str]:
    """Why a draw may not be judged: the comparisons that came out no."""
    if valid.truth is Truth.NO:
        for leaf in valid.deciding_leaves():
            limit = "" if leaf.limit is None else f" ({leaf.limit.name})"
            yield f"{leaf.truth}: {statement_text(leaf)}{limit}"


def _paths(conclusion: Conclusion) -> Iterator[str]:
    if conclusion.fact is not None:
        yield conclusion.fact.path
    for part in (*conclusion.parts, *conclusion.decided_by):
        yield from _paths(part)


def medicine_notes(found: ShownConsultation, use: MedicationUse, as_of: date) -> tuple[Note, ...]:
    """What a consultation says of one medicine: suspicion, dose, kidneys, blocks.

    Parameters
    ----------
    found : ShownConsultation
        Of the day.
    use : MedicationUse
        As the record of that day has it.
    as_of : datetime.date
        The day.
    """
    said = [_of_finding(one) for one in _of_medicine(found.consultation, use.path)]
    # A rule and the block that rests on it say the same.
    once = {(one.name, one.says): one for one in reversed(said)}
    every = (*reversed(once.values()), *_of_kidneys(found, use, as_of))
    return tuple(sorted(every, key=lambda note: not note.is_alert))


def _of_finding(finding: Finding) -> Note:
    truth, rule = finding.conclusion.truth, finding.conclusion.rule
    return Note(
        name=finding.name,
        state="" if finding.state == str(truth) else finding.state,
        # That it is known is told by the dose itself.
        says="" if rule == _DAILY_DOSE and truth is Truth.YES else finding.words.clinician,
        is_alert=_holds(finding),
    )


def _of_medicine(found: Consultation, place: str) -> Iterator[Finding]:
    for finding in found.findings():
        rule = finding.conclusion.rule
        says = rule in _ALWAYS or (rule.startswith(_WHERE_THEY_HOLD) and _holds(finding))
        leaves = finding.conclusion.deciding_leaves()
        if says and any(leaf.fact is not None and leaf.fact.path == place for leaf in leaves):
            yield finding


def _holds(finding: Finding) -> bool:
    rule = finding.conclusion.rule
    return finding.conclusion.truth is Truth.YES and rule.startswith(("R-RF", "R-REG-03", "block"))


def _of_kidneys(found: ShownConsultation, use: MedicationUse, as_of: date) -> Iterator[Note]:
    """What the kidneys make of a medicine that is taken; no dose is proposed."""
    case = case_on(found.patient, found.knowledge, as_of, found.consultation.editions)
    citations = Citations(found.knowledge)
    actions = [one for one in found.knowledge.of(Action).values() if use.drug in one.drugs]
    for dose in (dose for action in actions for dose in dose_information(case, action)):
        if dose.dose.drug != use.drug or dose.dose.form not in ("", use.form):
            continue
        shown = dose_shown(dose, citations)
        if shown.renal or shown.warning:
            lines = (*shown.kidneys, *shown.notes)
            renal = shown.renal.removeprefix(_KIDNEYS).removesuffix(".")
            name = f"{shown.name}, kidneys" if shown.renal.startswith(_KIDNEYS) else shown.name
            yield Note(name, renal, shown.warning, lines, bool(shown.warning))
