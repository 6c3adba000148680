"""A file reads in one sitting, a function on one screen; everything public is said and typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ekbom"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def public(tree: ast.Module) -> Iterator[ast.ClassDef | Function]:
    """Classes and functions a caller may use: no leading underscore, not inside a function."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function) and not inner.name.startswith("_"):
                        yield inner


def untyped(function: Function) -> list[str]:
    """Names of the arguments without a type, and ``return`` where that has none."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    missing = [
        argument.arg
        for argument in [*named, *starred]
        if argument.annotation is None and argument.arg not in ("self", "cls")
    ]
    return missing if function.returns else [*missing, "return"]


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name_of)
def test_file_reads_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name_of)
def test_function_fits_one_screen(path: Path) -> None:
    lengths = [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in functions(ast.parse(path.read_text()))
    ]
    assert [(name, n) for name, n in lengths if n > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_opens_with_one_line_saying_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text())) or ""
    first, _, rest = said.partition("\n")
    assert first.endswith((".", "?", "…"))
    assert not rest or rest.startswith("\n"), "one line, then a blank one"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_is_documented_and_typed(path: Path) -> None:
    nodes = list(public(ast.parse(path.read_text())))
    assert [node.name for node in nodes if not ast.get_docstring(node)] == []
    gaps = [(node.name, untyped(node)) for node in nodes if isinstance(node, Function)]
    assert [(name, missing) for name, missing in gaps if missing] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_assert_and_no_broad_except(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except, line {node.lineno}"
            caught = {inner.id for inner in ast.walk(node.type) if isinstance(inner, ast.Name)}
            assert not caught & {"Exception", "BaseException"}, f"line {node.lineno}"
