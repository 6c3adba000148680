"""What stands first in a consultation: enough to decide on, each part with its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ekbom.assessment.assess import case_on
from ekbom.assessment.findings import Finding, Section
from ekbom.assessment.person import is_asked_of
from ekbom.consultation import Consultation
from ekbom.followup.regimen import DailyDose
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.records import Rule, Words
from ekbom.knowledge.treatment import Block
from ekbom.logic import Truth
from ekbom.report.assessment.lead import Lead, lead
from ekbom.report.assessment.steps import cite_all
from ekbom.report.assessment.wording import ask_text, fact_text, quantity_text
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import dose_text, drug_text
from ekbom.report.consultation.due import DueShown, due_shown
from ekbom.report.consultation.measures import MeasureShown, measures_shown
from ekbom.report.consultation.options import (
    OptionShown,
    OrderShown,
    WithheldShown,
    cite_options,
    options_shown,
    order_shown,
    withheld_shown,
)
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.treatment.blocks import LIFTED
from ekbom.treatment.options import Choice, IronTherapy

AUGMENTATION = "augmentation"
_BLOCK = "block:"
# What stands beside the criteria of augmentation: signs, other explanations, what guidelines
# suggest; and, where they are not as they should be, the baseline and the surveillance.
_BESIDE, _SHOULD_HOLD = ("R-AUG-02", "R-AUG-03", "R-AUG-06"), ("R-AUG-01:baseline",)
_SURVEILLANCE, _IS_EXPOSED = "R-AUG-01:up-to-date", "R-AUG-01"
_OUTCOME, _ONLY_MARKERS, _IRLS_CHANGE = "R-OUT-01", "R-OUT-02", "R-OUT-03:irls"
_TARGET = "target:"
# Told as what is taken now.
_DAILY_DOSE = "R-REG-06"
_SEVERAL = 2
# Measures that lead; the others fold away.
_LEADING_KINDS = ("questionnaire:", "question:", "lab:", "night:plms-index")


@dataclass(frozen=True, slots=True)
class Common:
    """A caveat of several options, told once; without names it is one of all."""

    says: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The caveat behind whose it is."""
        return f"Of {', '.join(self.names) or 'all'}: {self.says}"


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    """Options side by side; ``common`` are caveats of several, told once."""

    offered: tuple[OptionShown, ...] = ()
    order: tuple[OrderShown, ...] = ()
    withheld: tuple[WithheldShown, ...] = ()
    against: tuple[OptionShown, ...] = ()
    common: tuple[Common, ...] = ()


@dataclass(frozen=True, slots=True)
class IronShown:
    """Iron treatment: status, products, how it is taken, the deficit, when to look again."""

    status: Finding
    products: ChoiceShown
    schedule: tuple[Finding, ...]
    deficit: str
    recheck: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of it: measures, augmentation, outcomes, harms, what is taken.

    Parameters
    ----------
    measures, more : tuple of MeasureShown
        Over time; those that lead, and the others.
    augmentation : Finding or None
        The criteria; None where they were not looked at.
    beside : tuple of Finding
        Signs, other explanations, what guidelines suggest, what is missing of the surveillance.
    outcomes : tuple of Finding
        The whole against the baseline, the leading scale, and whether only markers improved.
    targets : Mapping of str to tuple of Finding
        By ``reached``, ``not reached`` and ``not known``.
    harms, harms_to_ask : tuple of Finding
        What is on record, and what has to be asked about.
    regimen : tuple of Finding
        What is wrong or doubtful in it.
    taken : tuple of str
        What is taken now, with the daily dose.
    """

    measures: tuple[MeasureShown, ...]
    more: tuple[MeasureShown, ...]
    augmentation: Finding | None
    beside: tuple[Finding, ...]
    outcomes: tuple[Finding, ...]
    targets: Mapping[str, tuple[Finding, ...]]
    harms: tuple[Finding, ...]
    harms_to_ask: tuple[Finding, ...]
    regimen: tuple[Finding, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reader decides on.

    Parameters
    ----------
    lead : Lead
        Red flags and where we stand.
    course : Course
        What became of it.
    gate : Finding
        Whether options can be shown.
    gate_missing : tuple of str
        What is needed before.
    first, first_open : tuple of Finding
        What comes before any option, and what of it is not known.
    special, rules : tuple of Finding
        What changes the plan for this person, and which rules decide between options.
    blocks : tuple of Finding
        Hard blocks that hold or cannot be told.
    iron : IronShown or None
        Iron treatment.
    choice : ChoiceShown
        Everything else.
    phases : tuple of Finding
        Phases of the plan.
    due : tuple of DueShown
        Checks, those due first.
    """

    lead: Lead
    course: Course
    gate: Finding
    gate_missing: tuple[str, ...]
    first: tuple[Finding, ...]
    first_open: tuple[Finding, ...]
    special: tuple[Finding, ...]
    rules: tuple[Finding, ...]
    blocks: tuple[Finding, ...]
    iron: IronShown | None
    choice: ChoiceShown
    phases: tuple[Finding, ...]
    due: tuple[DueShown, ...] = field(default=())


def decision(shown: ShownConsultation, citations: Citations) -> Decision:
    """What stands first; sources bear the numbers given by `cite_consultation`."""
    found = shown.consultation
    plan = found.plan
    sections = {section.id: section for section in plan.sections}
    first = _of(sections, "first")
    told = frozenset(map(str, plan.gate.conclusion.all_caveats()))
    not_asked = _not_asked(shown)
    return Decision(
        lead=lead(found.assessment),
        course=_course(found),
        gate=plan.gate,
        gate_missing=tuple(ask_text(one) for one in plan.gate.conclusion.all_missing()),
        first=_with(first, Truth.YES),
        first_open=_with(first, Truth.UNKNOWN),
        special=_with(_of(sections, "special"), Truth.YES),
        rules=_with(_of(sections, "course"), Truth.YES),
        blocks=tuple(_blocks(_of(sections, "blocks"), shown.knowledge)),
        iron=None if plan.iron is None else _iron(plan.iron, citations, told, not_asked),
        choice=choice_shown(plan.choice, citations, told, not_asked),
        phases=_of(sections, "phases"),
        due=tuple(due_shown(found.follow_up.due, found.as_of)),
    )


def _blocks(findings: Iterable[Finding], knowledge: KnowledgeBase) -> Iterator[Finding]:
    """Blocks that hold, cannot be told or were lifted, less those that hold in everyone."""
    known = knowledge.of(Block)
    for finding in findings:
        lifted = any(one.code == LIFTED for one in finding.conclusion.caveats)
        if finding.conclusion.truth is Truth.NO and not lifted:
            continue
        block = known.get(finding.conclusion.id.removeprefix(_BLOCK))
        if block is None or not block.drugs:
            holds = finding.conclusion.truth is Truth.YES
            # Its words tell of a block that holds.
            yield finding if holds else replace(finding, words=Words(""))


def _not_asked(shown: ShownConsultation) -> frozenset[str]:
    """Keys of the questions that do not concern this person."""
    case = case_on(shown.patient, shown.knowledge, shown.consultation.as_of)
    every = shown.knowledge.of(Question).values()
    return frozenset(f"question:{one.id}" for one in every if not is_asked_of(one, case))


def choice_shown(
    choice: Choice,
    citations: Citations,
    told: frozenset[str] = frozenset(),
    not_asked: frozenset[str] = frozenset(),
) -> ChoiceShown:
    """A choice laid out; ``told`` are caveats that stand before it, ``not_asked`` is for others."""
    common = tuple(one for one in _common(choice) if one.says not in told)
    told = told.union(one.says for one in common)
    return ChoiceShown(
        options_shown(choice.offered, choice, citations, told, not_asked),
        tuple(order_shown(choice)),
        withheld_shown(options_shown(choice.withheld, choice, citations, told, not_asked)),
        options_shown(choice.advised_against, choice, citations, told, not_asked),
        common,
    )


def _common(choice: Choice) -> Iterator[Common]:
    """Caveats of several options that are offered, each with whose they are."""
    having: dict[str, list[str]] = {}
    for option in choice.offered:
        for caveat in dict.fromkeys(map(str, option.conclusion.all_caveats())):
            having.setdefault(caveat, []).append(option.action.name)
    for caveat, names in having.items():
        if len(names) >= _SEVERAL:
            yield Common(caveat, () if len(names) == len(choice.offered) else tuple(names))


def _iron(
    iron: IronTherapy, citations: Citations, told: frozenset[str], not_asked: frozenset[str]
) -> IronShown:
    deficit = iron.total_deficit_mg
    known = isinstance(deficit.value, float)
    says = f"{deficit.name}: {quantity_text(round(float(deficit.value or 0)), deficit.unit)}"
    missing = "; ".join(ask_text(one) for one in iron.total_deficit.all_missing())
    return IronShown(
        iron.status,
        choice_shown(iron.products, citations, told, not_asked),
        _with(iron.oral_schedule, Truth.YES, Truth.UNKNOWN),
        says if known else f"{deficit.name}: {fact_text(deficit)}; missing: {missing}",
        _with(iron.recheck, Truth.YES, Truth.UNKNOWN),
    )


def _course(found: Consultation) -> Course:
    follow_up = found.follow_up
    sections = {section.id: section for section in follow_up.sections}
    measures = tuple(measures_shown(follow_up.courses))
    leading = tuple(one for one in measures if one.id.startswith(_LEADING_KINDS))
    by_id = {f.conclusion.id: f for f in follow_up.findings()}
    harms = tuple(f for f in _of(sections, "harms") if ":" not in f.conclusion.id)
    regimen = _with(_of(sections, "regimen"), Truth.YES)
    return Course(
        measures=leading,
        more=tuple(one for one in measures if one not in leading),
        augmentation=by_id.get(AUGMENTATION),
        beside=tuple(_beside(by_id)),
        outcomes=tuple(_outcomes(by_id)),
        targets=_targets(_of(sections, "targets")),
        harms=_with(harms, Truth.YES),
        harms_to_ask=_with(harms, Truth.UNKNOWN),
        regimen=tuple(f for f in regimen if f.conclusion.rule != _DAILY_DOSE),
        taken=tuple(_taken(follow_up.regimen, found)),
    )


def _beside(by_id: Mapping[str, Finding]) -> Iterator[Finding]:
    for id in _BESIDE:
        if id in by_id and by_id[id].conclusion.truth is Truth.YES:
            yield by_id[id]
    exposed = by_id.get(_IS_EXPOSED)
    if exposed is not None and exposed.conclusion.truth is Truth.YES:
        for id in (*_SHOULD_HOLD, _SURVEILLANCE):
            if id in by_id and by_id[id].conclusion.truth is not Truth.YES:
                yield by_id[id]


def _outcomes(by_id: Mapping[str, Finding]) -> Iterator[Finding]:
    for id in (_OUTCOME, _IRLS_CHANGE):
        if id in by_id:
            yield by_id[id]
    if _ONLY_MARKERS in by_id and by_id[_ONLY_MARKERS].conclusion.truth is Truth.YES:
        yield by_id[_ONLY_MARKERS]


def _targets(findings: Iterable[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    names = {Truth.YES: "reached", Truth.NO: "not reached", Truth.UNKNOWN: "not known"}
    of_targets = tuple(f for f in findings if f.conclusion.id.startswith(_TARGET))
    return {names[truth]: found for truth in names if (found := _with(of_targets, truth))}


def _taken(regimen: Iterable[DailyDose], found: Consultation) -> Iterator[str]:
    for one in regimen:
        if one.use.taken_on(found.as_of):
            yield f"{drug_text(one.use.drug)} {dose_text(one)}".strip()


def _of(sections: dict[str, Section], id: str) -> tuple[Finding, ...]:
    return sections[id].findings if id in sections else ()


def _with(findings: Iterable[Finding], *truths: Truth) -> tuple[Finding, ...]:
    found = tuple(findings)
    return tuple(f for truth in truths for f in found if f.conclusion.truth is truth)


# Sources ----------------------------------------------------------------------------------------


def cite_consultation(shown: ShownConsultation, citations: Citations) -> None:
    """Number every source that decided something shown, in the order they are met."""
    found = shown.consultation
    cite_all(found.assessment.findings(), citations)
    cite_follow_up(found, citations)
    cite_plan(shown, citations)


def cite_follow_up(found: Consultation, citations: Citations) -> None:
    """Number the sources of the follow-up."""
    cite_all(found.follow_up.findings(), citations)
    for one in found.follow_up.due:
        for citation in one.conclusion.cited():
            citations.number(citation.source)


def cite_plan(shown: ShownConsultation, citations: Citations) -> None:
    """Number the sources of the plan: of findings, options and the order."""
    plan = shown.consultation.plan
    cite_all(plan.findings(), citations)
    for choice in choices(shown.consultation):
        cite_options(choice.weighed, citations)
        for one in choice.order:
            rule = shown.knowledge.of(Rule).get(one.rule)
            for citation in rule.citations[:1] if rule else ():
                citations.number(citation.source)


def choices(found: Consultation) -> tuple[Choice, ...]:
    """The choices of a plan: iron where it may be discussed, and the others."""
    iron = found.plan.iron
    return (found.plan.choice,) if iron is None else (iron.products, found.plan.choice)
