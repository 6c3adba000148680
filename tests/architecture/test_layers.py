"""Who may import whom: the contracts of pyproject.toml hold, and they cover every room."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ekbom.cli.main import VERBS

SHELLS = {"cli", "app", "interop", "report", "store", "__main__"}
READER_OF_PACKAGE_DATA = "knowledge/loading.py"
SOURCE = Path(__file__).resolve().parents[2] / "src" / "ekbom"


def core_files() -> list[Path]:
    """Modules below the shells, apart from the one that reads package data."""
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).parts[0].removesuffix(".py") not in SHELLS
        and path.relative_to(SOURCE).as_posix() != READER_OF_PACKAGE_DATA
    ]


def test_every_contract_on_imports_is_kept(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--cache-dir",
            str(tmp_path),
        ],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_layers_are_exhaustive_and_the_core_is_every_room_below_the_shells(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    assert contracts["layers"]["exhaustive"]
    rooms = {
        path.name.removesuffix(".py")
        for path in SOURCE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {f"ekbom.{room}" for room in rooms - SHELLS - {"__init__"}} == set(
        contracts["core"]["source_modules"]
    )


def test_every_verb_is_under_the_contract_of_verbs(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    assert contracts["verbs"]["modules"] == sorted(f"ekbom.cli.{verb}" for verb in VERBS)


@pytest.mark.parametrize("path", core_files(), ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_core_opens_no_file_and_prints_nothing(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    assert not names & {"open", "print", "input", "exec", "eval"}
    assert not methods & {"read_text", "read_bytes", "write_text", "write_bytes", "tofile"}
