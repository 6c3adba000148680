"""A recording or its marks without identifiers: a copy that scores the same and names nobody.

What is decided and why: docs/decisions/without-identifiers.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekbom.errors import AnnotationError, RecordingError, UsageError
from ekbom.interop.annotations import Vocabulary, open_scoring
from ekbom.interop.deidentified_header import header_anew, start_anew
from ekbom.interop.deidentified_labels import KnownLabels, channels_anew
from ekbom.interop.deidentified_texts import Texts
from ekbom.interop.edf_header import COPY_AGAIN, EdfHeader, read_header
from ekbom.interop.edf_signals import BLOCK, SAMPLE_BYTES
from ekbom.interop.files import write_whole
from ekbom.interop.tabular import decode_text, looks_like_table, read_table
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load

# Never more than this is held of the samples.
_CHUNK_BYTES = 1 << 20
# The least an annotation signal may hold: the start of its record.
_SHORTEST_TAL = 8
_COLUMNS = ("onset", "duration", "trial_type", "channel")
_NOTHING = "n/a"

Told = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of the texts of a file.

    Parameters
    ----------
    labels : tuple of str
        New labels of the signals whose own were not known, in the order of the file.
    n_texts, n_texts_dropped : int
        Annotations that stayed, and those that did not.
    date : str
        ``shifted``, ``hidden`` (as none is wanted, or it was hidden before) or ``none``.
    """

    labels: tuple[str, ...]
    n_texts: int
    n_texts_dropped: int
    date: str

    def sentences(self) -> tuple[str, ...]:
        """What a reader is told; no word of the file stands in it."""
        dates = {
            "shifted": "The date is shifted by whole days; the clock time is as it was.",
            "hidden": "The date is hidden; the clock time is as it was.",
        }
        labels = ", ".join(repr(label) for label in self.labels)
        said = (
            dates.get(self.date, ""),
            f"{self.n_texts} annotations of known kinds are kept.",
            f"{self.n_texts_dropped} other annotations are left out, free text among them."
            if self.n_texts_dropped
            else "",
            f"Signals with a label of their own are named anew: {labels}." if labels else "",
        )
        return tuple(sentence for sentence in said if sentence)


def write_deidentified(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    days_earlier: int | None = None,
    told: Told = lambda done, of: None,
) -> Removed:
    """Write a recording, or a table of marks, without identifiers; whole or not at all.

    Parameters
    ----------
    source : path
        EDF, EDF+, BDF or BDF+, or a table of events.
    target : path
        The copy. Its name is the caller's choice, and nothing of the old one.
    days_earlier : int, optional
        By how many days the date is moved into the past; by default it is hidden. Kept secret,
        and the same for everything of one person.
    told : callable
        Told the bytes done and the bytes there are.

    Raises
    ------
    EkbomError
        The file cannot be trusted, the copy cannot be written, or would take its place.
    """
    source = Path(source)
    _check_apart(source, Path(target))
    knowledge = load(("labels",))
    found: list[Removed] = []

    def write(file: BinaryIO) -> None:
        found.append(deidentified_into(file, source, knowledge, days_earlier, told))

    write_whole(target, write)
    return found[0]


def deidentified_into(
    file: BinaryIO,
    source: Path,
    knowledge: KnowledgeBase,
    days_earlier: int | None,
    told: Told = lambda done, of: None,
) -> Removed:
    """The same into an open file, with a knowledge base that has the section ``labels``."""
    vocabulary = Vocabulary.of(knowledge)
    if is_table(source):
        return _write_table(file, source, vocabulary)
    return _write_recording(file, source, KnownLabels.of(knowledge), vocabulary, days_earlier, told)


def is_table(path: Path) -> bool:
    """Whether a file is a table of marks; anything else is read as a recording."""
    with open_scoring(path) as file:
        head = file.read(BLOCK)
    try:
        return looks_like_table(decode_text(head.partition(b"\n")[0], path.name))
    except AnnotationError:
        return False


def _check_apart(source: Path, target: Path) -> None:
    try:
        same = target.exists() and source.exists() and os.path.samefile(source, target)
    except (OSError, ValueError):
        # No possible name: reading or writing says so.
        return
    if same:
        raise UsageError(
            "the copy would take the place of the recording",
            expected="another name",
            what_to_do="name a new file; the recording stays as it is",
        )


def _write_recording(
    file: BinaryIO,
    source: Path,
    known: KnownLabels,
    vocabulary: Vocabulary,
    days_earlier: int | None,
    told: Told,
) -> Removed:
    header = read_header(source)
    labels = known.anew(header)
    channels = channels_anew(header, labels)
    start = start_anew(header, days_earlier)
    texts = Texts(vocabulary, channels)
    with open(source, "rb", buffering=_CHUNK_BYTES) as data:
        head = data.read(header.header_bytes)
        # Texts become shorter, channels may become longer: how much room they need is seen first.
        samples = _samples(header, _longest(data, header, Texts(vocabulary, channels)))
        file.write(header_anew(header, head, labels, samples, start))
        widths = [count * SAMPLE_BYTES[header.format] for count in samples]
        data.seek(header.header_bytes)
        for record in range(header.n_records):
            _write_record(file, data, header, widths, texts)
            told(record + 1, header.n_records)
    renamed = tuple(
        new
        for signal, new in zip(header.signals, labels, strict=True)
        if not signal.is_annotations and not known.knows(signal.label)
    )
    return Removed(renamed, texts.n_kept, texts.n_dropped, "hidden" if start is None else "shifted")


def _pieces(header: EdfHeader) -> Iterator[tuple[int, int, bool]]:
    """Number, width in bytes and kind of each signal in the records of the recording."""
    for number, signal in enumerate(header.signals):
        width = signal.samples_per_record * SAMPLE_BYTES[header.format]
        yield number, width, signal.is_annotations


def _longest(data: BinaryIO, header: EdfHeader, texts: Texts) -> dict[int, int]:
    """The most bytes that each annotation signal needs in any record."""
    wanted = [number for number, _, is_text in _pieces(header) if is_text]
    longest = dict.fromkeys(wanted, _SHORTEST_TAL)
    for record in range(header.n_records if wanted else 0):
        at = header.header_bytes + record * header.record_bytes
        for number in wanted:
            signal = header.signals[number]
            data.seek(at + signal.first_byte)
            piece = _read(data, signal.samples_per_record * SAMPLE_BYTES[header.format], header)
            longest[number] = max(longest[number], len(texts.record(piece)))
    if texts.n_broken:
        # Left out, a movement could be missing from the copy and nobody would know.
        raise AnnotationError(
            f"{texts.n_broken} annotations cannot be read",
            expected="+onset, duration and text as EDF+ has them",
            where=header.name,
            what_to_do="export the annotations again from the program that made them",
        )
    return longest


def _samples(header: EdfHeader, longest: dict[int, int]) -> list[int]:
    width = SAMPLE_BYTES[header.format]
    return [
        -(-longest[number] // width) if number in longest else signal.samples_per_record
        for number, signal in enumerate(header.signals)
    ]


def _write_record(
    file: BinaryIO,
    data: BinaryIO,
    header: EdfHeader,
    widths: Sequence[int],
    texts: Texts,
) -> None:
    """One record: samples byte by byte as they are, annotations anew."""
    for number, width, is_text in _pieces(header):
        if is_text:
            file.write(texts.record(_read(data, width, header)).ljust(widths[number], b"\0"))
            continue
        for done in range(0, width, _CHUNK_BYTES):
            file.write(_read(data, min(_CHUNK_BYTES, width - done), header))


def _read(data: BinaryIO, n_bytes: int, header: EdfHeader) -> bytes:
    piece = data.read(n_bytes)
    if len(piece) < n_bytes:
        raise RecordingError(
            "the file has become shorter since it was opened",
            expected=f"{header.n_records} records of {header.record_bytes} bytes",
            where=header.name,
            what_to_do=COPY_AGAIN,
        )
    return piece


def _write_table(file: BinaryIO, source: Path, vocabulary: Vocabulary) -> Removed:
    with open_scoring(source) as opened:
        lines = decode_text(opened.read(), source.name)
    texts = Texts(vocabulary)
    rows = ["\t".join(_COLUMNS)]
    for mark in read_table(lines, source.name):
        said = texts.counted(mark.text)
        if said is None:
            continue
        duration = _NOTHING if mark.duration_s is None else repr(mark.duration_s)
        channel = texts.channel(mark.channel) or _NOTHING
        rows.append(f"{mark.onset_s!r}\t{duration}\t{said}\t{channel}")
    file.write(("\n".join(rows) + "\n").encode())
    return Removed((), texts.n_kept, texts.n_dropped, "none")
