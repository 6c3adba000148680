"""Writes docs/schemas: the JSON Schema of every kind of knowledge file, and of a scenario."""

from __future__ import annotations

import json
from pathlib import Path

from ekbom.knowledge.schemas import KINDS, file_schema
from ekbom.mechanism.scenario_record import scenario_schema

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"


def written(kind: str) -> str:
    """The file of a kind."""
    return json.dumps(file_schema(kind), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for kind in KINDS:
        (FOLDER / f"knowledge-{kind}.json").write_text(written(kind), encoding="utf-8")
    scenario = json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "scenario.json").write_text(scenario, encoding="utf-8")
