"""Stage one of scoring: from the leg channels to the level and the resting level of each leg."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ekbom.recording.channels import Legs
from ekbom.recording.ecg import heartbeats
from ekbom.recording.emg import envelope
from ekbom.recording.recording import Channel
from ekbom.scoring.resting_level import LegLevel, resting_level
from ekbom.scoring.settings import DetectionSettings
from ekbom.terms import Side

LegLevels = Mapping[Side, tuple[LegLevel, ...]]
RunAll = Callable[
    [Callable[[Channel], tuple[LegLevel, ...]], Iterable[Channel]], Iterable[tuple[LegLevel, ...]]
]


def measure_legs(
    legs: Legs,
    ecg: Channel | None,
    settings: DetectionSettings,
    progress: Callable[[float], None] = lambda seconds: None,
    run_all: RunAll = map,
) -> dict[Side, tuple[LegLevel, ...]]:
    """Stage one: level and resting level of each leg.

    Parameters
    ----------
    legs : Legs
        The leg channels.
    ecg : Channel or None
        The ECG, where there is one.
    settings : DetectionSettings
        How the envelope and the resting level are made.
    progress : callable
        Told the seconds of signal done.
    run_all : callable
        Does one leg after the other; a shell may pass a pool's ``map`` to do both at once.
    """
    beats_s = (
        {}
        if ecg is None
        else {segment.start_s: heartbeats(ecg, segment, settings.ecg) for segment in ecg.segments}
    )

    def measure(channel: Channel) -> tuple[LegLevel, ...]:
        return tuple(
            resting_level(
                envelope(
                    channel,
                    segment,
                    settings.envelope,
                    beats_s.get(segment.start_s),
                    settings.ecg,
                    progress,
                ),
                settings.rest,
            )
            for segment in channel.segments
        )

    sides = legs.channels
    return dict(zip(sides, run_all(measure, sides.values()), strict=True))
