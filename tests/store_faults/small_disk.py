"""A store on a small disk of its own, filled to the last byte and emptied again.

Run as ``python -m tests.store_faults.small_disk FOLDER`` where the folder is that disk.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.store_faults.conftest import RECORD, STAMP, fill, held, open_store

from ekbom.errors import EkbomError
from ekbom.store import blobs, facts
from ekbom.store.store import Store

PIECE = b"x" * 200_000


def refused(store: Store, content: bytes) -> int:
    """How many of two writes are refused: a file, and a fact as large."""
    n_refused = 0
    try:
        blobs.kept(store.recordings, content)
    except EkbomError:
        n_refused += 1
    try:
        with store.writing() as connection:
            facts.new_person(connection, {**RECORD, "notes": [content.decode()]}, STAMP)
    except EkbomError:
        n_refused += 1
    return n_refused


def filled_to_the_last_byte(path: Path) -> None:
    """A file that takes all the room there is."""
    with path.open("wb", buffering=0) as file:
        for piece in (PIECE, b"x"):
            try:
                while file.write(piece):
                    pass
            except OSError:
                continue


def main(disk: Path) -> None:
    with open_store(disk / "store") as store:
        fill(store)
        n_refused = 0
        while not n_refused:
            n_refused = refused(store, PIECE + len(held(store)["recordings"]).to_bytes(1, "big"))
        filled_to_the_last_byte(disk / "ballast")
        before = held(store)
        n_refused = 1 + refused(store, PIECE)
        assert held(store) == before
        (disk / "ballast").unlink()
        for path in held(store)["recordings"].values():
            path.unlink()
        assert refused(store, PIECE) == 0
        n_facts = len(held(store)["facts"])
    with open_store(disk / "store") as store:
        assert len(held(store)["facts"]) == n_facts
    print(f"{n_refused} refused, nothing lost")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
