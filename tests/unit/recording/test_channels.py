"""Which channel is which leg: by label, by name, and never by a silent guess."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.errors import ChannelError
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.knowledge.loading import load
from ekbom.recording.channels import Legs, SignalInfo, find_ecg, find_legs
from ekbom.recording.recording import Channel, Recording
from ekbom.terms import Side

LABELS = load(sections=("labels",))
LEGS = LegLabels.of(LABELS)
ECG = EcgLabels.of(LABELS)


def night(*labels: str, others: tuple[str, ...] = ()) -> Recording:
    """A recording with these channels in volts, and ``others`` in another unit."""
    channels = tuple(
        Channel.from_array(label, 256.0 + number, np.zeros(10, np.float32))
        for number, label in enumerate(labels)
    )
    return Recording(channels, (*labels, *others), 1.0, name="night.edf")


def labels_of(legs: Legs) -> tuple[str | None, str | None]:
    return legs.left and legs.left.label, legs.right and legs.right.label


@pytest.mark.parametrize(
    "labels", [("EMG LAT", "EMG RAT"), ("emg  lat", "Emg Rat"), ("EMG RAT", "ECG", "EMG LAT")]
)
def test_legs_are_found_by_label_whatever_their_order_case_and_rate(labels) -> None:  # type: ignore[no-untyped-def]
    legs = find_legs(night(*labels), LEGS)
    assert legs.left is not None
    assert legs.right is not None
    assert legs.left.label.upper().split()[1] == "LAT"
    assert legs.right.label.upper().split()[1] == "RAT"
    assert legs.caveats == ()
    assert list(legs.channels) == [Side.LEFT, Side.RIGHT]


def test_named_labels_count_before_known_ones() -> None:
    recording = night("EMG LAT", "EMG RAT", "Chan 7", "chan 8")
    assert labels_of(find_legs(recording, LEGS, "Chan 7", "CHAN 8")) == ("Chan 7", "chan 8")
    assert labels_of(find_legs(recording, LEGS, left="EMG RAT", right="EMG LAT")) == (
        "EMG RAT",
        "EMG LAT",
    )
    assert labels_of(find_legs(recording, LEGS, left="Chan 7")) == ("Chan 7", "EMG RAT")


def test_a_label_named_exactly_counts_before_one_in_other_case() -> None:
    recording = night("emg lat", "EMG LAT", "EMG RAT")
    legs = find_legs(recording, LEGS, left="EMG LAT")
    assert legs.left is recording.channels[1]


def test_a_leg_named_for_one_side_is_not_taken_for_the_other() -> None:
    legs = find_legs(night("EMG LAT"), LEGS, right="EMG LAT")
    assert labels_of(legs) == (None, "EMG LAT")


def test_one_leg_is_allowed_and_said() -> None:
    legs = find_legs(night("ECG", "EMG RAT", "Leg"), LEGS)
    assert labels_of(legs) == (None, "EMG RAT")
    (caveat,) = legs.caveats
    assert caveat.code == "one-leg"
    assert "no left leg" in caveat.statement
    assert list(legs.channels) == [Side.RIGHT]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("ECG", "EEG C4-M1"), "no leg channel"),
        ((), "no leg channel"),
        (("Leg", "ECG"), "does not say which leg"),
        (("EMG LAT", "EMG LAT", "EMG RAT"), "2 channels could be the left leg"),
        (("EMG LAT", "emg rat", "EMG RAT"), "2 channels could be the right leg"),
    ],
)
def test_missing_and_ambiguous_legs_are_refused_with_the_labels_found(labels, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ChannelError, match=said) as caught:
        find_legs(night(*labels), LEGS)
    assert "--left" in caught.value.what_to_do or "--right" in caught.value.what_to_do
    assert all(label in caught.value.what_to_do for label in labels)


def test_an_ambiguous_label_may_be_named() -> None:
    assert labels_of(find_legs(night("Leg"), LEGS, left="Leg")) == ("Leg", None)


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("EMG LEFT 9", None, "no signal is labelled"),
        (None, "Twin", "2 channels are labelled"),
        ("EMG LAT", "emg lat", "both legs"),
    ],
)
def test_a_named_label_must_be_one_channel(left, right, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ChannelError, match=said):
        find_legs(night("EMG LAT", "Twin", "Twin"), LEGS, left, right)


def test_a_named_signal_that_is_not_in_volts_is_refused_with_its_unit() -> None:
    recording = night("EMG LAT", others=("SaO2",))
    table = (SignalInfo("EMG LAT", "uV", 256.0), SignalInfo("SaO2", "%", 4.0))
    with pytest.raises(ChannelError, match=r"'sao2' is not measured in volts \(its unit is '%'\)"):
        find_legs(recording, LEGS, right="sao2", signals=table)
    with pytest.raises(ChannelError, match="not measured in volts"):
        find_legs(recording, LEGS, right="SaO2")


def test_legs_that_are_not_in_volts_are_told_and_not_read() -> None:
    recording = night("ECG", others=("EMG LAT", "EMG RAT"))
    table = (SignalInfo("EMG LAT", "digits", 256.0),)
    with pytest.raises(ChannelError, match="'EMG LAT' .its unit is 'digits'., 'EMG RAT'"):
        find_legs(recording, LEGS, signals=table)


def test_the_ecg_is_found_or_missing() -> None:
    found = find_ecg(night("EMG LAT", "ecg"), ECG)
    assert found is not None
    assert found.label == "ecg"
    assert find_ecg(night("EMG LAT", others=("ECG",)), ECG) is None
