"""``ekbom knowledge``: everything the knowledge base says, who says so, and whether it is whole."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from ekbom.errors import UsageError


def register(subparsers: Any) -> None:
    """Add the verb ``knowledge`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "knowledge",
        help="look up, search and check what the program knows",
        description="Every statement with its source, mark and date; what uses it; and whether "
        "the whole is fresh, sourced and used.",
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    show = _task(tasks, "show", _show, "one thing in full: a claim, rule, source, drug, value …")
    show.add_argument("id", help="its id, or kind/id, or its name")
    find = _task(tasks, "search", _search, "everything that holds all of some words")
    find.add_argument("words", nargs="+", metavar="TEXT")
    check = _task(tasks, "audit", _audit, "what is stale, unsourced, unused or contradicted")
    check.add_argument("--as-of", metavar="DATE", help="judge by this day; default: today")
    check.add_argument("--recalled", action="store_true", help="list what nobody confirmed yet")
    cover = _task(tasks, "coverage", _coverage, "what became of every claim of the seeds")
    cover.add_argument("--claims", action="store_true", help="one line for each claim")
    differ = _task(tasks, "diff", _diff, "two editions side by side")
    differ.add_argument("first", metavar="EDITION")
    differ.add_argument("second", metavar="EDITION")
    schema = tasks.add_parser("schema", help="JSON Schema of a kind of knowledge file")
    schema.add_argument("kind", metavar="KIND", help="a folder, or parameters or tables")
    schema.set_defaults(run=_schema)


def _task(tasks: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = tasks.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="the same, as JSON")
    parser.set_defaults(run=run)
    return parser


def _show(args: argparse.Namespace) -> int:
    from ekbom.cli.code_names import named_in_code
    from ekbom.knowledge.catalogue import catalogue
    from ekbom.knowledge.loading import load
    from ekbom.report.knowledge import thing_json, thing_text

    base = load()
    everything = catalogue(base)
    keys, named = everything.find(args.id), named_in_code()
    if args.json:
        return _print_json([thing_json(key, everything, base, named) for key in keys])
    for number, key in enumerate(keys):
        _print_lines([*([""] if number else []), *thing_text(key, everything, base, named)])
    return 0


def _search(args: argparse.Namespace) -> int:
    from ekbom.knowledge.catalogue import catalogue
    from ekbom.knowledge.loading import load
    from ekbom.knowledge.search import search
    from ekbom.report.knowledge import hits_text, plain

    words = " ".join(args.words)
    if not words.strip():
        raise UsageError("no word to search for", expected="one or more words, or parts of words")
    hits = search(catalogue(load()), words)
    if args.json:
        _print_json(plain(hits))
    else:
        _print_lines(hits_text(hits))
    return 0 if hits else 1


def _audit(args: argparse.Namespace) -> int:
    from ekbom.cli.code_names import named_in_code
    from ekbom.knowledge.audit import audit
    from ekbom.knowledge.catalogue import catalogue
    from ekbom.knowledge.loading import load
    from ekbom.report.knowledge import audit_text, plain

    base = load()
    found = audit(base, catalogue(base), _day(args.as_of), named_in_code())
    if args.json:
        _print_json(plain(found))
    else:
        _print_lines(audit_text(found, args.recalled))
    return 0 if found.is_clean else 1


def _coverage(args: argparse.Namespace) -> int:
    from ekbom.knowledge.catalogue import catalogue
    from ekbom.knowledge.coverage import claim_coverage, system_coverage
    from ekbom.knowledge.loading import load
    from ekbom.report.knowledge import claims_text, coverage_text, plain

    base = load()
    covered = claim_coverage(base, catalogue(base))
    if args.json:
        _print_json(plain(covered if args.claims else system_coverage(covered)))
    elif args.claims:
        _print_lines(claims_text(covered))
    else:
        _print_lines(coverage_text(system_coverage(covered)))
    return 1 if any(one.is_open for one in covered) else 0


def _diff(args: argparse.Namespace) -> int:
    from ekbom.knowledge.differences import differences
    from ekbom.knowledge.loading import load
    from ekbom.report.knowledge import differences_text, plain

    base = load()
    for edition in (args.first, args.second):
        if edition not in base.editions:
            raise UsageError(f"edition {edition!r}", expected=f"one of {', '.join(base.editions)}")
    found = differences(base, args.first, args.second)
    if args.json:
        return _print_json(plain(found))
    return _print_lines(differences_text(found, args.first, args.second, base))


def _schema(args: argparse.Namespace) -> int:
    from ekbom.knowledge.schemas import file_schema

    return _print_json(file_schema(args.kind))


def _day(written: str | None) -> date:
    if written is None:
        return date.today()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(f"day {written!r}", expected="a date such as 2026-11-22") from error


def _print_json(data: Any) -> int:
    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
    return 0


def _print_lines(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0
