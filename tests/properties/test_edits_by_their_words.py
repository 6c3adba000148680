"""Edits of a night against what their decision says, written again in a few plain lines.

The movements of each leg are edited here as lists of times and then scored as marks: what comes
after the edits is the same rules for both; of `ekbom.scoring.edits` only its `Edit` is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ekbom.knowledge.loading import load
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Recording
from ekbom.report.results import as_json
from ekbom.scoring.edits import Edit, EditKind
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.movements import Part
from ekbom.scoring.score import NightResult, score_edited, score_marked, score_recording
from ekbom.scoring.settings import SECTIONS, Settings, settings
from ekbom.terms import EventKind, Side, SleepStage
from ekbom.timeline import Segment

BASE = load(SECTIONS)
RATE_HZ, SECONDS, END_S = 64, 400, 412.5
GAP = (200.0, 212.5)
LEFT, RIGHT = Side.LEFT, Side.RIGHT
THRESHOLDS: tuple[dict[str, object], ...] = (
    {},
    {"onset_above_rest_uv": 20},
    {"end_above_rest_uv": 5},
    {"end_min_quiet_s": 2},
    {"same_leg_gap": "keep"},
)
Stretch = tuple[float, float]


def leg(label: str, seed: int, onsets_s: Iterable[float]) -> Channel:
    rng = np.random.default_rng(seed)
    signal = rng.normal(0, 1.0, SECONDS * RATE_HZ)
    for number, onset_s in enumerate(onsets_s):
        first = round(onset_s * RATE_HZ)
        last = min(first + round((0.7, 2.0, 4.5, 2.5, 11.0)[number % 5] * RATE_HZ), len(signal))
        signal[first:last] += rng.normal(0, (15, 40)[number % 2], last - first)
    cut = round(GAP[0] * RATE_HZ)
    pieces = (Segment(0.0, 0, cut), Segment(GAP[1], cut, len(signal) - cut))
    channel = Channel.from_array(label, RATE_HZ, signal.astype(np.float32))
    return replace(channel, segments=pieces)


def made() -> NightResult:
    """Movements of either leg and of both, interrupted once, with lights, stages and breathing."""
    onsets_s = np.cumsum(np.random.default_rng(11).uniform(11, 24, 30))
    onsets_s = onsets_s[onsets_s < SECONDS - 5]
    right_s = np.sort(np.concatenate([onsets_s[::2] + 0.3, onsets_s[1::5] + 2.6]))
    legs = Legs(leg("LAT", 1, onsets_s.tolist()), leg("RAT", 2, right_s.tolist()), ())
    events = (
        Event(EventKind.LIGHTS_OFF, 10.0, 0.0),
        Event(EventKind.HYPOPNEA, 90.0, 20.0),
        Event(EventKind.AROUSAL, 130.0, 4.0),
        Event(EventKind.LIGHTS_ON, END_S, 0.0),
    )
    stages = Hypnogram((SleepStage.N2,) * 10 + (SleepStage.W, SleepStage.R, SleepStage.N2), 30.0)
    chosen = settings(BASE)
    marked = Annotations(events, stages, gaps=(GAP,))
    levels = measure_legs(legs, None, chosen.detection)
    return score_recording(Recording((), (), END_S, name="made"), legs, levels, marked, chosen)


NIGHT = made()
FOUND: list[tuple[Part, ...]] = list(NIGHT.editions["wasm-2016"].night.movements.parts)
SETTINGS = [settings(BASE, "all", overrides=each) for each in THRESHOLDS]


def shares_time(one: Stretch, other: Stretch) -> bool:
    """More than an instant, to the microsecond."""
    return round(1e6 * min(one[1], other[1])) > round(1e6 * max(one[0], other[0]))


def edited(found: dict[Side, list[Stretch]], edits: Iterable[Edit]) -> dict[Side, list[Stretch]]:
    """In the order they were made; a rejection and an addition take away what shares their time."""
    standing = {side: list(of_leg) for side, of_leg in found.items()}
    for edit in edits:
        for part in edit.parts:
            own = (part.onset_s, part.offset_s)
            if edit.kind == "accept":
                continue
            left = [one for one in standing[part.side] if not shares_time(one, own)]
            standing[part.side] = [*left, own] if edit.kind == "add" else left
    return standing


def scored_as_marks(legs: dict[Side, list[Stretch]], chosen: Settings) -> NightResult:
    moved = [
        Event(EventKind.LEG_MOVEMENT, onset_s, offset_s - onset_s, side=side)
        for side, of_leg in legs.items()
        for onset_s, offset_s in of_leg
    ]
    marked = NIGHT.annotations
    events = tuple(sorted((*marked.events, *moved), key=lambda event: event.onset_s))
    return score_marked(replace(marked, events=events), chosen)


@st.composite
def drawn(draw: st.DrawFn) -> Edit:
    """An edit of what was found, or of a stretch beside it, at an end, or anywhere."""
    kind: EditKind = draw(st.sampled_from(("reject", "reject", "accept", "add")))
    parts = draw(st.sampled_from(FOUND))
    if kind == "add" or draw(st.booleans()):
        near = parts[0]
        beside = (near.offset_s, near.offset_s + 0.2, near.onset_s - 1.0, near.offset_s - 1e-6)
        anywhere = st.sampled_from((0.0, GAP[0] - 1.0, GAP[1], END_S - 12.0)) | st.floats(0, 400)
        onset_s = max(0.0, draw(st.sampled_from(beside) | anywhere))
        length_s = draw(st.sampled_from((0.3, 0.5, 1.0, 4.0, 10.0, 10.5)))
        parts = (Part(draw(st.sampled_from((LEFT, RIGHT))), onset_s, onset_s + length_s),)
    return Edit(kind, parts, "somebody", 1)


def rounded(value: Any) -> Any:
    """Plain data to the microsecond: an end less its onset is not quite the length."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("chosen", SETTINGS, ids=[" ".join(each) or "own" for each in THRESHOLDS])
@given(edits=st.lists(drawn(), max_size=8))
@examples(max_examples=25, deadline=None)
def test_an_edited_night_is_its_edited_legs_scored(chosen: Settings, edits: list[Edit]) -> None:
    got = score_edited(NIGHT, chosen, edits)
    for edition in chosen.editions:
        found = {
            side: detect_leg_movements(
                side, levels, edition.thresholds, chosen.detection.morphology
            )
            for side, levels in NIGHT.levels.items()
        }
        times = {
            side: list(zip(of_leg.onset_s.tolist(), of_leg.offset_s.tolist(), strict=True))
            for side, of_leg in found.items()
        }
        alone = replace(chosen, editions=(edition,))
        marks = as_json(scored_as_marks(edited(times, edits), alone), per_leg=True)
        shown = replace(got, editions={edition.name: got.editions[edition.name]}, settings=alone)
        data = as_json(shown, per_leg=True)
        for key in ("leg_movements", "movements", "indices"):
            assert rounded(data[key]) == rounded(marks[key])
