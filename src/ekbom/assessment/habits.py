"""Ways of living that help or harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, weighed
from ekbom.knowledge.education import Habit
from ekbom.logic import Conclusion, Truth

STATES: Mapping[Truth, str] = MappingProxyType(
    {
        Truth.YES: "worth raising",
        Truth.NO: "nothing to raise",
        Truth.UNKNOWN: "not asked",
    }
)


def habits(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Ways of living that help or harm; `yes` means worth raising with this patient."""
    found = [_habit(case, habit, concluded) for habit in case.knowledge.of(Habit).values()]
    return Section("habits", "Habits", tuple(found))


def _habit(case: Case, habit: Habit, concluded: Mapping[str, Conclusion]) -> Finding:
    statement = f"{habit.name}: worth raising with this patient"
    conclusion = weighed(f"R-HAB-01:{habit.id}", statement, habit.lines, case, concluded)
    cited = conclusion.named(conclusion.id, statement, habit.citations)
    finding = by_rule(case, cited, name=habit.name, state=STATES[conclusion.truth])
    raised = conclusion.truth is Truth.YES
    return replace(finding, words=habit.words if raised else finding.words)
