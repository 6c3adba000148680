"""``ekbom agree``: scorers of one night beside each other."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ekbom.errors import UsageError


def register(subparsers: Any) -> None:
    """Add the verb ``agree`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "agree",
        help="compare scorings of one night",
        description="Compares leg movements, PLMS index and sleep stages of two or more scorings "
        "of one night: every pair, the range of the scorers, and one of them beside that range.",
    )
    parser.add_argument(
        "scorings",
        nargs="*",
        type=Path,
        metavar="SCORING",
        help="EDF+ annotations, a table of events, or what 'ekbom score --json --per-leg' prints; "
        "in each pair the first is the reference",
    )
    parser.add_argument(
        "--test", type=Path, metavar="FILE", help="set this scoring beside the range of the others"
    )
    parser.add_argument(
        "--rules", default="wasm-2016", metavar="NAME", help="wasm-2016 (default) or aasm-3"
    )
    parser.add_argument("--left", metavar="LABEL", help="label of the left leg's channel")
    parser.add_argument("--right", metavar="LABEL", help="label of the right leg's channel")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, as JSON")
    form.add_argument("--tsv", action="store_true", help="one row per pair and leg")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, compare, print; the exit status."""
    paths, test = _files(args.scorings, args.test)
    from ekbom.interop.annotations import Vocabulary
    from ekbom.interop.scorings import read_scoring, scorer_names
    from ekbom.knowledge.binding import bind
    from ekbom.knowledge.loading import load
    from ekbom.report.agreement import as_json, text, tsv
    from ekbom.scoring.agreement import compare_scorings
    from ekbom.scoring.agreement_events import AgreementRules
    from ekbom.scoring.settings import RULES, SECTIONS, settings

    if args.rules not in RULES:
        raise UsageError(f"rule set {args.rules!r}", expected=f"one of {', '.join(RULES)}")
    base = load((*SECTIONS, "agreement"))
    matching = bind(AgreementRules, base, "ekbom-agreement-1")
    chosen = settings(base, args.rules)
    vocabulary = Vocabulary.of(base, args.left, args.right)
    names = scorer_names([*paths, *([] if test is None else [test])])
    scorings = [read_scoring(path, vocabulary, args.rules, names[path]) for path in paths]
    tested = None if test is None else read_scoring(test, vocabulary, args.rules, names[test])
    found = compare_scorings(scorings, matching, chosen, tested)
    if args.json:
        print(json.dumps(as_json(found, matching, chosen), allow_nan=False))
    else:
        print("\n".join(tsv(found) if args.tsv else text(found, matching)))
    return 0


def _files(scorings: Sequence[Path], test: Path | None) -> tuple[list[Path], Path | None]:
    """Scorings to compare, and the one under test, which may also stand among them."""
    paths = [path for path in scorings if test is None or path.resolve() != test.resolve()]
    every = [*paths, *([] if test is None else [test])]
    if len({path.resolve() for path in every}) < len(every):
        raise UsageError("one file is given twice", expected="each scoring once")
    if len(every) <= 1:
        raise UsageError(
            f"{len(every) or 'no'} scoring to compare",
            expected="ekbom agree A B [C ...], two or more scorings of one night",
        )
    return paths, test
