"""What is due when, as a clinician meets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ekbom.followup.monitoring import DueCheck
from ekbom.logic import Truth


@dataclass(frozen=True, slots=True)
class DueShown:
    """One check.

    Parameters
    ----------
    id, name, says, because : str
        Of the check, and what makes it apply.
    is_due : bool
        Whether it is due on the day.
    when : str
        When it is or was due.
    last : str
        When it was last done.
    missing : tuple of str
        What is not known about whether it is due.
    """

    id: str
    name: str
    says: str
    because: str
    is_due: bool
    when: str
    last: str
    missing: tuple[str, ...]


def due_shown(checks: Iterable[DueCheck], day: date) -> Iterator[DueShown]:
    """The checks in their order."""
    for one in checks:
        truth = one.conclusion.truth
        yield DueShown(
            id=one.conclusion.id,
            name=one.check.name,
            says=one.check.words.clinician,
            because=one.because,
            is_due=truth is Truth.YES,
            when=when_text(one, day),
            last="" if one.last_done is None else f"last {one.last_done}",
            missing=tuple(missing.ask for missing in one.conclusion.all_missing()),
        )


def when_text(one: DueCheck, day: date) -> str:
    """When a check is or was due."""
    if one.conclusion.truth is Truth.YES:
        late = one.due_on is not None and one.due_on < day
        return f"due since {one.due_on}" if late else "due now"
    if one.due_on is not None:
        return f"next {one.due_on}"
    return "open" if one.conclusion.truth is Truth.UNKNOWN else "done"
