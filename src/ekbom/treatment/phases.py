"""The four phases that frame a plan, and which is complete, under way or to come."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, cited_by, weighed
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Line
from ekbom.knowledge.treatment import Phase
from ekbom.logic import Conclusion, Missing, Truth

RULE = "R-PHASE-01"
COMPLETE, UNDER_WAY, NOT_YET = "complete", "under way", "not yet"
_CONCLUSION = "conclusion:"
_NO_GUIDELINE = Caveat(
    "phases-of-a-page", "The phases come from a clinic's web page, not from a guideline."
)


def phases(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """The phases in their order; yes means that a phase is complete.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id. What was not concluded counts as unknown.
    """
    records = sorted(case.knowledge.of(Phase).values(), key=lambda phase: phase.order)
    found = tuple(_finding(case, phase, known) for phase in records)
    return Section("phases", "Phases of the plan", found, caveats=(_NO_GUIDELINE,))


def _finding(case: Case, phase: Phase, known: Mapping[str, Conclusion]) -> Finding:
    reached = {**known, **_open(phase.lines, known)}
    statement = f"Complete: {phase.name}"
    conclusion = weighed(f"{RULE}:{phase.id}", statement, phase.lines, case, reached)
    cited = conclusion.named(conclusion.id, statement, phase.citations)
    return Finding(
        name=f"{phase.order}. {phase.name}",
        conclusion=cited_by(case, case.rule(RULE), cited),
        state=_state(phase, conclusion),
        words=phase.words,
    )


def _state(phase: Phase, conclusion: Conclusion) -> str:
    """Under way where a line shows that something of it has begun."""
    if conclusion.truth is Truth.YES:
        return COMPLETE
    pairs = zip(phase.lines, conclusion.parts, strict=True)
    begun = any(line.role == "suggests" and part.truth is Truth.YES for line, part in pairs)
    return UNDER_WAY if begun else NOT_YET


def _open(lines: tuple[Line, ...], known: Mapping[str, Conclusion]) -> dict[str, Conclusion]:
    """Unknown conclusions for what no rule in force concluded, so that nothing completes by it."""
    absent = {
        line.fact.removeprefix(_CONCLUSION): line.says
        for line in lines
        if line.fact.startswith(_CONCLUSION) and line.fact.removeprefix(_CONCLUSION) not in known
    }
    return {
        id: Conclusion(
            Truth.UNKNOWN, says, missing=(Missing(f"{_CONCLUSION}{id}", f"Not assessed: {says}"),)
        )
        for id, says in absent.items()
    }
