"""Records of follow-up: measures over time, targets of success, checks that come due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.records import Line, Record, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Record):
    """A value that counts as success, and who says so.

    Parameters
    ----------
    measure : str
        Fact, ``kind:id``, whose latest value is compared: ``questionnaire:ess``,
        ``night:sleep-efficiency-percent``, ``lab:ferritin``, or a ``question:`` of yes or no.
    relation : str
        ``below``, ``at-most``, ``above``, ``at-least`` or, for a question, ``is``.
    parameter : str
        Parameter id of the limit; empty for a question.
    value : str
        Answer of a question that is success.
    against : str
        ``limit``: the latest value itself is compared; ``baseline``: by how much it is better
        than at the baseline.
    outcome : str
        ``patient``: symptoms, sleep, daily life, mood, quality of life as the person lives them;
        ``marker``: a number that alone is never success (ferritin, movements in sleep).
    words : Words
        What is said where it is reached.
    for_patient : str
        Its name as a patient reads it; empty of a marker, which is no aim.
    """

    measure: str
    relation: Literal["below", "at-most", "above", "at-least", "is"]
    outcome: Literal["patient", "marker"]
    words: Words
    against: Literal["limit", "baseline"] = "limit"
    parameter: str = ""
    value: Literal["yes", "no", ""] = ""
    for_patient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Record):
    """Something to be looked at again, and when.

    Parameters
    ----------
    lines : tuple of Line
        Any ``for`` line makes it apply; all ``needed`` lines must hold.
    done_by : tuple of str
        Facts, ``kind:id``, of which a dated value shows that it was done.
    enough : str
        Whether ``all`` of them have to be there on one day, or ``any`` of them.
    anchor : str
        What its first day is counted from: ``start`` of the medicine that makes it apply,
        ``iv-iron``, ``oral-iron``, or ``none`` where it is due at once.
    first_after : str
        Parameter id of the days, d, until it is first due; empty where at once.
    every : str
        Parameter id of the days, d, between two; empty where once suffices.
    words : Words
        What is to be looked at.
    """

    lines: tuple[Line, ...]
    done_by: tuple[str, ...]
    words: Words
    enough: Literal["all", "any"] = "any"
    anchor: Literal["start", "iv-iron", "oral-iron", "none"] = "none"
    first_after: str = ""
    every: str = ""
