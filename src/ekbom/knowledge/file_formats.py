"""What each kind of knowledge file may hold, and the model it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_args

from ekbom.knowledge.editions import Edition
from ekbom.knowledge.parameters import Checked, Mark, Parameter
from ekbom.knowledge.sources import Source
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.tables import Row, Table
from ekbom.knowledge.validation import validated


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as its file writes it."""

    id: str
    name: str
    definition: str
    source: str
    place: str
    mark: Mark
    checked: Checked
    columns: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...]
    notes: str = ""


def read_source(file: YamlFile) -> Source:
    """A file of ``sources/``."""
    source = validated(Source, file.data, file)
    if not source.authors:
        raise file.fault("authors is empty", ("authors",), expected="at least one")
    return source


def read_edition(file: YamlFile) -> Edition:
    """A file of ``editions/``."""
    return validated(Edition, file.data, file)


def read_records(kind: type, file: YamlFile) -> Iterator[tuple[Any, Path]]:
    """Each record of a file and its path: one record, or ``records`` that share ``common``."""
    if "records" not in file.data:
        yield validated(kind, file.data, file), ()
        return
    for key in file.data:
        if key not in ("common", "records"):
            raise file.fault(f"unknown key {key!r}", (key,), expected="common, records")
    common, records = file.data.get("common", {}), file.data["records"]
    if not isinstance(records, tuple):
        raise file.fault("records is no list", ("records",), expected="- id: ... lines")
    if not isinstance(common, dict):
        raise file.fault("common has no keys", ("common",), expected="key: value lines")
    for index, record in enumerate(records):
        path: Path = ("records", index)
        if not isinstance(record, dict):
            raise file.fault("a record without keys", path, expected="id: ... and so on")
        yield validated(kind, {**common, **record}, file, path), path


def read_parameter(file: YamlFile) -> Parameter:
    """A file with one number or choice."""
    parameter = validated(Parameter, file.data, file)
    if not parameter.editions:
        raise file.fault("editions is empty", ("editions",), expected="at least one")
    check = _check_quantity if parameter.kind == "quantity" else _check_choice
    check(parameter, file)
    return parameter


def _check_quantity(parameter: Parameter, file: YamlFile) -> None:
    if not parameter.unit:
        raise file.fault("key 'unit' is missing", expected="a UCUM unit; 1 for a count")
    if parameter.choices:
        raise file.fault("a quantity with choices", ("choices",), expected="kind: choice")
    for edition, value in parameter.editions.items():
        path = ("editions", edition, "value")
        if isinstance(value.value, str):
            raise file.fault(f"value is {value.value!r}", path, expected="a number, or .inf")
        if parameter.minimum is not None and value.value < parameter.minimum:
            raise file.fault(f"value is {value.value}", path, expected=f">= {parameter.minimum}")


def _check_choice(parameter: Parameter, file: YamlFile) -> None:
    if parameter.unit or parameter.minimum is not None:
        key = "unit" if parameter.unit else "minimum"
        raise file.fault(f"a choice with {key!r}", (key,), expected="kind: quantity")
    if not parameter.choices:
        raise file.fault("key 'choices' is missing", expected="each choice with its meaning")
    for edition, value in parameter.editions.items():
        if value.value not in parameter.choices:
            raise file.fault(
                f"value is {value.value!r}",
                ("editions", edition, "value"),
                expected=f"one of: {', '.join(parameter.choices)}",
            )


def read_table(file: YamlFile) -> Table:
    """A file with a list (key ``rows``)."""
    keys = validated(TableFile, file.data, file)
    for key, value in (("columns", keys.columns), ("rows", keys.rows)):
        if not value:
            raise file.fault(f"{key} is empty", (key,), expected="at least one")
    key_column = next(iter(keys.columns))
    taken: dict[str, int] = {}
    rows = []
    for i, cells in enumerate(keys.rows):
        rows.append(_row(keys, cells, ("rows", i), file))
        if key_column not in cells:
            raise file.fault(f"column {key_column!r} is missing", ("rows", i))
        if cells[key_column] in taken:
            first = file.where(("rows", taken[cells[key_column]]))
            raise file.fault(
                f"{cells[key_column]!r} stands twice", ("rows", i), expected=f"once; see {first}"
            )
        taken[cells[key_column]] = i
    return Table(
        id=keys.id,
        name=keys.name,
        definition=keys.definition,
        columns=keys.columns,
        rows=tuple(rows),
        checked=keys.checked,
        notes=keys.notes,
    )


def _row(keys: TableFile, cells: Mapping[str, str], path: Path, file: YamlFile) -> Row:
    own = {"source": keys.source, "place": keys.place, "mark": keys.mark}
    for column in cells:
        if column not in keys.columns and column not in own:
            expected = f"one of: {', '.join([*keys.columns, *own])}"
            raise file.fault(f"unknown column {column!r}", (*path, column), expected=expected)
    if cells.get("mark", keys.mark) not in get_args(Mark):
        expected = f"one of: {', '.join(get_args(Mark))}"
        raise file.fault(f"mark is {cells['mark']!r}", (*path, "mark"), expected=expected)
    origin: dict[str, Any] = {key: cells.get(key, value) for key, value in own.items()}
    kept = {column: text for column, text in cells.items() if column not in own}
    return Row(cells=MappingProxyType(kept), **origin)
