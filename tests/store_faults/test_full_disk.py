"""A full disk: each writer says so, what was there stays, and all goes on where there is room."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="a system with limits of resources")

from tests.store_faults.conftest import MADE, RECORD, STAMP, fill, held, open_store
from tests.store_faults.faults import files_end_at

from ekbom.errors import EkbomError
from ekbom.interop.files import write_whole
from ekbom.store import blobs, facts, jobs, results, upgrading
from ekbom.store.backup import restore, write_backup
from ekbom.store.store import Store

LARGE = "x" * 300_000
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.create_table("later", sa.Column("body", sa.Text()))
    op.execute(f"INSERT INTO later VALUES ('{'x' * 300_000}')")
"""
Writer = Callable[[Store, Path], object]


def _state_facts(store: Store, _: Path) -> None:
    with store.writing() as connection:
        facts.new_person(connection, {**RECORD, "notes": [LARGE]}, STAMP)


def _keep_a_file(store: Store, _: Path) -> None:
    blobs.kept(store.recordings, LARGE.encode())


def _keep_a_result(store: Store, _: Path) -> None:
    blob = blobs.kept(store.results, LARGE.encode())
    with store.writing() as connection:
        [person] = facts.person_ids(connection)
        results.keep(connection, "consultation", (person, ""), blob.sha256, MADE, STAMP)


def _ask_for_work(store: Store, _: Path) -> None:
    with store.writing() as connection:
        [person] = facts.person_ids(connection)
        jobs.ask(connection, "simulate", (person, ""), LARGE, STAMP)


def _back_up(store: Store, folder: Path) -> None:
    write_whole(folder / "backup.tar", lambda file: write_backup(store, file))


def _bring_back(_: Store, folder: Path) -> None:
    restore(folder / "ready.tar", folder / "restored")


def _export(_: Store, folder: Path) -> None:
    write_whole(folder / "record.yaml", LARGE.encode())


def _make_a_store(_: Store, folder: Path) -> None:
    with open_store(folder / "another"):
        pass


WRITERS: tuple[Writer, ...] = (
    _state_facts,
    _keep_a_file,
    _keep_a_result,
    _ask_for_work,
    _back_up,
    _bring_back,
    _export,
    _make_a_store,
)
# Made whole or not at all.
FINAL = ("backup.tar", "restored", "record.yaml")


@pytest.mark.parametrize("ends_at", [0, 1, 100, 5_000, 20_000, 33_000])
@pytest.mark.parametrize("write", WRITERS, ids=lambda writer: writer.__name__.strip("_"))
def test_a_disk_on_which_files_end(
    store: Store, tmp_path: Path, write: Writer, ends_at: int
) -> None:
    with (tmp_path / "ready.tar").open("wb") as file:
        write_backup(store, file)
    before = held(store)
    with files_end_at(ends_at), pytest.raises(EkbomError) as raised:
        write(store, tmp_path)
    assert raised.value.what_to_do
    assert held(store)["audit"] == before["audit"]
    # A file without its row is no loss, and nothing uses it.
    assert {name: rows for name, rows in held(store).items() if name != "results"} == {
        name: rows for name, rows in before.items() if name != "results"
    }
    assert not [name for name in FINAL if (tmp_path / name).exists()]
    assert not list(tmp_path.rglob("*.part"))
    write(store, tmp_path)
    held(store)


def test_a_disk_that_fails_is_not_said_to_have_written_nothing(store: Store) -> None:
    with files_end_at(0), pytest.raises(EkbomError, match="the disk failed") as raised:
        _state_facts(store, store.folder)
    assert "look whether your entry stands there" in raised.value.what_to_do


@pytest.mark.parametrize("n_more_pages", [0, 1, 5])
def test_a_database_that_may_grow_no_further(store: Store, n_more_pages: int) -> None:
    before = held(store)
    store.engine.dispose()
    with store.reading() as connection:
        n_pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {n_pages + n_more_pages}")
    with pytest.raises(EkbomError, match="full"):
        _state_facts(store, store.folder)
    assert held(store) == before
    store.engine.dispose()
    _state_facts(store, store.folder)


@pytest.mark.parametrize("ends_at", [0, 100, 30_000, 120_000])
def test_tables_that_cannot_be_brought_up_to_date_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_at: int
) -> None:
    with open_store(tmp_path / "store") as store:
        fill(store)
        before = held(store)
    later = tmp_path / "migrations"
    shutil.copytree(upgrading.MIGRATIONS, later)
    (later / "versions" / "v0002_later.py").write_text(LATER)
    monkeypatch.setattr(upgrading, "MIGRATIONS", later)
    with files_end_at(ends_at), pytest.raises(EkbomError), open_store(tmp_path / "store"):
        pass
    monkeypatch.undo()
    with open_store(tmp_path / "store") as store:
        assert upgrading.version_of(store.engine).found == "0001"
        assert held(store) == before
    monkeypatch.setattr(upgrading, "MIGRATIONS", later)
    with open_store(tmp_path / "store") as store:
        assert upgrading.version_of(store.engine).found == "0002"


def test_a_small_disk_that_fills_and_is_emptied_again(tmp_path: Path, root: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    program = f"{sys.executable} -m tests.store_faults.small_disk"
    inside = f"mount -t tmpfs -o size=6m none {disk} && exec {program} {disk}"
    try:
        done = subprocess.run(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", inside],
            capture_output=True,
            text=True,
            cwd=root,
        )
    except FileNotFoundError:
        pytest.skip("no namespaces of mounts on this system")
    if not done.stdout and ("unshare:" in done.stderr or "mount:" in done.stderr):
        pytest.skip("mounting a small disk is not permitted here")
    assert done.stderr == ""
    assert done.stdout == "3 refused, nothing lost\n"
