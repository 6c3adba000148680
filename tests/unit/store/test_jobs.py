"""Long work survives a restart, and ends where it should."""

from __future__ import annotations

from typing import Any

import pytest

from ekbom.store import audit_log, jobs
from ekbom.store.errors import NotFoundError
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store


@pytest.fixture
def job(store: Store, person: str, night: str, stamp: Stamp) -> str:
    with store.writing() as connection:
        return jobs.ask(connection, "score", (person, night), {"rule": "WASM"}, stamp)


def _tell(store: Store, job: str, stamp: Stamp, **changed: Any) -> None:
    with store.writing() as connection:
        jobs.tell(connection, job, stamp, **changed)


def _restarted(store: Store, job: str, stamp: Stamp) -> jobs.Job:
    with store.writing() as connection:
        jobs.begin_again(connection, stamp)
        return jobs.job_of(connection, job)


def test_a_job_waits_and_is_the_latest_of_its_night(store: Store, night: str, job: str) -> None:
    with store.reading() as connection:
        found = jobs.latest_job(connection, night)
        assert jobs.open_jobs(connection) == (found,)
    assert found is not None
    assert (found.id, found.state, found.arguments) == (job, "waiting", {"rule": "WASM"})
    assert found.is_open


def test_a_job_that_ended_is_no_longer_open_and_stands_in_the_log(
    store: Store, job: str, stamp: Stamp
) -> None:
    _tell(store, job, stamp, state="done", share_done=1.0)
    with store.reading() as connection:
        assert jobs.open_jobs(connection) == ()
        *_, last = audit_log.rows(connection)
    assert (last["action"], last["object_id"], last["outcome"]) == ("end job", job, "done")


def test_after_a_restart_what_was_running_waits_again(store: Store, job: str, stamp: Stamp) -> None:
    _tell(store, job, stamp, state="running", share_done=0.5, attempts=1)
    found = _restarted(store, job, stamp)
    assert (found.state, found.share_done) == ("waiting", 0.0)


def test_a_job_that_ended_the_program_too_often_has_failed(
    store: Store, job: str, stamp: Stamp
) -> None:
    _tell(store, job, stamp, state="running", attempts=jobs.MOST_ATTEMPTS)
    found = _restarted(store, job, stamp)
    assert found.state == "failed"
    assert str(jobs.MOST_ATTEMPTS) in found.says


def test_a_job_that_should_stop_is_not_begun_again(store: Store, job: str, stamp: Stamp) -> None:
    _tell(store, job, stamp, state="running", cancel_asked=True, attempts=1)
    assert _restarted(store, job, stamp).state == "cancelled"


def test_a_job_that_waited_or_ended_is_left_alone_by_a_restart(
    store: Store, job: str, stamp: Stamp
) -> None:
    assert _restarted(store, job, stamp).says == "waiting for its turn"
    _tell(store, job, stamp, state="done")
    assert _restarted(store, job, stamp).state == "done"


def test_an_unknown_job_is_said_to_be_unknown(store: Store, stamp: Stamp) -> None:
    with pytest.raises(NotFoundError), store.reading() as connection:
        jobs.job_of(connection, "none")
    with pytest.raises(NotFoundError):
        _tell(store, "none", stamp, state="done")
