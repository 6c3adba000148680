"""The errors ekbom raises: what was found, what was expected, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

# More names than this are no help in a message.
_FEW = 12


class EkbomError(Exception):
    """Base of every error a user can meet.

    Parameters
    ----------
    found : str
        What was found, in one clause.
    expected : str, optional
        What was expected instead.
    where : str, optional
        File, line, field or moment at which it was found.
    what_to_do : str, optional
        The next step a user can take.
    """

    def __init__(
        self, found: str, *, expected: str = "", where: str = "", what_to_do: str = ""
    ) -> None:
        self.found = found
        self.expected = expected
        self.where = where
        self.what_to_do = what_to_do
        super().__init__(self._message())

    def _message(self) -> str:
        lines = [f"{self.where}: {self.found}" if self.where else self.found]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.what_to_do:
            lines.append(f"  what to do: {self.what_to_do}")
        return "\n".join(lines)


class UsageError(EkbomError):
    """The call itself is off: an unknown option, name or combination."""


class KnowledgeError(EkbomError):
    """A knowledge file is malformed, incomplete or contradicts another."""


class RecordingError(EkbomError):
    """A recording cannot be trusted: header, record count, range or data."""


class ChannelError(EkbomError):
    """A channel is missing, ambiguous or carries no usable unit."""


class AnnotationError(EkbomError):
    """A list of stages or events cannot be read."""


class WritingError(EkbomError):
    """An output file could not be written whole; nothing was left in its place."""


class ScenarioError(EkbomError):
    """A scenario of the model cannot be read, or asks for what cannot be simulated."""


class PopulationError(EkbomError):
    """The file of a population or a trial cannot be read, or asks for what cannot be."""


class PatientError(EkbomError):
    """A patient record cannot be read, is impossible or contradicts itself."""


def near(name: str, known: Iterable[str]) -> list[str]:
    """Names like one that was not found, nearest first; for a message, never to be used."""
    # Only an error needs it.
    from difflib import get_close_matches

    return get_close_matches(name, list(known), n=5, cutoff=0.6)


def near_names(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """What may have been meant: names like this one; all of them where they are few.

    Parameters
    ----------
    name : str
        What was not found.
    known : iterable of str
        What there is.
    otherwise : str
        What is said where no name is like it and there are many.
    """
    names = list(known)
    found = near(name, names)
    if found:
        return f"near names: {', '.join(found)}"
    if len(names) <= _FEW:
        return f"one of: {', '.join(names)}" if names else "nothing here"
    return otherwise or "a name from the list"
