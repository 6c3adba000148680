"""Screens are told with their accuracy and answer no criterion."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.screening import screens

CaseOf = Callable[..., Case]


@pytest.mark.parametrize(
    ("question", "edition", "accuracy"),
    [
        ("single-question", "ferri-2007-question", "sensitivity 100 %, specificity 96.8 %"),
        ("ch-rlsq", "ch-rlsq-2009", "sensitivity 87.2 %, specificity 94.4 %"),
        ("rls-nih", "rls-nih-2010", "sensitivity 86 %, specificity 45 %"),
    ],
)
@pytest.mark.parametrize(
    ("value", "result"), [("yes", "positive"), ("no", "negative"), ("unknown", "not known")]
)
def test_a_screen_on_record_is_told_with_its_accuracy(
    case_of: CaseOf, question: str, edition: str, accuracy: str, value: str, result: str
) -> None:
    (found,) = screens(case_of({f"screened-by-{question}": value}))
    assert found.conclusion.id == f"R-DX-13:{edition}"
    assert found.conclusion.truth == value
    assert found.state == f"{result} (published {accuracy})"
    assert "no criterion" in found.words.clinician or value == "unknown"


def test_screens_nobody_used_are_not_told(case_of: CaseOf) -> None:
    assert screens(case_of({"urge-to-move-legs": "yes"})) == ()
