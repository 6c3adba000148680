"""The continuous model as named formulas: what an exchange format is written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism import equations, iron, symbols
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.iron import IronConstants
from ekbom.mechanism.parameters import PATHWAYS, Body, Kinetics, Parameters, Priors
from ekbom.mechanism.pharmacology import PATCHES
from ekbom.mechanism.reference import unflat
from ekbom.mechanism.schedule import Layout
from ekbom.mechanism.states import UNITS, Person, State
from ekbom.mechanism.symbolic.intermediates import intermediates
from ekbom.mechanism.symbols import Expression, symbol

Value = Expression | float
LEVEL = "dopamine_level"
_NEVER_NEGATIVE = "agonist_occupancy"

_PERSON_UNITS = {
    "weight_kg": "kg",
    "ferritin_ug_per_l": "ug/L",
    "tsat_percent": "%",
    "hemoglobin_g_per_dl": "g/dL",
    "plms_index": "/h",
    "phase_shift_h": "h",
    "bleeding_mg_per_d": "mg/d",
}
_IRON_UNITS = {
    "capacity_start_mg": "mg",
    "plasma_per_d": "/d",
    "release_per_d": "/d",
    "diet_mg_per_d": "mg/d",
    "loss_mg_per_d": "mg/d",
    "store_start_mg": "mg",
    "rbc_start_mg": "mg",
    "rbc_aim_mg": "mg",
    "log_hepcidin_start": "1",
}
_STATES = {
    "iron_plasma": "iron on transferrin",
    "iron_store": "storage iron of liver, spleen and marrow",
    "iron_res": "iron of macrophages that came in by vein",
    "iron_rbc": "iron of the red cells",
    "iron_complex": "iron complex in plasma",
    "iron_gut": "oral iron on its way through the gut wall",
    "iron_gained": "iron that came in since the start",
    "iron_lost": "iron that went out since the start",
    "hepcidin_oral": "rise of hepcidin by recent oral doses",
    "ferritin": "serum ferritin",
    "iron_csf": "iron of the brain's fluids; 1 is normal",
    "iron_region": "iron of nigra, striatum and spinal cord; 1 is normal",
    "th": "capacity of tyrosine hydroxylase; 1 is normal",
    "d2": "D2/D3 receptors at the surface; 1 is normal",
    "d1": "D1 signalling; 1 without long exposure to an agonist",
    "expectation": "response to being treated, on the logit of severity",
    "hazard": "cumulative hazard of meeting the criteria of augmentation",
    "gut": "medicine still to be absorbed",
    "central": "medicine in the body",
    LEVEL: "extracellular dopamine over its daily rhythm",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of the model.

    Parameters
    ----------
    id : str
        Its name in formulas.
    kind : str
        ``constant``; ``state``, which a rate or events change; ``rule``, which a formula gives at
        every moment.
    value : Expression or float
        Of a constant or a state at the start; of a rule at every moment.
    unit : str
        UCUM.
    name : str
        What it is called.
    note : str
        Where it comes from.
    rate : Expression or float or None
        Change per day of a state; None where only events change it.
    stands_for : Expression or None
        The formula that a rule is written for, where it guards that one against rounding.
    """

    id: str
    kind: Literal["constant", "state", "rule"]
    value: Value
    unit: str
    name: str
    note: str
    rate: Value | None = None
    stands_for: Expression | None = None

    def formulas(self) -> tuple[Value, ...]:
        """What stands behind it."""
        return (self.value,) if self.rate is None else (self.value, self.rate)


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at a moment: a dose, a patch, lights off.

    Parameters
    ----------
    id, name : str
        Of the event.
    when : Expression
        It happens as this becomes true.
    changes : mapping of str to Expression or float
        New values by quantity.
    """

    id: str
    name: str
    when: Expression
    changes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one argument, ``x``."""

    id: str
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Formulas:
    """The whole model.

    Parameters
    ----------
    quantities : tuple of Quantity
        All of them; ids are unique.
    events : tuple of Event
        In the order they were planned.
    functions : tuple of Function
        Used by formulas.
    """

    quantities: tuple[Quantity, ...]
    events: tuple[Event, ...] = ()
    functions: tuple[Function, ...] = ()

    def names(self) -> dict[Expression, str]:
        """Formulas that have a name, to be written by it."""
        return {
            each.value if each.stands_for is None else each.stands_for: each.id
            for each in self.quantities
            if each.kind == "rule" and isinstance(each.value, Expression)
        }

    def without_unused(self) -> Formulas:
        """The same without constants that no formula uses."""
        wanted = used_names(self)
        kept = (each for each in self.quantities if each.kind != "constant" or each.id in wanted)
        return replace(self, quantities=tuple(kept))


class Symbols(NamedTuple):
    """Everything the equations are called with, as symbols."""

    layout: Layout
    own: Individual
    state: State
    level: Expression
    clock_h: Expression
    given: equations.Given


def slug(name: str) -> str:
    """A name as part of an id."""
    return name.replace("-", "_")


def number(value: Any) -> float:
    """The first lane of a value."""
    return float(np.ravel(value)[0])


def state_ids(layout: Layout) -> list[str]:
    """Ids of the states, in the order of `reference.flat`."""
    of = {"iron_complex": layout.complexes, "gut": layout.drugs, "central": layout.drugs}
    ids: list[str] = []
    for field in State._fields:
        ids.extend([f"{field}_{slug(name)}" for name in of[field]] if field in of else [field])
    return [*ids, LEVEL]


def symbols_of(layout: Layout, own: Individual, priors: Priors) -> Symbols:
    """Symbols to call the equations with.

    Parameters
    ----------
    layout : Layout
        What is given.
    own : Individual
        Of whom numbers are replaced by symbols.
    priors : Priors
        Which kinetics of a medicine are a parameter.
    """
    known = {(record.drug, record.symbol) for record in priors.records}
    drugs = {
        name: Kinetics(
            *(
                symbol(f"{slug(name)}_{field}") if (name, field) in known else number(value)
                for field, value in zip(Kinetics._fields, values, strict=True)
            )
        )
        for name, values in own.parameters.drugs.items()
    }
    written = own._replace(
        person=Person(*(symbol(f"person_{field}") for field in Person._fields)),
        parameters=Parameters(Body(*(symbol(field) for field in Body._fields)), drugs),
        iron=IronConstants(*(symbol(field) for field in IronConstants._fields)),
        normal_signal=symbol("normal_signal"),
    )
    state, level = unflat([symbol(each) for each in state_ids(layout)], layout)
    flows = tuple(symbol(f"flow_{slug(d)}") if d in PATCHES else 0.0 for d in layout.drugs)
    given = equations.Given(flows, symbol("treated"))
    return Symbols(layout, written, state, level, symbol("clock_h"), given)


def continuous(
    layout: Layout, own: Individual, start: Mapping[str, Value], priors: Priors
) -> Formulas:
    """Constants, states with their rates, and named intermediates; no events.

    Parameters
    ----------
    layout : Layout
        What is given.
    own : Individual
        Values of the constants.
    start : mapping of str to Expression or float
        States at the start, by `state_ids`.
    priors : Priors
        Where constants come from.
    """
    written = symbols_of(layout, own, priors)
    rates, level_rate = equations.rates(
        symbols,
        layout,
        written.own,
        written.clock_h,
        written.state,
        written.level,
        written.given,
    )
    flat: list[Value] = []
    for part in (*rates, level_rate):
        flat.extend(part if isinstance(part, tuple) else (part,))
    ids = state_ids(layout)
    states = (
        Quantity(each, "state", start[each], _state_unit(each), *_state_words(each), rate)
        for each, rate in zip(ids, flat, strict=True)
    )
    rules = (
        _rule(each, value, unit, name, place)
        for each, (value, unit, name, place) in intermediates(written).items()
        if isinstance(value, Expression) and value.kind != "name"
    )
    constants = (*_constants(own, priors), *_iron_constants(written))
    return Formulas((*constants, *states, *rules))


def _rule(each: str, value: Expression, unit: str, name: str, place: str) -> Quantity:
    note = f"equation: {place}"
    if each != _NEVER_NEGATIVE:
        return Quantity(each, "rule", value, unit, name, note)
    # A solver may step below zero by its tolerance, where the hazard has no logarithm.
    guarded = symbols.where(value > 0, value, 0.0)
    return Quantity(each, "rule", guarded, unit, name, note, stands_for=value)


def used_names(model: Formulas) -> set[str]:
    """Names that formulas and events of a model use."""
    values: list[Value] = [value for each in model.quantities for value in each.formulas()]
    for event in model.events:
        values.extend((event.when, *event.changes.values()))
    return set().union(*(symbols.used(value) for value in values))


def _state_unit(each: str) -> str:
    return next((unit for field, unit in UNITS.items() if each.startswith(field)), "1")


def _state_words(each: str) -> tuple[str, str]:
    field = next((field for field in _STATES if each.startswith(field)), "")
    product = each.removeprefix(field).replace("_", " ")
    return f"{_STATES.get(field, each)}{':' if product else ''}{product}", "state of the model"


def _constants(own: Individual, priors: Priors) -> Iterator[Quantity]:
    """Parameters of the body and of medicines with their records, and what was measured."""
    closed = set(PATHWAYS) - set(priors.variant.open_)
    body, drugs = own.parameters.body._asdict(), own.parameters.drugs
    for record in priors.records:
        note = provenance(record)
        if record.drug:
            value = getattr(drugs[record.drug], record.symbol)
            each = f"{slug(record.drug)}_{record.symbol}"
        else:
            value, each = body[record.symbol], record.symbol
            if record.symbol in closed:
                note += f"; held at 0: closed in the variant {priors.variant.id}"
        yield Quantity(each, "constant", number(value), record.unit, record.name, note)
    for field, value in own.person._asdict().items():
        unit = _PERSON_UNITS.get(field, "1")
        words = f"person: {field.replace('_', ' ')}"
        yield Quantity(
            f"person_{field}", "constant", number(value), unit, words, "person at the start"
        )


def provenance(record: ModelParameter) -> str:
    """Where a parameter comes from, in one line."""
    if record.spread > 0:
        prior = f"prior median {record.median:g}, SD {record.spread:g} on the {record.scale} scale"
    else:
        prior = f"fixed at {record.median:g}"
    return (
        f"record model-parameters/{record.id}: {record.definition} {prior}; "
        f"source {record.source} ({record.place}), {record.mark}"
    )


def _iron_constants(written: Symbols) -> Iterable[Quantity]:
    """What makes the blood test at the start a steady state, by its formulas."""
    own = written.own
    by_formula = iron.constants(symbols, own.person, own.parameters.body)
    for field, value in by_formula._asdict().items():
        name = f"{field.replace('_', ' ')}, of the blood test at the start"
        note = "follows from the person: see ekbom.mechanism.iron.constants"
        yield Quantity(field, "constant", value, _IRON_UNITS[field], name, note)
