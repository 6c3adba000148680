"""Scorings held against the recording, and two scorings put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from ekbom.errors import AnnotationError
from ekbom.recording.annotation_checks import aligned, check_against, check_lights, merge
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import EventKind, SleepStage

LM, AROUSAL = EventKind.LEG_MOVEMENT, EventKind.AROUSAL
OFF, ON = EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON
APNEA, HYPOPNEA, RERA = EventKind.APNEA, EventKind.HYPOPNEA, EventKind.RERA
EVENING = datetime(2020, 3, 2, 22, 30)


def scoring(*events: Event, epochs: int = 0, start_s: float = 0.0, name: str = "a") -> Annotations:
    stages = Hypnogram((SleepStage.N2,) * epochs, 30.0, start_s) if epochs else None
    return Annotations(events, stages, name)


def codes(annotations: Annotations) -> list[str]:
    return [caveat.code for caveat in annotations.caveats]


def test_a_scoring_that_fits_is_left_as_it_is() -> None:
    fits = scoring(Event(OFF, 0, 0), Event(LM, 10, 2), Event(ON, 300, 0), epochs=10)
    assert check_against(fits, 300.0) == fits


def test_events_outside_are_left_out_and_named() -> None:
    checked = check_against(
        scoring(
            Event(OFF, -5, 0),
            Event(AROUSAL, -3, 3),
            Event(AROUSAL, -3, 4),
            Event(LM, 299, 2),
            Event(LM, 300, 2),
            Event(ON, 301, 0),
        ),
        300.0,
    )
    assert [(event.kind, event.onset_s) for event in checked.events] == [(AROUSAL, -3), (LM, 299)]
    (caveat,) = checked.caveats
    assert caveat.code == "events-outside"
    assert "4 events" in caveat.statement
    assert "leg-movement at 300 s" in caveat.statement
    assert "lights-off at -5 s" in caveat.statement


@pytest.mark.parametrize(
    ("epochs", "start_s", "left", "left_start_s", "expected"),
    [
        (10, 0.0, 10, 0.0, []),
        (12, 0.0, 10, 0.0, ["stages-outside"]),
        (10, -60.0, 8, 0.0, ["stages-outside", "stages-short"]),
        (8, 0.0, 8, 0.0, ["stages-short"]),
        (9, 30.0, 9, 30.0, ["stages-short"]),
        (10, 10.0, 10, 10.0, []),
        (5, 600.0, 0, 0.0, ["stages-outside"]),
        (5, -600.0, 0, 0.0, ["stages-outside"]),
    ],
)
def test_epochs_outside_are_left_out_and_missing_ones_told(  # type: ignore[no-untyped-def]
    epochs, start_s, left, left_start_s, expected
) -> None:
    checked = check_against(scoring(epochs=epochs, start_s=start_s), 300.0)
    assert codes(checked) == expected
    if left:
        assert checked.hypnogram is not None
        assert len(checked.hypnogram.stages) == left
        assert checked.hypnogram.start_s == left_start_s
    else:
        assert checked.hypnogram is None


def test_the_last_epoch_may_reach_past_the_end() -> None:
    assert codes(check_against(scoring(epochs=10), 290.0)) == []


def test_a_file_of_its_own_counts_for_the_kinds_it_marks() -> None:
    recorded = scoring(Event(LM, 1, 1), Event(LM, 9, 1), Event(AROUSAL, 5, 3), epochs=4, name="rec")
    separate = scoring(Event(LM, 2, 1), name="file.tsv")
    merged = merge(recorded, separate)
    assert [(event.kind, event.onset_s) for event in merged.events] == [(LM, 2), (AROUSAL, 5)]
    assert merged.hypnogram == recorded.hypnogram
    assert merged.name == "file.tsv"
    (caveat,) = merged.caveats
    assert caveat.code == "marked-twice"
    assert "2 leg-movement" in caveat.statement
    assert "stages" not in caveat.statement


def test_stages_of_the_file_count_and_are_told() -> None:
    merged = merge(scoring(epochs=4), scoring(epochs=6, name="b"))
    assert merged.hypnogram is not None
    assert len(merged.hypnogram.stages) == 6
    assert "the stages" in merged.caveats[0].statement


def test_scorings_of_different_things_are_put_together_without_a_caveat() -> None:
    merged = merge(scoring(Event(AROUSAL, 5, 3)), scoring(Event(LM, 2, 1), epochs=3))
    assert [event.onset_s for event in merged.events] == [2, 5]
    assert merged.caveats == ()
    assert merge(Annotations(name="rec"), Annotations()).name == "rec"


def test_who_scores_breathing_again_scores_all_of_it() -> None:
    recorded = scoring(Event(APNEA, 1, 10), Event(RERA, 50, 10), Event(AROUSAL, 5, 3))
    merged = merge(recorded, scoring(Event(HYPOPNEA, 20, 12), name="b"))
    assert [event.kind for event in merged.events] == [AROUSAL, HYPOPNEA]
    assert "1 apnea, 1 rera" in merged.caveats[0].statement


def test_lights_off_and_on_are_marked_together() -> None:
    recorded = scoring(Event(OFF, 1, 0), Event(ON, 290, 0), Event(LM, 5, 1))
    merged = merge(recorded, scoring(Event(OFF, 20, 0), name="b"))
    assert [(event.kind, event.onset_s) for event in merged.events] == [(LM, 5), (OFF, 20)]
    assert "1 lights-off, 1 lights-on" in merged.caveats[0].statement


def test_start_and_gaps_are_kept() -> None:
    recorded = replace(scoring(Event(LM, 5, 1)), start=EVENING, gaps=((10.0, 20.0),))
    other = replace(scoring(Event(AROUSAL, 5, 3)), gaps=((10.0, 20.0), (40.0, 50.0)))
    assert check_against(recorded, 300.0) == recorded
    for merged in (merge(recorded, other), merge(other, recorded)):
        assert merged.start == EVENING
        assert merged.gaps == ((10.0, 20.0), (40.0, 50.0))


# Starts of the scoring and of the recording ------------------------------------------------------


@pytest.mark.parametrize("start", [None, EVENING])
def test_a_scoring_of_the_same_start_or_none_is_left_as_it_is(start: datetime | None) -> None:
    same = replace(scoring(Event(LM, 10, 2), epochs=4), start=start)
    assert aligned(same, EVENING) == same
    assert aligned(same, None) == same


@pytest.mark.parametrize(
    ("start", "shift_s"),
    [(datetime(2020, 3, 2, 22, 40), 600.0), (datetime(2020, 3, 2, 22, 29, 59, 500000), -0.5)],
)
def test_another_time_on_one_day_moves_everything_marked(start: datetime, shift_s: float) -> None:
    early = replace(scoring(Event(LM, 10, 2), epochs=4), start=start, gaps=((30.0, 60.0),))
    moved = aligned(early, EVENING)
    assert moved.events[0].onset_s == 10 + shift_s
    assert moved.events[0].duration_s == 2
    assert moved.hypnogram is not None
    assert moved.hypnogram.start_s == shift_s
    assert moved.gaps == ((30 + shift_s, 60 + shift_s),)
    assert moved.start == EVENING
    (caveat,) = moved.caveats
    assert caveat.code == "scoring-shifted"
    assert str(start) in caveat.statement
    assert str(EVENING) in caveat.statement
    assert f"{shift_s:+g} s" in caveat.statement


def test_the_same_time_on_another_day_is_the_same_night() -> None:
    hidden = replace(scoring(Event(LM, 10, 2), epochs=4), start=datetime(1985, 1, 1, 22, 30))
    accepted = aligned(hidden, EVENING)
    assert accepted.events == hidden.events
    assert accepted.hypnogram == hidden.hypnogram
    assert codes(accepted) == ["dates-differ"]
    assert "1985-01-01" in accepted.caveats[0].statement


@pytest.mark.parametrize(
    "start", [datetime(1985, 1, 1, 22, 40), datetime(2020, 3, 5, 0, 10), datetime(1985, 1, 1)]
)
def test_another_time_on_another_day_is_refused(start: datetime) -> None:
    with pytest.raises(AnnotationError, match=str(start)) as caught:
        aligned(replace(scoring(Event(LM, 10, 2)), start=start), EVENING)
    assert str(EVENING) in caught.value.found
    assert "less than a day apart" in caught.value.expected
    assert "seconds from the start of the recording" in caught.value.what_to_do
    assert caught.value.where == "a"


def test_scoring_begun_after_midnight_belongs_to_the_evening_before() -> None:
    late = replace(scoring(Event(LM, 10, 2)), start=datetime(2020, 3, 3, 0, 10))
    moved = aligned(late, EVENING)
    assert moved.events[0].onset_s == 10 + 100 * 60
    assert codes(moved) == ["scoring-shifted"]


# Lights ------------------------------------------------------------------------------------------


def test_several_lights_are_told_with_the_times_used() -> None:
    naps = scoring(Event(OFF, 10, 0), Event(ON, 100, 0), Event(OFF, 150, 0), Event(ON, 290, 0))
    checked = check_lights(naps)
    (caveat,) = checked.caveats
    assert caveat.code == "several-lights"
    assert "10, 150 s" in caveat.statement
    assert "first lights off (10 s)" in caveat.statement
    assert "last lights on (290 s)" in caveat.statement
    assert (checked.lights_off_s, checked.lights_on_s) == (10, 290)


@pytest.mark.parametrize(
    "events", [(), (Event(OFF, 10, 0), Event(ON, 290, 0)), (Event(OFF, 10, 0), Event(OFF, 10, 0))]
)
def test_one_pair_of_lights_is_left_as_it_is(events: tuple[Event, ...]) -> None:
    assert check_lights(scoring(*events)).caveats == ()


def test_lights_off_twice_and_never_on_is_told() -> None:
    (caveat,) = check_lights(scoring(Event(OFF, 10, 0), Event(OFF, 50, 0))).caveats
    assert "lights on at no time" in caveat.statement
    assert "lights on (" not in caveat.statement
