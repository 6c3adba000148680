"""Make a night whose rest is real: movements planted on the quiet part of the one real clip."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from ekbom.interop.edf import read_recording
from ekbom.interop.edf_writing import write_edf, write_events
from ekbom.knowledge.loading import load
from ekbom.recording.synthetic.conditions import RestBackground, preset
from ekbom.recording.synthetic.night import LEG_LABELS, simulate_night
from ekbom.recording.synthetic.profiles import SECTIONS, profile
from ekbom.terms import Side

# The clip's movement lies at 3.7-7.0 s and small activity follows until 13 s; from here on both
# legs are quiet to the end, by eye and by the 0.5 s RMS (left below 2, right below 4 uV).
QUIET_S = (14.0, 149.0)


def quiet_background(clip: Path) -> RestBackground:
    """Resting EMG of both legs, in microvolts."""
    channels = {channel.label: channel for channel in read_recording(clip).channels}
    legs = [channels[LEG_LABELS[side]] for side in (Side.LEFT, Side.RIGHT)]
    rate_hz = legs[0].rate_hz
    first, last = (round(second * rate_hz) for second in QUIET_S)
    left, right = (leg.source.read(first, last).astype(np.float64) for leg in legs)
    return RestBackground(left, right, rate_hz)


def main() -> None:
    """Write the night and its truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hours", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    night = simulate_night(
        profile("rls", load(SECTIONS)),
        preset("real-noise", quiet_background(given.clip)),
        np.random.default_rng(given.seed),
        hours=given.hours,
    )
    write_edf(given.out, night.leg_signals(), night.annotations, night.duration_s)
    write_events(given.out.with_suffix(".truth.tsv"), night.truth)


if __name__ == "__main__":
    main()
