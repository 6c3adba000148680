"""One scorer's work on a night, as it is compared with others: from marks, or from a result."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError, UsageError
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.scoring.agreement_events import Legs
from ekbom.scoring.movements import marked_legs
from ekbom.terms import EventKind, Side


@dataclass(frozen=True, slots=True)
class Scoring:
    """What one scorer made of a night.

    Parameters
    ----------
    name : str
        How results name the scorer; each name once.
    annotations : Annotations
        Leg movements, stages and other events.
    has_movements : bool
        Whether leg movements were looked for; with none marked, only the caller can know.
    """

    name: str
    annotations: Annotations
    has_movements: bool

    @classmethod
    def of(cls, name: str, annotations: Annotations) -> Scoring:
        """A scoring from marks alone: without a leg movement, movements were not looked for.

        Raises
        ------
        AnnotationError
            Where neither a leg movement nor a stage is marked.
        """
        if not annotations.leg_movements and annotations.hypnogram is None:
            raise AnnotationError(
                "neither leg movements nor stages are marked",
                expected="rows such as 'Limb movement' with their channel, or 'Sleep stage N2'",
                where=name,
                what_to_do="give a scoring; a recording nobody scored needs 'ekbom score --json "
                "--per-leg' first",
            )
        return cls(name, annotations, bool(annotations.leg_movements))

    @classmethod
    def of_result(cls, name: str, night: Mapping[str, Any], rules: str) -> Scoring:
        """A scoring by ekbom, as ``ekbom score --json`` gives it; it holds no hypnogram.

        Parameters
        ----------
        name : str
            How results name the scorer.
        night : Mapping
            ``leg_movements`` (of each leg) is used where it is there, else ``movements``, of one
            edition or of several under ``editions``. An empty list says that none were found.
        rules : str
            Edition to take of several.

        Raises
        ------
        AnnotationError
            Where there is no such list, or an entry is no movement.
        UsageError
            Where none of several editions is ``rules``.
        """
        gaps = tuple(_gaps(night, name))
        night = _by_rules(night, rules, name)
        key = "leg_movements" if "leg_movements" in night else "movements"
        if not isinstance(night.get(key), list):
            raise AnnotationError(
                "no list of movements",
                expected="what 'ekbom score --json --per-leg' prints",
                where=name,
            )
        events = [_event(row, f"{name}, {key} {n}") for n, row in enumerate(night[key], 1)]
        in_order = tuple(sorted(events, key=lambda event: event.onset_s))
        caveats = tuple(_result_caveats(night, rules, name, is_combined=key == "movements"))
        return cls(name, Annotations(in_order, name=name, caveats=caveats, gaps=gaps), True)

    @property
    def hypnogram(self) -> Hypnogram | None:
        """Stages, where there are any."""
        return self.annotations.hypnogram

    @property
    def legs(self) -> Legs:
        """Movements of each leg; one marked on both legs counts on each."""
        return marked_legs(self.annotations.leg_movements)


def _by_rules(night: Mapping[str, Any], rules: str, name: str) -> Mapping[str, Any]:
    """The part of a result that holds movements: the whole, or that of one of several editions."""
    editions = night.get("editions")
    if not isinstance(editions, dict):
        return night
    found = editions.get(rules)
    if isinstance(found, dict):
        return found
    said = ", ".join(editions) or "none"
    raise UsageError(f"no movements by {rules}", expected=f"one of: {said}", where=name)


def _gaps(night: Mapping[str, Any], name: str) -> Iterator[tuple[float, float]]:
    """What nobody recorded; results of an older ekbom do not say it."""
    recording = night.get("recording")
    rows = recording.get("gaps", []) if isinstance(recording, dict) else []
    for row in rows if isinstance(rows, list) else [rows]:
        cells = row if isinstance(row, dict) else {}
        start_s, end_s = _seconds(cells.get("start_s")), _seconds(cells.get("end_s"))
        if start_s is None or end_s is None or end_s < start_s:
            raise AnnotationError(
                f"no gap: {row!r:.60}",
                expected="start_s and an end_s not before it",
                where=f"{name}, recording.gaps",
            )
        yield start_s, end_s


def _result_caveats(
    night: Mapping[str, Any], rules: str, name: str, *, is_combined: bool
) -> Iterator[Caveat]:
    if is_combined:
        statement = (
            "Movements of both legs were combined; a bilateral one is taken to last equally long "
            "on each leg. 'ekbom score --json --per-leg' keeps the legs apart."
        )
        yield Caveat("legs-combined", statement, name)
    found_by = night.get("rules", "rules not named")
    if found_by != rules:
        statement = f"Movements were found by {found_by} and are compared by {rules}."
        yield Caveat("other-rules", statement, name)


def _event(row: object, where: str) -> Event:
    """One movement; nothing but finite numbers and a known side makes one."""
    cells = row if isinstance(row, dict) else {}
    onset_s, offset_s = _seconds(cells.get("onset_s")), _seconds(cells.get("offset_s"))
    side = next((side for side in Side if side == cells.get("side")), None)
    if onset_s is None or offset_s is None or offset_s < onset_s or side is None:
        said = ", ".join(f"{key} {cells.get(key)!r}" for key in ("onset_s", "offset_s", "side"))
        raise AnnotationError(
            f"no movement: {said}",
            expected="onset_s, an offset_s not before it, and a side: left, right or bilateral",
            where=where,
        )
    return Event(EventKind.LEG_MOVEMENT, onset_s, offset_s - onset_s, side=side)


def _seconds(value: object) -> float | None:
    """A finite number, or None; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None
