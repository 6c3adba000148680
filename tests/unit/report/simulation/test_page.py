"""The page of a simulation: limits first, every picture with its band, nothing from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from types import MappingProxyType

import numpy as np
import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation
from ekbom.report.simulation.html import render_simulation
from ekbom.report.simulation.outcomes import INSIDE

Run = Callable[..., Simulation]
HOSTILE = '<script>alert("1")</script> & \u202etxt'
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Whether elements close, what is pointed to, and what runs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(ran: Run, knowledge: KnowledgeBase) -> str:
    return render_simulation([ran()], knowledge)


def test_the_limits_stand_before_the_first_picture_and_number(page: str, ran: Run) -> None:
    place = page.index(str(ran().limits.in_short).replace("'", "&#39;"))
    assert place < page.index("<svg") and place < page.index("What was asked")


def test_the_page_loads_and_runs_nothing(page: str) -> None:
    read = Page(page)
    assert not read.seen & {"script", "link", "img", "iframe", "object"}
    assert all(link.startswith("https://") for link in read.links)
    assert "url(" not in page and "@import" not in page


def test_every_drawing_is_well_formed_and_says_what_it_shows(page: str) -> None:
    drawings = [drawing for drawing in SVG.findall(page) if 'role="img"' in drawing]
    assert len(drawings) > 20
    for drawing in drawings:
        root = ET.fromstring(drawing)
        assert root.attrib["aria-label"]
        assert "nan" not in drawing and "inf" not in drawing


def test_no_median_over_time_is_drawn_without_its_bands(page: str) -> None:
    panels = [d for d in SVG.findall(page) if 'class="panel"' in d]
    assert panels
    for panel in panels:
        medians = len(re.findall(r'class="median"', panel))
        assert medians >= 1
        assert len(re.findall(r'class="wide"', panel)) == medians
        assert len(re.findall(r'class="inner"', panel)) == medians


def test_density_and_occupancy_are_kept_apart_and_folded_away(page: str) -> None:
    inside = page[page.index("<details>") :]
    for outcome in INSIDE:
        assert f"{outcome.name}, " in inside
    assert "What nobody can measure in a patient" in page


def test_draws_of_the_prior_say_that_nothing_was_fitted(page: str) -> None:
    assert "Nothing here was fitted to trials." in page
    assert "Trials the draws were fitted to" not in page


def test_draws_of_the_posterior_name_the_trials(ran: Run, knowledge: KnowledgeBase) -> None:
    found = ran()
    draws = Draws(
        found.variant,
        "posterior",
        found.draws.ids,
        found.draws.scores,
        MappingProxyType({"data hash": "0123456789abcdef" * 4}),
    )
    posterior = Simulation(
        found.scenario, found.variant, draws, found.courses, "hash", found.limits
    )
    text = render_simulation([posterior], knowledge)
    assert "Nothing here was fitted" not in text
    assert "Trials the draws were fitted to" in text and "data hash 0123456789abcdef)" in text


def test_rivals_stand_side_by_side_under_the_sentence_on_taste(
    ran: Run, knowledge: KnowledgeBase
) -> None:
    text = render_simulation([ran("low-dopamine"), ran("synaptic-dopamine")], knowledge)
    Page(text)
    assert "only data can choose between them, not taste" in text
    assert text.index("Rivals side by side") < text.index("Severity over time under each")
    for name in ("low-dopamine", "synaptic-dopamine"):
        assert f"({name})" in text
    assert "kind-1" in text


def test_what_a_scenario_is_called_cannot_reach_into_the_page(
    ran: Run, knowledge: KnowledgeBase
) -> None:
    text = render_simulation([ran(title=HOSTILE, question=HOSTILE)], knowledge)
    Page(text)
    assert "<script" not in text and "\u202e" not in text
    assert "Iron &lt;b&gt;" in text


def test_the_same_simulation_gives_the_same_page(
    page: str, ran: Run, knowledge: KnowledgeBase
) -> None:
    assert render_simulation([ran()], knowledge) == page


def test_the_largest_page_stays_small(ran: Run, knowledge: KnowledgeBase) -> None:
    variants = ("low-dopamine", "poor-receptors", "synaptic-dopamine", "adenosine-glutamate")
    text = render_simulation([ran(variant) for variant in variants], knowledge)
    assert len(text.encode()) < 1_500_000


def test_one_course_over_one_day_has_a_page(
    scenario_with: Callable[..., object], by_hand: Run, knowledge: KnowledgeBase
) -> None:
    made = by_hand(scenario_with([Course("only", (), True)], 1), [0, 1], [{}], 1)
    text = render_simulation([made], knowledge)
    assert "median of the untreated course" not in text
    assert "movements after iron" not in text
    Page(text)
    assert np.isfinite(made.courses[0].nights.irls).all()


def test_what_was_taken_before_is_told_with_its_beginning(
    scenario_with: Callable[..., Scenario],
    by_hand: Run,
    line_of: Callable[..., Line],
    knowledge: KnowledgeBase,
) -> None:
    before = (line_of("pramipexole", 0.25, 20.0, [True] * 10),)
    scenario = scenario_with([Course("stopped", (), False)], 14, before=before, n_before=10)
    text = render_simulation([by_hand(scenario, [0, 14], [{}], 3)], knowledge)
    assert "since 26 Dec 2025: pramipexole 0.25 mg at 20:00 every day" in text
    assert "One night every 14 days is drawn." in text
