"""``ekbom``: the verbs, and what becomes of their errors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from ekbom.errors import EkbomError, UsageError

# In the order of the help; each module has register(subparsers) and imports little.
VERBS = ("score", "agree", "assess", "patient", "explain", "knowledge", "synth", "demo")

SUCCESS, USAGE, UNREADABLE, INTERRUPTED = 0, 2, 3, 130


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="ekbom",
        description="The open system for restless legs syndrome. Informs professionals; never "
        "diagnoses.",
        epilog="Exit status: 0 done, 1 a check found something, 2 wrong call, 3 a file cannot be "
        "used.",
    )
    top.add_argument("--version", action="version", version=f"ekbom {version('ekbom')}")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        import_module(f"ekbom.cli.{verb}").register(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit status."""
    args = parser().parse_args(arguments)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except EkbomError as error:
        print(f"ekbom: {error}", file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else UNREADABLE
    except KeyboardInterrupt:
        print("ekbom: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): no error, and nothing left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SUCCESS
    return status
