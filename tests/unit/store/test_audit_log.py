"""The log shows when a row of it, a fact, an edit or a result was changed behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.unit.store.conftest import RECORD

from ekbom.store import audit_log, facts, nights, results
from ekbom.store.blobs import Blob
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store


def _behind_its_back(folder: Path, table: str, *statements: str) -> None:
    """What somebody does who opens the file and removes what forbids it."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        for event in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_no_{event}")
        for statement in statements:
            connection.execute(statement)


def _verdict(store: Store) -> audit_log.Verdict:
    with store.reading() as connection:
        return audit_log.verify(connection)


def _unlike(store: Store) -> str:
    with store.reading() as connection:
        return audit_log.unlike_the_log(connection)


def test_an_untouched_log_is_whole(store: Store, person: str) -> None:
    found = _verdict(store)
    assert (found.n_rows, found.fault) == (5, "")
    assert _unlike(store) == ""


def test_an_empty_log_is_whole(store: Store) -> None:
    assert _verdict(store) == audit_log.Verdict(0, "", audit_log.BEGINNING)


@pytest.mark.parametrize(
    "column", ["at", "who", "action", "object_kind", "object_id", "object_sha256", "outcome"]
)
def test_every_changed_column_shows(store: Store, person: str, column: str) -> None:
    _behind_its_back(store.folder, "audit", f"UPDATE audit SET \"{column}\" = 'x' WHERE seq = 3")
    assert _verdict(store).fault == "row 3 was changed after it was written"


def test_a_removed_row_shows(store: Store, person: str) -> None:
    _behind_its_back(store.folder, "audit", "DELETE FROM audit WHERE seq = 3")
    assert _verdict(store).fault.startswith("row 4 does not follow")


def test_rows_cut_off_at_the_end_show_by_a_hash_kept_elsewhere(store: Store, person: str) -> None:
    last = _verdict(store).last_hash
    with store.reading() as connection:
        assert audit_log.holds(connection, last)
    _behind_its_back(store.folder, "audit", "DELETE FROM audit WHERE seq = 5")
    assert _verdict(store).fault == ""
    with store.reading() as connection:
        assert not audit_log.holds(connection, last)


def test_a_fact_that_was_changed_shows(store: Store, person: str, stamp: Stamp) -> None:
    _behind_its_back(store.folder, "facts", "UPDATE facts SET body = '{}' WHERE seq = 4")
    assert _unlike(store) == "fact 4 is not the one that the log tells of"


def test_a_fact_that_was_removed_shows(store: Store, person: str) -> None:
    _behind_its_back(store.folder, "facts", "DELETE FROM facts WHERE seq = 4")
    assert _unlike(store) == "fact 4 was removed"


def test_a_fact_that_was_slipped_in_shows(store: Store, person: str) -> None:
    _behind_its_back(
        store.folder,
        "facts",
        f"INSERT INTO facts VALUES (99, '{person}', 'labs', '1', 'then', 'nobody', NULL)",
    )
    assert _unlike(store) == "fact 99 is not the one that the log tells of"


def test_an_edit_of_a_night_that_was_changed_shows(store: Store, person: str, stamp: Stamp) -> None:
    night = Blob("0" * 64, 1)
    with store.writing() as connection:
        labels, evening = ("night.edf", ""), date(2026, 5, 6)
        night_id = nights.add_night(connection, person, (night, None), labels, evening, stamp)
        seq = nights.change(connection, night_id, "accept", {"parts": []}, stamp, seen=0)
    assert _unlike(store) == ""
    changed = f"UPDATE night_changes SET body = '1' WHERE seq = {seq}"
    _behind_its_back(store.folder, "night_changes", changed)
    assert _unlike(store) == f"change {seq} is not the one that the log tells of"


def test_a_result_that_points_to_another_file_shows(
    store: Store, person: str, stamp: Stamp
) -> None:
    made = results.Made({}, "0" * 64, {}, "0")
    with store.writing() as connection:
        id_ = results.keep(connection, "consultation", (person, ""), "1" * 64, made, stamp)
        # That it was taken out later is told as well, with the hash of what was taken out.
        audit_log.note(connection, stamp, "take out", "result", id_, content="another")
    assert _unlike(store) == ""
    _behind_its_back(store.folder, "results", f"UPDATE results SET sha256 = '{'2' * 64}'")
    assert _unlike(store) == f"result {id_} is not the one that the log tells of"


def test_corrections_and_facts_taken_back_are_as_the_log_tells(
    store: Store, person: str, stamp: Stamp
) -> None:
    with store.writing() as connection:
        seq = facts.state(connection, person, "labs", {"ferritin": 1}, stamp, instead_of=3)
        facts.state(connection, person, "labs", None, stamp, instead_of=seq)
    assert _unlike(store) == ""


def test_no_value_and_no_name_is_in_the_log(store: Store, stamp: Stamp) -> None:
    with store.writing() as connection:
        facts.new_person(connection, {**RECORD, "id": "Ada-Example"}, stamp)
        text = str(list(audit_log.rows(connection)))
    assert "Ada-Example" not in text
    assert "ferritin" not in text
