"""Which stretches of time touch which others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ekbom.recording.events import Event
from ekbom.scoring.movements import Flags, Movements, Seconds


def starts_and_ends(events: Sequence[Event]) -> tuple[Seconds, Seconds]:
    """Onsets and ends of events in seconds, as arrays."""
    onset = np.array([event.onset_s for event in events], dtype=np.float64)
    return onset, np.array([event.offset_s for event in events], dtype=np.float64)


def touches(movements: Movements, start_s: Seconds, end_s: Seconds) -> Flags:
    """True for movements that share an instant with any window, its edges included."""
    overlap: Flags = (movements.onset_s[:, None] <= end_s) & (
        movements.offset_s[:, None] >= start_s
    )
    return np.asarray(overlap.any(axis=1))
