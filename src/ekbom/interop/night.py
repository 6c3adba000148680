"""From files to a scored night: what the command line, the demo and notebooks call.

>>> import ekbom
>>> night = ekbom.score_files("src/ekbom/examples/SN5_sample.edf")
>>> len(night.editions["wasm-2016"].night.movements)
1
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ekbom.errors import AnnotationError, UsageError
from ekbom.interop.annotations import Vocabulary, read_annotations, read_stages
from ekbom.interop.edf import read_recording, signal_table
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.knowledge.loading import load
from ekbom.recording.annotation_checks import aligned, check_against, check_lights, merge
from ekbom.recording.channels import Legs, find_ecg, find_legs
from ekbom.recording.events import Annotations
from ekbom.recording.recording import Channel
from ekbom.scoring.measure import LegLevels, measure_legs
from ekbom.scoring.score import NightResult, score_marked, score_recording
from ekbom.scoring.settings import SECTIONS, DetectionSettings, settings

FilePath = str | os.PathLike[str]

LONGEST_RECORDING_S = 7 * 24 * 3600


def score_files(
    recording: FilePath | None = None,
    events: FilePath | None = None,
    *,
    stages: FilePath | None = None,
    epoch_s: float | None = None,
    rules: str = "wasm-2016",
    window: str | None = None,
    detector: str = "envelope",
    overrides: Mapping[str, object] | None = None,
    left: str | None = None,
    right: str | None = None,
    is_immobilization_test: bool = False,
    progress: Callable[[float, float], None] = lambda done_s, total_s: None,
) -> NightResult:
    """Score a night from its files.

    Parameters
    ----------
    recording, events : path, optional
        EDF, EDF+ or BDF; EDF+ annotations or a table of events. Without a recording, the leg
        movements marked in ``events`` are scored.
    stages, epoch_s : path, float, optional
        A plain list of stages and the length of its epochs in seconds.
    rules, window, detector, overrides
        As in `ekbom.scoring.settings.settings`.
    left, right, is_immobilization_test : str, optional, and bool
        Labels of the leg channels; whether it is a suggested immobilization test.
    progress : callable
        Told the seconds of leg signal done and the seconds there are.

    Raises
    ------
    EkbomError
        Where a file cannot be trusted or the call is off.
    """
    _check_call(recording, events, stages, epoch_s)
    base = load(SECTIONS)
    chosen = settings(base, rules, window=window, detector=detector, overrides=overrides)
    # A recording that cannot be trusted says so as a recording, before anything marked in it.
    night = None if recording is None else read_recording(recording)
    marked = read_marks(recording, events, stages, epoch_s, Vocabulary.of(base, left, right))
    if recording is None or night is None:
        _check_marked(marked)
        return score_marked(marked, chosen, is_immobilization_test=is_immobilization_test)
    marked = check_lights(check_against(marked, night.duration_s))
    legs = find_legs(night, LegLabels.of(base), left, right, signal_table(recording))
    levels = _measure(legs, find_ecg(night, EcgLabels.of(base)), chosen.detection, progress)
    is_test = is_immobilization_test
    return score_recording(night, legs, levels, marked, chosen, is_immobilization_test=is_test)


def _check_call(
    recording: FilePath | None,
    events: FilePath | None,
    stages: FilePath | None,
    epoch_s: float | None,
) -> None:
    if recording is None and events is None:
        raise UsageError(
            "neither a recording nor events are given",
            expected="a recording, or --events with marked leg movements",
        )
    if (stages is None) != (epoch_s is None):
        raise UsageError(
            "a list of stages and the length of its epochs go together",
            expected="--stages FILE --epoch-s 30, or neither",
        )


def _check_marked(marked: Annotations) -> None:
    """Refuse a scoring without leg movements: nobody looked, or there were none; who can tell."""
    if marked.leg_movements:
        return
    said = [caveat.statement for caveat in marked.caveats]
    raise UsageError(
        " ".join(["no leg movements are marked.", *said]),
        expected="rows such as 'Limb movement' with their channel",
        where=marked.name,
        what_to_do="give the recording, or a scoring that marks leg movements",
    )


def _measure(
    legs: Legs,
    ecg: Channel | None,
    detection: DetectionSettings,
    progress: Callable[[float, float], None],
) -> LegLevels:
    """Both legs at once, and the progress over both."""
    total_s = sum(
        segment.duration_s(channel.rate_hz)
        for channel in legs.channels.values()
        for segment in channel.segments
    )
    done_s = 0.0

    def advance(seconds: float) -> None:
        nonlocal done_s
        done_s += seconds
        progress(done_s, total_s)

    # NumPy lets go of the interpreter while it works: two legs take little longer than one.
    with ThreadPoolExecutor(len(legs.channels)) as pool:
        return measure_legs(legs, ecg, detection, advance, pool.map)


def read_marks(
    recording: FilePath | None,
    events: FilePath | None,
    stages: FilePath | None,
    epoch_s: float | None,
    vocabulary: Vocabulary,
) -> Annotations:
    """Everything marked: in the recording, in a file of events, in a list of stages.

    Parameters
    ----------
    recording, events, stages, epoch_s
        As in `score_files`.
    vocabulary : Vocabulary
        How texts and labels are understood.

    Raises
    ------
    EkbomError
        Where a file cannot be trusted, or two of them contradict each other.
    """
    vocabulary = replace(vocabulary, needs_whole_movements=recording is None)
    marked = Annotations(name="" if recording is None else Path(recording).name)
    if recording is not None:
        marked = merge(marked, read_annotations(recording, vocabulary))
    if events is not None:
        marked = merge(marked, aligned(read_annotations(events, vocabulary), marked.start))
    if stages is not None and epoch_s is not None:
        marked = merge(marked, read_stages(stages, epoch_s, vocabulary))
    if recording is None and events is not None:
        marked = check_lights(replace(marked, name=Path(events).name))
        _check_span(marked)
    return marked


def _check_span(marked: Annotations) -> None:
    """Marks without a recording must be of one; times in other units would span years."""
    hypnogram = marked.hypnogram
    first_s = [event.onset_s for event in marked.events]
    last_s = [event.offset_s for event in marked.events]
    if hypnogram is not None:
        first_s, last_s = [*first_s, hypnogram.start_s], [*last_s, hypnogram.end_s]
    if first_s and max(last_s) - min(first_s) > LONGEST_RECORDING_S:
        raise AnnotationError(
            f"the marks run from {min(first_s):g} to {max(last_s):g} s",
            expected="marks of one recording, no longer than a week",
            where=marked.name,
            what_to_do="give onsets and durations in seconds",
        )
