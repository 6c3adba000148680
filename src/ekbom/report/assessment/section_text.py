"""A section of findings on a terminal, with or without its reasons."""

from __future__ import annotations

from collections.abc import Iterator

from ekbom.assessment.findings import Finding, Section
from ekbom.report.assessment.groups import grouped
from ekbom.report.assessment.leading import ASKED_RULES
from ekbom.report.assessment.steps import Reference, StepShown, step_shown
from ekbom.report.citations import Citations
from ekbom.report.lines import wrapped
from ekbom.report.sources import short_name


def section_lines(
    section: Section,
    citations: Citations,
    *,
    why: bool,
    elsewhere: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """A section: its findings, in groups or each with how it was reached."""
    yield ""
    yield section.title.upper()
    if section.summary.clinician:
        yield from wrapped(section.summary.clinician, indent=2)
    for caveat in section.caveats:
        yield from wrapped(f"Caveat: {caveat}", indent=2, hang=2)
    if not section.findings:
        yield "  nothing to say"
    for group in grouped(section):
        if why or group.is_one:
            for finding in group.findings:
                yield from finding_text(finding)
                if why:
                    yield from why_text(finding, citations, elsewhere)
        else:
            state = f"{group.state}: " if group.state else ""
            yield from wrapped(f"{group.truth!s:8s} {state}{group.names}", indent=2, hang=9)


def finding_text(finding: Finding) -> Iterator[str]:
    """A finding in a line."""
    truth = str(finding.conclusion.truth)
    state = "" if finding.state == truth else f": {finding.state}"
    level = f" [{finding.level}]" if finding.level else ""
    yield from wrapped(f"{truth:8s} {finding.name}{state}{level}", indent=2, hang=9)


def why_text(
    finding: Finding, citations: Citations, elsewhere: frozenset[str] = frozenset()
) -> Iterator[str]:
    """How a conclusion was reached, step by step."""
    if finding.words.clinician:
        yield from wrapped(finding.words.clinician, indent=11)
    yield from _step(step_shown(finding.conclusion, citations, elsewhere=elsewhere), 11)
    if finding.settles:
        label = settles_label(finding)
        yield from wrapped(f"{label}: " + ", ".join(finding.settles), indent=11, hang=2)
    yield ""


def settles_label(finding: Finding) -> str:
    """What the names in ``settles`` are."""
    return "not asked" if finding.conclusion.id in ASKED_RULES else "would settle it"


def _step(step: StepShown, indent: int) -> Iterator[str]:
    see = f" (see {step.see})" if step.see else ""
    yield from wrapped(f"{step.truth}: {step.says}{see}", indent=indent, hang=2)
    inner = indent + 2
    if step.found or step.path:
        says = " at ".join(part for part in (step.found, step.path) if part)
        yield from wrapped(f"record: {says}", indent=inner, hang=2)
    if step.limit is not None:
        source = "" if step.limit.reference is None else f" {_cited(step.limit.reference)}"
        says = f"limit: {step.limit.says} ({step.limit.edition}){source}"
        yield from wrapped(says, indent=inner, hang=2)
        if step.limit.note:
            yield from wrapped(f"note: {step.limit.note}", indent=inner + 2, hang=2)
    for one in step.references:
        yield from wrapped(f"source: {_cited(one)}", indent=inner, hang=2)
    for ask in step.missing:
        yield from wrapped(f"missing: {ask}", indent=inner, hang=2)
    for caveat in step.caveats:
        yield from wrapped(f"caveat: {caveat}", indent=inner, hang=2)
    for part in step.decided_by:
        yield from _step(part, inner)
    if step.others:
        names = "; ".join(f"{part.says} ({part.truth})" for part in step.others)
        yield from wrapped(f"also looked at: {names}", indent=inner, hang=2)


def _cited(reference: Reference) -> str:
    number = reference.name if reference.number is None else f"[{reference.number}]"
    check = f", {reference.to_check}" if reference.to_check else ""
    return f"{number} {reference.place}; {reference.mark}{check}"


def sources_text(citations: Citations) -> Iterator[str]:
    """The sources by number."""
    yield ""
    yield "SOURCES"
    for number, source in citations.sources:
        link = f" doi:{source.doi}" if source.doi else f" {source.url}" if source.url else ""
        says = f"[{number}] {short_name(source)}. {source.title}.{link}"
        yield from wrapped(says, indent=2, hang=4)
