"""The nights of a patient as a list: when, how far they are, and what came out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from ekbom.app.desk import Desk, Person
from ekbom.interop.scored_nights import night_rules, night_summary
from ekbom.patient.patient import NightSummary
from ekbom.scoring.settings import RULES
from ekbom.store import blobs, jobs, nights, results
from ekbom.store.jobs import Job
from ekbom.store.nights import Change, Night


@dataclass(frozen=True, slots=True)
class Listed:
    """One night of the list.

    Parameters
    ----------
    night : Night
        As the store has it.
    job : Job or None
        Its latest work.
    summary : NightSummary or None
        What was found, by the edition the record of the patient goes by; None before it is scored.
    n_changes : int
        Changes made by hand that are in force; the summary is that without them.
    withdrawal : Change or None
        By which it was withdrawn.
    """

    night: Night
    job: Job | None
    summary: NightSummary | None
    n_changes: int
    withdrawal: Change | None


def listed(desk: Desk, person: Person) -> tuple[Listed, ...]:
    """The nights of a patient, the latest first."""
    rules = night_rules(person.patient, RULES)
    with desk.store.reading() as connection:
        every = nights.nights_of(connection, person.id)
        return tuple(_listed(desk, connection, night, rules) for night in reversed(every))


def _listed(desk: Desk, connection: Connection, night: Night, rules: str) -> Listed:
    result = results.latest_of_night(connection, night.id)
    summary = None
    if result is not None:
        file = blobs.path_of(desk.store.results, result.sha256, must_exist=False)
        # A result that is missing is said by the night's own page and by ekbom doctor.
        summary = _summary(file, night.began_on, rules) if file.is_file() else None
    changes = nights.changes(connection, night.id)
    job, n_changes = jobs.latest_job(connection, night.id), len(nights.in_force(changes))
    return Listed(night, job, summary, n_changes, nights.withdrawal(changes))


@lru_cache(maxsize=512)
def _summary(file: Path, on: date, rules: str) -> NightSummary:
    """The numbers of a result, whose file is named by its content; the whole is not kept."""
    return night_summary(json.loads(file.read_text(encoding="utf-8")), file.name, on, rules)
