"""A section of findings on a page, folded over its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from markupsafe import Markup

from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Truth
from ekbom.report.assessment.groups import grouped
from ekbom.report.assessment.leading import ASKED_RULES
from ekbom.report.assessment.section_text import settles_label
from ekbom.report.assessment.steps import StepShown, step_shown
from ekbom.report.assessment.wording import SIGNS, ask_text
from ekbom.report.citations import Citations
from ekbom.report.templating import environment

_N_KEPT = 4096


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding as the page lays it out."""

    id: str
    name: str
    state: str
    level: str
    says: str
    caveats: tuple[str, ...]
    missing: tuple[str, ...]
    settles_label: str
    settles: tuple[str, ...]
    step: StepShown


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Findings with one outcome."""

    truth: Truth
    state: str
    names: str
    is_one: bool
    findings: tuple[FindingShown, ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section as the page lays it out."""

    id: str
    title: str
    says: str
    caveats: tuple[str, ...]
    groups: tuple[GroupShown, ...]


def section_shown(
    section: Section, citations: Citations, elsewhere: frozenset[str] = frozenset()
) -> SectionShown:
    """A section; sources bear the numbers given by `cite_all`; see `step_shown`."""
    return SectionShown(
        id=section.id,
        title=section.title,
        says=section.summary.clinician,
        caveats=tuple(str(caveat) for caveat in section.caveats),
        groups=tuple(
            GroupShown(
                group.truth,
                group.state,
                group.names,
                group.is_one,
                tuple(finding_shown(finding, citations, elsewhere) for finding in group.findings),
            )
            for group in grouped(section)
        ),
    )


def finding_shown(
    finding: Finding, citations: Citations, elsewhere: frozenset[str] = frozenset()
) -> FindingShown:
    """A finding; sources bear the numbers given by `cite_all`; see `step_shown`."""
    conclusion = finding.conclusion
    return FindingShown(
        id=conclusion.id,
        name=finding.name,
        state="" if finding.state == str(conclusion.truth) else finding.state,
        level=finding.level,
        says=finding.words.clinician,
        caveats=tuple(str(caveat) for caveat in conclusion.all_caveats()),
        # Rules about what was asked name it already.
        missing=()
        if conclusion.id in ASKED_RULES
        else tuple(ask_text(missing) for missing in conclusion.all_missing()),
        settles_label=settles_label(finding).capitalize(),
        settles=finding.settles,
        step=step_shown(conclusion, citations, elsewhere=elsewhere),
    )


# The same finding stands on one page after the other where many records are assessed.
@lru_cache(maxsize=_N_KEPT)
def finding_html(finding: FindingShown) -> Markup:
    """A finding, folded."""
    return Markup(_finding_macro()(finding))


@cache
def _finding_macro() -> Callable[[FindingShown], str]:
    return finding_macro(lacking_text)


def finding_macro(lacking: Callable[[Sequence[str]], str]) -> Callable[[FindingShown], str]:
    """How a finding is laid out.

    Parameters
    ----------
    lacking : callable
        Given what is missing, in words: how it is told.
    """
    template = environment().get_template("finding.html.j2")
    module = template.make_module({"signs": SIGNS, "lacking": lacking})
    macro: Callable[[FindingShown], str] = vars(module)["finding"]
    return macro


def lacking_text(missing: Sequence[str]) -> str:
    """What is missing, in a row."""
    return "; ".join(missing).replace("?; ", "? ")
