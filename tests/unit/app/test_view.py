"""What the viewer is told of the signals: their order, and how high each is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.pyramid_files import read_pyramid
from ekbom.app.nights.view import Labels, view
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.knowledge.loading import load
from ekbom.terms import Side

# As a polysomnograph may write them, in an order of its own.
LABELS = (
    *("EEG F4-M1", "C4-M1", "EOG E1-M2", "EMG chin", "EMG RAT", "EMG LAT", "ECG", "Resp nasal"),
    *("Resp thorax", "Snore", "SaO2", "Pulse", "Position", "Light"),
)
ORDER = (
    *("EMG LAT", "EMG RAT", "EEG F4-M1", "C4-M1", "EOG E1-M2", "EMG chin", "Resp nasal"),
    *("Resp thorax", "Snore", "SaO2", "Pulse", "ECG", "Position", "Light"),
)


@pytest.fixture(scope="module")
def labels() -> Labels:
    base = load(("labels",))
    return Labels(LegLabels.of(base), EcgLabels.of(base))


def shown(maker: Any, labels: Labels, signals: list[Any], **more: Any) -> list[dict[str, Any]]:
    folder = maker.folder / "pyramid"
    build_pyramid(maker.write(signals), folder, lambda share: None)
    pyramid = read_pyramid(folder)
    assert pyramid is not None
    found: list[dict[str, Any]] = view(pyramid, labels, **more)["channels"]
    return found


def wave(low: float, high: float) -> Any:
    """Integers of a file whose unit is 1000 at its highest, swinging between two values."""
    values = np.tile([low, high], 400) / 1000 * 32767
    return np.round(values).astype(np.int64)


def test_legs_come_first_then_what_sleep_is_told_by(maker: Any, made: Any, labels: Labels) -> None:
    channels = shown(maker, labels, [made(label, 8, wave(-10, 10)) for label in LABELS])
    assert tuple(one["label"] for one in channels) == ORDER
    assert [one["side"] for one in channels[:3]] == ["left", "right", None]
    assert [one["number"] for one in channels[:2]] == [5, 4]


def test_signals_scored_as_legs_are_the_legs_whatever_they_are_called(
    maker: Any, made: Any, labels: Labels
) -> None:
    signals = [made(label, 8, wave(-10, 10)) for label in ("EMG LAT", "X1", "X2")]
    legs = {Side.LEFT: 2, Side.RIGHT: 1}
    channels = shown(maker, labels, signals, legs=legs)
    assert [(one["label"], one["side"]) for one in channels] == [
        ("X2", "left"),
        ("X1", "right"),
        ("EMG LAT", None),
    ]


def test_both_legs_are_drawn_at_one_height(maker: Any, made: Any, labels: Labels) -> None:
    signals = [made("EMG LAT", 8, wave(-8, 28)), made("EMG RAT", 8, wave(-90, 90))]
    left, right = shown(maker, labels, signals)
    assert left["half"] == right["half"] == 100
    assert left["middle"] == right["middle"] == 0


def test_a_signal_far_from_zero_is_drawn_around_its_middle(
    maker: Any, made: Any, labels: Labels
) -> None:
    (oxygen,) = shown(maker, labels, [made("SaO2", 8, wave(90, 98), unit="%")])
    assert oxygen["unit"] == "%"
    assert oxygen["middle"] - oxygen["half"] <= 90
    assert oxygen["middle"] + oxygen["half"] >= 98
    assert oxygen["half"] == 5


def test_a_signal_that_never_changes_can_be_drawn(maker: Any, made: Any, labels: Labels) -> None:
    (flat,) = shown(maker, labels, [made("Spare", 8, wave(0, 0))])
    assert flat["half"] > 0
