"""The page of the model's parameters is the one its script writes today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ekbom.knowledge.loading import load

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_parameters_is_current() -> None:
    spec = importlib.util.spec_from_file_location("model_tables", ROOT / "scripts/model_tables.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = (ROOT / "docs" / "mechanism-parameters.md").read_text(encoding="utf-8")
    assert script.page(load()) == written
