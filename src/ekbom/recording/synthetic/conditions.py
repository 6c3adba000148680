"""How hard the recording is: resting level, interference and artefacts, each with its own knob."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.terms import Side


@dataclass(frozen=True, slots=True)
class RestBackground:
    """Real resting EMG of both legs, laid under the synthetic movements.

    Parameters
    ----------
    left_uv, right_uv : array of float, shape (n,)
        Resting EMG without movements, in microvolts.
    rate_hz : float
        Its sampling rate; it is resampled to the rate of the night.
    """

    left_uv: NDArray[np.float64]
    right_uv: NDArray[np.float64]
    rate_hz: float


@dataclass(frozen=True, slots=True)
class Detachment:
    """One leg's electrode off for a while: the signal is flat and shows no movement.

    Parameters
    ----------
    side : Side
        The leg.
    start_s, end_s : float
        In seconds from the start of the recording.
    """

    side: Side
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Conditions:
    """The knobs. A scale of 0 turns a disturbance off, 1 is its usual strength.

    Parameters
    ----------
    rest_left_uv, rest_right_uv : float
        Resting level (RMS between 10 and 100 Hz) about which drift and steps move.
    drift, steps, tonic : float
        Scales: slow random walk of the resting level, its jumps with posture, and raised tone
        in wake.
    ecg_leak_uv : float
        Height of the QRS complex in the leg channels.
    mains_uv : float
        Amplitude of the mains sine; it drifts and jumps with posture.
    weak_share : float
        Share of movements that barely rise above rest.
    twitches : float
        Scale of the rate of twitches that stay under the onset threshold.
    artefacts : float
        Scale: body movements with saturating bursts, and baseline swings.
    rest_background : RestBackground or None
        Real resting EMG instead of synthetic resting noise.
    detachment : Detachment or None
        A stretch without electrode contact.
    """

    rest_left_uv: float = 1.5
    rest_right_uv: float = 1.5
    drift: float = 0.0
    steps: float = 0.0
    tonic: float = 0.0
    ecg_leak_uv: float = 0.0
    mains_uv: float = 0.0
    weak_share: float = 0.0
    twitches: float = 0.0
    artefacts: float = 0.0
    rest_background: RestBackground | None = None
    detachment: Detachment | None = None


NEEDS_BACKGROUND: Final = "real-noise"

PRESETS: Final[Mapping[str, Conditions]] = MappingProxyType(
    {
        "typical": Conditions(
            rest_left_uv=1.8,
            rest_right_uv=2.4,
            drift=0.7,
            steps=0.7,
            tonic=0.7,
            ecg_leak_uv=5.0,
            mains_uv=1.5,
            weak_share=0.08,
            twitches=1.0,
            artefacts=1.0,
        ),
        "clean": Conditions(),
        "noise": Conditions(rest_left_uv=6.0, rest_right_uv=6.0),
        "drift": Conditions(rest_left_uv=2.2, rest_right_uv=2.8, drift=1.5),
        "steps": Conditions(rest_left_uv=2.2, rest_right_uv=2.8, steps=1.5),
        "ecg": Conditions(ecg_leak_uv=25.0),
        "mains": Conditions(mains_uv=20.0),
        "weak": Conditions(rest_left_uv=2.0, rest_right_uv=2.0, weak_share=0.6, twitches=1.0),
        "artefact": Conditions(tonic=1.0, artefacts=1.5),
        "one-noisy-leg": Conditions(rest_left_uv=2.0, rest_right_uv=7.5),
        NEEDS_BACKGROUND: Conditions(),
        "all-hard": Conditions(
            rest_left_uv=2.5,
            rest_right_uv=4.5,
            drift=1.0,
            steps=1.0,
            tonic=1.0,
            ecg_leak_uv=15.0,
            mains_uv=10.0,
            weak_share=0.25,
            twitches=1.0,
            artefacts=1.0,
        ),
    }
)


def preset(name: str, rest_background: RestBackground | None = None) -> Conditions:
    """The named conditions of the benchmark.

    Parameters
    ----------
    name : str
        A key of ``PRESETS``.
    rest_background : RestBackground, optional
        Real resting EMG; ``real-noise`` cannot do without it.

    Raises
    ------
    UsageError
        If the name is unknown, or ``real-noise`` is asked for without a background.
    """
    if name not in PRESETS:
        raise UsageError(
            f"unknown condition {name!r}",
            expected=", ".join(PRESETS),
            what_to_do="Name one of these conditions.",
        )
    if name == NEEDS_BACKGROUND and rest_background is None:
        raise UsageError(
            f"condition {name!r} without resting EMG",
            expected="real resting EMG of both legs to lay under the movements",
            what_to_do="Name a recording with --rest-from, or choose the condition 'noise'.",
        )
    return replace(PRESETS[name], rest_background=rest_background)
