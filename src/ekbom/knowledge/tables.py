"""Table: knowledge that is a list rather than a number, e.g. which label means which leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.knowledge.parameters import Checked, Mark


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Parameters
    ----------
    cells : Mapping of str to str
        Text by column; a column may be absent where the table says it is optional.
    source, place, mark : str
        As in `EditionValue`; those of the table where the row names none.
    """

    cells: Mapping[str, str]
    source: str
    place: str
    mark: Mark

    def get(self, column: str) -> str:
        """Text of a column; empty where the row leaves it out."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A list of like things.

    Parameters
    ----------
    id : str
        Folder and file name, e.g. ``labels/leg-channels``.
    name, definition : str
        Name a clinician would use, and what a row says.
    columns : Mapping of str to str
        Every column and its meaning; rows may hold no other. The first stands in every row and
        no two rows may share it.
    rows : tuple of Row
        In the order of the file.
    checked : Checked
        Last comparison with the sources.
    notes : str
        What a reader must know before using it.
    """

    id: str
    name: str
    definition: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    checked: Checked
    notes: str = ""
