"""``ekbom``: the verbs, and what becomes of their errors."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from ekbom.errors import EkbomError, UsageError, WritingError

# In the order of the help; each module has register(subparsers) and imports little.
VERBS = (
    "score",
    "agree",
    "assess",
    "plan",
    "follow",
    "consult",
    "patient",
    "explain",
    "knowledge",
    "simulate",
    "population",
    "serve",
    "audit",
    "backup",
    "restore",
    "doctor",
    "deidentify",
    "synth",
    "demo",
)

_RARELY = (200_000, 20, 20)
SUCCESS, USAGE, UNREADABLE, INTERRUPTED = 0, 2, 3, 130
# No space left, or the output was closed.
_OUTPUT_ENDS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EBADF})


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="ekbom",
        description="The open system for restless legs syndrome. Informs professionals; never "
        "diagnoses.",
        epilog="Exit status: 0 done, 1 a check found something or a search nothing, 2 wrong "
        "call, 3 a file cannot be used.",
    )
    version = "show program's version number and exit"
    top.add_argument("--version", action=_Version, nargs=0, help=version)
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        import_module(f"ekbom.cli.{verb}").register(verbs)
    return top


class _Version(argparse.Action):
    """Look the version up only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"ekbom {version('ekbom')}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit status."""
    # A run is short and keeps what it reads: looking for cycles often costs a tenth of it.
    gc.set_threshold(*_RARELY)
    args = parser().parse_args(arguments)
    try:
        if sys.stdout is None:
            raise WritingError("there is no standard output", expected="one that is open")
        status: int = args.run(args)
        sys.stdout.flush()
    except EkbomError as error:
        print(f"ekbom: {_printable(str(error))}", file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else UNREADABLE
    except KeyboardInterrupt:
        print("ekbom: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): no error, and nothing left to flush.
        _discard_output()
        return SUCCESS
    except OSError as error:
        if error.errno not in _OUTPUT_ENDS or error.filename is not None:
            raise
        _discard_output()
        print(
            f"ekbom: standard output: could not be written ({error.strerror})\n"
            "  what to do: check that it is open and has space left",
            file=sys.stderr,
        )
        return UNREADABLE
    return status


def _discard_output() -> None:
    """Nothing is left to flush at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printable(says: str) -> str:
    """Without control characters that a name or a file may bring to a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in says)
