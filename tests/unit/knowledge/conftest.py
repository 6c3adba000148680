"""A small knowledge folder that loads, for tests to spoil one line at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

SOURCE = """\
id: {id}
kind: design
title: A book
authors: [A. Author]
year: 2026
retracted: {retracted}
access: Full text read.
"""

EDITION = """\
id: {id}
authority: Nobody
title: First edition
year: 2026
source: book
status: own-design
"""

GAP = """\
id: limits/gap
name: Gap
kind: quantity
unit: s
minimum: 0
definition: Between two things.
editions:
  first:
    value: 0.5
    source: book
    place: page 1
    mark: verified
    checked: {on: 2026-11-22, by: somebody}
    note: As printed.
  second:
    value: .inf
    source: book
    place: page 2
    mark: recalled
    checked: {on: 2026-11-22, by: somebody}
"""

BOUND = """\
id: limits/bound
name: Bound
kind: choice
definition: Whether the gap itself counts.
choices:
  inclusive: It counts.
  exclusive: It does not.
editions:
  first:
    value: inclusive
    source: book
    place: page 1
    mark: verified
    checked: {on: 2026-11-22, by: somebody}
"""

COUNT = """\
id: limits/count
name: Count
kind: quantity
unit: "1"
definition: How many.
editions:
  first:
    value: 4
    source: book
    place: page 3
    mark: design
    checked: {on: 2026-11-22, by: somebody}
"""

LIST = """\
id: lists/legs
name: Legs
definition: Which label is which leg.
source: book
place: page 4
mark: abstract
checked: {on: 2026-11-22, by: somebody}
columns:
  label: The label.
  side: The leg.
rows:
  - {label: LAT, side: left}
  - {label: RAT, side: right, source: book, place: page 5, mark: verified}
"""


class Folder:
    """A knowledge folder on disk whose files can be spoilt."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> int:
        """Replaces one text and returns the number of the line it stood on."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "data")
    made.write("README.md", "Not knowledge.")
    made.write("sources/book.yaml", SOURCE.format(id="book", retracted="false"))
    made.write("editions/first.yaml", EDITION.format(id="first"))
    made.write("editions/second.yaml", EDITION.format(id="second"))
    made.write("limits/gap.yaml", GAP)
    made.write("limits/bound.yaml", BOUND)
    made.write("limits/count.yaml", COUNT)
    made.write("lists/legs.yaml", LIST)
    return made
