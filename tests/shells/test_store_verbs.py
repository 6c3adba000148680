"""``ekbom audit``, ``backup``, ``restore`` and ``doctor`` as a user meets them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ekbom.cli.main import SUCCESS, UNREADABLE, USAGE, main
from ekbom.store import blobs, facts, nights
from ekbom.store.store import DATABASE, Store, opened

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FOUND = 1
Said = Callable[..., tuple[int, str, str]]


@contextmanager
def _open(folder: Path, passphrase: str | None = None) -> Iterator[Store]:
    with opened(folder, passphrase=passphrase, clock=lambda: NOW) as store:
        yield store


def _fill(folder: Path, passphrase: str | None = None) -> str:
    """Somebody with a night; the name of its recording."""
    with _open(folder, passphrase) as store, store.writing() as connection:
        stamp = store.stamp("Dr Example")
        person = facts.new_person(connection, {"id": "p-1", "labs": [{"ferritin": 18}]}, stamp)
        blob = blobs.kept(store.recordings, b"a recording")
        nights.add_night(connection, person, (blob, None), ("a.edf", ""), date(2026, 1, 1), stamp)
    return blob.sha256


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EKBOM_PASSPHRASE", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _fill(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a verb; its exit status, what it printed and what it said of errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([*map(str, arguments)])
        found = capsys.readouterr()
        assert "Traceback" not in found.err
        return status, found.out, found.err

    return run


def _behind_its_back(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


VERBS = [("audit", "verify"), ("doctor",), ("backup", "{tmp}/backup.tar")]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_where_there_is_no_store_none_is_made(
    said: Said, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    arguments = [each.format(tmp=tmp_path) for each in verb]
    status, out, err = said(*arguments, "--store", tmp_path / "none")
    assert (status, out) == (UNREADABLE, "")
    assert "there is no store in this folder" in err
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / DATABASE).touch()
    assert said(*arguments, "--store", tmp_path / "empty")[0] == UNREADABLE
    assert [path.name for path in tmp_path.rglob("*")] == ["empty", DATABASE]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_store_that_is_open_is_left_alone(
    said: Said, folder: Path, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    arguments = [each.format(tmp=tmp_path) for each in verb]
    with _open(folder):
        status, _, err = said(*arguments, "--store", folder)
    assert status == UNREADABLE
    assert "another ekbom is using this folder" in err
    assert not (tmp_path / "backup.tar").exists()


@pytest.mark.parametrize("verb", [*VERBS, ("serve", "--no-browser")], ids=lambda verb: verb[0])
def test_a_store_of_a_later_version_is_named_and_left_alone(
    said: Said, folder: Path, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    _behind_its_back(folder, "UPDATE alembic_version SET version_num = '9999'")
    before = (folder / DATABASE).read_bytes()
    arguments = [each.format(tmp=tmp_path) for each in verb]
    status, out, err = said(*arguments, "--store", folder)
    assert status == (FOUND if verb == ("doctor",) else UNREADABLE)
    assert "9999" in (out if verb == ("doctor",) else err)
    assert "install that version of ekbom" in out + err
    assert (folder / DATABASE).read_bytes() == before
    assert not (tmp_path / "backup.tar").exists()


def test_a_whole_log_is_said_to_be_whole_with_the_hash_of_its_last_row(
    said: Said, folder: Path
) -> None:
    status, out, _ = said("audit", "verify", "--store", folder)
    assert status == SUCCESS
    assert "5 rows, none missing or changed" in out
    last = out.strip().rpartition(" ")[2]
    assert said("audit", "verify", "--last", last.upper(), "--store", folder)[0] == SUCCESS
    _behind_its_back(folder, "DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE seq = 5")
    assert said("audit", "verify", "--store", folder)[0] == SUCCESS
    status, out, _ = said("audit", "verify", "--last", last, "--store", folder)
    assert status == FOUND
    assert "no longer there" in out


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("audit", "UPDATE audit SET who = 'x' WHERE seq = 2", "row 2 was changed"),
        ("facts", "UPDATE facts SET body = '{}' WHERE seq = 2", "fact 2 is not the one"),
    ],
)
def test_a_changed_row_and_a_changed_fact_are_found(
    said: Said, folder: Path, table: str, change: str, says: str
) -> None:
    _behind_its_back(folder, f"DROP TRIGGER {table}_no_update", change)
    for verb in (["audit", "verify"], ["doctor"]):
        status, out, _ = said(*verb, "--store", folder)
        assert status == FOUND
        assert says in out


@pytest.mark.parametrize("given", ["", "12", "z" * 64])
def test_a_hash_that_is_none_is_a_wrong_call(said: Said, folder: Path, given: str) -> None:
    assert said("audit", "verify", "--last", given, "--store", folder)[0] == USAGE


def test_a_backup_comes_back(said: Said, folder: Path, tmp_path: Path) -> None:
    backup, new = tmp_path / "backup.tar", tmp_path / "new"
    assert said("backup", backup, "--store", folder)[:2] == (
        SUCCESS,
        f"2 files backed up in {backup}\n",
    )
    assert said("restore", backup, "--store", new)[0] == SUCCESS
    status, out, _ = said("doctor", "--store", new)
    assert (status, out.splitlines()[-1]) == (SUCCESS, "0 faults")
    status, _, err = said("restore", backup, "--store", new)
    assert status == UNREADABLE
    assert "not empty" in err


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_only_the_owner_may_read_a_backup(said: Said, folder: Path, tmp_path: Path) -> None:
    said("backup", tmp_path / "backup.tar", "--store", folder)
    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600


def test_a_backup_that_fails_leaves_the_earlier_one(
    said: Said, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "backup.tar").write_bytes(b"the earlier one")

    def full(self: object, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tarfile.TarFile.add", full)
    status, out, err = said("backup", tmp_path / "backup.tar", "--store", folder)
    assert (status, out) == (UNREADABLE, "")
    assert "No space left" in err
    assert (tmp_path / "backup.tar").read_bytes() == b"the earlier one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar", "store"]


@pytest.mark.parametrize("name", [DATABASE, "backup.tar", "recordings/../x.tar"])
def test_a_backup_is_never_written_into_the_store(said: Said, folder: Path, name: str) -> None:
    before = (folder / DATABASE).read_bytes()
    status, _, err = said("backup", folder / name, "--store", folder)
    assert status == USAGE
    assert "into the store itself" in err
    assert (folder / DATABASE).read_bytes() == before


def test_a_backup_of_a_store_with_a_lost_recording_says_so(said: Said, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    name = _fill(folder)
    blobs.path_of(folder / "recordings", name).unlink()
    status, out, err = said("backup", tmp_path / "backup.tar", "--store", folder)
    assert status == FOUND
    assert "1 files backed up" in out
    assert "1 files of the store are missing or damaged" in err
    status, out, _ = said("doctor", "--store", folder)
    assert status == FOUND
    assert "FAULT  recordings: 1 missing" in out
    assert out.endswith("1 fault\n")


def test_a_damaged_backup_brings_nothing_back(said: Said, folder: Path, tmp_path: Path) -> None:
    said("backup", tmp_path / "backup.tar", "--store", folder)
    raw = bytearray((tmp_path / "backup.tar").read_bytes())
    raw[raw.index(b"a recording")] ^= 1
    (tmp_path / "backup.tar").write_bytes(raw)
    status, out, err = said("restore", tmp_path / "backup.tar", "--store", tmp_path / "new")
    assert (status, out) == (UNREADABLE, "")
    assert "not what was backed up" in err
    assert not (tmp_path / "new").exists()


def test_an_encrypted_store_takes_its_passphrase_from_the_environment(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    folder, backup = tmp_path / "store", tmp_path / "backup.tar"
    _fill(folder, "secret")
    status, _, err = said("doctor", "--store", folder)
    assert status == UNREADABLE
    assert "passphrase" in err
    monkeypatch.setenv("EKBOM_PASSPHRASE", "secret")
    assert said("backup", backup, "--store", folder)[0] == SUCCESS
    assert said("restore", backup, "--store", tmp_path / "new")[0] == SUCCESS
    for each in (folder, tmp_path / "new"):
        assert said("doctor", "--store", each)[0] == SUCCESS
        assert said("audit", "verify", "--store", each)[0] == SUCCESS
    assert b"ferritin" not in backup.read_bytes()


def test_a_database_damaged_in_the_middle_is_a_fault_and_no_crash(said: Said, folder: Path) -> None:
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[4096:] = b"\xaa" * (len(raw) - 4096)
    (folder / DATABASE).write_bytes(raw)
    status, out, err = said("doctor", "--store", folder)
    assert (status, out) == (UNREADABLE, "")
    assert "the database is damaged" in err
    assert "restore the latest backup" in err
