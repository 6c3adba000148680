"""``ekbom patient``: begin a record, check one, and see what it may say."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from ekbom.errors import UsageError

_WORDS = {
    "questions": "the questions a record can answer, with their ids",
    "conditions": "the conditions it can name",
    "labs": "the laboratory values, with their units",
    "drugs": "the medicines that rules know",
    "instruments": "the questionnaires",
}


def register(subparsers: Any) -> None:
    """Add the verb ``patient`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "patient",
        help="begin or check a patient record",
        description="A patient record is one file of dated facts (docs/patient-record.md).",
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    new = tasks.add_parser("new", help="write a template, or an example, to fill in")
    new.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: patient.yaml")
    new.add_argument("--example", metavar="NAME", help="an example in place of the template")
    new.set_defaults(run=_new)
    check = tasks.add_parser("check", help="read a record and say what was read")
    check.add_argument("file", type=Path, metavar="FILE", help="YAML, or JSON (.json)")
    check.set_defaults(run=_check)
    tasks.add_parser("examples", help="list the examples").set_defaults(run=_examples)
    tasks.add_parser("schema", help="print the JSON Schema").set_defaults(run=_schema)
    for words, said in _WORDS.items():
        tasks.add_parser(words, help=f"list {said}").set_defaults(run=_list, words=words)


def _new(args: argparse.Namespace) -> int:
    from ekbom.interop.files import write_whole
    from ekbom.interop.patient_files import example_text, template_text

    path: Path = args.file or Path("patient.yaml")
    if path.suffix.casefold() == ".json":
        raise UsageError(f"{path}: a template is YAML", expected="a name that ends in .yaml")
    text = template_text() if args.example is None else example_text(args.example)
    if path.exists():
        raise UsageError(f"{path} exists", expected="a new name; nothing is ever overwritten")
    write_whole(path, text.encode())
    print(f"{path} written; fill it in, then: ekbom patient check {path}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from ekbom.interop.patient_files import read_patient
    from ekbom.knowledge.loading import load
    from ekbom.patient.warnings import warnings_of
    from ekbom.report.patient_record import record_summary

    knowledge, today = load(), date.today()
    patient = read_patient(args.file, knowledge, today)
    warnings = warnings_of(patient, knowledge, today)
    print("\n".join(record_summary(patient, knowledge, today, warnings)))
    return 0


def _examples(args: argparse.Namespace) -> int:
    from ekbom.interop.patient_files import example_names, example_text

    for name in example_names():
        print(f"{name}: {example_text(name).partition(chr(10))[0].lstrip('# ')}")
    return 0


def _schema(args: argparse.Namespace) -> int:
    import json

    from ekbom.patient.record import record_schema

    print(json.dumps(record_schema(), indent=2))
    return 0


def _list(args: argparse.Namespace) -> int:
    from ekbom.knowledge.loading import load
    from ekbom.report.patient_record import VOCABULARIES

    print("\n".join(VOCABULARIES[args.words](load())))
    return 0
