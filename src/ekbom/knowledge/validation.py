"""Plain data into a frozen dataclass: nothing but its keys, no value bent into another type.

The dataclass is the one definition of a file; pydantic checks against it and writes its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from ekbom.knowledge.strict_yaml import Path, YamlFile, shown

T = TypeVar("T")

_STRICT = ConfigDict(strict=True, extra="forbid", defer_build=True)
_KINDS = {
    "a valid tuple": "a list, each entry after a dash",
    "a valid list": "a list, each entry after a dash",
    "a valid dictionary": "key: value pairs",
    "a valid integer": "a whole number",
    "a valid ": "a ",
}
_FAULTS = {
    "missing": "key {key!r} is missing",
    "extra_forbidden": "unknown key {key!r}",
}


def validated(kind: type[T], data: Mapping[str, Any], file: YamlFile, path: Path = ()) -> T:
    """Part of a file as the dataclass it must hold.

    Parameters
    ----------
    kind : type
        A frozen dataclass; its fields are the keys, those with a default may be left out. Text
        may not be empty. A key that Python keeps for itself ends in ``_``: ``for_`` is ``for``.
    data : Mapping
        The part, as plain data.
    file : YamlFile
        Where it stands, for messages.
    path : tuple
        The part's place in the file.

    Raises
    ------
    EkbomError
        Of the file's own kind, for the first key that is missing, unknown or of another type.
    """
    model = keys_of(kind)  # type: ignore[arg-type]
    try:
        keys = model.model_validate(data)
    except ValidationError as error:
        raise _fault(error, file, path) from error
    instance: T = _built(keys, kind)
    return instance


def schema(kind: type, title: str, description: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a file that holds one of this kind."""
    generated = keys_of(kind).model_json_schema()
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**named, "description": description, **generated, "title": title}


def _fault(error: ValidationError, file: YamlFile, path: Path) -> Exception:
    first = error.errors(include_url=False)[0]
    place: Path = (*path, *first["loc"])
    template = _FAULTS.get(first["type"])
    if template:
        expected = f"{place[-1]}: with its value" if first["type"] == "missing" else ""
        return file.fault(template.format(key=place[-1]), place, expected=expected)
    while place not in file.lines and len(place) > len(path):  # a union adds its branch
        place = place[:-1]
    found = _as_written(first["input"])
    empty = first["type"] == "string_too_short"
    expected = "text, or the key left out" if empty else _wanted(first["msg"])
    return file.fault(f"{shown(place)} is {found}", place, expected=expected)


def _as_written(value: object) -> str:
    """What was found, as it stands in a file: a list is no Python tuple."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_as_written, value))}]"
    return repr(value)


def _wanted(message: str) -> str:
    wanted = message.removeprefix("Input should be ").replace("a valid string", "text")
    for of_python, of_yaml in _KINDS.items():
        wanted = wanted.replace(of_python, of_yaml)
    return wanted


def key_of(name: str) -> str:
    """The key in a file of a field of this name."""
    return name.removesuffix("_")


@cache
def keys_of(kind: type) -> type[BaseModel]:
    """The strict pydantic model of a dataclass, nested ones included."""
    hints = get_type_hints(kind, include_extras=True)
    keys: dict[str, Any] = {}
    for field in fields(kind):
        default: Any = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        key = key_of(field.name)
        keys[key] = (_strict(hints[field.name]), ... if default is MISSING else default)
    model: type[BaseModel] = create_model(kind.__name__, __config__=_STRICT, **keys)
    return model


def _strict(hint: Any) -> Any:
    if hint is str:
        return Annotated[str, Field(min_length=1)]
    if is_dataclass(hint):
        return keys_of(hint)  # type: ignore[arg-type]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return tuple.__class_getitem__((_strict(arguments[0]), ...))
    if origin is Mapping:
        return dict.__class_getitem__((arguments[0], _strict(arguments[1])))
    if origin in (Union, UnionType):
        return Union[tuple(_strict(argument) for argument in arguments)]  # noqa: UP007
    return hint


_Freeze = Callable[[Any], Any]


@cache
def _freezing(kind: Any) -> tuple[tuple[str, str, _Freeze | None], ...]:
    """Of each field: its name, its key, and what makes its value immutable."""
    hints = get_type_hints(kind)
    return tuple((name, key_of(name), _freeze(hint)) for name, hint in hints.items())


def _built(keys: BaseModel, kind: Any) -> Any:
    values = vars(keys)
    return kind(
        **{
            name: values[key] if freeze is None else freeze(values[key])
            for name, key, freeze in _freezing(kind)
        }
    )


def _freeze(hint: Any) -> _Freeze | None:
    """What makes a value of this type immutable; None where it is so already."""
    if is_dataclass(hint):
        # A default is an instance already.
        return lambda keys: _built(keys, hint) if isinstance(keys, BaseModel) else keys
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        each = _freeze(inner[0])
        return None if each is None else lambda parts: tuple(map(each, parts))
    if origin is Mapping:
        part = _freeze(inner[1]) or _unchanged
        return lambda parts: MappingProxyType({name: part(of) for name, of in parts.items()})
    if origin in (Union, UnionType):
        built = next((_freeze(option) for option in inner if is_dataclass(option)), None)
        if built is not None:
            return lambda value: built(value) if isinstance(value, BaseModel) else value
    return None


def _unchanged(value: Any) -> Any:
    return value
