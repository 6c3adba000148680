"""The suggested immobilization test: an hour awake and still, and the legs that will not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ekbom.caveats import Caveat
from ekbom.recording.events import Annotations
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.sleep_statistics import (
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    Period,
    seconds_in,
)
from ekbom.scoring.findings import Finding, compare
from ekbom.scoring.indices import Indices
from ekbom.scoring.limits import ImmobilizationLimits
from ekbom.scoring.night import ScoredNight
from ekbom.terms import SleepStage


@dataclass(frozen=True, slots=True)
class ImmobilizationTest:
    """Result of the test.

    Parameters
    ----------
    n_periodic : int
        Periodic leg movements in wake.
    minutes_awake : float
        Measured time awake, which they are divided by.
    finding : Finding
        The PLMW index beside its limit.
    caveats : tuple of Caveat
        Wrong length, sleep during the test.
    """

    n_periodic: int
    minutes_awake: float
    finding: Finding
    caveats: tuple[Caveat, ...]


def immobilization_test(
    night: ScoredNight, indices: Indices, period: Period, limits: ImmobilizationLimits
) -> ImmobilizationTest | None:
    """Read a scored recording as a suggested immobilization test.

    Needs stages (all wake when the test went well) and an edition that scores movements in wake;
    None otherwise.
    """
    group = indices.by_stage.get("wake")
    hypnogram = night.annotations.hypnogram
    if group is None or group.scored is None or group.hours is None or hypnogram is None:
        return None
    minutes = (period.end_s - period.start_s) / SECONDS_PER_MINUTE
    awake = seconds_in(hypnogram, period, SleepStage.W) / SECONDS_PER_MINUTE
    caveats = []
    if round(minutes) != limits.duration_min:
        caveats.append(
            Caveat(
                "immobilization-length",
                f"the test lasted {minutes:.0f} min; its limit is for {limits.duration_min:g} min.",
            )
        )
    if awake < minutes:
        caveats.append(
            Caveat(
                "immobilization-sleep",
                f"{minutes - awake:.0f} min are not wake; only movements in wake are counted.",
            )
        )
    finding = compare(
        "PLMW index of the suggested immobilization test",
        group.scored.per_h,
        limits.provenance["plmw_per_h"],
        limits.comparator,
    )
    measured = group.hours * SECONDS_PER_HOUR / SECONDS_PER_MINUTE
    return ImmobilizationTest(group.scored.n, measured, finding, tuple(caveats))


def all_wake(annotations: Annotations, period: Period) -> Annotations:
    """One epoch of wake as long as the test, where nobody marked stages."""
    if annotations.hypnogram is not None:
        return annotations
    epoch = Hypnogram((SleepStage.W,), period.end_s - period.start_s, period.start_s)
    return replace(annotations, hypnogram=epoch)
