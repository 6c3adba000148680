"""Fills a typed slice (e.g. PlmRules) from the knowledge base, checking units and choices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.parameters import Parameter, Sourced

S = TypeVar("S")
_N_SLICES: Final = 512


@dataclass(frozen=True, slots=True)
class Param:
    """Marks a field of a slice with the parameter that fills it.

    Parameters
    ----------
    id : str
        Parameter id, e.g. ``scoring/imi-min``.
    unit : str
        UCUM unit the code expects (``1`` for a count); binding fails when the data say another.
        Empty for a choice.
    """

    id: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SliceField:
    """What a field of a slice expects of its value.

    Parameters
    ----------
    name : str
        Name of the field, and of its override.
    param : Param
        The parameter that fills it.
    choices : tuple of str
        The choices the code knows; empty for a quantity.
    is_count : bool
        True for a field of whole numbers (annotated ``int``).
    """

    name: str
    param: Param
    choices: tuple[str, ...] = ()
    is_count: bool = False


def bind(
    slice_type: type[S],
    base: KnowledgeBase,
    edition: str,
    overrides: Mapping[str, object] | None = None,
) -> S:
    """A slice filled with the values of one edition.

    Parameters
    ----------
    slice_type : type
        A frozen dataclass whose fields are ``Annotated[float | int | Literal[...], Param(...)]``,
        plus ``edition: str`` and ``provenance: Mapping[str, Sourced]``.
    base : KnowledgeBase
        Where the values come from.
    edition : str
        Edition id. Every field without override must have a value in it; nothing is inherited.
    overrides : Mapping of str to object, optional
        Values set by the caller, by field name: a number or its text, or a choice. Their
        provenance says ``override``.

    Returns
    -------
    slice_type
        ``provenance`` has one `Sourced` per field.

    Raises
    ------
    KnowledgeError
        Unknown edition, no value in it, or unit or choices of the data differ from the code's.
    UsageError
        An override names no field, or its value is not allowed; the message lists what is.
    """
    if not overrides:
        kind: Any = slice_type
        bound: S = _bound(kind, base, edition)
        return bound
    return _filled(slice_type, base, edition, overrides)


# The same few slices are asked for again and again.
@lru_cache(maxsize=_N_SLICES)
def _bound(slice_type: Any, base: KnowledgeBase, edition: str) -> Any:
    return _filled(slice_type, base, edition, {})


def _filled(
    slice_type: type[S], base: KnowledgeBase, edition: str, overrides: Mapping[str, object]
) -> S:
    wanted = slice_fields(slice_type)
    _check_override_names(slice_type, wanted, overrides)
    provenance: dict[str, Sourced] = {}
    for field in wanted.values():
        _check_declaration(field, base.parameter(field.param.id), slice_type)
        if field.name in overrides:
            provenance[field.name] = _overridden(field, base, edition, overrides[field.name])
        else:
            provenance[field.name] = base.sourced(field.param.id, edition)
    values: dict[str, Any] = {
        name: _as_declared(wanted[name], sourced) for name, sourced in provenance.items()
    }
    values["edition"] = base.edition(edition).id
    values["provenance"] = provenance
    return slice_type(**values)


def slice_fields(slice_type: type) -> Mapping[str, SliceField]:
    """The fields of a slice that the knowledge base fills, by name, in their order.

    Raises
    ------
    KnowledgeError
        A field other than ``edition`` and ``provenance`` carries no ``Param``, or a type that
        no parameter can fill.
    """
    return _fields_of(slice_type)


@cache
def _fields_of(slice_type: Any) -> Mapping[str, SliceField]:
    hints = get_type_hints(slice_type, include_extras=True)
    found = {}
    for field in fields(slice_type):
        if field.name in ("edition", "provenance"):
            continue
        kind, *extras = get_args(hints[field.name]) or (hints[field.name],)
        param = next((extra for extra in extras if isinstance(extra, Param)), None)
        is_choice = get_origin(kind) is Literal
        if get_origin(hints[field.name]) is not Annotated or param is None:
            raise _slice_fault(slice_type, field.name, "carries no Param")
        if not is_choice and kind not in (float, int):
            raise _slice_fault(slice_type, field.name, f"has type {kind}")
        choices = get_args(kind) if is_choice else ()
        found[field.name] = SliceField(field.name, param, choices, kind is int)
    return MappingProxyType(found)


def _slice_fault(slice_type: type, name: str, found: str) -> KnowledgeError:
    return KnowledgeError(
        f"field {name!r} {found}",
        expected="Annotated[float, Param(id, unit)], int in place of float, or a Literal",
        where=slice_type.__name__,
    )


def _check_override_names(
    slice_type: type, wanted: Mapping[str, SliceField], overrides: Mapping[str, object]
) -> None:
    unknown = sorted(set(overrides) - set(wanted))
    if unknown:
        raise UsageError(
            f"no option {', '.join(map(repr, unknown))}",
            expected=f"any of: {', '.join(wanted)}",
            where=slice_type.__name__,
        )


def _check_declaration(field: SliceField, parameter: Parameter, slice_type: type) -> None:
    where = f"{slice_type.__name__}.{field.name}"
    if field.param.unit != parameter.unit:
        raise KnowledgeError(
            f"{parameter.id} is in {parameter.unit or 'no unit'!r}",
            expected=f"{field.param.unit or 'no unit'!r}, which the code declares",
            where=where,
        )
    if set(field.choices) != set(parameter.choices):
        raise KnowledgeError(
            f"{parameter.id} offers {', '.join(parameter.choices) or 'no choices'}",
            expected=f"the choices the code declares: {', '.join(field.choices) or 'none'}",
            where=where,
        )


def _as_declared(field: SliceField, sourced: Sourced) -> float | int | str:
    value = sourced.value
    if isinstance(value, str):
        return value
    if not field.is_count:
        return float(value)
    if not float(value).is_integer():
        raise KnowledgeError(
            f"{sourced.parameter} is {value}",
            expected="a whole number",
            where=f"{field.name}, edition {sourced.edition}",
        )
    return int(value)


def _overridden(field: SliceField, base: KnowledgeBase, edition: str, value: object) -> Sourced:
    parameter = base.parameter(field.param.id)
    in_edition = parameter.editions.get(base.edition(edition).id)
    note = f"{edition} has {in_edition.value}" if in_edition else f"{edition} has no value"
    allowed = _allowed_choice if field.choices else _allowed_number
    return Sourced(
        value=allowed(field, parameter, value),
        unit=parameter.unit,
        parameter=parameter.id,
        name=parameter.name,
        edition="override",
        source="",
        place="set by the caller",
        mark="override",
        checked_on=None,
        note=note,
    )


def _allowed_choice(field: SliceField, parameter: Parameter, value: object) -> str:
    if isinstance(value, str) and value in field.choices:
        return value
    lines = "; ".join(f"{choice} ({parameter.choices[choice]})" for choice in field.choices)
    raise UsageError(f"{field.name} set to {value!r}", expected=f"one of: {lines}")


def _allowed_number(field: SliceField, parameter: Parameter, value: object) -> float:
    expected = "a whole number" if field.is_count else "a number, or inf for no limit"
    if parameter.minimum is not None:
        expected += f", at least {parameter.minimum:g}"
    refusal = UsageError(
        f"{field.name} set to {value!r}", expected=f"{expected}; unit {parameter.unit}"
    )
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise refusal
    try:
        number = float(value)
    except ValueError as error:
        raise refusal from error
    below = parameter.minimum is not None and number < parameter.minimum
    if math.isnan(number) or below or (field.is_count and not number.is_integer()):
        raise refusal
    return number
