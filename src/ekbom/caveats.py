"""Caveats: limits of validity that travel with a result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caveat:
    """One named limit of validity.

    Parameters
    ----------
    code : str
        Stable name in kebab case, e.g. ``no-staging``; tests and machines match on it.
    statement : str
        One plain sentence for a reader.
    where : str
        Channel, file or time the caveat is about; empty when it holds for the whole result.
    """

    code: str
    statement: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.statement}" if self.where else self.statement
