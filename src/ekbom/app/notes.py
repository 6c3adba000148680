"""What the assessment says of one draw or one medicine, in its own words, beside the entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.assess import Assessment, assess
from ekbom.assessment.findings import Finding
from ekbom.consultation import Consultation
from ekbom.knowledge.base import KnowledgeBase
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Patient
from ekbom.report.assessment.wording import ask_text, statement_text
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import dose_shown

_IRON, _IRON_STATUS, _VALIDITY = "iron", "iron-status", "R-FE-00"
# Said of a medicine whatever came out, and only where they hold.
_ALWAYS = ("R-DRV-02", "R-REG-03", "R-REG-06")
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
    caveats = [c for f in found.section(_IRON) for c in f.conclusion.all_caveats()]
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


def medicine_notes(found: Consultation, knowledge: KnowledgeBase, place: str) -> tuple[Note, ...]:
    """What a consultation says of one medicine: suspicion, dose, kidneys, blocks.

    Parameters
    ----------
    found : Consultation
        Of the day.
    knowledge : KnowledgeBase
        All sections.
    place : str
        Of the medicine in the record, such as ``medications[0]``.
    """
    notes = [
        Note(
            name=finding.name,
            state=finding.state,
            says=finding.words.clinician,
            is_alert=_holds(finding),
        )
        for finding in _of_medicine(found, place)
    ]
    return tuple(dict.fromkeys((*notes, *_of_doses(found, knowledge, place))))


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


def _of_doses(found: Consultation, knowledge: KnowledgeBase, place: str) -> Iterator[Note]:
    """What the published dose leaves with these kidneys, of what is taken."""
    citations = Citations(knowledge)
    for option in found.plan.weighed:
        if not any(use.path == place for use in option.taken):
            continue
        for dose in option.doses:
            shown = dose_shown(dose, citations)
            lines = tuple(one for one in (*shown.kidneys, *shown.notes) if one)
            if shown.warning or shown.renal or lines:
                state = shown.warning or shown.short
                is_alert = bool(shown.warning)
                yield Note(f"Published dose, {shown.name}", state, shown.renal, lines, is_alert)
