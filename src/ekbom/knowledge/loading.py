"""Loads the knowledge base: the only module that reads package data."""

from __future__ import annotations

import hashlib
import importlib.resources
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import yaml

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.file_formats import read_edition, read_parameter, read_source, read_table
from ekbom.knowledge.knowledge_file import KnowledgeFile, Path
from ekbom.knowledge.parameters import Parameter
from ekbom.knowledge.sources import Source
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
        _parse(name, content)
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


def _assembled(files: list[KnowledgeFile], sections: tuple[str, ...], stamp: str) -> KnowledgeBase:
    sources: dict[str, Source] = {}
    editions: dict[str, Edition] = {}
    parameters: dict[str, Parameter] = {}
    tables: dict[str, Table] = {}
    for file in files:
        stem = file.name.removesuffix(".yaml")
        section, _, short = stem.partition("/")
        if section == "sources":
            _check_id(sources.setdefault(short, read_source(file)).id, short, file)
        elif section == "editions":
            _check_id(editions.setdefault(short, read_edition(file)).id, short, file)
        elif "rows" in file.data:
            _check_id(tables.setdefault(stem, read_table(file)).id, stem, file)
        else:
            _check_id(parameters.setdefault(stem, read_parameter(file)).id, stem, file)
    for file in files:
        _check_references(file, sources, editions)
    return KnowledgeBase(
        sources=MappingProxyType(sources),
        editions=MappingProxyType(editions),
        parameters=MappingProxyType(parameters),
        tables=MappingProxyType(tables),
        sections=sections,
        content_hash=stamp,
    )


def _check_id(found: str, expected: str, file: KnowledgeFile) -> None:
    if found != expected:
        raise file.fault(f"id is {found!r}", ("id",), expected=f"{expected!r}, the file's name")


def _check_references(
    file: KnowledgeFile, sources: Mapping[str, Source], editions: Mapping[str, Edition]
) -> None:
    for path in file.lines:
        match path:
            case ("source",) | ("editions", _, "source") | ("rows", _, "source"):
                _check_source(file, path, sources)
            case ("supersedes",) | ("variant_of",):
                _check_edition(str(file.at(path)), file, path, editions)
            case ("editions", edition):
                _check_edition(str(edition), file, path, editions)


def _check_source(file: KnowledgeFile, path: Path, sources: Mapping[str, Source]) -> None:
    source_id = file.at(path)
    if source_id not in sources:
        expected = "the id of a file under sources/"
        raise file.fault(f"unknown source {source_id!r}", path, expected=expected)
    if sources[source_id].retracted:
        expected = "a source that has not been retracted"
        raise file.fault(f"source {source_id!r} is retracted", path, expected=expected)


def _check_edition(
    edition_id: str, file: KnowledgeFile, path: Path, editions: Mapping[str, Edition]
) -> None:
    if edition_id not in editions:
        expected = f"one of: {', '.join(sorted(editions))}"
        raise file.fault(f"unknown edition {edition_id!r}", path, expected=expected)


class _Composer(yaml.CBaseLoader):
    """Composes nodes; plain scalars follow the YAML 1.2 core rules, plus dates.

    Unlike YAML 1.1, ``on``, ``off``, ``yes`` and ``no`` are text (``checked`` has a key ``on``).
    """


def _as_float(text: str) -> float:
    return float(text.replace(".inf", "inf"))


# By name: what a plain scalar looks like, the characters it may start with, what it becomes.
_SCALARS: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "bool": (r"true|false", "tf", lambda text: text == "true"),
    "int": (r"[-+]?\d+", "-+0123456789", int),
    "float": (
        r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?:\.\d*)?[eE][-+]?\d+|\.inf)",
        "-+.0123456789",
        _as_float,
    ),
    "date": (r"\d{4}-\d{2}-\d{2}", "0123456789", date.fromisoformat),
    "null": (r"~|null|", "~n", lambda text: None),
}
for _name, (_pattern, _first, _) in _SCALARS.items():
    _starts = [*_first, ""] if _name == "null" else [*_first]
    _Composer.add_implicit_resolver(f"ekbom:{_name}", re.compile(rf"^(?:{_pattern})$"), _starts)


def _parse(name: str, content: bytes) -> KnowledgeFile:
    composer = _Composer(content)
    try:
        node = composer.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise KnowledgeError(
            f"not YAML: {error.problem or error.context}", where=f"{name}:{line}"
        ) from error
    except yaml.reader.ReaderError as error:
        raise KnowledgeError(f"not YAML: {error.reason}", where=f"{name}:1") from error
    finally:
        composer.dispose()
    if not isinstance(node, yaml.MappingNode):
        raise KnowledgeError("no keys", expected="key: value lines", where=f"{name}:1")
    lines: dict[Path, int] = {(): 1}
    return KnowledgeFile(name, _plain(node, (), name, lines), lines)


def _plain(node: yaml.Node, path: Path, name: str, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, path, name, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part, (*path, i), name, lines) for i, part in enumerate(node.value)]
    tag = node.tag.removeprefix("ekbom:")
    if tag in _SCALARS:
        try:
            return _SCALARS[tag][2](node.value)
        except ValueError as error:
            raise KnowledgeError(str(error), where=f"{name}:{lines[path]}") from error
    if tag == "tag:yaml.org,2002:str":
        return node.value
    raise KnowledgeError(
        f"tag {node.tag}", expected="plain YAML without tags", where=f"{name}:{lines[path]}"
    )


def _plain_mapping(
    node: yaml.MappingNode, path: Path, name: str, lines: dict[Path, int]
) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise KnowledgeError("a key that is not text", where=f"{name}:{line}")
        if key in plain:
            first = lines[(*path, key)]
            raise KnowledgeError(
                f"key {key!r} stands twice",
                expected=f"each key once; it is already on line {first}",
                where=f"{name}:{line}",
            )
        lines[(*path, key)] = line
        plain[key] = _plain(value_node, (*path, key), name, lines)
    return plain
