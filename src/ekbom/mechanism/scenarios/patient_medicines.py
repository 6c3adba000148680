"""The medicines of a record as the model takes them: read as written, or left out with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.pharmacology import ACTS, IRON_BY_MOUTH, IRON_BY_VEIN, PATCHES, Acts
from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.written_lines import clock_hours
from ekbom.patient.doses import daily_amount, ingredients
from ekbom.patient.patient import MedicationUse, Patient

# Longer ago makes no difference that the model could tell from what is not known of it.
MOST_DAYS_BEFORE = 730
# Classes that act on restless legs as the model's medicines do; of the others it knows nothing.
_ACTING = ("dopamine-agonists", "levodopa", "alpha-2-delta-ligands", "opioids", "tramadol")
_IRON = ("oral-iron", "iv-iron")
_ACTS_OF_CLASS: Mapping[str, Acts] = {
    "dopamine-agonists": Acts.AGONIST,
    "alpha-2-delta-ligands": Acts.LIGAND,
    "opioids": Acts.OPIOID,
}


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A medicine that is taken, as the model reads it.

    Parameters
    ----------
    drug : str
        As the model calls it.
    dose_mg : float
        Each time, as the model counts it.
    clock_h : tuple of float
        Clock times.
    since : datetime.date
        First day, as far as the record tells.
    """

    drug: str
    dose_mg: float
    clock_h: tuple[float, ...]
    since: date

    @property
    def says(self) -> str:
        """As a reader knows it."""
        clocks = ", ".join(f"{int(h):02d}:{round(h % 1 * 60):02d}" for h in self.clock_h)
        name = self.drug.replace("-", " ")
        return f"{name} {self.dose_mg:.4g} mg at {clocks}, taken since {self.since}"

    def line(self, n_days: int) -> Line:
        """Taken on every day of a course."""
        return Line(self.drug, self.dose_mg, self.clock_h, np.ones(n_days, bool))


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken on the day.

    Parameters
    ----------
    lines : tuple of TakenLine
        What the model knows and could read.
    acts : frozenset of Acts
        Where anything that is taken acts, read or not.
    assumed : Mapping of str to str
        What was left out, and why.
    unknown : tuple of str
        Medicines against restless legs that the model does not know.
    """

    lines: tuple[TakenLine, ...]
    acts: frozenset[Acts]
    assumed: Mapping[str, str]
    unknown: tuple[str, ...]

    def before(self, as_of: date) -> tuple[tuple[Line, ...], int]:
        """The same up to the day, and over how many days the model follows it."""
        n_days = min(
            max(((as_of - one.since).days for one in self.lines), default=0), MOST_DAYS_BEFORE
        )
        lines = []
        for one in self.lines:
            days = np.zeros(n_days, bool)
            days[max(n_days - (as_of - one.since).days, 0) :] = True
            lines.append(Line(one.drug, one.dose_mg, one.clock_h, days))
        return (tuple(lines), n_days) if n_days else ((), 0)


def taken_on(patient: Patient, knowledge: KnowledgeBase, as_of: date) -> Taken:
    """What is taken on a day.

    Parameters
    ----------
    patient : Patient
        As of the day.
    knowledge : KnowledgeBase
        All sections.
    as_of : datetime.date
        The day.
    """
    uses = [use for use in patient.medications if use.taken_on(as_of)]
    members = {
        id: {one.name for one in knowledge.record(DrugClass, id).members}
        for id in (*_ACTING, *_IRON)
    }
    lines: list[TakenLine] = []
    said: dict[str, str] = {}
    acts: set[Acts] = set()
    unknown: list[str] = []
    for use in uses:
        classes = [id for id in members if use.drug in members[id]]
        acts.update(_ACTS_OF_CLASS[id] for id in classes if id in _ACTS_OF_CLASS)
        drug = _model_drug(use.drug)
        if drug in ACTS:
            line, why = _line(use, drug, knowledge, as_of)
            if line is None:
                said[f"{drug_name(use)}, taken now"] = f"goes on unchanged and is left out: {why}"
            else:
                lines.append(line)
        elif set(classes) & set(_ACTING):
            unknown.append(drug_name(use))
    said.update(_others(uses, members))
    said.update(_since(lines, as_of))
    return Taken(tuple(lines), frozenset(acts), said, tuple(dict.fromkeys(unknown)))


def changed_after(
    patient: Patient, knowledge: KnowledgeBase, day: date, as_of: date
) -> tuple[str, ...]:
    """Medicines against restless legs, and iron by vein, begun or ended between two days.

    Parameters
    ----------
    patient : Patient
        As of the later day.
    knowledge : KnowledgeBase
        All sections.
    day, as_of : datetime.date
        After the first, and up to the second.
    """
    watched = {
        member.name
        for id in (*_ACTING, "iv-iron")
        for member in knowledge.record(DrugClass, id).members
    }

    def moved(use: MedicationUse) -> bool:
        edges = (one.first for one in (use.started, use.stopped) if one is not None)
        return any(day < edge <= as_of for edge in edges)

    names = (drug_name(u) for u in patient.medications if u.drug in watched and moved(u))
    return tuple(dict.fromkeys(names))


def drug_name(use: MedicationUse) -> str:
    """A medicine as a reader knows it."""
    return use.drug.replace("-", " ")


def _model_drug(drug: str) -> str:
    """What the model counts of a medicine: of a pair, the part that it knows."""
    if drug in ACTS:
        return drug
    return next((part for part in ingredients(drug) if part in ACTS), drug)


def _line(
    use: MedicationUse, drug: str, knowledge: KnowledgeBase, as_of: date
) -> tuple[TakenLine | None, str]:
    """The line, or why the record does not give one: no dose or time is ever guessed."""
    amount = daily_amount(use, knowledge)
    dose_mg = amount.per_day if drug in PATCHES or amount.single is None else amount.single
    if dose_mg is None:
        return None, amount.why or "its dose is not known"
    if not use.times:
        return None, "no clock time is on record"
    if drug in PATCHES and len(use.times) != 1:
        return None, "when the patch is changed is not clear"
    if use.started is None:
        return None, "since when is not on record"
    if drug == "pramipexole" and use.form == "base":
        dose_mg *= knowledge.record(ModelParameter, "pramipexole-base-to-salt").median
    clock_h = tuple(map(clock_hours, use.times))
    return TakenLine(drug, dose_mg, clock_h, min(use.started.first, as_of)), ""


def _others(
    uses: Sequence[MedicationUse], members: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Iron, which acts through the values on record, and what has no place in the model."""
    iron = {*IRON_BY_MOUTH, *IRON_BY_VEIN, *members["oral-iron"], *members["iv-iron"]}
    acting = {name for id in _ACTING for name in members[id]}
    names = [drug_name(use) for use in uses if use.drug in iron]
    if names:
        yield (
            f"{', '.join(dict.fromkeys(names))}, taken now",
            "what it did so far stands in the iron values; from here on only courses give iron",
        )
    others = [drug_name(use) for use in uses if use.drug not in iron | acting]
    if others:
        names = list(dict.fromkeys(others))
        yield "other medicines", f"{', '.join(names)}: not in the model, taken to go on unchanged"


def _since(lines: Sequence[TakenLine], as_of: date) -> Iterator[tuple[str, str]]:
    if any((as_of - one.since).days > MOST_DAYS_BEFORE for one in lines):
        yield (
            "medicines taken so far",
            f"followed over the last {MOST_DAYS_BEFORE} days, at today's dose",
        )
    elif lines:
        yield "medicines taken so far", "at today's dose since each was begun"
