"""A backup comes back as it was, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.store.conftest import RECORD, Clock

from ekbom.store import audit_log, blobs, facts, nights
from ekbom.store.backup import restore, write_backup
from ekbom.store.errors import StoreError
from ekbom.store.offsets import SECRET, days_earlier
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store, opened

Members = list[tuple[str, bytes]]


@pytest.fixture
def backup(store: Store, night: str, tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    with path.open("wb") as file:
        assert write_backup(store, file) == 2
    return path


def _members(path: Path) -> Members:
    with tarfile.open(path) as archive:
        return [(m.name, archive.extractfile(m).read()) for m in archive]  # type: ignore[union-attr]


def _write(path: Path, members: Members) -> None:
    with tarfile.open(path, "w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def _listed(files: Members) -> Members:
    """Files with a list that fits them."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files}
    text = json.dumps({"format": "ekbom-backup-1", "files": hashes})
    return [("manifest.json", text.encode()), *files]


def _refused(source: Path, target: Path, says: str) -> None:
    before = sorted(target.parent.rglob("*"))
    with pytest.raises(StoreError, match=says):
        restore(source, target)
    assert sorted(target.parent.rglob("*")) == before


def test_a_restored_store_holds_what_was_backed_up(
    backup: Path, person: str, night: str, tmp_path: Path, clock: Clock
) -> None:
    assert restore(backup, tmp_path / "new" / "store") == 2
    with opened(tmp_path / "new" / "store", clock=clock) as store:
        with store.reading() as connection:
            assert facts.record_of(facts.standing(connection, person)) == RECORD
            found = nights.night_of(connection, night)
            assert audit_log.verify(connection).fault == ""
        assert blobs.path_of(store.recordings, found.recording).read_bytes() == b"a recording"


def test_what_is_written_after_a_backup_is_not_in_it(
    store: Store, backup: Path, tmp_path: Path, stamp: Stamp, clock: Clock
) -> None:
    with store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    restore(backup, tmp_path / "new")
    with opened(tmp_path / "new", clock=clock) as restored, restored.reading() as connection:
        assert len(facts.person_ids(connection)) == 1


def test_a_backup_leaves_no_copy_behind(store: Store, backup: Path) -> None:
    assert not list(store.folder.glob("*.part"))


def test_copies_without_identifiers_are_dated_after_a_restore_as_before(
    store: Store, tmp_path: Path
) -> None:
    before = days_earlier(store.folder, "somebody")
    target, folder = tmp_path / "with-secret.tar", tmp_path / "restored"
    with target.open("wb") as file:
        write_backup(store, file)
    restore(target, folder)
    assert days_earlier(folder, "somebody") == before
    assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600


def test_an_encrypted_database_stays_encrypted_in_its_backup(
    tmp_path: Path, clock: Clock, stamp: Stamp
) -> None:
    with opened(tmp_path / "old", passphrase="secret", clock=clock) as store:
        with store.writing() as connection:
            person = facts.new_person(connection, RECORD, stamp)
        with (tmp_path / "backup.tar").open("wb") as file:
            write_backup(store, file)
    raw = (tmp_path / "backup.tar").read_bytes()
    assert b"ferritin" not in raw
    assert b"SQLite format 3" not in raw
    restore(tmp_path / "backup.tar", tmp_path / "new")
    again = opened(tmp_path / "new", passphrase="secret", clock=clock)
    with again as store, store.reading() as connection:
        assert facts.record_of(facts.standing(connection, person)) == RECORD
    with pytest.raises(StoreError), opened(tmp_path / "new", clock=clock):
        pass


def test_missing_and_damaged_files_are_named_and_the_rest_is_backed_up(
    store: Store, night: str, stamp: Stamp
) -> None:
    lost = blobs.kept(store.recordings, b"lost")
    with store.writing() as connection:
        nights.keep_recording(connection, lost, stamp)
        damaged = nights.night_of(connection, night).recording
    blobs.path_of(store.recordings, lost.sha256).unlink()
    blobs.path_of(store.recordings, damaged).write_bytes(b"another")
    named: list[str] = []
    write_backup(store, io.BytesIO(), faulty=named.append)
    assert sorted(named) == sorted(f"recordings/{each}" for each in (lost.sha256, damaged))


def test_a_folder_that_is_in_use_is_never_written_over(backup: Path, store: Store) -> None:
    _refused(backup, store.folder, "not empty")


def test_a_file_is_no_folder_to_restore_into(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"x")
    _refused(backup, tmp_path / "taken", "a file")


def test_a_backup_may_come_back_into_an_empty_folder(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    restore(backup, tmp_path / "empty")
    assert (tmp_path / "empty" / DATABASE).is_file()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_backup_that_was_cut_short_is_refused(backup: Path, tmp_path: Path, share: float) -> None:
    raw = backup.read_bytes().rstrip(b"\0")
    (tmp_path / "cut.tar").write_bytes(raw[: int(share * len(raw))])
    _refused(tmp_path / "cut.tar", tmp_path / "new", "backup")


def test_one_changed_byte_of_any_file_is_refused(backup: Path, tmp_path: Path) -> None:
    members = _members(backup)
    for at in range(1, len(members)):
        name, content = members[at]
        changed = [*members]
        changed[at] = (name, content[:-1] + bytes([content[-1] ^ 1]))
        _write(tmp_path / "changed.tar", changed)
        _refused(tmp_path / "changed.tar", tmp_path / "new", "not what was backed up")


CHANGES: dict[str, tuple[Callable[[Members], Members], str]] = {
    "a missing file": (lambda members: members[:-1], "missing"),
    "a file more": (lambda members: [*members, ("more", b"")], "does not name"),
    "a file twice": (lambda members: [*members, members[-1]], "does not name"),
    "no list": (lambda members: members[1:], "list of files is missing"),
    "a list that is no text": (lambda members: [("manifest.json", b"\xff")], "brought back"),
    "a list that is no list": (lambda members: [("manifest.json", b"[]")], "another version"),
    "a list without files": (
        lambda members: [("manifest.json", b'{"format": "ekbom-backup-1"}')],
        "no database",
    ),
    "a list nested without end": (
        lambda members: [("manifest.json", b"[" * 100_000)],
        "brought back",
    ),
    "no database": (lambda members: _listed(members[2:]), "no database"),
    "a damaged database": (
        lambda members: _listed([(DATABASE, members[1][1][:100] + b"\xaa" * 8000)]),
        "backup",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_backup_with(backup: Path, tmp_path: Path, change: str) -> None:
    changed, says = CHANGES[change]
    _write(tmp_path / "changed.tar", changed(_members(backup)))
    _refused(tmp_path / "changed.tar", tmp_path / "new", says)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/tmp/ekbom-outside",
        "recordings/../../outside",
        f"recordings/{'a' * 64}/../x",
        f"cache/{'a' * 64}",
        "recordings",
        "",
    ],
)
def test_a_name_that_leads_outside_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    database = _members(backup)[1]
    _write(tmp_path / "changed.tar", _listed([database, (name, b"x")]))
    _refused(tmp_path / "changed.tar", tmp_path / "new", ".")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("which", [0, 1])
def test_only_ordinary_files_are_brought_back(
    backup: Path, tmp_path: Path, kind: bytes, which: int
) -> None:
    members = _members(backup)
    with tarfile.open(tmp_path / "changed.tar", "w") as archive:
        for at, (name, content) in enumerate(members):
            member = tarfile.TarInfo(name)
            if at == which:
                member.type, member.linkname = kind, "/etc/hostname"
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    _refused(tmp_path / "changed.tar", tmp_path / "new", "no whole backup")


def test_what_is_no_archive_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no backup")
    _refused(tmp_path / "text", tmp_path / "new", "brought back")
    _refused(tmp_path / "nothing", tmp_path / "new", "brought back")


def test_a_file_that_becomes_larger_than_the_backup_is_refused(
    backup: Path, tmp_path: Path
) -> None:
    """Written with holes, a few bytes would fill a disk."""
    with tarfile.open(backup) as archive, tarfile.open(tmp_path / "holes.tar", "w") as made:
        for member in archive:
            content = archive.extractfile(member)
            if member.name == DATABASE:
                member.pax_headers = {"GNU.sparse.map": f"0,{member.size}"}
                member.pax_headers["GNU.sparse.size"] = str(10**12)
            made.addfile(member, content)
    with pytest.raises(StoreError, match="which its list does not name"):
        restore(tmp_path / "holes.tar", tmp_path / "anew")
    assert not (tmp_path / "anew").exists()
