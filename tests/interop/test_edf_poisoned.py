"""Poisoned headers, one by one: refused with a reason, or read with a named caveat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekbom.errors import EkbomError, RecordingError
from ekbom.interop.edf import read_recording

Poison = Callable[[Any], Any]


def cut(made: Any, n_bytes: int) -> bytes:
    return bytes(made.bytes()[:n_bytes])


def patched(made: Any, at: int, new: bytes) -> bytes:
    raw = bytes(made.bytes())
    return raw[:at] + new + raw[at + len(new) :]


# What is done to a file of two signals and four records of 1 s, and what the message must say.
REFUSED: dict[str, tuple[Poison, str]] = {
    "empty file": (lambda m: b"", "empty"),
    "text named .edf": (lambda m: b"onset\tduration\ttrial_type\n" * 30, "text file"),
    "short text": (lambda m: b"hello", "text file"),
    "packed with gzip": (lambda m: b"\x1f\x8b\x08" + m.bytes(), "begins with"),
    "version 1": (lambda m: m.with_(version=b"1       "), "version"),
    "BDF first byte lost": (lambda m: m.with_(version=b"\x00BIOSEMI"), "version"),
    "main header truncated": (lambda m: cut(m, 200), "breaks off after 200"),
    "signal header truncated": (lambda m: cut(m, 600), "breaks off after 600"),
    "no data": (lambda m: cut(m, 768), "0 bytes of data"),
    "less than a record": (lambda m: cut(m, 768 + 1023), "1023 bytes of data"),
    "no signals": (lambda m: m.with_(n_signals=0), "number of signals"),
    "negative signals": (lambda m: m.with_(n_signals=-1), "number of signals"),
    "absurd signals": (lambda m: m.with_(n_signals=9999), "9999 signals"),
    "signals no number": (lambda m: m.with_(n_signals="two"), "number of signals"),
    "NUL in signals": (lambda m: m.with_(n_signals=b"2\0\0\0"), "number of signals"),
    "header length wrong": (lambda m: m.with_(header_bytes=512), "bytes in the header"),
    "header length text": (lambda m: m.with_(header_bytes="abc"), "bytes in the header"),
    "record count text": (lambda m: m.with_(n_records="many"), "number of data records"),
    "record count decimal": (lambda m: m.with_(n_records="4.0"), "number of data records"),
    "duration zero": (lambda m: m.with_(record_s=0), "duration of a data record"),
    "duration negative": (lambda m: m.with_(record_s=-1), "duration of a data record"),
    "duration NaN": (lambda m: m.with_(record_s="nan"), "duration of a data record"),
    "duration infinite": (lambda m: m.with_(record_s="1e999"), "duration of a data record"),
    "duration with NUL": (lambda m: m.with_(record_s=b"1\0"), "duration of a data record"),
    "duration of years": (lambda m: m.with_(record_s=99999999), "less than a year"),
    "physical min = max": (lambda m: m.signal(pmin=5, pmax=5), "physical maximum"),
    "physical text": (lambda m: m.signal(pmin="low"), "'physical minimum' of signal 1"),
    "physical comma": (lambda m: m.signal(1, pmax="1000,5"), "'physical maximum' of signal 2"),
    "physical non-ASCII": (lambda m: m.signal(pmax="1000\u00b5".encode()), "physical maximum"),
    "physical huge": (lambda m: m.signal(unit="V", pmax="1e30"), "physical maximum"),
    "digital min = max": (lambda m: m.signal(dmin=7, dmax=7), "digital maximum"),
    "digital min > max": (lambda m: m.signal(dmin=9, dmax=-9), "digital maximum"),
    "digital decimal": (lambda m: m.signal(dmin="-3.5"), "digital minimum"),
    "samples zero": (lambda m: m.signal(per_record=0), "samples in a data record"),
    "samples negative": (lambda m: m.signal(per_record=-8), "samples in a data record"),
    "samples absurd": (lambda m: patched(m, 256 + 2 * 216, b"99999999"), "one record of"),
    "samples underscore": (lambda m: patched(m, 256 + 2 * 216, b"2_5     "), "samples"),
    "BDF with 16-bit data": (
        lambda m: b"\xffBIOSEMI" + bytes(m.with_(written_records=6).bytes()[8:]),
        "16-bit",
    ),
    "EDF with 24-bit data": (
        lambda m: b"0       " + bytes(m.with_(version=b"\xffBIOSEMI").bytes()[8:]),
        "24-bit",
    ),
}

# The same, with the caveats it is read with.
TOLERATED: dict[str, tuple[Poison, set[str]]] = {
    "nothing wrong": (lambda m: m, set()),
    "record count -1": (lambda m: m.with_(n_records=-1), {"record-count"}),
    "record count low": (lambda m: m.with_(n_records=2), {"record-count"}),
    "record count high": (lambda m: m.with_(n_records=10), {"truncated"}),
    "record count huge": (lambda m: m.with_(n_records=99999999), {"truncated"}),
    "last record truncated": (lambda m: cut(m, 768 + 4 * 1024 - 1), {"truncated"}),
    "trailing bytes": (lambda m: m.bytes() + b"tail", {"trailing-bytes"}),
    "impossible date": (lambda m: m.with_(date="31.02.20", recording=""), {"impossible-start"}),
    "impossible time": (lambda m: m.with_(time="25.61.00"), {"impossible-start"}),
    "no date at all": (lambda m: m.with_(date="", recording=""), {"impossible-start"}),
    "date hidden": (lambda m: m.with_(recording="Startdate X X X X"), {"start-date-hidden"}),
    "polarity inverted": (lambda m: m.signal(pmin=9, pmax=-9), {"inverted-polarity"}),
    "digital range wide": (lambda m: m.signal(dmin=-40000, dmax=40000), {"digital-range"}),
    "version padded with NUL": (lambda m: m.with_(version=b"0" + b"\0" * 7), {"header-version"}),
    "NUL in label": (lambda m: m.signal(label=b"EMG LAT\0\0\0"), {"header-text"}),
    "NUL after unit": (lambda m: m.signal(unit=b"uV\0\0"), {"header-text"}),
    "NUL in patient": (lambda m: m.with_(patient=b"X\0\0X"), {"header-text"}),
    "patient in UTF-8": (lambda m: m.with_(patient="J\u00f6rg".encode()), {"header-text"}),
    "transducer in Latin-1": (lambda m: m.signal(transducer=b"Gr\xf6\xdfe"), {"header-text"}),
    "flat spare channel": (lambda m: m.signal(1, unit="", pmin=0, pmax=0), set()),
    "unit in Latin-1": (lambda m: m.signal(unit=b"\xb5V"), set()),
    "EDF+C without annotations": (lambda m: m.with_(reserved="EDF+C"), set()),
}


def raw(poisoned: Any) -> bytes:
    return bytes(poisoned if isinstance(poisoned, bytes) else poisoned.bytes())


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_what_was_found_where_and_what_to_do(make, write, kind) -> None:  # type: ignore[no-untyped-def]
    poison, said = REFUSED[kind]
    with pytest.raises(RecordingError) as caught:
        read_recording(write(raw(poison(make()))))
    error = caught.value
    assert said in str(error)
    assert error.where.startswith("night.edf")
    assert error.what_to_do or kind == "empty file"


@pytest.mark.parametrize("kind", TOLERATED)
def test_tolerated_with_a_named_caveat(make, write, kind) -> None:  # type: ignore[no-untyped-def]
    poison, codes = TOLERATED[kind]
    recording = read_recording(write(raw(poison(make()))))
    assert {caveat.code for caveat in recording.caveats} == codes
    channel = recording.channel("EMG LAT")
    assert channel.source.read(0, channel.n_samples).size == channel.n_samples > 0
    assert recording.duration_s == channel.n_samples / 256


def test_a_truncated_file_says_what_is_missing(make, write) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(cut(make(), 768 + 2 * 1024 + 100)))
    (caveat,) = recording.caveats
    assert caveat.statement == "truncated: 2 of 4 records, the last 2 s are missing."
    assert recording.duration_s == 2
    assert recording.channels[0].n_samples == 512


def test_records_beyond_the_announced_count_are_used(make, write) -> None:  # type: ignore[no-untyped-def]
    assert read_recording(write(make(n_records=-1))).duration_s == 4
    assert read_recording(write(make(n_records=1))).duration_s == 4


def test_no_message_repeats_the_patient_field(make, write) -> None:  # type: ignore[no-untyped-def]
    made = make(patient="SECRET \u00fc".encode(), recording=b"Startdate SECRET\0")
    recording = read_recording(write(made))
    assert "SECRET" not in " ".join(map(str, recording.caveats))
    with pytest.raises(RecordingError) as caught:
        read_recording(write(made.with_(n_signals="x")))
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({}, datetime(2020, 3, 2, 22, 30)),
        ({"recording": ""}, datetime(2020, 3, 2, 22, 30)),
        ({"recording": "", "date": "02.03.85"}, datetime(1985, 3, 2, 22, 30)),
        ({"recording": "", "date": "02.03.84"}, datetime(2084, 3, 2, 22, 30)),
        ({"date": "02.03.yy"}, datetime(2020, 3, 2, 22, 30)),
        ({"recording": "Startdate 02-MAR-2090 X X X"}, datetime(2090, 3, 2, 22, 30)),
        ({"time": "22:30:05"}, datetime(2020, 3, 2, 22, 30, 5)),
        ({"time": "24.00.00"}, None),
    ],
)
def test_start_from_the_header(make, write, changes, start) -> None:  # type: ignore[no-untyped-def]
    assert read_recording(write(make(**changes))).start == start


@pytest.mark.parametrize("path", ["no-such-file.edf", ".", "a\0b"])
def test_what_is_no_file_is_refused(tmp_path, path: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RecordingError):
        read_recording(tmp_path / path)


def test_a_file_of_annotations_only_is_no_recording(root) -> None:  # type: ignore[no-untyped-def]
    path = root / "tests" / "data" / "psg-ipa" / "SN1_SleepStages_manual_scorer1.edf"
    with pytest.raises(RecordingError, match="annotations only"):
        read_recording(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), is_bdf=st.booleans())
def test_random_damage_gives_an_error_of_ours_or_a_recording(  # type: ignore[no-untyped-def]
    make, tals_signal, keeping, write, signal, data, is_bdf
) -> None:
    tals = tals_signal(keeping("+0", "+1", "+2", "+3"), 20)
    made = make(reserved="EDF+C", signals=(signal(per_record=8), signal(unit="mV"), tals))
    content = bytearray(made.with_(version=b"\xffBIOSEMI" if is_bdf else b"0       ").bytes())
    places = st.integers(0, 1024 + 300)
    for at in data.draw(st.lists(places, max_size=6)):
        content[at % len(content)] = data.draw(st.integers(0, 255) | st.sampled_from(b"0123459.- "))
    content = content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))]
    try:
        recording = read_recording(write(bytes(content)))
    except EkbomError as error:
        assert error.found
    else:
        for channel in recording.channels:
            samples = channel.source.read(0, channel.n_samples)
            assert samples.size == sum(segment.n_samples for segment in channel.segments)
