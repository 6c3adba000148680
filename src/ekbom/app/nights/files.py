"""Files of a night: what it is scored from, and what is kept of the scoring to look at it."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from sqlalchemy import Connection

from ekbom.app.nights.measured import read_measured
from ekbom.app.nights.scoring_options import Asked
from ekbom.scoring.score import NightResult
from ekbom.scoring.settings import Settings
from ekbom.store import blobs, jobs
from ekbom.store.errors import NotFoundError, StoreError
from ekbom.store.jobs import Job
from ekbom.store.nights import Night, night_of
from ekbom.store.store import Store

# What was measured takes about a third of a recording; all of it can be made again.
MOST_CACHE_BYTES = 4 << 30
_PYRAMID = "pyramid"
_DIGITS_OF_AN_ID = 32


def asked_of(connection: Connection, night_id: str) -> Asked:
    """What a night is scored with: as it was asked for last.

    Raises
    ------
    NotFoundError
        It was never asked to be scored.
    """
    job = jobs.latest_job(connection, night_id)
    if job is None:
        raise NotFoundError(
            "this night was never asked to be scored", what_to_do="go back to the patient's nights"
        )
    return Asked.of(job.arguments)


def night_of_person(connection: Connection, person_id: str, night_id: str) -> Night:
    """A night of this patient.

    Raises
    ------
    NotFoundError
        There is none, or it is somebody else's.
    """
    night = night_of(connection, night_id)
    if night.person_id != person_id:
        raise NotFoundError(
            "there is no such night of this patient", what_to_do="go back to the patient's nights"
        )
    return night


def address_of(person_id: str, night_id: str) -> str:
    """Of the page of a night."""
    return f"/patients/{person_id}/nights/{night_id}"


def recording_of(store: Store, night: Night) -> Path:
    """The recording of a night.

    Raises
    ------
    NotFoundError
        Its file is missing.
    """
    return blobs.path_of(store.recordings, night.recording)


def cache_of(store: Store, night_id: str) -> Path:
    """Folder of what can be made again of a night: the measured night lies in it."""
    return store.cache / night_id


def pyramid_of(store: Store, night_id: str) -> Path:
    """Folder of what the viewer draws a night from."""
    return cache_of(store, night_id) / _PYRAMID


def measured_night(
    store: Store, night: Night, asked: Asked, settings: Settings
) -> NightResult | None:
    """A night as it was measured, scored by these settings.

    Parameters
    ----------
    store : Store
        Open.
    night : Night
        The night.
    asked : Asked
        What it is scored with.
    settings : Settings
        Editions to score by.

    Returns
    -------
    NightResult or None
        None where it has to be measured anew: ask for the job ``score`` again.
    """
    folder = cache_of(store, night.id)
    found = read_measured(
        folder,
        recording_of(store, night),
        settings,
        is_immobilization_test=asked.is_immobilization_test,
    )
    if found is not None:
        # The night looked at longest ago is the first to go.
        with contextlib.suppress(OSError):
            os.utime(folder)
    return found


def files_to_score(store: Store, job: Job) -> dict[str, Path]:
    """What the worker reads: the recording, and marks and stages where there are any."""
    with store.reading() as connection:
        night = night_of(connection, job.night_id)
    hashes = {
        "recording": night.recording,
        "marks": night.marks,
        "stages": Asked.of(job.arguments).stages,
    }
    return {
        name: blobs.path_of(store.recordings, sha256) for name, sha256 in hashes.items() if sha256
    }


def take_up_measured(store: Store, job: Job, folder: Path) -> None:
    """Put what was measured in the place of what was measured before.

    Raises
    ------
    StoreError
        The folder of the cache cannot be written to.
    """
    target = cache_of(store, job.night_id)
    try:
        shutil.rmtree(target, ignore_errors=True)
        os.replace(folder / "measured", target)
    except OSError as error:
        raise StoreError(
            f"what was measured could not be kept ({error.strerror or error})",
            expected="a folder that may be written to",
            where=str(target.parent),
            what_to_do="close other programs that look into this folder, and try again",
        ) from error
    make_room(target.parent, MOST_CACHE_BYTES, spared=target)


def make_room(folder: Path, most_bytes: int, *, spared: Path) -> None:
    """Remove measured nights until they fit, those looked at longest ago first.

    Parameters
    ----------
    folder : Path
        The cache; only the folders of nights in it count.
    most_bytes : int
        What they may take together.
    spared : Path
        The one that stays in any case.
    """
    sizes = {night: _bytes_in(night) for night in folder.iterdir() if _is_of_a_night(night)}
    total = sum(sizes.values())
    for night in sorted(sizes, key=lambda one: one.stat().st_mtime):
        if total <= most_bytes:
            return
        if night != spared:
            shutil.rmtree(night, ignore_errors=True)
            total -= sizes[night]


def _is_of_a_night(path: Path) -> bool:
    return path.is_dir() and len(path.name) == _DIGITS_OF_AN_ID


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
