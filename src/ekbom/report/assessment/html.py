"""An assessment on paper: one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ekbom.assessment.findings import Section
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.education import Mode
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Patient
from ekbom.report.assessment.changes_text import limit_change_text, outcome_text
from ekbom.report.assessment.lead import essential_text, grounds, lead, limit_notes
from ekbom.report.assessment.modes import CLINICIAN_USE, PATIENT_USE, Shown
from ekbom.report.assessment.patient_view import N_ASKED, patient_view
from ekbom.report.assessment.section_html import finding_html, section_shown
from ekbom.report.assessment.steps import cite_all
from ekbom.report.assessment.wording import (
    ALL_MARKS,
    SIGNS,
    TO_CHECK,
    ask_text,
    early_text,
    edition_text,
    entered_text,
    person_text,
)
from ekbom.report.citations import Citations
from ekbom.report.figures.clock import Window, clock_figure
from ekbom.report.figures.iron import IRON_PANELS, iron_figure
from ekbom.report.sources import short_name
from ekbom.report.templating import environment

_N_WANTED, _N_SEVERITY = 6, 3
# What other editions are called, all of them and one.
NEWEST = {"editions": "the newest editions", "one": "the newest"}
_ONSET = "usual-onset-clock"
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class _WindowShown(Window):
    to_check: str = ""


def render_assessment(shown: Shown, mode: Mode = "clinician") -> str:
    """The page of an assessment, to be read in a browser or printed on A4.

    Parameters
    ----------
    shown : Shown
        The assessment.
    mode : str
        ``clinician``: everything, unfolding to sources. ``patient``: plain words and questions.

    Returns
    -------
    str
        HTML with its style and its figures inside; it loads nothing and runs nothing.
    """
    if mode == "patient":
        return environment().get_template("patient.html.j2").render(**patient_context(shown))
    page = environment().get_template("assessment.html.j2")
    return page.render(**assessment_context(shown))


def patient_context(shown: Shown) -> dict[str, Any]:
    """What the body of the page for a patient is given."""
    return {
        "view": patient_view(shown),
        "n_asked": N_ASKED,
        "as_of": shown.assessment.as_of,
        "intended_use": PATIENT_USE,
        "knowledge_hash": shown.assessment.knowledge_hash,
        "version": version("ekbom"),
    }


def assessment_context(shown: Shown) -> dict[str, Any]:
    """What the body of the page is given."""
    citations = Citations(shown.knowledge)
    cite_all(shown.assessment.findings(), citations)
    windows = _windows(shown.knowledge)
    return shared_context(shown, shown.assessment.sections, citations) | {
        "lead": lead(shown.assessment),
        "grounds": grounds,
        "essential": essential_text,
        "limit_notes": limit_notes,
        "n_wanted": _N_WANTED,
        "n_severity": _N_SEVERITY,
        "values": list(iron_values(shown.patient)),
        "iron_figure": iron_figure(shown.patient.draws, iron_limits(shown)),
        "windows": windows,
        "clock_figure": clock_figure(windows, _onset_h(shown.patient), shown.patient.diary),
        "intended_use": CLINICIAN_USE,
    }


def shared_context(
    shown: Shown,
    sections: Iterable[Section],
    citations: Citations,
    elsewhere: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """What every page on a record needs: who, by what, sections that unfold, sources, changes.

    Parameters
    ----------
    shown : Shown
        The assessment.
    sections : iterable of Section
        To unfold; empty ones are left out.
    citations : Citations
        With every source that decided something on the page.
    elsewhere : frozenset of str
        As in `ekbom.report.assessment.steps.step_shown`.
    """
    assessment, knowledge = shown.assessment, shown.knowledge
    return {
        "assessment": assessment,
        "person": person_text(shown.patient.person, assessment.as_of),
        "record": list(_record(shown.patient)),
        "editions": [
            (
                topic,
                edition_text(edition) + early_text(topic, assessment),
                knowledge.edition(edition).title,
            )
            for topic, edition in assessment.editions.items()
        ],
        "changes": shown.changes,
        "telling": [c for c in shown.changes.conclusions if c.matters] if shown.changes else [],
        "limit_change": limit_change_text,
        "edition": edition_text,
        "ask": ask_text,
        "outcome": outcome_text,
        "sections": [section_shown(s, citations, elsewhere) for s in sections if s.findings],
        "sources": [(number, short_name(source), source) for number, source in citations.sources],
        "finding": finding_html,
        "link": on_this_page,
        "beside": NEWEST,
        "marks": ALL_MARKS,
        "signs": SIGNS,
        "version": version("ekbom"),
    }


def on_this_page(conclusion_id: str) -> str:
    """Where a finding is told: further down."""
    return f"#{conclusion_id}"


def _record(patient: Patient) -> Iterator[str]:
    """How much the record holds, so that a reader sees what all of it rests on."""
    counts = {
        "answer": len(patient.answers),
        "blood draw": len(patient.draws),
        "medicine": len(patient.medications),
        "night": len(patient.nights),
    }
    for name, n in counts.items():
        yield f"{n or 'no'} {name}{'' if n == 1 else 's'}"


def iron_values(patient: Patient) -> Iterator[str]:
    """The latest value of each, as entered."""
    for analyte, name in IRON_PANELS:
        holding = [draw for draw in patient.draws if analyte in draw.results]
        if holding:
            entered = entered_text(holding[-1].results[analyte].entered)
            yield f"{name} {entered} ({holding[-1].on})"


def iron_limits(shown: Shown) -> Iterator[tuple[str, Sourced]]:
    """Limits that settled a conclusion on iron; those of rules for other people did not."""
    for section in shown.assessment.sections:
        for finding in section if section.id == "iron" else ():
            if _is_settled_by_values(finding.conclusion):
                yield from _deciding_limits(finding.conclusion)


def _is_settled_by_values(conclusion: Conclusion) -> bool:
    """Whether it is yes, or no because of blood values and not because of who the person is."""
    if conclusion.truth is not Truth.NO:
        return conclusion.truth is Truth.YES
    facts = [leaf.fact for leaf in conclusion.deciding_leaves()]
    return all(fact is not None and fact.key.startswith("lab:") for fact in facts)


def _deciding_limits(conclusion: Conclusion) -> Iterator[tuple[str, Sourced]]:
    if conclusion.limit is not None and conclusion.fact is not None:
        yield conclusion.fact.key.partition(":")[2], conclusion.limit
    for part in conclusion.decided_by:
        yield from _deciding_limits(part)


def _windows(knowledge: KnowledgeBase) -> list[_WindowShown]:
    """The usual peak and the protected morning, where they are on file."""
    return [
        window
        for name, stem, class_ in (
            ("usual peak", "peak", "window"),
            ("protected morning", "protected", "window protected"),
        )
        if (window := _window(knowledge, name, stem, class_)) is not None
    ]


def _window(knowledge: KnowledgeBase, name: str, stem: str, class_: str) -> _WindowShown | None:
    ids = [f"circadian/{stem}-{end}" for end in ("begins", "ends")]
    if not all(parameter in knowledge.parameters for parameter in ids):
        return None
    start, end = (knowledge.sourced(parameter, OWN_CHOICES) for parameter in ids)
    to_check = TO_CHECK.get(start.mark, "") or TO_CHECK.get(end.mark, "")
    return _WindowShown(name, float(start.value), float(end.value), class_, to_check)


def _onset_h(patient: Patient) -> float | None:
    given = [answer for answer in patient.answers if answer.question == _ONSET]
    latest = max(given, key=lambda answer: answer.on, default=None)
    if latest is None or not isinstance(latest.value, str) or ":" not in latest.value:
        return None
    hour, _, minute = latest.value.partition(":")
    return int(hour) + int(minute) / _MINUTES
