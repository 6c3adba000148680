"""A file as it comes in: looked at from its first bytes on, counted, written to the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ekbom.errors import AnnotationError, EkbomError, RecordingError
from ekbom.interop.edf_header import looks_like_edf
from ekbom.store.blobs import Arriving, Blob
from ekbom.store.errors import StoreError

FileKind = Literal["recording", "marks", "stages"]
MOST_BYTES: dict[FileKind, int] = {"recording": 4 << 30, "marks": 256 << 20, "stages": 16 << 20}
# The database needs room, too, to say that there is none.
_SPARE_BYTES = 256 << 20
_VERSION_BYTES = 8
_BEGINNING = 512
_LONGEST_LABEL = 300
_NOTHING_KEPT = "nothing was kept"
_BEGINNINGS = (
    (b"PK\x03\x04", "this is a packed file (zip)"),
    (b"\x1f\x8b", "this is a packed file (gzip)"),
    (b"7z\xbc\xaf", "this is a packed file (7z)"),
    (b"Rar!", "this is a packed file (rar)"),
    (b"%PDF", "this is a PDF"),
    (b"<?xml", "this is an XML file"),
    (b"\xef\xbb\xbf<?xml", "this is an XML file"),
)


def label_of(name: str) -> str:
    """What a file was called, to be shown; never a path."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in name).strip()
    return shown[:_LONGEST_LABEL] or "no name"


def check_room(folder: Path, kind: FileKind, n_bytes: int) -> None:
    """Refuse a file before it comes: too large, or more than the disk can hold.

    Parameters
    ----------
    folder : Path
        On the disk it would be written to.
    kind : str
        What it is.
    n_bytes : int
        Its size as it was announced; 0 where it was not.

    Raises
    ------
    StoreError
        It cannot be taken.
    """
    if n_bytes > MOST_BYTES[kind]:
        raise _too_large(kind, n_bytes)
    free = shutil.disk_usage(folder).free
    if n_bytes > free - _SPARE_BYTES:
        raise StoreError(
            f"the disk has {size_text(free)} left, the file takes {size_text(n_bytes)}",
            expected="a disk with space left",
            what_to_do=f"make space and add the file again; {_NOTHING_KEPT}, and what was saved "
            "before is safe",
        )


@dataclass(slots=True)
class Arrived:
    """A file that came in whole; it is kept only once somebody says so.

    Parameters
    ----------
    arriving : Arriving
        The file.
    label : str
        What it was called.
    blob : Blob or None
        What it became, once it was kept.
    """

    arriving: Arriving
    label: str
    blob: Blob | None = None

    @property
    def sha256(self) -> str:
        """Of its content."""
        return self.arriving.sha256

    def kept(self) -> Blob:
        """Keep it; a second time changes nothing."""
        if self.blob is None:
            self.blob = self.arriving.keep()
        return self.blob


class Incoming:
    """A file on its way in.

    Parameters
    ----------
    folder : Path
        Where files are kept.
    kind : str
        What it should be.
    name : str
        What it is called, by whoever sends it.
    """

    def __init__(self, folder: Path, kind: FileKind, name: str) -> None:
        self._kind = kind
        self._label = label_of(name)
        self._head = b""
        self._arriving = Arriving(folder, MOST_BYTES[kind])

    @property
    def is_checked(self) -> bool:
        """Whether enough came to tell what it is."""
        return len(self._head) >= _VERSION_BYTES

    def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises
        ------
        EkbomError
            It is no file of its kind, it is too large, or the disk is full.
        """
        if not self.is_checked:
            self._look(piece)
        if self._arriving.n_bytes + len(piece) > MOST_BYTES[self._kind]:
            raise _too_large(self._kind, self._arriving.n_bytes + len(piece))
        self._arriving.write(piece)

    def _look(self, piece: bytes) -> None:
        self._head = (self._head + piece)[:_BEGINNING]
        if self.is_checked:
            _check_beginning(self._kind, self._head, self._label)

    def whole(self) -> Arrived:
        """The file, once its last piece came.

        Raises
        ------
        EkbomError
            It is no file of its kind.
        """
        if not self._arriving.n_bytes:
            raise RecordingError(
                "the file is empty", where=self._label, what_to_do="add the file itself"
            )
        _check_beginning(self._kind, self._head, self._label)
        self._arriving.settle()
        return Arrived(self._arriving, self._label)

    def drop(self) -> None:
        """Forget it; nothing is left."""
        self._arriving.drop()


def _check_beginning(kind: FileKind, head: bytes, label: str) -> None:
    if looks_like_edf(head) and kind != "stages":
        return
    said = next((text for start, text in _BEGINNINGS if head.startswith(start)), "")
    if kind == "recording":
        raise RecordingError(
            said or _unlike_edf(head),
            expected="a recording in EDF, EDF+ or BDF",
            where=label,
            what_to_do=f"export the recording as EDF or unpack it, and add that; {_NOTHING_KEPT}",
        )
    if said or not _is_text(head):
        raise AnnotationError(
            said or "this is no text",
            expected="a table of events as text (TSV), or EDF+ with annotations"
            if kind == "marks"
            else "a list of stages as text",
            where=label,
            what_to_do=f"export the scoring in one of these forms; {_NOTHING_KEPT}",
        )


def _unlike_edf(head: bytes) -> str:
    if _is_text(head):
        return "this is a text file"
    return f"the file begins with {head[:_VERSION_BYTES]!r}, as no EDF or BDF does"


def _is_text(head: bytes) -> bool:
    # A text in UTF-16 says so at its beginning; no other text holds zeros.
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head


def _too_large(kind: FileKind, n_bytes: int) -> EkbomError:
    return StoreError(
        f"the file takes {size_text(n_bytes)} or more",
        expected=f"at most {size_text(MOST_BYTES[kind])}",
        what_to_do=f"cut the recording, or score it with: ekbom score; {_NOTHING_KEPT}"
        if kind == "recording"
        else f"add the scoring alone; {_NOTHING_KEPT}",
    )


def size_text(n_bytes: int) -> str:
    """A size as people say it."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"
