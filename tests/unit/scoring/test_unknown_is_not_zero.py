"""What nobody measured or marked counts in no index, and is never taken as zero."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ekbom.errors import AnnotationError
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.score import NightResult, score_marked
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

BASE = load(SECTIONS)


def marked(
    *onsets_s: float,
    stages: str = "",
    respiratory: tuple[tuple[float, float], ...] = (),
    lights: tuple[float, float] | None = None,
    gaps: tuple[tuple[float, float], ...] = (),
) -> Annotations:
    """Movements of 2 s on the left leg, and what else was marked."""
    events = [Event(EventKind.LEG_MOVEMENT, t, 2.0, side=Side.LEFT) for t in onsets_s]
    events += [Event(EventKind.APNEA, start_s, end_s - start_s) for start_s, end_s in respiratory]
    if lights is not None:
        events += [Event(EventKind.LIGHTS_OFF, lights[0], 0.0)]
        events += [Event(EventKind.LIGHTS_ON, lights[1], 0.0)]
    hypnogram = Hypnogram(tuple(map(SleepStage, stages.split())), 30.0) if stages else None
    return Annotations(tuple(sorted(events, key=lambda e: e.onset_s)), hypnogram, gaps=gaps)


def scored(annotations: Annotations, rules: str = "wasm-2016", sit: bool = False) -> NightResult:
    return score_marked(annotations, settings(BASE, rules), is_immobilization_test=sit)


def codes(result: NightResult) -> set[str]:
    return {caveat.code for caveat in result.caveats}


def every_20_s(first_s: float, n: int) -> list[float]:
    return [first_s + 20.0 * k for k in range(n)]


def test_index_of_the_aasm_leaves_respiratory_movements_out() -> None:
    inside = tuple((t - 1, t + 3) for t in every_20_s(100, 10))
    night = marked(*every_20_s(100, 10), stages="N2 " * 120, respiratory=inside)
    indices = scored(night, "aasm-3").editions["aasm-3"].indices
    assert indices.plms_per_h == 0
    assert indices.plms_with_respiratory_per_h == 10
    assert scored(night).editions["wasm-2016"].indices.plms_per_h == 10


def test_gap_counts_in_no_denominator() -> None:
    whole = marked(*every_20_s(0, 30), stages="N2 " * 120)
    broken = replace(whole, gaps=((600.0, 3600.0),))
    assert scored(whole).editions["wasm-2016"].indices.plms_per_h == 30
    assert scored(broken).editions["wasm-2016"].indices.plms_per_h == pytest.approx(180)
    assert "gaps" in codes(scored(broken))


def test_nothing_is_joined_and_no_series_runs_across_a_gap() -> None:
    night = marked(*every_20_s(0, 3), *every_20_s(80, 3), stages="N2 " * 10, gaps=((50.0, 60.0),))
    edition = scored(night).editions["wasm-2016"].night
    assert not edition.is_periodic.any()
    close = marked(98.0, 100.3, stages="N2 " * 10, gaps=((100.0, 100.2),))
    assert len(scored(close).editions["wasm-2016"].night.left) == 2


def test_immobilization_test_lasts_from_lights_off_to_lights_on() -> None:
    night = marked(*(10 + 12.0 * k for k in range(40)), lights=(0.0, 3600.0))
    test = scored(night, sit=True).editions["wasm-2016"].immobilization
    assert test is not None
    assert (test.minutes_awake, test.finding.value_per_h) == (60, 40)
    assert test.finding.result == "on the boundary"


def test_immobilization_test_of_unknown_length_has_no_result() -> None:
    result = scored(marked(*every_20_s(10, 40)), sit=True)
    assert result.editions["wasm-2016"].immobilization is None
    assert "no-time-in-bed" in codes(result)


def test_hours_without_stages_say_unknown_not_zero() -> None:
    hour = scored(marked(*every_20_s(0, 50), lights=(0.0, 3600.0))).editions["wasm-2016"]
    assert hour.indices.by_hour[0].periodic == 50
    assert hour.indices.by_hour[0].periodic_in_sleep is None
    assert hour.indices.by_hour[0].periodic_in_wake is None


def test_interval_index_does_not_break_at_movements_passed_over() -> None:
    long = Event(EventKind.LEG_MOVEMENT, 205.0, 14.0, side=Side.RIGHT)
    night = marked(*every_20_s(100, 10), stages="N2 " * 20)
    night = replace(night, events=tuple(sorted((*night.events, long), key=lambda e: e.onset_s)))
    asleep = scored(night, "aasm-3").editions["aasm-3"].indices.by_stage["sleep"]
    assert asleep.interval_periodicity_index == 1


def test_movements_outside_the_time_in_bed_say_so() -> None:
    result = scored(marked(*every_20_s(0, 40), stages="N2 " * 40, lights=(400.0, 1200.0)))
    movements = result.editions["wasm-2016"]
    assert movements.indices.by_stage["time_in_bed"].candidates.n == 20
    assert movements.night.is_in_bed.sum() == 20
    assert "movements-outside-bed" in codes(result)


def test_marked_movements_too_short_to_count_are_said() -> None:
    night = marked(*every_20_s(0, 5), stages="N2 " * 10)
    short = Event(EventKind.LEG_MOVEMENT, 150.0, 0.3, side=Side.LEFT)
    assert "short-movements" in codes(scored(replace(night, events=(*night.events, short))))
    assert "short-movements" not in codes(scored(night))


@pytest.mark.parametrize("end_s", [float("nan"), float("inf"), 0.0])
def test_movement_without_a_time_is_refused(end_s: float) -> None:
    with pytest.raises(AnnotationError, match="left leg"):
        LegMovements.of(Side.LEFT, [1.0], [end_s])
