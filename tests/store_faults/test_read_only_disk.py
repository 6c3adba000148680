"""A store on a disk that can only be read: looked at and backed up, and not written to."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.store_faults.conftest import fill, open_store

FOUND, UNREADABLE = 1, 3


@pytest.fixture
def left(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A store as it was closed, or as a crash left it."""
    with open_store(tmp_path / "store") as store:
        fill(store)
        if request.param == "crashed":
            shutil.copytree(tmp_path / "store", tmp_path / "left")
    return tmp_path / ("left" if request.param == "crashed" else "store")


def _on_a_read_only_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A verb that sees the folder on a disk of its own that cannot be written to."""
    disk = folder.parent / "disk"
    disk.mkdir(exist_ok=True)
    program = f'exec {sys.executable} -m ekbom "$@" --store {disk}/store'
    steps = (
        f"mount -t tmpfs none {disk}",
        f"cp -r {folder} {disk}/store",
        f"mount -o remount,ro {disk}",
        program,
    )
    try:
        done = subprocess.run(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", " && ".join(steps), "sh"]
            + [*arguments],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("no namespaces of mounts on this system")
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip("mounting a disk is not permitted here")
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("left", ["closed"], indirect=True)
def test_it_is_looked_at_and_backed_up_but_not_served(left: Path) -> None:
    doctor = _on_a_read_only_disk(left, "doctor")
    assert doctor.returncode == FOUND
    assert [line for line in doctor.stdout.splitlines() if line.startswith("FAULT")] == [
        "FAULT  permissions: the folder may not be written to"
    ]
    assert _on_a_read_only_disk(left, "audit", "verify").returncode == 0
    backup = left.parent / "backup.tar"
    assert _on_a_read_only_disk(left, "backup", str(backup)).returncode == 0
    assert (
        _on_a_read_only_disk(left, "serve", "--no-browser")
        .stderr.splitlines()[0]
        .endswith("the folder of the store cannot be used (Read-only file system)")
    )
    assert sorted(path.name for path in left.parent.iterdir()) == ["backup.tar", "disk", "store"]


@pytest.mark.parametrize("left", ["crashed"], indirect=True)
def test_after_a_crash_it_is_looked_at_or_said_why_not(left: Path) -> None:
    doctor = _on_a_read_only_disk(left, "doctor")
    if doctor.returncode == FOUND:
        assert doctor.stdout.count("FAULT") == 1
    else:
        assert "copy the whole folder to another disk" in doctor.stderr
