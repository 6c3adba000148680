"""Which way things go: more brain iron never raises a drive, more agonist never severity."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.mechanism.agreement import stepped
from tests.mechanism.phases import untreated_drives
from tests.mechanism.random_scenarios import (
    movements,
    of_line,
    parameters,
    priors,
    ready_for,
    somebody,
    variants,
)

from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.individual import individual
from ekbom.mechanism.observables import Night
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled
from ekbom.mechanism.simulate import run

DRAWS = 200
SLACK = 1e-9
AGONISTS = {
    "pramipexole": (0.0, 0.125, 0.25, 0.5, 1.0),
    "ropinirole": (0.0, 0.5, 1.0, 2.0, 4.0),
    "rotigotine": (0.0, 1.0, 2.0, 3.0, 6.0),
}
OTHERS = {
    "gabapentin-enacarbil": (0.0, 300.0, 600.0, 1200.0),
    "pregabalin": (0.0, 75.0, 150.0, 450.0),
    "oxycodone": (0.0, 5.0, 10.0, 40.0),
}


def drawn(variant: str) -> Draws:
    return prior_draws(priors(variant), DRAWS, np.random.default_rng(13))


@pytest.mark.parametrize("variant", variants())
@pytest.mark.parametrize("what", ["barrier_shift", "tsat_percent"])
def test_more_brain_iron_never_raises_a_drive_at_rest(variant: str, what: str) -> None:
    steps = {"barrier_shift": np.linspace(-1, 1, 6), "tsat_percent": np.linspace(6, 60, 6)}[what]
    by_step = [np.stack(untreated_drives(drawn(variant), **{what: at})) for at in steps]
    for poorer, richer in zip(by_step, by_step[1:], strict=False):
        assert (richer <= poorer + SLACK).all()
        assert (richer < poorer - 1e-6).mean() > 0.9


@pytest.mark.parametrize("variant", variants())
def test_an_infusion_never_raises_severity_or_movements(variant: str) -> None:
    draws = drawn(variant).first(60)
    values = priors(variant).values(np, draws.by_id())
    untreated = Arm((), np.zeros(84, bool))
    infused = of_line("ferric-carboxymaltose", 1000.0, 15.0, days=84, only=[0])
    layout = layout_of([infused])
    nights: list[Night] = []
    for arm in (untreated, infused):
        own, state = individual(np, somebody(), values, layout, movements())
        doses = scheduled([arm], layout, values.drugs, 84)
        nights.append(run(layout, own, state, doses, movements(), every_days=5).nights)
    without, given = nights
    assert (given.irls <= without.irls + 0.02).all()
    assert (given.plms_index <= without.plms_index + 0.05).all()
    assert (given.region_iron >= without.region_iron - SLACK).all()
    assert np.median(given.irls[-1] - without.irls[-1]) < -0.1


def by_dose(variant: str, drug: str, doses_mg: tuple[float, ...], **fixed: float) -> list[Night]:
    """The last night of a fortnight at each dose."""
    days = np.ones(14, bool)
    values = parameters(variant)
    values = values._replace(body=values.body._replace(**fixed))
    arms = [Arm((Line(drug, dose, (20.5,), days),), 0 * days > 0) for dose in doses_mg]
    return [stepped(ready_for(somebody(), values, arm)).nights[-1] for arm in arms]


@pytest.mark.parametrize("variant", variants())
@pytest.mark.parametrize("drug", AGONISTS)
def test_more_agonist_never_raises_severity_before_sensitisation(variant: str, drug: str) -> None:
    """With D1 held; receptors may withdraw, within their desensitisation."""
    nights = by_dose(variant, drug, AGONISTS[drug], d1_rise=0.0)
    for name in ("irls", "plms_index"):
        course = rows(nights, name)
        assert (np.diff(course) < 0).all(), name
    assert (np.diff(rows(nights, "d2_occupancy")) > 0).all()
    assert (np.diff(rows(nights, "d2_density")) < 0).all()


@pytest.mark.parametrize("drug", OTHERS)
def test_more_of_another_medicine_never_raises_severity_or_waking(drug: str) -> None:
    nights = by_dose("poor-receptors", drug, OTHERS[drug])
    for name in ("irls", "plms_index", "wake_min", "awakenings"):
        assert (np.diff(rows(nights, name)) < 0).all(), name
    assert (np.diff(rows(nights, "efficiency")) > 0).all()


@pytest.mark.parametrize("dose_mg", [0.25, 1.0])
def test_agonists_sensitise_and_raise_the_hazard(dose_mg: float) -> None:
    without, given = by_dose("poor-receptors", "pramipexole", (0.0, dose_mg))
    assert float(given.augmentation[0]) > float(without.augmentation[0]) > 0


def test_a_better_night_has_less_waking() -> None:
    first, *_, last = by_dose("poor-receptors", "pramipexole", AGONISTS["pramipexole"])
    assert float(last.wake_min[0]) < float(first.wake_min[0])


def rows(nights: list[Night], name: str) -> NDArray[np.float64]:
    return np.array([float(getattr(night, name)[0]) for night in nights])
