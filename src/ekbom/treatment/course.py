"""The course of treatment: intermittent or lasting, what comes next (R-TX-02 to R-TX-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section, by_rule
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, all_of, any_of, negated
from ekbom.treatment.eligibility import JUDGED_UNSUITABLE, barring, is_ligand
from ekbom.treatment.options import Option

_CHRONIC, _INTERMITTENT = "R-DX-07:chronic-persistent", "R-DX-07:intermittent"
_Known = Mapping[str, Conclusion]
UNSUITABLE = "R-TX-04"
REFRACTORY = "R-TX-06"


def refractory(case: Case) -> Conclusion:
    """R-TX-06: adequate trials of at least two first-line medicines failed."""
    statement = "Refractory to treatment"
    return all_of(statement, case.answer("refractory")).named(REFRACTORY, statement)


def first_line_unsuitable(case: Case, options: Sequence[Option]) -> Conclusion:
    """R-TX-04: no alpha-2-delta ligand suits: each is barred, or a clinician judged so.

    Parameters
    ----------
    case : Case
        The patient on the day.
    options : sequence of Option
        The alpha-2-delta ligands as weighed; what the course of the illness asks for plays no
        part here.
    """
    statement = "Alpha-2-delta ligands do not suit"
    judged = case.answer(JUDGED_UNSUITABLE)
    ligands = [option for option in options if is_ligand(case, option.action)]
    barred = [
        any_of(f"{option.action.name} is barred", *(w.conclusion for w in against))
        for option in ligands
        if (against := barring(option.weighings))
    ]
    all_barred = ligands and len(barred) == len(ligands)
    each = [all_of("Each of them is barred", *barred)] if all_barred else []
    return any_of(statement, judged, *each).named(UNSUITABLE, statement)


def course(
    case: Case, known: _Known, options: Sequence[Option], *, names_medicines: bool
) -> Section:
    """The rules that lead from one option to the next.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id; with R-TX-04 and R-TX-06.
    options : sequence of Option
        All actions as weighed.
    names_medicines : bool
        Whether medicines may be named; where not, the rules say only whether they hold.
    """
    # Editions of the criteria before 2014 know no course.
    with_course = {_CHRONIC, _INTERMITTENT} <= known.keys()
    found = {
        **({"R-TX-02": _intermittent(known)} if with_course else {}),
        **({"R-TX-03": _chronic(known)} if with_course else {}),
        UNSUITABLE: known[UNSUITABLE],
        "R-TX-05": _favoured(case, options),
        REFRACTORY: known[REFRACTORY],
        "R-TX-07": _device(known, options),
    }
    findings = tuple(
        by_rule(case, conclusion.named(id, conclusion.statement))
        for id, conclusion in found.items()
        if case.in_force(id)
    )
    if not names_medicines:
        findings = tuple(replace(one, words=Words("", one.words.patient)) for one in findings)
    return Section("course", "The course of treatment", findings)


def _intermittent(known: _Known) -> Conclusion:
    return all_of("The course is intermittent", known[_INTERMITTENT])


def _chronic(known: _Known) -> Conclusion:
    return all_of(
        "Chronic-persistent and clinically significant", known[_CHRONIC], known["R-DX-08"]
    )


def _favoured(case: Case, options: Sequence[Option]) -> Conclusion:
    """Whether something about the patient speaks for one of the alpha-2-delta ligands."""
    weighed = {
        weighing.consideration.fact: weighing.conclusion
        for option in options
        if is_ligand(case, option.action)
        for weighing in option.weighings
        if weighing.consideration.role == "favours"
    }
    return any_of("Pain, insomnia or anxiety speak for this class", *weighed.values())


def _device(known: _Known, options: Sequence[Option]) -> Conclusion:
    """R-TX-07: refractory, and nothing on record bars the device."""
    device = next((o for o in options if o.action.kind == "device"), None)
    barred = [] if device is None else [w.conclusion for w in barring(device.weighings)]
    return all_of(
        "Peroneal nerve stimulation as its label has it",
        known[REFRACTORY],
        *(negated(f"Not so: {one.statement}", one) for one in barred),
    )
