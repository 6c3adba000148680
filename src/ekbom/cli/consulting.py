"""What ``consult``, ``plan`` and ``follow`` share: reading, consulting, printing a part."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Literal

from ekbom.cli import record_arguments as shared
from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.patient.patient import Patient
    from ekbom.report.consultation.shown import ShownConsultation

Part = Literal["consult", "plan", "follow"]


def check(args: argparse.Namespace, verb: Part) -> None:
    """Refuse a call that cannot be carried out whole."""
    shared.check_record(args, verb)
    if args.mode == "patient" and args.why:
        raise UsageError("--mode patient with --why", expected="--why with --mode clinician only")
    if args.json and args.why:
        raise UsageError("--json with --why", expected="--json alone; it holds every reason")


def consulted(
    args: argparse.Namespace, patient: Patient, knowledge: KnowledgeBase
) -> ShownConsultation:
    """The consultation that the arguments ask for."""
    from ekbom.report.consultation.shown import consultation_shown

    as_of, editions = args.as_of or shared.today(), shared.editions_of(args.edition)
    return consultation_shown(patient, knowledge, as_of, editions)


def show(shown: ShownConsultation, args: argparse.Namespace, part: Part) -> None:
    """Print a part of it in the form asked for."""
    if args.json:
        from ekbom.report.consultation.as_json import as_json

        shared.print_json(as_json(shown, args.mode, part))
        return
    from ekbom.report.consultation.text import text

    print("\n".join(text(shown, args.mode, part=part, why=args.why)))
