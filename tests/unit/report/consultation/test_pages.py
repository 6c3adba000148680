"""The pages of a consultation: what stands where, and the sources that decided."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.reading import patient_from
from ekbom.report.citations import Citations
from ekbom.report.consultation.decide import cite_consultation
from ekbom.report.consultation.html import render_consultation
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.report.consultation.text import text
from ekbom.report.lines import WIDTH

READ_ON = date(2026, 11, 22)


def test_what_to_decide_on_comes_before_the_reasons(by_newest: ShownConsultation) -> None:
    page = render_consultation(by_newest)
    parts = ['class="decide"', 'class="choices"', 'id="became"', 'id="plan"', 'id="next"']
    parts += ['id="history"', 'id="newest"', 'class="reasons"', 'class="basis-list"']
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_the_page_loads_and_runs_nothing(by_newest: ShownConsultation) -> None:
    page = render_consultation(by_newest)
    for loads in ("<script", "<link", " src=", "@import", "url(", "javascript:"):
        assert loads not in page


def test_listed_sources_are_those_that_decided(by_newest: ShownConsultation) -> None:
    citations = Citations(by_newest.knowledge)
    cite_consultation(by_newest, citations)
    page = render_consultation(by_newest)
    listed = set(re.findall(r'id="basis-(\d+)"', page))
    assert listed == {str(number) for number in citations.numbers.values()}
    used = set(re.findall(r'href="#basis-(\d+)"', page))
    assert used <= listed


def test_links_inside_the_page_lead_somewhere(by_newest: ShownConsultation) -> None:
    page = render_consultation(by_newest)
    ids = set(map(unescape, re.findall(r'\bid="([^"]+)"', page)))
    targets = {unescape(one) for one in re.findall(r'href="#([^"]+)"', page)}
    assert targets - ids == set()


def test_a_pregnancy_stands_in_the_history_while_it_lasts_and_after() -> None:
    base = load()
    patient = example_patient("history-pregnancy", base, READ_ON)
    pages = [
        render_consultation(consultation_shown(patient, base, date(*day)))
        for day in ((2020, 2, 11), (2021, 6, 15), (2022, 11, 8))
    ]
    marks = [re.findall('<rect[^>]*class="(state[^"]*)"', page) for page in pages]
    assert marks == [[], ["state now"], ["state"]]


def test_ids_are_given_once(by_newest: ShownConsultation) -> None:
    ids = re.findall(r'\bid="([^"]+)"', render_consultation(by_newest))
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_what_the_newest_change_stands_where_others_answered(by_then: ShownConsultation) -> None:
    page = render_consultation(by_then)
    assert "Not the newest editions answered" in page
    assert "Options by the newest editions" in page


def test_a_patient_sees_names_and_no_grade(by_newest: ShownConsultation) -> None:
    page = render_consultation(by_newest, "patient")
    body = page.partition("</style>")[2]
    assert "Gabapentin" in body
    for word in ("· certainty", "conditional", "strong ·", "Withheld", "R-TX", "mg a day"):
        assert word not in body


def test_no_line_is_wider_than_a_terminal(by_newest: ShownConsultation) -> None:
    for mode in ("clinician", "patient"):
        for why in (False, True) if mode == "clinician" else (False,):
            lines = list(text(by_newest, mode, why=why))  # type: ignore[arg-type]
            longest = max(lines, key=len)
            assert len(longest) <= WIDTH, longest


def test_a_measure_that_did_not_move_is_said_not_to_have_changed(
    by_newest: ShownConsultation,
) -> None:
    said = " ".join("\n".join(text(by_newest)).split())
    assert "no change since the baseline" in said
    assert "none since the baseline" not in said
    assert ">no change<" in render_consultation(by_newest)


def test_a_block_that_was_lifted_is_told_with_who_and_why() -> None:
    base = load()
    path = Path(__file__).parents[3] / "cases" / "blocks" / "opioid-and-benzodiazepine-lifted.yaml"
    file = parse(path.name, path.read_bytes())
    day = file.data["as_of"]
    patient = patient_from(file, base, day, path=("patient",))
    one = consultation_shown(patient, base, day, file.data.get("editions"))
    (lifted,) = patient.overrides
    for said in ("\n".join(text(one)), render_consultation(one)):
        assert f"Lifted by {lifted.by}" in unescape(said).replace("\n        ", " ")
    assert "Lifted by" not in "\n".join(text(one, "patient"))
