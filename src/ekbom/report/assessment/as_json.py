"""An assessment for machines: stable keys, the whole tree of every conclusion."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import Any

from ekbom.assessment.assess import Assessment
from ekbom.assessment.changes import Changes, ConclusionChange
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.education import Mode
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation, Words
from ekbom.logic import Conclusion, Fact
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.patient_view import PatientView, patient_view
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
    stamp = stamp_json(shown.assessment, mode)
    if mode == "patient":
        return stamp | patient_json(patient_view(shown))
    return stamp | {
        "sections": [section_json(section) for section in shown.assessment.sections],
        "changes": None if shown.changes is None else changes_json(shown.changes),
    }


def stamp_json(assessment: Assessment, mode: Mode) -> Json:
    """By what, of whom, as of when and for whom it was made."""
    return {
        "ekbom": version("ekbom"),
        "knowledge": assessment.knowledge_hash,
        "mode": mode,
        "patient": assessment.patient_id,
        "as_of": assessment.as_of.isoformat(),
        "editions": dict(assessment.editions),
        "not_yet_out": sorted(assessment.not_yet_out),
    }


def patient_json(view: PatientView) -> Json:
    """What a patient may be shown."""
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


def section_json(section: Section, elsewhere: frozenset[str] = frozenset()) -> Json:
    """A section with all its findings."""
    return {
        "id": section.id,
        "title": section.title,
        "summary": words_json(section.summary),
        "caveats": [{"code": c.code, "statement": str(c)} for c in section.caveats],
        "findings": [finding_json(finding, elsewhere) for finding in section],
    }


def finding_json(finding: Finding, elsewhere: frozenset[str] = frozenset()) -> Json:
    """A finding with the whole tree of its conclusion."""
    return {
        "id": finding.conclusion.id,
        "name": finding.name,
        "state": finding.state,
        "words": words_json(finding.words),
        "level": finding.level,
        "settles": list(finding.settles),
        "missing": [
            {"key": missing.key, "ask": missing.ask} for missing in finding.conclusion.all_missing()
        ],
        "sources": [citation_json(citation) for citation in finding.conclusion.cited()],
        "conclusion": conclusion_json(finding.conclusion, elsewhere),
    }


def words_json(words: Words) -> Json:
    """What is said, to each reader."""
    return {"clinician": words.clinician, "patient": words.patient}


def conclusion_json(conclusion: Conclusion, elsewhere: frozenset[str] = frozenset()) -> Json:
    """A conclusion with everything below it.

    Parameters
    ----------
    conclusion : Conclusion
        With all its parts.
    elsewhere : frozenset of str
        Ids of findings in the same output; a part that is one of them is named, not told again.
    """
    return {
        "id": conclusion.id,
        "truth": str(conclusion.truth),
        "statement": conclusion.statement,
        "fact": None if conclusion.fact is None else fact_json(conclusion.fact),
        "limit": None if conclusion.limit is None else _limit(conclusion.limit),
        "missing": [{"key": missing.key, "ask": missing.ask} for missing in conclusion.missing],
        "caveats": [{"code": c.code, "statement": str(c)} for c in conclusion.caveats],
        "citations": [citation_json(citation) for citation in conclusion.citations],
        "decided_by": list(deciding(conclusion)),
        "parts": [_part(part, elsewhere) for part in all_parts(conclusion)],
    }


def _part(part: Conclusion, elsewhere: frozenset[str]) -> Json:
    if part.id in elsewhere:
        return {"see": part.id, "truth": str(part.truth), "statement": part.statement}
    return conclusion_json(part, elsewhere)


def fact_json(fact: Fact) -> Json:
    """A recorded fact."""
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


def citation_json(citation: Citation) -> Json:
    """A source, the place in it and the mark."""
    return {"source": citation.source, "place": citation.place, "mark": citation.mark}


def changes_json(changes: Changes) -> Json:
    """What other editions change."""
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
