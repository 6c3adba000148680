"""Ways of living that help or harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, weighed
from ekbom.knowledge.education import Habit
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Truth


def habits(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Ways of living that help or harm; `yes` means worth raising with this patient."""
    found = [_habit(case, habit, concluded) for habit in case.knowledge.of(Habit).values()]
    return Section("habits", "Habits", tuple(found))


def _habit(case: Case, habit: Habit, concluded: Mapping[str, Conclusion]) -> Finding:
    statement = f"{habit.name}: worth raising with this patient"
    conclusion = weighed(f"R-HAB-01:{habit.id}", statement, habit.lines, case, concluded)
    finding = by_rule(
        case, conclusion.named(conclusion.id, statement, habit.citations), name=habit.name
    )
    # Nothing is said to a patient about what nobody asked or what is already as it should be.
    words = habit.words if conclusion.truth is Truth.YES else Words(habit.words.clinician)
    return replace(finding, words=words)
