"""Sleep statistics of nights small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.sleep_statistics import (
    Period,
    SleepStatistics,
    seconds_in,
    sleep_caveats,
    sleep_statistics,
    time_in_bed,
)
from ekbom.terms import EventKind, SleepStage

EPOCH_S = 30.0


def night(
    stages: str, *, lights: tuple[float, float] | None = None, arousals: tuple[float, ...] = ()
) -> Annotations:
    events = [Event(EventKind.AROUSAL, onset_s, 5.0) for onset_s in arousals]
    if lights is not None:
        events += [
            Event(EventKind.LIGHTS_OFF, lights[0], 0.0),
            Event(EventKind.LIGHTS_ON, lights[1], 0.0),
        ]
    names = tuple(SleepStage(name) for name in stages.split())
    return Annotations(tuple(events), Hypnogram(names, EPOCH_S))


def statistics(annotations: Annotations) -> SleepStatistics:
    period = time_in_bed(annotations, None)
    assert period is not None
    found = sleep_statistics(annotations, period)
    assert found is not None
    return found


def test_time_in_bed_is_from_lights_off_to_lights_on() -> None:
    assert time_in_bed(night("W N2 N2 W", lights=(15, 100)), 500) == Period(15, 100)


def test_time_in_bed_is_the_hypnogram_where_lights_are_not_marked() -> None:
    assert time_in_bed(night("W N2 N2 W"), 500) == Period(0, 120)


def test_hypnogram_counts_as_far_as_the_recording_goes() -> None:
    assert time_in_bed(night("W N2 N2 W"), 110.5) == Period(0, 110.5)
    early = Annotations(hypnogram=Hypnogram((SleepStage.N2,) * 4, EPOCH_S, start_s=-10.0))
    assert time_in_bed(early, 500) == Period(0, 110)


def test_time_in_bed_is_the_recording_where_nothing_is_marked() -> None:
    assert time_in_bed(Annotations(), 500) == Period(0, 500)


def test_time_in_bed_is_unknown_without_recording_and_stages() -> None:
    assert time_in_bed(Annotations(), None) is None


def test_time_in_bed_is_unknown_where_lights_go_on_before_off() -> None:
    assert time_in_bed(night("W N2 N2 W", lights=(100, 15)), 500) is None


def test_period_holds_its_first_instant_and_not_its_last() -> None:
    assert Period(10, 20).holds(np.array([9.999, 10, 19.999, 20])).tolist() == [
        False,
        True,
        True,
        False,
    ]


def test_epochs_cut_by_lights_count_in_part() -> None:
    annotations = night("W N2 N2 W", lights=(15, 100))
    assert annotations.hypnogram is not None
    period = Period(15, 100)
    assert seconds_in(annotations.hypnogram, period, SleepStage.W) == 15 + 10
    assert seconds_in(annotations.hypnogram, period, SleepStage.N2) == 60


@pytest.fixture
def found() -> SleepStatistics:
    """20 epochs: 10 min in bed, two awakenings, two arousals in sleep and one in wake."""
    stages = "W W N1 N2 N2 N3 N3 N2 W W N1 N2 N2 R R R N2 W W W"
    return statistics(night(stages, arousals=(10.0, 100.0, 400.0)))


def test_totals(found: SleepStatistics) -> None:
    assert found.time_in_bed_min == 10
    assert found.total_sleep_time_min == 6.5
    assert found.sleep_efficiency_percent == pytest.approx(65)


def test_latencies(found: SleepStatistics) -> None:
    assert found.sleep_latency_min == 1
    assert found.rem_latency_min == 5.5


def test_wake_after_sleep_onset(found: SleepStatistics) -> None:
    assert found.wake_after_sleep_onset_min == 2.5


def test_minutes_and_shares(found: SleepStatistics) -> None:
    assert found.minutes == {"W": 3.5, "N1": 1, "N2": 3, "N3": 1, "R": 1.5, "?": 0}
    assert found.percent_of_sleep is not None
    assert sum(found.percent_of_sleep.values()) == pytest.approx(100)
    assert found.percent_of_sleep["R"] == pytest.approx(1.5 / 6.5 * 100)


def test_awakenings_and_shifts(found: SleepStatistics) -> None:
    assert (found.awakenings, found.stage_shifts) == (2, 9)
    assert found.fragmentation_index_per_h == pytest.approx(3 / (6.5 / 60))


def test_only_arousals_in_sleep_are_counted(found: SleepStatistics) -> None:
    assert found.arousals == 2
    assert found.arousal_index_per_h == pytest.approx(2 / (6.5 / 60))


def test_night_without_sleep_has_no_index_per_hour_of_sleep() -> None:
    found = statistics(night("W W W W", arousals=(10.0,)))
    assert found.total_sleep_time_min == 0
    assert found.sleep_efficiency_percent == 0
    assert (found.sleep_latency_min, found.rem_latency_min) == (None, None)
    assert (found.wake_after_sleep_onset_min, found.percent_of_sleep) == (None, None)
    assert (found.arousals, found.arousal_index_per_h) == (0, None)
    assert found.fragmentation_index_per_h is None


def test_arousals_are_unknown_where_none_is_marked() -> None:
    assert statistics(night("W N2 N2")).arousals is None


def test_no_statistics_without_stages() -> None:
    assert sleep_statistics(Annotations(), Period(0, 100)) is None


def test_sleep_latency_counts_from_lights_off() -> None:
    assert statistics(night("N2 W W N2", lights=(45, 120))).sleep_latency_min == 0.75


def test_sleep_under_way_at_lights_off_has_latency_zero() -> None:
    assert statistics(night("N2 N2 W N2", lights=(45, 120))).sleep_latency_min == 0


# Time nobody scored ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "lights", "latency_min"),
    [
        ("W ? N2 N2 R", None, None),
        ("? W N2 N2 R", None, None),
        ("W W N2 N2 R", (-300.0, 150.0), None),
        ("W W N2 ? R", None, 1.0),
        ("? W N2 N2 R", (30.0, 150.0), 0.5),
    ],
)
def test_sleep_latency_is_unknown_where_something_before_sleep_is_unscored(
    stages: str, lights: tuple[float, float] | None, latency_min: float | None
) -> None:
    assert statistics(night(stages, lights=lights)).sleep_latency_min == latency_min


@pytest.mark.parametrize(
    ("stages", "latency_min"),
    [("W N2 ? N2 R", None), ("? N2 N2 R", None), ("W N2 N2 R ?", 1.0), ("N2 ? N2 N2", None)],
)
def test_rem_latency_is_unknown_where_something_before_r_is_unscored(
    stages: str, latency_min: float | None
) -> None:
    assert statistics(night(stages)).rem_latency_min == latency_min


@pytest.mark.parametrize(
    ("stages", "lights", "unscored_min"),
    [
        ("W N2 N2 ? W", None, 0.5),
        ("W N2 N2 W", (0.0, 240.0), 2.0),
        ("W N2 N2 W", (-60.0, 120.0), 1.0),
        ("W N2 ? W", (-60.0, 180.0), 2.5),
    ],
)
def test_efficiency_and_wake_after_onset_are_unknown_with_unscored_time_in_bed(
    stages: str, lights: tuple[float, float] | None, unscored_min: float
) -> None:
    found = statistics(night(stages, lights=lights))
    assert found.unscored_min == unscored_min
    assert found.sleep_efficiency_percent is None
    assert found.wake_after_sleep_onset_min is None
    assert found.total_sleep_time_min == stages.count("N2") * 0.5
    (caveat,) = sleep_caveats(found)
    assert caveat.code == "unscored-time"
    assert f"{unscored_min:.1f} min" in caveat.statement


def test_unscored_epochs_outside_the_time_in_bed_change_nothing() -> None:
    found = statistics(night("? W N2 N2 W ?", lights=(30.0, 150.0)))
    assert (found.unscored_min, found.sleep_efficiency_percent) == (0, 50)
    assert sleep_caveats(found) == []
    assert sleep_caveats(None) == []


def test_a_change_to_or_from_an_unscored_epoch_is_no_shift_and_no_awakening() -> None:
    found = statistics(night("N2 ? W ? N1 ? N2 W"))
    assert (found.stage_shifts, found.awakenings) == (1, 1)
    assert found.fragmentation_index_per_h == pytest.approx(1 / (1.5 / 60))


@pytest.mark.parametrize(
    ("stages", "lights"), [("? ? ?", None), ("W N2 ? ?", (60.0, 120.0)), ("N2", (60.0, 120.0))]
)
def test_no_statistics_where_no_epoch_in_bed_is_scored(
    stages: str, lights: tuple[float, float] | None
) -> None:
    annotations = night(stages, lights=lights)
    assert sleep_statistics(annotations, Period(*(lights or (0.0, 90.0)))) is None
