"""``ekbom consult``: everything about one patient on one day, on one page to decide on."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.cli import consulting
from ekbom.cli import record_arguments as shared
from ekbom.cli.night_arguments import add_marks
from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.patient.patient import Patient
    from ekbom.report.consultation.shown import ShownConsultation
    from ekbom.scoring.score import NightResult

_OF_A_NIGHT = ("events", "stages", "epoch-s", "left", "right", "night-on")


def register(subparsers: Any) -> None:
    """Add the verb ``consult`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "consult",
        help="assessment, follow-up and plan of a patient, on one page to decide on",
        description="Assesses a patient record, reviews its course and lays out what could be "
        "done: first a page to decide on, then every reason with its source. A recording given "
        "with --night is scored and counts as a night of the record. Options, never orders; "
        "never a diagnosis. Editions of several days side by side: ekbom plan --compare.",
    )
    shared.add_record(parser)
    shared.add_day(parser.add_argument_group("day and editions"))
    _add_night(parser.add_argument_group("a night to score and add"))
    output = parser.add_argument_group("output")
    shared.add_output(output)
    output.add_argument(
        "--model",
        action="store_true",
        help="add how people like this respond on average in the model; no forecast for this "
        "patient, and never shown to one",
    )
    parser.set_defaults(run=run)


def _add_night(group: Any) -> None:
    group.add_argument("--night", type=Path, metavar="NIGHT.edf", help="EDF, EDF+ or BDF")
    add_marks(group)
    group.add_argument(
        "--night-on",
        type=shared.day,
        metavar="DATE",
        help="evening on which it began; default: the date in the recording",
    )


def run(args: argparse.Namespace) -> int:
    """Read, score the night, consult, show; the exit status."""
    _check(args)
    from ekbom.knowledge.loading import load

    knowledge = load()
    patient = shared.patient_of(args, knowledge)
    night = None
    if args.night is not None:
        patient, night = _with_night(patient, args)
    shown = consulting.consulted(args, patient, knowledge)
    if args.model:
        shown = _with_model(shown)
    try:
        if args.html is not None:
            shared.write_page(args.html, _page(shown, args, night))
    finally:
        # A page that cannot be written takes no consultation with it.
        consulting.show(shown, args, "consult")
    return 0


def _check(args: argparse.Namespace) -> None:
    consulting.check(args, "consult")
    if args.model and args.mode == "patient":
        raise UsageError(
            "--model with --mode patient", expected="--model with --mode clinician only"
        )
    given = [f"--{name}" for name in _OF_A_NIGHT if getattr(args, name.replace("-", "_"))]
    if args.night is None and given:
        raise UsageError(
            f"{', '.join(given)} without --night", expected="--night NIGHT.edf beside it"
        )
    shared.check_page(args.html)


def _with_night(patient: Patient, args: argparse.Namespace) -> tuple[Patient, NightResult]:
    """The record with the scored night, in memory only, and the scoring."""
    from ekbom.cli.progress import Progress
    from ekbom.interop.night import score_files
    from ekbom.interop.scored_nights import night_began, night_rules, night_summary, with_night
    from ekbom.report.results import as_json

    with Progress("measuring legs", "s") as progress:
        night = score_files(
            args.night,
            args.events,
            stages=args.stages,
            epoch_s=args.epoch_s,
            rules="all",
            left=args.left,
            right=args.right,
            progress=progress,
        )
    on = args.night_on or night_began(night.start, args.night.name)
    rules = night_rules(patient, tuple(night.editions))
    found = night_summary(as_json(night), args.night.name, on, rules)
    return with_night(patient, found, args.as_of or shared.today()), night


def _with_model(shown: ShownConsultation) -> ShownConsultation:
    """The consultation, with what the model makes of people like this patient."""
    from ekbom.cli.model_draws import draws_of
    from ekbom.report.consultation.in_the_model import N_DRAWS, SEED, in_the_model

    draws = draws_of(shown.knowledge, None, N_DRAWS, SEED)
    return replace(shown, model=in_the_model(shown, draws))


def _page(shown: ShownConsultation, args: argparse.Namespace, night: NightResult | None) -> str:
    from ekbom.report.consultation.html import render_consultation
    from ekbom.report.html import night_body

    body = None if night is None or args.mode == "patient" else night_body(night)
    return render_consultation(shown, args.mode, body)
