"""Which check is due when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.case import Case
from ekbom.knowledge.outcomes import Check
from ekbom.logic import Conclusion


@dataclass(frozen=True, slots=True)
class DueCheck:
    """One check that applies to this patient.

    Parameters
    ----------
    check : Check
        What is to be looked at.
    conclusion : Conclusion
        Whether it is due on the day, id ``check:ID``, with what makes it apply.
    due_on : datetime.date or None
        The day it is, or was, due; None where it is done for good.
    last_done : datetime.date or None
        Last day on which it was done; None where it never was.
    because : str
        What makes it apply, in a few words.
    """

    check: Check
    conclusion: Conclusion
    due_on: date | None
    last_done: date | None
    because: str


def due_checks(case: Case, known: Mapping[str, Conclusion]) -> tuple[DueCheck, ...]:
    """The checks that apply, those due first.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    return ()
