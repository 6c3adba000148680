"""Which movements are candidate leg movements (CLM)."""

from __future__ import annotations

from ekbom.scoring.movements import Flags, Movements
from ekbom.scoring.rules import PlmRules


def is_candidate(movements: Movements, rules: PlmRules) -> Flags:
    """True for movements that may be part of a periodic series.

    A movement of one leg is a candidate when it is not too long; a bilateral one when it is
    not too long as a whole, has not too many parts, and no part is too long by itself
    (WASM 2016). The shortest length was seen to leg by leg.
    """
    # A movement of one leg is its own longest part.
    parts_fit = movements.longest_part_s <= rules.candidate_max_s
    whole_fits = (movements.duration_s <= rules.bilateral_max_s) & (
        movements.n_parts <= rules.bilateral_max_parts
    )
    flags: Flags = parts_fit & (whole_fits | ~movements.is_bilateral)
    return flags
