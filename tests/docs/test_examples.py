"""Every example in README and docs runs, in the order it is read."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AS_IN_DOCTEST = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Command:
    """A line of a console block, and the output shown below it (empty: not compared)."""

    line: str
    shown: str


def blocks(text: str) -> list[tuple[str, str]]:
    """Language and text of each fenced block."""
    return [(language, body) for language, body in BLOCK.findall(text)]


def commands(block: str) -> list[Command]:
    """Commands of a console block: lines that start with ``$ ``, each with what follows it."""
    head, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not head.strip(), f"output without a command: {head!r}"
    pairs = (part.partition("\n") for part in parts)
    return [Command(line, shown) for line, _, shown in pairs]


def check(command: Command, folder: Path) -> None:
    """Run an ``ekbom`` line and compare its output; of ``make``, see that the target is there."""
    program, *arguments = shlex.split(command.line)
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert set(arguments) <= set(targets), command.line
        return
    assert program == "ekbom", f"an example may call ekbom or make: {command.line}"
    target = None
    if ">" in arguments:
        *arguments, _, target = arguments
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ekbom", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"$ {command.line}\n{done.stdout}{done.stderr}"
    if target:
        (folder / target).write_text(done.stdout)
    if command.shown.strip():
        checker = doctest.OutputChecker()
        example = doctest.Example(command.line, command.shown)
        assert checker.check_output(command.shown, done.stdout, AS_IN_DOCTEST), (
            f"$ {command.line}\n" + checker.output_difference(example, done.stdout, AS_IN_DOCTEST)
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_run_in_the_order_they_are_read(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "example"}
    for language, body in blocks(page.read_text()):
        assert language in {"python", "console", "yaml", "text"}, f"what is a {language} block?"
        if language == "python":
            exec(compile(body, str(page), "exec"), names)
        elif language == "console":
            for command in commands(body):
                check(command, tmp_path)


def test_a_wrong_output_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no night is like this"):
        check(Command("ekbom --version", "no night is like this"), tmp_path)


def test_a_failing_command_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no-such-verb"):
        check(Command("ekbom no-such-verb", ""), tmp_path)
