"""When records were taken: gaps, sub-second starts, and time that runs backwards."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from ekbom.errors import RecordingError
from ekbom.interop.edf import read_recording
from ekbom.timeline import Segment


@pytest.fixture
def plus(make, signal, tals_signal, keeping):  # type: ignore[no-untyped-def]
    """Makes an EDF+ file whose records begin at these times."""

    def made(reserved: str, *onsets: str, record_s: object = 1):  # type: ignore[no-untyped-def]
        signals = (signal(), signal(label="EMG RAT", per_record=512), tals_signal(keeping(*onsets)))
        return make(
            signals=signals, reserved=reserved, written_records=len(onsets), record_s=record_s
        )

    return made


def test_a_gap_splits_every_channel_and_times_after_it_are_right(plus, write) -> None:  # type: ignore[no-untyped-def]
    path = write(plus("EDF+D", "+0", "+1", "+3601.5", "+3602.5"))
    recording = read_recording(path)
    left, right = recording.channels
    assert left.segments == (Segment(0.0, 0, 512), Segment(3601.5, 512, 512))
    assert right.segments == (Segment(0.0, 0, 1024), Segment(3601.5, 1024, 1024))
    assert right.segments[1].seconds(1024 + 256, right.rate_hz) == 3602.0
    assert recording.duration_s == 3603.5
    assert recording.caveats == ()
    whole = left.source.read(0, 1024)
    assert np.array_equal(left.source.read(512, 1024), whole[512:])


def test_edf_plus_d_without_a_gap_is_one_segment(plus, write) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(plus("EDF+D", "+0", "+1", "+2")))
    assert recording.channels[0].segments == (Segment(0.0, 0, 768),)


def test_less_than_half_a_sample_is_no_gap_and_more_is_one(plus, write) -> None:  # type: ignore[no-untyped-def]
    def n_segments(onset: str) -> int:
        recording = read_recording(write(plus("EDF+D", "+0", "+1", onset)))
        return len(recording.channels[0].segments)

    assert n_segments("+2.0009") == 1  # the fastest channel has 512 Hz: half a sample is 0.98 ms
    assert n_segments("+2.0011") == 2


def test_a_slow_drift_does_not_pass_unseen(plus, write) -> None:  # type: ignore[no-untyped-def]
    onsets = [f"+{1.0005 * record:.4f}" for record in range(8)]
    recording = read_recording(write(plus("EDF+D", *onsets)))
    assert len(recording.channels[0].segments) > 1
    for segment in recording.channels[0].segments:
        record = segment.first_sample // 256
        assert segment.start_s == pytest.approx(1.0005 * record)


def test_times_rounded_to_what_they_can_hold_are_no_gaps(plus, write) -> None:  # type: ignore[no-untyped-def]
    onsets = [f"+{0.9765625 * record:.3f}" for record in range(40)]
    recording = read_recording(write(plus("EDF+C", *onsets, record_s="0.976562")))
    assert len(recording.channels[0].segments) == 1


def test_a_continuous_file_with_gaps_in_its_times_is_split_and_says_so(plus, write) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(plus("EDF+C", "+0", "+1", "+60")))
    assert [caveat.code for caveat in recording.caveats] == ["unannounced-gap"]
    assert "after 2 s" in recording.caveats[0].statement
    assert [segment.start_s for segment in recording.channels[0].segments] == [0.0, 60.0]


@pytest.mark.parametrize("reserved", ["EDF+C", "EDF+D"])
@pytest.mark.parametrize("onsets", [("+0", "+0.5", "+1.5"), ("+5", "+6", "+0")])
def test_records_that_overlap_or_run_backwards_are_refused(plus, write, reserved, onsets) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RecordingError, match="before record"):
        read_recording(write(plus(reserved, *onsets)))


def test_a_sub_second_start_moves_the_start_and_not_the_times(plus, write) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(plus("EDF+C", "+0.25", "+1.25", "+2.25")))
    assert recording.start == datetime(2020, 3, 2, 22, 30, 0, 250000)
    assert recording.channels[0].segments == (Segment(0.0, 0, 768),)
    assert recording.caveats == ()


def test_a_first_record_long_after_the_start_is_told(plus, write) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(plus("EDF+D", "+3600", "+3601")))
    assert recording.start == datetime(2020, 3, 2, 23, 30)
    assert recording.duration_s == 2
    assert [caveat.code for caveat in recording.caveats] == ["late-first-record"]


def test_records_without_a_time_are_taken_in_order_only_where_no_gap_is_announced(  # type: ignore[no-untyped-def]
    plus, make, write, signal, tals_signal
) -> None:
    signals = (signal(), tals_signal([b"+0\x14\x14\0", b"", b"", b"+3\x14\x14\0"]))
    recording = read_recording(write(make(signals=signals, reserved="EDF+C")))
    assert [caveat.code for caveat in recording.caveats] == ["record-time-missing"]
    assert recording.channels[0].segments == (Segment(0.0, 0, 1024),)
    with pytest.raises(RecordingError, match="record 2 has no time"):
        read_recording(write(make(signals=signals, reserved="EDF+D")))
    with pytest.raises(RecordingError, match="no annotation signal"):
        read_recording(write(make(reserved="EDF+D")))


@pytest.mark.parametrize("onset", ["+99999999999", "+" + "9" * 50, "-99999999999"])
def test_times_beyond_a_year_are_refused_or_passed_over(plus, write, onset) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RecordingError):
        read_recording(write(plus("EDF+D", "+0", "+1", onset)))


def test_gaps_are_found_in_bdf_too(plus, write) -> None:  # type: ignore[no-untyped-def]
    made = plus("BDF+D", "+0", "+1", "+10").with_(version=b"\xffBIOSEMI")
    made = made.signal(2, label="BDF Annotations")
    recording = read_recording(write(made))
    assert [segment.start_s for segment in recording.channels[1].segments] == [0.0, 10.0]
