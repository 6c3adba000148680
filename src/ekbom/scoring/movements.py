"""Leg movements as arrays: of one leg, and of both legs combined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekbom.errors import AnnotationError
from ekbom.recording.events import Event
from ekbom.terms import Side

Seconds = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]

MICRO = 1e6


def microseconds(time_s: ArrayLike) -> Seconds:
    """Times as whole microseconds, so that limits are met as they are written.

    Files give decimals, which binary numbers hold only nearly: 2048.4 s less 2047.9 s comes out
    below 0.5 s. Whole numbers subtract exactly, and no recording resolves a microsecond.
    """
    whole: Seconds = np.rint(np.asarray(time_s, dtype=np.float64) * MICRO)
    return whole


def elapsed_s(start_s: ArrayLike, end_s: ArrayLike) -> Seconds:
    """Seconds from one time to another, to the microsecond."""
    return (microseconds(end_s) - microseconds(start_s)) / MICRO


@dataclass(frozen=True, slots=True)
class LegMovements:
    """Movements of one leg, in order of onset.

    Parameters
    ----------
    side : Side
        ``LEFT`` or ``RIGHT``.
    onset_s, offset_s : array of float, shape (n,)
        Start and end in seconds from the start of the recording.
    """

    side: Side
    onset_s: Seconds
    offset_s: Seconds

    @classmethod
    def of(cls, side: Side, onset_s: ArrayLike, offset_s: ArrayLike) -> LegMovements:
        """Movements from any sequences of times, put in order of onset."""
        onset = np.asarray(onset_s, dtype=np.float64)
        offset = np.asarray(offset_s, dtype=np.float64)
        if not (np.isfinite(onset).all() and np.isfinite(offset).all() and (offset >= onset).all()):
            raise AnnotationError(
                f"a movement of the {side} leg has no time, or ends before it starts",
                expected="onset and end in seconds, the end not before the onset",
            )
        order = np.argsort(onset, kind="stable")
        return cls(side, onset[order], offset[order])

    @classmethod
    def joined(cls, side: Side, parts: Sequence[LegMovements]) -> LegMovements:
        """The movements of several lists of one leg as one."""
        return cls.of(
            side,
            np.concatenate([part.onset_s for part in parts]),
            np.concatenate([part.offset_s for part in parts]),
        )

    @classmethod
    def none(cls, side: Side) -> LegMovements:
        """A leg without movements."""
        return cls.of(side, [], [])

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def duration_s(self) -> Seconds:
        """Lengths in seconds."""
        return elapsed_s(self.onset_s, self.offset_s)

    def where(self, keep: Flags) -> LegMovements:
        """The movements for which ``keep`` is true."""
        return LegMovements(self.side, self.onset_s[keep], self.offset_s[keep])


def marked_legs(marked: Iterable[Event]) -> dict[Side, LegMovements]:
    """Marked leg movements of each leg, left first; one marked on both legs counts on each."""
    events = tuple(marked)
    on_leg = {
        side: [event for event in events if event.side in (side, Side.BILATERAL)]
        for side in (Side.LEFT, Side.RIGHT)
    }
    return {
        side: LegMovements.of(
            side, [event.onset_s for event in of_leg], [event.offset_s for event in of_leg]
        )
        for side, of_leg in on_leg.items()
    }


@dataclass(frozen=True, slots=True)
class Part:
    """One movement of one leg, from onset to end in seconds from the start of the recording."""

    side: Side
    onset_s: float
    offset_s: float


@dataclass(frozen=True, slots=True)
class Movements:
    """Movements after the legs were combined, in order of onset.

    Parameters
    ----------
    onset_s, offset_s : array of float, shape (n,)
        First onset and last end of the parts, in seconds from the start of the recording.
    side : array of Side, shape (n,)
        ``BILATERAL`` where parts of both legs were combined.
    n_parts : array of int, shape (n,)
        How many one-leg movements each consists of.
    longest_part_s : array of float, shape (n,)
        Length of the longest part in seconds.
    segment : array of int, shape (n,)
        Number of the gap-free stretch of the recording it lies in.
    parts : array of tuple of Part, shape (n,)
        The one-leg movements each consists of, in order of onset.
    """

    onset_s: Seconds
    offset_s: Seconds
    side: NDArray[np.object_]
    n_parts: Indices
    longest_part_s: Seconds
    segment: Indices
    parts: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def duration_s(self) -> Seconds:
        """Lengths in seconds."""
        return elapsed_s(self.onset_s, self.offset_s)

    @property
    def is_bilateral(self) -> Flags:
        """True where both legs took part."""
        flags: Flags = self.side == Side.BILATERAL
        return flags

    @classmethod
    def joined(cls, parts: Sequence[Movements]) -> Movements:
        """The movements of several lists as one, in order of onset."""
        onset_s = np.concatenate([part.onset_s for part in parts])
        order = np.argsort(onset_s, kind="stable")
        return cls(
            onset_s=onset_s[order],
            offset_s=np.concatenate([part.offset_s for part in parts])[order],
            side=np.concatenate([part.side for part in parts])[order],
            n_parts=np.concatenate([part.n_parts for part in parts])[order],
            longest_part_s=np.concatenate([part.longest_part_s for part in parts])[order],
            segment=np.concatenate([part.segment for part in parts])[order],
            parts=np.concatenate([part.parts for part in parts])[order],
        )
