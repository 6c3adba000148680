"""What came later stays later, though the clock of the computer is set back between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ekbom.store import blobs, jobs, nights, results
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store

MADE = results.Made({}, "", {}, "")


@pytest.fixture
def earlier(stamp: Stamp) -> Stamp:
    return Stamp(stamp.who, stamp.at - timedelta(days=300))


def test_results_keep_their_order(
    store: Store, person: str, night: str, stamp: Stamp, earlier: Stamp
) -> None:
    with store.writing() as connection:
        made = [
            results.keep(connection, "night", (person, night), "0" * 64, MADE, when)
            for when in (stamp, earlier, earlier)
        ]
        found = results.results_of(connection, person, "night")
        latest = results.latest_of_night(connection, night)
    assert [each.id for each in found] == made
    assert latest == found[-1]


def test_jobs_keep_their_order(
    store: Store, person: str, night: str, stamp: Stamp, earlier: Stamp
) -> None:
    with store.writing() as connection:
        asked = [
            jobs.ask(connection, "score", (person, night), {}, when)
            for when in (stamp, earlier, earlier)
        ]
        found = jobs.open_jobs(connection)
        latest = jobs.latest_job(connection, night)
    assert [each.id for each in found] == asked
    assert latest == found[-1]


def test_nights_of_one_date_keep_their_order(
    store: Store, person: str, stamp: Stamp, earlier: Stamp
) -> None:
    blob = blobs.kept(store.recordings, b"a recording")
    with store.writing() as connection:
        added = [
            nights.add_night(
                connection, person, (blob, None), ("a.edf", ""), date(2026, 11, 20), when
            )
            for when in (stamp, earlier, earlier)
        ]
        found = nights.nights_of(connection, person)
    assert [each.id for each in found] == added
