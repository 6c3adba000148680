"""Populations in files: what is asked for, what has been done so far, and what came of it."""

from __future__ import annotations

import importlib.resources
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import PopulationError, WritingError
from ekbom.interop.files import write_whole
from ekbom.interop.plain_files import FileKind, read_plain
from ekbom.interop.tables import TableKind, write_table
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.populations.lanes import MEASURES
from ekbom.mechanism.populations.population import Chunk
from ekbom.mechanism.populations.population_file import PopulationFile, population_from
from ekbom.mechanism.populations.population_summary import SummaryRow, Totals

POPULATION = FileKind(
    "population", "title and arms", "ekbom population --new FILE", PopulationError
)
ABOUT, SO_FAR, SUMMARY = "about.json", "so-far.npz", "summary.csv"
_COUNTS = ("chunks", "n", "failed")


def template_text() -> str:
    """A file of two arms, to be changed."""
    examples = importlib.resources.files("ekbom") / "examples"
    return (examples / "population-template.yaml").read_text(encoding="utf-8")


def read_population(
    path: str | os.PathLike[str], knowledge: KnowledgeBase, weeks: int | None = None
) -> PopulationFile:
    """The arms of a population or a trial.

    Parameters
    ----------
    path : str or os.PathLike
        YAML, or JSON where the name ends in ``.json``.
    knowledge : KnowledgeBase
        All sections.
    weeks : int, optional
        Length, where it is not that of the file.

    Raises
    ------
    PopulationError
        The file cannot be read, or asks for what cannot be simulated; the message says where.
    """
    return population_from(read_plain(path, POPULATION), knowledge, weeks)


@dataclass(frozen=True, slots=True)
class PopulationFolder:
    """A folder a population is written to while it runs, so that it can go on.

    Parameters
    ----------
    folder : Path
        Where.
    settings : Mapping
        What the numbers depend on, with its ``hash``.
    limits : LimitsOfUse
        What the model may and may not say; stands in every file.
    arms : tuple of str
        Names.
    rows : str or None
        Kind of the tables of people; None for none.
    """

    folder: Path
    settings: Mapping[str, Any]
    limits: LimitsOfUse
    arms: tuple[str, ...]
    rows: TableKind | None = None

    def begin(self) -> Totals | None:
        """Make the folder, or find out how far an earlier run of the same came.

        Raises
        ------
        WritingError
            The folder cannot be made, or holds something else.
        PopulationError
            What it holds is no longer whole.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            empty = not any(self.folder.iterdir())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise WritingError(
                f"the folder cannot be made ({reason})", where=str(self.folder)
            ) from error
        if empty:
            write_whole(self.folder / ABOUT, self._about())
            return None
        self._check_same()
        path = self.folder / SO_FAR
        return _totals(path) if path.exists() else None

    def save(self, totals: Totals) -> None:
        """What has been done so far, in place of what had been."""
        write_whole(self.folder / SO_FAR, _as_bytes(totals))

    def save_people(self, chunk: Chunk) -> None:
        """The people of a chunk, one row for each person, arm and week."""
        if self.rows is None:
            return
        path = self.folder / f"people-{chunk.number:06d}.{self.rows}"
        write_table(path, _columns(chunk, self.arms), self._said())

    def finish(self, rows: Sequence[SummaryRow]) -> None:
        """The summary."""
        names = [field.name for field in fields(SummaryRow)]
        columns = {name: np.array([getattr(row, name) for row in rows]) for name in names}
        write_table(self.folder / SUMMARY, columns, self._said())

    def _said(self) -> dict[str, str]:
        return {
            "limits": self.limits.in_short,
            "hash of the settings": str(self.settings["hash"]),
        }

    def _about(self) -> bytes:
        about = {
            "limits": self.limits.in_short,
            "may_not_say": list(self.limits.may_not),
            "rows": self.rows or "none",
            "settings": dict(self.settings),
        }
        return (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()

    def _check_same(self) -> None:
        path = self.folder / ABOUT
        try:
            same = path.read_bytes() == self._about()
        except OSError as error:
            raise WritingError(
                "the folder holds something else",
                expected=f"an empty folder, or one with {ABOUT} of the same population",
                where=str(self.folder),
                what_to_do="Name another folder.",
            ) from error
        if not same:
            raise WritingError(
                "the folder holds another population: other arms, people, seed, parameters or "
                "version",
                where=str(path),
                what_to_do="Name another folder, or ask for what stands in that file.",
            )


def _as_bytes(totals: Totals) -> bytes:
    file = io.BytesIO()
    parts: dict[str, Any] = {f.name: np.asarray(getattr(totals, f.name)) for f in _FIELDS}
    np.savez(file, **parts)
    return file.getvalue()


_FIELDS = fields(Totals)


def _totals(path: Path) -> Totals:
    try:
        with np.load(path, allow_pickle=False) as held:
            parts = {field.name: held[field.name] for field in _FIELDS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise PopulationError(
            f"this is not what was saved ({error})",
            where=str(path),
            what_to_do="Delete the file; the run then begins anew.",
        ) from error
    whole: dict[str, Any] = {k: int(v) if k in _COUNTS else v for k, v in parts.items()}
    return Totals(**whole)


def _columns(chunk: Chunk, arms: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Rows in the order of people, arms and weeks."""
    n_arms, _, n_weeks, n = chunk.nights.shape
    each = n_arms * n_weeks
    person = chunk.people.person

    def of_person(values: Any) -> NDArray[Any]:
        return np.repeat(np.asarray(values), each)

    columns: dict[str, NDArray[Any]] = {
        "person": of_person(chunk.first_person + np.arange(n)),
        "sex": of_person(np.where(chunk.people.woman, "female", "male")),
        "age_y": of_person(chunk.people.age_y),
        "weight_kg": of_person(person.weight_kg),
        "draw": of_person(chunk.draw),
        "arm": np.tile(np.repeat(np.asarray(arms), n_weeks), n),
        "week": np.tile(np.arange(n_weeks), n * n_arms),
    }
    for measure, name in enumerate(MEASURES):
        columns[name] = np.moveaxis(chunk.nights[:, measure], -1, 0).ravel()
    return columns
