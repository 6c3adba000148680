"""Whichever call of the system fails, with whatever error: said cleanly, nothing half, all kept."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="a system with limits of resources")

from tests.store_faults.conftest import fill, held, open_store
from tests.store_faults.faults import KINDS, failing_at

from ekbom.errors import EkbomError
from ekbom.interop.files import write_whole
from ekbom.store import blobs, database
from ekbom.store.backup import restore, write_backup
from ekbom.store.doctor import examine
from ekbom.store.store import Store

pytestmark = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
CONTENT = b"another recording" * 5000


def _each_failing(kind: int, work: Callable[[], object]) -> Iterator[bool]:
    """Fails the first call, the second, and so on to the last; yields whether that was an error."""
    for at in range(1, 1000):
        refused = False
        with failing_at(kind, at) as failing:
            try:
                work()
            except EkbomError as error:
                refused = True
                assert error.what_to_do
        yield refused
        if failing.count < at:
            return
    raise AssertionError("there is no end to it")


def test_keeping_a_file(store: Store, kind: int) -> None:
    before = held(store)
    refused = []
    for was_refused in _each_failing(kind, lambda: blobs.kept(store.recordings, CONTENT)):
        refused.append(was_refused)
        after = held(store)
        names = set(after["recordings"]) - set(before["recordings"])
        # It may be whole there although the end could not be made sure of.
        assert len(names) == (1 if not was_refused else len(names)) <= 1
        for name in names:
            after["recordings"].pop(name).unlink()
        assert after == before
    assert sum(refused) >= 8
    assert refused[-1] is False


def test_a_backup(store: Store, tmp_path: Path, kind: int) -> None:
    target = tmp_path / "backup.tar"
    target.write_bytes(b"the earlier one")
    before = held(store)
    refused = []
    work = lambda: write_whole(target, lambda file: write_backup(store, file))  # noqa: E731
    for was_refused in _each_failing(kind, work):
        refused.append(was_refused)
        assert held(store) == before
        if target.read_bytes() == b"the earlier one":
            assert was_refused
        else:
            restore(target, tmp_path / f"new-{len(refused)}")
            target.write_bytes(b"the earlier one")
    assert sum(refused) >= 20
    assert refused[-1] is False


def test_a_restore(store: Store, tmp_path: Path, kind: int) -> None:
    with (tmp_path / "backup.tar").open("wb") as file:
        write_backup(store, file)
    new = tmp_path / "new" / "store"
    refused = []
    for was_refused in _each_failing(kind, lambda: restore(tmp_path / "backup.tar", new)):
        refused.append(was_refused)
        if new.exists():
            with open_store(new) as restored:
                assert set(held(restored)["recordings"]) == set(held(store)["recordings"])
            new.rename(tmp_path / f"new-{len(refused)}")
        else:
            assert was_refused
    assert sum(refused) >= 15
    assert refused[-1] is False


@pytest.mark.parametrize("is_new", [True, False])
def test_opening_a_store(tmp_path: Path, kind: int, is_new: bool) -> None:
    folder, before = tmp_path / "store", None
    if not is_new:
        with open_store(folder) as store:
            fill(store)
            before = held(store)
        (folder / "recordings" / "left.part").write_bytes(b"half")

    def work() -> None:
        with open_store(folder):
            pass

    refused = []
    for was_refused in _each_failing(kind, work):
        refused.append(was_refused)
        with open_store(folder) as store:
            assert before is None or held(store) == before
            assert database.integrity(store.engine) == "ok"
        if is_new:
            shutil.rmtree(folder)
    assert sum(refused) >= 3
    assert refused[-1] is False


def test_the_doctor(store: Store, kind: int) -> None:
    states = []

    def work() -> None:
        states.append({check.name: check.state for check in examine(store)})

    for _ in _each_failing(kind, work):
        pass
    # None hides another; each that was not itself looked at is well.
    assert all("log" in found and "permissions" in found for found in states)
    assert sum("ill" in found.values() for found in states) >= 5
    assert "ill" not in states[-1].values()


def test_a_call_that_fails_is_what_these_tests_think_it_is(tmp_path: Path, kind: int) -> None:
    with failing_at(kind, 1), pytest.raises(OSError, match=r"\[Errno") as raised:
        (tmp_path / "x").write_bytes(b"")
    assert raised.value.errno == kind in (errno.EIO, errno.ENOSPC, errno.EINTR)
