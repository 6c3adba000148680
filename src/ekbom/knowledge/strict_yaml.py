"""YAML read strictly: plain data that remembers the line of every part.

Unlike YAML 1.1, ``on``, ``off``, ``yes`` and ``no`` are text: only ``true`` and ``false`` are
booleans. Keys that stand twice, tags, anchors, aliases and nothing at all after a key are errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from ekbom.errors import EkbomError, KnowledgeError

Path = tuple[str | int, ...]


def shown(path: Path) -> str:
    """A path of keys and indices as a reader would write it: ``labs[0].ferritin``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


# Deeper than any file of ours; keeps a hostile file from exhausting the stack.
_MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One parsed file.

    Parameters
    ----------
    name : str
        Its name, for messages.
    data : Mapping
        Its content as plain data: dict, tuple, str, float, int, bool, date, None.
    lines : Mapping of tuple to int
        The line (from 1) on which each part stands, by its path of keys and indices.
    error : type
        What a fault in it is raised as.
    """

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]
    error: type[EkbomError] = KnowledgeError

    def at(self, path: Path) -> Any:
        """The part at a path of keys and indices."""
        part: Any = self.data
        for step in path:
            part = part[step]
        return part

    def where(self, path: Path = ()) -> str:
        """``file:line`` of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines[path]}"

    def fault(self, found: str, path: Path = (), *, expected: str = "") -> EkbomError:
        """An error about a part of this file."""
        return self.error(found, expected=expected, where=self.where(path))


def _as_float(text: str) -> float:
    return float(text.replace(".inf", "inf"))


# What a plain scalar looks like (YAML 1.2 core, plus dates), and what it becomes.
_SCALARS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile(r"true|false"), lambda text: text == "true"),
    (re.compile(r"[-+]?\d+", re.ASCII), int),
    (
        re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?:\.\d*)?[eE][-+]?\d+|\.inf)", re.ASCII),
        _as_float,
    ),
    (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), date.fromisoformat),
    (re.compile(r"~|null|"), lambda text: None),
)
_NAMED: Mapping[object, str] = {date.fromisoformat: "day"}
_MAY_START_A_SCALAR = frozenset("tf-+.0123456789~n")


def parse(name: str, content: bytes, error: type[EkbomError] = KnowledgeError) -> YamlFile:
    """A file as plain data with lines.

    Parameters
    ----------
    name : str
        What messages call it.
    content : bytes
        The file, in UTF-8.
    error : type
        Raised, with ``name:line``, for anything that is not plain YAML with keys at its top.
    """
    reading = _Reading(name, error, {})
    data = reading.document(content)
    if not isinstance(data, dict):
        raise error("no keys", expected="key: value lines", where=f"{name}:1")
    return YamlFile(name, data, reading.lines, error)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One parse: the name and kind of its errors, and the lines met so far."""

    name: str
    error: type[EkbomError]
    lines: dict[Path, int]

    def fault(self, found: str, line: int, expected: str = "") -> EkbomError:
        return self.error(found, expected=expected, where=f"{self.name}:{line}")

    @staticmethod
    def line_of(event: Any) -> int:
        line: int = event.start_mark.line
        return line + 1

    def document(self, content: bytes) -> Any:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as fault:
            line = content.count(b"\n", 0, fault.start) + 1
            raise self.fault("not UTF-8", line, "text in UTF-8") from fault
        try:
            # iter() over the loader's own step: yaml.parse() asks twice for every event.
            events = iter(yaml.CBaseLoader(text).get_event, None)
            next(events)  # stream start
            if isinstance(next(events), yaml.StreamEndEvent):
                return None
            data = self.part(next(events), events, ())
            next(events)  # document end
            second = next(events)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line = mark.line + 1 if mark else 1
            raise self.fault(f"not YAML: {fault.problem or fault.context}", line) from fault
        except yaml.reader.ReaderError as fault:
            raise self.fault(f"not YAML: {fault.reason}", 1) from fault
        if not isinstance(second, yaml.StreamEndEvent):
            line = self.line_of(second)
            raise self.fault("not YAML: a second document", line, "one document in a file")
        return data

    def part(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        line = self.line_of(event)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.fault("an anchor or alias (& or *)", line, "every part written out")
        if event.tag is not None:
            raise self.fault(f"tag {event.tag}", line, "plain YAML without tags")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line, path)
        if len(path) >= _MAX_DEPTH:
            raise self.fault(f"more than {_MAX_DEPTH} levels deep", line, "a flatter file")
        if isinstance(event, yaml.SequenceStartEvent):
            return tuple(self._items(events, path))
        return self._mapping(events, path)

    def _scalar(self, event: Any, line: int, path: Path) -> object:
        text: str = event.value
        if not event.implicit[0] or (text and text[0] not in _MAY_START_A_SCALAR):
            return text
        for pattern, read in _SCALARS:
            if pattern.fullmatch(text):
                try:
                    return read(text)
                except ValueError as fault:
                    found = f"{shown(path)}: {text} is no {_NAMED.get(read, 'number')} ({fault})"
                    raise self.fault(found, line, "one that exists, or text in quotes") from fault
        return text

    def _items(self, events: Iterator[Any], path: Path) -> Iterator[Any]:
        index = 0
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self.part(event, events, (*path, index))
            index += 1

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = self.line_of(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise self.fault("a key that is not text", line, "a word before the colon")
            key = event.value
            if key in plain:
                expected = f"each key once; it is already on line {self.lines[(*path, key)]}"
                raise self.fault(f"key {key!r} stands twice", line, expected)
            self.lines[(*path, key)] = line
            plain[key] = self.part(next(events), events, (*path, key))
        return plain
