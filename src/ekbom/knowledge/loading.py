"""Loads the knowledge base: the only module that reads package data."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.file_formats import (
    read_edition,
    read_parameter,
    read_records,
    read_source,
    read_table,
)
from ekbom.knowledge.parameters import Parameter
from ekbom.knowledge.record_kinds import RECORD_KINDS
from ekbom.knowledge.references import check_references
from ekbom.knowledge.sources import Source
from ekbom.knowledge.strict_yaml import YamlFile, parse
from ekbom.knowledge.tables import Table

ALWAYS_READ = ("sources", "editions")


def load(sections: Iterable[str] | None = None) -> KnowledgeBase:
    """The knowledge that comes with the package.

    Parameters
    ----------
    sections : iterable of str, optional
        Folders to read, e.g. ``("scoring", "bands")``; all of them by default. Sources and
        editions are always read. A section is read once per process.

    Returns
    -------
    KnowledgeBase
        Its ``content_hash`` covers all files, whichever sections were read.

    Raises
    ------
    KnowledgeError
        A file is malformed, incomplete or contradicts another; the message names file and line.
    UsageError
        There is no such section.
    """
    return _load(None if sections is None else tuple(sorted(set(sections))))


@cache
def _load(sections: tuple[str, ...] | None) -> KnowledgeBase:
    return load_folder(importlib.resources.files("ekbom.knowledge") / "data", sections)


def load_folder(folder: Traversable, sections: Iterable[str] | None = None) -> KnowledgeBase:
    """Knowledge from a folder laid out like the package's own; see `load`."""
    contents = dict(_contents(folder, ""))
    present = {name.partition("/")[0] for name in contents}
    wanted = present - set(ALWAYS_READ) if sections is None else set(sections)
    if not wanted <= present:
        raise UsageError(
            f"no knowledge section {', '.join(sorted(wanted - present))}",
            expected=f"one of: {', '.join(sorted(present - set(ALWAYS_READ)))}",
        )
    files = [
        parse(name, content)
        for name, content in contents.items()
        if name.partition("/")[0] in wanted.union(ALWAYS_READ)
    ]
    return _assembled(files, tuple(sorted(wanted)), _content_hash(contents))


def _contents(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, f"{name}/")
        elif name.endswith(".yaml"):
            yield name, entry.read_bytes()
        elif not name.endswith(".md"):
            raise KnowledgeError(
                "not a knowledge file", expected="a name ending in .yaml", where=f"{name}:1"
            )


def _content_hash(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _assembled(files: list[YamlFile], sections: tuple[str, ...], stamp: str) -> KnowledgeBase:
    sources: dict[str, Source] = {}
    editions: dict[str, Edition] = {}
    parameters: dict[str, Parameter] = {}
    tables: dict[str, Table] = {}
    records: dict[type, dict[str, Any]] = {}
    for file in files:
        stem = file.name.removesuffix(".yaml")
        section, _, short = stem.partition("/")
        if section == "sources":
            _check_id(sources.setdefault(short, read_source(file)).id, short, file)
        elif section == "editions":
            _check_id(editions.setdefault(short, read_edition(file)).id, short, file)
        elif section in RECORD_KINDS:
            kind = RECORD_KINDS[section]
            _add_records(kind, short, file, records.setdefault(kind, {}))
        elif "rows" in file.data:
            _check_id(tables.setdefault(stem, read_table(file)).id, stem, file)
        else:
            _check_id(parameters.setdefault(stem, read_parameter(file)).id, stem, file)
    base = KnowledgeBase(
        sources=MappingProxyType(sources),
        editions=MappingProxyType(editions),
        parameters=MappingProxyType(parameters),
        tables=MappingProxyType(tables),
        records=MappingProxyType({kind: MappingProxyType(by) for kind, by in records.items()}),
        sections=sections,
        content_hash=stamp,
    )
    for file in files:
        check_references(file, base)
    return base


def _check_id(found: str, expected: str, file: YamlFile) -> None:
    if found != expected:
        raise file.fault(f"id is {found!r}", ("id",), expected=f"{expected!r}, the file's name")


def _add_records(kind: type, short: str, file: YamlFile, known: dict[str, Any]) -> None:
    for record, path in read_records(kind, file):
        if not path:
            _check_id(record.id, short, file)
        if record.id in known:
            expected = "every id once in its section"
            raise file.fault(f"{record.id!r} stands twice", (*path, "id"), expected=expected)
        known[record.id] = record
