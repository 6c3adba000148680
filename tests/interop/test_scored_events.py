"""A scored night as marks: scored again they are the same night, across gaps too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ekbom.errors import AnnotationError
from ekbom.interop.annotations import read_annotations
from ekbom.interop.edf_writing import events_table
from ekbom.interop.scored_events import annotations_edf, scored_events
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel
from ekbom.report.results import as_json
from ekbom.scoring.agreement_scorings import Scoring
from ekbom.scoring.score import NightResult, score_marked
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage
from ekbom.timeline import Segment

WASM = settings(load(SECTIONS))
GAP = (94.0, 104.5)
RATE_HZ = 64


def night(gaps: tuple[tuple[float, float], ...]) -> NightResult:
    """Eight movements, one every 20 s: one series, or one on either side of a gap."""
    marked = tuple(
        Event(EventKind.LEG_MOVEMENT, 30.0 + 20 * n, 2.0, side=Side.LEFT) for n in range(8)
    )
    lights = Event(EventKind.LIGHTS_OFF, 0.0, 0.0), Event(EventKind.LIGHTS_ON, 210.0, 0.0)
    stages = Hypnogram((SleepStage.N2,) * 7, 30.0)
    return score_marked(Annotations((lights[0], *marked, lights[1]), stages, gaps=gaps), WASM)


def numbers(result: NightResult) -> list[object]:
    found = as_json(result, per_leg=True)
    return [found[key] for key in ("movements", "leg_movements", "indices", "time_in_bed")]


def as_table(marks: Annotations) -> bytes:
    return events_table(marks).encode()


@pytest.mark.parametrize("written", [as_table, annotations_edf])
@pytest.mark.parametrize("gaps", [(), (GAP,)])
def test_scored_again_the_marks_are_the_same_night(
    tmp_path: Path,
    written: Callable[[Annotations], bytes],
    gaps: tuple[tuple[float, float], ...],
) -> None:
    result = night(gaps)
    assert result.editions["wasm-2016"].indices.n_series == 1 + len(gaps)
    path = tmp_path / "marks"
    path.write_bytes(written(scored_events(result, "wasm-2016")))
    read = read_annotations(path)
    assert read.gaps == gaps
    assert not read.caveats
    assert numbers(score_marked(read, WASM)) == numbers(result)


def test_the_gaps_are_those_of_the_legs_where_the_marks_lay_beside_the_recording() -> None:
    n_before = round(GAP[0] * RATE_HZ)
    leg = Channel.from_array("LAT", RATE_HZ, np.zeros(n_before + 6400, np.float32))
    pieces = (Segment(0.0, 0, n_before), Segment(GAP[1], n_before, 6400))
    result = replace(night(()), legs={Side.LEFT: replace(leg, segments=pieces)})
    assert scored_events(result, "wasm-2016").gaps == (GAP,)


def test_a_result_compared_with_others_keeps_its_gaps() -> None:
    result = night((GAP,))
    found = as_json(result, per_leg=True)
    assert found["recording"]["gaps"] == [{"start_s": GAP[0], "end_s": GAP[1]}]
    read = Scoring.of_result("ekbom", found, "wasm-2016").annotations
    again = score_marked(replace(read, hypnogram=result.annotations.hypnogram), WASM)
    assert again.editions["wasm-2016"].indices.n_series == 2
    # A result of an older ekbom says nothing of gaps; one that says nonsense is refused.
    del found["recording"]["gaps"]
    assert Scoring.of_result("ekbom", found, "wasm-2016").annotations.gaps == ()
    found["recording"]["gaps"] = [{"start_s": 3.0, "end_s": None}]
    with pytest.raises(AnnotationError, match="no gap"):
        Scoring.of_result("ekbom", found, "wasm-2016")
