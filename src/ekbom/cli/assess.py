"""``ekbom assess``: a patient record in, what can be said of it out, with every reason."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from ekbom.cli import record_arguments as shared
from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.patient.patient import Patient
    from ekbom.report.assessment.modes import Shown


def register(subparsers: Any) -> None:
    """Add the verb ``assess`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "assess",
        help="set a patient record beside criteria, limits and guidelines",
        description="Sets what a patient record holds beside published criteria and limits: red "
        "flags, criteria, alternatives, severity, iron, drivers, work-up. Every conclusion says "
        "why, by which edition, and what is missing. Never a diagnosis.",
    )
    shared.add_record(parser)
    group = parser.add_argument_group("day and editions")
    shared.add_day(group)
    shared.add_compare(group)
    output = parser.add_argument_group("output")
    shared.add_output(output)
    output.add_argument("--section", default="", metavar="ID", help="one section only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, assess, show; the exit status."""
    _check(args)
    from ekbom.knowledge.loading import load

    knowledge = load()
    patient = shared.patient_of(args, knowledge)
    if args.compare:
        from ekbom.assessment.changes import by_editions_of
        from ekbom.report.assessment.changes_text import comparison_text

        print("\n".join(comparison_text(by_editions_of(args.compare, patient, knowledge))))
        return 0
    as_of, editions = args.as_of or shared.today(), shared.editions_of(args.edition)
    shown = shown_as_of(patient, knowledge, as_of, editions)
    _check_section(args.section, shown)
    try:
        if args.html is not None:
            from ekbom.report.assessment.html import render_assessment

            shared.write_page(args.html, render_assessment(shown, args.mode))
    finally:
        _show(shown, args)
    return 0


def shown_as_of(
    patient: Patient, knowledge: KnowledgeBase, as_of: date, editions: dict[str, str]
) -> Shown:
    """The assessment as of a day, and what the newest editions would change."""
    from ekbom.assessment.assess import assess
    from ekbom.assessment.changes import against_newest
    from ekbom.report.assessment.modes import Shown

    found = assess(patient, knowledge, as_of, editions)
    changes = against_newest(found, patient, knowledge)
    return Shown(found, patient.as_of(as_of), knowledge, changes)


def _check(args: argparse.Namespace) -> None:
    shared.check_record(args, "assess")
    if args.mode == "patient" and (args.why or args.section or args.compare):
        raise UsageError(
            "--mode patient with --why, --section or --compare",
            expected="those with --mode clinician only",
        )
    shared.check_alone(
        args,
        "compare",
        ("as-of", "edition", "json", "html", "why", "section"),
        "--compare DATES alone; its last day says which facts are known",
    )
    if args.section and (args.json or args.html):
        raise UsageError(
            "--section with --json or --html", expected="--section alone; files hold everything"
        )
    shared.check_page(args.html)


def _check_section(section: str, shown: Shown) -> None:
    known = [s.id for s in shown.assessment.sections]
    if section and section not in known:
        raise UsageError(f"no section {section!r}", expected=f"one of: {', '.join(known)}")


def _show(shown: Shown, args: argparse.Namespace) -> None:
    if args.json:
        from ekbom.report.assessment.as_json import as_json

        shared.print_json(as_json(shown, args.mode))
        return
    from ekbom.report.assessment.text import text

    print("\n".join(text(shown, args.mode, why=args.why, section=args.section)))
