"""Light starts, and nothing of any one machine in what is committed."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HEAVY = {"numpy", "scipy", "edfio", "pydantic", "yaml", "jinja2", "tqdm", "matplotlib"}

# Written in pieces, so that this file does not find itself.
ROOTS = "|".join(["ro" + "ot", "wo" + "rk", "o" + "pt"])
HOMES = "|".join(["ho" + "me", "Use" + "rs"])
MACHINE_PATH = re.compile(
    rf"(?<![\w./:~)>-])/(?:(?:{ROOTS})\b(?!-)|(?:{HOMES})/\w)|\bC:.Users|file:/{{3}}"
)
REGISTRY = re.compile(
    "|".join(
        ["pypi" + r"\.org", "python" + "hosted", "--(extra-)?index" + "-url", "arti" + "factory"]
    )
)


def loaded_by(code: str, tmp_path: Path) -> set[str]:
    """Top-level names in ``sys.modules`` after running ``code`` in a fresh interpreter."""
    report = tmp_path / "modules"
    watch = (
        "import atexit, pathlib, sys\n"
        f"atexit.register(lambda: pathlib.Path({str(report)!r})"
        ".write_text(chr(10).join(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watch + code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in report.read_text().split("\n")}


def test_import_ekbom_is_light(tmp_path: Path) -> None:
    assert not loaded_by("import ekbom", tmp_path) & HEAVY


def command(*arguments: str) -> str:
    """Code that runs ``ekbom`` with these arguments."""
    return (
        f"import runpy, sys; sys.argv = ['ekbom', *{arguments!r}]\n"
        "runpy.run_module('ekbom', run_name='__main__', alter_sys=True)"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        *([verb, "--help"] for verb in ("score", "assess", "plan", "follow", "consult")),
    ],
)
def test_asking_the_command_line_for_help_is_light(arguments: list[str], tmp_path: Path) -> None:
    assert not loaded_by(command(*arguments), tmp_path) & HEAVY


@pytest.mark.parametrize("verb", ["assess", "plan", "follow", "consult"])
def test_a_record_is_read_without_loading_signals_or_pages(verb: str, tmp_path: Path) -> None:
    loaded = loaded_by(command(verb, "--example", "dialysis"), tmp_path)
    assert "yaml" in loaded
    assert not loaded & {"numpy", "scipy", "edfio", "jinja2", "matplotlib"}


def kept_files(root: Path) -> Iterator[Path]:
    """Text files of the repository: everything .gitignore does not name (git may be absent)."""
    ignored = [line.rstrip("/") for line in (root / ".gitignore").read_text().split()]

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name == ".git" or any(fnmatch.fnmatch(path.name, p) for p in ignored):
                continue
            if path.is_dir():
                yield from walk(path)
            elif b"\0" not in path.read_bytes()[:8192]:
                yield path

    return walk(root)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_file_names_a_machine_or_a_registry(root: Path, pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:80]}"
        for path in kept_files(root)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see /" + "home/anna/night.edf"),
        (MACHINE_PATH, "open('/" + "Users/anna/night.edf')"),
        (MACHINE_PATH, "cd /" + "work/main"),
        (MACHINE_PATH, "installed in '/" + "opt'"),
        (MACHINE_PATH, "file:/" + "//srv/wheels"),
        (REGISTRY, "https://files.python" + "hosted.example/x.whl"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)
