"""The secret of the dates: one of the store, for its owner only, the same for one person."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ekbom.store.errors import StoreError
from ekbom.store.offsets import SECRET, code_name, days_earlier

PERSONS = [f"{n:032x}" for n in range(300)]


def test_days_of_a_person_are_the_same_and_of_others_others(tmp_path: Path) -> None:
    days = [days_earlier(tmp_path, person) for person in PERSONS]
    assert days == [days_earlier(tmp_path, person) for person in PERSONS]
    assert min(days) >= 1 and max(days) <= 365
    assert len(set(days)) > 100
    assert len({day % 7 for day in days}) == 7


def test_another_store_moves_the_same_person_otherwise(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = ([days_earlier(tmp_path / name, p) for p in PERSONS] for name in ("a", "b"))
    assert one != other
    assert code_name(tmp_path / "a", PERSONS[0]) != code_name(tmp_path / "b", PERSONS[0])
    assert PERSONS[0] not in code_name(tmp_path / "a", PERSONS[0])


def test_only_the_owner_may_read_the_secret_and_nothing_else_is_left(tmp_path: Path) -> None:
    days_earlier(tmp_path, PERSONS[0])
    assert [path.name for path in tmp_path.iterdir()] == [SECRET]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / SECRET).stat().st_mode) == 0o600


def test_a_damaged_secret_is_named_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / SECRET).write_bytes(b"short")
    with pytest.raises(StoreError, match="damaged"):
        days_earlier(tmp_path, PERSONS[0])
    assert (tmp_path / SECRET).read_bytes() == b"short"


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        days_earlier(tmp_path / "missing", PERSONS[0])
