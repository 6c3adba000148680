"""A program that writes to a store and is killed at a random moment, again and again.

Run as ``python killed.py KIND SEED ROUNDS FOLDER``; it fails where anything acknowledged was lost.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text

from ekbom.store import audit_log, blobs, database, facts, nights, results, upgrading
from ekbom.store.store import Store, opened
from ekbom.store.tables import facts as facts_table
from ekbom.store.tables import recordings as recordings_table
from ekbom.store.tables import results as results_table

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
RECORD = {"id": "p-1", "labs": [{"ferritin": 18}]}
MADE = results.Made({}, "", {}, "")
ROUNDS_OF_ONE_STORE = 5
LONGEST_WRITING_S = 0.02
BEGUN = b"begun\n"
N_OLD_FACTS = 300
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.create_table("later", sa.Column("seq", sa.Integer()))
    # Long enough to be killed in the middle.
    op.execute("INSERT INTO later SELECT one.seq FROM facts AS one, facts AS other")
    op.add_column("persons", sa.Column("more", sa.String(10)))
"""

Told = Callable[[str], object]


def open_store(folder: Path):
    return opened(folder, clock=lambda: NOW)


def write_without_end(folder: Path, told: Told, chance: random.Random) -> None:
    """Facts, recordings and results; each is told of after it was kept."""
    with open_store(folder) as store:
        stamp = store.stamp("x")
        with store.writing() as connection:
            person = facts.new_person(connection, RECORD, stamp)
        told("begun")
        while True:
            content = chance.randbytes(chance.choice((10, 5_000, 200_000)))
            with store.writing() as connection:
                facts.state(connection, person, "labs", content[:8].hex(), stamp)
            told(f'fact "{content[:8].hex()}"')
            blob = blobs.kept(store.recordings, content)
            with store.writing() as connection:
                nights.keep_recording(connection, blob, stamp)
            told(f"recording {blob.sha256}")
            blob = blobs.kept(store.results, content[::-1])
            with store.writing() as connection:
                results.keep(connection, "simulation", (person, ""), blob.sha256, MADE, stamp)
            told(f"result {blob.sha256}")


def in_a_child(work: Callable[[], object]) -> None:
    """Nothing of the parent is run after it."""
    try:
        work()
    finally:
        error = sys.exc_info()[1]
        if error:
            traceback.print_exception(error)
        os._exit(1 if error else 0)


def killed_while_writing(folder: Path, delay_s: float, chance: random.Random) -> list[str]:
    """What a child told of before it was killed, in the middle of whatever it did."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        in_a_child(
            lambda: write_without_end(
                folder, lambda line: os.write(writes, f"{line}\n".encode()), chance
            )
        )
    os.close(writes)
    with open(reads, "rb", buffering=0) as pipe:
        begun = pipe.read(len(BEGUN))
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it failed by itself"
        assert begun == BEGUN
        return pipe.readall().decode().splitlines()


def killed_while_opening(folder: Path, longest_s: float, chance: random.Random) -> float:
    """Open a store in a child and kill it; but not the first, which tells how long it takes."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        in_a_child(lambda: open_store(folder).__enter__())
    if longest_s:
        time.sleep(chance.uniform(0, 1.3 * longest_s))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), "it failed by itself"
    return longest_s or time.perf_counter() - began


def check(store: Store, acknowledged: list[str]) -> None:
    """The store is whole, and holds all that was acknowledged."""
    assert database.integrity(store.engine) == "ok"
    with store.reading() as connection:
        assert audit_log.verify(connection).fault == ""
        assert audit_log.unlike_the_log(connection) == ""
        stated = set(connection.execute(select(facts_table.c.body)).scalars())
        kept = set(connection.execute(select(recordings_table.c.sha256)).scalars())
        made = set(connection.execute(select(results_table.c.sha256)).scalars())
    wanted = {"fact": stated, "recording": kept, "result": made}
    for kind, _, what in (line.partition(" ") for line in acknowledged):
        assert what in wanted[kind], f"lost: {kind} {what}"
    for folder, rows in ((store.recordings, kept), (store.results, made)):
        assert rows <= set(blobs.names(folder)), "a row without its file"
        assert not list(folder.glob("*.part")), "a half file"


def check_files(store: Store) -> None:
    """Every file that has a name has the content of that name."""
    for folder in (store.recordings, store.results):
        for name in blobs.names(folder):
            assert blobs.sha256_of(blobs.path_of(folder, name)) == name


def writing(folder: Path, chance: random.Random, rounds: int) -> int:
    """Killed while it writes; the same store goes on after each."""
    n_acknowledged = 0
    for at in range(rounds):
        store_folder = folder / str(at // ROUNDS_OF_ONE_STORE)
        content = random.Random(chance.random())
        told = killed_while_writing(store_folder, chance.uniform(0, LONGEST_WRITING_S), content)
        n_acknowledged += len(told)
        with open_store(store_folder) as store:
            check(store, told)
            if at % ROUNDS_OF_ONE_STORE == ROUNDS_OF_ONE_STORE - 1 or at == rounds - 1:
                check_files(store)
    return n_acknowledged


def migrating(folder: Path, chance: random.Random, rounds: int) -> int:
    """Killed while tables of an earlier version are brought up to date: all of it, or nothing."""
    earlier, versions = folder / "earlier", upgrading.MIGRATIONS
    with open_store(earlier) as store, store.writing() as connection:
        stamp = store.stamp("x")
        person = facts.new_person(connection, RECORD, stamp)
        for at in range(N_OLD_FACTS):
            facts.state(connection, person, "labs", {"n": "x" * at}, stamp)
    later = folder / "migrations"
    shutil.copytree(versions, later)
    (later / "versions" / "v0002_later.py").write_text(LATER)
    upgrading.MIGRATIONS = later
    longest_s, n_finished = 0.0, 0
    for at in range(rounds + 1):
        store_folder = folder / str(at)
        shutil.copytree(earlier, store_folder)
        longest_s = killed_while_opening(store_folder, longest_s, chance)
        n_finished += looks_whole(store_folder)
        with open_store(store_folder) as store:
            assert upgrading.version_of(store.engine).found == "0002"
            check(store, [])
        shutil.rmtree(store_folder)
    return n_finished


def looks_whole(folder: Path) -> bool:
    """Whether it is of the later version; it is wholly that, or wholly the earlier one."""
    engine = database.engine_for(folder / "ekbom.sqlite")
    found = upgrading.version_of(engine).found
    with database.reading(engine) as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
        assert ("later" in tables) is (found == "0002")
        columns = connection.execute(text("SELECT * FROM persons")).keys()
        assert ("more" in columns) is (found == "0002")
    engine.dispose()
    return found == "0002"


def creating(folder: Path, chance: random.Random, rounds: int) -> int:
    """Killed while a store is made: the next one to open it finds or makes it whole."""
    longest_s = 0.0
    for at in range(rounds + 1):
        store_folder = folder / str(at)
        longest_s = killed_while_opening(store_folder, longest_s, chance)
        with open_store(store_folder) as store:
            check(store, [])
            with store.reading() as connection:
                assert facts.person_ids(connection) == ()
        shutil.rmtree(store_folder)
    return rounds


if __name__ == "__main__":
    kind, seed, rounds, where = sys.argv[1:]
    kinds = {"writing": writing, "migrating": migrating, "creating": creating}
    n = kinds[kind](Path(where), random.Random(int(seed)), int(rounds))
    print(f"{rounds} rounds, {n}")
