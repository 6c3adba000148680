"""Where we stand: what a reader has to know before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Finding
from ekbom.logic import Truth
from ekbom.report.assessment.leading import (
    ASKED_RULES,
    DIAGNOSTIC_STATE,
    IRON_STATUS,
    RED_FLAGS,
)
from ekbom.report.assessment.wanted import Wanted, wanted
from ekbom.report.assessment.wording import OWN, edition_text, fact_text

_SCALES, _UNGRADED = "R-SEV-01", "R-SEV-06"
_OF_LEGS = frozenset({"R-SEV-01:irls", "R-SEV-01:jhrlss"})
_ESSENTIAL = frozenset(f"R-DX-{number:02d}" for number in range(1, 6))
# Told beside the status of iron, which may be open for another reason.
_TOLD_WITH_IRON = frozenset({"iron-low", "R-FE-14"})


@dataclass(frozen=True, slots=True)
class Lead:
    """What a reader has to know before anything else.

    Parameters
    ----------
    raised, open_flags : tuple of Finding
        Red flags that hold, and those nobody has asked about.
    flags_assessed : bool
        Whether red flags were looked for at all.
    diagnosis, iron_status : Finding or None
        The state of the criteria and of iron.
    essential : tuple of Finding
        The essential criteria, one by one.
    mimics, drivers, severity : tuple of Finding
        What holds of each; of severity also a scale of restless legs with a low score.
    iron : tuple of Finding
        What holds beside the status: low iron, anaemia.
    wanted : tuple of Wanted
        What is missing, most wanted first.
    """

    raised: tuple[Finding, ...]
    open_flags: tuple[Finding, ...]
    flags_assessed: bool
    diagnosis: Finding | None
    essential: tuple[Finding, ...]
    iron_status: Finding | None
    mimics: tuple[Finding, ...]
    drivers: tuple[Finding, ...]
    iron: tuple[Finding, ...]
    severity: tuple[Finding, ...]
    wanted: tuple[Wanted, ...]


def lead(assessment: Assessment) -> Lead:
    """What a reader has to know first."""
    flags = _section(assessment, RED_FLAGS)
    return Lead(
        raised=tuple(f for f in _of(flags, Truth.YES) if f.conclusion.id not in ASKED_RULES),
        open_flags=_of(flags, Truth.UNKNOWN),
        flags_assessed=bool(flags),
        diagnosis=_found(assessment, DIAGNOSTIC_STATE),
        essential=tuple(f for f in assessment.findings() if f.conclusion.id in _ESSENTIAL),
        iron_status=_found(assessment, IRON_STATUS),
        mimics=_of(_section(assessment, "mimics"), Truth.YES),
        drivers=_of(_section(assessment, "drivers"), Truth.YES),
        iron=tuple(
            f
            for f in _of(_section(assessment, "iron"), Truth.YES)
            if f.conclusion.id in _TOLD_WITH_IRON
        ),
        severity=tuple(map(_short_scale, _severity(_section(assessment, "severity")))),
        wanted=wanted(assessment),
    )


def _severity(found: tuple[Finding, ...]) -> Iterator[Finding]:
    """Scales of restless legs that were filled in, then what holds; an old score with its day."""
    of_legs = [f for f in found if f.conclusion.id in _OF_LEGS]
    yield from (f for f in of_legs if f.conclusion.truth is not Truth.UNKNOWN or _is_begun(f))
    for finding in _of(found, Truth.YES):
        # A score without a limit grades nothing once it is old.
        is_past = finding.conclusion.rule == _UNGRADED and _is_old(finding)
        if finding not in of_legs and not is_past:
            yield finding


def _is_begun(finding: Finding) -> bool:
    """Whether a scale was filled in with items left out: that, too, is where we stand."""
    leaves = finding.conclusion.deciding_leaves()
    return any(leaf.fact is not None and leaf.fact.on is not None for leaf in leaves)


def _short_scale(finding: Finding) -> Finding:
    """A scale by its short name, with its day where it is old: the rest is in its section."""
    if finding.conclusion.rule not in (_SCALES, _UNGRADED):
        return finding
    days = [leaf.fact.on for leaf in finding.conclusion.deciding_leaves() if leaf.fact is not None]
    state = finding.state
    if _is_old(finding):
        state = f"{state} on {days[0]}, old" if days and days[0] is not None else f"{state}, old"
    return replace(finding, name=finding.name.partition(":")[0], state=state)


def _is_old(finding: Finding) -> bool:
    return any(caveat.code == "old-score" for caveat in finding.conclusion.all_caveats())


def essential_text(found: Lead) -> str:
    """The essential criteria by number: ``1, 2, 3, 4 yes; 5 unknown``."""
    numbers = {
        truth: [str(k) for k, f in enumerate(found.essential, 1) if f.conclusion.truth is truth]
        for truth in (Truth.YES, Truth.UNKNOWN, Truth.NO)
    }
    said = [f"{', '.join(which)} {truth}" for truth, which in numbers.items() if which]
    return f"Essential criteria: {'; '.join(said)}." if said else ""


def grounds(finding: Finding) -> str:
    """What of the record a driver rests on, in a few words: ``sertraline``, ``mother``."""
    facts = [leaf.fact for leaf in finding.conclusion.deciding_leaves() if leaf.fact is not None]
    said = [
        f"{fact.name} {fact_text(fact)}" if isinstance(fact.value, float) else str(fact.value)
        for fact in facts
        if fact.value not in (None, "yes", "no")
    ]
    return ", ".join(dict.fromkeys(said))


def limit_notes(finding: Finding) -> tuple[str, ...]:
    """What the editions that answered say of their own limits on the values that decided."""
    limits = [
        leaf.limit
        for leaf in finding.conclusion.deciding_leaves()
        if leaf.limit is not None and leaf.fact is not None and leaf.fact.key.startswith("lab:")
    ]
    noted = [limit for limit in limits if limit.note and not limit.edition.startswith(OWN)]
    return tuple(dict.fromkeys(f"{edition_text(one.edition)}: {one.note}" for one in noted))


def _found(assessment: Assessment, conclusion_id: str) -> Finding | None:
    return next((f for f in assessment.findings() if f.conclusion.id == conclusion_id), None)


def _section(assessment: Assessment, section_id: str) -> tuple[Finding, ...]:
    return next((s.findings for s in assessment.sections if s.id == section_id), ())


def _of(findings: tuple[Finding, ...], truth: Truth) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.conclusion.truth is truth)
