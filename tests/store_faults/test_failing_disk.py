"""Every call by which the database itself reaches the disk fails once: nothing is lost or half."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CALLS = Path(__file__).with_name("failing_calls.c")


@pytest.mark.skipif(sys.platform != "linux", reason="calls are taken over as Linux lets them be")
def test_no_acknowledged_write_is_lost_whichever_call_fails(
    tmp_path: Path, quick_folder: Path, root: Path
) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no compiler of C on this system")
    library = tmp_path / "failing_calls.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, CALLS, "-ldl"], check=True)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.store_faults.failing_disk", str(quick_folder)],
        env={**os.environ, "LD_PRELOAD": str(library)},
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = {
        kind: (int(refused), int(calls))
        for kind, refused, calls in re.findall(r"(\w+): (\d+) of (\d+) refused", done.stdout)
    }
    assert set(found) == {"half", "EIO", "ENOSPC", "EINTR"}
    # The rest of what was cut short is written after it.
    assert found["half"][0] == 0
    # So many calls failed that a loss would have been seen.
    assert all(found[kind][0] >= 20 for kind in ("EIO", "ENOSPC"))
    assert all(calls >= 40 for _, calls in found.values())
