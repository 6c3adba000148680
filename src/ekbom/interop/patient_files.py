"""Patient records from files: YAML with lines, JSON with paths, scored nights beside them."""

from __future__ import annotations

import importlib.resources
import json
import os
from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ekbom.errors import PatientError, UsageError, near_names
from ekbom.interop.scored_nights import read_scored_night
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import Path as PlainPath
from ekbom.knowledge.strict_yaml import YamlFile, parse, shown
from ekbom.patient.patient import NightSummary, Patient
from ekbom.patient.reading import patient_from

# No record of one person comes near; what is larger is another file.
_LARGEST_BYTES = 2_000_000
# As deep as the reader of YAML goes.
_DEEPEST = 30


def read_patient(path: str | os.PathLike[str], knowledge: KnowledgeBase, today: date) -> Patient:
    """A patient record.

    Parameters
    ----------
    path : str or os.PathLike
        YAML, or JSON where the name ends in ``.json``. Scored nights it names are read from the
        folder it is in.
    knowledge : KnowledgeBase
        All sections.
    today : datetime.date
        The day of reading; later facts are refused.

    Raises
    ------
    PatientError
        The file cannot be read, or the record is wrong somewhere; the message says where.
    """
    path = Path(path)
    file = parsed(path.name, _content(path))

    def scored_night(name: str, on: date, rules: str) -> NightSummary:
        return read_scored_night(path.parent / name, on, rules)

    return patient_from(file, knowledge, today, scored_night=scored_night)


def parsed(name: str, content: bytes) -> YamlFile:
    """The content of a record file as plain data, not yet checked."""
    if name.casefold().endswith(".json"):
        return _parsed_json(name, content)
    try:
        return parse(name, content, PatientError)
    except PatientError as error:
        hint = _hint(error.found, content)
        if not hint:
            raise
        raise PatientError(
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


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PatientError(
                "this is a folder", expected="a record file in YAML or JSON", where=str(path)
            )
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise PatientError(
            "there is no such file",
            expected="a record file in YAML or JSON",
            where=str(path),
            what_to_do="check the name, or begin a record with: ekbom patient new FILE",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PatientError(f"the file cannot be read ({reason})", where=str(path)) from error
    if len(content) > _LARGEST_BYTES:
        raise PatientError(
            "too large for a record",
            expected=f"at most {_LARGEST_BYTES // 1_000_000} MB",
            where=str(path),
        )
    if not content.strip():
        raise PatientError(
            "the file is empty",
            expected="a record with id and person",
            where=str(path),
            what_to_do="write one with: ekbom patient new FILE",
        )
    return content


class _JsonFile(YamlFile):
    """A record in JSON, whose parser tells no lines: its faults are named by path alone."""

    def where(self, path: PlainPath = ()) -> str:
        return self.name


def _parsed_json(name: str, content: bytes) -> YamlFile:
    try:
        data = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_not_finite,
        )
    except UnicodeDecodeError as error:
        raise PatientError("not UTF-8", expected="text in UTF-8", where=name) from error
    except RecursionError as error:
        deep = f"not JSON of a record: more than {_DEEPEST} levels deep"
        raise PatientError(deep, expected="a flatter file", where=name) from error
    except ValueError as error:
        # Numbers of thousands of digits are refused with advice on Python.
        reason = str(error).partition(";")[0]
        raise PatientError(
            f"not JSON ({reason})",
            expected="JSON with finite numbers and each key once",
            where=name,
            what_to_do="YAML has another ending: .yaml",
        ) from error
    if not isinstance(data, dict):
        raise PatientError("no keys", expected="an object with id and person", where=name)
    places: dict[PlainPath, int] = {}
    return _JsonFile(name, _frozen(data, (), places, name), places, PatientError)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice!r} stands twice")
    return found


def _not_finite(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _frozen(value: Any, path: PlainPath, places: dict[PlainPath, int], name: str) -> Any:
    """Lists as tuples, every part with its path."""
    if len(path) > _DEEPEST:
        where = f"{name}: {shown(path[:2])}"
        raise PatientError(f"more than {_DEEPEST} levels deep", where=where)
    places[path] = 0
    if isinstance(value, Mapping):
        return {key: _frozen(part, (*path, key), places, name) for key, part in value.items()}
    if isinstance(value, list):
        parts = enumerate(value)
        return tuple(_frozen(part, (*path, index), places, name) for index, part in parts)
    return value


def template_text() -> str:
    """A record file with every section explained, to be filled in."""
    template = importlib.resources.files("ekbom") / "examples" / "patient-template.yaml"
    return template.read_text(encoding="utf-8")


def example_names() -> tuple[str, ...]:
    """Names of the records that come with the package."""
    names = (entry.name for entry in _examples().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def example_text(name: str) -> str:
    """The file of an example record.

    Raises
    ------
    UsageError
        There is no example of this name.
    """
    names = example_names()
    if name not in names:
        raise UsageError(
            f"no example {name!r}", expected=near_names(name, names, "see: ekbom patient examples")
        )
    return (_examples() / f"{name}.yaml").read_text(encoding="utf-8")


def example_patient(name: str, knowledge: KnowledgeBase, today: date) -> Patient:
    """An example record, read."""
    file = parse(f"{name}.yaml", example_text(name).encode(), PatientError)
    return patient_from(file, knowledge, today)


def _examples() -> Traversable:
    return importlib.resources.files("ekbom") / "examples" / "patients"
