"""An assessment on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Finding
from ekbom.knowledge.education import Mode
from ekbom.report.assessment.changes_text import changes_text
from ekbom.report.assessment.lead import Lead, essential_text, grounds, lead, limit_notes
from ekbom.report.assessment.leading import RED_FLAGS
from ekbom.report.assessment.modes import CLINICIAN_USE, PATIENT_USE, Shown
from ekbom.report.assessment.patient_view import N_ASKED, patient_view
from ekbom.report.assessment.section_text import section_lines, sources_text
from ekbom.report.assessment.steps import cite_all
from ekbom.report.assessment.wording import ask_text, early_text, edition_text, person_text
from ekbom.report.citations import Citations
from ekbom.report.lines import bulleted, row, wrapped

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
        yield from heading_text(shown)
        yield from _stand(lead(shown.assessment))
        if shown.changes is not None:
            yield from changes_text(shown.changes)
        sections = [s for s in sections if why or s.id != RED_FLAGS]
    for one in sections:
        cite_all(one, citations)
        yield from section_lines(one, citations, why=why)
    if why:
        yield from sources_text(citations)
    yield ""
    yield from wrapped(CLINICIAN_USE)
    yield from _stamp(shown.assessment)


def heading_text(shown: Shown) -> Iterator[str]:
    """Who it is about, on which day, by which editions."""
    assessment = shown.assessment
    who = person_text(shown.patient.person, assessment.as_of)
    yield f"{assessment.patient_id}: {who}, as of {assessment.as_of}"
    named = (
        f"{topic} {edition_text(edition)}" + early_text(topic, assessment)
        for topic, edition in assessment.editions.items()
    )
    yield from wrapped("Editions: " + ", ".join(named))
    if shown.changes is not None:
        yield "Not the newest editions answered; what the newest would change stands below."


# Where we stand ---------------------------------------------------------------------------------


def stand_text(shown: Shown) -> Iterator[str]:
    """Red flags, where we stand and what is missing most, to a clinician."""
    yield from _stand(lead(shown.assessment))


def flags_text(found: Lead) -> Iterator[str]:
    """Red flags that hold, and those nobody has asked about."""
    yield ""
    yield "RED FLAGS"
    for flag in found.raised:
        yield from wrapped(f"! {flag.name} ({flag.state})", hang=4)
        if flag.words.clinician:
            yield from wrapped(flag.words.clinician, indent=4)
    if not found.raised:
        yield "  none on record" if found.flags_assessed else "  not looked for"
    for flag in found.open_flags:
        names = f": {'; '.join(flag.settles)}" if flag.settles else ""
        yield from wrapped(f"? {flag.name}{names}", hang=4)


def _stand(found: Lead) -> Iterator[str]:
    yield from flags_text(found)
    yield ""
    yield "WHERE WE STAND"
    yield from row("Criteria", state_text(found.diagnosis) if found.diagnosis else "not assessed")
    if found.essential:
        yield from row("", essential_text(found))
    if found.mimics:
        yield from row("Alternatives", listed_text(found.mimics))
    yield from row("Severity", listed_text(found.severity[:_N_SEVERITY]) or "not known")
    yield from row("Iron", state_text(found.iron_status) if found.iron_status else "not assessed")
    for note in limit_notes(found.iron_status) if found.iron_status else ():
        yield from row("", note)
    if found.iron:
        yield from row("", listed_text(found.iron))
    drivers = "; ".join(
        f"{f.name} ({grounds(f)})" if grounds(f) else f.name for f in found.drivers[:_N_DRIVERS]
    )
    yield from row("Drivers", drivers or "none found so far")
    yield from row("Missing most", "" if found.wanted else "nothing")
    for one in found.wanted[:_N_WANTED]:
        named = ", ".join(one.sections)
        yield from wrapped(f"- {ask_text(one.missing)} ({named})", indent=4, hang=2)
    more = len(found.wanted) - _N_WANTED
    if more > 0:
        yield f"    and {more} more; --why names them where they matter"


def state_text(finding: Finding) -> str:
    """State and words, to a clinician."""
    said = finding.words.clinician
    return f"{finding.state}. {said}" if said else finding.state


def listed_text(findings: Sequence[Finding]) -> str:
    """Names in a row, each with its state where that says more than its truth."""
    return "; ".join(
        f.name if f.state == str(f.conclusion.truth) else f"{f.name}: {f.state}" for f in findings
    )


def _stamp(assessment: Assessment) -> Iterator[str]:
    yield f"knowledge {assessment.knowledge_hash[:16]}"


# To a patient -----------------------------------------------------------------------------------


def _for_patient(shown: Shown) -> Iterator[str]:
    view = patient_view(shown)
    yield from wrapped(PATIENT_USE)
    yield from wrapped(view.guidance)
    yield from bulleted("FIRST OF ALL", view.first)
    yield from bulleted("TELL YOUR DOCTOR SOON IF ONE OF THE ANSWERS IS YES", view.asked_first)
    for part in view.parts:
        yield from bulleted(part.heading.upper(), part.says)
    yield from bulleted("WHAT IS ON RECORD", [": ".join(f[:2]) + f" ({f[2]})" for f in view.facts])
    yield from bulleted("QUESTIONS NOBODY HAS ASKED YOU YET", view.asked[:N_ASKED])
    if len(view.asked) > N_ASKED:
        yield f"  and {len(view.asked) - N_ASKED} more, which can wait"
    tests = [f"Has {name} been measured, and what was the result?" for name in view.tests]
    yield from bulleted("TO ASK YOUR DOCTOR", tests)
    yield from bulleted("TO READ", [f"{t.question} (ekbom explain {t.id})" for t in view.topics])
