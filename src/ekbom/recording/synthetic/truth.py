"""The true leg movements: the standard's amplitude rule on the noiseless level.

The level of a leg is the RMS a perfect measurement would give at an instant,
``sqrt(rest² + burst²)``, where ``rest`` is the true resting level and ``burst`` the RMS envelope
of everything the muscle does beyond rest. A movement starts where this level first stands the
onset rise above rest, and ends where it has come down to the offset rise and stays there for the
hold time. What never reaches the onset rise is no movement, whoever planned it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.synthetic.profiles import TruthRule

Floats = NDArray[np.float64]


def rise_above_rest_uv(rest_uv: Floats, burst_power_uv2: Floats) -> Floats:
    """Height of the noiseless level above the true resting level, in microvolts.

    Parameters
    ----------
    rest_uv : array of float, shape (n,)
        True resting level (RMS) in microvolts.
    burst_power_uv2 : array of float, shape (n,)
        Square of the RMS envelope of all bursts, in square microvolts.
    """
    return np.asarray(np.sqrt(rest_uv**2 + burst_power_uv2) - rest_uv)


def true_movements(rise_uv: Floats, rate_hz: float, rule: TruthRule) -> tuple[Floats, Floats]:
    """Onsets and ends of the true movements of one leg.

    Parameters
    ----------
    rise_uv : array of float, shape (n,)
        Height of the noiseless level above rest, in microvolts.
    rate_hz : float
        Points a second of ``rise_uv``; crossings are interpolated between them.
    rule : TruthRule
        The amplitude rule.

    Returns
    -------
    onset_s, end_s : array of float, shape (n_movements,)
        In seconds from the first point, in order.
    """
    active = _active_stretches(rise_uv, rate_hz, rule)
    onsets, ends = [], []
    for start, stop in active:
        above = np.flatnonzero(rise_uv[start:stop] >= rule.onset_rise_uv)
        if above.size == 0:
            continue
        onset = _crossing(rise_uv, start + int(above[0]), rule.onset_rise_uv) / rate_hz
        end = _crossing(rise_uv, stop, rule.end_rise_uv) / rate_hz
        if end - onset >= rule.min_s:
            onsets.append(onset)
            ends.append(end)
    return np.array(onsets), np.array(ends)


def _active_stretches(rise_uv: Floats, rate_hz: float, rule: TruthRule) -> list[tuple[int, int]]:
    """Stretches between quiet ones; quiet is at or under the offset rise for the hold time."""
    loud = np.concatenate([[False], rise_uv > rule.end_rise_uv, [False]])
    edges = np.flatnonzero(np.diff(loud))
    starts, stops = edges[::2], edges[1::2]
    if starts.size == 0:
        return []
    splits = np.flatnonzero((starts[1:] - stops[:-1]) / rate_hz >= rule.end_hold_s)
    first = np.concatenate([[0], splits + 1])
    last = np.concatenate([splits, [len(starts) - 1]])
    return [(int(a), int(b)) for a, b in zip(starts[first], stops[last], strict=True)]


def _crossing(rise_uv: Floats, index: int, level_uv: float) -> float:
    """Fractional index of the crossing between ``index - 1`` and ``index``."""
    if index == 0 or index >= len(rise_uv):
        return float(index)
    before, after = float(rise_uv[index - 1]), float(rise_uv[index])
    return index - 1 + (level_uv - before) / (after - before) if after != before else float(index)
