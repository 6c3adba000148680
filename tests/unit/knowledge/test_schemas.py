"""The schemas under docs/ are those of the code, one for every kind of file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ekbom.errors import UsageError
from ekbom.knowledge.record_kinds import RECORD_KINDS
from ekbom.knowledge.schemas import KINDS, file_schema
from ekbom.knowledge.strict_yaml import parse
from ekbom.report.knowledge import plain

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "schemas"
DATA = ROOT / "src" / "ekbom" / "knowledge" / "data"
VALIDATORS = {kind: Draft202012Validator(file_schema(kind)) for kind in KINDS}


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """The kind of a file and its content, as JSON would hold it."""
    content = plain(parse(path.name, path.read_bytes()).data)
    for value in content.get("editions", {}).values():
        if value["value"] == "no limit":
            value["value"] = 1e300
    folder = path.relative_to(DATA).parts[0]
    other = "tables" if "rows" in content else "parameters"
    return folder if folder in KINDS else other, content


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


def test_every_file_of_the_knowledge_base_is_of_its_schema() -> None:
    for path in sorted(DATA.rglob("*.yaml")):
        kind, content = read(path)
        faults = [fault.message for fault in VALIDATORS[kind].iter_errors(content)]
        assert faults == [], path.relative_to(DATA)


@pytest.mark.parametrize("name", ["labs/ferritin", "conditions/conditions", "scoring/imi-min"])
def test_an_unknown_key_is_not_of_the_schema(name: str) -> None:
    kind, content = read(DATA / f"{name}.yaml")
    content.get("records", [content])[0]["no-such-key"] = 1
    assert not VALIDATORS[kind].is_valid(content)
