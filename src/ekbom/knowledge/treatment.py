"""Records of treatment: actions, what editions say of them, doses, hard blocks, phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.parameters import Mark
from ekbom.knowledge.records import Answer, Citation, Line, Record, Words

# For whom a recommendation was made.
Population = Literal["adult", "adult-kidney-failure", "adult-plmd", "child"]
Direction = Literal["for", "against-standard-use", "against"]
# In the words of the edition; the bodies grade differently.
Strength = Literal[
    "strong",
    "conditional",
    "standard",
    "guideline",
    "option",
    "level-a",
    "level-b",
    "level-c",
]
Kind = Literal["medicine", "iron", "device", "supplement"]
Certainty = Literal["high", "moderate", "low", "very low", "not graded"]


@dataclass(frozen=True, slots=True)
class Consideration:
    """One fact about the patient, and what it means for an action.

    Parameters
    ----------
    fact : str
        ``kind:id``; see `ekbom.assessment.case`.
    role : str
        ``needed``: without it the action is not offered; ``blocks``: with it the action is not
        offered; ``cautions``: to be weighed; ``favours``: speaks for this action among others.
    says : str
        The line in words.
    source, place, mark : str
        Who says so.
    value : str
        The answer that makes it count, ``yes`` by default.
    awaited : bool
        Of ``blocks`` only: whether the action is withheld until the fact is known; where not, the
        fact is to be asked about.
    outweighs : bool
        Of ``cautions`` only: whether it takes away the precedence that class or grade give.
    """

    fact: str
    role: Literal["needed", "blocks", "cautions", "favours"]
    says: str
    source: str
    place: str
    mark: Mark
    value: Answer = "yes"
    awaited: bool = True
    outweighs: bool = False

    @property
    def citation(self) -> Citation:
        """Its source."""
        return Citation(self.source, self.place, self.mark)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one study found.

    Parameters
    ----------
    measure : str
        What was measured, e.g. ``IRLS``.
    says : str
        Size, comparison, number of people and time, in one sentence.
    source, place, mark : str
        The study.
    """

    measure: str
    says: str
    source: str
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Record):
    """Something that could be done for restless legs.

    Parameters
    ----------
    kind : str
        What it is.
    words : Words
        What it is, to each reader; to a patient without dose and without advice.
    drugs : tuple of str
        Ingredients by which a regimen that holds it is known.
    by : str
        Of iron: by ``mouth`` or by ``vein``.
    late : bool
        True where it is looked at only when others do not suit or have failed.
    effects : tuple of Effect
        What studies found.
    considerations : tuple of Consideration
        What decides whether it is offered to this patient, and how.
    checks : tuple of str
        Ids of the checks it needs.
    tell : Words
        What to tell the patient: to the clinician the points, to the patient in plain words.
    """

    kind: Kind
    words: Words
    drugs: tuple[str, ...] = ()
    by: Literal["mouth", "vein", ""] = ""
    late: bool = False
    effects: tuple[Effect, ...] = ()
    considerations: tuple[Consideration, ...] = ()
    checks: tuple[str, ...] = ()
    tell: Words = Words("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Record):
    """What one edition says of one action for one group of people.

    Parameters
    ----------
    edition : str
        Edition id, of the topic ``treatment``.
    action : str
        Action id.
    population : str
        For whom.
    direction, strength, certainty : str
        In the edition's own grades.
    remark : str
        Condition or remark that belongs to it.
    """

    edition: str
    action: str
    population: Population
    direction: Direction
    strength: Strength
    certainty: Certainty = "not graded"
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RenalStep:
    """What a range of creatinine clearance makes of a dose.

    Parameters
    ----------
    from_ml_per_min, below_ml_per_min : float or None
        The range: at least, and below; None for an open end.
    says : str
        What holds there.
    maximum : float or None
        Highest daily dose there, in the unit of the dose; None where none is stated.
    """

    says: str
    from_ml_per_min: float | None = None
    below_ml_per_min: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class LabelStatus:
    """What an authority has approved.

    Parameters
    ----------
    authority : str
        E.g. ``FDA``.
    approved : bool
        Whether for restless legs.
    maximum : float or None
        Highest daily dose for restless legs, in the unit of the dose.
    source, place, mark : str
        Where that stands.
    """

    authority: str
    approved: bool
    source: str
    place: str
    mark: Mark
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Record):
    """Doses of one drug in one form for restless legs; information for clinicians only.

    Parameters
    ----------
    action : str
        Action it belongs to.
    drug : str
        Ingredient by name.
    form : str
        ``base`` or ``salt`` where doses are written for either; empty otherwise.
    unit : str
        UCUM unit of all numbers, per day: ``mg/d``, ``mg/(24.h)`` for a patch.
    start_from, start_to : float
        Daily dose at the start.
    usual_from, usual_to : float
        Usual daily dose.
    timing : str
        When it is taken.
    maximum : float or None
        The lowest published maximum for restless legs, never one for another disease; None where
        none is published.
    labels : tuple of LabelStatus
        Authorities and what they approved.
    renal : tuple of RenalStep
        By creatinine clearance, highest first; empty where kidneys do not matter.
    dialysis, elderly, note : str
        What else holds.
    as_needed : bool
        Whether it is taken only when needed: then no number stands for what is taken every day.
    strengths : tuple of tuple of float
        Pairs of base and salt, mg, that are the same tablet.
    """

    action: str
    drug: str
    unit: str
    start_from: float
    start_to: float
    usual_from: float
    usual_to: float
    timing: str
    form: str = ""
    maximum: float | None = None
    labels: tuple[LabelStatus, ...] = ()
    renal: tuple[RenalStep, ...] = ()
    dialysis: str = ""
    elderly: str = ""
    note: str = ""
    as_needed: bool = False
    strengths: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Record):
    """Something that must never be put out in a situation, carried out in code.

    Parameters
    ----------
    words : Words
        What is said where it holds.
    unknown : Words
        What is said where it may hold, and blocks until that is known.
    kinds : tuple of str
        Kinds of actions it applies to.
    classes : tuple of str
        Drug classes it applies to.
    drugs : tuple of str
        Ingredients it applies to.
    overridable : bool
        Whether a clinician may lift it with a reason on record.
    """

    words: Words
    unknown: Words = Words("")
    kinds: tuple[Kind, ...] = ()
    classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    overridable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(Record):
    """One phase of a plan.

    Parameters
    ----------
    order : int
        From 1.
    lines : tuple of Line
        What completes it: all ``needed`` lines.
    words : Words
        What belongs to it.
    """

    order: int
    lines: tuple[Line, ...]
    words: Words
