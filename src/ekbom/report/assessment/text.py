"""An assessment on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from ekbom.assessment.assess import Assessment
from ekbom.assessment.changes import Changes, ConclusionChange, LimitChange
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.education import Mode
from ekbom.logic import Truth
from ekbom.report.assessment.groups import grouped
from ekbom.report.assessment.lead import Lead, essential_text, grounds, lead, limit_notes
from ekbom.report.assessment.leading import ASKED_RULES, LEADING, RED_FLAGS
from ekbom.report.assessment.modes import CLINICIAN_USE, PATIENT_USE, Shown
from ekbom.report.assessment.patient_view import N_ASKED, patient_view
from ekbom.report.assessment.steps import Reference, StepShown, cite_all, step_shown
from ekbom.report.assessment.wording import ask_text, early_text, edition_text, quantity_text
from ekbom.report.citations import Citations
from ekbom.report.sources import short_name

WIDTH = 92
_N_WANTED = 6
_N_DRIVERS = 5
_N_SEVERITY = 3


def text(
    shown: Shown, mode: Mode = "clinician", *, why: bool = False, section: str = ""
) -> Iterator[str]:
    """The assessment, line by line.

    Parameters
    ----------
    shown : Shown
        The assessment.
    mode : str
        Who reads it.
    why : bool
        Show how every conclusion was reached, and the sources.
    section : str
        Id of the only section to show; empty: all, after red flags and where we stand.
    """
    if mode == "patient":
        yield from _for_patient(shown)
        return
    citations = Citations(shown.knowledge)
    sections = [s for s in shown.assessment.sections if not section or s.id == section]
    if not section:
        yield from _heading(shown)
        yield from _stand(lead(shown.assessment))
        if shown.changes is not None:
            yield from changes_text(shown.changes)
        sections = [s for s in sections if why or s.id != RED_FLAGS]
    for one in sections:
        cite_all(one, citations)
        yield from _section(one, citations, why=why)
    if why:
        yield from _sources(citations)
    yield ""
    yield from _wrapped(CLINICIAN_USE)
    yield from _stamp(shown.assessment)


def _heading(shown: Shown) -> Iterator[str]:
    assessment = shown.assessment
    low, high = shown.patient.person.age_years(assessment.as_of)
    age = f"{low}" if low == high else f"{low} or {high}"
    who = f"{shown.patient.person.sex or 'sex not recorded'}, {age} years"
    yield f"{assessment.patient_id}: {who}, as of {assessment.as_of}"
    named = (
        f"{topic} {edition_text(edition)}" + early_text(topic, assessment)
        for topic, edition in assessment.editions.items()
    )
    yield from _wrapped("Editions: " + ", ".join(named))
    if shown.changes is not None:
        yield "Not the newest editions answered; what the newest would change stands below."


# Where we stand ---------------------------------------------------------------------------------


def stand_text(shown: Shown) -> Iterator[str]:
    """Red flags, where we stand and what is missing most, to a clinician."""
    yield from _stand(lead(shown.assessment))


def _stand(found: Lead) -> Iterator[str]:
    yield ""
    yield "RED FLAGS"
    for flag in found.raised:
        yield from _wrapped(f"! {flag.name} ({flag.state})", hang=4)
        if flag.words.clinician:
            yield from _wrapped(flag.words.clinician, indent=4)
    if not found.raised:
        yield "  none on record" if found.flags_assessed else "  not looked for"
    for flag in found.open_flags:
        names = f": {'; '.join(flag.settles)}" if flag.settles else ""
        yield from _wrapped(f"? {flag.name}{names}", hang=4)
    yield ""
    yield "WHERE WE STAND"
    yield from _row("Criteria", _state(found.diagnosis) if found.diagnosis else "not assessed")
    if found.essential:
        yield from _row("", essential_text(found))
    if found.mimics:
        yield from _row("Alternatives", _listed(found.mimics))
    yield from _row("Severity", _listed(found.severity[:_N_SEVERITY]) or "not known")
    yield from _row("Iron", _state(found.iron_status) if found.iron_status else "not assessed")
    for note in limit_notes(found.iron_status) if found.iron_status else ():
        yield from _row("", note)
    if found.iron:
        yield from _row("", _listed(found.iron))
    drivers = "; ".join(
        f"{f.name} ({grounds(f)})" if grounds(f) else f.name for f in found.drivers[:_N_DRIVERS]
    )
    yield from _row("Drivers", drivers or "none found so far")
    yield from _row("Missing most", "" if found.wanted else "nothing")
    for one in found.wanted[:_N_WANTED]:
        named = ", ".join(one.sections)
        yield from _wrapped(f"- {ask_text(one.missing)} ({named})", indent=4, hang=2)
    more = len(found.wanted) - _N_WANTED
    if more > 0:
        yield f"    and {more} more; --why names them where they matter"


def _state(finding: Finding) -> str:
    said = finding.words.clinician
    return f"{finding.state}. {said}" if said else finding.state


def _listed(findings: Sequence[Finding]) -> str:
    return "; ".join(
        f.name if f.state == str(f.conclusion.truth) else f"{f.name}: {f.state}" for f in findings
    )


def _row(name: str, says: str) -> Iterator[str]:
    yield from textwrap.wrap(
        f"  {name + ':' if name else '':14s} {says}",
        WIDTH,
        subsequent_indent=" " * 17,
        break_long_words=False,
    )


# Sections ---------------------------------------------------------------------------------------


def _section(section: Section, citations: Citations, *, why: bool) -> Iterator[str]:
    yield ""
    yield section.title.upper()
    if section.summary.clinician:
        yield from _wrapped(section.summary.clinician, indent=2)
    for caveat in section.caveats:
        yield from _wrapped(f"Caveat: {caveat}", indent=2, hang=2)
    if not section.findings:
        yield "  nothing to say"
    for group in grouped(section):
        if why or group.is_one:
            for finding in group.findings:
                yield from _finding(finding)
                if why:
                    yield from _why(finding, citations)
        else:
            state = f"{group.state}: " if group.state else ""
            yield from _wrapped(f"{group.truth!s:8s} {state}{group.names}", indent=2, hang=9)


def _finding(finding: Finding) -> Iterator[str]:
    truth = str(finding.conclusion.truth)
    state = "" if finding.state == truth else f": {finding.state}"
    level = f" [{finding.level}]" if finding.level else ""
    yield from _wrapped(f"{truth:8s} {finding.name}{state}{level}", indent=2, hang=9)


def _why(finding: Finding, citations: Citations) -> Iterator[str]:
    if finding.words.clinician:
        yield from _wrapped(finding.words.clinician, indent=11)
    yield from _step(step_shown(finding.conclusion, citations), 11)
    if finding.settles:
        label = settles_label(finding)
        yield from _wrapped(f"{label}: " + ", ".join(finding.settles), indent=11, hang=2)
    yield ""


def settles_label(finding: Finding) -> str:
    """What the names in ``settles`` are."""
    return "not asked" if finding.conclusion.id in ASKED_RULES else "would settle it"


def _step(step: StepShown, indent: int) -> Iterator[str]:
    yield from _wrapped(f"{step.truth}: {step.says}", indent=indent, hang=2)
    inner = indent + 2
    if step.found or step.path:
        says = " at ".join(part for part in (step.found, step.path) if part)
        yield from _wrapped(f"record: {says}", indent=inner, hang=2)
    if step.limit is not None:
        source = "" if step.limit.reference is None else f" {_cited(step.limit.reference)}"
        says = f"limit: {step.limit.says} ({step.limit.edition}){source}"
        yield from _wrapped(says, indent=inner, hang=2)
        if step.limit.note:
            yield from _wrapped(f"note: {step.limit.note}", indent=inner + 2, hang=2)
    for one in step.references:
        yield from _wrapped(f"source: {_cited(one)}", indent=inner, hang=2)
    for ask in step.missing:
        yield from _wrapped(f"missing: {ask}", indent=inner, hang=2)
    for caveat in step.caveats:
        yield from _wrapped(f"caveat: {caveat}", indent=inner, hang=2)
    for part in step.decided_by:
        yield from _step(part, inner)
    if step.others:
        names = "; ".join(f"{part.says} ({part.truth})" for part in step.others)
        yield from _wrapped(f"also looked at: {names}", indent=inner, hang=2)


def _cited(reference: Reference) -> str:
    number = reference.name if reference.number is None else f"[{reference.number}]"
    check = f", {reference.to_check}" if reference.to_check else ""
    return f"{number} {reference.place}; {reference.mark}{check}"


def _sources(citations: Citations) -> Iterator[str]:
    yield ""
    yield "SOURCES"
    for number, source in citations.sources:
        link = f" doi:{source.doi}" if source.doi else f" {source.url}" if source.url else ""
        says = f"[{number}] {short_name(source)}. {source.title}.{link}"
        yield from _wrapped(says, indent=2, hang=4)


def _stamp(assessment: Assessment) -> Iterator[str]:
    yield f"knowledge {assessment.knowledge_hash[:16]}"


# Other editions ---------------------------------------------------------------------------------


def changes_text(changes: Changes) -> Iterator[str]:
    """Which editions answered, and what the newest would change on the same facts."""
    yield ""
    yield "BY TODAY'S EDITIONS, ON THE SAME FACTS"
    for edition in changes.editions:
        then, now = edition_text(edition.then), edition_text(edition.now)
        yield from _wrapped(f"{edition.name}: answered by {then}; newest is {now}", hang=2)
        for step in edition.steps:
            says = f"{step.since} {edition_text(step.edition)}: {step.changed}"
            yield from _wrapped(says, indent=4, hang=2)
    telling = [change for change in changes.conclusions if change.matters]
    if not telling:
        yield "  No conclusion would be different."
    for change in telling:
        yield from _wrapped(f"{change.id} {change.name}: {change_text(change)}", hang=2)
    silent = [change.name for change in changes.conclusions if not change.matters]
    if silent:
        names = "; ".join(silent)
        yield from _wrapped(f"Rules of one edition only, without consequence here: {names}", hang=2)


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


def comparison_text(columns: Sequence[tuple[date, Assessment]]) -> Iterator[str]:
    """A table: leading conclusions by the editions of several days, on the same facts."""
    yield from _wrapped(
        f"The same facts (as of {columns[-1][1].as_of}), by the editions in force on each day: "
        "the state of the criteria and of iron, and what differs."
    )
    header = ["", *(str(day) for day, _ in columns)]
    rows = [header, *comparison_rows(columns)]
    for topic in columns[-1][1].editions:
        used = [edition_text(assessment.editions[topic]) for _, assessment in columns]
        rows.append([f"edition: {topic}", *used])
    width = max(WIDTH // (len(columns) + 1), 14)
    first = max(WIDTH - width * len(columns), 24)
    for row in rows:
        yield from _table_row(row, [first, *[width] * len(columns)])


def comparison_rows(columns: Sequence[tuple[date, Assessment]]) -> Iterator[list[str]]:
    """Name and states of the leading conclusions and of those that differ between the columns.

    A rule that some editions lack is left out where it says nothing of this patient.
    """
    found = [{f.conclusion.id: f for f in a.findings() if f.conclusion.id} for _, a in columns]
    names = dict.fromkeys(key for column in reversed(found) for key in column)
    for name in sorted(names, key=lambda name: name not in LEADING):
        findings = [column.get(name) for column in found]
        there = [finding for finding in findings if finding is not None]
        differs = len({outcome_text(finding) for finding in there}) > 1
        comes = len(there) < len(columns) and any(f.conclusion.truth is Truth.YES for f in there)
        if differs or comes or name in LEADING:
            yield [f"{name} {there[-1].name}", *(outcome_text(finding) for finding in findings)]


def _table_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    wrapped = [textwrap.wrap(c, w - 2) or [""] for c, w in zip(cells, widths, strict=True)]
    for k in range(max(len(lines) for lines in wrapped)):
        line = [
            (lines[k] if k < len(lines) else "").ljust(width)
            for lines, width in zip(wrapped, widths, strict=True)
        ]
        yield "".join(line).rstrip()


# To a patient -----------------------------------------------------------------------------------


def _for_patient(shown: Shown) -> Iterator[str]:
    view = patient_view(shown)
    yield from _wrapped(PATIENT_USE)
    yield from _wrapped(view.guidance)
    yield from _bulleted("FIRST OF ALL", view.first)
    yield from _bulleted("TELL YOUR DOCTOR SOON IF ONE OF THE ANSWERS IS YES", view.asked_first)
    for part in view.parts:
        yield from _bulleted(part.heading.upper(), part.says)
    yield from _bulleted("WHAT IS ON RECORD", [": ".join(f[:2]) + f" ({f[2]})" for f in view.facts])
    yield from _bulleted("QUESTIONS NOBODY HAS ASKED YOU YET", view.asked[:N_ASKED])
    if len(view.asked) > N_ASKED:
        yield f"  and {len(view.asked) - N_ASKED} more, which can wait"
    tests = [f"Has {name} been measured, and what was the result?" for name in view.tests]
    yield from _bulleted("TO ASK YOUR DOCTOR", tests)
    yield from _bulleted("TO READ", [f"{t.question} (ekbom explain {t.id})" for t in view.topics])


def _bulleted(heading: str, says: Sequence[str]) -> Iterator[str]:
    if says:
        yield ""
        yield heading
        for one in says:
            yield from _wrapped(f"- {one}", hang=2)


def _wrapped(says: str, *, indent: int = 0, hang: int = 0) -> list[str]:
    start = " " * (indent or (2 if hang else 0))
    if len(start) + len(says) <= WIDTH and "\n" not in says:
        return [start + says] if says else []
    return textwrap.wrap(
        says,
        WIDTH,
        initial_indent=start,
        subsequent_indent=start + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
