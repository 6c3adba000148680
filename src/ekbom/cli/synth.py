"""``ekbom synth``: write a synthetic night with known leg movements."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.cli.progress import counted
from ekbom.errors import UsageError, WritingError

if TYPE_CHECKING:
    from ekbom.recording.synthetic.conditions import RestBackground
    from ekbom.recording.synthetic.night import SyntheticNight

_PROFILES = ("rls", "control", "sleep-apnea", "rbd")
_N_SIGNALS = {"legs": 3, "full": 20}


def register(subparsers: Any) -> None:
    """Add the verb ``synth`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "synth",
        help="write a synthetic night with known leg movements",
        description=(
            "Writes an EDF+ recording of a night that nobody slept, and beside it "
            "OUT.truth.tsv with stages, events and the true leg movements of each leg."
        ),
    )
    add_arguments(parser)
    parser.set_defaults(run=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``ekbom synth`` to a parser."""
    parser.add_argument("out", metavar="OUT.edf", type=Path, help="EDF+ file to write")
    parser.add_argument("--profile", choices=_PROFILES, default="rls", help="default: rls")
    parser.add_argument("--hours", type=float, default=8.0, help="length; default: 8")
    parser.add_argument(
        "--signals",
        choices=tuple(_N_SIGNALS),
        default="legs",
        help="legs: both legs and ECG; full: 20 signals of a polysomnography; default: legs",
    )
    parser.add_argument("--seed", type=int, default=1, help="one seed, one file; default: 1")
    parser.add_argument(
        "--condition",
        default="typical",
        metavar="NAME",
        help="how hard: typical, clean, noise, drift, steps, ecg, mains, weak, artefact, "
        "one-noisy-leg, real-noise (with --rest-from), all-hard; default: typical",
    )
    parser.add_argument(
        "--rest-from",
        type=Path,
        metavar="FILE.edf",
        help="lay the movements over the resting EMG of this recording's legs",
    )
    parser.add_argument(
        "--rest-span",
        type=float,
        nargs=2,
        metavar=("FROM_S", "TO_S"),
        help="stretch of that recording, in seconds, in which nobody moves; default: all of it",
    )
    parser.add_argument("--rate-hz", type=float, default=512.0, help="of the legs; default: 512")
    parser.add_argument("--mains-hz", type=float, default=50.0, help="50 or 60; default: 50")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")


def run(args: argparse.Namespace) -> int:
    """Make the night, write both files, say so on stderr; the exit status."""
    from ekbom.interop.edf_writing import write_edf, write_events

    truth_path = args.out.with_name(f"{args.out.stem}.truth.tsv")
    _refuse_existing((args.out, truth_path), args.overwrite)
    night = _night(args)
    signals = night.all_signals() if args.signals == "full" else night.leg_signals()
    shown = counted(signals, _N_SIGNALS[args.signals], "drawing signals", "signal")
    write_edf(args.out, shown, night.annotations, night.duration_s)
    write_events(truth_path, night.truth)
    left, right = (len(leg.onset_s) for leg in night.legs)
    print(
        f"{args.out}: {args.profile}, {night.duration_s / 3600:g} h, condition {args.condition}, "
        f"seed {args.seed}; {left} true movements left, {right} right, in {truth_path.name}",
        file=sys.stderr,
    )
    return 0


def _night(args: argparse.Namespace) -> SyntheticNight:
    import numpy as np

    from ekbom.knowledge.loading import load
    from ekbom.recording.synthetic.conditions import preset
    from ekbom.recording.synthetic.night import simulate_night
    from ekbom.recording.synthetic.profiles import SECTIONS, profile

    if args.seed < 0:
        raise UsageError(f"seed {args.seed}", expected="a whole number from 0 up")
    return simulate_night(
        profile(args.profile, load(SECTIONS)),
        preset(args.condition, _rest_background(args)),
        np.random.default_rng(args.seed),
        hours=args.hours,
        rate_hz=args.rate_hz,
        mains_hz=args.mains_hz,
    )


def _rest_background(args: argparse.Namespace) -> RestBackground | None:
    from ekbom.interop.edf import read_recording
    from ekbom.knowledge.labels import LegLabels
    from ekbom.knowledge.loading import load
    from ekbom.recording.channels import find_legs
    from ekbom.recording.synthetic.background import background_of

    if args.rest_from is None:
        if args.rest_span is not None:
            raise UsageError("--rest-span without --rest-from", what_to_do="Name the recording.")
        return None
    recording = read_recording(args.rest_from)
    legs = find_legs(recording, LegLabels.of(load(("labels",))))
    from_s, to_s = args.rest_span or (0.0, recording.duration_s)
    return background_of(legs, from_s, to_s)


def _refuse_existing(paths: Iterable[Path], overwrite: bool) -> None:
    for path in paths:
        if path.exists() and not overwrite:
            raise WritingError(
                "the file exists",
                where=str(path),
                what_to_do="Choose another name, or add --overwrite.",
            )
