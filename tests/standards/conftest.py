"""Nights written down movement by movement, scored under one edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.sleep_statistics import time_in_bed
from ekbom.scoring.indices import Indices, night_indices
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.night import ScoredNight, score_movements
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

Stretch = tuple[float, float]  # onset and end, in seconds
EPOCH_S = 30.0

Score = Callable[..., ScoredNight]
Index = Callable[[ScoredNight], Indices]
Train = Callable[..., list[Stretch]]


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The knowledge that comes with the package."""
    return load(SECTIONS)


@pytest.fixture(scope="session")
def score_under(base: KnowledgeBase) -> Callable[..., ScoredNight]:
    """Scores a night: times as ``(onset_s, end_s)``, stages as names of 30 s epochs."""

    def score(
        edition: str,
        left: Sequence[Stretch] = (),
        right: Sequence[Stretch] = (),
        *,
        stages: str = "",
        respiratory: Sequence[Stretch] = (),
        arousals: Sequence[Stretch] = (),
        window: str | None = None,
        segment_starts_s: Sequence[float] = (0.0,),
        **options: object,
    ) -> ScoredNight:
        chosen = settings(base, edition, window=window, overrides=options).editions[0]
        events = [Event(EventKind.APNEA, a, b - a) for a, b in respiratory]
        events += [Event(EventKind.AROUSAL, a, b - a) for a, b in arousals]
        names = tuple(SleepStage(name) for name in stages.split())
        return score_movements(
            LegMovements.of(Side.LEFT, [a for a, _ in left], [b for _, b in left]),
            LegMovements.of(Side.RIGHT, [a for a, _ in right], [b for _, b in right]),
            Annotations(tuple(events), Hypnogram(names, EPOCH_S) if names else None),
            chosen.rules,
            chosen.window,
            segment_starts_s,
        )

    return score


@pytest.fixture(scope="session")
def index(base: KnowledgeBase) -> Index:
    """Every index of a scored night."""
    chosen = settings(base)

    def indices(night: ScoredNight) -> Indices:
        period = time_in_bed(night.annotations, None)
        return night_indices(night, period, chosen.periodicity, chosen.bins)

    return indices


@pytest.fixture(scope="session")
def train() -> Train:
    """Movements of 2 s at equal intervals."""

    def movements(
        first_s: float, interval_s: float, n: int, duration_s: float = 2.0
    ) -> list[Stretch]:
        onsets = [first_s + k * interval_s for k in range(n)]
        return [(onset_s, onset_s + duration_s) for onset_s in onsets]

    return movements
