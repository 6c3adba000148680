"""Nights of the continuous model: severity and leg movements, gathered from noon to noon."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.polynomial import chebyshev

from ekbom.mechanism import excitability, symbols
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.schedule import DAY_H, NOON_H
from ekbom.mechanism.states import Person
from ekbom.mechanism.symbolic.formulas import Event, Function, Quantity, Value
from ekbom.mechanism.symbols import Expression, called, symbol

MOVEMENTS = "movements_by_excitability"
_PLACE = "readout: ekbom.mechanism.observables, with the day's sums over hours as integrals"


def nights(person: Person, start: Mapping[str, Value]) -> tuple[list[Quantity], list[Event]]:
    """Readouts of each night.

    From noon to noon the felt drive is gathered with the weight of its hour, and movements while
    in bed; at noon both are turned into the night's values.

    Parameters
    ----------
    person : Person
        Of one lane; their hours in bed are kept as numbers.
    start : mapping of str to Expression or float
        ``spinal_offset``, ``striatal_offset`` and ``felt`` at the start.
    """
    index = called(MOVEMENTS, symbol("excitability"))
    irls = excitability.severity(
        symbols, symbol("striatal_offset") + symbol("felt") - symbol("hoped")
    )
    quantities = [
        *_clock(person),
        *_sums(),
        _constant("spinal_offset", start["spinal_offset"], "the person's offset of movements"),
        _constant("striatal_offset", start["striatal_offset"], "the person's offset of severity"),
        _state("felt", start["felt"], "felt drive of the last night"),
        _state("hoped", 0.0, "placebo response at the last noon"),
        _state("plms_index", symbol("person_plms_index"), "PLMS index of the last night, per hour"),
        _rule("movements_per_h", symbols.where(index > 0, index, 0.0), "movements an hour asleep"),
        _rule("irls", irls, "severity of the last night, IRLS points"),
        _rule(
            "augmentation",
            1 - symbols.exp(-symbol("hazard")),
            "probability to have met the criteria of augmentation",
        ),
    ]
    return quantities, _events()


def _clock(person: Person) -> list[Quantity]:
    """Noons, and hours in bed."""
    bed_d = float((person.bed_h - NOON_H) % DAY_H) / DAY_H
    night_d = float((person.rise_h - person.bed_h) % DAY_H) / DAY_H
    over_noon = float(bed_d + night_d > 1)
    return [
        _constant("night_h", night_d * DAY_H, "hours in bed", "h"),
        _state("in_bed", over_noon, "1 from lights off to lights on"),
        _state("next_noon_d", 1.0, "next noon"),
        _state("lights_off_d", bed_d, "next time of lights off"),
        _state("lights_on_d", (bed_d + night_d) % 1.0, "next time of lights on"),
    ]


def _sums() -> list[Quantity]:
    """What is gathered from noon to noon."""
    weight = (1 + symbol("wave")) / 2
    asleep_h = symbol("in_bed") * DAY_H
    return [
        _state("felt_sum", 0.0, "felt drive since noon, weighted", weight * symbol("felt_drive")),
        _state("weight_sum", 0.0, "weights since noon", weight),
        _state("movement_sum", 0.0, "movements since noon", asleep_h * symbol("movements_per_h")),
    ]


def movements_function(movements: MovementIndex) -> Function:
    """The PLMS index of an hour as a polynomial of excitability, in nested form.

    Parameters
    ----------
    movements : MovementIndex
        In Chebyshev polynomials.
    """
    powers = chebyshev.cheb2poly(movements.index).tolist()
    at = 2 * symbol("x") - 1
    value = powers[-1]
    for power in powers[-2::-1]:
        value = power + at * value
    return Function(MOVEMENTS, "PLMS index of an hour of sleep by excitability x", value)


def _events() -> list[Event]:
    time = symbol("time")

    def each_day(when: str, name: str, changes: dict[str, Value]) -> Event:
        return Event(
            f"at_{when}", name, time >= symbol(when), {**changes, when: symbol(when) + 1.0}
        )

    gathered: dict[str, Value] = {
        "felt": symbol("felt_sum") / symbol("weight_sum"),
        "plms_index": symbol("movement_sum") / symbol("night_h"),
        "hoped": symbol("expectation"),
        "felt_sum": 0.0,
        "weight_sum": 0.0,
        "movement_sum": 0.0,
    }
    return [
        each_day("next_noon_d", "noon: the night is read", gathered),
        each_day("lights_off_d", "lights off", {"in_bed": 1.0}),
        each_day("lights_on_d", "lights on", {"in_bed": 0.0}),
    ]


def _constant(each: str, value: Value, name: str, unit: str = "1") -> Quantity:
    return Quantity(each, "constant", value, unit, name, _PLACE)


def _state(each: str, value: Value, name: str, rate: Value | None = None) -> Quantity:
    unit = "d" if each.endswith("_d") else "1"
    return Quantity(each, "state", value, unit, name, _PLACE, rate)


def _rule(each: str, value: Expression, name: str) -> Quantity:
    return Quantity(each, "rule", value, "1", name, _PLACE)
