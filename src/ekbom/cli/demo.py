"""``ekbom demo``: a made-up patient, a synthetic night and a real clip, all reported in one go."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from datetime import date
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.cli.demo_model import show_model
from ekbom.cli.progress import Progress, counted
from ekbom.errors import WritingError

if TYPE_CHECKING:
    from markupsafe import Markup

    from ekbom.report.consultation.shown import ShownConsultation
    from ekbom.scoring.score import NightResult

_SEED = 1
_PATIENT = "demo-patient.yaml"
# The last visit of the record: the demo is the same on every day.
_AS_OF = date(2026, 5, 13)
# The evening of her night, by the record.
_EVENING = date(2026, 5, 6)
_N_SIGNALS = 20


def register(subparsers: Any) -> None:
    """Add the verb ``demo`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "demo",
        help="make a night, score it, consult on a made-up patient with it",
        description="Makes a synthetic night of a patient with restless legs syndrome, scores it "
        "by both rule sets and sets the result beside the truth; consults on a made-up patient "
        "over four visits whose night it is, and shows how people like her respond on average in "
        "the model; scores a real clip of 150 s too. Writes a report of each.",
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
    _consult(args.out, found, args.hours)
    with as_file(files("ekbom") / "examples" / "SN5_sample.edf") as clip:
        real = score_files(clip, rules="all")
        print("\n".join(clip_summary(real)))
        _report(args.out / "real-clip.html", real)
    _how_to_open(args.out, recording)
    return 0


def _how_to_open(folder: Path, recording: Path) -> None:
    """The same patient in the app; the program by the name it was called, as no shell knows it."""
    program = Path(sys.executable).with_name("ekbom")
    shown = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    command = [str(shown), "serve", "--store", str(folder / "store")]
    print("Open her in the app, in the browser of this computer, and drop her night on it:")
    print(f"  {shlex.join([*command, '--patient', str(folder / 'patient.yaml')])}")
    print(f"  her night: {recording}")


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
        {
            "hours": hours,
            "seed": _SEED,
            "evening": _EVENING.isoformat(),
            "ekbom": version("ekbom"),
            "knowledge": base.content_hash,
        }
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
    write_edf(recording, signals, night.annotations, night.duration_s, _EVENING)
    write_events(truth_path, night.truth)
    # Last, so that it speaks of whole files only.
    write_whole(note, made_from.encode())


def _says(note: Path, text: str) -> bool:
    try:
        return note.read_text() == text
    except (OSError, UnicodeDecodeError):
        return False


def _consult(folder: Path, night: NightResult, hours: float) -> None:
    """The patient's record with the scored night: what stands out, and two pages."""
    from ekbom.interop.files import write_whole
    from ekbom.interop.patient_files import read_patient
    from ekbom.knowledge.loading import load
    from ekbom.report.assessment.text import stand_text
    from ekbom.report.consultation.shown import consultation_shown
    from ekbom.report.consultation.text import options_in_short
    from ekbom.report.html import night_body
    from ekbom.report.results import as_json

    write_whole(folder / "rls-night.json", json.dumps(as_json(night), allow_nan=False).encode())
    record = folder / "patient.yaml"
    write_whole(record, (files("ekbom") / "examples" / _PATIENT).read_bytes())
    base = load()
    shown = consultation_shown(read_patient(record, base, _AS_OF), base, _AS_OF)
    print(f"A made-up patient over four visits, with this night: {record}")
    lines = (*stand_text(shown.assessed), *options_in_short(shown))
    print("\n".join(f"  {line}".rstrip() for line in lines))
    _write_pages(folder, shown, night_body(night))
    show_model(folder, shown.patient, base, _AS_OF, hours)


def _write_pages(folder: Path, shown: ShownConsultation, night: Markup) -> None:
    from ekbom.interop.files import write_whole
    from ekbom.report.consultation.html import render_consultation

    report, plain = folder / "report.html", folder / "for-the-patient.html"
    write_whole(report, render_consultation(shown, night=night).encode())
    write_whole(plain, render_consultation(shown, "patient").encode())
    print(f"  report: {report}")
    print(f"  page for the patient: {plain}\n")


def _report(path: Path, result: NightResult) -> None:
    from ekbom.interop.files import write_whole
    from ekbom.report.html import render_report

    write_whole(path, render_report(result).encode())
    print(f"  report: {path}\n")
