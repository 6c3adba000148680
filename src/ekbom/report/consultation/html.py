"""A consultation on paper: one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from markupsafe import Markup

from ekbom.assessment.findings import Section
from ekbom.knowledge.education import Mode
from ekbom.report.assessment.html import iron_values, shared_context
from ekbom.report.assessment.lead import essential_text, grounds
from ekbom.report.assessment.patient_view import N_ASKED
from ekbom.report.assessment.section_html import SectionShown, section_shown
from ekbom.report.assessment.wording import edition_text, in_a_row
from ekbom.report.citations import Citations
from ekbom.report.consultation.changes import TREATMENT, option_changes
from ekbom.report.consultation.decide import (
    ChoiceShown,
    Decision,
    cite_consultation,
    cite_follow_up,
    cite_plan,
    decision,
)
from ekbom.report.consultation.first_page import N_DOSES, N_WAITS, first_page
from ekbom.report.consultation.measures import ONSET, MeasureShown
from ekbom.report.consultation.model_page import model_page
from ekbom.report.consultation.patient_view import QUESTIONS, patient_consultation
from ekbom.report.consultation.sections import (
    Part,
    follow_up_sections,
    plan_sections,
    told_once,
)
from ekbom.report.consultation.shown import CLINICIAN_USE, PATIENT_USE, ShownConsultation
from ekbom.report.consultation.timeline import timeline
from ekbom.report.templating import environment

# How many stand on the first page; what is more is counted there and told below.
_N_SEVERITY, _N_DUE, _N_TOLD, _N_MISSING = 3, 3, 6, 8
# Measures whose change stands on the first page; that of iron stands beside its status.
_MOVED = ("questionnaire:irls", ONSET, "night:plms-index")


def render_consultation(
    shown: ShownConsultation, mode: Mode = "clinician", night: Markup | None = None
) -> str:
    """The page of a consultation, to be read in a browser or printed on A4.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    mode : str
        ``clinician``: everything, unfolding to sources. ``patient``: plain words and questions.
    night : Markup, optional
        A scored night to stand below it; see `ekbom.report.html.night_body`. Never shown to a
        patient.

    Returns
    -------
    str
        HTML with its style and its figures inside; it loads nothing and runs nothing.
    """
    if mode == "patient":
        return _patient_page(shown)
    page = environment().get_template("consultation.html.j2")
    return page.render(**consultation_context(shown), night=night)


def _patient_page(shown: ShownConsultation) -> str:
    page = environment().get_template("consultation-patient.html.j2")
    return page.render(**patient_context(shown))


def patient_context(shown: ShownConsultation) -> dict[str, Any]:
    """What the body of the page for a patient, or one of its parts, is given."""
    found = patient_consultation(shown)
    return {
        "view": found.assessed,
        "consultation": found,
        "questions": QUESTIONS,
        "n_asked": N_ASKED,
        "as_of": shown.consultation.as_of,
        "intended_use": PATIENT_USE,
        "knowledge_hash": shown.consultation.assessment.knowledge_hash,
        "version": version("ekbom"),
    }


def consultation_context(shown: ShownConsultation, part: Part = "consult") -> dict[str, Any]:
    """What the body of the page is given, or one of its parts alone.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    part : str
        ``consult``: everything, with each reason told once. ``plan``, ``follow``: the reasons and
        the sources of what could be done, or of what became of it, told whole.
    """
    found, assessed = shown.consultation, shown.assessed
    citations = Citations(shown.knowledge)
    _cite(shown, citations, part)
    decided = decision(shown, citations)
    newer = (
        () if shown.newest is None else tuple(option_changes(found, shown.newest, shown.knowledge))
    )
    follow = () if part == "plan" else follow_up_sections(found)
    plan = () if part == "follow" else plan_sections(found)
    assessment = found.assessment.sections if part == "consult" else ()
    once = list(told_once((*follow, *plan, *assessment)))
    elsewhere = frozenset(f.conclusion.id for s in once for f in s if f.conclusion.id)
    groups = (once[: len(follow)], once[len(follow) : len(follow) + len(plan)])
    stand = once[len(follow) + len(plan) :]
    return (
        shared_context(assessed, stand, citations, elsewhere)
        | _decided(decided)
        | _first(shown, decided)
        | {
            "by_edition": edition_text(found.editions[TREATMENT]),
            "essential": essential_text,
            "grounds": grounds,
            "in_a_row": in_a_row,
            "timeline": timeline(shown),
            "told_ids": elsewhere,
            "running_head": _css_text(f"{assessed.assessment.patient_id} · {found.as_of}"),
            "newest": shown.newest is not None,
            "option_changes": newer,
            "reasons": [
                [_section(one, citations, elsewhere) for one in group if one.findings]
                for group in groups
            ],
            "model": None if shown.model is None else model_page(shown.model),
            "intended_use": CLINICIAN_USE,
        }
    )


def _cite(shown: ShownConsultation, citations: Citations, part: Part) -> None:
    if part == "consult":
        cite_consultation(shown, citations)
    elif part == "plan":
        cite_plan(shown, citations)
    else:
        cite_follow_up(shown.consultation, citations)


def _decided(decided: Decision) -> dict[str, Any]:
    return {
        "lead": decided.lead,
        "course": decided.course,
        "gate": decided.gate,
        "gate_missing": decided.gate_missing,
        "first": decided.first,
        "first_open": decided.first_open,
        "special": decided.special,
        "rules": decided.rules,
        "blocks": decided.blocks,
        "iron": decided.iron,
        "options": decided.choice,
        "phases": decided.phases,
        "due": decided.due,
    }


def _first(shown: ShownConsultation, decided: Decision) -> dict[str, Any]:
    """What the first part alone shows, and how much of each list."""
    blocked = {block.name for block in decided.blocks}
    return {
        "page": first_page(_choices(decided)),
        "values": list(_iron_values(shown, decided.course.measures)),
        "moved": [one for one in decided.course.measures if one.id in _MOVED],
        "kidneys": _kidneys(decided),
        # What blocks stands among the blocks.
        "regimen": [one for one in decided.course.regimen if one.name not in blocked],
        "due_next": [one for one in decided.due if one.when != "done"],
        "n_severity": _N_SEVERITY,
        "n_due": _N_DUE,
        "n_told": _N_TOLD,
        "n_missing": _N_MISSING,
        "n_waits": N_WAITS,
        "n_doses": N_DOSES,
        "short_within_plan": False,
    }


def _section(section: Section, citations: Citations, elsewhere: frozenset[str]) -> SectionShown:
    """A section; one that bears the id of a finding leaves it to the finding."""
    found = section_shown(section, citations, elsewhere)
    return replace(found, id=f"{found.id}-section") if found.id in elsewhere else found


def _choices(decided: Decision) -> Iterator[ChoiceShown]:
    if decided.iron is not None:
        yield decided.iron.products
    yield decided.choice


def _css_text(text: str) -> Markup:
    """A text as a string of a style sheet, where it cannot end the string nor the sheet."""
    safe = (one if one.isalnum() or one in " -_.,·" else f"\\{ord(one):x} " for one in text)
    return Markup(f'"{"".join(safe)}"')


def _iron_values(
    shown: ShownConsultation, measures: Iterable[MeasureShown]
) -> Iterator[tuple[str, str]]:
    """The latest value of each as entered, and the baseline where it is another."""
    held = {one.name: one for one in measures}
    for says in iron_values(shown.patient):
        one = next((held[name] for name in held if says.startswith(f"{name} ")), None)
        known = one is not None and one.baseline is not None and one.baseline != one.now
        if known and one and one.baseline:
            # Both in one unit, so that they can be compared at a glance.
            says = f"{one.name} {one.now.says} ({one.now.on})"
        yield says, one.baseline.says if known and one and one.baseline else ""


def _kidneys(decided: Decision) -> tuple[str, ...]:
    """Both measures of the kidneys, once: they are the same beside every dose."""
    doses = (d for choice in _choices(decided) for one in choice.offered for d in one.doses)
    return next((dose.kidneys for dose in doses if dose.kidneys), ())
