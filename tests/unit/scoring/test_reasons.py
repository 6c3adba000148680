"""Why a movement is what it is, in words a technologist can check."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.scoring.reasons import Reason, reasons
from ekbom.scoring.score import score_marked
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

BASE = load(SECTIONS)
Stretch = tuple[float, float]


def said(
    left: Sequence[Stretch],
    right: Sequence[Stretch] = (),
    *,
    rules: str = "wasm-2016",
    stages: str = "",
    respiratory: Sequence[Stretch] = (),
    arousals: Sequence[Stretch] = (),
    **options: object,
) -> tuple[Reason, ...]:
    """Reasons of a night written down as onsets and ends."""
    marks = [(EventKind.LEG_MOVEMENT, Side.LEFT, mark) for mark in left]
    marks += [(EventKind.LEG_MOVEMENT, Side.RIGHT, mark) for mark in right]
    marks += [(EventKind.APNEA, None, mark) for mark in respiratory]
    marks += [(EventKind.AROUSAL, None, mark) for mark in arousals]
    events = tuple(Event(kind, a, b - a, side=side) for kind, side, (a, b) in marks)
    hypnogram = Hypnogram(tuple(map(SleepStage, stages.split())), 30.0) if stages else None
    chosen = settings(BASE, rules, overrides=options)
    return reasons(score_marked(Annotations(events, hypnogram), chosen).editions[rules].night)


def at(*onsets_s: float) -> list[Stretch]:
    return [(onset_s, onset_s + 2) for onset_s in onsets_s]


def test_candidate_of_one_leg_and_of_both() -> None:
    assert said(at(10))[0].candidate == "candidate: 2.00 s on one leg"
    assert said(at(10), at(11))[0].candidate == "candidate: 3.00 s on both legs, 2 parts"


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ([(10, 22)], [], "12.00 s is longer than 10 s"),
        ([(10, 20.001)], [], "10.001 s is longer than 10 s"),
        ([(10, 18)], [(17, 26)], "bilateral and 16.00 s, over 15 s"),
        ([(10, 21)], [(11, 12)], "a part of 11.00 s, over 10 s"),
        (
            [(10, 11), (11.6, 12.6), (13.2, 14.2)],
            [(10.8, 11.8), (12.4, 13.4)],
            "5 parts, more than 4",
        ),
    ],
)
def test_no_candidate_says_which_limit(
    left: list[Stretch], right: list[Stretch], reason: str
) -> None:
    assert said(left, right)[0].candidate == f"no candidate: {reason}"


def test_periodic_names_its_series_and_its_interval() -> None:
    first, *_, last = said(at(100, 120, 140, 160))
    assert first.periodic == "periodic: series 1, no interval before it"
    assert last.periodic == "periodic: series 1, interval 20.00 s"


def test_too_few_in_a_row() -> None:
    assert said(at(100, 120, 140))[2].periodic == (
        "not periodic: run of 3, fewer than 4; interval 20.00 s"
    )


@pytest.mark.parametrize(
    ("onset_s", "options", "reason"),
    [
        (108, {}, "interval 8.00 s is under 10 s"),
        (109.9999, {}, "interval 9.9999 s is under 10 s"),
        (191, {}, "interval 91.00 s is over 90 s"),
        (190.001, {}, "interval 90.001 s is over 90 s"),
        (190, {"imi_max_bound": "exclusive"}, "interval 90 s is not under 90 s"),
    ],
)
def test_interval_out_of_range_says_which_limit(
    onset_s: float, options: dict[str, object], reason: str
) -> None:
    assert said(at(100, onset_s), **options)[1].periodic.endswith(reason)


def test_movement_that_starts_no_series_and_movement_passed_over() -> None:
    excluded = said(at(100, 105), short_interval="excluded-from-next-series")
    assert excluded[1].periodic == (
        "not periodic: interval 5.00 s is under 10 s, and such a movement starts no series"
    )
    skipped = said(at(100, 105), short_interval="skipped")
    assert skipped[1].periodic == "not periodic: under 10 s after the last one, passed over"


def test_no_candidate_and_wake_are_not_periodic() -> None:
    assert said([(10, 22)])[0].periodic == "not periodic: no candidate"
    assert said(at(10), rules="aasm-3", stages="W")[0].periodic == (
        "not periodic: in wake, where this edition scores none"
    )


def test_respiratory_names_its_window() -> None:
    event = [(80.0, 99.0)]
    assert said(at(100), respiratory=event)[0].respiratory == (
        "respiratory: touches -2 ... +10.25 s around the end of a respiratory event"
    )
    assert said(at(100), respiratory=event, rules="aasm-3")[0].respiratory == (
        "not respiratory: outside -0.5 ... +0.5 s around the whole of a respiratory event"
    )
    assert said(at(100))[0].respiratory.endswith("no respiratory events are marked")


def test_count_without_respiratory_movements_is_said_where_it_differs() -> None:
    second = said(at(100, 120, 140, 160), respiratory=[(100, 119)])
    assert second[1].periodic_nonrespiratory == "not counted, respiratory"
    assert "without respiratory movements: not periodic: run of" in str(second[3])
    assert "without respiratory movements" not in str(said(at(100, 120, 140, 160))[3])


def test_arousal_is_with_without_or_unknown() -> None:
    assert said(at(100), arousals=[(101, 105)])[0].arousal.startswith("with arousal")
    assert said(at(100), arousals=[(120, 125)])[0].arousal == "no arousal within 0.5 s"
    assert said(at(100))[0].arousal == "arousal unknown: none are marked"
