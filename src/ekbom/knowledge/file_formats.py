"""What each kind of knowledge file may hold, and the model it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ekbom.knowledge.editions import Edition, EditionStatus
from ekbom.knowledge.knowledge_file import KnowledgeFile, Path
from ekbom.knowledge.parameters import Checked, EditionValue, Mark, Parameter, ParameterKind
from ekbom.knowledge.sources import Source, SourceKind
from ekbom.knowledge.tables import Row, Table

Text = Annotated[str, Field(min_length=1)]


class _Keys(BaseModel):
    """Nothing but the keys named; no value is bent into another type."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)


class _CheckedKeys(_Keys):
    on: date
    by: Text


class _SourceKeys(_Keys):
    id: Text
    kind: SourceKind
    title: Text
    authors: Annotated[list[Text], Field(min_length=1)]
    year: int
    access: Text
    publication: Text = ""
    doi: Text = ""
    pmid: Text = ""
    url: Text = ""
    licence: Text = ""
    retracted: bool = False


class _EditionKeys(_Keys):
    id: Text
    authority: Text
    title: Text
    year: int
    source: Text
    status: EditionStatus
    supersedes: Text = ""
    variant_of: Text = ""
    notes: Text = ""


class _ValueKeys(_Keys):
    value: float | Text
    source: Text
    place: Text
    mark: Mark
    checked: _CheckedKeys
    note: Text = ""


class _ParameterKeys(_Keys):
    id: Text
    name: Text
    kind: ParameterKind
    definition: Text
    editions: Annotated[dict[Text, _ValueKeys], Field(min_length=1)]
    unit: Text = ""
    symbol: Text = ""
    choices: dict[Text, Text] = {}
    minimum: float | None = None
    notes: Text = ""


class _TableKeys(_Keys):
    id: Text
    name: Text
    definition: Text
    source: Text
    place: Text
    mark: Mark
    checked: _CheckedKeys
    columns: Annotated[dict[Text, Text], Field(min_length=1)]
    rows: Annotated[list[dict[Text, Text]], Field(min_length=1)]
    notes: Text = ""


K = TypeVar("K", bound=_Keys)

_FAULTS = {
    "missing": "key {key!r} is missing",
    "extra_forbidden": "unknown key {key!r}",
}


def _validated(keys: type[K], file: KnowledgeFile) -> K:
    try:
        return keys.model_validate(file.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path: Path = first["loc"]
        template = _FAULTS.get(first["type"])
        if template:
            raise file.fault(template.format(key=path[-1]), path) from error
        while path not in file.lines:  # pydantic adds the branch of a union to the path
            path = path[:-1]
        found = f"{'.'.join(map(str, path))} is {first['input']!r}"
        raise file.fault(found, path, expected=first["msg"]) from error


def read_source(file: KnowledgeFile) -> Source:
    """A file of ``sources/``."""
    keys = _validated(_SourceKeys, file)
    return Source(**{**dict(keys), "authors": tuple(keys.authors)})


def read_edition(file: KnowledgeFile) -> Edition:
    """A file of ``editions/``."""
    return Edition(**dict(_validated(_EditionKeys, file)))


def read_parameter(file: KnowledgeFile) -> Parameter:
    """A file with one number or choice."""
    keys = _validated(_ParameterKeys, file)
    values = {
        edition: EditionValue(**{**dict(value), "checked": Checked(**dict(value.checked))})
        for edition, value in keys.editions.items()
    }
    frozen = {"editions": MappingProxyType(values), "choices": MappingProxyType(keys.choices)}
    parameter = Parameter(**{**dict(keys), **frozen})
    check = _check_quantity if parameter.kind == "quantity" else _check_choice
    check(parameter, file)
    return parameter


def _check_quantity(parameter: Parameter, file: KnowledgeFile) -> None:
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


def _check_choice(parameter: Parameter, file: KnowledgeFile) -> None:
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


def read_table(file: KnowledgeFile) -> Table:
    """A file with a list (key ``rows``)."""
    keys = _validated(_TableKeys, file)
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
        columns=MappingProxyType(keys.columns),
        rows=tuple(rows),
        checked=Checked(**dict(keys.checked)),
        notes=keys.notes,
    )


def _row(keys: _TableKeys, cells: Mapping[str, str], path: Path, file: KnowledgeFile) -> Row:
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
