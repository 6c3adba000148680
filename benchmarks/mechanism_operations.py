"""Operations of a compiled program, counted in XLA's optimised text, loop by loop."""

from __future__ import annotations

import re
from collections import Counter

PLAIN = frozenset({"add", "subtract", "multiply", "negate", "maximum", "minimum", "abs"})
CHOICES = frozenset({"compare", "select"})
TRANSCENDENTAL = frozenset(
    {"exponential", "exponential-minus-one", "log", "log-plus-one", "power", "logistic", "sqrt"}
)
_INSTRUCTION = re.compile(r"^\s*(?:ROOT )?%(\S+) = (?:f32|f64|pred)\[([\d,]*)\]\S* ([\w-]+)\((.*)$")
_CALLS = re.compile(r"(?:calls|to_apply)=%([\w.-]+)")
_BODY = re.compile(r"body=%([\w.-]+)")
_HEAD = re.compile(r"^(?:ENTRY )?%([\w.-]+) \(")


def computations(text: str) -> dict[str, list[str]]:
    """The lines of every computation of a program."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head and line.rstrip().endswith("{"):
            lines = found.setdefault(head.group(1), [])
        else:
            lines.append(line)
    return found


def size(shape: str) -> int:
    """Elements of a shape as XLA writes it."""
    elements = 1
    for length in shape.split(","):
        elements *= int(length or 1)
    return elements


def counted(name: str, program: dict[str, list[str]]) -> Counter[str]:
    """Operations of a computation with what it calls, once through; loops in it left out."""
    found: Counter[str] = Counter()
    shapes: dict[str, int] = {}
    for line in program[name]:
        parts = _INSTRUCTION.match(line)
        if parts:
            shapes[parts.group(1)] = size(parts.group(2))
            found.update(of_instruction(*parts.groups()[1:], shapes))
        calls = _CALLS.search(line)
        # What a reduction applies is one addition, counted with the reduction.
        if calls and " reduce(" not in line and calls.group(1) in program:
            found.update(counted(calls.group(1), program))
    return found


def of_instruction(
    shape: str, operation: str, operands: str, shapes: dict[str, int]
) -> dict[str, int]:
    """What one instruction comes to."""
    elements = size(shape)
    if operation in PLAIN:
        return {"plain": elements}
    if operation in CHOICES:
        return {"choices": elements}
    if operation in TRANSCENDENTAL:
        return {"transcendentals": elements}
    if operation == "divide":
        return {"divisions": elements}
    if operation == "reduce":
        first = operands.split(",")[0].strip().lstrip("%")
        return {"plain": shapes.get(first, elements) - elements}
    return {}


def loops(text: str) -> list[Counter[str]]:
    """Operations of one round of every loop, inner loops left out of outer ones."""
    program = computations(text)
    bodies = {body for lines in program.values() for line in lines for body in _BODY.findall(line)}
    return [counted(body, program) for body in sorted(bodies)]


def per_lane(text: str, lanes: int) -> dict[str, dict[str, float]]:
    """Operations a lane of a day, of the last day of a week with its night, and of the start.

    The program has three loops: over blocks of patients, whose round is the start of a patient;
    over weeks, whose round is one day and the night that is read; over the other days.
    """
    day, week, start = sorted(loops(text), key=lambda found: found["plain"])
    names = ("plain", "choices", "divisions", "transcendentals")
    return {
        "day": {name: day[name] / lanes for name in names},
        "night": {name: (week[name] - day[name]) / lanes for name in names},
        "start": {name: start[name] / lanes for name in names},
    }
