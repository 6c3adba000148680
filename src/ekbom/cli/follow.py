"""``ekbom follow``: what became of one patient since the baseline, and what is due when."""

from __future__ import annotations

import argparse
from typing import Any

from ekbom.cli import consulting
from ekbom.cli import record_arguments as shared


def register(subparsers: Any) -> None:
    """Add the verb ``follow`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "follow",
        help="how a patient fares: augmentation, harms, change since the baseline, what is due",
        description="Sets what a record holds over time beside its baseline: augmentation, harms "
        "of the present medicines, outcomes, targets and who set them, and which check is due "
        "when. A page to print, with everything else: ekbom consult --html.",
    )
    shared.add_record(parser)
    shared.add_day(parser.add_argument_group("day and editions"))
    shared.add_output(parser.add_argument_group("output"), page=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, consult, show the follow-up; the exit status."""
    consulting.check(args, "follow")
    from ekbom.knowledge.loading import load

    knowledge = load()
    patient = shared.patient_of(args, knowledge)
    consulting.show(consulting.consulted(args, patient, knowledge), args, "follow")
    return 0
