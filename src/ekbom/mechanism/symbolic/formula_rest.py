"""The start at rest as formulas and a lead of quiet days, so that it follows any parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from numpy.polynomial import chebyshev, polynomial

from ekbom.mechanism import brain_iron, circadian, dopamine, excitability, iron, symbols
from ekbom.mechanism.grid import HOURS_H
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.schedule import DAY_H, NOON_H
from ekbom.mechanism.symbolic.formulas import (
    LEVEL,
    Event,
    Function,
    Quantity,
    Symbols,
    Value,
    state_ids,
)
from ekbom.mechanism.symbols import Expression, called, symbol

# Days at rest before a trial begins: the enzyme and the person's offsets settle in them.
LEAD_D = 56
STEEPNESS = "movements_steepness"
# Where the search for the offset of movements begins, its longest step, and the least index.
_FIRST_CHANCE, _LONGEST_STEP, _LEAST_PER_H = 0.2, 1.5, 0.05
_NOTE = "start at rest: see ekbom.mechanism.individual"


class _Rest:
    """Collects constants, each with a formula."""

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []

    def add(self, name: str, value: Value) -> Expression:
        words = name.replace("_", " ")
        self.quantities.append(Quantity(name, "constant", value, "1", words, _NOTE))
        return symbol(name)


def at_rest(written: Symbols) -> tuple[list[Quantity], dict[str, Value]]:
    """Constants of the start at rest, and what states and offsets start from.

    Iron, brain iron and receptors are at rest at once. The enzyme and the two offsets have no
    closed formula: they start near and settle in the lead; see `settling`.

    Parameters
    ----------
    written : Symbols
        The model.

    Returns
    -------
    list of Quantity, dict of str to Expression or float
        The start by `state_ids`, and of ``spinal_offset``, ``striatal_offset`` and ``felt``.
    """
    rest, own = _Rest(), written.own
    body, person = own.parameters.body, own.person
    heard_by_hour = []
    for hour, at in enumerate(HOURS_H):
        wave = rest.add(f"wave_hour_{hour}", _wave(written, float(at)))
        rhythm = circadian.dopamine_rhythm(symbols, wave, body.dopamine_amplitude)
        heard_by_hour.append(dopamine.occupancies(rhythm, 0.0, body)[0])
    rest.add("normal_signal", _mean(heard_by_hour))
    state = _iron_at_rest(rest, written)
    log_iron = rest.add(
        "rest_log_iron",
        brain_iron.log_labile(symbols, state["iron_csf"], state["iron_region"], body),
    )
    d2 = rest.add(
        "rest_d2", dopamine.d2_target(symbols, log_iron, 0.0, person.receptor_shift, body)
    )
    # Near enough to settle from: formulas that nest deeper take simulators minutes to read.
    level = dopamine.level(symbols, log_iron, 1.0, body)
    first = excitability.logit(symbols, _FIRST_CHANCE) - body.drive_amplitude
    severe = excitability.severity_logit(symbols, person.irls)
    start: dict[str, Value] = dict.fromkeys(state_ids(written.layout), 0.0)
    start |= {**state, "d2": d2, "th": 1.0, "d1": 1.0, LEVEL: level}
    start |= {"spinal_offset": first, "striatal_offset": severe, "felt": 0.0}
    return rest.quantities, start


def settling(
    quantities: Sequence[Quantity], events: Sequence[Event]
) -> tuple[list[Quantity], list[Event]]:
    """Nights in whose lead the person's offsets become those of the measurements.

    At each noon of the lead the offset of severity is set, and that of movements takes Newton's
    step on the logarithm of the night's index.

    Parameters
    ----------
    quantities, events : sequence of Quantity, of Event
        Of `formula_nights.nights`.
    """
    offsets = ("spinal_offset", "striatal_offset")
    chance = symbol("excitability")
    steeper = called(STEEPNESS, chance) * chance * (1 - chance) * symbol("in_bed") * DAY_H
    kept = [replace(each, kind="state") if each.id in offsets else each for each in quantities]
    kept.append(
        Quantity("steepness_sum", "state", 0.0, "1", "steepness since noon", _NOTE, steeper)
    )
    night_h = symbol("night_h")
    index = symbol("movement_sum") / night_h
    index = symbols.where(index < _LEAST_PER_H, _LEAST_PER_H, index)
    gap = symbols.log(index / symbol("person_plms_index"))
    step = gap * index * night_h / symbol("steepness_sum")
    step = symbols.where(step > _LONGEST_STEP, _LONGEST_STEP, step)
    step = symbols.where(step < -_LONGEST_STEP, -_LONGEST_STEP, step)
    severe = excitability.severity_logit(symbols, symbol("person_irls"))
    felt = symbol("felt_sum") / symbol("weight_sum")
    lead = symbol("time") < LEAD_D + 0.5
    spinal, striatal = (symbol(each) for each in offsets)
    changes: dict[str, Value] = {
        "spinal_offset": symbols.where(lead, spinal - step, spinal),
        "striatal_offset": symbols.where(lead, severe - felt, striatal),
        "steepness_sum": 0.0,
        # The floor of the hazard counts from the start of the trial.
        "hazard": symbols.where(lead, 0.0, symbol("hazard")),
    }
    return kept, [
        replace(event, changes={**event.changes, **changes})
        if "felt_sum" in event.changes
        else event
        for event in events
    ]


def steepness_function(movements: MovementIndex) -> Function:
    """How the PLMS index rises with excitability.

    Parameters
    ----------
    movements : MovementIndex
        In Chebyshev polynomials.
    """
    powers = polynomial.polyder(chebyshev.cheb2poly(movements.index)) * 2
    at = 2 * symbol("x") - 1
    value: Value = float(powers[-1])
    for power in powers[-2::-1].tolist():
        value = power + at * value
    return Function(STEEPNESS, "change of the PLMS index with excitability x", value)


def _wave(written: Symbols, after_noon_h: float) -> Any:
    body, person = written.own.parameters.body, written.own.person
    clock = after_noon_h + NOON_H - person.phase_shift_h
    return circadian.wave(symbols, clock, body.peak_h, body.trough_h)


def _mean(values: Sequence[Any]) -> Any:
    return sum(values[1:], values[0]) / len(values)


def _iron_at_rest(rest: _Rest, written: Symbols) -> dict[str, Value]:
    own = written.own
    body, person = own.parameters.body, own.person
    uptake = rest.add("rest_uptake", brain_iron.uptake(person.tsat_percent, body))
    log_region = rest.add(
        "rest_log_region",
        brain_iron.steady_log_region(symbols, uptake, person.barrier_shift, body),
    )
    store = iron.store_of_ferritin_mg(person.ferritin_ug_per_l, person.inflammation, body)
    csf = brain_iron.csf_target(symbols, uptake, log_region, person.barrier_shift, body)
    return {
        "iron_plasma": own.iron.capacity_start_mg * person.tsat_percent / 100,
        "iron_store": store,
        "iron_rbc": own.iron.rbc_start_mg,
        "ferritin": person.ferritin_ug_per_l,
        "iron_csf": rest.add("rest_csf", csf),
        "iron_region": rest.add("rest_region", symbols.exp(log_region)),
    }
