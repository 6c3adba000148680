"""Scorings held against the recording, and two scorings put together."""

from __future__ import annotations

import pytest

from ekbom.recording.annotation_checks import check_against, merge
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import EventKind, SleepStage

LM, AROUSAL = EventKind.LEG_MOVEMENT, EventKind.AROUSAL
OFF, ON = EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON


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
