"""Which movements belong to a respiratory event."""

from __future__ import annotations

from collections.abc import Sequence

from ekbom.recording.events import Event
from ekbom.scoring.movements import Flags, Movements
from ekbom.scoring.overlaps import starts_and_ends, touches
from ekbom.scoring.rules import RespiratoryWindow


def is_respiratory(
    movements: Movements, events: Sequence[Event], window: RespiratoryWindow
) -> Flags:
    """True for movements with any overlap with the window of any respiratory event.

    WASM 2016 lays the window around the *end* of the event (most movements follow it by two or
    three seconds); the AASM around the *whole* event.
    """
    start_s, end_s = starts_and_ends(events)
    anchor_s = end_s if window.anchor == "event-end" else start_s
    return touches(movements, anchor_s - window.before_s, end_s + window.after_s)
