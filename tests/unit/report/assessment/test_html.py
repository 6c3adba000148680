"""The page of an assessment: unfolds to sources, lists those that decided, loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from ekbom.assessment.changes import Changes, ConclusionChange, EditionChange
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import InForce, Words
from ekbom.logic import Conclusion, Fact, Truth, all_of, at_most, stated
from ekbom.report.assessment.html import render_assessment
from ekbom.report.assessment.modes import CLINICIAN_USE, Shown

VOID = {"meta", "br", "input"}
HOSTILE = '<script>alert("1")</script> & \x00\u202etxt'


def shown_limit(name: str, value: float) -> Sourced:
    """A limit on ferritin."""
    where = ("children", name, "aasm-2025", "aasm-2025-guideline", "abstract", "abstract")
    return Sourced(value, "ug/L", *where, date(2026, 5, 10))  # type: ignore[arg-type]


class Page(HTMLParser):
    """What a page says and points to; its elements close and run nothing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "link", "img", "iframe"}
        assert not [name for name, _ in attrs if name.startswith("on") or name == "src"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID | {"path", "rect", "circle", "line"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def sources(page: Page) -> set[str]:
    return {id for id in page.ids if id.startswith("basis-")}


def test_every_link_within_the_page_leads_somewhere_and_no_id_stands_twice(shown: Shown) -> None:
    page = Page(render_assessment(shown))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_sources_are_exactly_those_that_decided(shown: Shown) -> None:
    page = Page(render_assessment(shown))
    decided = {c.source for f in shown.assessment.findings() for c in f.conclusion.cited()}
    assert len(sources(page)) == len(decided) == 2
    titles = {shown.knowledge.source(source).title for source in decided}
    assert all(title in page.text for title in titles)


def test_a_recalled_value_is_marked_to_be_checked(shown: Shown) -> None:
    page = Page(render_assessment(shown))
    assert re.search(
        r"Limit: Low saturation: 20 % · IRLSSG 2018 \[2\] table 2 · recalled to be", page.text
    )
    assert not re.search(r"Limit: Ferritin for iron by mouth[^.]*abstract to be checked", page.text)


def test_truth_is_a_word_and_a_shape_beside_any_colour(shown: Shown) -> None:
    page = Page(render_assessment(shown))
    assert "● yes" in page.text
    assert "○ no" in page.text
    assert "? unknown" in page.text


def test_the_head_names_day_editions_knowledge_and_intended_use(shown: Shown) -> None:
    text = Page(render_assessment(shown)).text
    assert "Assessment as of 10 May 2026" in text
    assert "iron IRLSSG 2018" in text
    assert shown.knowledge.content_hash in text
    assert CLINICIAN_USE in text


def test_figures_draw_each_draw_and_each_limit_that_was_compared(shown: Shown) -> None:
    page = render_assessment(shown)
    iron = re.search(r'<svg[^>]*class="iron".*?</svg>', page, re.DOTALL)
    assert iron
    assert iron[0].count("<circle") == 6
    assert iron[0].count('class="limit"') == 3
    assert 'class="clock"' in page
    assert page.count('class="spell"') == 3


def test_a_limit_for_other_people_is_not_drawn(shown: Shown) -> None:
    child = at_most(Fact("lab:ferritin", "Ferritin", 23.0, "ug/L"), shown_limit("Children", 50))
    for_child = all_of("Low in a child", stated(Fact("person:age", "Age"), Truth.NO, "A child"))
    both = replace(
        for_child, decided_by=(*for_child.decided_by, replace(child, truth=Truth.NO)), id="R-FE-11"
    )
    sections = tuple(
        replace(s, findings=(*s.findings, Finding("Iron in a child", both, "no")))
        if s.id == "iron"
        else s
        for s in shown.assessment.sections
    )
    with_child = replace(shown, assessment=replace(shown.assessment, sections=sections))
    figure = r'<svg[^>]*class="iron".*?</svg>'
    before, after = (
        re.search(figure, render_assessment(s), re.DOTALL) for s in (shown, with_child)
    )
    assert before and after
    assert before[0] == after[0]


def test_findings_of_one_outcome_fold_into_one_that_opens(shown: Shown) -> None:
    def finding(name: str) -> Finding:
        return Finding(name, Conclusion(Truth.UNKNOWN, name, id=name), "not known")

    drivers = Section("drivers", "Drivers", (finding("Stress"), finding("Stroke")))
    bare = replace(shown, assessment=replace(shown.assessment, sections=(drivers,)))
    page = render_assessment(bare)
    assert page.count('<details class="group">') == 1
    assert "not known Stress; Stroke" in Page(page).text
    assert {"Stress", "Stroke"} <= set(Page(page).ids)


def test_without_draws_and_times_there_are_no_figures(shown: Shown) -> None:
    bare = replace(shown.patient, draws=(), diary=(), answers=())
    assert "<svg" not in render_assessment(replace(shown, patient=bare))


@pytest.mark.parametrize("mode", ["clinician", "patient"])
def test_texts_of_the_record_cannot_become_part_of_the_page(shown: Shown, mode: str) -> None:
    conclusion = Conclusion(Truth.YES, HOSTILE, id="R-DX-06")
    said = Finding(HOSTILE, conclusion, HOSTILE, Words(HOSTILE, HOSTILE))
    found = replace(
        shown.assessment,
        patient_id=HOSTILE,
        sections=(Section("diagnosis", HOSTILE, (said,), Words(HOSTILE, HOSTILE)),),
    )
    page = Page(render_assessment(replace(shown, assessment=found), mode))  # type: ignore[arg-type]
    assert "\x00" not in page.text
    assert "\u202e" not in page.text


def test_a_patient_page_shows_no_word_for_clinicians(shown: Shown) -> None:
    page = render_assessment(shown, "patient")
    assert "CLINICIAN-ONLY" not in page
    assert "HIDDEN-UNLESS-RAISED" not in page


def test_what_the_newest_editions_would_change_is_told_with_what_changed(shown: Shown) -> None:
    iron = shown.knowledge.record(InForce, "iron")
    then = next(f for f in shown.assessment.findings() if f.conclusion.id == "R-FE-02")
    now = replace(then, state="discuss a drip")
    changed = Changes(
        (EditionChange("iron", iron.name, "irlssg-2018", "aasm-2025", iron.steps[-1:]),),
        (ConclusionChange("R-FE-02", "iron", then, now, ()),),
    )
    text = Page(render_assessment(replace(shown, changes=changed))).text
    assert iron.steps[-1].changed in text
    assert "discuss a drip" in text
    assert "By the newest editions" not in Page(render_assessment(shown)).text
