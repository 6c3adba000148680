"""An assessment for machines: stable keys, the whole tree of every conclusion."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import Any

from ekbom.assessment.changes import Changes, ConclusionChange
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.education import Mode
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation, Words
from ekbom.logic import Conclusion, Fact
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.patient_view import patient_view
from ekbom.report.assessment.steps import all_parts, deciding

Json = dict[str, Any]


def as_json(shown: Shown, mode: Mode = "clinician") -> Json:
    """An assessment as plain dictionaries, lists, numbers and texts.

    Parameters
    ----------
    shown : Shown
        The assessment.
    mode : str
        ``clinician``: everything. ``patient``: only what a patient may be shown.
    """
    assessment = shown.assessment
    stamp: Json = {
        "ekbom": version("ekbom"),
        "knowledge": assessment.knowledge_hash,
        "mode": mode,
        "patient": assessment.patient_id,
        "as_of": assessment.as_of.isoformat(),
        "editions": dict(assessment.editions),
        "not_yet_out": sorted(assessment.not_yet_out),
    }
    if mode == "patient":
        return stamp | _patient(shown)
    return stamp | {
        "sections": [_section(section) for section in assessment.sections],
        "changes": None if shown.changes is None else _changes(shown.changes),
    }


def _patient(shown: Shown) -> Json:
    view = patient_view(shown)
    return {
        "first": list(view.first),
        "guidance": view.guidance,
        "parts": [
            {"id": part.id, "heading": part.heading, "says": list(part.says)} for part in view.parts
        ],
        "facts": [{"name": name, "value": value, "on": on} for name, value, on in view.facts],
        "asked_first": list(view.asked_first),
        "asked": list(view.asked),
        "tests": list(view.tests),
        "topics": [{"id": topic.id, "question": topic.question} for topic in view.topics],
    }


def _section(section: Section) -> Json:
    return {
        "id": section.id,
        "title": section.title,
        "summary": _words(section.summary),
        "caveats": [{"code": c.code, "statement": str(c)} for c in section.caveats],
        "findings": [_finding(finding) for finding in section],
    }


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.conclusion.id,
        "name": finding.name,
        "state": finding.state,
        "words": _words(finding.words),
        "level": finding.level,
        "settles": list(finding.settles),
        "missing": [
            {"key": missing.key, "ask": missing.ask} for missing in finding.conclusion.all_missing()
        ],
        "sources": [_citation(citation) for citation in finding.conclusion.cited()],
        "conclusion": _conclusion(finding.conclusion),
    }


def _words(words: Words) -> Json:
    return {"clinician": words.clinician, "patient": words.patient}


def _conclusion(conclusion: Conclusion) -> Json:
    return {
        "id": conclusion.id,
        "truth": str(conclusion.truth),
        "statement": conclusion.statement,
        "fact": None if conclusion.fact is None else _fact(conclusion.fact),
        "limit": None if conclusion.limit is None else _limit(conclusion.limit),
        "missing": [{"key": missing.key, "ask": missing.ask} for missing in conclusion.missing],
        "caveats": [{"code": c.code, "statement": str(c)} for c in conclusion.caveats],
        "citations": [_citation(citation) for citation in conclusion.citations],
        "decided_by": list(deciding(conclusion)),
        "parts": [_conclusion(part) for part in all_parts(conclusion)],
    }


def _fact(fact: Fact) -> Json:
    return {
        "key": fact.key,
        "name": fact.name,
        "value": fact.value,
        "unit": fact.unit,
        "bound": fact.bound,
        "on": None if fact.on is None else fact.on.isoformat(),
        "path": fact.path,
    }


def _limit(limit: Sourced) -> Json:
    return {
        "parameter": limit.parameter,
        "name": limit.name,
        # JSON has no infinity; a limit that is none is null.
        "value": None if limit.value == math.inf else limit.value,
        "unit": limit.unit,
        "edition": limit.edition,
        "source": limit.source,
        "place": limit.place,
        "mark": limit.mark,
        "checked_on": None if limit.checked_on is None else limit.checked_on.isoformat(),
    }


def _citation(citation: Citation) -> Json:
    return {"source": citation.source, "place": citation.place, "mark": citation.mark}


def _changes(changes: Changes) -> Json:
    return {
        "editions": [
            {
                "topic": change.topic,
                "then": change.then,
                "now": change.now,
                "steps": [
                    {"edition": s.edition, "since": s.since.isoformat(), "changed": s.changed}
                    for s in change.steps
                ],
            }
            for change in changes.editions
        ],
        "conclusions": [_conclusion_change(change) for change in changes.conclusions],
    }


def _conclusion_change(change: ConclusionChange) -> Json:
    return {
        "id": change.id,
        "section": change.section,
        "then": None if change.then is None else _outcome(change.then),
        "now": None if change.now is None else _outcome(change.now),
        "limits": [
            {
                "name": limit.name,
                "then": None if limit.then is None else _limit(limit.then),
                "now": None if limit.now is None else _limit(limit.now),
            }
            for limit in change.limits
        ],
    }


def _outcome(finding: Finding) -> Json:
    return {"truth": str(finding.conclusion.truth), "state": finding.state}
