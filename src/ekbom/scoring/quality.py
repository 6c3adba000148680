"""Quality of each leg, minute by minute: flat, clipped, detached, restless, sampled too slowly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import numpy as np

from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.emg import BlockQuality
from ekbom.recording.recording import Channel
from ekbom.recording.sleep_statistics import SECONDS_PER_MINUTE
from ekbom.scoring.resting_level import LegLevel


class Problem(StrEnum):
    """What can be wrong with a minute of leg EMG; the value is the caveat's code."""

    FLAT = "flat"
    CLIPPED = "clipped"
    DETACHED = "detached"
    HIGH_REST = "high-resting-level"


_SAYS = {
    Problem.FLAT: "the signal does not move: no movement can be seen there",
    Problem.CLIPPED: "samples lie at the end of the channel's range in each of these minutes",
    Problem.DETACHED: "mains swamp the signal: the electrode is probably off",
    Problem.HIGH_REST: "the resting level is above {limit:g} uV: movements on it are uncertain",
}


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """From where on a minute is worth a word."""

    edition: str
    max_flat_share: Annotated[float, Param("detection/quality-max-flat-share", "1")]
    max_clipped_share: Annotated[float, Param("detection/quality-max-clipped-share", "1")]
    max_mains_uv: Annotated[float, Param("detection/quality-max-mains", "uV")]
    max_rest_uv: Annotated[float, Param("detection/quality-max-rest", "uV")]
    min_rate_hz: Annotated[float, Param("detection/quality-min-rate", "Hz")]
    desired_rate_hz: Annotated[float, Param("detection/quality-desired-rate", "Hz")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MinuteQuality:
    """One minute (or what is left of one before a gap) of one leg."""

    start_s: float
    duration_s: float
    rest_uv: float
    mains_uv: float
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LegQuality:
    """All minutes of one leg, and what they amount to."""

    label: str
    rate_hz: float
    minutes: tuple[MinuteQuality, ...]
    caveats: tuple[Caveat, ...]

    @property
    def median_rest_uv(self) -> float | None:
        """Typical resting level in microvolts."""
        return float(np.median([m.rest_uv for m in self.minutes])) if self.minutes else None


def leg_quality(channel: Channel, levels: Sequence[LegLevel], limits: QualityLimits) -> LegQuality:
    """Quality of one leg over all its gap-free stretches."""
    minutes = tuple(
        _minute(block, level, limits) for level in levels for block in level.envelope.blocks
    )
    caveats = [*_rate_caveats(channel, limits), *_minute_caveats(channel, minutes, limits)]
    return LegQuality(channel.label, channel.rate_hz, minutes, tuple(caveats))


def _minute(block: BlockQuality, level: LegLevel, limits: QualityLimits) -> MinuteQuality:
    rest_uv = level.rest_between(block.start_s, block.start_s + block.duration_s)
    exceeded = {
        Problem.FLAT: block.flat_share > limits.max_flat_share,
        Problem.CLIPPED: block.clipped_share > limits.max_clipped_share,
        Problem.DETACHED: block.mains_uv > limits.max_mains_uv,
        Problem.HIGH_REST: rest_uv > limits.max_rest_uv,
    }
    problems = tuple(problem for problem, is_so in exceeded.items() if is_so)
    return MinuteQuality(block.start_s, block.duration_s, rest_uv, block.mains_uv, problems)


def _rate_caveats(channel: Channel, limits: QualityLimits) -> list[Caveat]:
    if channel.rate_hz >= limits.desired_rate_hz:
        return []
    if channel.rate_hz >= limits.min_rate_hz:
        return [
            Caveat(
                "rate-below-desirable",
                f"sampled at {channel.rate_hz:g} Hz; {limits.desired_rate_hz:g} Hz is desirable.",
                channel.label,
            )
        ]
    return [
        Caveat(
            "rate-too-low",
            f"sampled at {channel.rate_hz:g} Hz, below the {limits.min_rate_hz:g} Hz that leg EMG "
            "needs: part of the band is missing and movements come out too weak.",
            channel.label,
        )
    ]


def _minute_caveats(
    channel: Channel, minutes: Sequence[MinuteQuality], limits: QualityLimits
) -> list[Caveat]:
    spent = {
        problem: sum(m.duration_s for m in minutes if problem in m.problems) / SECONDS_PER_MINUTE
        for problem in Problem
    }
    return [
        Caveat(
            problem,
            f"{_SAYS[problem].format(limit=limits.max_rest_uv)} ({spent[problem]:.0f} min).",
            channel.label,
        )
        for problem in Problem
        if spent[problem]
    ]
