"""Writing whole: the old file or the whole new one, and nothing beside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from ekbom.errors import WritingError
from ekbom.interop.files import write_whole


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_bytes_and_callables_are_written_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", b"one")
    write_whole(str(tmp_path / "b.txt"), lambda file: file.write(b"two"))
    assert (tmp_path / "a.txt").read_bytes() == b"one"
    assert (tmp_path / "b.txt").read_bytes() == b"two"
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_an_existing_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"a longer old text")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"


def test_a_failing_writer_leaves_the_old_file_and_no_temporary(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def disk_full(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(WritingError, match="No space left"):
        write_whole(target, disk_full)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_an_error_of_the_writer_itself_passes_through_and_leaves_nothing(tmp_path: Path) -> None:
    def broken(file: BinaryIO) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_whole(tmp_path / "a.txt", broken)
    assert names(tmp_path) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_sync_or_rename_is_a_writing_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(WritingError, match="a.txt"):
        write_whole(tmp_path / "a.txt", b"text")
    assert names(tmp_path) == []


def test_a_missing_folder_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for bad in (tmp_path / "no" / "a.txt", tmp_path, Path("a\0b"), tmp_path / ("n" * 300)):
        with pytest.raises(WritingError):
            write_whole(bad, b"text")
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device file")
def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(WritingError, match="device"):
        write_whole("/dev/null", b"text")
    assert not Path("/dev/null").is_file()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_whole(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"
