"""A measured night on disk: the levels as arrays mapped from files, the small parts as JSON.

It can be made again from the recording at any time, so whatever is odd about it is no fault: it
is not read, and the night is measured anew.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.interop.edf import EdfSource
from ekbom.interop.edf_header import EdfHeader, read_header
from ekbom.recording.emg import BlockQuality, Envelope
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Samples
from ekbom.scoring.quality import LegQuality, MinuteQuality, Problem
from ekbom.scoring.resting_level import LegLevel
from ekbom.scoring.score import NightResult, score_again
from ekbom.scoring.settings import Settings
from ekbom.terms import EventKind, Side, SleepStage
from ekbom.timeline import Segment

# Counted up whenever what is written here changes.
_FORMAT = 1
_SMALL = "measured.json"
_ARRAYS = ("level", "brief", "rest", "excess", "brief-excess")
Json = dict[str, Any]


def write_measured(folder: Path, result: NightResult) -> None:
    """Write what was measured of a night.

    Parameters
    ----------
    folder : Path
        Its own; it is there and holds no measured night yet.
    result : NightResult
        Of a recording in a file.
    """
    found = {
        **_made_by(result.settings),
        "name": result.name,
        "start": None if result.start is None else result.start.isoformat(),
        "duration_s": result.duration_s,
        "annotations": _annotations_out(result.annotations),
        "legs": {side: _channel_out(channel) for side, channel in result.legs.items()},
        "levels": {
            side: [_level_out(folder, f"{side}-{n}", level) for n, level in enumerate(levels)]
            for side, levels in result.levels.items()
        },
        "quality": {side: asdict(leg) for side, leg in result.quality.items()},
        "caveats": [asdict(caveat) for caveat in result.measured_caveats],
    }
    (folder / _SMALL).write_text(json.dumps(found), encoding="utf-8")


def read_measured(
    folder: Path, recording: Path, settings: Settings, *, is_immobilization_test: bool = False
) -> NightResult | None:
    """A measured night, scored by these settings.

    Parameters
    ----------
    folder : Path
        Where it was written.
    recording : Path
        The recording it was measured from.
    settings : Settings
        Editions to score by; of the knowledge and the detector it was measured with.
    is_immobilization_test : bool
        As in `ekbom.scoring.score.score_again`.

    Returns
    -------
    NightResult or None
        None where there is none, or it is damaged or of another version of the program, its
        knowledge or its detector: the night has to be measured anew.
    """
    try:
        found = json.loads((folder / _SMALL).read_text(encoding="utf-8"))
        if {name: found[name] for name in _made_by(settings)} != _made_by(settings):
            return None
        measured = _night_in(found, folder, read_header(recording), settings)
    except (OSError, EOFError, ValueError, LookupError, TypeError):
        return None
    return score_again(measured, settings, is_immobilization_test=is_immobilization_test)


def read_marked(folder: Path) -> tuple[Annotations, dict[Side, int]] | None:
    """What is marked in a measured night, and which signals of its file are the legs.

    Whatever settings it is scored by, this stays the same; None where there is no measured night.

    Parameters
    ----------
    folder : Path
        Where it was written.
    """
    try:
        found = json.loads((folder / _SMALL).read_text(encoding="utf-8"))
        legs = {Side(side): int(one["signal"]) for side, one in found["legs"].items()}
        return _annotations_in(found["annotations"]), legs
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _made_by(settings: Settings) -> Json:
    """What must be the same for the levels to be the same."""
    return {
        "format": _FORMAT,
        "ekbom": version("ekbom"),
        "knowledge": settings.knowledge_hash,
        "detector": settings.detection.envelope.edition,
    }


def _night_in(found: Json, folder: Path, header: EdfHeader, settings: Settings) -> NightResult:
    return NightResult(
        name=found["name"],
        start=None if found["start"] is None else datetime.fromisoformat(found["start"]),
        duration_s=found["duration_s"],
        annotations=_annotations_in(found["annotations"]),
        period=None,
        sleep=None,
        legs={Side(side): _channel_in(one, header) for side, one in found["legs"].items()},
        levels={
            Side(side): tuple(_level_in(folder, f"{side}-{n}", one) for n, one in enumerate(levels))
            for side, levels in found["levels"].items()
        },
        quality={Side(side): _quality_in(one) for side, one in found["quality"].items()},
        editions={},
        measured_caveats=_caveats_in(found["caveats"]),
        caveats=(),
        settings=settings,
    )


def _annotations_out(marked: Annotations) -> Json:
    hypnogram = marked.hypnogram
    return {
        "events": [asdict(event) for event in marked.events],
        "hypnogram": None if hypnogram is None else asdict(hypnogram),
        "name": marked.name,
        "caveats": [asdict(caveat) for caveat in marked.caveats],
        "start": None if marked.start is None else marked.start.isoformat(),
        "gaps": marked.gaps,
    }


def _annotations_in(found: Json) -> Annotations:
    hypnogram = found["hypnogram"]
    return Annotations(
        events=tuple(_event_in(event) for event in found["events"]),
        hypnogram=None if hypnogram is None else _hypnogram_in(hypnogram),
        name=found["name"],
        caveats=_caveats_in(found["caveats"]),
        start=None if found["start"] is None else datetime.fromisoformat(found["start"]),
        gaps=tuple((start_s, end_s) for start_s, end_s in found["gaps"]),
    )


def _event_in(found: Json) -> Event:
    side = None if found["side"] is None else Side(found["side"])
    return Event(**{**found, "kind": EventKind(found["kind"]), "side": side})


def _hypnogram_in(found: Json) -> Hypnogram:
    stages = tuple(map(SleepStage, found["stages"]))
    return Hypnogram(stages, found["epoch_s"], found["start_s"])


def _caveats_in(found: list[Json]) -> tuple[Caveat, ...]:
    return tuple(Caveat(**one) for one in found)


def _channel_out(channel: Channel) -> Json:
    source = channel.source
    if not isinstance(source, EdfSource):
        raise UsageError(
            f"the channel {channel.label!r} is not of a file", expected="a night read from a file"
        )
    return {
        "signal": source.header.signals.index(source.signal),
        "label": channel.label,
        "rate_hz": channel.rate_hz,
        "segments": [asdict(segment) for segment in channel.segments],
        "physical_range_uv": channel.physical_range_uv,
    }


def _channel_in(found: Json, header: EdfHeader) -> Channel:
    span = found["physical_range_uv"]
    return Channel(
        label=found["label"],
        rate_hz=found["rate_hz"],
        source=EdfSource(header, header.signals[found["signal"]]),
        segments=tuple(Segment(**one) for one in found["segments"]),
        physical_range_uv=None if span is None else (span[0], span[1]),
    )


def _arrays(level: LegLevel) -> Iterator[Samples]:
    yield level.envelope.level_uv
    yield level.envelope.brief_uv
    yield level.rest_uv
    yield level.excess_uv
    yield level.brief_excess_uv


def _level_out(folder: Path, name: str, level: LegLevel) -> Json:
    checks = {}
    for what, array in zip(_ARRAYS, _arrays(level), strict=True):
        np.save(folder / f"{name}-{what}.npy", array, allow_pickle=False)
        checks[what] = _check(array)
    return {
        "first_s": level.envelope.first_s,
        "step_s": level.envelope.step_s,
        "blocks": [asdict(block) for block in level.envelope.blocks],
        "per_block": level.per_block,
        "checks": checks,
    }


def _level_in(folder: Path, name: str, found: Json) -> LegLevel:
    level, brief, rest, excess, brief_excess = (
        _array_in(folder / f"{name}-{what}.npy", found["checks"][what]) for what in _ARRAYS
    )
    blocks = tuple(BlockQuality(**one) for one in found["blocks"])
    envelope = Envelope(found["first_s"], found["step_s"], level, brief, blocks)
    return LegLevel(envelope, rest, found["per_block"], excess, brief_excess)


def _array_in(path: Path, check: int) -> Samples:
    """An array mapped from its file: what the system needs of it is in memory, no more."""
    # An empty file cannot be mapped, and a header alone is nothing to map.
    array: Samples = np.load(path, mmap_mode=None if check == _EMPTY else "r", allow_pickle=False)
    if _check(array) != check:
        raise ValueError(path)
    return array


def _check(array: Samples) -> int:
    # After a power cut a file may have its length and not its content.
    return zlib.crc32(np.ascontiguousarray(array).data) if array.size else _EMPTY


_EMPTY = -1


def _quality_in(found: Json) -> LegQuality:
    minutes = tuple(
        MinuteQuality(**{**one, "problems": tuple(map(Problem, one["problems"]))})
        for one in found["minutes"]
    )
    return LegQuality(found["label"], found["rate_hz"], minutes, _caveats_in(found["caveats"]))
