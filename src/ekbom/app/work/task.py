"""What a worker is given, what it tells, and what it hands back; plain values that travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ekbom.errors import EkbomError

# Told the share that is done, 0 to 1, and in a few words what is being done.
Told = Callable[[float, str], None]
_LINES = ("Expected: ", "Where: ", "What to do: ")


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work as the worker gets it.

    Parameters
    ----------
    folder : Path
        Its own and empty; whatever it writes is written there.
    arguments : object
        As they were asked for.
    files : Mapping of str to Path
        Files of the store it may read, by what they are.
    """

    folder: Path
    arguments: Any
    files: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Parameters
    ----------
    result : str
        Name of the file in the folder of the task that is kept as the result.
    inputs : object
        Everything it follows from, as plain values: hashes of files, settings, facts.
    knowledge_hash : str
        Of the knowledge base.
    editions : object
        Subject and edition, as plain values.
    version : str
        Of ekbom.
    """

    result: str
    inputs: Any
    knowledge_hash: str
    editions: Any
    version: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; see `Told`."""

    share_done: float
    says: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it ended without an outcome; the parts are those of `EkbomError`."""

    found: str
    expected: str = ""
    where: str = ""
    what_to_do: str = ""

    @classmethod
    def of(cls, error: EkbomError) -> Failure:
        """From an error a user can meet."""
        return cls(error.found, error.expected, error.where, error.what_to_do)

    def as_text(self) -> str:
        """As lines that a row of a job keeps."""
        said = zip(_LINES, (self.expected, self.where, self.what_to_do), strict=True)
        lines = [self.found, *(f"{name}{text}" for name, text in said if text)]
        return "\n".join(" ".join(line.split()) for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Failure:
        """From the lines of a row; pages show it like any other error."""
        found, *lines = text.split("\n")
        parts = [
            next((line.removeprefix(name) for line in lines if line.startswith(name)), "")
            for name in _LINES
        ]
        return cls(found, *parts)


Ending = Outcome | Failure
Message = Progress | Ending
