"""Option: one action for one patient, with what an edition says and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.assessment.findings import Finding
from ekbom.knowledge.outcomes import Check
from ekbom.knowledge.treatment import (
    Action,
    Consideration,
    Dose,
    Effect,
    Recommendation,
    RenalStep,
)
from ekbom.logic import Conclusion, Fact, Truth
from ekbom.patient.patient import MedicationUse

# ``usual``: as other options; ``late``: when others do not suit or have failed;
# ``shared-decision``: only where the person, told of the long-term harm, asked for it.
Route = Literal["usual", "late", "shared-decision"]


@dataclass(frozen=True, slots=True)
class Weighing:
    """A consideration and what the record says of it."""

    consideration: Consideration
    conclusion: Conclusion


@dataclass(frozen=True, slots=True)
class DoseInformation:
    """A published dose beside this patient's kidneys and age; for clinicians only.

    Parameters
    ----------
    dose : Dose
        As published.
    creatinine_clearance : Fact
        By Cockcroft and Gault, mL/min; without a value where something is missing.
    filtration_rate : Fact
        By CKD-EPI 2021, mL/min/1.73 m2; for comparison, labels do not use it.
    renal : RenalStep or None
        The step that holds; None where none does or the clearance is not known.
    taken_per_day : Fact
        What is taken now, in the unit of the dose; without a value where not taken or not known.
    above_maximum : Conclusion
        Whether what is taken is above the maximum for restless legs, or above what kidneys leave.
    above_label : Conclusion
        Whether it is above the maximum for restless legs, whatever the kidneys.
    on_dialysis : bool
        Whether the person is on dialysis: then what is said of it stands first.
    says : tuple of str
        What else holds for this patient: dialysis, age, what the record does not tell.
    """

    dose: Dose
    creatinine_clearance: Fact
    filtration_rate: Fact
    renal: RenalStep | None
    taken_per_day: Fact
    above_maximum: Conclusion
    above_label: Conclusion
    on_dialysis: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One action for one patient on one day.

    Parameters
    ----------
    action : Action
        What could be done.
    recommendation : Recommendation or None
        What the edition used says of it for this group of people; None where it says nothing.
    conclusion : Conclusion
        Whether it may be discussed, id ``option:ACTION``.
    route : str
        How one gets to it.
    state : str
        The conclusion in a few words.
    weighings : tuple of Weighing
        Every consideration, known or not.
    taken : tuple of MedicationUse
        Where it is part of the present regimen.
    effects : tuple of Effect
        What studies found that were out by the day.
    checks : tuple of Check
        What it would have to be watched by.
    doses : tuple of DoseInformation
        Published doses, one for each form; empty where it may not be discussed.
    said_elsewhere : tuple of Recommendation
        What other editions say of it for the same people, oldest first.
    """

    action: Action
    recommendation: Recommendation | None
    conclusion: Conclusion
    route: Route
    state: str
    weighings: tuple[Weighing, ...] = ()
    taken: tuple[MedicationUse, ...] = ()
    effects: tuple[Effect, ...] = ()
    checks: tuple[Check, ...] = ()
    doses: tuple[DoseInformation, ...] = ()
    said_elsewhere: tuple[Recommendation, ...] = ()

    @property
    def is_offered(self) -> bool:
        """Whether it may be discussed."""
        return self.conclusion.truth is Truth.YES

    def of_role(self, role: str, truth: Truth) -> tuple[Weighing, ...]:
        """The considerations of a role that came out so."""
        return tuple(
            one
            for one in self.weighings
            if one.consideration.role == role and one.conclusion.truth is truth
        )


@dataclass(frozen=True, slots=True)
class Precedence:
    """One option comes before another, and why.

    Parameters
    ----------
    first, then : str
        Action ids.
    because : str
        The reason, in one sentence.
    rule : str
        Id of the rule it follows.
    """

    first: str
    then: str
    because: str
    rule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Options side by side with their explained partial order.

    Parameters
    ----------
    offered : tuple of Option
        Those that may be discussed; an option never stands before one that precedes it.
    order : tuple of Precedence
        Every pair that is ordered. Pairs that are not named are not ordered.
    withheld : tuple of Option
        Recommended by the edition, but not to be offered or not yet, with the reasons.
    advised_against : tuple of Option
        What the edition advises against.
    """

    offered: tuple[Option, ...] = ()
    order: tuple[Precedence, ...] = ()
    withheld: tuple[Option, ...] = ()
    advised_against: tuple[Option, ...] = ()

    @property
    def weighed(self) -> tuple[Option, ...]:
        """All of them, those that may be discussed first."""
        return (*self.offered, *self.withheld, *self.advised_against)

    def level(self, action_id: str) -> int:
        """Length of the longest chain of options before it; 0 where none comes before."""
        before = [one.first for one in self.order if one.then == action_id]
        return 1 + max(map(self.level, before)) if before else 0


@dataclass(frozen=True, slots=True)
class IronTherapy:
    """What iron treatment would be, where it may be discussed.

    Parameters
    ----------
    status : Finding
        The iron status of the assessment.
    products : Choice
        Products and routes.
    oral_schedule : tuple of Finding
        How iron by mouth is taken, what it must be kept apart from; empty where not offered.
    total_deficit : Conclusion
        The total iron deficit (Ganzoni), as information; unknown where something is missing.
    total_deficit_mg : Fact
        Its number, mg.
    recheck : tuple of Finding
        When blood is to be looked at again.
    """

    status: Finding
    products: Choice
    oral_schedule: tuple[Finding, ...]
    total_deficit: Conclusion
    total_deficit_mg: Fact
    recheck: tuple[Finding, ...]
