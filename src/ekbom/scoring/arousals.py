"""Which movements go with an arousal."""

from __future__ import annotations

from collections.abc import Sequence

from ekbom.recording.events import Event
from ekbom.scoring.movements import Flags, Movements
from ekbom.scoring.overlaps import starts_and_ends, touches
from ekbom.scoring.rules import PlmRules


def has_arousal(movements: Movements, arousals: Sequence[Event], rules: PlmRules) -> Flags:
    """True for movements that overlap an arousal or lie within the gap before or after one.

    Whether a distance of exactly the gap still counts is ``scoring/arousal-gap-bound``.
    """
    start_s, end_s = starts_and_ends(arousals)
    return touches(
        movements,
        start_s - rules.arousal_gap_s,
        end_s + rules.arousal_gap_s,
        at_edges=rules.arousal_gap_bound == "inclusive",
    )
