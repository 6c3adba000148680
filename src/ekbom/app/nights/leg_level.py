"""The level of the leg EMG that movements are found in, beside its thresholds, for the screen."""

from __future__ import annotations

from typing import Any

import numpy as np

from ekbom.app.nights.tile import Window
from ekbom.report.figures.stretch import level_between
from ekbom.scoring.resting_level import LegLevel
from ekbom.scoring.score import NightResult

Json = dict[str, Any]
# Hundredths of a microvolt: below any threshold, and half the bytes.
_DECIMALS = 2


def leg_levels(result: NightResult, rules: str, window: Window) -> Json:
    """Steady, brief and resting level of each leg, with what a movement has to rise above rest.

    Parameters
    ----------
    result : NightResult
        The night as it is read.
    rules : str
        Edition whose thresholds count.
    window : Window
        Which stretch; where the level is finer than its columns, the highest of each is given.
    """
    thresholds = next(each for each in result.settings.editions if each.name == rules).thresholds
    return {
        "onset_above_rest_uv": thresholds.onset_above_rest_uv,
        "end_above_rest_uv": thresholds.end_above_rest_uv,
        "legs": {
            side: [found for level in levels if (found := _stretch(level, window)) is not None]
            for side, levels in result.levels.items()
        },
    }


def _stretch(level: LegLevel, window: Window) -> Json | None:
    """One gap-free stretch within the window; None where nothing of it is."""
    found = level_between(level, window.start_s, window.end_s)
    n = len(found["time_s"])
    if n == 0:
        return None
    each = -(-n // window.n_columns)
    starts = np.arange(0, n, each)
    return {
        "first_s": float(found["time_s"][0]),
        "step_s": level.envelope.step_s * each,
        "steady_uv": _rounded(np.maximum.reduceat(found["steady_uv"], starts)),
        "brief_uv": _rounded(np.maximum.reduceat(found["brief_uv"], starts)),
        "rest_uv": _rounded(found["rest_uv"][starts]),
    }


def _rounded(values: Any) -> list[float]:
    found: list[float] = np.round(values.astype(np.float64), _DECIMALS).tolist()
    return found
