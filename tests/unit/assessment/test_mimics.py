"""Look-alikes: each rests on facts of its own, in the order a reader needs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.assessment.mimics import mimics
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.clinic import Mimic
from ekbom.knowledge.education import NeverSay
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.patient import MedicationUse, NightSummary

MIMICS = load().of(Mimic)
QUESTIONS = sorted(
    {
        line.fact.removeprefix("question:")
        for mimic in MIMICS.values()
        for line in mimic.lines
        if line.fact.startswith("question:")
    }
    | {
        "worse-at-rest",
        "relief-by-movement",
        "worse-evening-night",
        "onset-date-after-drug",
        "medication-list-complete",
    }
)
PATTERN = ("urge-to-move-legs", "worse-at-rest", "relief-by-movement", "worse-evening-night")
# Class A codes of the reference: seen in a release of their system.
SEEN = {
    "icd-10-cm": {
        *("G62.9", "G47.62", "I87.2", "G47.33", "G47.52", "G47.61"),
    },
    "hpo": {"HP:0031943"},
}


def truths(case) -> dict[str, Truth]:
    return {f.conclusion.id.partition(":")[2]: f.conclusion.truth for f in mimics(case, {})}


def test_every_look_alike_of_an_adult_is_listed_whatever_is_known(case_of) -> None:
    listed = truths(case_of())
    assert set(listed) == {id for id, mimic in MIMICS.items() if not mimic.children_only}
    assert set(listed.values()) == {Truth.UNKNOWN}


def test_growing_pains_are_asked_about_in_a_child_or_where_age_is_open(case_of) -> None:
    assert "growing-pains" in truths(case_of(born="2016-09-01"))
    assert "growing-pains" in truths(case_of(born="2008"))
    assert "growing-pains" not in truths(case_of(born="1978-03-14"))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_no_single_answer_supports_two_look_alikes(case_of, question: str, answer: str) -> None:
    found = truths(case_of({question: answer}, born="2016-09-01"))
    supported = [id for id, truth in found.items() if truth is Truth.YES]
    assert len(supported) <= 1, supported


def test_the_pattern_of_restless_legs_excludes_nothing_that_may_stand_beside_it(case_of) -> None:
    found = truths(case_of(dict.fromkeys(PATTERN, "yes")))
    against = {id for id, truth in found.items() if truth is Truth.NO}
    assert against == {
        "positional-discomfort",
        "habitual-movement",
        "periodic-limb-movement-disorder",
    }


def test_supported_first_then_what_is_pointed_to_then_open_then_against(case_of) -> None:
    section = mimics(
        case_of({"sensory-loss": "yes", "loud-snoring": "yes", "joint-pain-with-load": "no"}), {}
    )
    order = [(f.conclusion.id.partition(":")[2], f.state) for f in section]
    assert order[0] == ("peripheral-neuropathy", "supported")
    assert order[-1] == ("arthritis-orthopedic", "against")
    assert {state for _, state in order[1:-1]} == {"not settled"}


def test_tests_that_would_settle_it_go_with_what_is_open_or_supported(case_of) -> None:
    section = mimics(case_of({"sensory-loss": "yes", "joint-pain-with-load": "no"}), {})
    settles = {f.conclusion.id.partition(":")[2]: f.settles for f in section}
    assert "Neurological examination" in settles["peripheral-neuropathy"]
    assert settles["arthritis-orthopedic"] == ()
    assert settles["obstructive-sleep-apnea"]


def test_nothing_is_said_of_what_is_spoken_against(case_of) -> None:
    section = mimics(case_of({"joint-pain-with-load": "no"}), {})
    against = next(f for f in section if f.state == "against")
    assert (against.words.clinician, against.words.patient) == ("", "")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"sensory-loss": "yes"}, "does not exclude restless legs"),
        ({}, "What is not asked is not excluded"),
    ],
)
def test_the_list_says_what_it_means(case_of, answers: dict[str, str], said: str) -> None:
    assert said in " ".join(mimics(case_of(answers), {}).summary.clinician.split())


def test_every_conclusion_names_its_sources(case_of) -> None:
    for finding in mimics(case_of({"sensory-loss": "yes"}), {}):
        sources = {citation.source for citation in finding.conclusion.cited()}
        assert {"irlssg-2014-criteria", "hening-2009"} <= sources, finding.name


def test_a_medicine_alone_makes_no_akathisia(case_of) -> None:
    uses = (MedicationUse("risperidone"), MedicationUse("sertraline"))
    case = case_of({"inner-restlessness-whole-body": "yes"}, medications=uses)
    assert truths(case)["akathisia"] is Truth.UNKNOWN


def test_the_night_with_few_breathing_events_carries_its_limit(case_of) -> None:
    night = NightSummary(date(2026, 4, 11), "polysomnography", apnea_hypopnea_index_per_h=4.9)
    section = mimics(case_of(nights=(night,)), {})
    apnea = next(f for f in section if f.conclusion.id.endswith("sleep-apnea"))
    limits = [leaf.limit for leaf in apnea.conclusion.deciding_leaves() if leaf.limit]
    assert [limit.parameter for limit in limits] == ["differential/apnea-hypopnea-index-min"]


@settings(max_examples=60, deadline=None)
@given(
    answers=st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(["yes", "no"])),
    data=st.data(),
)
def test_an_answer_taken_away_never_turns_yes_into_no_nor_no_into_yes(
    case_of, answers: dict[str, str], data: st.DataObject
) -> None:
    dropped = data.draw(st.sampled_from(sorted(answers))) if answers else None
    fewer = {question: value for question, value in answers.items() if question != dropped}
    medicines = (MedicationUse("risperidone"),)
    with_it = truths(case_of(answers, born="2008", medications=medicines))
    without = truths(case_of(fewer, born="2008", medications=medicines))
    for mimic, truth in with_it.items():
        assert {truth, without[mimic]} != {Truth.YES, Truth.NO}, (mimic, dropped)


# The records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mimic", MIMICS.values(), ids=lambda mimic: mimic.id)
def test_only_codes_that_were_seen_are_given(mimic: Mimic) -> None:
    for system, code in mimic.codes.items():
        assert code.code in SEEN[system]


@pytest.mark.parametrize("mimic", MIMICS.values(), ids=lambda mimic: mimic.id)
def test_words_are_allowed(mimic: Mimic) -> None:
    for record in load().of(NeverSay).values():
        pattern = re.compile(record.pattern, re.IGNORECASE)
        for mode in record.modes:
            said = getattr(mimic.words, mode)
            assert said
            assert not pattern.search(said), record.id


def test_every_claim_on_the_differential_is_carried_by_a_look_alike() -> None:
    carried = {claim for mimic in MIMICS.values() for claim in (*mimic.claims, *mimic.history)}
    claims = {claim.id for claim in load().of(Claim).values() if claim.system == "differential"}
    assert claims <= carried


def test_the_story_of_a_reader_is_history_only() -> None:
    neuropathy = MIMICS["peripheral-neuropathy"]
    assert "S1-46" in neuropathy.history
    assert "S1-46" not in neuropathy.claims
