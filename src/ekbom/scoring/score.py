"""Score a night: from a recording or from marked movements to everything a report needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Recording
from ekbom.recording.sleep_statistics import (
    Period,
    SleepStatistics,
    sleep_caveats,
    sleep_statistics,
    time_in_bed,
)
from ekbom.scoring.findings import Finding, plms_findings
from ekbom.scoring.immobilization import ImmobilizationTest, immobilization_test
from ekbom.scoring.indices import Indices, night_indices
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.measure import LegLevels
from ekbom.scoring.movements import LegMovements, marked_legs
from ekbom.scoring.night import ScoredNight, score_movements
from ekbom.scoring.night_caveats import (
    dead_time,
    dead_time_caveats,
    gap_caveats,
    mark_caveats,
    once,
    outside_bed_caveats,
    period_caveats,
    unused_mark_caveats,
)
from ekbom.scoring.quality import LegQuality, leg_quality
from ekbom.scoring.settings import (
    EditionSettings,
    Settings,
    settings_caveats,
)
from ekbom.terms import Side, SleepStage


@dataclass(frozen=True, slots=True)
class EditionResult:
    """One night under one edition.

    Parameters
    ----------
    night : ScoredNight
        Every movement with its flags.
    indices : Indices
        Every count and index.
    findings : tuple of Finding
        Indices beside published limits.
    immobilization : ImmobilizationTest or None
        Where the recording was said to be one.
    """

    night: ScoredNight
    indices: Indices
    findings: tuple[Finding, ...]
    immobilization: ImmobilizationTest | None = None


@dataclass(frozen=True, slots=True)
class NightResult:
    """Everything that is known of one scored night.

    Parameters
    ----------
    name : str
        File the movements came from.
    start : datetime or None
        Start of the recording.
    duration_s : float or None
        Length of the recording; None where only events were given.
    annotations : Annotations
        Stages and events.
    period : Period or None
        Time in bed.
    sleep : SleepStatistics or None
        None without stages.
    legs : Mapping of Side to Channel
        Leg channels; empty where only events were given.
    levels : Mapping of Side to tuple of LegLevel
        Level and resting level of each leg, for drawing and for scoring again.
    quality : Mapping of Side to LegQuality
        Minute by minute.
    editions : Mapping of str to EditionResult
        By name of the edition, in the order asked for.
    measured_caveats : tuple of Caveat
        What limits the recording and its legs, whatever they are scored by.
    caveats : tuple of Caveat
        Everything that limits the result, each once.
    settings : Settings
        What it was scored with.
    """

    name: str
    start: datetime | None
    duration_s: float | None
    annotations: Annotations
    period: Period | None
    sleep: SleepStatistics | None
    legs: Mapping[Side, Channel]
    levels: LegLevels
    quality: Mapping[Side, LegQuality]
    editions: Mapping[str, EditionResult]
    measured_caveats: tuple[Caveat, ...]
    caveats: tuple[Caveat, ...]
    settings: Settings

    def __repr__(self) -> str:
        return f"NightResult({self.name!r}, editions={list(self.editions)})"


def score_recording(
    recording: Recording,
    legs: Legs,
    levels: LegLevels,
    annotations: Annotations,
    settings: Settings,
    *,
    is_immobilization_test: bool = False,
) -> NightResult:
    """Score a recording whose legs have been measured (stage two and the rules).

    Parameters
    ----------
    recording, legs, levels : Recording, Legs, Mapping
        The night, its leg channels and what `measure_legs` made of them.
    annotations : Annotations
        Stages, arousals and respiratory events; marked leg movements are not used.
    settings : Settings
        Editions to score by.
    is_immobilization_test : bool
        The recording is a suggested immobilization test: without stages it is all wake.
    """
    quality = {
        side: leg_quality(channel, levels[side], settings.detection.quality)
        for side, channel in legs.channels.items()
    }
    caveats = [*recording.caveats, *legs.caveats]
    caveats += unused_mark_caveats(annotations)
    caveats += [caveat for leg in quality.values() for caveat in leg.caveats]
    measured = _Measured(
        name=recording.name,
        start=recording.start,
        duration_s=recording.duration_s,
        annotations=annotations,
        legs=legs.channels,
        levels=levels,
        quality=quality,
        caveats=once(caveats),
    )
    return _score_measured(measured, settings, is_immobilization_test)


def score_again(
    result: NightResult, settings: Settings, *, is_immobilization_test: bool = False
) -> NightResult:
    """Score a measured night with other thresholds, choices or editions; takes milliseconds.

    Parameters
    ----------
    result : NightResult
        A night whose levels were kept.
    settings : Settings
        Editions to score by; their detection settings are not used again.
    is_immobilization_test : bool
        As in `score_recording`.
    """
    measured = _Measured(
        name=result.name,
        start=result.start,
        duration_s=result.duration_s,
        annotations=result.annotations,
        legs=result.legs,
        levels=result.levels,
        quality=result.quality,
        caveats=result.measured_caveats,
    )
    return _score_measured(measured, settings, is_immobilization_test)


def score_marked(
    annotations: Annotations, settings: Settings, *, is_immobilization_test: bool = False
) -> NightResult:
    """Score leg movements somebody marked; no signal is needed.

    Parameters
    ----------
    annotations : Annotations
        Leg movements with their side, and whatever else was marked.
    settings : Settings
        Editions to score by.
    is_immobilization_test : bool
        The events are of a suggested immobilization test.
    """
    marked = marked_legs(annotations.leg_movements)
    scored = _score(
        lambda edition: marked,
        _Night(
            annotations=annotations,
            duration_s=None,
            gaps=tuple(Period(start_s, end_s) for start_s, end_s in annotations.gaps),
            dead=(),
            is_immobilization_test=is_immobilization_test,
        ),
        settings,
    )
    measured = _Measured(
        name=annotations.name,
        start=None,
        duration_s=None,
        annotations=annotations,
        legs={},
        levels={},
        quality={},
        caveats=(),
    )
    return _result(measured, scored, settings, mark_caveats(annotations, marked, settings))


@dataclass(frozen=True, slots=True)
class _Measured:
    """A night before any rule is applied; fields as in `NightResult`."""

    name: str
    start: datetime | None
    duration_s: float | None
    annotations: Annotations
    legs: Mapping[Side, Channel]
    levels: LegLevels
    quality: Mapping[Side, LegQuality]
    caveats: tuple[Caveat, ...]


def _score_measured(
    measured: _Measured, settings: Settings, is_immobilization_test: bool
) -> NightResult:
    morphology = settings.detection.morphology
    scored = _score(
        lambda edition: {
            side: detect_leg_movements(side, levels, edition.thresholds, morphology)
            for side, levels in measured.levels.items()
        },
        _Night(
            annotations=measured.annotations,
            duration_s=measured.duration_s,
            gaps=_gaps(list(measured.legs.values())),
            dead=dead_time(list(measured.quality.values())),
            is_immobilization_test=is_immobilization_test,
        ),
        settings,
    )
    return _result(measured, scored, settings)


def _result(
    measured: _Measured, scored: _Scored, settings: Settings, caveats: Sequence[Caveat] = ()
) -> NightResult:
    return NightResult(
        name=measured.name,
        start=measured.start,
        duration_s=measured.duration_s,
        annotations=scored.annotations,
        period=scored.period,
        sleep=scored.sleep,
        legs=measured.legs,
        levels=measured.levels,
        quality=measured.quality,
        editions=scored.editions,
        measured_caveats=measured.caveats,
        caveats=once([*measured.caveats, *caveats, *scored.caveats]),
        settings=settings,
    )


@dataclass(frozen=True, slots=True)
class _Night:
    """What the rules need to know besides the movements; gaps and dead time are not measured."""

    annotations: Annotations
    duration_s: float | None
    gaps: tuple[Period, ...]
    dead: tuple[Period, ...]
    is_immobilization_test: bool


@dataclass(frozen=True, slots=True)
class _Scored:
    annotations: Annotations
    period: Period | None
    sleep: SleepStatistics | None
    editions: Mapping[str, EditionResult]
    caveats: tuple[Caveat, ...]


def _score(
    movements: Callable[[EditionSettings], Mapping[Side, LegMovements]],
    night: _Night,
    settings: Settings,
) -> _Scored:
    period = time_in_bed(night.annotations, night.duration_s)
    annotations = night.annotations
    if night.is_immobilization_test and period is not None:
        annotations = _all_wake(annotations, period)
    starts_s = [0.0, *(gap.end_s for gap in night.gaps)]
    editions = {}
    for edition in settings.editions:
        found = movements(edition)
        scored = score_movements(
            found.get(Side.LEFT, LegMovements.none(Side.LEFT)),
            found.get(Side.RIGHT, LegMovements.none(Side.RIGHT)),
            annotations,
            edition.rules,
            edition.window,
            starts_s,
            period,
        )
        editions[edition.name] = _indexed(scored, period, settings, night)
    sleep = None if period is None else sleep_statistics(annotations, period)
    caveats = [caveat for result in editions.values() for caveat in _edition_caveats(result)]
    caveats += period_caveats(night.annotations, period)
    caveats += gap_caveats(night.gaps) + dead_time_caveats(night.dead)
    caveats += sleep_caveats(sleep)
    return _Scored(
        annotations, period, sleep, editions, once([*caveats, *settings_caveats(settings)])
    )


def _indexed(
    scored: ScoredNight, period: Period | None, settings: Settings, night: _Night
) -> EditionResult:
    unmeasured = (*night.gaps, *night.dead)
    indices = night_indices(scored, period, settings.periodicity, settings.bins, unmeasured)
    test = None
    if night.is_immobilization_test and period is not None:
        test = immobilization_test(scored, indices, period, settings.immobilization)
    return EditionResult(scored, indices, plms_findings(indices, settings.plms_limits), test)


def _edition_caveats(result: EditionResult) -> list[Caveat]:
    caveats = [*result.night.caveats, *outside_bed_caveats(result.night)]
    return caveats + ([] if result.immobilization is None else [*result.immobilization.caveats])


def _all_wake(annotations: Annotations, period: Period) -> Annotations:
    """One epoch of wake as long as the test, where nobody marked stages."""
    if annotations.hypnogram is not None:
        return annotations
    epoch = Hypnogram((SleepStage.W,), period.end_s - period.start_s, period.start_s)
    return replace(annotations, hypnogram=epoch)


def _gaps(channels: Sequence[Channel]) -> tuple[Period, ...]:
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
