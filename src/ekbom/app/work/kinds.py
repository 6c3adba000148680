"""Kinds of long work: which function does it, what of the store it reads, what is kept of it.

A function of a kind is a `ekbom.app.work.worker.Work`: ``does(task, told) -> Outcome``. It runs
in a process of its own that has no database: everything it needs is in ``task.arguments`` (plain
values) and ``task.files`` (paths to read). It calls ``told(share, words)`` as often as it likes,
writes into ``task.folder`` and names there the file that becomes the result. An `EkbomError` is
shown to the user in its own words. It may be ended at any moment, and may be begun again.

``simulate`` is done by ``ekbom.app.work.simulating:simulate``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ekbom.app.nights.files import files_to_score, take_up_measured
from ekbom.store.jobs import Job, JobKind
from ekbom.store.results import ResultKind
from ekbom.store.store import Store


def _no_files(store: Store, job: Job) -> Mapping[str, Path]:
    return {}


def _nothing(store: Store, job: Job, folder: Path) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work.

    Parameters
    ----------
    function : str
        What does it, as ``module:name``; the worker alone imports it.
    result : str
        Kind of the result.
    files : callable
        Store and job to the files the worker may read.
    keep : callable
        Takes up what else the worker left in its folder, before the job counts as done.
    """

    function: str
    result: ResultKind
    files: Callable[[Store, Job], Mapping[str, Path]] = _no_files
    keep: Callable[[Store, Job, Path], None] = _nothing


KINDS: Mapping[JobKind, Kind] = {
    "score": Kind("ekbom.app.work.scoring:score", "night", files_to_score, take_up_measured),
    "simulate": Kind("ekbom.app.work.simulating:simulate", "simulation"),
}
