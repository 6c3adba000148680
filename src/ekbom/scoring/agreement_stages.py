"""Agreement of two hypnograms: kappa, percent agreement, and which stages are confused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import AnnotationError
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.sleep_statistics import PERCENT
from ekbom.recording.staging import GRID_SLACK
from ekbom.terms import SleepStage

STAGES = tuple(stage for stage in SleepStage if stage is not SleepStage.UNSCORED)


@dataclass(frozen=True, slots=True)
class OneStage:
    """Epochs two scorers gave one stage.

    Parameters
    ----------
    n_a, n_b, n_both : int
        Epochs of each, and of both at once.
    agreement : float or None
        ``2 n_both / (n_a + n_b)`` (specific agreement); None where neither gave it.
    """

    n_a: int
    n_b: int
    n_both: int
    agreement: float | None


@dataclass(frozen=True, slots=True)
class StageAgreement:
    """Two hypnograms epoch by epoch; A is the reference.

    Parameters
    ----------
    epoch_s : float
        Length of the epochs compared, in seconds: the shorter of the two.
    n_epochs : int
        Epochs both scored.
    n_left_out : int
        Epochs that one or both left unscored, or that lie outside one hypnogram.
    percent_agreement : float or None
        Epochs with the same stage; None without epochs.
    kappa : float or None
        Cohen's kappa, unweighted (Cohen 1960); None where chance alone agrees on everything.
    confusion : dict
        Epochs by stage of A, then by stage of B.
    by_stage : dict of OneStage
        Each stage by itself.
    undefined : str
        Why there is no kappa; empty where there is one.
    """

    epoch_s: float
    n_epochs: int
    n_left_out: int
    percent_agreement: float | None
    kappa: float | None
    confusion: dict[str, dict[str, int]]
    by_stage: dict[str, OneStage]
    undefined: str = ""


def stage_agreement(a: Hypnogram, b: Hypnogram, where: str = "") -> StageAgreement:
    """Compare two hypnograms on the grid they have in common.

    Parameters
    ----------
    a, b : Hypnogram
        Epochs of one length, or of lengths of which one is a multiple of the other; each long
        epoch then counts as that many short ones.
    where : str
        Names of the two, for messages.

    Raises
    ------
    AnnotationError
        Where the epochs do not lie on one grid.
    """
    epoch_s = _common_epoch_s(a, b, where)
    start_s = min(a.start_s, b.start_s)
    n = round((max(a.end_s, b.end_s) - start_s) / epoch_s)
    middle_s = start_s + (2 * np.arange(n) + 1) * epoch_s / 2
    stage_a, stage_b = a.stage_at(middle_s), b.stage_at(middle_s)
    scored = (stage_a != SleepStage.UNSCORED) & (stage_b != SleepStage.UNSCORED)
    counts = np.array(
        [[int((scored & (stage_a == s) & (stage_b == t)).sum()) for t in STAGES] for s in STAGES]
    )
    kappa, undefined = _kappa(counts)
    n_epochs = int(counts.sum())
    return StageAgreement(
        epoch_s=epoch_s,
        n_epochs=n_epochs,
        n_left_out=n - n_epochs,
        percent_agreement=PERCENT * int(counts.trace()) / n_epochs if n_epochs else None,
        kappa=kappa,
        confusion={
            str(stage): {str(s): int(n) for s, n in zip(STAGES, row, strict=True)}
            for stage, row in zip(STAGES, counts, strict=True)
        },
        by_stage={str(stage): _one_stage(counts, k) for k, stage in enumerate(STAGES)},
        undefined=undefined,
    )


def _kappa(counts: NDArray[np.int64]) -> tuple[float | None, str]:
    """Cohen's kappa of a square table of counts, or why there is none."""
    n, same = int(counts.sum()), int(counts.trace())
    if n == 0:
        return None, "no epoch was scored by both"
    by_chance = int(counts.sum(axis=1) @ counts.sum(axis=0))
    if by_chance == n * n:
        return None, "both gave every epoch the same one stage"
    return (n * same - by_chance) / (n * n - by_chance), ""


def _one_stage(counts: NDArray[np.int64], k: int) -> OneStage:
    n_a, n_b, n_both = int(counts[k].sum()), int(counts[:, k].sum()), int(counts[k, k])
    return OneStage(n_a, n_b, n_both, 2 * n_both / (n_a + n_b) if n_a + n_b else None)


def _common_epoch_s(a: Hypnogram, b: Hypnogram, where: str) -> float:
    short, long = sorted((a, b), key=lambda hypnogram: hypnogram.epoch_s)
    ratio = long.epoch_s / short.epoch_s
    shift = (b.start_s - a.start_s) / short.epoch_s
    # A small error of each epoch must not add up over the night.
    drift = abs(ratio - round(ratio)) * len(long.stages)
    if drift <= GRID_SLACK and abs(shift - round(shift)) <= GRID_SLACK:
        return short.epoch_s
    raise AnnotationError(
        f"epochs of {a.epoch_s:g} s from {a.start_s:g} s and of {b.epoch_s:g} s from "
        f"{b.start_s:g} s do not lie on one grid",
        expected="epochs of one length, or of a multiple of it, that begin together",
        where=where,
        what_to_do="export both hypnograms with the same epochs",
    )
