"""The header of a recording without identifiers: built anew, no text of the old one trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ekbom.interop.deidentified_labels import filters_kept, unit_kept
from ekbom.interop.edf_fields import Field
from ekbom.interop.edf_header import BIOSEMI, MAIN_FIELDS, EdfHeader
from ekbom.interop.edf_signals import SIGNAL_FIELDS, SignalFields, signal_fields

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# What EDF+ writes where nothing is said.
_NOBODY = "X X X X"
_HIDDEN_DATE, _HIDDEN = "01.01.85", "Startdate X X X X"
# Two digits of the year reach no further (EDF specification, start date).
_FIRST_YEAR, _LAST_YEAR = 1985, 2084
_CLOCK = re.compile(r"\s?(\d{1,2})[.:'\-/ ]\s?(\d{1,2})[.:'\-/ ]\s?(\d{1,2})")
_ANNOTATIONS = {"EDF": (-32768, 32767), "BDF": (-8388608, 8388607)}


def header_anew(
    header: EdfHeader,
    head: bytes,
    labels: Sequence[str],
    samples: Sequence[int],
    start: datetime | None,
) -> bytes:
    """The bytes of the header of the copy.

    Parameters
    ----------
    header : EdfHeader
        Of the recording, checked.
    head : bytes
        The same as it stands in the file.
    labels : sequence of str
        Label of each signal in the copy.
    samples : sequence of int
        Samples in a data record of each signal in the copy.
    start : datetime, optional
        Date of the copy; none hides it.
    """
    old = _main(head, header.name)
    is_shown = start is not None and _FIRST_YEAR <= start.year <= _LAST_YEAR
    said = f"Startdate {_plus_date(start)} X X X" if start and is_shown else _HIDDEN
    values = {
        "version": BIOSEMI if header.format == "BDF" else b"0",
        "local patient identification": _NOBODY.encode(),
        "local recording identification": said.encode(),
        "start date": f"{start:%d.%m.%y}".encode() if start and is_shown else _HIDDEN_DATE.encode(),
        "start time": _clock(header, old["start time"]).encode(),
        "number of bytes in the header": str(header.header_bytes).encode(),
        "reserved": _kind(header).encode(),
        "number of data records": str(header.n_records).encode(),
        "duration of a data record": old["duration of a data record"].raw.strip(b" "),
        "number of signals": str(len(header.signals)).encode(),
    }
    main = b"".join(values[name].ljust(width) for name, width in MAIN_FIELDS)
    return main + _signals(header, head, labels, samples)


def start_anew(header: EdfHeader, days_earlier: int | None) -> datetime | None:
    """The start of the copy; None where its date is hidden, or was before."""
    was_hidden = any(caveat.code == "start-date-hidden" for caveat in header.caveats)
    if header.start is None or days_earlier is None or was_hidden:
        return None
    try:
        return header.start - timedelta(days=days_earlier)
    except OverflowError:
        return None


def _main(head: bytes, name: str) -> dict[str, Field]:
    found, at = {}, 0
    for field, width in MAIN_FIELDS:
        found[field] = Field(field, head[at : at + width], name)
        at += width
    return found


def _plus_date(day: datetime) -> str:
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


def _clock(header: EdfHeader, field: Field) -> str:
    """The clock time, which scoring needs; midnight where the file says none that can be."""
    if header.start is not None:
        return f"{header.start:%H.%M.%S}"
    found = _CLOCK.fullmatch(field.text())
    hour, minute, second = (int(part) for part in found.groups()) if found else (0, 0, 0)
    is_one = hour < 24 and minute < 60 and second < 60
    return f"{hour:02d}.{minute:02d}.{second:02d}" if is_one else "00.00.00"


def _kind(header: EdfHeader) -> str:
    if not header.is_plus:
        return "24BIT" if header.format == "BDF" else ""
    return f"{header.format}+{'D' if header.is_discontinuous else 'C'}"


def _signals(
    header: EdfHeader, head: bytes, labels: Sequence[str], samples: Sequence[int]
) -> bytes:
    old = signal_fields(head, len(header.signals), header.name)
    rows = [
        _annotations(header, label, count)
        if signal.is_annotations
        else _signal(fields, label, count)
        for signal, fields, label, count in zip(header.signals, old, labels, samples, strict=True)
    ]
    return b"".join(_column(name, width, rows) for name, width in SIGNAL_FIELDS)


def _column(name: str, width: int, rows: Iterable[dict[str, bytes]]) -> bytes:
    return b"".join(row.get(name, b"").ljust(width) for row in rows)


def _signal(fields: SignalFields, label: str, count: int) -> dict[str, bytes]:
    numbers = ("physical minimum", "physical maximum", "digital minimum", "digital maximum")
    return {
        "label": label.encode(),
        "unit": unit_kept(fields["unit"]),
        "prefiltering": filters_kept(fields["prefiltering"]),
        "samples in a data record": str(count).encode(),
        # They were read as numbers before: nothing else stands in them.
        **{name: fields[name].raw.strip(b" ") for name in numbers},
    }


def _annotations(header: EdfHeader, label: str, count: int) -> dict[str, bytes]:
    low, high = _ANNOTATIONS[header.format]
    return {
        "label": label.encode(),
        "physical minimum": b"-1",
        "physical maximum": b"1",
        "digital minimum": str(low).encode(),
        "digital maximum": str(high).encode(),
        "samples in a data record": str(count).encode(),
    }
