"""The essential criteria, each from its answer, from the history, or from an examiner."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.caveats import Caveat
from ekbom.knowledge.clinic import CriteriaSet, Criterion, Mimic
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, any_of, negated, stated

MET = "criteria met"
MIMICS_OPEN = "mimics not yet excluded"
NOT_MET = "criteria not met, consider differential"
ANOTHER_CONDITION = "accounted for by another condition"
NOT_ALL_ANSWERED = "not all answered"
MET_IN_HISTORY = "met in history"

# The set that holds all five; every other one asks fewer of the same.
_FULL_SET = "irlssg-2014"
_RULES = {"E1": "R-DX-01", "E2": "R-DX-02", "E3": "R-DX-03", "E4": "R-DX-04", "E5": "R-DX-05"}
_FIRST_FOUR = ("R-DX-01", "R-DX-02", "R-DX-03", "R-DX-04")
_FIFTH = "R-DX-05"
# Very severe symptoms can hide these two; only augmentation can hide the onset at rest as well.
_HIDDEN_BY_SEVERITY = ("E3", "E4")
_MIMIC_RULE = "R-DDX-01"
_SOLELY = "solely-another-condition"

_HISTORY = Caveat(
    MET_IN_HISTORY.replace(" ", "-"),
    "Met in history: it held before symptoms became very severe or were treated with a "
    "dopaminergic medicine, and is no longer noticed.",
)
_ASK_EARLIER = Caveat(
    "ask-how-it-was-earlier",
    "Rests on the present answer only. Very severe symptoms, or a dopaminergic medicine taken now "
    "or earlier, can hide this feature; ask how it was before.",
)


def essential_criteria(case: Case, concluded: Mapping[str, Conclusion]) -> Mapping[str, Conclusion]:
    """The five criteria by rule id, ``R-DX-01`` to ``R-DX-05``, whichever edition answers.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        With the look-alikes weighed before, ``R-DDX-01:...``.
    """
    found = {}
    for criterion in case.knowledge.record(CriteriaSet, _FULL_SET).criteria:
        rule_id = _RULES[criterion.id]
        reached = _held(criterion, case) if criterion.question else _not_solely(case, concluded)
        found[rule_id] = reached.named(rule_id, criterion.statement)
    return found


def rules_of(criteria: CriteriaSet) -> tuple[str, ...]:
    """Ids of the rules that carry out the criteria of a set."""
    return tuple(_RULES[criterion.id] for criterion in criteria.criteria)


def first_four(five: Mapping[str, Conclusion]) -> Conclusion:
    """Whether the first four criteria are met, which is all that was asked in 2003."""
    return all_of("The first four criteria are met", *(five[rule] for rule in _FIRST_FOUR))


def met_or_open(five: Mapping[str, Conclusion]) -> Conclusion:
    """Whether the first four are met and the fifth is not ruled out."""
    fifth = five[_FIFTH]
    truth = Truth.NO if fifth.truth is Truth.NO else Truth.YES
    statement = "No other condition is known to account for all of it"
    not_refuted = Conclusion(truth, statement, parts=(fifth,), decided_by=(fifth,))
    both = "The criteria are met, or only the look-alikes are not yet excluded"
    return all_of(both, first_four(five), not_refuted)


def state_of(five: Mapping[str, Conclusion], *, fifth_is_asked: bool) -> str:
    """The criteria together in a few words."""
    four = first_four(five).truth
    fifth = five[_FIFTH].truth if fifth_is_asked else Truth.YES
    if four is Truth.NO:
        return NOT_MET
    if fifth is Truth.NO:
        return ANOTHER_CONDITION
    if four is Truth.UNKNOWN:
        return NOT_ALL_ANSWERED
    return MET if fifth is Truth.YES else MIMICS_OPEN


def is_met_in_history(conclusion: Conclusion) -> bool:
    """Whether a criterion is met by how it was earlier."""
    return _HISTORY in conclusion.caveats


def dopaminergic_ever(case: Case) -> Conclusion:
    """Whether a dopaminergic medicine is or was taken, as far as the record tells."""
    names = case.in_role("dopaminergic")
    uses = [use for use in case.patient.medications if use.drug in names]
    key, name = "drug-role:dopaminergic", "Dopaminergic medicine"
    statement = "A dopaminergic medicine is or was taken"
    if uses:
        begun = uses[0].started.first if uses[0].started else None
        listed = ", ".join(dict.fromkeys(use.drug for use in uses))
        fact = Fact(key, name, listed, on=begun, path=uses[0].path)
        return stated(fact, Truth.YES, f"{listed} is or was taken")
    truth = case.none_of(case.patient.medications)
    listed_none = stated(Fact(key, name), truth, statement, "Whether one was ever taken")
    # A complete list may leave out what was stopped; whoever answers yes here has taken one.
    answers = (case.answer("dopaminergic-response"), case.answer("augmentation-suspected"))
    return any_of(statement, listed_none, *answers)


def _held(criterion: Criterion, case: Case) -> Conclusion:
    """Whether a criterion holds, or held before something hid it."""
    now = case.answer(criterion.question)
    if not criterion.historic_question:
        return any_of(criterion.statement, now)
    hidden = _hidden(criterion, case)
    earlier = case.answer(criterion.historic_question)
    if hidden.truth is not Truth.YES and earlier.truth is Truth.UNKNOWN:
        # Nothing points to a hidden feature and nobody asked: the present answer stands.
        present = any_of(criterion.statement, now)
        may_hide = now.truth is Truth.NO and hidden.truth is Truth.UNKNOWN
        return present.with_caveat(_ASK_EARLIER) if may_hide else present
    before = all_of("It held earlier and can no longer be noticed", hidden, earlier)
    reached = any_of(criterion.statement, now, before)
    only_before = before.truth is Truth.YES and now.truth is not Truth.YES
    return reached.with_caveat(_HISTORY) if only_before else reached


def _hidden(criterion: Criterion, case: Case) -> Conclusion:
    """Whether something is known that can hide a feature that was there."""
    reasons = [dopaminergic_ever(case)]
    if criterion.id in _HIDDEN_BY_SEVERITY:
        reasons.append(case.answer("very-severe"))
    return any_of("Something can hide a feature that was there", *reasons)


def _not_solely(case: Case, concluded: Mapping[str, Conclusion]) -> Conclusion:
    """The fifth criterion: only an examiner's answer settles it."""
    solely = case.answer(_SOLELY)
    statement = "Not solely accounted for by another condition"
    supported = {
        _mimic_name(case, reached): reached
        for reached in concluded.values()
        if reached.rule == _MIMIC_RULE and reached.truth is Truth.YES
    }
    if solely.truth is Truth.NO and supported:
        names = ", ".join(supported)
        text = f"Supported too, and judged not to account for all of it: {names}."
        return negated(statement, solely).with_caveat(Caveat("coexisting-mimic", text))
    if solely.truth is not Truth.UNKNOWN or not supported:
        return negated(statement, solely)
    to_exclude = tuple(
        Conclusion(
            Truth.UNKNOWN,
            f"{name} alone accounts for the symptoms",
            parts=(reached,),
            missing=(Missing(reached.id, f"{name} is supported: does it alone account for it?"),),
        )
        for name, reached in supported.items()
    )
    open_parts = (solely, *to_exclude)
    return Conclusion(Truth.UNKNOWN, statement, parts=open_parts, decided_by=open_parts)


def _mimic_name(case: Case, reached: Conclusion) -> str:
    mimic = case.knowledge.of(Mimic).get(reached.id.partition(":")[2])
    return mimic.name if mimic else reached.statement
