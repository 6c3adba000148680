"""Ids that stand in the code of the assessment, so that the audit knows what it uses."""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Iterator
from types import CodeType

_ROOMS = ("ekbom.assessment", "ekbom.patient")


def named_in_code() -> frozenset[str]:
    """Every text in the code of the assessment and the patient record, and its part after a colon.

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
    return frozenset(found | {text.rpartition(":")[2] for text in found})


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
