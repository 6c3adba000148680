"""``ekbom deidentify``: a copy of a recording, its marks or a record that names nobody."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path
from typing import Any

from ekbom.cli.progress import Progress
from ekbom.errors import UsageError

_MOST_DAYS = 36_500
_RECORDS = (".yaml", ".yml", ".json")
_CODE = "patient"


def register(subparsers: Any) -> None:
    """Add the verb ``deidentify`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "deidentify",
        help="write a copy of a recording, of its marks or of a record that names nobody",
        description="Writes the whole copy or none. Samples stay byte by byte; names, numbers, "
        "equipment, free text and labels of your own are left out, and annotations of unknown "
        "kinds too. What the signals themselves show of a person stays.",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="EDF, EDF+ or BDF; table of events; record"
    )
    parser.add_argument("copy", type=Path, metavar="COPY", help="name it after nobody")
    parser.add_argument(
        "--days-earlier",
        type=int,
        metavar="N",
        help="move every date N days into the past: the same secret number for all files of a "
        "person; without it the date of a recording is hidden. A record needs it",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the copy, say what was left out; the exit status."""
    days = args.days_earlier
    if days is not None and not 0 < days <= _MOST_DAYS:
        raise UsageError(f"--days-earlier {days}", expected=f"1 to {_MOST_DAYS}")
    if args.file.suffix.casefold() in _RECORDS:
        said = _record(args.file, args.copy, days)
    else:
        said = _night(args.file, args.copy, days)
    print(f"{args.copy} written")
    for sentence in said:
        print(f"  {sentence}")
    if args.file.stem.casefold() in args.copy.name.casefold():
        print("  The name of the copy holds that of the original: does it name somebody?")
    return 0


def _night(file: Path, copy: Path, days: int | None) -> tuple[str, ...]:
    from ekbom.interop.deidentified import write_deidentified

    with Progress("copying", "record") as progress:
        return write_deidentified(file, copy, days, progress).sentences()


def _record(file: Path, copy: Path, days: int | None) -> tuple[str, ...]:
    if days is None:
        raise UsageError(
            "a record without --days-earlier",
            expected="by how many days its dates are moved: a secret number from 1 to 365",
            what_to_do="take the same number for the nights of this person",
        )
    if copy.suffix.casefold() == ".json":
        raise UsageError(f"{copy.name}", expected="a copy in YAML: COPY.yaml")
    from ekbom.interop.deidentified_record import deidentified_record
    from ekbom.interop.files import write_whole
    from ekbom.interop.patient_files import RECORD, read_patient
    from ekbom.interop.plain_files import read_plain
    from ekbom.knowledge.loading import load

    knowledge, today = load(), date.today()
    read_patient(file, knowledge, today)
    if copy.exists() and os.path.samefile(file, copy):
        raise UsageError("the copy would take the place of the record", expected="another name")
    record = read_plain(file, RECORD).data
    text, said = deidentified_record(record, knowledge, days, today, _CODE)
    write_whole(copy, text.encode())
    return said
