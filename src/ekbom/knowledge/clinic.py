"""Records of the clinic: questions, conditions, criteria, mimics, drivers, red flags, tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekbom.knowledge.records import Code, CodeSystem, Line, Record, Words

# How well an association with restless legs is shown.
Level = Literal["established", "probable", "possible", "insufficient", "hypothesis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """Something one asks; the vocabulary of ``answers`` in a patient record.

    Parameters
    ----------
    ask : str
        To the clinician: what is to be found out.
    ask_patient : str
        The same in plain words to the patient; empty where only an examiner can answer.
    answer : str
        ``yes-no``, ``number``, ``clock`` (``22:30``) or ``choice``.
    unit : str
        UCUM unit of a number.
    minimum, maximum : float or None
        Range a number can have.
    choices : Mapping of str to str
        For a choice: each allowed answer and its meaning.
    group : str
        What it is about, as a heading of a list of questions.
    asked_of : str
        ``children``, or women of ``childbearing-age``; empty where everybody may be asked. A list
        of questions sets the others apart; whether a rule needs the answer is the rule's matter.
    """

    ask: str
    ask_patient: str = ""
    answer: Literal["yes-no", "number", "clock", "choice"] = "yes-no"
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    asked_of: Literal["", "children", "childbearing-age"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Record):
    """A disease or state; the vocabulary of ``conditions`` in a patient record.

    Parameters
    ----------
    implies : tuple of str
        Conditions that hold whenever this one does, e.g. dialysis implies kidney failure.
    codes : Mapping of str to Code
        Verified codes by code system.
    """

    implies: tuple[str, ...] = ()
    codes: Mapping[CodeSystem, Code] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a set.

    Parameters
    ----------
    id : str
        As cited, e.g. ``E3``.
    statement : str
        In our own words.
    question : str
        Question that answers it; empty where it is derived from other conclusions.
    historic_question : str
        Question whether it held earlier, which counts where the set allows it.
    """

    id: str
    statement: str
    question: str = ""
    historic_question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaSet(Record):
    """The criteria of one edition.

    Parameters
    ----------
    edition : str
        Edition id.
    criteria : tuple of Criterion
        In the order of the edition. Which of them have to be met the edition says: all of those of
        restless legs; of augmentation (MPI 2007) only some, which code combines.
    """

    edition: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mimic(Record):
    """A condition that may be taken for restless legs.

    Parameters
    ----------
    lines : tuple of Line
        What speaks for and against it.
    tests : tuple of str
        Work-up tests that would settle it.
    words : Words
        What is said where it is supported or still open.
    children_only : bool
        True where it is no question in an adult.
    adults_only : bool
        True where it is no question in a child unless something on record points to it.
    codes : Mapping of str to Code
        Verified codes.
    """

    lines: tuple[Line, ...]
    words: Words
    tests: tuple[str, ...] = ()
    children_only: bool = False
    adults_only: bool = False
    codes: Mapping[CodeSystem, Code] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver(Record):
    """Something that causes or worsens restless legs, or goes with it.

    Parameters
    ----------
    level : str
        How well the association is shown.
    order : int
        Place in a list; small first. Carries no probability.
    lines : tuple of Line
        What speaks for and against it in this patient; empty where the code of its own name
        decides.
    confirm : tuple of str
        Work-up tests that would confirm it.
    words : Words
        What is said where it is present or still open.
    """

    level: Level
    order: int
    words: Words
    lines: tuple[Line, ...] = ()
    confirm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag(Record):
    """A finding that comes before everything else.

    Parameters
    ----------
    urgency : str
        ``emergency``, ``urgent`` (days) or ``refer``.
    lines : tuple of Line
        All ``needed`` lines and, if there are any, one of the ``for`` lines; ``suggests`` lines
        are told where they hold, and decide nothing.
    words : Words
        What is said first.
    exposures : tuple of str
        Drug classes it is about: where none of them is taken, nobody is asked. Empty: all are.
    stands : bool
        Whether an old yes to an emergency stands; otherwise it is asked again.
    """

    urgency: Literal["emergency", "urgent", "refer"]
    lines: tuple[Line, ...]
    words: Words
    exposures: tuple[str, ...] = ()
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUpTest(Record):
    """A test or examination, when it is due and how one sees that it was done.

    Parameters
    ----------
    tier : int
        1: everyone with clinically significant symptoms; 2: on a trigger; 3: research only,
        never to be ordered.
    triggers : tuple of Line
        Tier 2: any of these makes it due.
    analytes : tuple of str
        Laboratory values that show it was done.
    enough : str
        Whether ``all`` of the analytes are needed for that, or ``any`` of them.
    questions : tuple of str
        Questions whose yes shows it was done.
    settled_by : tuple of str
        Facts, ``kind:id``, that show it was done once they are known, yes or no.
    outdated_after_d : float or None
        Days after which it counts as outdated; None: never.
    words : Words
        What is said where it is due.
    """

    tier: Literal[1, 2, 3]
    words: Words
    triggers: tuple[Line, ...] = ()
    analytes: tuple[str, ...] = ()
    enough: Literal["all", "any"] = "all"
    questions: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    outdated_after_d: float | None = None
