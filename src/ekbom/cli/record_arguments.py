"""What verbs on a patient record share: the record, the day, the editions, the page."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.patient.patient import Patient

_PAGE_STARTS = b"<!doctype html>"


def add_record(parser: argparse.ArgumentParser) -> None:
    """The record, from a file or from those that come with ekbom."""
    files = parser.add_argument_group("record")
    files.add_argument("patient", nargs="?", type=Path, help="patient record (YAML)")
    files.add_argument("--example", metavar="NAME", help="a record that comes with ekbom")


def add_day(group: Any) -> None:
    """The day and the editions that answer."""
    group.add_argument(
        "--as-of",
        type=day,
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


def add_compare(group: Any) -> None:
    """Days whose editions are set side by side."""
    group.add_argument(
        "--compare",
        type=days,
        metavar="DATES",
        help="days, comma between them: the same facts by the editions in force on each",
    )


def add_output(output: Any, *, page: bool = True) -> None:
    """Who reads it, in which form."""
    output.add_argument(
        "--mode",
        choices=("clinician", "patient"),
        default="clinician",
        help="clinician (default): everything; patient: plain words, questions to ask",
    )
    output.add_argument("--why", action="store_true", help="how each conclusion was reached")
    output.add_argument("--json", action="store_true", help="everything, as JSON")
    if page:
        output.add_argument("--html", type=Path, metavar="OUT.html", help="write a page to print")


def check_record(args: argparse.Namespace, verb: str) -> None:
    """Refuse neither or both of a record and an example."""
    if (args.patient is None) == (args.example is None):
        raise UsageError(
            "no patient record" if args.patient is None else "a record and an example",
            expected=f"ekbom {verb} PATIENT.yaml, or ekbom {verb} --example NAME",
        )


def check_alone(args: argparse.Namespace, option: str, others: tuple[str, ...], why: str) -> None:
    """Refuse options beside one with which they would be left out in silence."""
    given = [f"--{name}" for name in others if getattr(args, name.replace("-", "_"))]
    if getattr(args, option.replace("-", "_")) and given:
        raise UsageError(f"--{option} with {', '.join(given)}", expected=why)


def check_page(page: Path | None) -> None:
    """A page may replace an older page and nothing else, least of all the record."""
    if page is None or not page.is_file():
        return
    with page.open("rb") as file:
        if file.read(len(_PAGE_STARTS)).lower() != _PAGE_STARTS:
            raise UsageError(
                f"{page} exists and is no report",
                expected="a new name, or that of an older report",
                what_to_do="choose another name for the page",
            )


def patient_of(args: argparse.Namespace, knowledge: KnowledgeBase) -> Patient:
    """The record that the arguments name; to a file that is warned of, a line on standard error.

    Parameters
    ----------
    args : argparse.Namespace
        With ``patient``, ``example``, ``as_of`` and, where the verb has it, ``compare``.
    knowledge : KnowledgeBase
        All sections.

    Raises
    ------
    EkbomError
        There is no such record, or it is wrong somewhere.
    """
    from ekbom.interop.patient_files import example_patient, read_patient

    # A day to come may be asked about, with facts up to it.
    asked = [*([args.as_of] if args.as_of else []), *(getattr(args, "compare", None) or [])]
    latest = max([today(), *asked])
    if args.example is not None:
        return example_patient(args.example, knowledge, latest)
    patient = read_patient(args.patient, knowledge, latest)
    _point_to_warnings(patient, knowledge, latest, args.patient)
    return patient


def _point_to_warnings(
    patient: Patient, knowledge: KnowledgeBase, latest: date, file: Path
) -> None:
    """Say beside the output that something in the record had better be looked at again."""
    import sys

    from ekbom.patient.warnings import warnings_of

    count = len(warnings_of(patient, knowledge, latest))
    if count:
        said = "1 warning" if count == 1 else f"{count} warnings"
        print(f"{file}: {said} on this record; see: ekbom patient check {file}", file=sys.stderr)


def write_page(path: Path, page: str) -> None:
    """Write a page whole, and say so."""
    import sys

    from ekbom.interop.files import write_whole

    write_whole(path, page.encode())
    print(f"page written to {path}", file=sys.stderr)


def print_json(found: dict[str, Any]) -> None:
    """Print plain data on one line."""
    import json

    print(json.dumps(found, allow_nan=False, ensure_ascii=False))


def today() -> date:
    """The day of the clock."""
    return date.today()


def day(text: str) -> date:
    """A day as it is typed."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-05-10") from error


def days(text: str) -> list[date]:
    """Days as they are typed, comma between them."""
    return [day(part.strip()) for part in text.split(",")]


def editions_of(texts: list[str]) -> dict[str, str]:
    """Editions by topic, as typed."""
    named: dict[str, str] = {}
    for text in texts:
        topic, equals, edition = text.partition("=")
        if not equals:
            raise UsageError(f"--edition {text}", expected="--edition TOPIC=EDITION")
        if topic in named:
            raise UsageError(f"--edition {topic} is given twice", expected="once for each topic")
        named[topic] = edition
    return named
