"""Screens on record, with their published accuracy; they answer no criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Truth, any_of

_RULE = "R-DX-13"
# The edition of each screen and the question that holds its result.
_SCREENS = {
    "ferri-2007-question": "screened-by-single-question",
    "ch-rlsq-2009": "screened-by-ch-rlsq",
    "rls-nih-2010": "screened-by-rls-nih",
}
_RESULT = {Truth.YES: "positive", Truth.NO: "negative", Truth.UNKNOWN: "not known"}


@dataclass(frozen=True, slots=True)
class ScreenAccuracy:
    """Published accuracy of a screen."""

    edition: str
    sensitivity_percent: Annotated[float, Param("diagnosis/screen-sensitivity", "%")]
    specificity_percent: Annotated[float, Param("diagnosis/screen-specificity", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def screens(case: Case) -> tuple[Finding, ...]:
    """One finding for each screen that is on record."""
    return tuple(
        _screen(case, edition, question)
        for edition, question in _SCREENS.items()
        if case.given(question) is not None
    )


def _screen(case: Case, edition: str, question: str) -> Finding:
    accuracy = bind(ScreenAccuracy, case.knowledge, edition)
    statement = f"Screen positive: {case.knowledge.record(Question, question).name}"
    reached = any_of(statement, case.answer(question))
    published = (
        f"published sensitivity {accuracy.sensitivity_percent:g} %, "
        f"specificity {accuracy.specificity_percent:g} %"
    )
    return by_rule(
        case,
        reached.named(f"{_RULE}:{edition}", statement),
        state=f"{_RESULT[reached.truth]} ({published})",
        name=case.knowledge.record(Question, question).name,
    )
