"""Which stretches of time touch which others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ekbom.recording.events import Event
from ekbom.scoring.movements import Flags, Movements, Seconds, microseconds


def starts_and_ends(events: Sequence[Event]) -> tuple[Seconds, Seconds]:
    """Onsets and ends of events in seconds, as arrays."""
    onset = np.array([event.onset_s for event in events], dtype=np.float64)
    return onset, np.array([event.offset_s for event in events], dtype=np.float64)


def touches(
    movements: Movements, start_s: Seconds, end_s: Seconds, *, at_edges: bool = True
) -> Flags:
    """True for movements that share an instant with any window.

    Parameters
    ----------
    movements : Movements
        The movements.
    start_s, end_s : array of float
        The windows, in seconds.
    at_edges : bool
        Whether the edges of a window belong to it.
    """
    onset, offset = microseconds(movements.onset_s), microseconds(movements.offset_s)
    start, end = microseconds(start_s), microseconds(end_s)
    not_after, not_before = (np.less_equal, np.greater_equal) if at_edges else (np.less, np.greater)
    overlap: Flags = not_after(onset[:, None], end) & not_before(offset[:, None], start)
    return np.asarray(overlap.any(axis=1))
