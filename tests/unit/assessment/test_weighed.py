"""A matrix of lines: what supports, what speaks against, and that no answer flips the other."""

from __future__ import annotations

from itertools import product

import pytest

from ekbom.assessment.findings import weighed
from ekbom.knowledge.records import Line
from ekbom.logic import Conclusion, Truth

QUESTIONS = {
    "a": "one-posture-only",
    "b": "worse-standing",
    "c": "relief-by-elevation",
    "d": "muscle-tenderness",
    "e": "toes-move-by-themselves",
}


def line(name: str, role: str, value: str = "yes", *, awaited: bool = True) -> Line:
    return Line(f"question:{QUESTIONS[name]}", role, f"{role} {name}", value, awaited)  # type: ignore[arg-type]


def of(case_of, lines: tuple[Line, ...], **answers: str) -> Conclusion:
    return weighed(
        "R-DDX-01:x", "It fits", lines, case_of({QUESTIONS[a]: v for a, v in answers.items()})
    )


def test_one_line_for_it_supports_it(case_of) -> None:
    lines = (line("a", "for"), line("b", "for"))
    assert of(case_of, lines, a="yes").truth is Truth.YES
    assert of(case_of, lines, a="no").truth is Truth.UNKNOWN
    assert of(case_of, lines, a="no", b="no").truth is Truth.NO
    assert of(case_of, lines).truth is Truth.UNKNOWN


def test_a_needed_line_that_fails_settles_it(case_of) -> None:
    lines = (line("a", "needed"), line("b", "for"))
    assert of(case_of, lines, a="no", b="yes").truth is Truth.NO
    assert of(case_of, lines, b="yes").truth is Truth.UNKNOWN
    assert of(case_of, lines, a="yes", b="yes").truth is Truth.YES


def test_needed_lines_alone_suffice_where_there_are_no_others(case_of) -> None:
    lines = (line("a", "needed"), line("b", "needed", "no"))
    assert of(case_of, lines, a="yes", b="no").truth is Truth.YES
    assert of(case_of, lines, a="yes").truth is Truth.UNKNOWN


def test_what_suggests_neither_suffices_nor_lets_go(case_of) -> None:
    lines = (line("a", "for"), line("b", "suggests"))
    assert of(case_of, lines, b="yes").truth is Truth.UNKNOWN
    assert of(case_of, lines, a="no", b="yes").truth is Truth.UNKNOWN
    assert of(case_of, lines, a="no", b="no").truth is Truth.NO


def test_a_line_that_is_not_awaited_does_not_keep_it_open(case_of) -> None:
    lines = (line("a", "for"), line("b", "for", awaited=False))
    assert of(case_of, lines, a="no").truth is Truth.NO
    assert of(case_of, lines, b="yes").truth is Truth.YES
    assert [m.key for m in of(case_of, lines).all_missing()] == ["question:one-posture-only"]


def test_lines_on_both_sides_settle_nothing_and_say_so(case_of) -> None:
    lines = (line("a", "for"), line("b", "against"))
    found = of(case_of, lines, a="yes", b="yes")
    assert found.truth is Truth.UNKNOWN
    assert [caveat.code for caveat in found.all_caveats()] == ["evidence-conflicts"]
    assert of(case_of, lines, a="yes").truth is Truth.YES
    assert of(case_of, lines, b="yes").truth is Truth.NO


def test_doubt_unsettles_support_but_excludes_nothing(case_of) -> None:
    lines = (line("a", "for"), line("b", "doubts"))
    assert of(case_of, lines, a="yes", b="yes").truth is Truth.UNKNOWN
    assert of(case_of, lines, b="yes").truth is Truth.UNKNOWN


def test_reasons_are_the_lines_that_settled_it(case_of) -> None:
    lines = (line("a", "needed"), line("b", "for"), line("c", "for"), line("d", "against"))
    found = of(case_of, lines, a="yes", b="yes", c="no", d="no")
    assert [leaf.statement for leaf in found.deciding_leaves()] == ["needed a", "for b"]
    against = of(case_of, lines, d="yes")
    assert [leaf.statement for leaf in against.deciding_leaves()] == ["against d"]


ROLES = {"a": "needed", "b": "for", "c": "suggests", "d": "against", "e": "doubts"}


@pytest.mark.parametrize("awaited", [True, False])
def test_no_single_answer_turns_yes_into_no_or_no_into_yes(case_of, awaited: bool) -> None:
    lines = tuple(
        line(name, role, awaited=awaited or role != "for") for name, role in ROLES.items()
    )
    truth = {
        given: of(
            case_of,
            lines,
            **{name: v for name, v in zip(ROLES, given, strict=True) if v != "unknown"},
        ).truth
        for given in product(("yes", "no", "unknown"), repeat=len(ROLES))
    }
    for given, found in truth.items():
        for i, value in enumerate(given):
            if value == "unknown":
                continue
            less = truth[(*given[:i], "unknown", *given[i + 1 :])]
            assert {found, less} != {Truth.YES, Truth.NO}, given
