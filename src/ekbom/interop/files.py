"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ekbom.errors import WritingError

Content = bytes | Callable[[BinaryIO], object]


def write_whole(path: str | os.PathLike[str], content: Content) -> None:
    """Write a file so that a reader sees the old file, or the whole new one, and nothing between.

    The content goes to a temporary name in the same folder, is flushed and synced to the disk,
    and is renamed over the final name. The temporary is removed whatever fails.

    Parameters
    ----------
    path : str or os.PathLike
        Final name. The folder must exist; an existing ordinary file is replaced.
    content : bytes or callable
        The bytes, or a function that writes them to the open binary file it is given.

    Raises
    ------
    WritingError
        Where the file cannot be written; what stood under the name before is untouched.
    """
    target = _ordinary_target(Path(path))
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        try:
            _write_synced(temporary, content)
            os.replace(temporary, target)
        finally:
            # After the rename the name is gone; before it, nothing half-written may stay.
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise WritingError(
            f"the file could not be written ({error.strerror or error})",
            where=str(path),
            what_to_do="check that the folder exists, may be written to and has space left",
        ) from error


def _ordinary_target(path: Path) -> Path:
    """The file behind a link; refuses folders and devices, which a rename would replace."""
    try:
        target = path.resolve()
        blocked = target.exists() and not target.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise WritingError(
            "this is not a possible file name",
            where=repr(os.fspath(path)),
            what_to_do="name another file to write",
        ) from error
    if blocked or not target.name:
        raise WritingError(
            "this name is taken by a folder or a device",
            expected="a new name or an ordinary file",
            where=str(path),
            what_to_do="name another file to write",
        )
    return target


def _write_synced(temporary: Path, content: Content) -> None:
    with open(temporary, "xb") as file:
        if callable(content):
            content(file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can sync a folder."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
