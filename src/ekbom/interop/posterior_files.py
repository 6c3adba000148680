"""The posterior draws that come with the package, and the report of their validation."""

from __future__ import annotations

import csv
import importlib.resources
import json
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ekbom.errors import KnowledgeError, UsageError
from ekbom.mechanism.draws import Draws

_AGAIN = "Make them anew with `make calibrate`, or install the package again."


def folder() -> Traversable:
    """Where the files of the package are."""
    return importlib.resources.files("ekbom") / "mechanism" / "posterior"


def posterior_variants(place: Traversable | Path | None = None) -> tuple[str, ...]:
    """Variants that come with draws, in alphabetical order.

    Parameters
    ----------
    place : Traversable or Path, optional
        Folder; that of the package if left out.
    """
    names = (entry.name for entry in (place or folder()).iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv")))


def posterior_draws(variant: str, place: Traversable | Path | None = None) -> Draws:
    """Draws from the posterior of one variant.

    Parameters
    ----------
    variant : str
        Id of a variant.
    place : Traversable or Path, optional
        Folder; that of the package if left out.

    Returns
    -------
    Draws
        Standard scores by parameter id, with seed, hash of the data and script.

    Raises
    ------
    UsageError
        There are none for this variant.
    KnowledgeError
        The file is no table of numbers.
    """
    known = posterior_variants(place)
    if variant not in known:
        raise UsageError(
            f"no posterior draws for {variant!r}",
            expected=f"one of: {', '.join(known) or 'none have been made'}",
            what_to_do="Draw from the prior, or choose another variant.",
        )
    file = (place or folder()) / f"{variant}.csv"
    lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    ids = tuple(lines[0]) if lines else ()
    try:
        scores = np.array([[float(cell) for cell in line] for line in lines[1:]])
    except ValueError as error:
        raise _damaged(file.name, "a cell is no number") from error
    if not ids or scores.ndim != 2 or scores.shape[1] != len(ids):
        raise _damaged(file.name, "lines of unlike length, or none")
    if not np.isfinite(scores).all():
        raise _damaged(file.name, "a cell is not finite")
    facts = posterior_facts(variant, place)
    about = {key: str(facts[key]) for key in ("seed", "data_hash", "script", "made_on")}
    return Draws(variant, "posterior", ids, scores, MappingProxyType(about))


def posterior_facts(variant: str, place: Traversable | Path | None = None) -> Mapping[str, Any]:
    """How the draws of one variant were made: seed, data hash, versions, mode, diagnostics.

    Parameters
    ----------
    variant : str
        Id of a variant.
    place : Traversable or Path, optional
        Folder; that of the package if left out.
    """
    return _object(f"{variant}.json", place)


def calibration_report(place: Traversable | Path | None = None) -> Mapping[str, Any]:
    """Contraction, predictions and coverage of all variants.

    Parameters
    ----------
    place : Traversable or Path, optional
        Folder; that of the package if left out.
    """
    return _object("report.json", place)


def _object(name: str, place: Traversable | Path | None) -> Mapping[str, Any]:
    file = (place or folder()) / name
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _damaged(name, "it is missing") from error
    except json.JSONDecodeError as error:
        raise _damaged(name, "it is no JSON") from error
    if not isinstance(found, dict):
        raise _damaged(name, "it is no object")
    return found


def _damaged(name: str, why: str) -> KnowledgeError:
    return KnowledgeError(
        f"the posterior file {name} cannot be used: {why}",
        expected="the files that `make calibrate` writes",
        where=f"ekbom/mechanism/posterior/{name}",
        what_to_do=_AGAIN,
    )
