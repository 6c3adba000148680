"""How bad it is, by published instruments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, labelled
from ekbom.assessment.person import is_adult
from ekbom.assessment.scores import (
    caveats_of,
    fillings,
    fits_age,
    graded_score,
    score_limit,
    score_rules,
    scores,
    to_fill,
    total_as_fact,
)
from ekbom.caveats import Caveat
from ekbom.knowledge.instruments import Instrument
from ekbom.logic import Conclusion, Fact, Missing, Truth, any_of, at_least, stated
from ekbom.patient.patient import FilledQuestionnaire

# Screens for sleep apnoea belong to sleep; the others grade severity.
_SLEEP_SCREENS = ("stop-bang",)
_TOLD_ITEM_BY_ITEM = "rls-6"
# They ask about restless legs and say nothing where its criteria are not met.
_OF_RESTLESS_LEGS = ("irls", "jhrlss", _TOLD_ITEM_BY_ITEM)
_CRITERIA = "R-DX-06"
_FOR_ADULTS = Caveat(
    "no-scale-for-children",
    "The scales on file were made for adults; how bad it is shows in daily life, sleep and school.",
)
_IN_DAILY_LIFE = (
    "distress-or-impairment",
    "cannot-sit-still",
    "work-impaired",
    "relationship-strain",
)
_OF_MOOD = ("low-mood", "anxiety", "irritability", "hopelessness")


def severity(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """How bad it is: scores and their bands, changes, burden on daily life and mood.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        Conclusions of the parts before it; where ``R-DX-06`` is no, no scale of restless legs is
        asked for.
    """
    criteria = concluded.get(_CRITERIA)
    denied = criteria is not None and criteria.truth is Truth.NO
    fitting = {i.id for i in case.knowledge.of(Instrument).values() if _fits(case, i, denied)}
    graded = {
        instrument.id: graded_score(case, instrument)
        for instrument in case.knowledge.of(Instrument).values()
        if instrument.id in fitting.difference(_SLEEP_SCREENS)
        and score_limit(case, instrument.id) is not None
    }
    findings = [
        *graded.values(),
        *([_change(case)] if "irls" in fitting else []),
        *([_by_time_of_day(case)] if _TOLD_ITEM_BY_ITEM in fitting else []),
        *_burden(case, graded),
        *([_self_harm(case)] if "phq-9" in fitting else []),
        *_without_limit(case),
    ]
    caveats = (_FOR_ADULTS,) if is_adult(case).truth is Truth.NO else ()
    return Section("severity", "Severity", tuple(findings), caveats=caveats)


def _fits(case: Case, instrument: Instrument, denied: bool) -> bool:
    """Whether a scale tells something: filled in, or made for this person and this complaint."""
    asked_in_vain = denied and instrument.id in _OF_RESTLESS_LEGS
    return bool(fillings(case, instrument)) or (fits_age(case, instrument) and not asked_in_vain)


# Change ---------------------------------------------------------------------------------------


def _change(case: Case) -> Finding:
    """The two latest totals of the IRLS against each other."""
    instrument = case.knowledge.record(Instrument, "irls")
    limit = score_rules(case).provenance["irls_change_in_one_patient"]
    totals = [
        (filled, total)
        for filled in fillings(case, instrument)
        if (total := scores(filled, instrument).total) is not None
    ]
    key, name = "questionnaire:irls-change", f"Change of the {instrument.name}"
    if len(totals) <= 1:
        fact, state = Fact(key, name, unit="1"), "no earlier score"
    else:
        (_, before), (latest, now) = totals[-2:]
        fact = Fact(key, name, abs(now - before), "1", latest.on, latest.path)
        state = _change_in_words(instrument, now - before)
    compared = at_least(fact, limit)
    if compared.truth is Truth.UNKNOWN:
        ask = f"Two complete {instrument.name} on different days"
        compared = replace(compared, missing=(Missing("questionnaire:irls", ask),))
    statement = f"{instrument.name} has changed by an amount that means something in one patient"
    conclusion = any_of(statement, compared).named("R-SEV-02:irls", statement)
    caveat = Caveat("one-number", "One score never shows success or failure by itself.")
    finding = by_rule(case, conclusion.with_caveat(caveat), state=state)
    # Points mean nothing to a patient, and beside "not for certain" they would contradict it.
    return labelled(finding, instrument.measures)


def _change_in_words(instrument: Instrument, change: float) -> str:
    if not change:
        return "no change"
    better = (change < 0) == (instrument.better == "lower")
    reached = [c.meaning for c in instrument.changes if c.points <= abs(change)]
    # The published meanings are of improvements; only their size is told of a worsening.
    meaning = f"; {reached[-1]}" if better and reached else ""
    return f"{'better' if better else 'worse'} by {abs(change):g}{meaning}"


# Singly, burden, safety, the rest -------------------------------------------------------------


def _by_time_of_day(case: Case) -> Finding:
    """The items of the RLS-6, each for itself."""
    instrument = case.knowledge.record(Instrument, _TOLD_ITEM_BY_ITEM)
    filled = fillings(case, instrument)[-1:]
    if filled:
        scores(filled[0], instrument)
    numbers = range(1, instrument.items + 1)
    parts = [_above_minimum(instrument, filled, number) for number in numbers]
    conclusion = any_of("At least one item of the RLS-6 is above its minimum", *parts)
    named = conclusion.named("R-SEV-03:rls-6", conclusion.statement)
    state = _item_by_item(filled[0]) if filled and filled[0].items else "not filled in"
    return by_rule(case, named, state=state)


def _above_minimum(
    instrument: Instrument, filled: list[FilledQuestionnaire], number: int
) -> Conclusion:
    """Whether one item of the filled questionnaire, if there is one, is above its minimum."""
    value = filled[0].items.get(number) if filled else None
    on, path = (filled[0].on, filled[0].path) if filled else (None, "")
    name = f"{instrument.name} item {number}"
    fact = Fact(f"questionnaire:{instrument.id}:{number}", name, value, "1", on, path)
    truth = Truth.UNKNOWN
    if value is not None:
        truth = Truth.YES if value > instrument.item_minimum else Truth.NO
    return stated(fact, truth, f"{name} is above its minimum", name)


def _item_by_item(filled: FilledQuestionnaire) -> str:
    listed = ", ".join(f"{number}: {value:g}" for number, value in sorted(filled.items.items()))
    return f"items {listed}"


def _burden(case: Case, graded: Mapping[str, Finding]) -> Iterator[Finding]:
    asked = [case.answer(question) for question in _IN_DAILY_LIFE]
    yield _burdened(case, "daily-life", "Daily life is burdened", asked)
    mood = [case.answer(question) for question in _OF_MOOD]
    scored = [graded[name].conclusion for name in ("phq-9", "gad-7") if name in graded]
    # A questionnaire nobody filled in leaves the answers to decide.
    known = [conclusion for conclusion in scored if conclusion.truth is not Truth.UNKNOWN]
    yield _burdened(case, "mood", "Mood is burdened", [*mood, *known])


def _burdened(case: Case, part: str, statement: str, parts: list[Conclusion]) -> Finding:
    conclusion = any_of(statement, *parts).named(f"R-SEV-04:{part}", statement)
    return labelled(by_rule(case, conclusion, name=statement), part.replace("-", " ").capitalize())


def _self_harm(case: Case) -> Finding:
    """The item on self-harm of the latest PHQ-9."""
    instrument = case.knowledge.record(Instrument, "phq-9")
    filled = fillings(case, instrument)[-1:]
    leaf = _above_minimum(instrument, filled, score_rules(case).self_harm_item)
    statement = "The item on self-harm is above its minimum"
    return by_rule(case, any_of(statement, leaf).named("R-SEV-05", statement))


def _without_limit(case: Case) -> Iterator[Finding]:
    """Scores on record for which no limit is on file, as they are."""
    for instrument in case.knowledge.of(Instrument).values():
        filled = fillings(case, instrument)[-1:]
        has_limit = score_limit(case, instrument.id) is not None
        if not filled or has_limit or instrument.id == _TOLD_ITEM_BY_ITEM:
            continue
        fact, state = total_as_fact(instrument, filled[0])
        if instrument.total == "none" and not scores(filled[0], instrument).missing:
            state = _item_by_item(filled[0])
            fact = replace(fact, value=state, unit="")
        truth = Truth.UNKNOWN if fact.value is None else Truth.YES
        statement = f"{instrument.name} ({instrument.measures}) is on record"
        leaf = stated(fact, truth, statement, to_fill(instrument, filled).ask)
        conclusion = any_of(statement, leaf).named(f"R-SEV-06:{instrument.id}", statement)
        conclusion = conclusion.with_caveat(*caveats_of(case, instrument, filled[0]))
        name = f"{instrument.name}: {instrument.measures}"
        yield labelled(by_rule(case, conclusion, state=state, name=name), instrument.measures)
