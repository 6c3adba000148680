"""Untreated drives peak in the night and are least in mid-morning, whatever is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from tests.mechanism.phases import misplaced, turning_hours, within
from tests.mechanism.random_scenarios import priors, variants

from ekbom.interop.posterior_files import posterior_draws
from ekbom.mechanism.circadian import wave
from ekbom.mechanism.draws import Draws, prior_draws

DRAWS = 500


def drawn(variant: str) -> Draws:
    return prior_draws(priors(variant), DRAWS, np.random.default_rng(3))


@pytest.mark.parametrize("variant", variants())
@pytest.mark.parametrize("shift_h", [0.0, 3.0, -5.5, 11.0])
def test_every_prior_draw_peaks_at_night_and_rests_in_mid_morning(
    variant: str, shift_h: float
) -> None:
    assert misplaced(drawn(variant), shift_h) == 0


@pytest.mark.parametrize("variant", variants())
def test_every_posterior_draw_does_so_too(variant: str) -> None:
    draws = posterior_draws(variant)
    assert len(draws) >= 200
    assert misplaced(draws) == 0


@pytest.mark.parametrize("variant", variants())
def test_the_check_can_fail(variant: str) -> None:
    """A clock that runs six hours late leaves the windows of one on time."""
    peak, least = turning_hours(drawn(variant), phase_shift_h=6.0)
    assert not within(peak, 22, 6).all()
    assert not within(least, 8, 4).all()


@pytest.mark.parametrize(("peak_h", "trough_h"), [(0.5, 10.0), (-1.5, 9.0), (3.5, 11.0)])
def test_the_wave_turns_at_its_hours(peak_h: float, trough_h: float) -> None:
    hours = np.linspace(0, 24, 24 * 60, endpoint=False)
    values = wave(np, hours, np.float64(peak_h), np.float64(trough_h))
    assert hours[values.argmax()] == pytest.approx(peak_h % 24, abs=0.05)
    assert hours[values.argmin()] == pytest.approx(trough_h, abs=0.05)
    assert values.max() == pytest.approx(1, abs=1e-4)
    assert values.min() == pytest.approx(-1, abs=1e-4)
    turns = np.sign(np.diff(np.append(values, values[0])))
    assert int((turns != np.roll(turns, 1)).sum()) == 2
