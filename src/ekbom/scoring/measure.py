"""Stage one of scoring: from the leg channels to the level and the resting level of each leg."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ekbom.errors import UsageError
from ekbom.recording.channels import Legs
from ekbom.recording.ecg import heartbeats
from ekbom.recording.emg import envelope
from ekbom.recording.events import Annotations
from ekbom.recording.recording import Channel
from ekbom.recording.sleep_statistics import Period
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


def night_gaps(legs: Mapping[Side, Channel], annotations: Annotations) -> tuple[Period, ...]:
    """What of a scored night nobody recorded: as its legs say, or its marks where it has none."""
    if legs:
        return gaps_of(list(legs.values()))
    return tuple(Period(start_s, end_s) for start_s, end_s in annotations.gaps)


def gaps_of(channels: Sequence[Channel]) -> tuple[Period, ...]:
    """Time between the gap-free stretches; all signals of a recording have the same ones."""
    channel = channels[0]
    ends_s = [segment.start_s + segment.duration_s(channel.rate_hz) for segment in channel.segments]
    starts_s = [segment.start_s for segment in channel.segments]
    if any([segment.start_s for segment in each.segments] != starts_s for each in channels):
        raise UsageError(
            "the legs have different gaps",
            expected="legs of one recording, which are interrupted together",
            what_to_do="score each leg on its own",
        )
    return tuple(map(Period, ends_s[:-1], starts_s[1:]))
