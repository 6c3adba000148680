"""The queue: one thread that owns the rows of jobs and has one worker at a time."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from ekbom.app.work.kinds import KINDS, Kind
from ekbom.app.work.task import Ending, Failure, Outcome, Progress, Task
from ekbom.app.work.worker import Worker
from ekbom.errors import EkbomError
from ekbom.store import jobs, results
from ekbom.store.blobs import Arriving, Blob
from ekbom.store.errors import StoreError
from ekbom.store.jobs import Job, JobKind
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store

_FOLDER = "work"
# Whoever asks wakes the queue; this is for rows that were asked for past it.
_LOOKS_EVERY_S = 1.0
_LISTENS_S = 0.2
_TELLS_EVERY_S = 0.5
_CHUNK = 1 << 20
_MOST_RESULT_BYTES = 1 << 30
_CLOSED = "waits: ekbom was closed before it was done"


class _Cut(Enum):
    """Why a worker was ended before it was done."""

    CANCELLED = "cancelled"
    CLOSED = "closed"


class Queue:
    """Long work in its order.

    Parameters
    ----------
    store : Store
        Open; of this program alone.
    kinds : Mapping of str to Kind
        What can be done.
    """

    def __init__(self, store: Store, kinds: Mapping[JobKind, Kind] = KINDS) -> None:
        self._store = store
        self._kinds = kinds
        self._thread = threading.Thread(target=self._run, name="ekbom-work", daemon=True)
        self._woken = threading.Event()
        self._closing = threading.Event()
        self._folder = store.cache / _FOLDER
        self.worker_pid = 0

    def start(self) -> None:
        """Begin; what was being done when the program ended last time is done again."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with self._store.writing() as connection:
            jobs.begin_again(connection, self._store.stamp("ekbom"))
        self._thread.start()

    def stop(self) -> None:
        """End; what is being done waits for the next start."""
        self._closing.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def ask(self, kind: JobKind, whose: tuple[str, str], arguments: Any, stamp: Stamp) -> str:
        """Ask for a piece of work; returns the id of its job.

        Parameters
        ----------
        kind, whose, arguments, stamp
            See `ekbom.store.jobs.ask`.
        """
        with self._store.writing() as connection:
            job_id = jobs.ask(connection, kind, whose, arguments, stamp)
        self.wake()
        return job_id

    def wake(self) -> None:
        """Look for work now: somebody asked for some in a transaction of their own."""
        self._woken.set()

    def cancel(self, job_id: str, stamp: Stamp) -> None:
        """Ask for a job to stop; one that has ended stays as it is.

        Parameters
        ----------
        job_id : str
            The job.
        stamp : Stamp
            Who and when.
        """
        with self._store.writing() as connection:
            job = jobs.job_of(connection, job_id)
            if job.state == "waiting":
                _ended(connection, job, stamp, "cancelled", "cancelled")
            elif job.is_open:
                jobs.tell(connection, job_id, stamp, cancel_asked=True)
        self.wake()

    def _run(self) -> None:
        while not self._closing.is_set():
            # A disk that is full or gone comes back: the rows say what was being done.
            with contextlib.suppress(StoreError):
                job = self._next()
                if job is not None:
                    self._do(job)
                    continue
            self._woken.wait(_LOOKS_EVERY_S)
            self._woken.clear()

    def _next(self) -> Job | None:
        """The oldest job that waits; none of them is running, as the one worker is not."""
        with self._store.reading() as connection:
            waiting = jobs.open_jobs(connection)
        if any(job.state == "running" for job in waiting):
            with self._store.writing() as connection:
                jobs.begin_again(connection, self._store.stamp("ekbom"))
                waiting = jobs.open_jobs(connection)
        return next((job for job in waiting if job.state == "waiting"), None)

    def _do(self, job: Job) -> None:
        with self._store.writing() as connection:
            # It may have been cancelled since it was found.
            if jobs.job_of(connection, job.id).state != "waiting":
                return
            stamp, attempts = self._stamp(job), job.attempts + 1
            jobs.tell(
                connection, job.id, stamp, state="running", attempts=attempts, says="beginning"
            )
        kind = self._kinds.get(job.kind)
        if kind is None:
            self._tell(job, state="failed", says="this version of ekbom does no such work")
            return
        folder = self._folder / job.id
        try:
            self._end(job, kind, folder, self._ending(job, kind, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _ending(self, job: Job, kind: Kind, folder: Path) -> Ending | _Cut:
        try:
            folder.mkdir(parents=True)
            task = Task(folder, job.arguments, kind.files(self._store, job))
            worker = Worker(kind.function, task)
        except EkbomError as error:
            return Failure.of(error)
        except OSError as error:
            return Failure(
                f"the work could not be begun ({error.strerror or error})",
                what_to_do="make space on the disk, close other programs, and try again",
            )
        self.worker_pid = worker.pid
        try:
            return self._watched(job, worker)
        finally:
            self.worker_pid = 0
            worker.end()

    def _watched(self, job: Job, worker: Worker) -> Ending | _Cut:
        latest, written, wrote_s = Progress(0.0, "beginning"), Progress(0.0, ""), 0.0
        while True:
            message = worker.heard(_LISTENS_S)
            if isinstance(message, Outcome | Failure):
                return message
            latest = message or latest
            if self._closing.is_set():
                return _Cut.CLOSED
            if time.monotonic() - wrote_s < _TELLS_EVERY_S:
                continue
            wrote_s = time.monotonic()
            # How far it is may be lost; what comes of it may not.
            with contextlib.suppress(StoreError):
                if self._is_cancelled(job):
                    return _Cut.CANCELLED
                if latest != written:
                    self._tell(job, share_done=latest.share_done, says=latest.says)
                    written = latest

    def _is_cancelled(self, job: Job) -> bool:
        with self._store.reading() as connection:
            return jobs.job_of(connection, job.id).cancel_asked

    def _tell(self, job: Job, **changed: Any) -> None:
        with self._store.writing() as connection:
            jobs.tell(connection, job.id, self._stamp(job), **changed)

    def _stamp(self, job: Job) -> Stamp:
        return self._store.stamp(job.made_by)

    def _end(self, job: Job, kind: Kind, folder: Path, ending: Ending | _Cut) -> None:
        if isinstance(ending, Outcome):
            try:
                self._take_up(job, kind, folder, ending)
                return
            except EkbomError as error:
                ending = Failure.of(error)
        if isinstance(ending, Failure):
            self._tell(job, state="failed", says=ending.as_text())
        elif ending is _Cut.CANCELLED:
            self._tell(job, state="cancelled", says="cancelled")
        else:
            # Closing ekbom is no fault of the work: it does not count as an attempt.
            self._tell(job, state="waiting", attempts=job.attempts, share_done=0.0, says=_CLOSED)

    def _take_up(self, job: Job, kind: Kind, folder: Path, outcome: Outcome) -> None:
        """Files first; the rows of result and job in one transaction after them."""
        kind.keep(self._store, job, folder)
        blob = _kept(self._store.results, folder / outcome.result)
        made = results.Made(
            outcome.inputs, outcome.knowledge_hash, outcome.editions, outcome.version
        )
        stamp, whose = self._stamp(job), (job.person_id, job.night_id)
        with self._store.writing() as connection:
            if jobs.job_of(connection, job.id).cancel_asked:
                _ended(connection, job, stamp, "cancelled", "cancelled")
                return
            result_id = results.keep(connection, kind.result, whose, blob.sha256, made, stamp)
            _ended(connection, job, stamp, "done", "done", share_done=1.0, result_id=result_id)


def _ended(
    connection: Connection, job: Job, stamp: Stamp, state: str, says: str, **changed: Any
) -> None:
    jobs.tell(connection, job.id, stamp, state=state, says=says, **changed)


def _kept(results_folder: Path, file: Path) -> Blob:
    """The file of a result among the results."""
    arriving = Arriving(results_folder, _MOST_RESULT_BYTES)
    try:
        with file.open("rb") as source:
            while piece := source.read(_CHUNK):
                arriving.write(piece)
        return arriving.keep()
    except OSError as error:
        raise StoreError(
            f"the result could not be kept ({error.strerror or error})",
            expected="a disk with space left that may be written to",
            what_to_do="make space and try again; what was saved before is safe",
        ) from error
    finally:
        arriving.drop()


def work_of(request: Request) -> Queue:
    """The queue of a request."""
    found: Queue = request.app.state.work
    return found
