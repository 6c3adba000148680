"""The suggested immobilization test: an hour awake, its limit, and what limits the test."""

from __future__ import annotations

import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.scoring.immobilization import ImmobilizationTest
from ekbom.scoring.score import score_marked
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

BASE = load(SECTIONS)


def read(
    n: int,
    interval_s: float = 15.0,
    minutes: float = 60,
    stages: str = "",
    rules: str = "wasm-2016",
    gaps: tuple[tuple[float, float], ...] = (),
) -> ImmobilizationTest | None:
    """A test with so many movements, from lights off to lights on."""
    events = [
        Event(EventKind.LEG_MOVEMENT, 5 + k * interval_s, 2.0, side=Side.LEFT) for k in range(n)
    ]
    events += [
        Event(EventKind.LIGHTS_OFF, 0.0, 0.0),
        Event(EventKind.LIGHTS_ON, 60 * minutes, 0.0),
    ]
    hypnogram = Hypnogram(tuple(map(SleepStage, stages.split())), 30.0) if stages else None
    annotations = Annotations(tuple(events), hypnogram, gaps=gaps)
    result = score_marked(annotations, settings(BASE, rules), is_immobilization_test=True)
    return result.editions[rules].immobilization


def codes(test: ImmobilizationTest) -> list[str]:
    return [caveat.code for caveat in test.caveats]


@pytest.mark.parametrize(
    ("n", "result"), [(0, "not above"), (39, "not above"), (40, "on the boundary"), (41, "above")]
)
def test_limit_is_40_per_hour_of_wake(n: int, result: str) -> None:
    test = read(n)
    assert test is not None
    assert (test.n_periodic, test.finding.value_per_h, test.finding.result) == (n, n, result)
    assert test.finding.limit.source == "montplaisir-1998"
    assert codes(test) == []


@pytest.mark.parametrize("minutes", [30, 59, 61, 90])
def test_another_length_than_an_hour_is_said(minutes: float) -> None:
    test = read(20, minutes=minutes)
    assert test is not None
    assert codes(test) == ["immobilization-length"]
    assert test.finding.value_per_h == pytest.approx(20 / (minutes / 60))


def test_sleep_during_the_test_is_said_and_its_movements_are_not_counted() -> None:
    test = read(240, stages="W " * 80 + "N1 " * 40)
    assert test is not None
    assert codes(test) == ["immobilization-sleep"]
    assert (test.minutes_awake, test.n_periodic) == (40, 160)
    assert test.finding.value_per_h == 240


def test_gap_is_not_time_awake() -> None:
    test = read(40, gaps=((1800.0, 3600.0),))
    assert test is not None
    assert test.minutes_awake == pytest.approx(30)
    assert test.finding.value_per_h == pytest.approx(test.n_periodic * 2)


def test_rules_that_score_nothing_in_wake_give_no_result() -> None:
    assert read(100, rules="aasm-3") is None
