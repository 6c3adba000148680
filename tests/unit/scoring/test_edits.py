"""Edits of a scorer: what they change, what they leave, what is said when they come to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.errors import AnnotationError
from ekbom.knowledge.loading import load
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Recording
from ekbom.report.results import as_json
from ekbom.scoring.edits import Edit, check_added, edit_states, edited_legs, said_edits
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.movements import LegMovements, Part
from ekbom.scoring.score import (
    EditionResult,
    NightResult,
    score_again,
    score_edited,
    score_recording,
)
from ekbom.scoring.settings import SECTIONS, Settings
from ekbom.scoring.settings import settings as settings_of
from ekbom.terms import EventKind, Side, SleepStage
from ekbom.timeline import Segment

BASE = load(SECTIONS)
WASM, AASM, BOTH = (settings_of(BASE, name) for name in ("wasm-2016", "aasm-3", "all"))
RATE_HZ, SECONDS = 256, 1500
GAP_FROM_S, GAP_TO_S = 700.0, 730.0
END_S = SECONDS + GAP_TO_S - GAP_FROM_S
LEFT, RIGHT = Side.LEFT, Side.RIGHT


def channel(label: str, seed: int, onsets_s: Sequence[float]) -> Channel:
    """A leg at rest with bursts of different lengths, interrupted once."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(0, 1.0, SECONDS * RATE_HZ)
    for number, onset_s in enumerate(onsets_s):
        first = round(onset_s * RATE_HZ)
        last = first + round((1 + number % 4) * RATE_HZ)
        signal[first:last] += rng.normal(0, 40, last - first)
    cut = round(GAP_FROM_S * RATE_HZ)
    pieces = (Segment(0.0, 0, cut), Segment(GAP_TO_S, cut, len(signal) - cut))
    return replace(Channel.from_array(label, RATE_HZ, signal.astype(np.float32)), segments=pieces)


@pytest.fixture(scope="module")
def night() -> NightResult:
    """Twenty-five minutes of movements of either leg and of both."""
    onsets_s = np.cumsum(np.random.default_rng(6).uniform(8, 45, 50))
    onsets_s = onsets_s[onsets_s < SECONDS - 10]
    right_s = np.concatenate([onsets_s[::3] + 0.2, onsets_s[1::5] + 4.0])
    legs = Legs(channel("LAT", 1, onsets_s.tolist()), channel("RAT", 2, right_s.tolist()), ())
    stages = (SleepStage.N2,) * 40 + (SleepStage.W, SleepStage.R) * 5
    marked = Annotations((Event(EventKind.HYPOPNEA, 300.0, 20.0),), Hypnogram(stages, 30.0))
    levels = measure_legs(legs, None, WASM.detection)
    recording = Recording((), (), END_S, name="made")
    return score_recording(recording, legs, levels, marked, WASM)


def edition(result: NightResult) -> EditionResult:
    return next(iter(result.editions.values()))


def parts_of(result: NightResult) -> list[tuple[Part, ...]]:
    return list(next(iter(result.editions.values())).night.movements.parts)


def same(one: NightResult, other: NightResult) -> bool:
    """The same numbers, but for what is said of the edits."""
    said = [as_json(each, per_leg=True) for each in (one, other)]
    for each in said:
        each.pop("caveats")
        each.pop("edits", None)
    return said[0] == said[1]


def codes(result: NightResult) -> list[str]:
    return [caveat.code for caveat in result.caveats]


def test_parts_are_the_movements_of_the_legs(night: NightResult) -> None:
    scored = night.editions["wasm-2016"].night
    of_legs = {
        Part(leg.side, onset_s, offset_s)
        for leg in (scored.left, scored.right)
        for onset_s, offset_s in zip(leg.onset_s.tolist(), leg.offset_s.tolist(), strict=True)
    }
    every = [part for parts in scored.movements.parts for part in parts]
    assert len(every) == len(of_legs) and set(every) == of_legs
    for index, parts in enumerate(scored.movements.parts):
        assert len(parts) == scored.movements.n_parts[index]
        assert parts[0].onset_s == scored.movements.onset_s[index]
        assert max(part.offset_s for part in parts) == scored.movements.offset_s[index]
        sides = {part.side for part in parts}
        one_leg = next(iter(sides))
        assert scored.movements.side[index] == (Side.BILATERAL if len(sides) > 1 else one_leg)
    assert any(len(parts) > 1 for parts in scored.movements.parts)


@pytest.mark.parametrize("chosen", [WASM, AASM, BOTH], ids=["wasm", "aasm", "both"])
def test_no_edits_is_scoring_again(night: NightResult, chosen: Settings) -> None:
    edited, again = score_edited(night, chosen, ()), score_again(night, chosen)
    assert as_json(edited, per_leg=True) == as_json(again, per_leg=True)
    assert edited.edits == ()


@pytest.mark.parametrize("chosen", [WASM, AASM], ids=["wasm", "aasm"])
def test_rejecting_every_movement_leaves_none(night: NightResult, chosen: Settings) -> None:
    found = score_again(night, chosen)
    rejected = score_edited(night, chosen, [Edit("reject", parts) for parts in parts_of(found)])
    assert parts_of(rejected) == []
    assert all(len(each.touched) >= len(each.edit.parts) for each in edition(rejected).edits)


def test_rejecting_one_movement_takes_away_that_one(night: NightResult) -> None:
    every = parts_of(night)
    for number in (0, 7, len(every) - 1):
        left = parts_of(score_edited(night, WASM, [Edit("reject", every[number])]))
        assert left == every[:number] + every[number + 1 :]


@settings(max_examples=25, deadline=None)
@given(chosen=st.sets(st.integers(0, 30), min_size=1, max_size=12))
def test_adding_what_was_rejected_gives_the_scoring_back(
    night: NightResult, chosen: set[int]
) -> None:
    some = [parts for number, parts in enumerate(parts_of(night)) if number in chosen]
    edits = [Edit("reject", parts) for parts in some] + [Edit("add", parts) for parts in some]
    assert same(score_edited(night, WASM, edits), night)


@settings(max_examples=25, deadline=None)
@given(
    first=st.lists(st.integers(0, 30), max_size=5), undone=st.integers(0, 30), onset=st.floats(5, 9)
)
def test_an_edit_taken_back_leaves_nothing(
    night: NightResult, first: list[int], undone: int, onset: float
) -> None:
    every = parts_of(night)
    kept = [Edit("reject", every[number % len(every)]) for number in first]
    before = score_edited(night, WASM, kept)
    score_edited(before, WASM, [*kept, Edit("reject", every[undone % len(every)])])
    added = Edit("add", (Part(LEFT, onset, onset + 1.0),))
    other = score_edited(score_edited(before, WASM, [added]), WASM, kept)
    assert as_json(other, per_leg=True) == as_json(before, per_leg=True)


def test_accepting_changes_no_number(night: NightResult) -> None:
    accepted = score_edited(night, BOTH, [Edit("accept", parts) for parts in parts_of(night)])
    assert same(accepted, score_again(night, BOTH))
    states = edit_states(accepted.editions["wasm-2016"].night, edition(accepted).edits)
    assert {state for state, _ in states} == {"accepted"}


def test_an_added_movement_is_scored_by_the_same_rules(night: NightResult) -> None:
    quiet = Part(RIGHT, 1.0, 3.0)
    added = score_edited(night, WASM, [Edit("add", (quiet,), "Dr Example", 7)])
    scored = added.editions["wasm-2016"]
    index = parts_of(added).index((quiet,))
    assert scored.night.is_candidate[index] and scored.night.stage[index] is SleepStage.N2
    states = edit_states(scored.night, scored.edits)
    assert states[index] == ("added", 7)
    assert {state for n, state in enumerate(states) if n != index} == {("automatic", 0)}
    assert scored.edits[0].edit.id == 7 and not scored.edits[0].is_idle
    long = score_edited(night, WASM, [Edit("add", (Part(RIGHT, 1.0, 3.0 + 12.0),))])
    lengths_s = long.editions["wasm-2016"].night.movements.duration_s
    too_long = lengths_s > WASM.editions[0].rules.candidate_max_s
    assert not long.editions["wasm-2016"].night.is_candidate[too_long].any()


def test_scoring_again_keeps_the_edits_and_leaves_the_first_as_it_was(night: NightResult) -> None:
    edits = (Edit("reject", parts_of(night)[3]),)
    edited = score_edited(night, WASM, edits)
    again = score_again(edited, AASM)
    assert again.edits == edits and "edited" in codes(again)
    assert parts_of(night)[3] not in parts_of(again) and parts_of(night)[3] in parts_of(
        score_again(night, AASM)
    )
    assert "edited" not in codes(night)


def test_a_rejection_holds_when_a_threshold_moves(night: NightResult) -> None:
    rejected = parts_of(night)[5]
    lower = settings_of(BASE, overrides={"onset_above_rest_uv": 5.0, "end_above_rest_uv": 1.8})
    longer = next(
        parts
        for parts in parts_of(score_again(night, lower))
        if parts[0].onset_s <= rejected[0].offset_s and parts[0].offset_s >= rejected[0].onset_s
    )
    assert longer != rejected
    left = parts_of(score_edited(night, lower, [Edit("reject", rejected)]))
    assert longer not in left and len(left) == len(parts_of(score_again(night, lower))) - 1


def test_an_edit_that_touches_nothing_is_said(night: NightResult) -> None:
    nothing = (Part(LEFT, 1.0, 1.5),)
    edited = score_edited(night, WASM, [Edit("reject", nothing), Edit("accept", nothing)])
    assert same(edited, night)
    assert all(each.is_idle for each in edition(edited).edits)
    said = next(each for each in edited.caveats if each.code == "edits-without-effect")
    assert said.statement.startswith("2 edits now touch no movement")


def test_a_rejection_that_takes_more_than_was_seen_is_said(night: NightResult) -> None:
    whole = next(part for (part, *_) in parts_of(night) if part.offset_s - part.onset_s > 2.5)
    sliver = Part(whole.side, whole.onset_s, whole.onset_s + 0.4)
    assert "rejection-reaches-further" in codes(
        score_edited(night, WASM, [Edit("reject", (sliver,))])
    )
    assert "rejection-reaches-further" not in codes(
        score_edited(night, WASM, [Edit("reject", (whole,))])
    )


def test_an_added_movement_too_short_for_the_rules_is_said(night: NightResult) -> None:
    edited = score_edited(night, WASM, [Edit("add", (Part(RIGHT, 1.0, 1.2),))])
    assert same(edited, night) and "added-too-short" in codes(edited)


RULES = WASM.editions[0].rules


def legs_of(left: Sequence[tuple[float, float]]) -> dict[Side, LegMovements]:
    return {
        LEFT: LegMovements.of(LEFT, [on for on, _ in left], [off for _, off in left]),
        RIGHT: LegMovements.of(RIGHT, [10.0], [12.0]),
    }


def times(legs: Mapping[Side, LegMovements], side: Side = LEFT) -> list[tuple[float, float]]:
    return list(zip(legs[side].onset_s.tolist(), legs[side].offset_s.tolist(), strict=True))


def test_a_rejection_is_of_its_own_leg_and_stops_at_an_instant() -> None:
    found = legs_of([(8.0, 10.0), (10.0, 12.0), (12.0, 14.0)])
    left = edited_legs(found, [Edit("reject", (Part(LEFT, 10.0, 12.0),))], RULES)
    assert times(left.legs) == [(8.0, 10.0), (12.0, 14.0)]
    assert times(left.legs, RIGHT) == [(10.0, 12.0)]


def test_edits_hold_in_the_order_they_were_made() -> None:
    found, part = legs_of([(10.0, 12.0)]), (Part(LEFT, 10.0, 11.0),)
    reject, add = Edit("reject", part), Edit("add", part)
    assert times(edited_legs(found, [reject, add], RULES).legs) == [(10.0, 11.0)]
    assert times(edited_legs(found, [add, reject], RULES).legs) == []
    added = edited_legs(found, [add], RULES)
    assert times(added.legs) == [(10.0, 11.0)]
    assert added.outcomes[0].touched == (Part(LEFT, 10.0, 12.0),)


def test_edits_of_both_legs_are_one() -> None:
    both = (Part(LEFT, 10.0, 12.0), Part(RIGHT, 10.0, 12.0))
    left = edited_legs(legs_of([(10.0, 12.0), (40.0, 42.0)]), [Edit("reject", both)], RULES)
    assert times(left.legs) == [(40.0, 42.0)] and times(left.legs, RIGHT) == []


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (Part(LEFT, 5.0, 5.0), "no length"),
        (Part(LEFT, 5.0, 4.0), "no length"),
        (Part(LEFT, float("nan"), 4.0), "no length"),
        (Part(LEFT, 5.0, float("inf")), "no length"),
        (Part(Side.BILATERAL, 5.0, 6.0), "not recorded"),
        (Part(LEFT, -1.0, 1.0), "outside the recording, or in a gap"),
        (Part(LEFT, END_S - 1, END_S + 0.1), "outside the recording, or in a gap"),
        (Part(LEFT, GAP_FROM_S - 1, GAP_FROM_S + 1), "outside the recording, or in a gap"),
        (Part(LEFT, GAP_FROM_S + 1, GAP_FROM_S + 2), "outside the recording, or in a gap"),
        (Part(LEFT, 19.0, 20.1), "already"),
    ],
)
def test_a_movement_that_cannot_have_been_is_refused(
    night: NightResult, part: Part, says: str
) -> None:
    with pytest.raises(AnnotationError, match=says):
        check_added(part, night.legs, LegMovements.of(LEFT, [20.0], [22.0]))


@pytest.mark.parametrize(
    "part",
    [Part(LEFT, 0.0, 1.0), Part(LEFT, GAP_TO_S, GAP_TO_S + 1), Part(LEFT, END_S - 1, END_S)],
)
def test_a_movement_up_to_the_ends_and_beside_another_is_taken(
    night: NightResult, part: Part
) -> None:
    check_added(part, night.legs, LegMovements.of(LEFT, [1.0], [2.0]))


def test_edits_are_said_with_who_made_them() -> None:
    part = (Part(LEFT, 1.0, 2.0),)
    edits = [Edit("reject", part, "A"), Edit("accept", part, "B"), Edit("reject", part, "A")]
    assert said_edits(edits) == "2 rejected, 1 accepted; by A, B"
