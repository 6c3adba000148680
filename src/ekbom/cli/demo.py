"""``ekbom demo``: a synthetic night and a real clip, scored and reported, in one go."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.cli.progress import Progress, counted
from ekbom.errors import WritingError

if TYPE_CHECKING:
    from ekbom.scoring.score import NightResult

_SEED = 1
_N_SIGNALS = 20


def register(subparsers: Any) -> None:
    """Add the verb ``demo`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "demo",
        help="make a night, score it by every rule set, set it beside the truth",
        description="Makes a synthetic night of a patient with restless legs syndrome, scores it "
        "by both rule sets and sets the result beside the truth; scores a real clip of 150 s too. "
        "Writes a report of each.",
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder; default: demo")
    parser.add_argument("--hours", type=float, default=8.0, help="length; default: 8")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make, score, compare, report; the exit status."""
    from ekbom.interop.night import score_files
    from ekbom.knowledge.binding import bind
    from ekbom.knowledge.loading import load
    from ekbom.report.demo_summary import beside_truth, clip_summary
    from ekbom.scoring.agreement_events import AgreementRules

    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WritingError(
            f"the folder cannot be made ({error.strerror})",
            where=str(args.out),
            what_to_do="name another one with --out",
        ) from error
    recording, truth_path = args.out / "rls-night.edf", args.out / "rls-night.truth.tsv"
    _make_night(recording, truth_path, args.hours)
    print("finding leg movements ...", file=sys.stderr)
    with Progress("finding leg movements", "s") as advance:
        found = score_files(recording, rules="all", progress=advance)
    truth = score_files(events=truth_path, rules="all")
    matching = bind(AgreementRules, load(("agreement",)), "ekbom-agreement-1")
    print("\n".join(beside_truth(found, truth, matching)))
    _report(args.out / "rls-night.html", found)
    with as_file(files("ekbom") / "examples" / "SN5_sample.edf") as clip:
        real = score_files(clip, rules="all")
        print("\n".join(clip_summary(real)))
        _report(args.out / "real-clip.html", real)
    return 0


def _make_night(recording: Path, truth_path: Path, hours: float) -> None:
    """Write the night and its truth, unless they lie there already."""
    import numpy as np

    from ekbom.interop.edf_writing import write_edf, write_events
    from ekbom.interop.files import write_whole
    from ekbom.knowledge.loading import load
    from ekbom.recording.synthetic.conditions import preset
    from ekbom.recording.synthetic.night import simulate_night
    from ekbom.recording.synthetic.profiles import SECTIONS, profile

    base = load(SECTIONS)
    made_from = json.dumps(
        {"hours": hours, "seed": _SEED, "ekbom": version("ekbom"), "knowledge": base.content_hash}
    )
    note = recording.with_suffix(".made-from.json")
    if _says(note, made_from) and recording.exists() and truth_path.exists():
        print(f"{recording} is there already", file=sys.stderr)
        return
    note.unlink(missing_ok=True)
    rng = np.random.default_rng(_SEED)
    night = simulate_night(profile("rls", base), preset("typical"), rng, hours=hours)
    print("making a night ...", file=sys.stderr)
    signals = counted(night.all_signals(), _N_SIGNALS, "making a night", "signal")
    write_edf(recording, signals, night.annotations, night.duration_s)
    write_events(truth_path, night.truth)
    # Last, so that it speaks of whole files only.
    write_whole(note, made_from.encode())


def _says(note: Path, text: str) -> bool:
    try:
        return note.read_text() == text
    except (OSError, UnicodeDecodeError):
        return False


def _report(path: Path, result: NightResult) -> None:
    from ekbom.interop.files import write_whole
    from ekbom.report.html import render_report

    write_whole(path, render_report(result).encode())
    print(f"  report: {path}\n")
