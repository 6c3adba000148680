"""What trials on file gave of each medicine and iron product: the range in which one may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import Trial, TrialArm, TrialDose
from ekbom.mechanism.pharmacology import ACTS, IRON_BY_MOUTH, IRON_BY_VEIN
from ekbom.mechanism.scenarios.written_lines import clock_hours, recorded_mg
from ekbom.mechanism.schedule import WEEK_D


@dataclass(frozen=True, slots=True)
class Seen:
    """What trials on file gave of a medicine or an iron product.

    Parameters
    ----------
    drug : str
        As the model calls it.
    low_mg, high_mg : float
        Each time.
    most_mg : float
        In all, of infusions.
    most_infusions : int
        In one arm.
    clock_h : tuple of float
        Clock times.
    times_a_day : int
        How often a day.
    longest_weeks : float
        Longest trial.
    longest_given_d : int
        Days over which it was taken in one arm, at most.
    trials : tuple of str
        Their ids.
    """

    drug: str
    low_mg: float
    high_mg: float
    most_mg: float
    most_infusions: int
    clock_h: tuple[float, ...]
    times_a_day: int
    longest_weeks: float
    longest_given_d: int
    trials: tuple[str, ...]


def seen_in_trials(knowledge: KnowledgeBase) -> Mapping[str, Seen]:
    """What trials on file gave, by what the model calls it; what no trial gave has no entry.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the section ``trials``.
    """
    given: dict[str, list[tuple[Trial, TrialArm]]] = {}
    for trial in knowledge.of(Trial).values():
        for arm in trial.arms:
            for drug in dict.fromkeys(line.drug for line in arm.regimen):
                given.setdefault(drug, []).append((trial, arm))
    found = {drug: _seen(drug, arms) for drug, arms in given.items()}
    known = (*IRON_BY_MOUTH, *IRON_BY_VEIN, *ACTS)
    return {drug: seen for drug in known if (seen := found.get(drug)) is not None}


def _seen(drug: str, arms: list[tuple[Trial, TrialArm]]) -> Seen | None:
    by_vein = drug in IRON_BY_VEIN
    lines = [
        (
            trial,
            [
                line
                for line in arm.regimen
                if line.drug == drug and (by_vein or _lasts(line, trial))
            ],
        )
        for trial, arm in arms
    ]
    kept = [(trial, own) for trial, own in lines if own]
    if not kept:
        return None
    every = [line for _, own in kept for line in own]
    doses = [recorded_mg(line, drug) for line in every]
    return Seen(
        drug,
        min(doses),
        max(doses),
        max(_given_mg(own) for _, own in kept) if by_vein else 0.0,
        max(sum(_n_days(line) for line in own) for _, own in kept) if by_vein else 0,
        tuple(sorted({clock_hours(time.fromisoformat(c)) for line in every for c in line.times})),
        min(len(line.times) for line in every),
        max(trial.weeks for trial, _ in kept),
        max(_end_d(line, trial) for trial, own in kept for line in own),
        tuple(dict.fromkeys(trial.id for trial, _ in kept)),
    )


def _lasts(line: TrialDose, trial: Trial) -> bool:
    """Whether it was given for a week at least: a single tablet is no course."""
    return _end_d(line, trial) - line.from_day >= WEEK_D


def _end_d(line: TrialDose, trial: Trial) -> int:
    return round(trial.weeks * WEEK_D) if line.to_day < 0 else line.to_day


def _n_days(line: TrialDose) -> int:
    return -(-(line.to_day - line.from_day) // line.every_days)


def _given_mg(lines: list[TrialDose]) -> float:
    return sum(recorded_mg(line, line.drug) * _n_days(line) * len(line.times) for line in lines)
