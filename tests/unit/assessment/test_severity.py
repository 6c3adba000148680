"""Scores of questionnaires: sums, bands, changes and what a missing item does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.assessment.scores import Score, ScoreLimits, scores
from ekbom.assessment.severity import severity
from ekbom.errors import UsageError
from ekbom.knowledge.binding import bind
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import FilledQuestionnaire, Patient, Person

BASE = load()
DAY = date(2026, 5, 10)
EARLIER = date(2026, 3, 1)
INSTRUMENTS = BASE.of(Instrument)
IRLS = INSTRUMENTS["irls"]


def filled(instrument: str, *items: float, on: date = DAY) -> FilledQuestionnaire:
    """Items in the order of their numbers."""
    return FilledQuestionnaire(instrument, on, dict(enumerate(items, 1)))


def severity_of(*questionnaires: FilledQuestionnaire, born: date = date(1970, 1, 1)) -> Section:
    person = Person(PartialDate(born, born))
    patient = Patient("p", person, questionnaires=questionnaires)
    return severity(Case(patient, BASE, DAY, editions_on(DAY, BASE)), {})


def concluded(section: Section, conclusion_id: str) -> Conclusion:
    return next(f.conclusion for f in section if f.conclusion.id == conclusion_id)


def state(section: Section, conclusion_id: str) -> str:
    return next(f.state for f in section if f.conclusion.id == conclusion_id)


# The score of one questionnaire


@given(st.lists(st.integers(0, 4), min_size=10, max_size=10))
def test_a_complete_questionnaire_comes_to_the_sum_of_its_items(items: list[int]) -> None:
    assert scores(filled("irls", *items), IRLS) == Score(sum(items), ())


@given(st.sets(st.integers(1, 10), min_size=1, max_size=9))
def test_a_missing_item_leaves_the_total_open_and_is_named(missing: set[int]) -> None:
    items = {n: 4.0 for n in range(1, 11) if n not in missing}
    score = scores(FilledQuestionnaire("irls", DAY, items), IRLS)
    assert score == Score(None, tuple(sorted(missing)))


def test_a_total_on_record_does_not_stand_for_missing_items() -> None:
    some = FilledQuestionnaire("irls", DAY, {1: 4}, total=31)
    assert scores(some, IRLS).total is None
    assert scores(FilledQuestionnaire("irls", DAY, total=31), IRLS) == Score(31, ())


@pytest.mark.parametrize(("number", "score"), [(1, 5), (1, -1), (0, 1), (11, 1)])
def test_an_item_that_cannot_be_is_refused(number: int, score: float) -> None:
    with pytest.raises(UsageError, match=f"item {number} of IRLS"):
        scores(FilledQuestionnaire("irls", DAY, {number: score}), IRLS)


def test_an_instrument_without_total_has_none_even_when_complete() -> None:
    assert scores(filled("rls-6", 9, 9, 9, 9, 9, 9), INSTRUMENTS["rls-6"]) == Score(None, ())


# The instruments on file


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_bands_cover_every_whole_total_once(instrument: Instrument) -> None:
    if not instrument.bands:
        return
    lowest, highest = (
        int(instrument.items * end) for end in (instrument.item_minimum, instrument.item_maximum)
    )
    for total in range(lowest, highest + 1):
        assert len([b for b in instrument.bands if b.lowest <= total <= b.highest]) == 1
    assert instrument.bands[0].lowest == lowest
    assert instrument.bands[-1].highest == highest


@pytest.mark.parametrize(
    ("instrument", "total", "band"),
    [
        ("irls", 0, "none"),
        ("irls", 10, "mild"),
        ("irls", 20, "moderate"),
        ("irls", 21, "severe"),
        ("irls", 31, "very severe"),
        ("ess", 10, "normal"),
        ("isi", 14, "below threshold"),
        ("isi", 15, "moderate"),
        ("psqi", 6, "poor"),
        ("stop-bang", 4, "intermediate"),
        ("stop-bang", 5, "high"),
        ("phq-9", 9, "mild"),
        ("phq-9", 20, "severe"),
        ("gad-7", 15, "severe"),
        ("jhrlss", 2, "moderate"),
    ],
)
def test_published_bands(instrument: str, total: int, band: str) -> None:
    bands = INSTRUMENTS[instrument].bands
    assert [b.name for b in bands if b.lowest <= total <= b.highest] == [band]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_the_limit_is_where_a_band_begins(instrument: Instrument) -> None:
    limit = bind(ScoreLimits, BASE, "ekbom-assessment-1").of(instrument.id)
    if limit is not None:
        assert limit.value in [band.lowest for band in instrument.bands[1:]]


def test_every_instrument_says_who_holds_its_wording() -> None:
    assert [i.id for i in INSTRUMENTS.values() if not i.rights] == []


# The latest score


@pytest.mark.parametrize(
    ("items", "truth"),
    [((1,) * 10, Truth.NO), ((1,) * 9 + (2,), Truth.YES), ((4,) * 9, Truth.UNKNOWN)],
)
def test_irls_is_at_least_moderate_from_eleven(items: tuple[int, ...], truth: Truth) -> None:
    assert concluded(severity_of(filled("irls", *items)), "R-SEV-01:irls").truth is truth


def test_the_latest_score_counts() -> None:
    section = severity_of(filled("irls", *[1] * 10), filled("irls", *[4] * 10, on=EARLIER))
    assert state(section, "R-SEV-01:irls") == "mild (10)"


def test_an_incomplete_latest_questionnaire_is_not_replaced_by_an_older_one() -> None:
    section = severity_of(filled("irls", *[4] * 10, on=EARLIER), filled("irls", *[1] * 9))
    assert concluded(section, "R-SEV-01:irls").truth is Truth.UNKNOWN
    [missing] = concluded(section, "R-SEV-01:irls").all_missing()
    assert (missing.key, missing.ask) == ("questionnaire:irls", "IRLS: item 10 missing")


@pytest.mark.parametrize(
    ("on", "codes"), [(date(2026, 2, 7), []), (date(2026, 2, 6), ["old-score"])]
)
def test_an_old_score_carries_a_caveat(on: date, codes: list[str]) -> None:
    conclusion = concluded(severity_of(filled("irls", *[2] * 10, on=on)), "R-SEV-01:irls")
    assert [caveat.code for caveat in conclusion.all_caveats()] == codes


@pytest.mark.parametrize(("year", "codes"), [(2008, []), (2009, ["scale-for-adults"])])
def test_a_scale_for_adults_filled_in_by_a_child_carries_a_caveat(
    year: int, codes: list[str]
) -> None:
    section = severity_of(filled("irls", *[2] * 10), born=date(year, 5, 1))
    conclusion = concluded(section, "R-SEV-01:irls")
    assert [caveat.code for caveat in conclusion.all_caveats()] == codes


def test_nothing_on_record_leaves_every_score_open_and_asks_for_it() -> None:
    graded = [f.conclusion for f in severity_of() if f.conclusion.rule == "R-SEV-01"]
    assert {conclusion.truth for conclusion in graded} == {Truth.UNKNOWN}
    assert all(conclusion.all_missing() for conclusion in graded)


# Change


@pytest.mark.parametrize(
    ("before", "now", "truth", "said"),
    [
        (29, 20, Truth.YES, "better by 9; in one patient: minimally to much improved"),
        (31, 20, Truth.YES, "better by 11; in one patient: much to very much improved"),
        (20, 12, Truth.NO, "better by 8; smallest difference between groups that matters"),
        (20, 18, Truth.NO, "better by 2"),
        (20, 20, Truth.NO, "no change"),
        (20, 29, Truth.YES, "worse by 9"),
        (20, 22, Truth.NO, "worse by 2"),
    ],
)
def test_change_of_the_irls(before: float, now: float, truth: Truth, said: str) -> None:
    section = severity_of(
        FilledQuestionnaire("irls", EARLIER, total=before),
        FilledQuestionnaire("irls", DAY, total=now),
    )
    assert concluded(section, "R-SEV-02:irls").truth is truth
    assert state(section, "R-SEV-02:irls").startswith(said)


def test_the_two_latest_of_three_totals_are_compared() -> None:
    totals = {date(2025, 1, 1): 40, EARLIER: 20, DAY: 18}
    section = severity_of(
        *(FilledQuestionnaire("irls", on, total=total) for on, total in totals.items())
    )
    assert state(section, "R-SEV-02:irls") == "better by 2"


def test_a_worsening_is_never_told_as_an_improvement() -> None:
    section = severity_of(
        FilledQuestionnaire("irls", EARLIER, total=10), FilledQuestionnaire("irls", DAY, total=30)
    )
    assert "improved" not in state(section, "R-SEV-02:irls")


def test_a_change_never_stands_without_the_warning_about_one_number() -> None:
    conclusion = concluded(severity_of(filled("irls", *[2] * 10)), "R-SEV-02:irls")
    assert conclusion.truth is Truth.UNKNOWN
    assert "one-number" in [caveat.code for caveat in conclusion.all_caveats()]


# Safety


@pytest.mark.parametrize(("last", "truth"), [(0, Truth.NO), (1, Truth.YES), (3, Truth.YES)])
def test_self_harm_item_counts_whatever_the_total(last: int, truth: Truth) -> None:
    section = severity_of(filled("phq-9", 0, 0, 0, 0, 0, 0, 0, 0, last))
    assert concluded(section, "R-SEV-05").truth is truth


def test_self_harm_item_is_read_from_an_incomplete_questionnaire_too() -> None:
    section = severity_of(FilledQuestionnaire("phq-9", DAY, {9: 1}))
    assert concluded(section, "R-SEV-05").truth is Truth.YES


def test_self_harm_item_is_open_where_only_the_total_is_on_record() -> None:
    section = severity_of(FilledQuestionnaire("phq-9", DAY, total=0))
    assert concluded(section, "R-SEV-05").truth is Truth.UNKNOWN


def test_mood_is_not_cleared_by_a_low_score_alone() -> None:
    section = severity_of(filled("phq-9", *[0] * 9), filled("gad-7", *[0] * 7))
    assert concluded(section, "R-SEV-04:mood").truth is Truth.UNKNOWN


# What a patient is told


def test_a_patient_is_told_what_each_score_is_about() -> None:
    section = severity_of(
        filled("irls", *[1] * 10, on=EARLIER),
        filled("irls", *[2] * 10),
        filled("gad-7", *[2] * 7),
        FilledQuestionnaire("ess", DAY, total=3),
    )
    told = {f.conclusion.id: f.words.patient for f in section if f.words.patient}
    assert told.pop("R-SEV-02:irls").startswith(f"{INSTRUMENTS['irls'].measures}: Your score has")
    for conclusion_id in ("R-SEV-01:irls", "R-SEV-01:gad-7", "R-SEV-01:ess"):
        measures = INSTRUMENTS[conclusion_id.partition(":")[2]].measures
        assert told.pop(conclusion_id).startswith(f"{measures}: ")
    assert told.pop("R-SEV-04:mood").startswith("Mood: ")
    assert told == {}


def test_a_worsening_that_is_not_certain_is_not_called_the_same() -> None:
    section = severity_of(filled("irls", *[1] * 10, on=EARLIER), filled("irls", *[2] * 7, 1, 1, 1))
    (said,) = (f.words.patient for f in section if f.conclusion.id == "R-SEV-02:irls")
    assert "not changed by enough to be certain" in said
    assert "same" not in said and "worse by" not in said


def test_scales_without_a_total_are_given_one_by_one() -> None:
    section = severity_of(filled("rls-qli", 40, 50.5, 60, 70))
    assert concluded(section, "R-SEV-06:rls-qli").truth is Truth.YES
    assert state(section, "R-SEV-06:rls-qli") == "items 1: 40, 2: 50.5, 3: 60, 4: 70"
    some = severity_of(filled("rls-qli", 40))
    assert concluded(some, "R-SEV-06:rls-qli").truth is Truth.UNKNOWN
    assert state(some, "R-SEV-06:rls-qli") == "items 2, 3, 4 missing"
