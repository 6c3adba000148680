"""Options as a clinician meets them: grade, route, cautions, effect with its trial, dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ekbom.followup.regimen import daily_dose
from ekbom.knowledge.records import Citation
from ekbom.knowledge.treatment import Dose, Recommendation
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.report.assessment.steps import Reference, reference
from ekbom.report.assessment.wording import ask_text, edition_text, within_sentence
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import DoseShown, dose_shown, dose_text
from ekbom.treatment.blocks import LIFTED
from ekbom.treatment.options import Choice, DoseInformation, Option
from ekbom.treatment.ordering import BY_PATIENT, strength_text

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
_GATE, _BY_ROUTE = "R-TX-00", "R-TX-04"
# Kinds of facts of which several are asked for in one question.
TOGETHER = {"condition": "Present or excluded: {}?", "lab": "To be measured: {}."}
_SEVERAL = 2


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
    caveats, lifted : tuple of str
        Limits of its conclusion; among them ``lifted``: a hard block that a clinician lifted, by
        whom and why.
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
    caveats: tuple[str, ...]
    lifted: tuple[str, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    taken: str
    effects: tuple[EffectShown, ...]
    doses: tuple[DoseShown, ...]
    checks: tuple[str, ...]
    tell: str
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithheldShown:
    """Options that are withheld for the same reasons.

    Parameters
    ----------
    options : tuple of OptionShown
        At least one.
    reasons, missing : tuple of str
        Why, and what would settle it.
    """

    options: tuple[OptionShown, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def names(self) -> str:
        """The names of all, in one line."""
        return ", ".join(option.name for option in self.options)


@dataclass(frozen=True, slots=True)
class OrderShown:
    """Options that come before others for one reason."""

    first: str
    then: str
    because: str
    rule: str

    @property
    def is_rule(self) -> bool:
        """Whether it follows a rule; else it follows what the edition says of the first."""
        return self.rule.startswith("R-")

    @property
    def in_short(self) -> str:
        """The kind of its reason, of which many pairs share one."""
        if self.rule == _BY_ROUTE:
            return "usual options before those looked at late"
        if self.is_rule:
            return self.because
        by_patient = self.rule == BY_PATIENT
        return "what weighs in this patient" if by_patient else "how firmly the edition recommends"


def options_shown(
    options: Iterable[Option],
    choice: Choice,
    citations: Citations,
    told: frozenset[str] = frozenset(),
    not_asked: frozenset[str] = frozenset(),
) -> tuple[OptionShown, ...]:
    """Options as they stand in a choice; sources bear the numbers given by `cite_options`.

    Parameters
    ----------
    options : iterable of Option
        Some of the choice.
    choice : Choice
        With their order.
    citations : Citations
        Numbered before.
    told : frozenset of str
        Caveats that stand before all of them.
    not_asked : frozenset of str
        Keys of what does not concern this person: not weighed in, and not asked about either.
    """
    return tuple(_option(one, choice, citations, told, not_asked) for one in options)


def _option(
    option: Option,
    choice: Choice,
    citations: Citations,
    told: frozenset[str],
    not_asked: frozenset[str],
) -> OptionShown:
    action, said = option.action, option.recommendation
    caveats = option.conclusion.all_caveats()
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
        open=tuple(asked_together(m for m in _open(option) if m.key not in not_asked)),
        caveats=tuple(says for says in map(str, caveats) if says not in told),
        lifted=tuple(str(caveat) for caveat in caveats if caveat.code == LIFTED),
        reasons=() if offered else tuple(withheld_reasons(option.conclusion)),
        missing=tuple(missing.ask for missing in option.conclusion.all_missing()),
        taken="; ".join(
            f"{use.drug} {dose_text(daily_dose(use, citations.base))}".strip()
            for use in option.taken
        ),
        effects=tuple(_effects(option, citations)) if offered else (),
        doses=tuple(dose_shown(one, citations) for one in option.doses) if offered else (),
        checks=tuple(check.name for check in option.checks),
        tell=action.tell.clinician,
        elsewhere=tuple(
            f"{edition_text(one.edition)}: {grade_text(one)}" for one in option.said_elsewhere
        ),
    )


def grade_text(said: Recommendation | None) -> str:
    """Direction, strength and certainty in the words of the edition."""
    if said is None:
        return "no recommendation for this group of people"
    parts = (_DIRECTIONS[said.direction], strength_text(said.strength), _certainty(said))
    return " · ".join(part for part in parts if part)


def _certainty(said: Recommendation) -> str:
    """Empty where the edition grades none."""
    return "" if said.certainty == "not graded" else f"certainty {said.certainty}"


def _says(option: Option, role: str, truth: Truth) -> tuple[str, ...]:
    return tuple(one.consideration.says for one in option.of_role(role, truth))


def _open(option: Option) -> Iterator[Missing]:
    """What is not known of what would be weighed; how it reads where it holds says too much."""
    for role in ("blocks", "cautions"):
        for one in option.of_role(role, Truth.UNKNOWN):
            yield from one.conclusion.all_missing()


def asked_together(asked: Iterable[Missing]) -> Iterator[str]:
    """What is missing, each once; conditions and values of one kind in one question."""
    alike: dict[str, list[Missing]] = {}
    for one in dict.fromkeys(asked):
        kind = one.key.partition(":")[0]
        alike.setdefault(kind if kind in TOGETHER else one.key, []).append(one)
    for kind, found in alike.items():
        if len(found) < _SEVERAL or kind not in TOGETHER:
            yield from dict.fromkeys(map(ask_text, found))
        else:
            names = dict.fromkeys(within_sentence(one.ask) for one in found)
            yield TOGETHER[kind].format(", ".join(names))


def _effects(option: Option, citations: Citations) -> Iterator[EffectShown]:
    for one in option.effects:
        found = reference(Citation(one.source, one.place, one.mark), citations)
        yield EffectShown(one.measure, one.says, found)


def withheld_reasons(conclusion: Conclusion) -> Iterator[str]:
    """What keeps an option from being offered, in a few words each; what is open is asked."""
    for part in conclusion.decided_by or (conclusion,):
        inner = part.decided_by[0] if len(part.decided_by) == 1 else part
        if part.id == _GATE:
            yield "The gate is not open."
        elif part.truth is Truth.NO:
            yield _stopped(
                inner.statement if inner.truth is Truth.YES else f"Only where: {inner.statement}"
            )


def _stopped(says: str) -> str:
    return says if says.endswith((".", "?")) else f"{says}."


def withheld_shown(options: Iterable[OptionShown]) -> tuple[WithheldShown, ...]:
    """Options that are withheld, those for the same reasons together."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[OptionShown]] = {}
    for option in options:
        alike.setdefault((option.reasons, option.missing), []).append(option)
    return tuple(WithheldShown(tuple(found), *why) for why, found in alike.items())


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
            found += [Citation(e.source, e.place, e.mark) for e in option.effects]
            found += [c for one in option.doses for c in _of_dose(one)]
        for citation in found:
            citations.number(citation.source)


def _of_dose(found: DoseInformation) -> Iterator[Citation]:
    dose: Dose = found.dose
    yield from dose.citations[:1]
    for label in dose.labels:
        yield Citation(label.source, label.place, label.mark)
