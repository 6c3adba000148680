"""Time of day: the wave that deepens the evening and the night."""

from __future__ import annotations

import math

from ekbom.mechanism.arrays import Array, Namespace

DAY_H = 24.0


def wave(xp: Namespace, clock_h: Array, peak_h: Array, trough_h: Array) -> Array:
    """The circadian wave: 1 at its peak in the night, -1 at its trough in mid-morning.

    ``wave = cos(a + s (1 - cos a))`` with ``a = 2 pi (clock - peak) / 24`` and ``s`` such that
    the trough falls on its hour: a cosine whose fall is quicker than its rise, so that the two
    observed phases can both be met. The amplitude is each drive's own.

    Parameters
    ----------
    xp : namespace
        Array library; needs ``cos``.
    clock_h : array
        Clock time, hours; any day.
    peak_h, trough_h : array
        Clock times of peak and trough, hours.

    Returns
    -------
    array
        From -1 to 1.

    References
    ----------
    Phases: Hening 1999 (peak 00-01 h, minimum 09-11 h). The shape is ours.
    """
    angle = 2 * math.pi * (clock_h - peak_h) / DAY_H
    fall = 2 * math.pi * (trough_h - peak_h) / DAY_H
    skew = (math.pi - fall) / (1 - xp.cos(fall))
    return xp.cos(angle + skew * (1 - xp.cos(angle)))


def dopamine_rhythm(xp: Namespace, wave_now: Array, amplitude: Array) -> Array:
    """Extracellular dopamine over its daily middle: ``exp(-amplitude wave)``, lowest at night.

    Parameters
    ----------
    xp : namespace
        Array library.
    wave_now : array
        See `wave`.
    amplitude : array
        Log amplitude; no value was published, so its prior is wide.
    """
    return xp.exp(-amplitude * wave_now)
