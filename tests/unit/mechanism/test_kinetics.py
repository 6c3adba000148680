"""Decays and transfers against integrals done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ekbom.mechanism.arrays import difference_of_decays
from ekbom.mechanism.parameters import Kinetics
from ekbom.mechanism.pharmacology import (
    elimination_per_h,
    saturating,
    transfer,
    transfer_of_flow,
)

T = np.linspace(0, 24, 20001)


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-6, 1e-3, 0.5])
def test_one_decay_into_another_also_at_equal_rates(gap: float) -> None:
    a, b = 0.4, 0.4 + gap
    by_sum = np.trapezoid(np.exp(-a * (24 - T)) * np.exp(-b * T), T)
    assert difference_of_decays(np, a, b, 24.0) == pytest.approx(by_sum, rel=1e-5)


def test_transfer_is_none_before_the_dose_and_bateman_after() -> None:
    ka, ke = 1.5, 0.06
    assert transfer(np, ka, ke, np.array(-3.0)) == 0
    expected = ka / (ka - ke) * (math.exp(-ke * 5) - math.exp(-ka * 5))
    assert transfer(np, ka, ke, np.array(5.0)) == pytest.approx(expected)


def test_a_flow_is_the_sum_of_doses() -> None:
    ka, ke = 0.35, 0.14
    skin, body = transfer_of_flow(np, ka, ke, np.array(24.0))
    assert body == pytest.approx(np.trapezoid(transfer(np, ka, ke, T), T), rel=1e-6)
    assert skin == pytest.approx(np.trapezoid(np.exp(-ka * T), T), rel=1e-6)


def test_kidneys_slow_only_their_share() -> None:
    drug = Kinetics(half_life_h=12.0, renal_share=0.8)
    assert elimination_per_h(drug, 1.0) == pytest.approx(math.log(2) / 12)
    assert elimination_per_h(drug, 0.0) == pytest.approx(0.2 * math.log(2) / 12)


def test_half_the_effect_at_half_effect() -> None:
    assert saturating(1.0) == 0.5
    assert saturating(0.0) == 0
