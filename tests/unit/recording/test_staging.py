"""Stage marks become equal epochs, or an error that names the times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.errors import AnnotationError
from ekbom.recording.staging import StagedStretch, hypnogram_from
from ekbom.terms import SleepStage

W, N1, N2, R, UNSCORED = (
    SleepStage.W,
    SleepStage.N1,
    SleepStage.N2,
    SleepStage.R,
    SleepStage.UNSCORED,
)


def marks(*rows: tuple[float, float | None, SleepStage]) -> list[StagedStretch]:
    return [StagedStretch(onset, duration, stage, "file:1") for onset, duration, stage in rows]


@pytest.mark.parametrize(
    ("rows", "stages", "epoch_s", "start_s"),
    [
        ([(0, 30, W), (30, 30, N1)], [W, N1], 30, 0),
        ([(30, 30, N1), (0, 30, W)], [W, N1], 30, 0),
        ([(0, 20, W), (20, 20, N1)], [W, N1], 20, 0),
        ([(0, 30, W), (30, 30, W), (60, 90, N1)], [W, W, N1, N1, N1], 30, 0),
        ([(0, 30, W), (30, 30, W), (120, 30, N1)], [W, W, UNSCORED, UNSCORED, N1], 30, 0),
        ([(600, 30, W), (630, 30, N1)], [W, N1], 30, 600),
        ([(0, None, W), (30, None, N1), (60, None, N2)], [W, N1, N2], 30, 0),
        ([(0, 0, W), (30, 0, N1)], [W, N1], 30, 0),
        ([(0, 60, W), (60, 90, N1), (150, 30, N2)], [W, W, N1, N1, N1, N2], 30, 0),
        ([(0, 30, W), (0, 30, W), (30, 30, N1)], [W, N1], 30, 0),
        ([(0, 30, UNSCORED), (0, 30, W), (30, 30, N1), (30, 30, UNSCORED)], [W, N1], 30, 0),
        ([(0.0, 30, W), (30.1, 30, N1), (60.2, 30, N2)], [W, N1, N2], 30, 0),
        ([(0, 30, W), (30, 30, N1), (60, 12, N2)], [W, N1, N2], 30, 0),
    ],
    ids=[
        "one an epoch",
        "any order",
        "20 s epochs",
        "a long mark is spread",
        "a gap is unscored",
        "a late start",
        "no durations",
        "durations of 0",
        "runs of stages",
        "the same mark twice",
        "unscored yields",
        "times rounded",
        "last epoch cut short",
    ],
)
def test_epochs_from_marks(rows, stages, epoch_s, start_s) -> None:  # type: ignore[no-untyped-def]
    hypnogram, _ = hypnogram_from(marks(*rows))
    assert list(hypnogram.stages) == stages
    assert (hypnogram.epoch_s, hypnogram.start_s) == (epoch_s, start_s)


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 30, W), (30, 30, N1), (45, 30, N2)],
        [(0, 30, W), (0, 30, N1)],
        [(0, 30, W), (30, 45, N1), (75, 30, N2), (105, 30, N2)],
        [(0, 300, W), (60, 30, N1), (90, 30, N1)],
    ],
)
def test_two_stages_for_one_epoch_are_refused_with_both_times(rows) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AnnotationError, match=r"two stages for one epoch: .* from \d+ s to \d+ s"):
        hypnogram_from(marks(*rows))


def test_an_overlap_of_the_same_stage_is_no_conflict_and_is_told_where_partial() -> None:
    hypnogram, caveats = hypnogram_from(
        marks((0, 30, W), (30, 45, N1), (75, 30, N1), (105, 30, N1))
    )
    assert hypnogram.stages == (W, N1, N1, N1, N1)
    assert [caveat.code for caveat in caveats] == ["partial-epoch"]


def test_the_caller_may_say_the_epoch() -> None:
    rows = marks((0, 60, W), (60, 60, N1), (120, 60, N1), (180, 30, N2))
    assert hypnogram_from(rows, 30.0)[0].stages == (W, W, N1, N1, N1, N1, N2)
    assert hypnogram_from(marks((0, None, N2)), 30.0)[0].stages == (N2,)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(0, None, W)], "only stage has no duration"),
        ([(0, 30.001, W), (31, 17.003, N1), (50, 3.337, R), (60, 1.5, R)], "no epoch length"),
        ([(0, 30, W), (30, 30, W), (1e12, 30, N1)], "epochs of 30 s"),
    ],
)
def test_marks_without_a_possible_epoch_are_refused(rows, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AnnotationError, match=said):
        hypnogram_from(marks(*rows))


@given(
    stages=st.lists(st.sampled_from([W, N1, N2, R]), min_size=2, max_size=60),
    epoch_s=st.sampled_from([20.0, 30.0]),
    start_s=st.integers(0, 5000).map(lambda tenths: tenths / 10),
    joined=st.booleans(),
)
def test_marks_of_a_hypnogram_give_it_back(
    stages: list[SleepStage], epoch_s: float, start_s: float, joined: bool
) -> None:
    rows: list[tuple[float, float, SleepStage]] = []
    for index, stage in enumerate(stages):
        onset = start_s + index * epoch_s
        if joined and rows and rows[-1][2] is stage:
            rows[-1] = (rows[-1][0], rows[-1][1] + epoch_s, stage)
        else:
            rows.append((onset, epoch_s, stage))
    hypnogram, caveats = hypnogram_from(marks(*rows), epoch_s)
    assert list(hypnogram.stages) == stages
    assert hypnogram.start_s == start_s
    assert caveats == ()
