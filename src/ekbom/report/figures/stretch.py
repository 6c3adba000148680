"""Which stretch of EMG to show, and its band-passed samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ekbom.recording import emg
from ekbom.recording.emg import EnvelopeSettings
from ekbom.recording.recording import Channel
from ekbom.report.svg import Floats
from ekbom.scoring.resting_level import LegLevel
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.terms import Side, SleepStage
from ekbom.timeline import Segment

# How a figure is framed; nothing here decides what is scored.
LONGEST_SERIES_S = 150.0
_AROUND_SERIES_S = 8.0
_AROUND_SINGLE_S = 20.0
_AT_REST_S = 60.0
_TYPICAL_N = 6
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of one gap-free stretch of the recording.

    Parameters
    ----------
    start_s, end_s : float
        What is shown.
    segment : int
        Number of the gap-free stretch.
    shows : str
        ``series``, ``movement`` or ``rest``.
    movements : tuple of int
        Indices of the scored movements in it, in order.
    focus : int or None
        The movement to be seen close up.
    """

    start_s: float
    end_s: float
    segment: int
    shows: str
    movements: tuple[int, ...] = ()
    focus: int | None = None


def choose_stretch(result: NightResult, edition: EditionResult) -> Stretch | None:
    """The periodic series that is most like the others of the night; None without a signal.

    Four movements or more within two and a half minutes, in sleep, undisturbed, of typical height
    and number. Where there is no series, a movement; where there is none, a minute of rest.
    """
    if not result.legs:
        return None
    night = edition.night
    peaks_uv = movement_peaks_uv(result, edition)
    typical_uv = _median(peaks_uv[night.is_periodic], _median(peaks_uv, 1.0))
    runs = [_run(result, edition, first) for first in np.flatnonzero(night.is_periodic).tolist()]
    runs = [run for run in runs if len(run) >= _FEWEST]
    if runs:
        best = min(runs, key=lambda run: _oddity(result, edition, run, peaks_uv, typical_uv))
        return _framed(result, edition, best, "series", _AROUND_SERIES_S, peaks_uv, typical_uv)
    if len(night.movements):
        chosen = np.flatnonzero(night.is_candidate)
        chosen = chosen if len(chosen) else np.arange(len(night.movements))
        typical_uv = _median(peaks_uv[chosen], 1.0)
        best = [min(chosen.tolist(), key=lambda k: _apart(float(peaks_uv[k]), typical_uv))]
        return _framed(result, edition, best, "movement", _AROUND_SINGLE_S, peaks_uv, typical_uv)
    return _resting(next(iter(result.legs.values())))


def _run(result: NightResult, edition: EditionResult, first: int) -> list[int]:
    """Movements of one series from ``first`` on that fit on the figure."""
    series, onset_s = edition.night.series.number, edition.night.movements.onset_s
    run = [first]
    for index in range(first + 1, len(onset_s)):
        if series[index] != series[first] or onset_s[index] - onset_s[first] > LONGEST_SERIES_S:
            break
        run.append(index)
    return run


def _oddity(
    result: NightResult,
    edition: EditionResult,
    run: list[int],
    peaks_uv: Floats,
    typical_uv: float,
) -> float:
    """How unlike a textbook example a run is; smaller is better."""
    night = edition.night
    start_s, end_s = night.movements.onset_s[run[0]], night.movements.offset_s[run[-1]]
    disturbed = any(
        minute.problems and minute.start_s < end_s and minute.start_s + minute.duration_s > start_s
        for leg in result.quality.values()
        for minute in leg.minutes
    )
    awake = sum(not SleepStage(stage).is_sleep for stage in night.stage[run]) / len(run)
    return (
        float(np.mean([_apart(peaks_uv[index], typical_uv) for index in run]))
        + 0.1 * abs(len(run) - _TYPICAL_N)
        + 2.0 * awake
        + 2.0 * disturbed
        + float(night.is_respiratory[run].mean())
        + float(np.std(np.diff(night.movements.onset_s[run]))) / 30
    )


def _apart(one: float, other: float) -> float:
    """How many times one is the other, whichever is larger; as a logarithm."""
    return float(abs(np.log(max(one, 1e-3) / max(other, 1e-3))))


def _median(values: Floats, otherwise: float) -> float:
    return float(np.median(values)) if len(values) else otherwise


def _framed(
    result: NightResult,
    edition: EditionResult,
    run: list[int],
    shows: str,
    around_s: float,
    peaks_uv: Floats,
    typical_uv: float,
) -> Stretch:
    movements = edition.night.movements
    channel = next(iter(result.legs.values()))
    segment = segment_at(channel, float(movements.onset_s[run[0]]))
    bounds = channel.segments[segment]
    start_s = max(float(movements.onset_s[run[0]]) - around_s, bounds.start_s)
    end_s = min(
        float(movements.offset_s[run[-1]]) + around_s,
        bounds.start_s + bounds.duration_s(channel.rate_hz),
    )
    inside = (movements.onset_s < end_s) & (movements.offset_s > start_s)
    return Stretch(
        start_s,
        end_s,
        segment,
        shows,
        tuple(np.flatnonzero(inside).tolist()),
        min(run, key=lambda index: _apart(float(peaks_uv[index]), typical_uv)),
    )


def _resting(channel: Channel) -> Stretch:
    """A minute in the middle of the longest gap-free stretch."""
    longest = max(channel.segments, key=lambda segment: segment.n_samples)
    length_s = longest.duration_s(channel.rate_hz)
    middle_s, half_s = longest.start_s + length_s / 2, min(_AT_REST_S, length_s) / 2
    number = channel.segments.index(longest)
    return Stretch(middle_s - half_s, middle_s + half_s, number, "rest")


def segment_at(channel: Channel, time_s: float) -> int:
    """Number of the gap-free stretch a moment lies in, or of the last one before it."""
    starts_s = [segment.start_s for segment in channel.segments]
    return max(int(np.searchsorted(starts_s, time_s, side="right")) - 1, 0)


def movement_peaks_uv(result: NightResult, edition: EditionResult) -> Floats:
    """Highest level above rest of each scored movement, on whichever leg is higher."""
    movements = edition.night.movements
    return np.array(
        [
            max(
                (
                    peak_above_rest_uv(levels, onset_s, offset_s)
                    for levels in result.levels.values()
                ),
                default=0.0,
            )
            for onset_s, offset_s in zip(
                movements.onset_s.tolist(), movements.offset_s.tolist(), strict=True
            )
        ]
    )


def peak_above_rest_uv(levels: tuple[LegLevel, ...], onset_s: float, offset_s: float) -> float:
    """Highest level above rest of one leg between two moments; 0 where nothing was recorded."""
    peak = 0.0
    for level in levels:
        first, last = _span(level, onset_s, offset_s)
        if last > first:
            peak = max(peak, float(level.excess_uv[first:last].max()))
    return peak


def _span(level: LegLevel, start_s: float, end_s: float) -> tuple[int, int]:
    envelope = level.envelope
    first = int((start_s - envelope.first_s) / envelope.step_s)
    last = int((end_s - envelope.first_s) / envelope.step_s) + 1
    n = len(envelope.level_uv)
    return min(max(first, 0), n), min(max(last, 0), n)


def level_between(level: LegLevel, start_s: float, end_s: float) -> Mapping[str, Floats]:
    """Time, steady level, brief level and resting level of a stretch, by name."""
    first, last = _span(level, start_s, end_s)
    envelope = level.envelope
    steady_uv = envelope.level_uv[first:last]
    return {
        "time_s": envelope.seconds(np.arange(first, last, dtype=np.float64)),
        "steady_uv": steady_uv,
        "brief_uv": envelope.brief_uv[first:last],
        "rest_uv": steady_uv - level.excess_uv[first:last],
    }


def band_passed(
    channel: Channel, segment: Segment, start_s: float, end_s: float, settings: EnvelopeSettings
) -> tuple[Floats, Floats]:
    """Times and band-passed samples (microvolts) of a stretch, cleared of mains.

    The same band and the same treatment of mains as in scoring; the heartbeat is left in.
    """
    rate_hz = channel.rate_hz
    first = max(round((start_s - segment.start_s) * rate_hz), 0)
    last = min(round((end_s - segment.start_s) * rate_hz), segment.n_samples)
    if last <= first:
        return np.zeros(0), np.zeros(0)
    band = emg.band_passed(channel, segment, first, last, settings)
    return segment.start_s + np.arange(first, last) / rate_hz, band.astype(np.float64)


def columns(time_s: Floats, values: Floats, n: int) -> tuple[Floats, Floats, Floats]:
    """Middle, lowest and highest value of at most ``n`` equal pieces."""
    if len(values) <= n:
        return time_s, values, values
    starts = np.linspace(0, len(values), n, endpoint=False).astype(int)
    return time_s[starts], np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)


def leg_movements_between(
    edition: EditionResult, side: Side, start_s: float, end_s: float
) -> list[tuple[float, float]]:
    """Onset and end of the movements of one leg, before the legs were combined."""
    leg = edition.night.left if side is Side.LEFT else edition.night.right
    chosen = (leg.onset_s < end_s) & (leg.offset_s > start_s)
    return list(zip(leg.onset_s[chosen].tolist(), leg.offset_s[chosen].tolist(), strict=True))
