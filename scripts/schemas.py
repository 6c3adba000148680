"""Writes docs/schemas: JSON Schemas of knowledge files, of a scenario, of a population."""

from __future__ import annotations

import json
from pathlib import Path

from ekbom.knowledge.schemas import KINDS, file_schema
from ekbom.mechanism.populations.population_file import population_schema
from ekbom.mechanism.scenarios.scenario_record import scenario_schema

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"


def written(kind: str) -> str:
    """The file of a kind."""
    return json.dumps(file_schema(kind), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for kind in KINDS:
        (FOLDER / f"knowledge-{kind}.json").write_text(written(kind), encoding="utf-8")
    for name, schema in (("scenario", scenario_schema()), ("population", population_schema())):
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
