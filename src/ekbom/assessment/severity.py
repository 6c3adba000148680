"""How bad it is, by published instruments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.assessment.person import is_adult
from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.knowledge.binding import Param
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Missing, Truth, any_of, at_least, stated
from ekbom.patient.patient import FilledQuestionnaire

# Screens for sleep apnoea belong to sleep; the others grade severity.
_SLEEP_SCREENS = ("stop-bang",)
_TOLD_ITEM_BY_ITEM = "rls-6"
_IN_DAILY_LIFE = (
    "distress-or-impairment",
    "cannot-sit-still",
    "work-impaired",
    "relationship-strain",
)
_OF_MOOD = ("low-mood", "anxiety", "irritability", "hopelessness")


@dataclass(frozen=True, slots=True)
class ScoreLimits:
    """Smallest totals that count as at least moderate or abnormal, by instrument."""

    edition: str
    irls: Annotated[int, Param("severity/irls", "1")]
    jhrlss: Annotated[int, Param("severity/jhrlss", "1")]
    cgi_severity: Annotated[int, Param("severity/cgi-severity", "1")]
    isi: Annotated[int, Param("severity/isi", "1")]
    psqi: Annotated[int, Param("severity/psqi", "1")]
    ess: Annotated[int, Param("severity/ess", "1")]
    phq_9: Annotated[int, Param("severity/phq-9", "1")]
    gad_7: Annotated[int, Param("severity/gad-7", "1")]
    stop_bang: Annotated[int, Param("severity/stop-bang", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)

    def of(self, instrument_id: str) -> Sourced | None:
        """The limit of an instrument; None where none is on file."""
        return self.provenance.get(instrument_id.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """How scores of one patient are compared, and which item asks about self-harm."""

    edition: str
    irls_change_in_one_patient: Annotated[float, Param("severity/irls-change-in-one-patient", "1")]
    score_stale_after_d: Annotated[float, Param("severity/score-stale-after", "d")]
    self_harm_item: Annotated[int, Param("severity/self-harm-item", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Score:
    """What a filled questionnaire comes to.

    Parameters
    ----------
    total : float or None
        Sum of the items, or the total on record; None where items are missing or the instrument
        has no total.
    missing : tuple of int
        Numbers of the items that were not answered; empty where only a total is on record.
    """

    total: float | None
    missing: tuple[int, ...]


def scores(filled: FilledQuestionnaire, instrument: Instrument) -> Score:
    """The score of a filled questionnaire; a missing item is never counted as zero.

    Raises
    ------
    UsageError
        An item the instrument does not have, or a score outside its range.
    """
    numbers = range(1, instrument.items + 1)
    for number, score in filled.items.items():
        if number not in numbers:
            raise UsageError(
                f"item {number} of {instrument.name}", expected=f"1 to {instrument.items}"
            )
        if not instrument.item_minimum <= score <= instrument.item_maximum:
            raise UsageError(
                f"item {number} of {instrument.name} is {score:g}",
                expected=f"{instrument.item_minimum:g} to {instrument.item_maximum:g}",
            )
    missing = tuple(n for n in numbers if n not in filled.items) if filled.items else ()
    if instrument.total == "none":
        return Score(None, missing)
    if filled.items and not missing:
        return Score(float(sum(filled.items.values())), ())
    return Score(None if missing else filled.total, missing)


def severity(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """How bad it is: scores and their bands, changes, burden on daily life and mood."""
    graded = {
        instrument.id: graded_score(case, instrument)
        for instrument in case.knowledge.of(Instrument).values()
        if instrument.id not in _SLEEP_SCREENS and score_limit(case, instrument.id) is not None
    }
    findings = [
        *graded.values(),
        _change(case),
        _by_time_of_day(case),
        *_burden(case, graded),
        _self_harm(case),
        *_without_limit(case),
    ]
    return Section("severity", "Severity", tuple(findings))


def labelled(finding: Finding, label: str) -> Finding:
    """The finding with a label before what a patient is told, to know what it is about."""
    if not finding.words.patient:
        return finding
    return replace(
        finding, words=Words(finding.words.clinician, f"{label}: {finding.words.patient}")
    )


# The latest score ----------------------------------------------------------------------------


def score_limit(case: Case, instrument_id: str) -> Sourced | None:
    """Smallest total of an instrument that counts as at least moderate or abnormal."""
    return case.fixed_limits(ScoreLimits).of(instrument_id)


def graded_score(case: Case, instrument: Instrument, rule: str = "R-SEV-01") -> Finding:
    """The latest score of an instrument against its limit, with the band as state.

    Parameters
    ----------
    case : Case
        The patient on the day.
    instrument : Instrument
        One with a limit on file.
    rule : str, optional
        Rule whose words are used.
    """
    limit = score_limit(case, instrument.id)
    if limit is None:
        raise UsageError(f"no limit of {instrument.name}", expected="an instrument with one")
    filled = _fillings(case, instrument)[-1:]
    fact, state = _as_fact(instrument, filled[0] if filled else None)
    compared = at_least(fact, limit)
    if compared.truth is Truth.UNKNOWN:
        compared = replace(compared, missing=(_to_fill(instrument, filled),))
    statement = f"{instrument.name} ({instrument.measures}) is at least moderate or abnormal"
    conclusion = any_of(statement, compared).named(f"{rule}:{instrument.id}", statement)
    if filled:
        conclusion = conclusion.with_caveat(*_caveats(case, instrument, filled[0]))
    name = f"{instrument.name}: {instrument.measures}"
    return labelled(by_rule(case, conclusion, state=state, name=name), instrument.measures)


def _fillings(case: Case, instrument: Instrument) -> list[FilledQuestionnaire]:
    """Fillings of an instrument, oldest first."""
    found = [q for q in case.patient.questionnaires if q.instrument == instrument.id]
    return sorted(found, key=lambda filled: filled.on)


def _as_fact(instrument: Instrument, filled: FilledQuestionnaire | None) -> tuple[Fact, str]:
    """The total as a fact, and the band or what is missing in a word or two."""
    key = f"questionnaire:{instrument.id}"
    if filled is None:
        return Fact(key, instrument.name, unit="1"), "not filled in"
    score = scores(filled, instrument)
    fact = Fact(key, instrument.name, score.total, "1", filled.on, filled.path)
    if score.total is None:
        return fact, _items_missing(score) or "not filled in"
    bands = [b.name for b in instrument.bands if b.lowest <= score.total <= b.highest]
    return fact, f"{bands[0]} ({score.total:g})" if bands else f"score {score.total:g}"


def _items_missing(score: Score) -> str:
    if not score.missing:
        return ""
    plural = "s" if len(score.missing) > 1 else ""
    return f"item{plural} {', '.join(map(str, score.missing))} missing"


def _to_fill(instrument: Instrument, filled: list[FilledQuestionnaire]) -> Missing:
    missing = _items_missing(scores(filled[0], instrument)) if filled else ""
    ask = f"{instrument.name}: {missing}" if missing else f"A filled {instrument.name}"
    return Missing(f"questionnaire:{instrument.id}", ask)


def _caveats(case: Case, instrument: Instrument, filled: FilledQuestionnaire) -> Iterator[Caveat]:
    age_d = (case.as_of - filled.on).days
    if age_d > _rules(case).score_stale_after_d:
        yield Caveat("old-score", f"The latest {instrument.name} is {age_d} days old.")
    if is_adult(case).truth is Truth.NO:
        yield Caveat("scale-for-adults", f"The {instrument.name} was made for adults.")


def _rules(case: Case) -> ScoreRules:
    return case.fixed_limits(ScoreRules)


# Change ---------------------------------------------------------------------------------------


def _change(case: Case) -> Finding:
    """The two latest totals of the IRLS against each other."""
    instrument = case.knowledge.record(Instrument, "irls")
    limit = _rules(case).provenance["irls_change_in_one_patient"]
    totals = [
        (filled, total)
        for filled in _fillings(case, instrument)
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
    return labelled(finding, f"{instrument.name}, {state.partition(';')[0]}")


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
    filled = _fillings(case, instrument)[-1:]
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
    scored = [graded[name].conclusion for name in ("phq-9", "gad-7")]
    # A questionnaire nobody filled in leaves the answers to decide.
    known = [conclusion for conclusion in scored if conclusion.truth is not Truth.UNKNOWN]
    yield _burdened(case, "mood", "Mood is burdened", [*mood, *known])


def _burdened(case: Case, part: str, statement: str, parts: list[Conclusion]) -> Finding:
    conclusion = any_of(statement, *parts).named(f"R-SEV-04:{part}", statement)
    return labelled(by_rule(case, conclusion, name=statement), part.replace("-", " ").capitalize())


def _self_harm(case: Case) -> Finding:
    """The item on self-harm of the latest PHQ-9."""
    instrument = case.knowledge.record(Instrument, "phq-9")
    filled = _fillings(case, instrument)[-1:]
    leaf = _above_minimum(instrument, filled, _rules(case).self_harm_item)
    statement = "The item on self-harm is above its minimum"
    return by_rule(case, any_of(statement, leaf).named("R-SEV-05", statement))


def _without_limit(case: Case) -> Iterator[Finding]:
    """Scores on record for which no limit is on file, as they are."""
    for instrument in case.knowledge.of(Instrument).values():
        filled = _fillings(case, instrument)[-1:]
        has_limit = score_limit(case, instrument.id) is not None
        if not filled or has_limit or instrument.id == _TOLD_ITEM_BY_ITEM:
            continue
        fact, state = _as_fact(instrument, filled[0])
        if instrument.total == "none" and not scores(filled[0], instrument).missing:
            state = _item_by_item(filled[0])
            fact = replace(fact, value=state, unit="")
        truth = Truth.UNKNOWN if fact.value is None else Truth.YES
        statement = f"{instrument.name} ({instrument.measures}) is on record"
        leaf = stated(fact, truth, statement, _to_fill(instrument, filled).ask)
        conclusion = any_of(statement, leaf).named(f"R-SEV-06:{instrument.id}", statement)
        name = f"{instrument.name}: {instrument.measures}"
        yield labelled(by_rule(case, conclusion, state=state, name=name), instrument.measures)
