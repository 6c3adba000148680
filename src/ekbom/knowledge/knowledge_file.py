"""KnowledgeFile: one file as plain data that remembers the line of every part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ekbom.errors import KnowledgeError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One parsed file.

    Parameters
    ----------
    name : str
        Path below the data folder, for messages.
    data : Mapping
        Its content as plain data: dict, list, str, float, int, bool, date, None.
    lines : Mapping of tuple to int
        The line (from 1) on which each part stands, by its path of keys and indices.
    """

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def at(self, path: Path) -> Any:
        """The part at a path of keys and indices."""
        part: Any = self.data
        for step in path:
            part = part[step]
        return part

    def where(self, path: Path = ()) -> str:
        """``file:line`` of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines[path]}"

    def fault(self, found: str, path: Path = (), *, expected: str = "") -> KnowledgeError:
        """An error about a part of this file."""
        return KnowledgeError(found, expected=expected, where=self.where(path))
