"""Group: findings of a section that share an outcome, so that a long list takes one line."""

from __future__ import annotations

from dataclasses import dataclass

from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Truth
from ekbom.report.assessment.leading import LEADING, RED_FLAGS

_NOT_FILLED_IN = "not filled in"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings with one outcome.

    Parameters
    ----------
    truth : Truth
        Of each.
    state : str
        Of each; empty where it says no more than the truth.
    findings : tuple of Finding
        At least one; more than one may be told by their names alone.
    """

    truth: Truth
    state: str
    findings: tuple[Finding, ...]

    @property
    def is_one(self) -> bool:
        """Whether it is to be told in full."""
        return len(self.findings) == 1

    @property
    def names(self) -> str:
        """The names of all, in one line."""
        return "; ".join(_name(finding) for finding in self.findings)


def grouped(section: Section) -> tuple[Group, ...]:
    """A section in the order it is read: what leads, what holds, what is open, what does not.

    What leads or holds stands alone; the others share a group with those of the same outcome.
    """
    alone = [f for f in section if f.conclusion.id in LEADING or section.id == RED_FLAGS]
    alone += [f for f in section if f not in alone and f.conclusion.truth is Truth.YES]
    rest = [f for f in section if f not in alone]
    groups: dict[tuple[Truth, str], list[Finding]] = {}
    for truth in (Truth.UNKNOWN, Truth.NO):
        for finding in rest:
            if finding.conclusion.truth is truth:
                groups.setdefault((truth, _state(finding)), []).append(finding)
    return (
        *(Group(f.conclusion.truth, _state(f), (f,)) for f in alone),
        *(Group(truth, state, tuple(found)) for (truth, state), found in groups.items()),
    )


def _state(finding: Finding) -> str:
    return "" if finding.state == str(finding.conclusion.truth) else finding.state


def _name(finding: Finding) -> str:
    """Questionnaires go by their short name."""
    name = finding.name
    return name.partition(":")[0] if finding.state == _NOT_FILLED_IN else name
