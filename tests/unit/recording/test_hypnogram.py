"""Which stage a moment is in."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import SleepStage

W, N2, R, UNSCORED = SleepStage.W, SleepStage.N2, SleepStage.R, SleepStage.UNSCORED


def test_an_epoch_holds_its_first_instant_and_not_its_last() -> None:
    night = Hypnogram((W, N2, R), 30.0)
    assert night.stage_at([0, 29.999, 30, 60, 89.999]).tolist() == [W, W, N2, R, R]


def test_outside_the_hypnogram_is_unscored() -> None:
    night = Hypnogram((W, N2), 30.0, start_s=100.0)
    assert night.stage_at([99.999, 100, 159.999, 160, -5, 1e6]).tolist() == [
        UNSCORED,
        W,
        N2,
        UNSCORED,
        UNSCORED,
        UNSCORED,
    ]


@pytest.mark.parametrize("start_s", [0.1, 12.7, 1234.3, 28800.7])
def test_an_epoch_that_starts_at_a_decimal_second_starts_there(start_s: float) -> None:
    night = Hypnogram((W, N2) * 600, 30.0, start_s)
    edges_s = [round(start_s + 30 * k, 1) for k in range(1200)]
    assert night.stage_at(edges_s).tolist() == [W, N2] * 600


def test_no_moment_has_no_stage() -> None:
    assert len(Hypnogram((W,), 30.0).stage_at(np.zeros(0))) == 0


def test_end_and_hours() -> None:
    night = Hypnogram((W, N2, N2, R), 20.0, start_s=10.0)
    assert night.end_s == 90
    assert night.hours(N2, R) == pytest.approx(60 / 3600)
