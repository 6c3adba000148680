"""The pages point at things that are there, and leave nothing out."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from ekbom.cli.main import VERBS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
SOURCE_PATH = re.compile(r"`((?:src|tests|docs|benchmarks|examples|scripts)/[\w./-]*)`")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_and_folders_named_are_there(page: Path) -> None:
    named = SOURCE_PATH.findall(page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_shown_in_an_example(verb: str) -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    assert re.search(rf"^\$ ekbom {verb}\b", text, re.MULTILINE)


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets
    explained = re.findall(r"^([a-z]+):.*## .", makefile, re.MULTILINE)
    assert sorted(explained) == sorted(targets[1].split())


def test_every_abbreviation_of_the_pages_is_in_the_glossary() -> None:
    glossary = set(re.findall(r"[A-Z0-9]{2,}", (ROOT / "GLOSSARY.md").read_text()))
    computing = {
        "API",
        "CI",
        "CLI",
        "CSV",
        "DOI",
        "GB",
        "HTML",
        "ID",
        "JSON",
        "MB",
        "PMID",
        "TSV",
        "YAML",
    }
    licences = {"AGPL", "BY", "CC", "MIT"}
    files = {path.stem for path in ROOT.iterdir() if path.stem.isupper()}
    pages = [page for page in PAGES if page.parent.name != "decisions"]
    text = "\n".join(page.read_text() for page in pages)
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    used = set(re.findall(r"\b[A-Z][A-Z0-9]+\b", prose)) - computing - licences - files
    assert sorted(word for word in used if word not in glossary) == []


def test_version_is_the_same_wherever_it_stands() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^version: {re.escape(version)}$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert metadata.version("ekbom") == version


def test_locks_pin_every_library_by_hash_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [line for line in lines if line and not line.startswith(("#", "    --hash="))]
        assert pins
        assert [line for line in pins if not re.match(r"[a-z0-9-]+==[^ ]+ .*\\$", line)] == []
        assert not any("://" in line for line in lines)
