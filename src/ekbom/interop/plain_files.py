"""Files that people write by hand, YAML or JSON, read as plain data: one way for every kind."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ekbom.errors import EkbomError
from ekbom.knowledge.strict_yaml import Path as PlainPath
from ekbom.knowledge.strict_yaml import YamlFile, parse, shown

# No file written by hand comes near; what is larger is another file.
_LARGEST_BYTES = 2_000_000
# As deep as the reader of YAML goes.
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file, for messages.

    Parameters
    ----------
    name : str
        E.g. ``record``.
    keys : str
        What it must hold, e.g. ``id and person``.
    begin : str
        How to begin one.
    error : type
        The error its faults are raised as.
    """

    name: str
    keys: str
    begin: str
    error: type[EkbomError]


def read_plain(path: str | os.PathLike[str], kind: FileKind) -> YamlFile:
    """A file as plain data, not yet checked.

    Parameters
    ----------
    path : str or os.PathLike
        YAML, or JSON where the name ends in ``.json``.
    kind : FileKind
        For messages.

    Raises
    ------
    EkbomError
        Of the kind's own error: the file is missing, a folder, empty, too large or malformed.
    """
    path = Path(path)
    return parsed(path.name, _content(path, kind), kind)


def parsed(name: str, content: bytes, kind: FileKind) -> YamlFile:
    """The content of a file as plain data, not yet checked."""
    if name.casefold().endswith(".json"):
        return _parsed_json(name, content, kind)
    try:
        return parse(name, content, kind.error)
    except kind.error as error:
        hint = _hint(error.found, content)
        if not hint:
            raise
        raise kind.error(
            error.found, expected=error.expected, where=error.where, what_to_do=hint
        ) from error


def _hint(found: str, content: bytes) -> str:
    """What to do about a file that is no YAML; empty where the error says it."""
    if found == "not UTF-8":
        return "save the file again with the encoding UTF-8"
    if not found.startswith("not YAML") or "document" in found or "control" in found:
        return ""
    if b"\t" in content:
        return "put spaces where the file has tabs"
    return 'put text that holds one of > % : # in quotes, as in ">1000 ng/mL"'


def _content(path: Path, kind: FileKind) -> bytes:
    try:
        if path.is_dir():
            raise kind.error(
                "this is a folder", expected=f"a {kind.name} file in YAML or JSON", where=str(path)
            )
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise kind.error(
            "there is no such file",
            expected=f"a {kind.name} file in YAML or JSON",
            where=str(path),
            what_to_do=f"check the name, or begin a {kind.name} with: {kind.begin}",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise kind.error(f"the file cannot be read ({reason})", where=str(path)) from error
    if len(content) > _LARGEST_BYTES:
        raise kind.error(
            f"too large for a {kind.name}",
            expected=f"at most {_LARGEST_BYTES // 1_000_000} MB",
            where=str(path),
        )
    if not content.strip():
        raise kind.error(
            "the file is empty",
            expected=f"a {kind.name} with {kind.keys}",
            where=str(path),
            what_to_do=f"write one with: {kind.begin}",
        )
    return content


@dataclass(frozen=True, slots=True)
class _At:
    name: str
    kind: FileKind


class _JsonFile(YamlFile):
    """A file in JSON, whose parser tells no lines: its faults are named by path alone."""

    def where(self, path: PlainPath = ()) -> str:
        return self.name


def _parsed_json(name: str, content: bytes, kind: FileKind) -> YamlFile:
    try:
        data = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_not_finite,
        )
    except UnicodeDecodeError as error:
        raise kind.error("not UTF-8", expected="text in UTF-8", where=name) from error
    except RecursionError as error:
        deep = f"not JSON of a {kind.name}: more than {_DEEPEST} levels deep"
        raise kind.error(deep, expected="a flatter file", where=name) from error
    except ValueError as error:
        # Numbers of thousands of digits are refused with advice on Python.
        reason = str(error).partition(";")[0]
        raise kind.error(
            f"not JSON ({reason})",
            expected="JSON with finite numbers and each key once",
            where=name,
            what_to_do="YAML has another ending: .yaml",
        ) from error
    if not isinstance(data, dict):
        raise kind.error("no keys", expected=f"an object with {kind.keys}", where=name)
    places: dict[PlainPath, int] = {}
    return _JsonFile(name, _frozen(data, (), places, _At(name, kind)), places, kind.error)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} stands twice")
    return found


def _not_finite(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _frozen(value: Any, path: PlainPath, places: dict[PlainPath, int], at: _At) -> Any:
    """Lists as tuples, every part with its path."""
    if len(path) > _DEEPEST:
        where = f"{at.name}: {shown(path[:2])}"
        raise at.kind.error(f"more than {_DEEPEST} levels deep", where=where)
    places[path] = 0
    if isinstance(value, Mapping):
        return {key: _frozen(part, (*path, key), places, at) for key, part in value.items()}
    if isinstance(value, list):
        parts = enumerate(value)
        return tuple(_frozen(part, (*path, index), places, at) for index, part in parts)
    return value
