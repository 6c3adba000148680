"""A program killed two hundred times at any moment loses nothing that it acknowledged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLED = Path(__file__).with_name("killed.py")
# Kind, seed, how often; at once, since each waits for the disk most of the time.
RUNS = (("writing", 1, 60), ("writing", 2, 60), ("migrating", 3, 40), ("creating", 4, 40))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children of its own")
def test_no_acknowledged_write_is_lost_and_no_half_file_is_seen(quick_folder: Path) -> None:
    running = []
    for run in RUNS:
        folder = quick_folder / "-".join(map(str, run))
        folder.mkdir()
        arguments = [sys.executable, str(KILLED), *map(str, run), str(folder)]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True))
    said = [each.communicate() for each in running]
    assert [error for _, error in said] == [""] * len(RUNS)
    assert [each.returncode for each in running] == [0] * len(RUNS)
    # So many writes were acknowledged that a loss would have been seen.
    assert sum(int(out.split()[-1]) for out, _ in said[:2]) > 50
    assert sum(rounds for _, _, rounds in RUNS) == 200
