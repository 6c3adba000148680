"""Real resting EMG laid under synthetic movements: tiled, cross-faded, its level known."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.recording.channels import Legs
from ekbom.recording.synthetic.conditions import RestBackground
from ekbom.recording.synthetic.noise import BAND_HZ
from ekbom.terms import Side

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

_FADE_S: Final = 1.0
_LEAST_S: Final = 10.0
_MAINS_HALF_WIDTH_HZ: Final = 1.0


def background_of(legs: Legs, from_s: float, to_s: float) -> RestBackground:
    """The resting EMG of a recording's two legs.

    Parameters
    ----------
    legs : Legs
        Both, at one rate.
    from_s, to_s : float
        The stretch without movement, in seconds; it must lie in the first gap-free stretch.

    Raises
    ------
    UsageError
        If a leg is missing, the rates differ, or the stretch is not in the recording.
    """
    left, right = legs.left, legs.right
    if left is None or right is None or left.rate_hz != right.rate_hz:
        raise UsageError(
            "no two leg channels at one rate", expected="resting EMG of the left and the right leg"
        )
    segment = left.segments[0]
    end_s = segment.start_s + segment.duration_s(left.rate_hz)
    if not segment.start_s <= from_s < to_s <= end_s:
        raise UsageError(
            f"resting EMG from {from_s:g} to {to_s:g} s",
            expected=f"a stretch between {segment.start_s:g} and {end_s:g} s",
        )
    start, stop = (
        segment.first_sample + round((moment - segment.start_s) * left.rate_hz)
        for moment in (from_s, to_s)
    )
    pieces = [np.asarray(c.source.read(start, stop), dtype=np.float64) for c in (left, right)]
    return RestBackground(pieces[0], pieces[1], left.rate_hz)


def background_level_uv(background: RestBackground, side: Side, mains_hz: float) -> float:
    """RMS of the resting EMG between 10 and 100 Hz, without mains, in microvolts."""
    x = _of(background, side)
    frequency = np.fft.rfftfreq(len(x), 1 / background.rate_hz)
    power = np.abs(np.fft.rfft(x)) ** 2
    off_mains = np.abs(frequency - mains_hz * np.round(frequency / mains_hz))
    kept = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1])
    kept &= off_mains > _MAINS_HALF_WIDTH_HZ
    return float(np.sqrt(2 * power[kept].sum()) / len(x))


def tiled_background(
    background: RestBackground, side: Side, n: int, rate_hz: float, rng: np.random.Generator
) -> Samples:
    """Pieces of the resting EMG from random places, cross-faded with constant power.

    Both legs take the same places when given generators of equal state.

    Parameters
    ----------
    background : RestBackground
        Real resting EMG.
    side : Side
        The leg.
    n, rate_hz : int, float
        Samples wanted, and their rate; the background is resampled to it.
    rng : numpy.random.Generator
        Draws the places.

    Returns
    -------
    array of float32, shape (n,)
        In microvolts.

    Raises
    ------
    UsageError
        If there is less than 10 s of background.
    """
    x = _resampled(_of(background, side), background.rate_hz, rate_hz)
    fade = round(_FADE_S * rate_hz)
    ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32))
    out = np.zeros(n + fade + len(x), dtype=np.float32)
    at = 0
    while at < n:
        begin = int(rng.integers(0, len(x) // 2))
        length = int(rng.integers(len(x) // 3, len(x) - begin))
        piece = x[begin : begin + length].copy()
        piece[:fade] *= ramp
        piece[-fade:] *= ramp[::-1]
        out[at : at + length] += piece
        at += length - fade
    return out[fade // 2 : fade // 2 + n]


def _of(background: RestBackground, side: Side) -> Floats:
    x = background.left_uv if side is Side.LEFT else background.right_uv
    x = np.asarray(x, dtype=np.float64)
    if len(x) < _LEAST_S * background.rate_hz:
        raise UsageError(
            f"{len(x) / background.rate_hz:.1f} s of resting EMG",
            expected=f"at least {_LEAST_S:g} s",
            where=f"background of the {side} leg",
            what_to_do="Give a longer stretch of rest.",
        )
    return np.asarray(x - x.mean())


def _resampled(x: Floats, from_hz: float, to_hz: float) -> Samples:
    """By the Fourier transform; the cross-fades of the tiles hide the ringing of the ends."""
    n = round(len(x) * to_hz / from_hz)
    if n == len(x):
        return x.astype(np.float32)
    spectrum = np.fft.rfft(x)
    bins = np.zeros(n // 2 + 1, dtype=np.complex128)
    shared = min(len(bins), len(spectrum))
    bins[:shared] = spectrum[:shared]
    return (np.fft.irfft(bins, n) * (n / len(x))).astype(np.float32)
