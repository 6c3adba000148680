"""Score a night: from a recording or from marked movements to everything a report needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ekbom.caveats import Caveat
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations
from ekbom.recording.recording import Channel, Recording
from ekbom.recording.sleep_statistics import (
    Period,
    SleepStatistics,
    sleep_caveats,
    sleep_statistics,
    time_in_bed,
)
from ekbom.scoring.edits import Edit, EditedLegs, Outcome, edit_caveats, edited_legs
from ekbom.scoring.findings import Finding, plms_findings
from ekbom.scoring.immobilization import ImmobilizationTest, all_wake, immobilization_test
from ekbom.scoring.indices import Indices, night_indices
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.measure import LegLevels, gaps_of
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
from ekbom.scoring.settings import EditionSettings, Settings, settings_caveats
from ekbom.terms import Side


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
    edits : tuple of Outcome
        What became of each edit of a scorer under it.
    """

    night: ScoredNight
    indices: Indices
    findings: tuple[Finding, ...]
    immobilization: ImmobilizationTest | None = None
    edits: tuple[Outcome, ...] = ()


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
    edits : tuple of Edit
        What a scorer changed by hand, the oldest first.
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
    edits: tuple[Edit, ...] = ()

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
    return _score_measured(measured, settings, (), is_immobilization_test)


def score_again(
    result: NightResult, settings: Settings, *, is_immobilization_test: bool = False
) -> NightResult:
    """Score a measured night with other thresholds, choices or editions; takes milliseconds.

    Parameters
    ----------
    result : NightResult
        A night whose levels were kept; what a scorer changed in it holds on.
    settings : Settings
        Editions to score by; their detection settings are not used again.
    is_immobilization_test : bool
        As in `score_recording`.
    """
    return score_edited(
        result, settings, result.edits, is_immobilization_test=is_immobilization_test
    )


def score_edited(
    result: NightResult,
    settings: Settings,
    edits: Sequence[Edit],
    *,
    is_immobilization_test: bool = False,
) -> NightResult:
    """Score a measured night with what a scorer changed by hand, by the same rules as any.

    Movements of each leg are detected with the thresholds, then edited, then joined, combined,
    put into series and counted.

    Parameters
    ----------
    result : NightResult
        A night whose levels were kept.
    settings : Settings
        Editions to score by; their detection settings are not used again.
    edits : sequence of Edit
        All that hold, the oldest first; those of ``result`` play no part.
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
    return _score_measured(measured, settings, tuple(edits), is_immobilization_test)


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
        lambda edition: EditedLegs(marked),
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
    measured: _Measured,
    settings: Settings,
    edits: tuple[Edit, ...],
    is_immobilization_test: bool,
) -> NightResult:
    morphology = settings.detection.morphology

    def movements(edition: EditionSettings) -> EditedLegs:
        found = {
            side: detect_leg_movements(side, levels, edition.thresholds, morphology)
            for side, levels in measured.levels.items()
        }
        return edited_legs(found, edits, edition.rules)

    scored = _score(
        movements,
        _Night(
            annotations=measured.annotations,
            duration_s=measured.duration_s,
            gaps=gaps_of(list(measured.legs.values())),
            dead=dead_time(list(measured.quality.values())),
            is_immobilization_test=is_immobilization_test,
        ),
        settings,
    )
    return _result(measured, scored, settings, edits=edits)


def _result(
    measured: _Measured,
    scored: _Scored,
    settings: Settings,
    caveats: Sequence[Caveat] = (),
    edits: tuple[Edit, ...] = (),
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
        edits=edits,
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
    movements: Callable[[EditionSettings], EditedLegs],
    night: _Night,
    settings: Settings,
) -> _Scored:
    period = time_in_bed(night.annotations, night.duration_s)
    annotations = night.annotations
    if night.is_immobilization_test and period is not None:
        annotations = all_wake(annotations, period)
    starts_s = [0.0, *(gap.end_s for gap in night.gaps)]
    editions = {}
    for edition in settings.editions:
        edited = movements(edition)
        scored = score_movements(
            edited.legs.get(Side.LEFT, LegMovements.none(Side.LEFT)),
            edited.legs.get(Side.RIGHT, LegMovements.none(Side.RIGHT)),
            annotations,
            edition.rules,
            edition.window,
            starts_s,
            period,
        )
        editions[edition.name] = _indexed(scored, period, settings, night, edited.outcomes)
    sleep = None if period is None else sleep_statistics(annotations, period)
    caveats = [caveat for result in editions.values() for caveat in _edition_caveats(result)]
    caveats += period_caveats(night.annotations, period)
    caveats += gap_caveats(night.gaps) + dead_time_caveats(night.dead)
    caveats += sleep_caveats(sleep)
    return _Scored(
        annotations, period, sleep, editions, once([*caveats, *settings_caveats(settings)])
    )


def _indexed(
    scored: ScoredNight,
    period: Period | None,
    settings: Settings,
    night: _Night,
    edits: tuple[Outcome, ...],
) -> EditionResult:
    unmeasured = (*night.gaps, *night.dead)
    indices = night_indices(scored, period, settings.periodicity, settings.bins, unmeasured)
    test = None
    if night.is_immobilization_test and period is not None:
        test = immobilization_test(scored, indices, period, settings.immobilization)
    return EditionResult(scored, indices, plms_findings(indices, settings.plms_limits), test, edits)


def _edition_caveats(result: EditionResult) -> list[Caveat]:
    caveats = [*result.night.caveats, *outside_bed_caveats(result.night)]
    caveats += edit_caveats(result.edits, result.night.rules.edition)
    return caveats + ([] if result.immobilization is None else [*result.immobilization.caveats])
