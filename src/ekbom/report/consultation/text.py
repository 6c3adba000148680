"""A consultation on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.education import Mode
from ekbom.logic import Truth
from ekbom.report.assessment.changes_text import changes_text
from ekbom.report.assessment.lead import Lead, grounds
from ekbom.report.assessment.leading import RED_FLAGS
from ekbom.report.assessment.section_text import section_lines, sources_text
from ekbom.report.assessment.steps import Reference
from ekbom.report.assessment.text import flags_text, heading_text, listed_text, state_text
from ekbom.report.assessment.wording import in_a_row
from ekbom.report.citations import Citations
from ekbom.report.consultation.changes import OptionChange, option_changes
from ekbom.report.consultation.decide import (
    ChoiceShown,
    Course,
    Decision,
    IronShown,
    cite_consultation,
    decision,
)
from ekbom.report.consultation.doses import DoseShown
from ekbom.report.consultation.due import DueShown
from ekbom.report.consultation.measures import MeasureShown
from ekbom.report.consultation.model_shown import model_text
from ekbom.report.consultation.options import OptionShown, OrderShown, WithheldShown
from ekbom.report.consultation.patient_text import patient_text
from ekbom.report.consultation.sections import (
    Part,
    follow_up_sections,
    plan_sections,
    told_ids,
    told_once,
)
from ekbom.report.consultation.shown import CLINICIAN_USE, ShownConsultation
from ekbom.report.lines import bulleted, row, wrapped

_N_SEVERITY, _N_DRIVERS = 3, 5


def text(
    shown: ShownConsultation,
    mode: Mode = "clinician",
    *,
    part: Part = "consult",
    why: bool = False,
) -> Iterator[str]:
    """The consultation, line by line.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    mode : str
        Who reads it.
    part : str
        ``consult``: all of it; ``plan``: what could be done; ``follow``: what became of it.
    why : bool
        Show how every conclusion was reached, and the sources.
    """
    if mode == "patient":
        yield from patient_text(shown, part)
        return
    citations = Citations(shown.knowledge)
    cite_consultation(shown, citations)
    found = decision(shown, citations)
    yield from heading_text(shown.assessed)
    yield from flags_text(found.lead)
    yield from _first_page(found, part)
    yield from _newest(shown, part)
    if why:
        # Where all of it stands below, what is told in one place is named in others.
        elsewhere = told_ids(shown.consultation) if part == "consult" else frozenset()
        for section in told_once(_sections(shown, part)):
            if section.findings:
                yield from section_lines(section, citations, why=True, elsewhere=elsewhere)
        yield from sources_text(citations)
    if shown.model is not None and part == "consult":
        yield from model_text(shown.model)
    yield ""
    yield from wrapped(CLINICIAN_USE)
    yield f"knowledge {shown.consultation.assessment.knowledge_hash[:16]}"


def options_in_short(shown: ShownConsultation) -> Iterator[str]:
    """The gate, and by name what may be discussed."""
    plan = shown.consultation.plan
    choices = (*([plan.iron.products] if plan.iron else []), plan.choice)
    names = [option.action.name for choice in choices for option in choice.offered]
    yield ""
    yield "OPTIONS"
    yield from row("Gate", plan.gate.state)
    yield from row("To discuss", "; ".join(names) or "none")


def _first_page(found: Decision, part: Part) -> Iterator[str]:
    if part == "consult":
        yield from _stand(found.lead)
    if part != "plan":
        yield from _course(found.course)
    if part != "follow":
        yield from _plan(found, in_full=part == "plan")
    if part != "plan":
        yield from _due(found.due)


def _sections(shown: ShownConsultation, part: Part) -> Iterator[Section]:
    if part != "follow":
        yield from plan_sections(shown.consultation)
    if part != "plan":
        yield from follow_up_sections(shown.consultation)
    if part == "consult":
        yield from shown.consultation.assessment.sections
    else:
        sections = shown.consultation.assessment.sections
        yield from (section for section in sections if section.id == RED_FLAGS)


# Where we stand and what became of it -----------------------------------------------------------


def _stand(found: Lead) -> Iterator[str]:
    yield ""
    yield "WHERE WE STAND"
    yield from row("Criteria", found.diagnosis.state if found.diagnosis else "not assessed")
    if found.mimics:
        yield from row("Alternatives", listed_text(found.mimics))
    yield from row("Severity", listed_text(found.severity[:_N_SEVERITY]) or "not known")
    yield from row("Iron", found.iron_status.state if found.iron_status else "not assessed")
    drivers = [
        f"{f.name} ({grounds(f)})" if grounds(f) else f.name for f in found.drivers[:_N_DRIVERS]
    ]
    yield from row("Drivers", "; ".join(drivers) or "none found so far")


def _course(course: Course) -> Iterator[str]:
    yield ""
    yield "WHAT BECAME OF IT"
    for measure in course.measures:
        yield from wrapped(_measure(measure), hang=4)
    if course.augmentation is not None:
        yield from row("Augmentation", state_text(course.augmentation))
    for beside in course.beside:
        yield from row("", f"{beside.name}: {state_text(beside)}")
    for outcome in course.outcomes:
        yield from row("Outcome", f"{outcome.name}: {outcome.state}")
    for name, targets in course.targets.items():
        yield from row("Targets", f"{name}: {'; '.join(f.name for f in targets)}")
    yield from _named("Harms", course.harms)
    yield from _named("Harms to ask", course.harms_to_ask)
    yield from row("Taken now", "; ".join(course.taken) or "no medicine on record")
    yield from _named("Regimen", course.regimen)


def _named(name: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield from row(name, listed_text(findings))


def _measure(one: MeasureShown) -> str:
    values = [
        f"{label}{value.says} ({value.on})"
        for label, value in (("baseline ", one.baseline), ("", one.before), ("", one.now))
        if value is not None
    ]
    if one.baseline == one.now:
        del values[0]
    said = [", ".join(values)]
    if one.change:
        change = "no change" if one.change == "none" else one.change
        said.append(f"{change} since the baseline{_in_words(one.way)}")
    if one.since and one.before is not None:
        said.append(f"{one.since} {'as' if one.since == 'the same' else 'since'} the time before")
    detail = f" ({one.detail})" if one.detail else ""
    return f"{one.name}{detail}: {'; '.join(said)}"


def _in_words(way: str) -> str:
    return f", {way}" if way and way != "the same" else ""


# The plan ---------------------------------------------------------------------------------------


def _plan(found: Decision, *, in_full: bool) -> Iterator[str]:
    yield ""
    yield "BEFORE OPTIONS"
    yield from wrapped(state_text(found.gate), indent=2)
    for ask in found.gate_missing:
        yield from wrapped(f"- {ask}", indent=4, hang=2)
    for caveat in found.gate.conclusion.all_caveats():
        yield from wrapped(f"! {caveat}", indent=4, hang=2)
    yield from _told("HARD BLOCKS", found.blocks)
    yield from _told("FIRST OF ALL", found.first)
    if found.first_open and in_full:
        if not found.first:
            yield from ("", "FIRST OF ALL")
        names = "; ".join(f.name for f in found.first_open)
        yield from wrapped(f"not known: {names}", indent=2, hang=2)
    yield from _told("FOR THIS PERSON", found.special)
    if found.iron is not None:
        yield from _iron(found.iron, in_full=in_full)
    yield from _told("WHAT DECIDES BETWEEN OPTIONS", found.rules)
    shut = "" if found.gate.conclusion.truth is Truth.YES else f": {found.gate.state}"
    yield from _choice("OPTIONS TO DISCUSS", found.choice, in_full=in_full, why_none=shut)
    if found.phases and in_full:
        yield ""
        yield "PHASES OF THE PLAN"
        for phase in found.phases:
            yield f"  {phase.name}: {phase.state}"


def _told(heading: str, findings: Iterable[Finding]) -> Iterator[str]:
    said = [
        f"{f.name}: {state_text(f)}" if f.state not in ("yes", "") else _plainly(f)
        for f in findings
    ]
    yield from bulleted(heading, said)


def _plainly(finding: Finding) -> str:
    says = finding.words.clinician
    return f"{finding.name}. {says}" if says else finding.name


def _iron(iron: IronShown, *, in_full: bool) -> Iterator[str]:
    yield ""
    yield "IRON"
    yield from wrapped(state_text(iron.status), indent=2)
    yield from _choice("IRON PRODUCTS TO DISCUSS", iron.products, in_full=in_full)
    yield from _told("HOW IRON IS TAKEN", iron.schedule)
    if iron.deficit:
        yield from wrapped(iron.deficit, indent=2)
    yield from _told("WHEN TO LOOK AT IRON AGAIN", iron.recheck)


def _choice(
    heading: str, choice: ChoiceShown, *, in_full: bool, why_none: str = ""
) -> Iterator[str]:
    yield ""
    yield heading
    if choice.common:
        yield from wrapped(in_a_row(map(str, choice.common)), indent=2, hang=2)
    if not choice.offered:
        yield from wrapped(f"none{why_none}", indent=2)
    for one in choice.offered:
        yield from _option(one) if in_full else _in_short(one)
    order = [f"{one.first} before {one.then}: {one.because}{_rule(one)}" for one in choice.order]
    yield from bulleted("WHY THIS ORDER", order)
    withheld = [f"{one.names}: {_withheld(one)}" for one in choice.withheld]
    yield from bulleted("WITHHELD", withheld)
    against = [f"{one.name} ({one.grade}, {one.edition})" for one in choice.against]
    names = ", ".join(one.name for one in choice.against)
    yield from bulleted("ADVISED AGAINST", against if in_full or not names else [names])


def _rule(one: OrderShown) -> str:
    return f" ({one.rule})" if one.is_rule else ""


def _withheld(one: WithheldShown) -> str:
    missing = f"Waits for: {in_a_row(one.missing)}" if one.missing else ""
    return in_a_row((*one.reasons, missing)) or one.options[0].state


_AUGMENTATION = "Augmentation"


def _in_short(one: OptionShown) -> Iterator[str]:
    """An option in a few lines; ``ekbom plan`` tells all of it."""
    yield from wrapped(f"{one.name}: {one.grade}{_edition(one)}", indent=2, hang=4)
    # Beside what is gained stands what is known of augmentation.
    told = {e.measure == _AUGMENTATION: e for e in reversed(one.effects)}
    effect = in_a_row(f"{told[k].says} ({_short(told[k].reference)})" for k in sorted(told))
    doses = [in_a_row((_short_dose(dose), dose.renal, *dose.notes)) for dose in one.doses]
    says = (
        (one.route, one.route and " "),
        ("taken now", one.taken),
        ("weigh", in_a_row((*one.caveats, *one.cautions))),
        ("ask about", _counted(len(one.open))),
        ("effect", effect),
        ("dose", in_a_row(doses)),
    )
    for name, said in says:
        if said:
            yield from wrapped(f"{name}: {said}".rstrip(": "), indent=6, hang=2)


def _counted(n_open: int) -> str:
    if not n_open:
        return ""
    return f"{n_open} {'point' if n_open == 1 else 'points'}, named by ekbom plan"


def _short_dose(dose: DoseShown) -> str:
    check = f" ({dose.reference.to_check})" if dose.reference.to_check else ""
    return f"{dose.name} {dose.short}{check}"


def _edition(one: OptionShown) -> str:
    return f", {one.edition}" if one.edition else ""


def _option(one: OptionShown) -> Iterator[str]:
    yield from wrapped(f"{one.name}: {one.grade}{_edition(one)}", indent=2, hang=4)
    says = (
        ("", "; ".join(part for part in (one.state, one.route) if part)),
        ("taken now", one.taken),
        ("remark", one.remark),
        ("speaks for it", in_a_row(one.favours)),
        ("weigh", in_a_row((*one.caveats, *one.cautions))),
        ("ask about", in_a_row(one.open)),
        *(("effect", f"{e.measure}: {e.says} ({_short(e.reference)})") for e in one.effects),
        *(pair for dose in one.doses for pair in _dose(dose)),
        ("watch", "; ".join(one.checks)),
        ("other editions", "; ".join(one.elsewhere)),
    )
    for name, said in says:
        if said:
            yield from wrapped(f"{name}: {said}" if name else said, indent=6, hang=2)


def _dose(dose: DoseShown) -> Iterator[tuple[str, str]]:
    yield f"dose, {dose.name}", in_a_row((dose.short, dose.renal, *dose.notes))
    yield "taken now", in_a_row((dose.taken, dose.warning))
    yield "as published", f"{dose.says} ({_short(dose.reference)})"
    for said in (*dose.kidneys, dose.general):
        yield "", said
    yield "labels", "; ".join(said for said, _ in dose.labels)


def _short(reference: Reference) -> str:
    check = f", {reference.to_check}" if reference.to_check else ""
    return f"{reference.name}{check}"


# What is due, and what is newer -----------------------------------------------------------------


def _due(due: Sequence[DueShown]) -> Iterator[str]:
    said = [
        f"{one.when}: {one.name}. {in_a_row((one.because, one.last, *_lacking(one)))}".strip()
        for one in due
    ]
    yield from bulleted("WHAT IS DUE", said)


def _lacking(one: DueShown) -> tuple[str, ...]:
    return (f"missing: {in_a_row(one.missing)}",) if one.missing else ()


def _newest(shown: ShownConsultation, part: Part) -> Iterator[str]:
    if shown.newest is None:
        return
    found = shown.assessed.changes
    if found is not None and part == "consult":
        yield from changes_text(found)
    if part != "follow":
        changed = tuple(option_changes(shown.consultation, shown.newest, shown.knowledge))
        heading = "OPTIONS BY TODAY'S EDITIONS, ON THE SAME FACTS"
        yield from bulleted(heading, [change_line(one) for one in changed])
        if not changed:
            yield ""
            yield "By today's editions no option would be different."


def change_line(one: OptionChange) -> str:
    """An option then and now."""
    return f"{one.name}: then {one.then}; now {one.now}"
