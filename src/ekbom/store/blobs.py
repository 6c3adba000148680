"""Files by their content: recordings and results, whole or not there, named by their SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekbom.store.errors import NotFoundError, StoreError

_CHUNK = 1 << 20
_ARRIVING = ".part"
_HEX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that is there.

    Parameters
    ----------
    sha256 : str
        Of its content; its name.
    n_bytes : int
        Its size.
    """

    sha256: str
    n_bytes: int


class Arriving:
    """A file on its way: written piece by piece, then kept whole or dropped.

    Parameters
    ----------
    folder : Path
        Of the blobs.
    most_bytes : int
        More than this is refused.

    Raises
    ------
    StoreError
        The disk is full or read-only.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._hash = hashlib.sha256()
        self.n_bytes = 0
        self.path = folder / f"{secrets.token_hex(12)}{_ARRIVING}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self.path.open("xb")
        except OSError as error:
            raise _no_room(error) from error

    def write(self, piece: bytes) -> None:
        """Add a piece.

        Raises
        ------
        StoreError
            It has become too large, or the disk is full.
        """
        self.n_bytes += len(piece)
        if self.n_bytes > self._most_bytes:
            raise StoreError(
                f"the file is larger than {self._most_bytes / 1e9:.1f} GB",
                expected="a recording of one night",
                what_to_do="cut the recording, or score it with: ekbom score",
            )
        self._hash.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise _no_room(error) from error

    @property
    def sha256(self) -> str:
        """Hash of what has come so far."""
        return self._hash.hexdigest()

    def settle(self) -> None:
        """Let what has come so far be read under its path.

        Raises
        ------
        StoreError
            The disk is full.
        """
        try:
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error

    def keep(self) -> Blob:
        """Sync it to the disk under its name; where it was there already, nothing is added.

        Raises
        ------
        StoreError
            The disk is full.
        """
        blob = Blob(self._hash.hexdigest(), self.n_bytes)
        target = path_of(self._folder, blob.sha256, must_exist=False)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            target.parent.mkdir(exist_ok=True)
            os.replace(self.path, target)
            sync_folder(target.parent)
            sync_folder(self._folder)
        except OSError as error:
            self.drop()
            raise _no_room(error) from error
        return blob

    def drop(self) -> None:
        """Forget it; nothing is left."""
        # A full disk also fails the flush that closing tries; what cannot be removed now is swept
        # when the store is opened next.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def kept(folder: Path, content: bytes) -> Blob:
    """Keep bytes at hand."""
    arriving = Arriving(folder, len(content))
    try:
        arriving.write(content)
        return arriving.keep()
    finally:
        arriving.drop()


def path_of(folder: Path, sha256: str, *, must_exist: bool = True) -> Path:
    """Where a blob is.

    Parameters
    ----------
    folder : Path
        Of the blobs.
    sha256 : str
        Its name; anything else is no name.
    must_exist : bool
        Raise where it is missing.

    Raises
    ------
    NotFoundError
        There is no such file.
    """
    if not _is_name(sha256):
        raise NotFoundError("this is no name of a file in the store", where=repr(sha256[:80]))
    path = folder / sha256[:2] / sha256
    if must_exist and not path.is_file():
        raise NotFoundError(
            "a file of the store is missing",
            where=str(path),
            what_to_do="bring it back from a backup, or add the recording again",
        )
    return path


def names(folder: Path) -> Iterator[str]:
    """Every blob there is, by name; what a file manager leaves in a folder is none."""
    yield from sorted(
        path.name
        for path in folder.glob("??/*")
        if _is_name(path.name) and path.parent.name == path.name[:2] and path.is_file()
    )


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> int:
    """Remove what was on its way when the program ended; returns how many files."""
    n_removed = 0
    # What cannot be removed now harms nothing.
    with contextlib.suppress(OSError):
        for path in folder.glob(f"*{_ARRIVING}"):
            path.unlink()
            n_removed += 1
    return n_removed


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable, where the system can sync a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_name(text: str) -> bool:
    return len(text) == _HEX_DIGITS and set(text) <= set("0123456789abcdef")


def _no_room(error: OSError) -> StoreError:
    return StoreError(
        f"the file could not be saved ({error.strerror or error})",
        expected="a disk with space left that may be written to",
        what_to_do="what was saved before is safe; make space and add the file again",
    )
