"""Writes docs/mechanism-parameters.md: every parameter of the model, with prior and source."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelParameter

PAGE = Path(__file__).resolve().parents[1] / "docs" / "mechanism-parameters.md"
HEAD = """# Parameters of the mechanism

Written by `python scripts/model_tables.py` from `src/ekbom/knowledge/data/model-parameters/`; not edited by hand.

`fixed`: taken from independent data or by choice, not drawn. `prior`: uncertain, and not expected to be informed by trials; every output is shown under its full spread. `fitted`: moved by the trials, as far as they say something; how far is in [the validation](mechanism-validation.md). A spread is a standard deviation on the scale: of `log`, 0.5 means a factor of 1.6 either way. Marks: `verified` read or recomputed in the source, `abstract`, `secondary`, `recalled` not confirmed, `design` our own choice.
"""


def page(knowledge: KnowledgeBase) -> str:
    """The page."""
    records = sorted(
        knowledge.of(ModelParameter).values(), key=lambda r: (r.submodel, r.drug, r.id)
    )
    parts = [HEAD]
    for submodel, group in groupby(records, key=lambda r: r.submodel):
        rows = "\n".join(row(record) for record in group)
        parts.append(
            f"## {submodel}\n\n"
            "| symbol | what it is | prior | role | source, mark |\n|---|---|---|---|---|\n"
            f"{rows}\n"
        )
    return "\n".join(parts)


def row(record: ModelParameter) -> str:
    """One line of the table."""
    of = f" ({record.drug})" if record.drug else ""
    spread = f", {record.scale} {record.spread:g}" if record.spread else ""
    unit = "" if record.unit == "1" else f" {record.unit}"
    what = f"{record.name}. {record.definition}".replace("|", "\\|")
    return (
        f"| `{record.symbol}`{of} | {what} | {record.median:g}{unit}{spread} | {record.role} "
        f"| {record.source}, {record.mark} |"
    )


if __name__ == "__main__":
    PAGE.write_text(page(load(("model-parameters",))), encoding="utf-8")
