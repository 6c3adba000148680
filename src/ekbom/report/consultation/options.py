"""Options as a clinician meets them: grade, route, cautions, effect with its trial, dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ekbom.knowledge.records import Citation
from ekbom.knowledge.treatment import Dose, Recommendation
from ekbom.logic import Conclusion, Truth
from ekbom.report.assessment.steps import Reference, reference
from ekbom.report.assessment.wording import edition_text
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import DoseShown, dose_shown
from ekbom.treatment.options import Choice, DoseInformation, Option

_DIRECTIONS = {
    "for": "for",
    "against-standard-use": "against standard use",
    "against": "against",
}
_ROUTES = {
    "usual": "",
    "late": "looked at when others do not suit or have failed",
    "shared-decision": "by shared decision only",
}
_GATE = "R-TX-00"


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What one study found."""

    measure: str
    says: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class OptionShown:
    """One option.

    Parameters
    ----------
    id, name, says : str
        Of the action.
    grade, edition, remark : str
        What the edition used says of it; the grade says so where it says nothing.
    reference : Reference or None
        Where it says so.
    state, route : str
        Whether it may be discussed, and how one gets to it where not as usual.
    level : int
        How many steps stand before it.
    favours, cautions, open : tuple of str
        What speaks for it, what is to be weighed, what is to be asked about, for this patient.
    reasons, missing : tuple of str
        Where it is not offered: why, and what would settle it.
    taken : str
        How it stands in the present regimen; empty where it does not.
    effects : tuple of EffectShown
        What studies found.
    doses : tuple of DoseShown
        Published doses beside this patient's kidneys.
    checks : tuple of str
        What it would have to be watched by.
    tell : str
        What to tell the patient.
    elsewhere : tuple of str
        What other editions say of it.
    """

    id: str
    name: str
    says: str
    grade: str
    edition: str
    remark: str
    reference: Reference | None
    state: str
    route: str
    level: int
    favours: tuple[str, ...]
    cautions: tuple[str, ...]
    open: tuple[str, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    taken: str
    effects: tuple[EffectShown, ...]
    doses: tuple[DoseShown, ...]
    checks: tuple[str, ...]
    tell: str
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderShown:
    """Options that come before others for one reason."""

    first: str
    then: str
    because: str
    rule: str


def options_shown(
    options: Iterable[Option], choice: Choice, citations: Citations
) -> tuple[OptionShown, ...]:
    """Options as they stand in a choice; sources bear the numbers given by `cite_options`."""
    return tuple(_option(one, choice, citations) for one in options)


def _option(option: Option, choice: Choice, citations: Citations) -> OptionShown:
    action, said = option.action, option.recommendation
    offered = option.is_offered
    return OptionShown(
        id=action.id,
        name=action.name,
        says=action.words.clinician,
        grade=grade_text(said),
        edition="" if said is None else edition_text(said.edition),
        remark="" if said is None else said.remark,
        reference=None if said is None else reference(said.citations[0], citations),
        state=option.state,
        route=_ROUTES[option.route],
        level=choice.level(action.id),
        favours=_says(option, "favours", Truth.YES),
        cautions=_says(option, "cautions", Truth.YES),
        open=(
            *_says(option, "cautions", Truth.UNKNOWN),
            *_says(option, "blocks", Truth.UNKNOWN),
        ),
        reasons=() if offered else tuple(_reasons(option.conclusion)),
        missing=tuple(missing.ask for missing in option.conclusion.all_missing()),
        taken="; ".join(f"{u.drug} {u.dose}".strip() for u in option.taken),
        effects=tuple(_effects(option, citations)) if offered else (),
        doses=tuple(dose_shown(one, citations) for one in option.doses) if offered else (),
        checks=tuple(check.name for check in option.checks),
        tell=action.tell.clinician,
        elsewhere=tuple(
            f"{edition_text(one.edition)}: {grade_text(one)}" for one in option.said_before
        ),
    )


def grade_text(said: Recommendation | None) -> str:
    """Direction, strength and certainty in the words of the edition."""
    if said is None:
        return "no recommendation for this group of people"
    parts = (_DIRECTIONS[said.direction], said.strength.replace("-", " "), _certainty(said))
    return " · ".join(part for part in parts if part)


def _certainty(said: Recommendation) -> str:
    return said.certainty if said.certainty == "not graded" else f"certainty {said.certainty}"


def _says(option: Option, role: str, truth: Truth) -> tuple[str, ...]:
    return tuple(one.consideration.says for one in option.of_role(role, truth))


def _effects(option: Option, citations: Citations) -> Iterator[EffectShown]:
    for one in option.action.effects:
        found = reference(Citation(one.source, one.place, one.mark), citations)
        yield EffectShown(one.measure, one.says, found)


def _reasons(conclusion: Conclusion) -> Iterator[str]:
    """What keeps an option from being offered, in a few words each."""
    for part in conclusion.decided_by or (conclusion,):
        inner = part.decided_by[0] if len(part.decided_by) == 1 else part
        if part.id == _GATE:
            yield "the gate is not open"
        elif part.truth is Truth.UNKNOWN:
            yield f"{inner.statement}: not known"
        elif inner.truth is Truth.YES:
            yield inner.statement
        else:
            yield f"not so: {inner.statement}"


def order_shown(choice: Choice) -> Iterator[OrderShown]:
    """Why the order is as it is: one line a reason, naming all it puts first and behind."""
    names = {option.action.id: option.action.name for option in choice.offered}
    behind: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in choice.order:
        behind.setdefault((one.because, one.rule, one.first), {})[one.then] = None
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (because, rule, first), then in behind.items():
        alike.setdefault((because, rule, tuple(then)), []).append(first)
    for (because, rule, then_ids), first_ids in alike.items():
        yield OrderShown(
            ", ".join(names.get(id, id) for id in first_ids),
            ", ".join(names.get(id, id) for id in then_ids),
            because,
            rule,
        )


def cite_options(options: Iterable[Option], citations: Citations) -> None:
    """Number the sources that decided options, and those of the effects and doses shown."""
    for option in options:
        found = list(option.conclusion.cited())
        if option.recommendation is not None:
            found += option.recommendation.citations[:1]
        if option.is_offered:
            for weighing in option.weighings:
                if weighing.conclusion.truth is Truth.YES:
                    found += weighing.conclusion.cited()
            found += [Citation(e.source, e.place, e.mark) for e in option.action.effects]
            found += [c for one in option.doses for c in _of_dose(one)]
        for citation in found:
            citations.number(citation.source)


def _of_dose(found: DoseInformation) -> Iterator[Citation]:
    dose: Dose = found.dose
    yield from dose.citations[:1]
    for label in dose.labels:
        yield Citation(label.source, label.place, label.mark)
