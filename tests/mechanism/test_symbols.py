"""Equations called with symbols write the formula that they compute."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.mechanism import circadian, symbols
from ekbom.mechanism.symbols import Expression, formula, symbol, used

A, B, C = (symbol(name) for name in "abc")
VALUES = st.floats(0.1, 9.0)


def piecewise(then: float, condition: bool, otherwise: float) -> float:
    return then if condition else otherwise


KNOWN = {"exp": math.exp, "ln": math.log, "cos": math.cos, "abs": abs, "piecewise": piecewise}


def value_of(expression: Expression | float, **values: float) -> float:
    text = formula(expression, {})
    return float(eval(text, {"__builtins__": {}}, {**KNOWN, **values}))


@given(VALUES, VALUES, VALUES)
def test_brackets_keep_the_order_of_operations(a: float, b: float, c: float) -> None:
    pairs = [
        (A - (B - C), a - (b - c)),
        (A / (B * C), a / (b * c)),
        (A / (B / C), a / (b / c)),
        (A * (B + C), a * (b + c)),
        (-(A + B) * C, -(a + b) * c),
        (A - -B, a - -b),
        (2 / (1 - A * -1.5), 2 / (1 - a * -1.5)),
        (abs(A - B) + np.float64(3) * C, abs(a - b) + 3 * c),
        (symbols.where(A < B + C, A, -B), a if a < b + c else -b),
    ]
    for written, expected in pairs:
        assert value_of(written, a=a, b=b, c=c) == pytest.approx(expected)


@given(st.floats(0, 24), st.floats(-1, 3), st.floats(9, 11))
def test_the_wave_is_written_as_it_is_computed(clock: float, peak: float, trough: float) -> None:
    written = circadian.wave(symbols, A, B, C)
    expected = circadian.wave(np, clock, peak, trough)
    assert value_of(written, a=clock, b=peak, c=trough) == pytest.approx(expected, abs=1e-12)


def test_what_adds_nothing_is_not_written() -> None:
    assert (0.0 + A * 1 - 0.0).text == "a"
    assert (A + 0.0) / 1 == A
    assert A * 0.0 == 0.0


def test_named_parts_are_written_by_their_name_and_not_in_their_own_formula() -> None:
    part = symbols.log(A / B)
    whole = symbols.exp(2 * part) + part
    assert formula(whole, {part: "c"}) == "exp(2 * c) + c"
    assert formula(part, {part: "c"}, defines="c") == "ln(a / b)"


def test_names_used_are_found() -> None:
    assert used(symbols.where(A > 1, symbols.exp(B), 2.0)) == {"a", "b"}
    assert used(3.0) == set()


def test_a_formula_cannot_decide_a_branch() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(A > B)


def test_numbers_pass_through() -> None:
    assert symbols.exp(0.0) == 1.0
    assert symbols.where(True, 1.0, A) == 1.0
    assert symbols.where(False, 1.0, A) is A
