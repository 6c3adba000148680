"""A file is there whole, under the hash of its content, or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ekbom.store import blobs
from ekbom.store.errors import NotFoundError, StoreError


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_written_in_pieces_is_named_by_its_content(tmp_path: Path) -> None:
    arriving = blobs.Arriving(tmp_path, 100)
    for piece in (b"one ", b"", b"night"):
        arriving.write(piece)
    blob = arriving.keep()
    assert blob == blobs.Blob(hashlib.sha256(b"one night").hexdigest(), 9)
    assert blobs.path_of(tmp_path, blob.sha256).read_bytes() == b"one night"


def test_the_same_content_is_there_once(tmp_path: Path) -> None:
    assert blobs.kept(tmp_path, b"x") == blobs.kept(tmp_path, b"x")
    assert len(_files(tmp_path)) == 1


def test_nothing_at_all_is_content_too(tmp_path: Path) -> None:
    assert blobs.path_of(tmp_path, blobs.kept(tmp_path, b"").sha256).read_bytes() == b""


def test_a_file_that_becomes_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    arriving = blobs.Arriving(tmp_path, 3)
    arriving.write(b"abc")
    with pytest.raises(StoreError, match="larger"):
        arriving.write(b"d")
    arriving.drop()
    assert _files(tmp_path) == []


def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        blobs.kept(tmp_path, b"x")
    assert _files(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    ["", "../ekbom.sqlite", "/etc/passwd", "a" * 63, "A" * 64, "a" * 65, f"{'a' * 62}/.", "٣" * 64],
)
def test_what_is_no_hash_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="no name"):
        blobs.path_of(tmp_path, name, must_exist=False)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="missing"):
        blobs.path_of(tmp_path, "a" * 64)


def test_a_sweep_removes_what_was_on_its_way_and_nothing_else(tmp_path: Path) -> None:
    kept = blobs.kept(tmp_path, b"x")
    left = blobs.Arriving(tmp_path, 10)
    left.write(b"half")
    assert blobs.sweep(tmp_path) == 1
    left.drop()
    assert list(blobs.names(tmp_path)) == [kept.sha256]
    assert _files(tmp_path) == [blobs.path_of(tmp_path, kept.sha256)]


def test_what_a_file_manager_leaves_is_no_blob(tmp_path: Path) -> None:
    kept = blobs.kept(tmp_path, b"x")
    (tmp_path / kept.sha256[:2] / ".DS_Store").write_bytes(b"")
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz" / ("a" * 64)).write_bytes(b"in the wrong folder")
    assert list(blobs.names(tmp_path)) == [kept.sha256]
