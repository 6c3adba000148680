"""What other editions make of the same facts, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ekbom.assessment.assess import Assessment
from ekbom.assessment.changes import Changes, ConclusionChange, LimitChange
from ekbom.assessment.findings import Finding
from ekbom.logic import Truth
from ekbom.report import lines
from ekbom.report.assessment.leading import LEADING
from ekbom.report.assessment.wording import edition_text, quantity_text
from ekbom.report.lines import columns, wrapped


def changes_text(changes: Changes) -> Iterator[str]:
    """Which editions answered, and what the newest would change on the same facts."""
    yield ""
    yield "BY TODAY'S EDITIONS, ON THE SAME FACTS"
    for edition in changes.editions:
        then, now = edition_text(edition.then), edition_text(edition.now)
        yield from wrapped(f"{edition.name}: answered by {then}; newest is {now}", hang=2)
        for step in edition.steps:
            says = f"{step.since} {edition_text(step.edition)}: {step.changed}"
            yield from wrapped(says, indent=4, hang=2)
    telling = [change for change in changes.conclusions if change.matters]
    if not telling:
        yield "  No conclusion would be different."
    for change in telling:
        yield from wrapped(f"{change.id} {change.name}: {change_text(change)}", hang=2)
    silent = [change.name for change in changes.conclusions if not change.matters]
    if silent:
        names = "; ".join(silent)
        yield from wrapped(f"Rules of one edition only, without consequence here: {names}", hang=2)


def change_text(change: ConclusionChange) -> str:
    """Then and now of one conclusion, and the limits that differ, in one line."""
    limits = "; ".join(limit_change_text(limit) for limit in change.limits)
    outcome = f"{outcome_text(change.then)} then, {outcome_text(change.now)} now"
    if not change.is_other:
        return f"{outcome_text(change.now)} both times; {limits}"
    return f"{outcome}; {limits}" if limits else outcome


def limit_change_text(change: LimitChange) -> str:
    """A limit then and now."""
    then, now = (
        "no such limit" if one is None else quantity_text(one.value, one.unit)
        for one in (change.then, change.now)
    )
    return f"{change.name}: {then} then, {now} now"


def outcome_text(finding: Finding | None) -> str:
    """State of a conclusion in a word or two."""
    return "not in force" if finding is None else finding.state


def comparison_text(days: Sequence[tuple[date, Assessment]]) -> Iterator[str]:
    """A table: leading conclusions by the editions of several days, on the same facts."""
    yield from wrapped(
        f"The same facts (as of {days[-1][1].as_of}), by the editions in force on each day: "
        "the state of the criteria and of iron, and what differs."
    )
    header = ["", *(str(day) for day, _ in days)]
    rows = [header, *comparison_rows(days)]
    for topic in days[-1][1].editions:
        used = [edition_text(assessment.editions[topic]) for _, assessment in days]
        rows.append([f"edition: {topic}", *used])
    width = max(lines.WIDTH // (len(days) + 1), 14)
    first = max(lines.WIDTH - width * len(days), 24)
    for row in rows:
        yield from columns(row, [first, *[width] * len(days)])


def comparison_rows(days: Sequence[tuple[date, Assessment]]) -> Iterator[list[str]]:
    """Name and states of the leading conclusions and of those that differ between the columns.

    A rule that some editions lack is left out where it says nothing of this patient.
    """
    found = [{f.conclusion.id: f for f in a.findings() if f.conclusion.id} for _, a in days]
    names = dict.fromkeys(key for column in reversed(found) for key in column)
    for name in sorted(names, key=lambda name: name not in LEADING):
        findings = [column.get(name) for column in found]
        there = [finding for finding in findings if finding is not None]
        differs = len({outcome_text(finding) for finding in there}) > 1
        comes = len(there) < len(days) and any(f.conclusion.truth is Truth.YES for f in there)
        if differs or comes or name in LEADING:
            yield [f"{name} {there[-1].name}", *(outcome_text(finding) for finding in findings)]
