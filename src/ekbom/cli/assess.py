"""``ekbom assess``: a patient record in, what can be said of it out, with every reason."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.knowledge.education import Mode
    from ekbom.patient.patient import Patient
    from ekbom.report.assessment.modes import Shown

_REPORT_STARTS = b"<!doctype html>"


def register(subparsers: Any) -> None:
    """Add the verb ``assess`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "assess",
        help="set a patient record beside criteria, limits and guidelines",
        description="Sets what a patient record holds beside published criteria and limits: red "
        "flags, criteria, alternatives, severity, iron, drivers, work-up. Every conclusion says "
        "why, by which edition, and what is missing. Never a diagnosis.",
    )
    files = parser.add_argument_group("record")
    files.add_argument("patient", nargs="?", type=Path, help="patient record (YAML)")
    files.add_argument("--example", metavar="NAME", help="a record that comes with ekbom")
    _add_knowledge(parser.add_argument_group("day and editions"))
    _add_output(parser.add_argument_group("output"))
    parser.set_defaults(run=run)


def _add_knowledge(group: Any) -> None:
    group.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="day, YYYY-MM-DD; later facts and editions play no part; default: today",
    )
    group.add_argument(
        "--edition",
        action="append",
        default=[],
        metavar="TOPIC=EDITION",
        help="answer by this edition instead, e.g. iron=irlssg-2018; a wrong name lists them all",
    )
    group.add_argument(
        "--compare",
        type=_days,
        metavar="DATES",
        help="days, comma between them: the same facts by the editions in force on each",
    )


def _add_output(output: Any) -> None:
    output.add_argument(
        "--mode",
        choices=("clinician", "patient"),
        default="clinician",
        help="clinician (default): everything; patient: plain words, questions to ask",
    )
    output.add_argument("--why", action="store_true", help="how each conclusion was reached")
    output.add_argument("--section", default="", metavar="ID", help="one section only")
    output.add_argument("--json", action="store_true", help="everything, as JSON")
    output.add_argument("--html", type=Path, metavar="OUT.html", help="write a page to print")


def run(args: argparse.Namespace) -> int:
    """Read, assess, show; the exit status."""
    _check(args)
    from ekbom.knowledge.loading import load
    from ekbom.report.assessment.text import comparison_text

    knowledge = load()
    patient = _patient(args, knowledge)
    if args.compare:
        from ekbom.assessment.changes import by_editions_of

        print("\n".join(comparison_text(by_editions_of(args.compare, patient, knowledge))))
        return 0
    shown = shown_as_of(patient, knowledge, args.as_of or _today(), _editions(args.edition))
    _check_section(args.section, shown)
    try:
        if args.html is not None:
            _write(args.html, shown, args.mode)
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
    if (args.patient is None) == (args.example is None):
        raise UsageError(
            "no patient record" if args.patient is None else "a record and an example",
            expected="ekbom assess PATIENT.yaml, or ekbom assess --example NAME",
        )
    if args.mode == "patient" and (args.why or args.section or args.compare):
        raise UsageError(
            "--mode patient with --why, --section or --compare",
            expected="those with --mode clinician only",
        )
    _check_output(args)
    report: Path | None = args.html
    if report is not None and report.is_file():
        with report.open("rb") as file:
            if file.read(len(_REPORT_STARTS)).lower() != _REPORT_STARTS:
                raise UsageError(
                    f"{report} exists and is no report",
                    expected="a new name, or that of an older report",
                    what_to_do="choose another name for the page",
                )


def _check_output(args: argparse.Namespace) -> None:
    """Refuse what would be left out in silence."""
    others = {
        "--as-of": args.as_of,
        "--edition": args.edition,
        "--json": args.json,
        "--html": args.html,
        "--why": args.why,
        "--section": args.section,
    }
    given = [name for name, value in others.items() if value]
    if args.compare and given:
        raise UsageError(
            f"--compare with {', '.join(given)}",
            expected="--compare DATES alone; its last day says which facts are known",
        )
    if args.section and (args.json or args.html):
        raise UsageError(
            "--section with --json or --html", expected="--section alone; files hold everything"
        )


def _check_section(section: str, shown: Shown) -> None:
    known = [s.id for s in shown.assessment.sections]
    if section and section not in known:
        raise UsageError(f"no section {section!r}", expected=f"one of: {', '.join(known)}")


def _patient(args: argparse.Namespace, knowledge: KnowledgeBase) -> Patient:
    from ekbom.interop.patient_files import example_patient, read_patient

    # A day to come may be asked about, with facts up to it.
    today = max([_today(), *([args.as_of] if args.as_of else []), *(args.compare or [])])
    if args.example is not None:
        return example_patient(args.example, knowledge, today)
    return read_patient(args.patient, knowledge, today)


def _show(shown: Shown, args: argparse.Namespace) -> None:
    if args.json:
        import json

        from ekbom.report.assessment.as_json import as_json

        print(json.dumps(as_json(shown, args.mode), allow_nan=False, ensure_ascii=False))
        return
    from ekbom.report.assessment.text import text

    print("\n".join(text(shown, args.mode, why=args.why, section=args.section)))


def _write(path: Path, shown: Shown, mode: Mode) -> None:
    import sys

    from ekbom.interop.files import write_whole
    from ekbom.report.assessment.html import render_assessment

    write_whole(path, render_assessment(shown, mode).encode())
    print(f"page written to {path}", file=sys.stderr)


def _today() -> date:
    return date.today()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-05-10") from error


def _days(text: str) -> list[date]:
    return [_day(part.strip()) for part in text.split(",")]


def _editions(texts: list[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for text in texts:
        topic, equals, edition = text.partition("=")
        if not equals:
            raise UsageError(f"--edition {text}", expected="--edition TOPIC=EDITION")
        if topic in named:
            raise UsageError(f"--edition {topic} is given twice", expected="once for each topic")
        named[topic] = edition
    return named
