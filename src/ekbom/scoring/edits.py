"""Edits of a scorer: movements of one leg rejected, confirmed or added by hand, kept by times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError
from ekbom.recording.recording import Channel
from ekbom.scoring.legs import drop_short_movements, join_close_movements
from ekbom.scoring.movements import Flags, LegMovements, Part, microseconds
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.rules import PlmRules
from ekbom.terms import Side

EditKind = Literal["reject", "accept", "add"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What a scorer did with one movement.

    Parameters
    ----------
    kind : str
        ``reject`` a movement that was found, ``accept`` it (which changes no number), or ``add``
        one that was not found.
    parts : tuple of Part
        The movement of each leg it is about, by its times.
    by : str
        Who did it.
    id : int
        By which the caller knows it.
    """

    kind: EditKind
    parts: tuple[Part, ...]
    by: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edit under one edition.

    Parameters
    ----------
    edit : Edit
        The edit.
    touched : tuple of Part
        Movements that stood on its leg at its time: those a rejection took away, those an
        acceptance confirms, those that gave way to an added one.
    is_beyond : bool
        A rejection took away a movement that lies for its greater part outside what was rejected.
    is_too_short : bool
        What was added is no leg movement by the rules of the edition.
    """

    edit: Edit
    touched: tuple[Part, ...]
    is_beyond: bool = False
    is_too_short: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether it touches nothing of what is found now."""
        return self.edit.kind != "add" and not self.touched


@dataclass(frozen=True, slots=True)
class EditedLegs:
    """The movements of each leg after the edits, and what became of each edit."""

    legs: Mapping[Side, LegMovements]
    outcomes: tuple[Outcome, ...] = ()


def edited_legs(
    found: Mapping[Side, LegMovements], edits: Sequence[Edit], rules: PlmRules
) -> EditedLegs:
    """Movements of each leg with the edits of a scorer, in the order they were made.

    An edit holds by its times, whatever the thresholds are by now: a rejection takes away every
    movement that stands on its leg and shares time with it; an added movement stands as it was
    drawn, and what was found in its time gives way to it.

    Parameters
    ----------
    found : Mapping of Side to LegMovements
        What was detected.
    edits : sequence of Edit
        The oldest first.
    rules : PlmRules
        What is too short to be a leg movement.
    """
    if not edits:
        return EditedLegs(found)
    standing, outcomes = dict(found), []
    for edit in edits:
        touched: list[Part] = []
        for part in edit.parts:
            leg = standing.get(part.side, LegMovements.none(part.side))
            shares = shares_time(leg, part)
            touched += _parts(leg.where(shares))
            if edit.kind != "accept":
                standing[part.side] = leg = leg.where(~shares)
            if edit.kind == "add":
                standing[part.side] = _with(leg, part)
        outcomes.append(_outcome(edit, tuple(touched), standing, rules))
    return EditedLegs(standing, tuple(outcomes))


def shares_time(leg: LegMovements, part: Part) -> Flags:
    """True for movements that share more than an instant with a part, or are the same."""
    onset, offset = microseconds(leg.onset_s), microseconds(leg.offset_s)
    start, end = microseconds(part.onset_s), microseconds(part.offset_s)
    shares: Flags = np.maximum(onset, start) < np.minimum(offset, end)
    return np.asarray(shares | ((onset == start) & (offset == end)))


def check_added(part: Part, legs: Mapping[Side, Channel], standing: LegMovements) -> None:
    """Refuse a movement that cannot have been: outside the recording, in a gap, over another.

    Parameters
    ----------
    part : Part
        What shall be added.
    legs : Mapping of Side to Channel
        Leg channels of the recording.
    standing : LegMovements
        What stands on its leg by now.

    Raises
    ------
    AnnotationError
        It cannot be added; why.
    """
    times = np.array([part.onset_s, part.offset_s])
    if not np.isfinite(times).all() or part.offset_s <= part.onset_s:
        raise _refusal("the movement has no length", "an end after its onset")
    channel = legs.get(part.side)
    if channel is None:
        raise _refusal(f"the {part.side} leg was not recorded", "a leg that was")
    pieces = [
        (segment.start_s, segment.start_s + segment.duration_s(channel.rate_hz))
        for segment in channel.segments
    ]
    if not any(start <= part.onset_s and part.offset_s <= end for start, end in pieces):
        raise _refusal(
            f"{part.onset_s:.2f} to {part.offset_s:.2f} s lies outside the recording, or in a gap",
            f"a stretch within {_said(pieces)}",
        )
    over = _parts(standing.where(shares_time(standing, part)))
    if over:
        raise AnnotationError(
            f"there is a movement of the {part.side} leg at this time already",
            expected=f"a stretch beside it; it lasts from {over[0].onset_s:.2f} to "
            f"{over[0].offset_s:.2f} s",
            what_to_do="to give it other times, reject it first and then add it anew",
        )


def edit_states(night: ScoredNight, outcomes: Sequence[Outcome]) -> tuple[tuple[str, int], ...]:
    """Of each movement of a night its state, and the id of the edit that gave it.

    Parameters
    ----------
    night : ScoredNight
        Scored with the edits.
    outcomes : sequence of Outcome
        What became of them.

    Returns
    -------
    tuple of (str, int)
        ``automatic`` (with 0), ``accepted`` or ``added``.
    """
    states = [("automatic", 0)] * len(night.movements)
    # Who added it weighs more than who confirmed it.
    for kind, state in (("accept", "accepted"), ("add", "added")):
        for each in outcomes:
            if each.edit.kind == kind:
                for number in _sharing(night, each.edit.parts):
                    states[number] = (state, each.edit.id)
    return tuple(states)


def _sharing(night: ScoredNight, parts: Sequence[Part]) -> set[int]:
    """Numbers of the movements of which any part shares time with any of these."""
    found: set[int] = set()
    onset_s, offset_s = night.movements.onset_s, night.movements.offset_s
    for part in parts:
        near = (onset_s <= part.offset_s) & (offset_s >= part.onset_s)
        for number in np.flatnonzero(near).tolist():
            if any(_overlap(part, own) for own in night.movements.parts[number]):
                found.add(number)
    return found


def edit_caveats(outcomes: Sequence[Outcome], edition: str) -> Iterator[Caveat]:
    """What a reader must know of the edits of a night, and of those that came to nothing."""
    if not outcomes:
        return
    yield Caveat("edited", f"Edited by hand: {said_edits([each.edit for each in outcomes])}.")
    idle = sum(each.is_idle for each in outcomes)
    if idle:
        yield Caveat(
            "edits-without-effect",
            f"{_many(idle, 'edit')} now {'touches' if idle == 1 else 'touch'} no movement: with "
            "these settings nothing is found at that time.",
            edition,
        )
    beyond = sum(each.is_beyond for each in outcomes)
    if beyond:
        yield Caveat(
            "rejection-reaches-further",
            f"{_many(beyond, 'rejection')} took away a movement that lies for its greater part "
            "outside what was looked at: with these settings it is longer.",
            edition,
        )
    over = sum(len(each.touched) for each in outcomes if each.edit.kind == "add")
    if over:
        yield Caveat(
            "gave-way-to-added",
            f"{_many(over, 'movement')} found with these settings gave way to one drawn by hand.",
            edition,
        )
    short = sum(each.is_too_short for each in outcomes)
    if short:
        yield Caveat(
            "added-too-short",
            f"{_many(short, 'movement')} added by hand {'is' if short == 1 else 'are'} too short "
            "to be a leg movement by these rules.",
            edition,
        )


def said_edits(edits: Sequence[Edit]) -> str:
    """Who made how many edits of which kind, in one clause."""
    words = {"reject": "rejected", "add": "added", "accept": "accepted"}
    counts = [
        f"{n} {word}"
        for kind, word in words.items()
        if (n := sum(edit.kind == kind for edit in edits))
    ]
    names = list(dict.fromkeys(edit.by for edit in edits if edit.by))
    return ", ".join(counts) + (f"; by {', '.join(names)}" if names else "")


def _outcome(
    edit: Edit, touched: tuple[Part, ...], standing: Mapping[Side, LegMovements], rules: PlmRules
) -> Outcome:
    if edit.kind == "add":
        return Outcome(edit, touched, is_too_short=_too_short(edit, standing, rules))
    if edit.kind == "accept":
        return Outcome(edit, touched)
    return Outcome(edit, touched, is_beyond=any(_is_beyond(part, edit) for part in touched))


def _too_short(edit: Edit, standing: Mapping[Side, LegMovements], rules: PlmRules) -> bool:
    """Whether any part of it is lost to the rules of one leg, even joined to its neighbours."""
    for part in edit.parts:
        left = drop_short_movements(join_close_movements(standing[part.side], rules), rules)
        if not shares_time(left, part).any():
            return True
    return False


def _is_beyond(taken: Part, edit: Edit) -> bool:
    """Whether a movement lies for its greater part outside what was rejected."""
    shared_s = sum(
        max(0.0, min(taken.offset_s, part.offset_s) - max(taken.onset_s, part.onset_s))
        for part in edit.parts
        if part.side is taken.side
    )
    return 2 * shared_s < taken.offset_s - taken.onset_s


def _overlap(one: Part, other: Part) -> bool:
    if one.side is not other.side:
        return False
    return max(one.onset_s, other.onset_s) < min(one.offset_s, other.offset_s) or one == other


def _parts(leg: LegMovements) -> list[Part]:
    times = zip(leg.onset_s.tolist(), leg.offset_s.tolist(), strict=True)
    return [Part(leg.side, onset_s, offset_s) for onset_s, offset_s in times]


def _with(leg: LegMovements, part: Part) -> LegMovements:
    return LegMovements.of(
        leg.side, np.append(leg.onset_s, part.onset_s), np.append(leg.offset_s, part.offset_s)
    )


def _refusal(found: str, expected: str) -> AnnotationError:
    return AnnotationError(
        found, expected=expected, what_to_do="correct its times; nothing was changed"
    )


def _said(pieces: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"{start:.2f} to {end:.2f} s" for start, end in pieces)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
