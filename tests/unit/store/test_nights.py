"""Changes of a night are added, undone and done again; none is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ekbom.store import blobs, nights
from ekbom.store.errors import ConflictError, NotFoundError
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store


def _change(store: Store, night: str, kind: Any, body: Any, stamp: Stamp, *, seen: int) -> int:
    with store.writing() as connection:
        return nights.change(connection, night, kind, body, stamp, seen=seen)


def _in_force(store: Store, night: str) -> list[int]:
    with store.reading() as connection:
        return [each.seq for each in nights.in_force(nights.changes(connection, night))]


def test_a_night_is_found_by_its_person(store: Store, person: str, night: str) -> None:
    with store.reading() as connection:
        [found] = nights.nights_of(connection, person)
        assert nights.night_of(connection, night) == found
    assert (found.label, found.marks, found.began_on.isoformat()) == ("night.edf", "", "2026-11-20")


def test_a_name_of_a_file_that_is_too_long_is_cut(store: Store, person: str, stamp: Stamp) -> None:
    blob = blobs.kept(store.recordings, b"a recording")
    with store.writing() as connection:
        night = nights.add_night(
            connection, person, (blob, blob), ("é" * 400, "x" * 301), date(2026, 11, 20), stamp
        )
        found = nights.night_of(connection, night)
    assert (found.label, found.marks_label) == ("é" * 300, "x" * 300)


def test_an_unknown_night_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(NotFoundError), store.reading() as connection:
        nights.night_of(connection, "none")


def test_the_same_recording_is_taken_up_once(store: Store, night: str, stamp: Stamp) -> None:
    with store.writing() as connection:
        nights.keep_recording(connection, blobs.kept(store.recordings, b"a recording"), stamp)
    assert len(list(blobs.names(store.recordings))) == 1


def test_a_withdrawn_night_stands_no_more_until_it_is_brought_back(
    store: Store, person: str, night: str, stamp: Stamp
) -> None:
    first = _change(store, night, "reject", {"onset_s": 1}, stamp, seen=0)
    gone = _change(store, night, "withdraw", {}, stamp, seen=first)
    with store.reading() as connection:
        assert nights.standing_nights_of(connection, person) == ()
        assert [each.id for each in nights.nights_of(connection, person)] == [night]
        found = nights.withdrawal(nights.changes(connection, night))
    assert found is not None and (found.seq, found.made_by) == (gone, stamp.who)
    for kind in ("reject", "settings", "withdraw"):
        with pytest.raises(ConflictError, match="withdrawn"):
            _change(store, night, kind, {}, stamp, seen=gone)
    _change(store, night, "undo", gone, stamp, seen=gone)
    with store.reading() as connection:
        assert [each.id for each in nights.standing_nights_of(connection, person)] == [night]
    assert _in_force(store, night) == [first]


def test_an_undone_change_does_not_count_and_an_undone_undo_brings_it_back(
    store: Store, night: str, stamp: Stamp
) -> None:
    first = _change(store, night, "reject", {"onset_s": 1}, stamp, seen=0)
    second = _change(store, night, "accept", {"onset_s": 2}, stamp, seen=first)
    undo = _change(store, night, "undo", first, stamp, seen=second)
    assert _in_force(store, night) == [second]
    again = _change(store, night, "undo", undo, stamp, seen=undo)
    assert _in_force(store, night) == [first, second]
    _change(store, night, "undo", again, stamp, seen=again)
    assert _in_force(store, night) == [second]


def test_a_change_on_a_screen_that_is_old_is_a_conflict(
    store: Store, night: str, stamp: Stamp
) -> None:
    first = _change(store, night, "reject", {}, stamp, seen=0)
    with pytest.raises(ConflictError, match="another window"):
        _change(store, night, "accept", {}, stamp, seen=0)
    assert _in_force(store, night) == [first]


@pytest.mark.parametrize("body", [99, "1", None])
def test_only_a_change_of_this_night_can_be_undone(
    store: Store, night: str, stamp: Stamp, body: Any
) -> None:
    first = _change(store, night, "reject", {}, stamp, seen=0)
    with pytest.raises(NotFoundError):
        _change(store, night, "undo", body, stamp, seen=first)
