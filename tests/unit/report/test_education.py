"""Topics: every paragraph rests on something, and none says what must not be said."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.education import Gene, Paragraph, Topic
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.report.education import WIDTH, as_json, find_topic, paragraph_sources, sources_of, text

BASE = load()
TOPICS = BASE.of(Topic)
# What the seeds ask, each answered by the topic beside it.
ASKED = {
    "S0-52": "iron-and-dopamine",
    "S0-59": "why-at-night",
    "S2-14": "iron-and-dopamine",
    "S2-15": "what-is-not-known",
    "S2-26": "iron-and-dopamine",
    "S2-37": "genes",
    "S2-38": "genes",
    "S2-39": "augmentation",
    "S2-40": "research",
    "S4-11": "what-is-not-known",
}


def parts(topic: Topic) -> Iterator[Paragraph]:
    yield from topic.paragraphs
    yield from topic.not_known


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_every_paragraph_names_what_it_rests_on(topic: Topic) -> None:
    bare = [part.text for part in parts(topic) if not paragraph_sources(part, BASE)]
    assert bare == []


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_nothing_is_said_that_must_not_be_said_to_a_patient(topic: Topic) -> None:
    said = [topic.question, topic.short, *(part.text for part in parts(topic))]
    assert [f for sentence in said for f in spoken(sentence, BASE, "patient")] == []


@pytest.mark.parametrize("gene", BASE.of(Gene).values(), ids=BASE.of(Gene))
def test_no_gene_is_told_as_a_risk_of_the_reader(gene: Gene) -> None:
    assert spoken(gene.words.patient, BASE, "patient") == ()
    assert spoken(gene.words.clinician, BASE, "clinician") == ()


@pytest.mark.parametrize(("claim", "topic"), ASKED.items())
def test_what_the_seeds_ask_is_answered(claim: str, topic: str) -> None:
    assert claim in [c for part in parts(TOPICS[topic]) for c in part.claims]


def test_claims_told_as_history_stand_in_no_paragraph() -> None:
    for topic in TOPICS.values():
        told = {claim for part in parts(topic) for claim in part.claims}
        assert all(BASE.record(Claim, claim).may_drive for claim in told)
        assert not told & set(topic.history)


def test_both_views_of_iron_and_dopamine_are_told_in_one_topic() -> None:
    told = {claim for part in TOPICS["iron-and-dopamine"].paragraphs for claim in part.claims}
    assert {"S0-22", "S2-22", "S2-23"} <= told


def longest_sentence(topic: Topic) -> int:
    said = " ".join(part.text for part in parts(topic))
    return max(len(sentence.split()) for sentence in re.split(r"(?<=[.!?])\s+", said))


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_sentences_are_short_enough_to_be_read_once(topic: Topic) -> None:
    assert longest_sentence(topic) <= 36


def test_related_topics_are_there_and_no_topic_names_itself() -> None:
    for topic in TOPICS.values():
        assert set(topic.see) <= set(TOPICS)
        assert topic.id not in topic.see


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_text_fits_the_screen_and_cites_every_source_once(topic: Topic) -> None:
    lines = list(text(topic, BASE))
    assert max(map(len, lines)) <= WIDTH
    whole = "\n".join(lines)
    body, _, listed = whole.partition("\nSources\n")
    numbers = [str(n) for n in range(1, len(sources_of(topic, BASE)) + 1)]
    assert re.findall(r"^\[(\d+)\]", listed, re.MULTILINE) == numbers
    cited = {n for group in re.findall(r"\[([\d,\s]+)\]", body) for n in re.findall(r"\d+", group)}
    assert cited == set(numbers)


def test_sources_are_those_of_the_claims_their_evidence_and_the_paragraph() -> None:
    claim = next(c for c in BASE.of(Claim).values() if c.evidence)
    part = Paragraph("Told.", (claim.id,), source="hening-2009", place="Abstract")
    evidence = [cited.source for cited in claim.evidence]
    wanted = dict.fromkeys([claim.source, *evidence, "hening-2009"])
    assert paragraph_sources(part, BASE) == list(wanted)


def test_json_holds_the_same_as_the_text() -> None:
    topic = TOPICS["why-at-night"]
    found = as_json(topic, BASE)
    assert [part["text"] for part in found["paragraphs"]] == [
        part.text.strip() for part in topic.paragraphs
    ]
    cited = {source for part in found["paragraphs"] for source in part["sources"]}
    assert cited <= {source["id"] for source in found["sources"]}
    assert found["knowledge"] == BASE.content_hash


@pytest.mark.parametrize(
    ("name", "topic"),
    [("genes", "genes"), ("Why at night", "why-at-night"), ("  iron  tests ", "iron-tests")],
)
def test_a_topic_is_found_by_its_id_or_its_words(name: str, topic: str) -> None:
    assert find_topic(BASE, name).id == topic


@pytest.mark.parametrize(
    ("name", "near"),
    [("augmentatoin", "augmentation"), ("ferritin", "iron-tests"), ("pregnant", "pregnancy")],
)
def test_a_topic_that_is_not_there_names_those_near(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=near):
        find_topic(BASE, name)


def test_a_name_near_to_nothing_points_to_the_list() -> None:
    with pytest.raises(UsageError, match="ekbom explain"):
        find_topic(BASE, "zebra")
