"""No clinical or scoring number stands in Python: each is data, with its source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ekbom"
CHECKED = sorted([*(SOURCE / "scoring").glob("*.py"), SOURCE / "units.py", SOURCE / "timeline.py"])

# Counting and indexing.
FREE = {0, 1, -1, 2}
# Definitions of units, which nobody decides.
UNIT_FACTORS = {
    60: "seconds in a minute, minutes in an hour",
    3600: "seconds in an hour",
    24: "hours in a day",
    100: "per cent",
    1e3: "thousandths",
    1e6: "millionths",
}
# Arithmetic that is no threshold.
ARITHMETIC = {0.5: "the middle of a sample, block or bin"}
# A half may also be a threshold (0.5 s), so it is free only where its reason was seen.
HALVES = {"scoring/resting_level.py"}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def numbers(tree: ast.AST) -> list[tuple[int, complex]]:
    """Line and value of every numeric literal, with the sign in front of it."""
    found, signed = [], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            operand = node.operand
            if isinstance(operand, ast.Constant) and is_number(operand.value):
                signed.add(id(operand))
                found.append((node.lineno, -operand.value))  # type: ignore[operator]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and is_number(node.value) and id(node) not in signed:
            found.append((node.lineno, node.value))  # type: ignore[arg-type]
    return sorted(found, key=lambda pair: pair[0])


def is_number(value: object) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def offences(path: str, code: str) -> list[str]:
    allowed = {*FREE, *UNIT_FACTORS, *(ARITHMETIC if path in HALVES else ())}
    return [
        f"{path}:{line}: {value}"
        for line, value in numbers(ast.parse(code))
        if value not in allowed
    ]


@pytest.mark.parametrize("path", CHECKED, ids=name_of)
def test_numbers_of_scoring_come_from_the_knowledge_base(path: Path) -> None:
    assert offences(name_of(path), path.read_text(encoding="utf-8")) == []


def test_the_scoring_room_is_where_this_test_looks() -> None:
    assert "scoring/rules.py" in map(name_of, CHECKED)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x = 10", [1]),
        ("x = 0\ny = [1, -1, 2]\n", []),
        ("if gap_s < 0.5:\n    pass", [1]),
        ("def f(limit_s=90):\n    return 15.0", [1, 2]),
        ("hours = n * 30 / 3600", [1]),
        ("x = -2", [1]),
        ("x = True", []),
    ],
)
def test_an_unsourced_number_is_found_at_its_line(code: str, lines: list[int]) -> None:
    assert [int(said.split(":")[1]) for said in offences("scoring/new.py", code)] == lines
