"""Score a night: from a recording or from marked movements to everything a report needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.recording.channels import Legs
from ekbom.recording.ecg import heartbeats
from ekbom.recording.emg import envelope
from ekbom.recording.events import Annotations
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Recording
from ekbom.recording.sleep_statistics import (
    Period,
    SleepStatistics,
    sleep_statistics,
    time_in_bed,
)
from ekbom.scoring.findings import Finding, plms_findings
from ekbom.scoring.immobilization import ImmobilizationTest, immobilization_test
from ekbom.scoring.indices import Indices, night_indices
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.night import ScoredNight, score_movements
from ekbom.scoring.night_caveats import (
    gap_caveats,
    once,
    period_caveats,
    unstaged_mark_caveats,
    unused_mark_caveats,
)
from ekbom.scoring.quality import LegQuality, leg_quality
from ekbom.scoring.resting_level import LegLevel, resting_level
from ekbom.scoring.settings import (
    DetectionSettings,
    EditionSettings,
    Settings,
    settings_caveats,
)
from ekbom.terms import Side, SleepStage

LegLevels = Mapping[Side, tuple[LegLevel, ...]]
RunAll = Callable[
    [Callable[[Channel], tuple[LegLevel, ...]], Iterable[Channel]], Iterable[tuple[LegLevel, ...]]
]


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
    if is_immobilization_test:
        annotations = _all_wake(annotations, recording.duration_s)
    quality = {
        side: leg_quality(channel, levels[side], settings.detection.quality)
        for side, channel in legs.channels.items()
    }
    caveats = [*recording.caveats, *legs.caveats, *gap_caveats(legs)]
    caveats += unused_mark_caveats(annotations)
    caveats += [caveat for leg in quality.values() for caveat in leg.caveats]
    measured = NightResult(
        name=recording.name,
        start=recording.start,
        duration_s=recording.duration_s,
        annotations=annotations,
        period=None,
        sleep=None,
        legs=legs.channels,
        levels=levels,
        quality=quality,
        editions={},
        measured_caveats=once(caveats),
        caveats=(),
        settings=settings,
    )
    return score_again(measured, settings, is_immobilization_test=is_immobilization_test)


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
    starts_s = next(
        [segment.start_s for segment in channel.segments] for channel in result.legs.values()
    )
    scored = _score(
        lambda edition: {
            side: detect_leg_movements(
                side, levels, edition.thresholds, settings.detection.morphology
            )
            for side, levels in result.levels.items()
        },
        result.annotations,
        settings,
        result.duration_s,
        starts_s,
        is_immobilization_test,
    )
    return replace(
        result,
        period=scored.period,
        sleep=scored.sleep,
        editions=scored.editions,
        caveats=once([*result.measured_caveats, *scored.caveats]),
        settings=settings,
    )


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

    Raises
    ------
    UsageError
        When there is neither a leg movement nor a stage: nothing could be said.
    """
    if not annotations.leg_movements and annotations.hypnogram is None:
        unknown = [str(caveat.statement) for caveat in annotations.caveats]
        raise UsageError(
            " ".join(["no leg movements and no stages are marked.", *unknown]),
            expected="rows such as 'Limb movement' with their channel, or 'Sleep stage N2'",
            where=annotations.name,
            what_to_do="give the recording, or a scoring that marks leg movements",
        )
    if is_immobilization_test and annotations.leg_movements:
        end_s = max(event.offset_s for event in annotations.leg_movements)
        annotations = _all_wake(annotations, end_s)
    marked = {
        side: LegMovements.of(
            side,
            [e.onset_s for e in annotations.leg_movements if e.side in (side, Side.BILATERAL)],
            [e.offset_s for e in annotations.leg_movements if e.side in (side, Side.BILATERAL)],
        )
        for side in (Side.LEFT, Side.RIGHT)
    }
    result = _score(
        lambda edition: marked, annotations, settings, None, [0.0], is_immobilization_test
    )
    caveats = unstaged_mark_caveats(annotations)
    one_leg = [side for side, leg in marked.items() if len(leg) == 0]
    if len(one_leg) == 1:
        caveats.append(Caveat("one-leg", f"no movements are marked on the {one_leg[0]} leg."))
    return replace(result, caveats=once([*caveats, *result.caveats]))


def _score(
    movements: Callable[[EditionSettings], Mapping[Side, LegMovements]],
    annotations: Annotations,
    settings: Settings,
    duration_s: float | None,
    segment_starts_s: list[float],
    is_immobilization_test: bool,
) -> NightResult:
    period = time_in_bed(annotations, duration_s)
    editions = {}
    for edition in settings.editions:
        found = movements(edition)
        night = score_movements(
            found.get(Side.LEFT, LegMovements.none(Side.LEFT)),
            found.get(Side.RIGHT, LegMovements.none(Side.RIGHT)),
            annotations,
            edition.rules,
            edition.window,
            segment_starts_s,
        )
        editions[edition.name] = _indexed(night, period, settings, is_immobilization_test)
    caveats = [caveat for result in editions.values() for caveat in _edition_caveats(result)]
    return NightResult(
        name=annotations.name,
        start=None,
        duration_s=duration_s,
        annotations=annotations,
        period=period,
        sleep=None if period is None else sleep_statistics(annotations, period),
        legs={},
        levels={},
        quality={},
        editions=editions,
        measured_caveats=(),
        caveats=once([*caveats, *period_caveats(annotations, period), *settings_caveats(settings)]),
        settings=settings,
    )


def _indexed(
    night: ScoredNight, period: Period | None, settings: Settings, is_immobilization_test: bool
) -> EditionResult:
    indices = night_indices(night, period, settings.periodicity, settings.bins)
    test = None
    if is_immobilization_test and period is not None:
        test = immobilization_test(night, indices, period, settings.immobilization)
    return EditionResult(night, indices, plms_findings(indices, settings.plms_limits), test)


def _edition_caveats(result: EditionResult) -> tuple[Caveat, ...]:
    test = result.immobilization
    return (*result.night.caveats, *(() if test is None else test.caveats))


def _all_wake(annotations: Annotations, end_s: float) -> Annotations:
    """One epoch of wake as long as the test, where nobody marked stages."""
    if annotations.hypnogram is not None:
        return annotations
    return replace(annotations, hypnogram=Hypnogram((SleepStage.W,), end_s))
