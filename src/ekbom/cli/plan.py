"""``ekbom plan``: what could be done for one patient, on what evidence, in which order and why."""

from __future__ import annotations

import argparse
from typing import Any

from ekbom.cli import consulting
from ekbom.cli import record_arguments as shared
from ekbom.errors import UsageError


def register(subparsers: Any) -> None:
    """Add the verb ``plan`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "plan",
        help="options for a patient, with their evidence, and what has to come first",
        description="Lays out what could be done for one patient: what is needed before, what "
        "comes first, iron, and options with direction, strength and certainty of the edition, "
        "cautions for this patient, effects with their trial, and why one stands before another. "
        "Options, never orders. A page to print, with everything else: ekbom consult --html.",
    )
    shared.add_record(parser)
    group = parser.add_argument_group("day and editions")
    shared.add_day(group)
    shared.add_compare(group)
    shared.add_output(parser.add_argument_group("output"), page=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, consult, show the plan; the exit status."""
    consulting.check(args, "plan")
    shared.check_alone(
        args,
        "compare",
        ("as-of", "edition", "json", "why"),
        "--compare DATES alone; its last day says which facts are known",
    )
    if args.compare and args.mode == "patient":
        raise UsageError(
            "--compare with --mode patient", expected="--compare with --mode clinician only"
        )
    from ekbom.knowledge.loading import load

    knowledge = load()
    patient = shared.patient_of(args, knowledge)
    if args.compare:
        from ekbom.report.consultation.comparison import comparison_text

        print("\n".join(comparison_text(args.compare, patient, knowledge)))
        return 0
    consulting.show(consulting.consulted(args, patient, knowledge), args, "plan")
    return 0
