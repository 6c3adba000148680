"""Options: blocks first, order and reasons, doses to clinicians only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.records import Words
from ekbom.knowledge.treatment import Action
from ekbom.report.consultation.decide import choices
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown

TODAY = date(2026, 11, 22)
DAY = "as_of=2019-11-15"
ROOMS = ("/assessment", "/options", "/follow-up")
# One of each kind: doses and blocks, a child, a pregnancy, dialysis, a history.
EXAMPLES = (
    "history-augmentation",
    "child-nine-years",
    "pregnant-third-trimester",
    "dialysis",
    "long-term-dopamine-agonist",
)
DOSE = re.compile(r"\d\s*(?:mg|µg|μg|mcg|ug|mgs|milligrams?|micrograms?)\b(?!\s*/)", re.IGNORECASE)
TELLING = 40


def pieces(page: str) -> Iterator[str]:
    """The content of a page, paragraph by paragraph, as it is read."""
    main = page[page.index("<main") :]
    for part in set(re.split(r"</?(?!b>|code>|a[ >]|/)[a-z][^>]*>", main)):
        yield " ".join(unescape(re.sub(r"<[^>]*>", "", part)).split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_page_says_what_must_never_be_said(
    client: TestClient, take: Callable[[str], str], knowledge: KnowledgeBase, name: str
) -> None:
    where = take(name)
    said = []
    for room in ROOMS:
        for mode in ("clinician", "patient"):
            for paragraph in pieces(client.get(f"{where}{room}?view={mode}").text):
                said += [f"{room} {mode}: {one.id}" for one in spoken(paragraph, knowledge, mode)]
                if mode == "patient" and DOSE.search(paragraph):
                    said.append(f"{room}: a dose: {paragraph}")
    for paragraph in pieces(client.get(where).text):
        said += [f"overview: {one.id}" for one in spoken(paragraph, knowledge, "clinician")]
    assert said == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_words_for_clinicians_stand_on_a_page_for_the_patient(
    client: TestClient, take: Callable[[str], str], knowledge: KnowledgeBase, name: str
) -> None:
    where = take(name)
    output = "\n".join(
        piece for room in ROOMS for piece in pieces(client.get(f"{where}{room}?view=patient").text)
    )
    shown = consultation_shown(example_patient(name, knowledge, TODAY), knowledge, TODAY, {})
    words = list(all_words(shown))
    plain = " ".join(one.patient for one in words)
    leaks = {
        one.clinician
        for one in words
        if len(one.clinician) >= TELLING and one.clinician not in plain and one.clinician in output
    }
    assert leaks == set()


def all_words(shown: ShownConsultation) -> Iterator[Words]:
    found = shown.consultation
    yield from (finding.words for finding in found.findings())
    yield from (due.check.words for due in found.follow_up.due)
    for action in shown.knowledge.of(Action).values():
        yield from (action.words, action.tell)
        yield from (Words(effect.says) for effect in action.effects)
        yield from (Words(line.says) for line in action.considerations)


def test_the_checks_would_notice(knowledge: KnowledgeBase) -> None:
    assert list(spoken("You have restless legs syndrome.", knowledge, "patient"))
    assert list(pieces("<main><p>take <b>300</b> mg</p></main>")).count("take 300 mg") == 1
    assert DOSE.search("take 300 mg")


def test_blocks_stand_before_options_and_options_in_their_order(
    client: TestClient, take: Callable[[str], str], knowledge: KnowledgeBase
) -> None:
    where = take("history-augmentation")
    text = client.get(f"{where}/options?{DAY}").text
    assert text.index("Red flags") < text.index("Dopamine agonist above its maximum")
    # What comes before any option stands above the options in short, too.
    first = text.index("<h3>First of all</h3>")
    assert text.index("Dopamine agonist above its maximum") < first < text.index('class="choices"')
    assert text.index('class="choices"') < text.index('<article class="option"')
    day = TODAY.replace(year=2019, month=11, day=15)
    patient = example_patient("history-augmentation", knowledge, TODAY)
    found = consultation_shown(patient, knowledge, day, {}).consultation
    offered = [option.action.id for choice in choices(found) for option in choice.offered]
    assert re.findall(r'<article class="option" id="card-([^"]+)"', text) == offered
    assert "Why this order" in text
    assert "Withheld for this patient" in text
    assert "a day" in text and "As published: start" in text


def test_a_shut_gate_shows_no_option_and_what_it_waits_for(
    client: TestClient, take: Callable[[str], str]
) -> None:
    text = client.get(f"{take('history-augmentation')}/options").text
    assert '<article class="option"' not in text
    assert "None is shown: more needed before options can be shown." in text
    gate = text[text.index('<div class="gate') : text.index("</div>", text.index('class="gate'))]
    assert re.search(r'<li><a class="asked" href="[^"]+/labs', gate)


def test_the_patient_is_told_names_in_the_order_of_the_alphabet(
    client: TestClient, take: Callable[[str], str]
) -> None:
    where = take("history-augmentation")
    text = client.get(f"{where}/options?{DAY}&view=patient").text
    part = text[text.index('id="to-discuss"') :]
    names = re.findall(r'<th scope="row">([^<]+)</th>', part)
    assert len(names) > 3
    assert names == sorted(names)
    assert "Dopamine agonist above its maximum" not in text
