"""Ids that stand in the code, so that the audit knows what it uses."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from types import CodeType

_ROOMS = tuple(
    f"ekbom.{room}"
    for room in (
        "assessment",
        "followup",
        "knowledge",
        "mechanism",
        "patient",
        "recording",
        "scoring",
        "treatment",
    )
)
# A field of a slice is one text to the compiler: Annotated[float, Param('iron/…', '%')].
_PARAMETER = re.compile(r"Param\(['\"]([^'\"]+)['\"]")


@cache
def named_in_code() -> frozenset[str]:
    """Every text in the code below the shells, its part after a colon, and ids of parameters.

    Returns
    -------
    frozenset of str
        Ids among other texts; nothing is run to find them.
    """
    found: set[str] = set()
    for room in _ROOMS:
        for name in _modules(room):
            spec = importlib.util.find_spec(name)
            get_code = getattr(spec.loader, "get_code", None) if spec else None
            code = get_code(name) if get_code else None
            if isinstance(code, CodeType):
                found.update(_texts(code))
    parts = {text.rpartition(":")[2] for text in found}
    parameters = {id for text in found for id in _PARAMETER.findall(text)}
    return frozenset(found | parts | parameters)


def _modules(room: str) -> Iterator[str]:
    spec = importlib.util.find_spec(room)
    yield room
    if spec is not None and spec.submodule_search_locations is not None:
        for info in pkgutil.iter_modules(spec.submodule_search_locations, f"{room}."):
            yield info.name


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, CodeType):
        for constant in part.co_consts:
            yield from _texts(constant)
    elif isinstance(part, tuple | frozenset):
        for constant in part:
            yield from _texts(constant)
