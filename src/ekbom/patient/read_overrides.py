"""Overrides: blocks that a clinician lifts, each with who, when and why."""

from __future__ import annotations

from collections.abc import Iterator

from ekbom.errors import near_names
from ekbom.knowledge.strict_yaml import Path
from ekbom.knowledge.treatment import Block
from ekbom.patient.overrides import Override
from ekbom.patient.record import PatientRecord
from ekbom.patient.written import Reader


def read_overrides(record: PatientRecord, reader: Reader) -> Iterator[Override]:
    """The overrides of a record, in the order of its file; only of blocks that may be lifted."""
    blocks = reader.knowledge.of(Block)
    liftable = tuple(id for id, block in blocks.items() if block.overridable)
    for index, written in enumerate(record.overrides):
        path: Path = ("overrides", index)
        if written.block not in blocks:
            found = f"no block {written.block!r}"
            raise reader.fault(found, (*path, "block"), expected=near_names(written.block, blocks))
        if written.block not in liftable:
            found = f"the block {written.block!r} cannot be lifted"
            expected = f"one of: {', '.join(liftable)}"
            raise reader.fault(found, (*path, "block"), expected=expected)
        for key in ("by", "reason"):
            if not getattr(written, key).strip():
                expected = "who takes the responsibility" if key == "by" else "the reason, in words"
                raise reader.fault(f"an override without {key}", (*path, key), expected=expected)
        on = reader.day(written.on, (*path, "on"))
        yield Override(written.block, on, written.by, written.reason, reader.shown(path))
