"""When treatment for restless legs began: what is a baseline and what is not hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.case import Case
from ekbom.followup.courses import Point
from ekbom.patient.patient import MedicationUse

# Roles of medicines that treat restless legs whatever the record says they are for, unless it
# names something else.
_ROLES = ("dopaminergic", "gabapentinoid", "opioid", "iron")
# How an indication names restless legs.
_NAMED = ("restless", "rls", "ekbom")
# Iron is given for the want of it, which is what treats the legs.
_NAMED_OF_IRON = (*_NAMED, "iron", "ferritin")
_DEVICE = "uses-nerve-stimulation"


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something that treats restless legs, and the days on which it may have begun.

    Parameters
    ----------
    name : str
        Ingredient, or what it is.
    first, last : datetime.date or None
        Earliest and latest day it may have begun; None where that end is open.
    path : str
        Where it stands in the record.
    """

    name: str
    first: date | None
    last: date | None
    path: str = ""


@dataclass(frozen=True, slots=True)
class TreatmentStart:
    """The first day of the first treatment for restless legs, as far as the record tells.

    Parameters
    ----------
    treatments : tuple of Treatment
        All on record up to the day.
    beside : tuple of MedicationUse
        Medicines that act on restless legs and are recorded as taken for something else.
    """

    treatments: tuple[Treatment, ...]
    beside: tuple[MedicationUse, ...] = ()

    @property
    def began(self) -> bool:
        """Whether a treatment is on record."""
        return bool(self.treatments)

    @property
    def undated(self) -> tuple[str, ...]:
        """Treatments without a first day on record, by name."""
        return tuple(t.name for t in self.treatments if t.first is None)

    @property
    def earliest(self) -> date | None:
        """First day on which treatment may have begun; None where that is open."""
        days = [t.first for t in self.treatments]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    @property
    def latest(self) -> date | None:
        """Day by which treatment had begun for certain; None where no day is known."""
        return min((t.last for t in self.treatments if t.last is not None), default=None)

    def is_before(self, day: date) -> bool | None:
        """Whether a day is on or before the first day of treatment; None where that is open."""
        if not self.began or (self.earliest is not None and day <= self.earliest):
            return True
        return False if self.latest is not None and day > self.latest else None


def treatment_start(case: Case) -> TreatmentStart:
    """When treatment for restless legs began; see docs/decisions/baseline.md."""
    acting, iron = case.in_role(*_ROLES), case.in_role("iron")
    uses = case.patient.medications
    treats = [use for use in uses if _is_for_restless_legs(use, acting, iron)]
    beside = tuple(use for use in uses if use.drug in acting and use not in treats)
    return TreatmentStart((*map(_treatment, treats), *_device(case)), beside)


def baseline_of(points: Sequence[Point], start: TreatmentStart) -> Point | None:
    """The last of the points that is certainly from before treatment; None where there is none.

    Parameters
    ----------
    points : sequence of Point
        Oldest first.
    start : TreatmentStart
        When treatment began.
    """
    before = [point for point in points if start.is_before(point.on)]
    return before[-1] if before else None


def names_restless_legs(indication: str) -> bool:
    """Whether the reason on record for a medicine is restless legs."""
    return _names(indication, _NAMED)


def _names(indication: str, names: Sequence[str]) -> bool:
    said = indication.casefold()
    return any(name in said for name in names)


def _is_for_restless_legs(use: MedicationUse, acting: frozenset[str], iron: frozenset[str]) -> bool:
    if use.indication:
        return _names(use.indication, _NAMED_OF_IRON if use.drug in iron else _NAMED)
    return use.drug in acting


def _treatment(use: MedicationUse) -> Treatment:
    if use.started is None:
        # What has ended began no later than its end.
        return Treatment(use.drug, None, use.stopped.last if use.stopped else None, use.path)
    return Treatment(use.drug, use.started.first, use.started.last, use.path)


def _device(case: Case) -> Iterator[Treatment]:
    """A device: begun after the last day it was denied, by the first day it was told."""
    told = [a for a in case.patient.answers if a.question == _DEVICE]
    used = sorted((a for a in told if a.value == "yes"), key=lambda answer: answer.on)
    if used:
        denied = [a.on for a in told if a.value == "no" and a.on < used[0].on]
        yield Treatment("nerve stimulation", max(denied, default=None), used[0].on, used[0].path)
