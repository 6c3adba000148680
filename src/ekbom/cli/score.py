"""``ekbom score``: a night in, periodic limb movements out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ekbom.cli.night_arguments import add_marks
from ekbom.cli.progress import Progress
from ekbom.cli.record_arguments import check_page
from ekbom.errors import UsageError

if TYPE_CHECKING:
    from ekbom.scoring.score import NightResult


def register(subparsers: Any) -> None:
    """Add the verb ``score`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "score",
        help="score the leg movements of a night",
        description="Scores a recording, or leg movements that somebody marked, by WASM 2016, "
        "AASM 3 or both side by side.",
    )
    _add_files(parser.add_argument_group("files"))
    _add_rules(parser.add_argument_group("rules"))
    _add_output(parser.add_argument_group("output (a summary, unless --json or --tsv)"))
    parser.set_defaults(run=run)


def _add_files(files: Any) -> None:
    files.add_argument("recording", nargs="?", type=Path, help="EDF, EDF+ or BDF")
    add_marks(files, "; without a recording its marked leg movements are scored")


def _add_rules(rules: Any) -> None:
    rules.add_argument(
        "--rules", default="wasm-2016", metavar="NAME", help="wasm-2016 (default), aasm-3 or all"
    )
    rules.add_argument(
        "--respiratory-window",
        metavar="NAME",
        help="wasm (-2.0 to +10.25 s around the end), narrow (+-0.5 s around the end) or aasm "
        "(0.5 s around the whole event); default: the rule set's own",
    )
    rules.add_argument(
        "--detector",
        default="envelope",
        metavar="NAME",
        help="envelope (default), or literal: the rule applied to single samples, for comparison",
    )
    rules.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change one threshold or choice, e.g. short_interval=excluded-from-next-series; "
        "a wrong name lists them all",
    )
    rules.add_argument(
        "--immobilization-test",
        action="store_true",
        help="the recording is a suggested immobilization test: awake, sitting, 60 min",
    )


def _add_output(output: Any) -> None:
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, as JSON")
    form.add_argument("--tsv", action="store_true", help="one row per movement")
    output.add_argument("--per-leg", action="store_true", help="with --json: each leg's movements")
    output.add_argument("--report", type=Path, metavar="OUT.html", help="write a report to print")


def run(args: argparse.Namespace) -> int:
    """Score, print, write the report; the exit status."""
    if args.recording is None and args.events is None:
        raise UsageError(
            "nothing to score",
            expected="ekbom score NIGHT.edf, or ekbom score --events NIGHT.tsv",
        )
    check_page(args.report)
    if args.per_leg and not args.json:
        raise UsageError("--per-leg without --json", expected="--json --per-leg")
    from ekbom.interop.night import score_files

    with Progress("measuring legs", "s") as progress:
        result = score_files(
            args.recording,
            args.events,
            stages=args.stages,
            epoch_s=args.epoch_s,
            rules=args.rules,
            window=args.respiratory_window,
            detector=args.detector,
            overrides=_overrides(args.set),
            left=args.left,
            right=args.right,
            is_immobilization_test=args.immobilization_test,
            progress=progress,
        )
    try:
        if args.report is not None:
            from ekbom.interop.files import write_whole
            from ekbom.report.html import render_report

            write_whole(args.report, render_report(result).encode())
            print(f"report written to {args.report}", file=sys.stderr)
    finally:
        # A report that cannot be written takes no scored night with it.
        _show(result, args)
    return 0


def _show(result: NightResult, args: argparse.Namespace) -> None:
    """The night on standard output, in the form asked for."""
    if args.json:
        import json

        from ekbom.report.results import as_json

        print(json.dumps(as_json(result, per_leg=args.per_leg), allow_nan=False))
    elif args.tsv:
        from ekbom.report.results import tsv

        print("\n".join(tsv(result)))
    else:
        from ekbom.report.summary import summary

        print("\n".join(summary(result)))


def _overrides(texts: list[str]) -> dict[str, str]:
    pairs = [_name_and_value(text) for text in texts]
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--set {name} is given {names.count(name)} times", expected="once")
    return dict(pairs)


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text}", expected="--set NAME=VALUE")
    return name.strip(), value.strip()
