"""Header of EDF and BDF files, checked byte by byte before a sample is trusted.

Sources: Kemp et al. 1992 (EDF) and Kemp & Olivan 2003 (EDF+), as specified at edfplus.info;
the 24-bit variant as specified by BioSemi. The header decides the layout of the data, so where a
number or the layout is in doubt the file is refused; where only a text is odd, a caveat says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from ekbom.caveats import Caveat
from ekbom.errors import RecordingError
from ekbom.interop.edf_fields import REPAIR, Field, start_of_recording
from ekbom.interop.edf_signals import (
    BLOCK,
    SAMPLE_BYTES,
    Format,
    SignalFields,
    SignalHeader,
    checked_signals,
    is_annotations,
    signal_fields,
)

MAIN_FIELDS = (
    ("version", 8),
    ("local patient identification", 80),
    ("local recording identification", 80),
    ("start date", 8),
    ("start time", 8),
    ("number of bytes in the header", 8),
    ("reserved", 44),
    ("number of data records", 8),
    ("duration of a data record", 8),
    ("number of signals", 4),
)
BIOSEMI = b"\xffBIOSEMI"
# Sanity, not medicine: a record shorter than a microsecond or a year-long night is a damaged field.
SHORTEST_RECORD_S = 1e-6
LONGEST_RECORDING_S = 366 * 86400.0

COPY_AGAIN = "copy the file again from where it came from"


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A checked header, and how many whole records the file holds.

    Parameters
    ----------
    path : Path
        The file.
    format : str
        ``EDF`` (16 bit) or ``BDF`` (24 bit).
    is_plus, is_discontinuous : bool
        EDF+ or BDF+, and its ``+D`` form with gaps between records.
    start : datetime or None
        Start to the second, before any sub-second offset of EDF+.
    n_records : int
        Whole records present in the file.
    record_s : float
        Duration of a record in seconds; 0 in files of annotations only.
    record_bytes, header_bytes : int
        Length of a record and of the header.
    signals : tuple of SignalHeader
        Every signal, annotations included.
    caveats : tuple of Caveat
        What was tolerated.
    """

    path: Path
    format: Format
    is_plus: bool
    is_discontinuous: bool
    start: datetime | None
    n_records: int
    record_s: float
    record_bytes: int
    header_bytes: int
    signals: tuple[SignalHeader, ...]
    caveats: tuple[Caveat, ...]

    @property
    def name(self) -> str:
        """File name, for messages."""
        return self.path.name

    @property
    def annotation_signals(self) -> tuple[SignalHeader, ...]:
        """The signals that carry annotations."""
        return tuple(signal for signal in self.signals if signal.is_annotations)


def looks_like_edf(head: bytes) -> bool:
    """True where the first eight bytes are those of an EDF or BDF file."""
    return head[:8] == BIOSEMI or head[:8].strip(b" \0") == b"0"


def read_header(path: str | os.PathLike[str]) -> EdfHeader:
    """Header of an EDF, EDF+, BDF or BDF+ file.

    Raises
    ------
    RecordingError
        Where the file cannot be read, is no EDF or BDF, or its header contradicts itself or the
        length of the file.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise RecordingError(
                "there is no such file" if not path.exists() else "this is not a file",
                where=str(path),
                what_to_do="check the name",
            )
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(BLOCK)
            file_format = _format_of(head, size, path.name)
            n_signals = _n_signals(head, path.name)
            head += file.read(BLOCK * n_signals)
    except (OSError, ValueError) as error:
        raise RecordingError(
            f"the file cannot be opened ({getattr(error, 'strerror', None) or error})",
            where=str(path),
            what_to_do="check the name",
        ) from error
    return _parsed(path, file_format, head, size, n_signals)


def _format_of(head: bytes, size: int, name: str) -> Format:
    if size == 0:
        raise RecordingError("the file is empty", expected="an EDF or BDF recording", where=name)
    if not looks_like_edf(head):
        is_text = all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head)
        raise RecordingError(
            "this is a text file" if is_text else f"the file begins with {head[:8]!r}",
            expected="'0' and seven spaces (EDF), or byte 255 and 'BIOSEMI' (BDF)",
            where=f"{name}, header field 'version' (byte 0)",
            what_to_do="give the recording itself, unpacked, as EDF or BDF",
        )
    if len(head) < BLOCK:
        raise RecordingError(
            f"the header breaks off after {len(head)} bytes",
            expected=f"{BLOCK} bytes and {BLOCK} more for each signal",
            where=name,
            what_to_do=COPY_AGAIN,
        )
    return "BDF" if head[:8] == BIOSEMI else "EDF"


def _main_fields(head: bytes, name: str) -> dict[str, Field]:
    fields, at = {}, 0
    for field, length in MAIN_FIELDS:
        where = f"{name}, header field '{field}' (byte {at})"
        fields[field] = Field(field, head[at : at + length], where)
        at += length
    return fields


def _n_signals(head: bytes, name: str) -> int:
    field = _main_fields(head, name)["number of signals"]
    n_signals = field.integer()
    if n_signals < 1:
        raise field.refused("at least one signal")
    return n_signals


def _parsed(path: Path, file_format: Format, head: bytes, size: int, n_signals: int) -> EdfHeader:
    name = path.name
    main = _main_fields(head, name)
    header_bytes = _checked_length(main, head, n_signals, name)
    fields = signal_fields(head, n_signals, name)
    record_s = _record_duration(main, fields)
    signals, signal_caveats = checked_signals(fields, Fraction(str(record_s)), file_format)
    record_bytes = SAMPLE_BYTES[file_format] * sum(s.samples_per_record for s in signals)
    n_records, record_caveats = _whole_records(
        main["number of data records"], size - header_bytes, record_bytes, record_s, name
    )
    _check_sample_size(main, file_format, size - header_bytes, record_bytes)
    if n_records * record_s > LONGEST_RECORDING_S:
        raise main["duration of a data record"].refused(
            f"less than a year for the {n_records} records of the file"
        )
    reserved = main["reserved"].text().upper()
    start, start_caveats = start_of_recording(
        main["start date"], main["start time"], main["local recording identification"], name
    )
    caveats = (*_text_caveats(main, fields, name), *signal_caveats, *record_caveats, *start_caveats)
    return EdfHeader(
        path=path,
        format=file_format,
        is_plus=reserved.startswith(("EDF+", "BDF+")),
        is_discontinuous=reserved.startswith(("EDF+D", "BDF+D")),
        start=start,
        n_records=n_records,
        record_s=record_s,
        record_bytes=record_bytes,
        header_bytes=header_bytes,
        signals=signals,
        caveats=caveats,
    )


def _checked_length(main: dict[str, Field], head: bytes, n_signals: int, name: str) -> int:
    """Length of the header in bytes, where its own field and the number of signals agree."""
    header_bytes = BLOCK * (1 + n_signals)
    if len(head) < header_bytes:
        raise RecordingError(
            f"the header breaks off after {len(head)} bytes",
            expected=f"{header_bytes} bytes, as {n_signals} signals need",
            where=name,
            what_to_do=COPY_AGAIN,
        )
    field = main["number of bytes in the header"]
    if field.integer() != header_bytes:
        raise field.refused(f"{header_bytes}, as {n_signals} signals need")
    return header_bytes


def _record_duration(main: dict[str, Field], fields: list[SignalFields]) -> float:
    """Seconds a record lasts; 0 is possible only where there is nothing but annotations."""
    field = main["duration of a data record"]
    record_s = field.number()
    only_annotations = all(is_annotations(signal) for signal in fields)
    if record_s < SHORTEST_RECORD_S and not (record_s == 0 and only_annotations):
        raise field.refused("a positive number of seconds")
    return record_s


def _whole_records(
    field: Field, data_bytes: int, record_bytes: int, record_s: float, name: str
) -> tuple[int, list[Caveat]]:
    said = field.integer()
    present, rest = divmod(data_bytes, record_bytes)
    if present < 1:
        raise RecordingError(
            f"{data_bytes} bytes of data follow the header",
            expected=f"at least one record of {record_bytes} bytes",
            where=f"{name}, byte {BLOCK}",
            what_to_do=COPY_AGAIN,
        )
    caveats: list[Caveat] = []
    if said > present:
        statement = (
            f"truncated: {present} of {said} records, the last {(said - present) * record_s:g} s "
            "are missing."
        )
        caveats.append(Caveat("truncated", statement, name))
    elif said < present:
        statement = f"The header says {said} records, the file holds {present}; all are used."
        caveats.append(Caveat("record-count", statement, name))
    if rest and said <= present:
        statement = f"{rest} bytes after the last whole record are not used."
        caveats.append(Caveat("trailing-bytes", statement, name))
    return present, caveats


def _check_sample_size(
    main: dict[str, Field], file_format: Format, data_bytes: int, record_bytes: int
) -> None:
    """Refuse a file whose length fits the other sample size exactly and not its own."""
    said = main["number of data records"].integer()
    mine, other = (2, 3) if file_format == "EDF" else (3, 2)
    # Both sides are times the record's number of samples, so that nothing is rounded.
    if said > 0 and data_bytes * mine == said * record_bytes * other:
        raise RecordingError(
            f"the version says {mine * 8}-bit samples, the length of the file fits "
            f"{other * 8}-bit samples",
            where=main["version"].where,
            what_to_do=REPAIR,
        )


def _text_caveats(
    main: dict[str, Field], signals: list[SignalFields], name: str
) -> Iterator[Caveat]:
    version = main["version"].raw
    if version not in (BIOSEMI, b"0       "):
        yield Caveat(
            "header-version", f"The version field is {version!r}, not '0' and seven spaces.", name
        )
    # Fields of numbers are refused elsewhere; a unit may well be 'µV'.
    texts = [main["local patient identification"], main["local recording identification"]]
    texts += [main["reserved"]]
    for fields in signals:
        texts += [fields[key] for key in ("label", "transducer", "prefiltering", "reserved")]
        texts += [fields["unit"]] if b"\0" in fields["unit"].raw else []
    odd = [field.name for field in texts if not field.is_clean]
    if odd:
        said = ", ".join(odd[:10]) + (f" and {len(odd) - 10} more" if len(odd) > 10 else "")
        yield Caveat(
            "header-text",
            f"Not printable ASCII, as EDF asks: {said}. Read as far as it goes.",
            name,
        )
