"""JSON Schema of every kind of knowledge file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ekbom.errors import UsageError
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.file_formats import TableFile
from ekbom.knowledge.parameters import Parameter
from ekbom.knowledge.record_kinds import RECORD_KINDS
from ekbom.knowledge.sources import Source
from ekbom.knowledge.validation import schema

# One thing to a file; everything else may also share a file as records.
_ALONE: Final[Mapping[str, type]] = {
    "sources": Source,
    "editions": Edition,
    "parameters": Parameter,
    "tables": TableFile,
}
KINDS: Final[tuple[str, ...]] = (*_ALONE, *RECORD_KINDS)


def file_schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a knowledge file of a kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`: a folder, or ``parameters`` or ``tables``.

    Raises
    ------
    UsageError
        There is no such kind.
    """
    if kind not in KINDS:
        raise UsageError(f"kind {kind!r}", expected=f"one of {', '.join(KINDS)}")
    model = _ALONE.get(kind) or RECORD_KINDS[kind]
    said = (model.__doc__ or "").partition("\n")[0]
    title = f"ekbom knowledge: {kind}"
    written = schema(model, title, said)
    return written if kind in _ALONE else _shared(written)


def _shared(one: dict[str, Any]) -> dict[str, Any]:
    """A file of one record, or of several that share keys under ``common``."""
    head = {key: one[key] for key in ("$schema", "title", "description")}
    record = {key: value for key, value in one.items() if key not in {*head, "$defs"}}
    part = {key: value for key, value in record.items() if key != "required"}
    item = {**part, "required": ["id"]}
    several = {
        "type": "object",
        "additionalProperties": False,
        "required": ["records"],
        "properties": {
            "common": {"$ref": "#/$defs/Common"},
            "records": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
        },
    }
    return {
        **head,
        "anyOf": [{"$ref": "#/$defs/Record"}, {"$ref": "#/$defs/Records"}],
        "$defs": {
            **one.get("$defs", {}),
            "Record": record,
            "Common": part,
            "Item": item,
            "Records": several,
        },
    }
