"""What must hold of every night, however odd: shown on random ones full of boundary values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.report.results import as_json, movement_rows, tsv
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.reasons import reasons
from ekbom.scoring.score import EditionResult, score_marked
from ekbom.scoring.settings import SECTIONS, Settings
from ekbom.scoring.settings import settings as scoring_settings
from ekbom.terms import EventKind, Side, SleepStage

BASE: KnowledgeBase = load(SECTIONS)
EDITIONS = ("wasm-2016", "aasm-3")
MS = 1000

# Milliseconds; boundary values come up often.
GAPS = st.sampled_from([1, 400, 499, 500, 2000, 4999, 5000, 9999, 10000, 20000, 90000, 90001])
LENGTHS = st.sampled_from([300, 499, 500, 1000, 2500, 10000, 10001, 15001])


@dataclass(frozen=True)
class Night:
    """Marks of a night in whole milliseconds, so that shifting them adds no rounding."""

    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]
    respiratory: tuple[tuple[int, int], ...]
    arousals: tuple[tuple[int, int], ...]
    stages: tuple[SleepStage, ...]

    @property
    def annotations(self) -> Annotations:
        return self.later(0)

    def later(self, shift_ms: int) -> Annotations:
        """Annotations of the same night that begins later."""
        legs = [(EventKind.LEG_MOVEMENT, Side.LEFT, mark) for mark in self.left]
        legs += [(EventKind.LEG_MOVEMENT, Side.RIGHT, mark) for mark in self.right]
        others = [(EventKind.HYPOPNEA, None, mark) for mark in self.respiratory]
        others += [(EventKind.AROUSAL, None, mark) for mark in self.arousals]
        events = [
            Event(kind, (onset_ms + shift_ms) / MS, length_ms / MS, side=side)
            for kind, side, (onset_ms, length_ms) in [*legs, *others]
        ]
        hypnogram = Hypnogram(self.stages, 30.0, shift_ms / MS) if self.stages else None
        return Annotations(tuple(events), hypnogram)


@st.composite
def marks(draw: st.DrawFn, most: int) -> tuple[tuple[int, int], ...]:
    """Marks one after the other, a gap between each two."""
    now_ms = draw(st.sampled_from([0, 0, 400, 4000]) | st.integers(0, 40_000))
    found = []
    for gap_ms, length_ms in draw(st.lists(st.tuples(GAPS, LENGTHS), max_size=most)):
        now_ms += gap_ms
        found.append((now_ms, length_ms))
        now_ms += length_ms
    return tuple(found)


STAGES = st.lists(st.sampled_from(list(SleepStage)), min_size=0, max_size=30)
NIGHTS = st.builds(Night, marks(12), marks(12), marks(4), marks(4), STAGES.map(tuple)).filter(
    lambda night: night.left or night.right or night.stages
)


@cache
def chosen(edition: str, **options: float) -> Settings:
    return scoring_settings(BASE, edition, overrides=options)


def scored(annotations: Annotations, edition: str, **options: float) -> EditionResult:
    return score_marked(annotations, chosen(edition, **options)).editions[edition]


def flags(night: ScoredNight) -> list[tuple[object, ...]]:
    """Everything decided about each movement, apart from where it lies."""
    unknown = [None] * len(night.movements)
    columns: Sequence[Sequence[object]] = [
        night.movements.side.tolist(),
        night.movements.n_parts.tolist(),
        night.movements.duration_s.tolist(),
        night.is_candidate.tolist(),
        night.is_respiratory.tolist(),
        night.series.number.tolist(),
        night.series_nonrespiratory.number.tolist(),
        unknown if night.has_arousal is None else night.has_arousal.tolist(),
        night.stage.tolist(),
        np.nan_to_num(night.series.imi_s, nan=-1).tolist(),
    ]
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS, shift_ms=st.integers(0, 30_000_000))
def test_a_night_that_begins_later_is_scored_the_same(
    edition: str, night: Night, shift_ms: int
) -> None:
    here = scored(night.annotations, edition)
    later = scored(night.later(shift_ms), edition)
    assert flags(later.night) == flags(here.night)
    assert later.indices.plms_per_h == pytest.approx(here.indices.plms_per_h)


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_which_leg_is_called_left_decides_nothing(edition: str, night: Night) -> None:
    here = scored(night.annotations, edition).night
    swapped = scored(replace(night, left=night.right, right=night.left).annotations, edition).night
    other = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BILATERAL: Side.BILATERAL}
    ours = [
        (onset, str(row[0]), *row[1:])
        for onset, row in zip(here.movements.onset_s, flags(here), strict=True)
    ]
    theirs = [
        (onset, str(other[row[0]]), *row[1:])  # type: ignore[index]
        for onset, row in zip(swapped.movements.onset_s, flags(swapped), strict=True)
    ]
    assert sorted(map(str, theirs)) == sorted(map(str, ours))


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_marks_in_the_file_decides_nothing(
    edition: str, night: Night, order: Any
) -> None:
    events = list(night.annotations.events)
    order.shuffle(events)
    shuffled = replace(night.annotations, events=tuple(events))
    assert flags(scored(shuffled, edition).night) == flags(scored(night.annotations, edition).night)


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS, extra=marks(3))
def test_another_respiratory_event_makes_no_candidate_nonrespiratory(
    edition: str, night: Night, extra: tuple[tuple[int, int], ...]
) -> None:
    before = scored(night.annotations, edition).night
    more = replace(night, respiratory=(*night.respiratory, *extra))
    after = scored(more.annotations, edition).night
    assert not (before.is_respiratory & ~after.is_respiratory).any()
    assert before.is_periodic.tolist() == after.is_periodic.tolist()


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_without_respiratory_events_both_counts_agree(edition: str, night: Night) -> None:
    found = scored(replace(night, respiratory=()).annotations, edition)
    assert (found.night.series.number == found.night.series_nonrespiratory.number).all()
    for group in found.indices.by_stage.values():
        assert group.periodic == group.periodic_nonrespiratory
        assert group.candidates == group.candidates_nonrespiratory


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS, wider_s=st.sampled_from([90.001, 95.0, 180.0]))
def test_a_wider_interval_never_makes_less_periodic(
    edition: str, night: Night, wider_s: float
) -> None:
    here = scored(night.annotations, edition)
    wide = scored(night.annotations, edition, imi_max_s=wider_s)
    assert not (here.night.is_periodic & ~wide.night.is_periodic).any()
    for name, group in here.indices.by_stage.items():
        assert wide.indices.by_stage[name].intervals.n_periodic >= group.intervals.n_periodic


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_every_series_is_long_enough_and_every_interval_in_it_in_range(
    edition: str, night: Night
) -> None:
    found = scored(night.annotations, edition).night
    for series, eligible in (
        (found.series, found.is_eligible),
        (found.series_nonrespiratory, found.is_eligible & ~found.is_respiratory),
    ):
        assert not (series.is_periodic & ~eligible).any()
        for number in set(series.number.tolist()) - {0}:
            inside = np.flatnonzero(series.number == number)
            assert len(inside) >= found.rules.series_min_movements
            intervals_s = series.imi_s[inside][1:]
            assert (intervals_s >= found.rules.imi_min_s).all()
            assert (intervals_s <= found.rules.imi_max_s).all()


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_counts_of_the_stages_sum_up(edition: str, night: Night) -> None:
    groups = scored(night.annotations, edition).indices.by_stage
    sums = {"sleep": ("NREM", "R"), "NREM": ("N1", "N2", "N3")}
    for whole, parts in sums.items():
        if whole not in groups:
            continue
        for name in ("candidates", "non_candidates", "periodic", "periodic_nonrespiratory"):
            counts = [getattr(groups[part], name).n for part in parts]
            assert getattr(groups[whole], name).n == sum(counts)
        assert groups[whole].hours == pytest.approx(sum(groups[part].hours for part in parts))


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_sides_and_stages_are_those_of_the_vocabulary(edition: str, night: Night) -> None:
    found = scored(night.annotations, edition).night
    assert all(type(side) is Side for side in found.movements.side)
    assert all(type(stage) is SleepStage for stage in found.stage)


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_no_index_without_its_denominator(edition: str, night: Night) -> None:
    for group in scored(night.annotations, edition).indices.by_stage.values():
        if not group.hours:
            assert group.candidates.per_h is None
            assert group.periodic is None or group.periodic.per_h is None
        if not group.candidates.n:
            assert group.periodicity_index is None


@pytest.mark.parametrize("edition", EDITIONS)
@given(night=NIGHTS)
def test_reasons_are_said_and_agree_with_the_flags(edition: str, night: Night) -> None:
    found = scored(night.annotations, edition).night
    for index, reason in enumerate(reasons(found)):
        assert reason.candidate.startswith("candidate: ") == found.is_candidate[index]
        assert reason.periodic.startswith("periodic: ") == found.is_periodic[index]
        assert reason.respiratory.startswith("respiratory: ") == found.is_respiratory[index]
        has = found.has_arousal
        assert reason.arousal.startswith("with arousal") == (has is not None and has[index])
        assert ("unknown" in reason.arousal) == (has is None)
        second = reason.periodic_nonrespiratory
        assert second.startswith("periodic: ") == found.is_periodic_nonrespiratory[index]
        assert all(clause.strip() for clause in (reason.periodic, second, str(reason)))


@given(night=NIGHTS)
@settings(max_examples=40)
def test_json_is_strict_and_has_every_movement(night: Night) -> None:
    both = score_marked(night.annotations, chosen("all"))
    text = json.dumps(as_json(both, per_leg=True), allow_nan=False)
    read: Mapping[str, Any] = json.loads(text, parse_constant=pytest.fail)
    for name, edition in both.editions.items():
        rows = list(movement_rows(edition))
        assert read["editions"][name]["movements"] == rows
        assert all(row["reason"] for row in rows)
    lines = list(tsv(both))
    assert len(lines) == 1 + sum(len(e.night.movements) for e in both.editions.values())
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}


# A second, slow reading of the rule for series, to hold the first against -------------------------


def series_one_by_one(night: ScoredNight) -> list[int]:
    """Numbers of the series of WASM 2016, found by walking from movement to movement."""
    runs: list[list[int]] = []
    previous: float | None = None
    for index, onset_s in enumerate(night.movements.onset_s.tolist()):
        if not night.is_candidate[index]:
            previous = None
            continue
        goes_on = previous is not None and 10_000 <= round((onset_s - previous) * MS) <= 90_000
        if goes_on:
            runs[-1].append(index)
        else:
            runs.append([index])
        previous = onset_s
    numbers = [0] * len(night.movements)
    long_enough = [run for run in runs if len(run) >= 4]
    for number, run in enumerate(long_enough, 1):
        for index in run:
            numbers[index] = number
    return numbers


@given(night=NIGHTS)
@settings(max_examples=300)
def test_series_are_those_of_a_walk_from_movement_to_movement(night: Night) -> None:
    found = scored(night.annotations, "wasm-2016").night
    assert found.series.number.tolist() == series_one_by_one(found)


@pytest.mark.parametrize("edition", EDITIONS)
@given(first=NIGHTS, second=NIGHTS)
def test_nights_far_apart_do_not_touch_each_other(
    edition: str, first: Night, second: Night
) -> None:
    one, other = replace(first, stages=()), replace(second, stages=())
    if not (one.left or one.right) or not (other.left or other.right):
        return
    far = 10_000_000
    both = Annotations((*one.annotations.events, *other.later(far).events))
    apart = [scored(night.annotations, edition).night for night in (one, other)]
    found = scored(both, edition).night
    n_first = len(apart[0].movements)
    joined = [*apart[0].is_periodic, *apart[1].is_periodic]
    assert found.is_periodic.tolist() == [bool(flag) for flag in joined]
    assert found.is_candidate[:n_first].tolist() == apart[0].is_candidate.tolist()
