"""What the page of one night shows of its reading: movements, indices, changes, agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ekbom.app.nights.reading import Reading
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import bind
from ekbom.report import tables
from ekbom.report.citations import UNITS
from ekbom.report.narrative import edition_label
from ekbom.report.tables import Cell, Row
from ekbom.scoring.agreement_events import AgreementRules, EventAgreement, event_agreement
from ekbom.scoring.edits import Outcome, edit_states
from ekbom.scoring.movements import MICRO, Part, microseconds
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.reasons import reason_of
from ekbom.scoring.score import EditionResult
from ekbom.store.nights import Change
from ekbom.terms import Side, SleepStage

_SIDES = {Side.LEFT: "left", Side.RIGHT: "right", Side.BILATERAL: "both"}
_MATCHING = "ekbom-agreement-1"
_REJECTED = "-"


@dataclass(frozen=True, slots=True)
class Shown:
    """One movement as the table and the viewer show it.

    Parameters
    ----------
    key : str
        Its legs and times: the same movement has the same key in every reading.
    parts : tuple of Part
        The movements of each leg it consists of.
    side, clock, stage, what, state : str
        Leg; time of the day; stage at the onset; candidate, periodic or neither; ``automatic``,
        ``accepted``, ``rejected`` or ``added``.
    onset_s, offset_s, duration_s : float
        In seconds from the start of the recording.
    interval_s : float or None
        From the onset of the candidate before.
    is_candidate, is_periodic, is_respiratory, is_in_bed : bool
        What it counts as.
    series : int or None
        Number of its series.
    index : int or None
        Its number in the scored night; none where it was rejected.
    change : int
        The change that gave it its state; 0 where nobody touched it.
    is_idle : bool
        It was rejected, and nothing is found there now anyway.
    """

    key: str
    parts: tuple[Part, ...]
    side: str
    clock: str
    stage: str
    what: str
    state: str
    onset_s: float
    offset_s: float
    duration_s: float
    interval_s: float | None = None
    is_candidate: bool = False
    is_periodic: bool = False
    is_respiratory: bool = False
    is_in_bed: bool = True
    series: int | None = None
    index: int | None = None
    change: int = 0
    is_idle: bool = False


def movements_shown(reading: Reading) -> tuple[Shown, ...]:
    """Every movement of a reading, those that were rejected too, in order of onset."""
    edition = reading.edition
    start = reading.result.start
    kept = list(_found(edition, start))
    rejected = [
        _rejected(outcome, edition.night, start)
        for outcome in edition.edits
        if outcome.edit.kind == "reject"
    ]
    return tuple(sorted([*kept, *rejected], key=lambda one: (one.onset_s, one.key)))


def reasons_shown(reading: Reading, one: Shown) -> str:
    """Why a movement counts or does not."""
    if one.index is not None:
        return str(reason_of(reading.edition.night, one.index))
    if one.is_idle:
        return "rejected by hand; with these settings nothing is found at this time"
    return "rejected by hand: it counts in nothing"


def key_of(parts: tuple[Part, ...]) -> str:
    """The key of a movement: the leg and the microseconds of each of its parts."""
    return "_".join(
        f"{part.side[0]}{int(microseconds(part.onset_s))}-{int(microseconds(part.offset_s))}"
        for part in parts
    )


def movements_json(reading: Reading) -> dict[str, Any]:
    """The reading for the viewer of signals."""
    return {
        "seen": reading.seen,
        "edition": edition_label(reading.choice.rules),
        "is_trial": reading.is_trial,
        "movements": [
            {
                "key": one.key,
                "side": one.side,
                "onset_s": one.onset_s,
                "offset_s": one.offset_s,
                "is_candidate": one.is_candidate,
                "is_periodic": one.is_periodic,
                "series": one.series,
                "reasons": [reasons_shown(reading, one)],
                "state": one.state,
                "parts": [
                    {"side": str(part.side), "onset_s": part.onset_s, "offset_s": part.offset_s}
                    for part in one.parts
                ],
            }
            for one in movements_shown(reading)
        ],
        "indices": {row.name: row.now.value for row in indices_shown(reading)},
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the reading beside that of the automatic scoring."""

    name: str
    note: str
    now: Cell
    automatic: Cell

    @property
    def is_changed(self) -> bool:
        """Whether they differ."""
        return self.now != self.automatic


def indices_shown(reading: Reading) -> tuple[Compared, ...]:
    """The figures read first, as read and as scored automatically."""
    now, before = tables.headlines(reading.result), tables.headlines(reading.automatic)
    pairs = [(_per_hour(now), _per_hour(before))]
    pairs += [(_counts(reading.edition), _counts(reading.automatic_edition))]
    return tuple(
        Compared(now.name, now.note, now.cells[0], automatic.cells[0])
        for rows, others in pairs
        for now, automatic in zip(rows, others, strict=True)
    )


def _per_hour(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Indices with their unit."""
    return tuple(
        replace(
            row,
            cells=tuple(
                cell if cell.is_unknown else replace(cell, value=f"{cell.value}/h")
                for cell in row.cells
            ),
        )
        for row in rows
    )


def findings_shown(reading: Reading) -> tuple[Compared, ...]:
    """The figures beside published limits."""
    now, before = tables.finding_rows(reading.result), tables.finding_rows(reading.automatic)
    return tuple(
        Compared(row.name, row.note, row.cells[0], other.cells[0])
        for (_, row), (_, other) in zip(now, before, strict=True)
    )


def _counts(edition: EditionResult) -> tuple[Row, ...]:
    indices, whole = edition.indices, edition.indices.by_stage["time_in_bed"]
    ratio = whole.periodicity_index
    return (
        Row("Leg movements", "in bed, of either leg or both", (_number(_n_in_bed(edition)),)),
        Row("Candidates", "that may stand in a series", (_number(whole.candidates.n),)),
        Row("Series", "of periodic leg movements", (_number(indices.n_series),)),
        Row(
            "PLM/CLM ratio",
            "share of candidates that are periodic",
            (Cell(tables.UNKNOWN, is_unknown=True) if ratio is None else Cell(f"{ratio:.2f}"),),
        ),
    )


def _n_in_bed(edition: EditionResult) -> int:
    return int(np.count_nonzero(edition.night.is_in_bed))


def _number(count: int) -> Cell:
    return Cell(str(count))


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change in the list of changes.

    Parameters
    ----------
    number : int
        Counted from the first change of this night.
    by, at, says : str
        Who, when (UTC, as the store has it), and what in words.
    is_in_force : bool
        Whether it counts now.
    undo : int
        The change to take back so that it is undone, or done again.
    note : str
        What became of it with these settings.
    """

    number: int
    by: str
    at: str
    says: str
    is_in_force: bool
    undo: int
    note: str = ""


def changes_shown(reading: Reading) -> tuple[ShownChange, ...]:
    """Every change but the undoings themselves, the latest first."""
    in_force = {each.seq for each in reading.in_force}
    outcomes = {each.edit.id: each for each in reading.edition.edits}
    last_undo = {int(each.body): each.seq for each in reading.changes if each.kind == "undo"}
    made = [each for each in reading.changes if each.kind != "undo"]
    shown = []
    for number, each in reversed(list(enumerate(made, 1))):
        holds = each.seq in in_force
        shown.append(
            ShownChange(
                number,
                each.made_by,
                each.made_at,
                _says(each, reading),
                holds,
                each.seq if holds else last_undo.get(each.seq, each.seq),
                _note(outcomes.get(each.seq)),
            )
        )
    return tuple(shown)


def last_in_force(reading: Reading) -> int:
    """The change that undoing once takes back; 0 where there is none."""
    return max((each.seq for each in reading.in_force), default=0)


def _says(change: Change, reading: Reading) -> str:
    if change.kind == "withdraw":
        return "withdrew this night"
    if change.kind == "settings":
        body = change.body
        given = [_setting(reading, *each) for each in body["overrides"].items()]
        window = f"respiratory window {body['window']}" if body["window"] else ""
        rest = ", ".join([*([window] if window else []), *given])
        return f"read by {edition_label(body['rules'])}" + (f" with {rest}" if rest else "")
    parts = change.body["parts"]
    sides = "both legs" if len({part["side"] for part in parts}) > 1 else f"{parts[0]['side']} leg"
    onset_s = min(part["onset_s"] for part in parts)
    length_s = max(part["offset_s"] for part in parts) - onset_s
    word = {"reject": "rejected", "accept": "accepted", "add": "added"}[change.kind]
    return f"{word} {clock(reading.result.start, onset_s)}, {sides}, {length_s:.2f} s"


def _setting(reading: Reading, name: str, value: str) -> str:
    """A setting as its control is called, with its unit."""
    edition = reading.result.settings.editions[0]
    sourced = {**edition.thresholds.provenance, **edition.rules.provenance}.get(name)
    if sourced is None:
        return f"{name} {value}"
    said = "no limit" if value == "inf" else value.replace("-", " ")
    return f"“{sourced.name}” {said} {UNITS.get(sourced.unit, sourced.unit)}".strip()


def _note(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if outcome.is_idle:
        return "touches nothing with these settings"
    if outcome.is_too_short:
        return "too short to be a leg movement by these rules"
    if outcome.is_beyond:
        return "takes away a movement that reaches far beyond it"
    if outcome.edit.kind == "add" and outcome.touched:
        return "a movement found here gave way to it"
    return ""


def agreement_shown(reading: Reading, knowledge: KnowledgeBase) -> dict[str, EventAgreement]:
    """The reading beside the automatic scoring, which is the reference: leg by leg, and both."""
    return event_agreement(
        _legs(reading.automatic_edition.night),
        _legs(reading.edition.night),
        matching_of(knowledge),
    )


def matching_of(knowledge: KnowledgeBase) -> AgreementRules:
    """When two marks are one movement."""
    return bind(AgreementRules, knowledge, _MATCHING)


def _legs(night: ScoredNight) -> dict[Side, Any]:
    return {Side.LEFT: night.left, Side.RIGHT: night.right}


def clock(start: datetime | None, time_s: float) -> str:
    """A moment as the clock says it; without a start, as time since the recording began."""
    if start is not None:
        return (start + timedelta(seconds=time_s)).strftime("%H:%M:%S")
    whole = int(time_s)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _found(edition: EditionResult, start: datetime | None) -> Iterator[Shown]:
    night = edition.night
    movements, periodic = night.movements, night.is_periodic
    states = edit_states(night, edition.edits)
    lengths_s = movements.duration_s
    for index, parts in enumerate(movements.parts):
        onset_s, interval_s = float(movements.onset_s[index]), float(night.series.imi_s[index])
        number = int(night.series.number[index])
        yield Shown(
            key=key_of(parts),
            parts=parts,
            side=_SIDES[movements.side[index]],
            clock=clock(start, onset_s),
            stage=_stage(night.stage[index]),
            what=_what(night, index, number),
            state=states[index][0],
            onset_s=onset_s,
            offset_s=float(movements.offset_s[index]),
            duration_s=float(lengths_s[index]),
            interval_s=None if np.isnan(interval_s) else interval_s,
            is_candidate=bool(night.is_candidate[index]),
            is_periodic=bool(periodic[index]),
            is_respiratory=bool(night.is_respiratory[index]),
            is_in_bed=bool(night.is_in_bed[index]),
            series=number or None,
            index=index,
            change=states[index][1],
        )


def _rejected(outcome: Outcome, night: ScoredNight, start: datetime | None) -> Shown:
    parts = outcome.edit.parts
    onset_s = min(part.onset_s for part in parts)
    offset_s = max(part.offset_s for part in parts)
    hypnogram = night.annotations.hypnogram
    stage = "" if hypnogram is None else _stage(hypnogram.stage_at(np.array([onset_s]))[0])
    sides = {part.side for part in parts}
    return Shown(
        key=f"{key_of(parts)}{_REJECTED}{outcome.edit.id}",
        parts=parts,
        side="both" if len(sides) > 1 else _SIDES[parts[0].side],
        clock=clock(start, onset_s),
        stage=stage,
        what="counts in nothing",
        state="rejected",
        onset_s=onset_s,
        offset_s=offset_s,
        duration_s=round((offset_s - onset_s) * MICRO) / MICRO,
        change=outcome.edit.id,
        is_idle=outcome.is_idle,
    )


def _stage(stage: SleepStage) -> str:
    return "" if stage is SleepStage.UNSCORED else str(stage)


def _what(night: ScoredNight, index: int, number: int) -> str:
    if not night.is_candidate[index]:
        return "no candidate"
    said = f"series {number}" if number else "candidate"
    return f"{said}, respiratory" if night.is_respiratory[index] else said
