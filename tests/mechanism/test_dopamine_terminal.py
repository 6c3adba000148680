"""The full dopamine terminal: its published steady state, its times, and the three exponents."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.dopamine_terminal import (
    PUBLISHED,
    TerminalInputs,
    TerminalState,
    jacobian,
    rates,
    steady_state,
    terminal_constants,
)

C = terminal_constants(load(("model-parameters",)))
REST = steady_state(C).state
RANGE = np.geomspace(0.5, 2, 21)
INPUTS = ("th", "firing", "transporter")
# By least squares on logarithms over half to twofold, one input at a time.
SLOPES = {"th": 0.279, "firing": 0.512, "transporter": -0.520}
EDA = TerminalState._fields.index("eda")

Vector = NDArray[np.float64]


def settled(**inputs: float) -> TerminalState:
    found = steady_state(C, PUBLISHED._replace(**inputs))
    assert not found.failure
    return found.state


def relative_eda(**inputs: float) -> float:
    return settled(**inputs).eda / REST.eda


def some_states(n: int) -> list[TerminalState]:
    rng = np.random.default_rng(20090910)
    factors = np.exp(rng.normal(0, 1, (n, len(REST))))
    return [TerminalState(*(np.array(REST) * row).tolist()) for row in factors]


def written_out(y: TerminalState, u: TerminalInputs) -> Vector:
    """The same system once more, in one piece and with the numbers in it."""
    bh2, bh4, tyr, pool, ldopa, cda, vda, eda, hva = y
    receptors = 4.5 / (8 * (eda / 0.002024) ** 4 + 1) + 0.5 if u.autoreceptors else 1.0
    th = u.th * 0.56 / (1 + tyr / 160) * receptors * 125 * tyr * bh4
    th /= tyr * bh4 + 46 * bh4 + 46 * 60 * (1 + cda / 110)
    drr = 200 * bh2 * 330 / ((100 + bh2) * (75 + 330)) - 80 * bh4 * 26 / ((10 + bh4) * (75 + 26))
    aadc = 10000 * ldopa / (130 + ldopa)
    mat = 7082 * cda / (3 + cda) - 40 * vda
    dat = u.transporter * 8000 * eda / (0.2 + eda)
    outside = 30 * eda / (3 + eda)
    return np.array(
        [
            th - drr,
            drr - th,
            400 * 97 / (64 + 97) - th - 6 * tyr + 0.6 * pool - 0.2 * tyr,
            6 * tyr - 0.6 * pool - 0.2 * pool,
            th - aadc,
            aadc - mat + dat - 10 * cda,
            mat - u.firing * vda,
            u.firing * vda - dat - outside - 400 * eda,
            10 * cda + outside - 3.45 * hva,
        ]
    )


def over_time(start: TerminalState, times_h: Vector, **inputs: float) -> Vector:
    """Concentrations by LSODA, one row a moment."""
    acting = PUBLISHED._replace(**inputs)
    solved = solve_ivp(
        lambda _, y: rates(TerminalState(*y), C, acting),
        (0, times_h[-1]),
        start,
        method="LSODA",
        rtol=1e-9,
        atol=1e-12,
        t_eval=times_h,
    )
    assert solved.success
    return np.asarray(solved.y.T)


def input_derivative(name: str) -> Vector:
    """Derivative of the rates by the logarithm of one input, at rest."""
    up, down = (rates(REST, C, PUBLISHED._replace(**{name: 1 + d})) for d in (1e-6, -1e-6))
    return (np.array(up) - np.array(down)) / 2e-6


def rhythm(name: str, period_h: float) -> tuple[float, float]:
    """Gain of ln(eda) on ln(input) for a small rhythm, and its lead in minutes."""
    angular = 2 * np.pi / period_h
    matrix = 1j * angular * np.eye(len(REST)) - jacobian(REST, C)
    answer = np.linalg.solve(matrix, input_derivative(name))[EDA] / REST.eda
    sign = np.sign(answer.real)
    return sign * abs(answer), np.angle(answer * sign) / angular * 60


def modes(name: str) -> dict[float, float]:
    """What each time constant (minutes) gives to the final change of ln(eda) after a step."""
    values, vectors = np.linalg.eig(jacobian(REST, C))
    weights = vectors[EDA] * np.linalg.solve(vectors, input_derivative(name)) / REST.eda
    return {
        float(-60 / value): float(weight / -value)
        for value, weight in zip(values.real, weights.real, strict=True)
        if abs(value) > 1e-6
    }


def slope(name: str) -> float:
    logs = np.log(RANGE)
    answers = np.log([relative_eda(**{name: x}) for x in RANGE])
    return float(logs @ answers / (logs @ logs))


def worst_error(exponents: dict[str, float], low: float, high: float, steps: int) -> float:
    """Of the power law against the terminal, all its inputs moved together, relative."""
    errors = [
        np.prod([x ** exponents[name] for name, x in zip(exponents, at, strict=True)])
        / relative_eda(**dict(zip(exponents, at, strict=True)))
        - 1
        for at in product(np.geomspace(low, high, steps), repeat=len(exponents))
    ]
    return float(np.max(np.abs(errors)))


def recorded_exponents() -> dict[str, float]:
    records = load(("model-parameters",)).of(ModelParameter).values()
    by_symbol = {record.symbol: record.median for record in records}
    return {name: by_symbol[f"eda_exponent_{name}"] for name in INPUTS}


def test_equations_equal_the_system_written_out() -> None:
    inputs = [
        TerminalInputs(*at, bool(on)) for *at, on in product((0.3, 2), (0.4, 3), (0.5, 1.7), (0, 1))
    ]
    for state, acting in product(some_states(20), inputs):
        expected = written_out(state, acting)
        scale = 1e-12 * np.abs(jacobian(state, C, acting) * np.array(state)).sum(axis=1)
        assert np.all(np.abs(np.array(rates(state, C, acting)) - expected) <= scale)


@pytest.mark.parametrize(
    ("name", "printed", "digits"),
    [
        ("bh2", 40.9, 1),
        ("bh2", 41, 0),
        ("bh4", 319.1, 1),
        ("bh4", 319, 0),
        ("tyr", 125.7, 1),
        ("tyr", 126, 0),
        ("ldopa", 0.356, 3),
        ("cda", 2.65, 2),
        ("vda", 81.0, 1),
        ("eda", 0.00202, 5),
        ("hva", 7.68, 2),
    ],
)
def test_it_rests_where_it_was_published_to_rest(name: str, printed: float, digits: int) -> None:
    assert round(getattr(REST, name), digits) == printed


def test_integrated_for_days_it_comes_to_the_same_rest() -> None:
    start = TerminalState(180, 180, 90, 90, 1, 3, 3, 0.002, 1)
    end = over_time(start, np.array([0, 240.0]))[-1]
    assert end == pytest.approx(REST, rel=1e-6)


def test_time_constants_run_from_a_tenth_of_a_second_to_five_hours() -> None:
    eigenvalues = np.linalg.eigvals(jacobian(REST, C))
    assert np.all(eigenvalues.imag == 0)
    ordered = sorted(eigenvalues.real)
    minutes = [-60 / value for value in ordered[:-1]]
    expected = [0.09 / 60, 5 / 60, 47 / 60, 8.9, 17.4, 51.6, 73.1, 302]
    assert minutes == pytest.approx(expected, rel=0.011)
    # The ninth is the sum of both biopterins, which does not relax.
    assert ordered[-1] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "factor", "published"),
    [
        ("th", 0.5, 0.83),
        ("th", 2, 1.22),
        ("firing", 2, 1.44),
        ("transporter", 0.5, 1.46),
    ],
)
def test_extracellular_dopamine_gives_way_little(
    name: str, factor: float, published: float
) -> None:
    assert round(relative_eda(**{name: factor}), 2) == published


@pytest.mark.parametrize(("factor", "published"), [(0.5, 0.64), (2, 1.37)])
def test_without_autoreceptors_it_gives_way_more(factor: float, published: float) -> None:
    alone = settled(autoreceptors=False).eda
    assert alone == pytest.approx(REST.eda, rel=1e-3)
    assert round(settled(autoreceptors=False, th=factor).eda / alone, 2) == published


@pytest.mark.parametrize("state", some_states(5))
def test_nothing_comes_from_nowhere(state: TerminalState) -> None:
    acting = TerminalInputs(1.3, 0.7, 1.9)
    change = rates(state, C, acting)
    assert change.bh2 + change.bh4 == 0
    left = 0.2 * (state.tyr + state.pool) + 400 * state.eda + 3.45 * state.hva
    total = sum(change) - change.bh2 - change.bh4
    assert total == pytest.approx(400 * 97 / 161 - left, abs=1e-8 * (left + sum(map(abs, change))))


@pytest.mark.parametrize("name", INPUTS)
def test_exponents_over_half_to_twofold(name: str) -> None:
    assert slope(name) == pytest.approx(SLOPES[name], abs=0.001)


@pytest.mark.parametrize(
    ("name", "at_rest"), [("th", 0.278), ("firing", 0.490), ("transporter", -0.497)]
)
def test_exponents_at_rest_are_a_little_smaller(name: str, at_rest: float) -> None:
    ratio = relative_eda(**{name: 1.001}) / relative_eda(**{name: 0.999})
    assert np.log(ratio) / np.log(1.001 / 0.999) == pytest.approx(at_rest, abs=0.001)
    assert rhythm(name, 1e6)[0] == pytest.approx(at_rest, abs=0.001)


@pytest.mark.parametrize("name", INPUTS)
def test_recorded_exponents_are_those_of_the_terminal(name: str) -> None:
    recorded = recorded_exponents()[name]
    assert recorded == pytest.approx(slope(name), abs=0.025)
    # For the two whose local slope is smaller, it is the answer to a rhythm of a day.
    assert recorded == pytest.approx(rhythm(name, 24)[0], abs=0.015)


@pytest.mark.parametrize(
    ("name", "bound"), [("th", 0.005), ("firing", 0.015), ("transporter", 0.017)]
)
def test_one_input_at_a_time_follows_the_recorded_power(name: str, bound: float) -> None:
    worst = worst_error({name: recorded_exponents()[name]}, 0.5, 2, 41)
    assert 0.5 * bound < worst < bound


@pytest.mark.parametrize(
    ("factor", "low", "high"), [(1.25, 0.02, 0.03), (1.5, 0.09, 0.11), (2, 0.33, 0.38)]
)
def test_inputs_moved_together_leave_the_power_law(factor: float, low: float, high: float) -> None:
    # With much synthesis, little firing and much reuptake the autoreceptors let go: the
    # product of powers is then a third too high.
    assert low < worst_error(recorded_exponents(), 1 / factor, factor, 5) < high


def test_after_a_step_in_synthesis_one_time_of_52_minutes_rules() -> None:
    parts = modes("th")
    total = sum(parts.values())
    assert total == pytest.approx(0.278, abs=0.001)
    slow = next(minutes for minutes in parts if 45 < minutes < 60)
    assert slow == pytest.approx(51.6, abs=0.1)
    assert parts[slow] / total == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("name", "sign"), [("firing", 1), ("transporter", -1)])
def test_after_a_step_in_firing_or_reuptake_dopamine_overshoots(name: str, sign: int) -> None:
    parts = modes(name)
    slow = next(minutes for minutes in parts if 45 < minutes < 60)
    assert sign * parts[min(parts)] == pytest.approx(1.0, abs=0.02)
    assert sign * parts[slow] == pytest.approx(-0.51, abs=0.02)


def test_twice_the_firing_is_twice_the_dopamine_for_minutes_only() -> None:
    times_h = np.array([0, 1 / 3600, 1 / 60, 1, 4, 48])
    eda = over_time(REST, times_h, firing=2)[:, EDA] / REST.eda
    assert eda == pytest.approx([1, 2.02, 2.01, 1.76, 1.50, 1.443], abs=0.01)


@pytest.mark.parametrize(
    ("name", "gain", "lead_min"),
    [("th", 0.270, -52), ("firing", 0.530, 50), ("transporter", -0.535, 48)],
)
def test_a_rhythm_of_a_day_is_not_quite_steady(name: str, gain: float, lead_min: float) -> None:
    assert rhythm(name, 24) == (
        pytest.approx(gain, abs=0.001),
        pytest.approx(lead_min, abs=1),
    )


def test_it_settles_from_a_hundredth_to_a_hundredfold() -> None:
    factors = (0.01, 1, 100)
    for th, firing, transporter, on in product(factors, factors, factors, (True, False)):
        acting = TerminalInputs(th, firing, transporter, on)
        found = steady_state(C, acting)
        assert not found.failure
        state = found.state
        flows = np.abs(jacobian(state, C, acting) * np.array(state)).sum(axis=1)
        assert np.all(np.abs(rates(state, C, acting)) < 1e-9 * flows)
        assert state.bh2 + state.bh4 == pytest.approx(360)


def test_a_search_cut_short_says_so() -> None:
    assert steady_state(C, most_steps=5).failure == "not settled in 5 steps"


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", INPUTS)
def test_an_impossible_input_is_refused(name: str, wrong: float) -> None:
    with pytest.raises(UsageError, match=f"{name} is"):
        steady_state(C, PUBLISHED._replace(**{name: wrong}))


def test_without_its_records_it_says_which_are_missing() -> None:
    with pytest.raises(KnowledgeError, match="aadc_k_um"):
        terminal_constants(load(("scoring",)))
