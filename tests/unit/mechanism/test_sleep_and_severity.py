"""What a night is read out as: severity, waking, and drives, at their ends and in their signs."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.mechanism import excitability, expectation, sleep
from ekbom.mechanism.parameters import Body, Priors


@pytest.fixture(scope="module")
def body() -> Body:
    return Priors.of(load(("model-parameters", "model-variants"))).values(np, {}).body


@pytest.mark.parametrize("irls", [0.5, 4.0, 20.0, 39.5])
def test_severity_is_the_inverse_of_its_logit(irls: float) -> None:
    value = excitability.severity_logit(np, irls)
    assert excitability.severity(np, value) == pytest.approx(irls)


@pytest.mark.parametrize(("irls", "held_at"), [(0.0, 0.5), (40.0, 39.5)])
def test_ends_of_the_scale_are_held_inside(irls: float, held_at: float) -> None:
    value = excitability.severity_logit(np, irls)
    assert np.isfinite(value)
    assert excitability.severity(np, value) == pytest.approx(held_at)


def test_waking_is_the_inverse_of_its_logit() -> None:
    awake = np.array([5.0, 70.0, 400.0])
    value = sleep.logit_of_wake_min(np, awake, 480.0)
    assert sleep.wake_min(np, value, 480.0) == pytest.approx(awake)


def test_a_night_without_waking_is_held_just_inside() -> None:
    value = sleep.logit_of_wake_min(np, np.array([0.0, 480.0]), 480.0)
    assert np.isfinite(value).all()


def test_ligands_mend_sleep_and_movements_hardly_spoil_it(body: Body) -> None:
    nothing = sleep.wake_logit(1.0, 40.0, 0.0, 0.0, body)
    assert sleep.wake_logit(1.0, 40.0, 0.5, 0.0, body) < nothing
    assert sleep.wake_logit(1.0, 40.0, 0.0, 0.5, body) < nothing
    without_movements = nothing - sleep.wake_logit(1.0, 0.0, 0.0, 0.0, body)
    with_a_full_ligand = nothing - sleep.wake_logit(1.0, 40.0, 1.0, 0.0, body)
    assert 0 <= without_movements < with_a_full_ligand


def test_awakenings_are_those_of_the_start_at_its_waking(body: Body) -> None:
    assert sleep.awakenings(np, 12.0, 70.0, 70.0, body) == pytest.approx(12.0)
    assert sleep.awakenings(np, 12.0, 35.0, 70.0, body) < 12.0


def test_a_lost_signal_raises_both_drives_and_a_ligand_takes_from_both(body: Body) -> None:
    before = excitability.drives(np, 0.0, 0.0, 1.0, 0.0, 1.0, body)
    after = excitability.drives(np, 0.0, 0.4, 1.0, 0.0, 1.0, body)
    assert before == (0, 0)
    assert after.spinal == pytest.approx(0.4 * body.spinal_gain)
    assert after.striatal == pytest.approx(0.4 * body.striatal_gain)
    less = excitability.relief(0.5, 0.0, 1.0, body)
    assert less.spinal > 0
    assert less.striatal > 0


def test_nobody_expects_anything_untreated(body: Body) -> None:
    assert expectation.target(0.0, 0.7, body) == 0
    assert expectation.target(1.0, 0.2, body) == pytest.approx(body.expectation_limit + 0.2)
