"""Long work: done once and in order; cancelled, killed or interrupted it says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ekbom.app.work.kinds import Kind
from ekbom.app.work.queue import Queue
from ekbom.app.work.task import Failure
from ekbom.store import audit_log, blobs, facts, jobs, results
from ekbom.store.jobs import Job
from ekbom.store.store import Store, opened

RECORD = {"id": "p-1", "person": {"sex": "female"}}


def kind(function: str) -> Kind:
    return Kind(f"tasks_for_tests:{function}", "simulation")


@pytest.fixture(autouse=True)
def tasks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks where its parent does."""
    monkeypatch.syspath_prepend(Path(__file__).parent)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store", clock=lambda: datetime.now(UTC)) as found:
        yield found


@pytest.fixture
def person(store: Store) -> str:
    with store.writing() as connection:
        return facts.new_person(connection, RECORD, store.stamp("Dr Example"))


@pytest.fixture
def queue_of(store: Store) -> Iterator[Callable[..., Queue]]:
    """Queues of one kind of work, each stopped in the end."""
    made = []

    def start(function: str, *, keep: Callable[[Store, Job, Path], None] | None = None) -> Queue:
        one = kind(function)
        if keep is not None:
            one = Kind(one.function, one.result, keep=keep)
        made.append(Queue(store, {"simulate": one}))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def gate(tmp_path: Path) -> dict[str, str]:
    return {"gate": str(tmp_path / "gate"), "began": str(tmp_path / "began")}


def until(store: Store, job_id: str, is_so: Callable[[Job], bool]) -> Job:
    ends_s = time.monotonic() + 30
    while time.monotonic() < ends_s:
        with store.reading() as connection:
            job = jobs.job_of(connection, job_id)
        if is_so(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"still {job}")


def ended(job: Job) -> bool:
    return not job.is_open


def at_the_gate(job: Job) -> bool:
    return job.share_done == 0.25


def begun(gate: dict[str, str]) -> list[int]:
    return [int(line) for line in Path(gate["began"]).read_text().split()]


def ask(queue: Queue, store: Store, person: str, arguments: object) -> str:
    return queue.ask("simulate", (person, ""), arguments, store.stamp("Dr Example"))


def test_the_outcome_is_kept_as_a_result_of_the_job(
    store: Store, person: str, queue_of: Callable[..., Queue]
) -> None:
    job = until(store, ask(queue_of("at_once"), store, person, {"night": 7}), ended)
    assert (job.state, job.share_done) == ("done", 1.0)
    with store.reading() as connection:
        (kept,) = results.results_of(connection, person, "simulation")
    assert kept.id == job.result_id
    assert kept.made_by == "Dr Example"
    assert kept.made.inputs == {"night": 7}
    assert json.loads(blobs.path_of(store.results, kept.sha256).read_text()) == {"night": 7}
    assert list((store.cache / "work").iterdir()) == []


def test_two_jobs_are_done_one_after_the_other(
    store: Store, person: str, queue_of: Callable[..., Queue], gate: dict[str, str]
) -> None:
    queue = queue_of("when_let")
    first, second = (ask(queue, store, person, gate) for _ in range(2))
    until(store, first, at_the_gate)
    assert until(store, second, lambda job: True).state == "waiting"
    assert len(begun(gate)) == 1
    Path(gate["gate"]).touch()
    done = [until(store, job_id, ended) for job_id in (first, second)]
    assert [job.state for job in done] == ["done", "done"]
    assert len(set(begun(gate))) == 2


def test_cancelling_ends_the_worker_and_leaves_nothing(
    store: Store, person: str, queue_of: Callable[..., Queue], gate: dict[str, str]
) -> None:
    queue = queue_of("when_let")
    running, waiting = (ask(queue, store, person, gate) for _ in range(2))
    until(store, running, at_the_gate)
    queue.cancel(waiting, store.stamp("Dr Example"))
    queue.cancel(running, store.stamp("Dr Example"))
    assert until(store, running, ended).state == "cancelled"
    assert until(store, waiting, ended).state == "cancelled"
    (pid,) = begun(gate)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    queue.cancel(running, store.stamp("Dr Example"))
    assert until(store, running, ended).state == "cancelled"
    with store.reading() as connection:
        assert results.results_of(connection, person, "simulation") == ()


def test_a_killed_worker_is_a_failure_in_words_and_the_next_job_is_done(
    store: Store, person: str, queue_of: Callable[..., Queue], gate: dict[str, str]
) -> None:
    queue = queue_of("when_let")
    first, second = (ask(queue, store, person, gate) for _ in range(2))
    until(store, first, at_the_gate)
    os.kill(queue.worker_pid, signal.SIGKILL)
    failed = until(store, first, ended)
    assert failed.state == "failed"
    assert Failure.from_text(failed.says).found.endswith("(signal 9)")
    assert "memory" in Failure.from_text(failed.says).what_to_do
    Path(gate["gate"]).touch()
    assert until(store, second, ended).state == "done"


def test_what_was_being_done_at_closing_is_done_at_the_next_start(
    store: Store, person: str, queue_of: Callable[..., Queue], gate: dict[str, str]
) -> None:
    queue = queue_of("when_let")
    job_id = ask(queue, store, person, gate)
    until(store, job_id, at_the_gate)
    queue.stop()
    waits = until(store, job_id, lambda job: job.state == "waiting")
    # Closing is no attempt: closed three times, it is still done.
    assert (waits.attempts, waits.share_done) == (0, 0.0)
    with pytest.raises(ProcessLookupError):
        os.kill(begun(gate)[0], 0)
    Path(gate["gate"]).touch()
    queue_of("when_let")
    assert until(store, job_id, ended).state == "done"


def test_what_ran_when_the_program_was_killed_is_begun_again_but_not_for_ever(
    store: Store, person: str, queue_of: Callable[..., Queue]
) -> None:
    ids = []
    with store.writing() as connection:
        for attempts in (1, jobs.MOST_ATTEMPTS):
            stamp = store.stamp("Dr Example")
            ids.append(jobs.ask(connection, "simulate", (person, ""), {}, stamp))
            jobs.tell(connection, ids[-1], stamp, state="running", attempts=attempts)
    queue_of("at_once")
    once, often = (until(store, job_id, ended) for job_id in ids)
    assert (once.state, once.attempts) == ("done", 2)
    assert often.state == "failed"
    assert "3 times" in often.says


@pytest.mark.parametrize(
    ("function", "found", "what_to_do"),
    [
        ("refused", "the file is empty", "give another"),
        ("without_room", "No space left", "make space"),
        ("dies", "a fault of ekbom", "try again"),
        ("leaves_nothing", "the result could not be kept", "make space"),
    ],
)
def test_a_failure_says_what_happened_and_what_to_do(
    store: Store,
    person: str,
    queue_of: Callable[..., Queue],
    function: str,
    found: str,
    what_to_do: str,
) -> None:
    job = until(store, ask(queue_of(function), store, person, {}), ended)
    assert job.state == "failed"
    said = Failure.from_text(job.says)
    assert found in said.found
    assert what_to_do in said.what_to_do
    with store.reading() as connection:
        assert audit_log.verify(connection) is not None


def test_a_worker_begins_light_and_without_a_database() -> None:
    asks = "import sys, ekbom.app.work.worker; print({'sqlalchemy', 'numpy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_failure_keeps_its_parts_in_a_row() -> None:
    failure = Failure("two channels\nare the left leg", "one", "night.edf", "name it")
    assert Failure.from_text(failure.as_text()) == Failure(
        "two channels are the left leg", "one", "night.edf", "name it"
    )
