"""What a benchmark found: printed, kept as JSON, and written into the page between two markers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from processes import ROOT

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = ROOT / "docs" / "benchmarks.md"


def publish(name: str, results: dict[str, Any], report: str, given: argparse.Namespace) -> None:
    """Print a report; keep it unless told not to, and change the page by a full run only.

    Parameters
    ----------
    name : str
        Of the results: ``mechanism-2026-11-22``; the part before the day marks its place.
    results : dict
        As JSON keeps them.
    report : str
        In Markdown.
    given : argparse.Namespace
        With ``quick`` and ``no_write``.
    """
    print(report)
    if given.no_write:
        return
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{name}{'-quick' if given.quick else ''}.json"
    kept.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    if not given.quick:
        _write_between_markers(name.partition("-")[0], report)


def _write_between_markers(subject: str, report: str) -> None:
    begin, end = f"<!-- {subject}:begin (written by make bench) -->", f"<!-- {subject}:end -->"
    before, rest = PAGE.read_text().split(begin, 1)
    after = rest.split(end, 1)[1]
    PAGE.write_text(f"{before}{begin}\n\n{report}\n{end}{after}")
