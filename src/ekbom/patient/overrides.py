"""Override: a hard block that a clinician lifted, with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Override:
    """A block that a clinician lifted.

    Parameters
    ----------
    block : str
        Block id.
    on : datetime.date
        Day from which it is lifted.
    by : str
        Who takes the responsibility.
    reason : str
        Why.
    path : str
        Where it stands in the record.
    """

    block: str
    on: date
    by: str
    reason: str
    path: str = ""
