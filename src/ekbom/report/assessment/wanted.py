"""What is missing, most wanted first."""

from __future__ import annotations

from dataclasses import dataclass

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Missing
from ekbom.report.assessment.leading import DIAGNOSTIC_STATE, IRON_STATUS, RED_FLAGS
from ekbom.report.assessment.wording import section_text

# What the state of the criteria waits for comes first, then that of iron, then the list of
# medicines (without it none is ruled out) and the leading scale, then course, consequence and
# look-alikes.
_ASKED_EARLY = {
    DIAGNOSTIC_STATE: 0,
    IRON_STATUS: 1,
    "R-FE-00": 1,
    "R-SEV-01:irls": 2,
    "R-DX-07:chronic-persistent": 3,
    "R-DX-08": 3,
}
_MEDICATION_LIST, _MEDICATION_RANK = "question:medication-list-complete", 2
_SECTIONS_EARLY = {"mimics": 3}
_ASKED_LATE = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that is not known, the conclusions that wait for it, and their sections."""

    missing: Missing
    waiting: tuple[str, ...]
    sections: tuple[str, ...]


def wanted(assessment: Assessment) -> tuple[Wanted, ...]:
    """What is missing, by what waits for it: criteria, iron, medicines, look-alikes, the rest.

    Among equals the one that more conclusions wait for comes first, and a question before a
    whole condition. Red flags are left out: they stand above all of it anyway.
    """
    asks: dict[str, Missing] = {}
    waiting: dict[str, dict[str, None]] = {}
    sections: dict[str, dict[str, None]] = {}
    rank: dict[str, int] = {}
    for section in assessment.sections:
        for finding in section if section.id != RED_FLAGS else ():
            for missing in finding.conclusion.all_missing():
                key = missing.key
                # Rules ask for one thing in several ways; the shortest is the plainest.
                asks[key] = min(asks.get(key, missing), missing, key=lambda one: len(one.ask))
                waiting.setdefault(key, {})[finding.name] = None
                sections.setdefault(key, {})[section_text(section)] = None
                rank[key] = min(rank.get(key, _ASKED_LATE), _rank(missing, finding, section))
    order = sorted(
        asks, key=lambda key: (rank[key], -len(waiting[key]), key.startswith("condition:"))
    )
    return tuple(Wanted(asks[k], tuple(waiting[k]), tuple(sections[k])) for k in order)


def _rank(missing: Missing, finding: Finding, section: Section) -> int:
    if missing.key == _MEDICATION_LIST:
        return _MEDICATION_RANK
    by_section = _SECTIONS_EARLY.get(section.id, _ASKED_LATE)
    return _ASKED_EARLY.get(finding.conclusion.id, by_section)
