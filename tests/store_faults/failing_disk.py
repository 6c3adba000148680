"""A store on a disk of which one call fails: the first, then the second, and so on to the last.

Run as ``python -m tests.store_faults.failing_disk FOLDER`` with `failing_calls.c` loaded before the
C library.
"""

from __future__ import annotations

import ctypes
import errno
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.store_faults.conftest import MADE, STAMP, fill, held, open_store

from ekbom.errors import EkbomError
from ekbom.store import blobs, facts, results

KINDS = {"half": 0, "EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "EINTR": errno.EINTR}
MOST_CALLS = 1000
DISK = ctypes.CDLL(None)


def write(folder: Path, told: Callable[[], object]) -> None:
    """A store opened, written to and closed; each write is told of once it is kept."""
    with open_store(folder) as store:
        with store.writing() as connection:
            [person] = facts.person_ids(connection)
            facts.state(connection, person, "labs", {"n": "x" * 5_000}, STAMP)
        told()
        blob = blobs.kept(store.results, b"y" * 100)
        with store.writing() as connection:
            results.keep(connection, "simulation", (person, ""), blob.sha256, MADE, STAMP)
        told()


def numbers(folder: Path) -> tuple[int, int]:
    """How many facts and results the store holds; it is whole."""
    with open_store(folder) as store:
        found = held(store)
    return len(found["facts"]), len(found["results"])


def main(folder: Path) -> None:
    with open_store(folder / "ready") as store:
        fill(store)
    n_facts, n_results = numbers(folder / "ready")
    for name, kind in KINDS.items():
        n_refused = 0
        for at in range(1, MOST_CALLS):
            copy = folder / f"{name}-{at}"
            shutil.copytree(folder / "ready", copy)
            acknowledged: list[int] = []
            DISK.fail_at(ctypes.c_long(at), kind)
            try:
                write(copy, lambda: acknowledged.append(1))  # noqa: B023
            except EkbomError:
                n_refused += 1
            finally:
                n_calls = DISK.count()
                DISK.fail_at(ctypes.c_long(0), 0)
            found = numbers(copy)
            # What was refused may be there all the same where the disk failed at the very end.
            assert n_facts + (len(acknowledged) > 0) <= found[0] <= n_facts + 1
            assert n_results + (len(acknowledged) > 1) <= found[1] <= n_results + 1
            shutil.rmtree(copy)
            if n_calls < at:
                break
        print(f"{name}: {n_refused} of {n_calls} refused")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
