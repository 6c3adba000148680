"""The schemas under docs/ are those of the code, one for every kind of file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.record_kinds import RECORD_KINDS
from ekbom.knowledge.schemas import KINDS, file_schema

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_on_file_is_current(kind: str) -> None:
    """Rewrite them with: python scripts/schemas.py."""
    path = FOLDER / f"knowledge-{kind}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == file_schema(kind)


def test_there_is_one_for_every_kind_and_no_other() -> None:
    on_file = {path.stem.removeprefix("knowledge-") for path in FOLDER.glob("knowledge-*.json")}
    assert on_file == set(KINDS) == {"sources", "editions", "parameters", "tables", *RECORD_KINDS}


@pytest.mark.parametrize("kind", sorted(RECORD_KINDS))
def test_records_may_share_keys(kind: str) -> None:
    written = file_schema(kind)
    parts = written["$defs"]
    assert written["anyOf"] == [{"$ref": "#/$defs/Record"}, {"$ref": "#/$defs/Records"}]
    assert {"id", "source"} <= set(parts["Record"]["required"])
    assert "required" not in parts["Common"]
    assert parts["Item"]["required"] == ["id"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="kind 'claim'"):
        file_schema("claim")
