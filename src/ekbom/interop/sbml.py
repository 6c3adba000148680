"""The continuous model as SBML, for other simulators; nothing is read back from it."""

from __future__ import annotations

import os
import re
from importlib import import_module
from typing import Any

import numpy as np

from ekbom.errors import UsageError, WritingError
from ekbom.interop.files import write_whole
from ekbom.mechanism import brain_iron, dopamine, excitability, symbols
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.reference import flat
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.states import State
from ekbom.mechanism.symbolic.formula_events import held, planned, repeated
from ekbom.mechanism.symbolic.formula_nights import movements_function, nights
from ekbom.mechanism.symbolic.formulas import (
    Event,
    Formulas,
    Function,
    Quantity,
    Value,
    continuous,
    number,
    state_ids,
    symbols_of,
)

LEVEL, VERSION = 3, 2
TITLE = "ekbom: brain iron, dopamine and the night in restless legs syndrome"
# Events that a simulator can be asked to watch at every step.
MOST_EVENTS = 2000

_BASE_UNITS = {
    "mg": ("gram", 1, -3, 1.0),
    "ug": ("gram", 1, -6, 1.0),
    "g": ("gram", 1, 0, 1.0),
    "kg": ("kilogram", 1, 0, 1.0),
    "L": ("litre", 1, 0, 1.0),
    "dL": ("litre", 1, -1, 1.0),
    "h": ("second", 1, 0, 3600.0),
    "d": ("second", 1, 0, 86400.0),
    "%": ("dimensionless", 1, -2, 1.0),
}


def sbml_of(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    *,
    priors: Priors,
    movements: MovementIndex,
    limits: LimitsOfUse,
    title: str = TITLE,
) -> str:
    """The continuous model of one person and regimen, as SBML Level 3 Version 2.

    Time is in days from the first noon. States change by the same equations as in the package;
    doses, patches and nights are events.

    Parameters
    ----------
    layout : Layout
        What is given, and when.
    own : Individual
        The person; of several lanes the first.
    state : State
        At the first noon.
    doses : Doses
        With a first axis of days; of several lanes the first.
    priors : Priors
        Records of the parameters: names, units and sources.
    movements : MovementIndex
        PLMS index by excitability.
    limits : LimitsOfUse
        What the model may not say; stands in the notes of the model.
    title : str
        Name of the model.

    Raises
    ------
    UsageError
        python-libsbml is not installed, or the regimen has too many separate events.
    """
    model = formulas_of(layout, own, state, doses, priors, movements)
    return written_as_sbml(model, title, limits.in_short)


def write_sbml(path: str | os.PathLike[str], text: str) -> None:
    """Write SBML to a file, whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        Final name.
    text : str
        See `sbml_of`.
    """
    write_whole(path, text.encode())


def formulas_of(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    priors: Priors,
    movements: MovementIndex,
) -> Formulas:
    """The model of one person and regimen as formulas.

    Parameters
    ----------
    layout, own, state, doses, priors, movements
        As for `sbml_of`.
    """
    log_iron = brain_iron.log_labile(np, state.iron_csf, state.iron_region, own.parameters.body)
    level = dopamine.level(np, log_iron, state.th, own.parameters.body)
    values = flat(state, level).tolist()
    start: dict[str, Value] = dict(zip(state_ids(layout), values, strict=True))
    base = continuous(layout, own, start, priors)
    written = symbols_of(layout, own, priors)
    regimen, given = planned(written, repeated(layout, doses), held(layout, doses))
    if len(given) > MOST_EVENTS:
        raise UsageError(
            f"a regimen of {len(given)} separate events",
            expected=f"at most {MOST_EVENTS}; equal doses at regular steps count once",
            what_to_do="Export a shorter course, or one with fewer irregular doses.",
        )
    striatal = number(own.offsets.striatal)
    at_start: dict[str, Value] = {
        "spinal_offset": number(own.offsets.spinal),
        "striatal_offset": striatal,
        "felt": number(excitability.severity_logit(np, np.ravel(own.person.irls))) - striatal,
    }
    person = type(own.person)(*(number(value) for value in own.person))
    readouts, of_nights = nights(person, at_start)
    signal = Quantity(
        "normal_signal",
        "constant",
        number(own.normal_signal),
        "1",
        "mean receptor signal of a day without brain iron deficit",
        "follows from dopamine_binding and the circadian parameters",
    )
    return Formulas(
        (*base.quantities, signal, *regimen, *readouts),
        (*given, *of_nights),
        (movements_function(movements),),
    ).without_unused()


def written_as_sbml(model: Formulas, title: str, limits: str) -> str:
    """Formulas as an SBML document.

    Parameters
    ----------
    model : Formulas
        To be written.
    title, limits : str
        Name of the model, and what it may not say.

    Raises
    ------
    UsageError
        python-libsbml is not installed.
    WritingError
        A formula could not be written: a fault of the program.
    """
    libsbml = _libsbml()
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    target = document.createModel()
    target.setId("ekbom")
    target.setName(title)
    _note(target, f"{title}. Time in days from noon. {limits}")
    names = model.names()
    writer = _Writer(libsbml, target, names)
    for unit in sorted({each.unit for each in model.quantities} | {"d"}):
        writer.unit(unit)
    target.setTimeUnits(_unit_id("d"))
    for function in model.functions:
        writer.function(function)
    for quantity in model.quantities:
        writer.quantity(quantity)
    for event in model.events:
        writer.event(event)
    return str(libsbml.writeSBMLToString(document))


class _Writer:
    """Adds parts to an SBML model."""

    def __init__(self, libsbml: Any, target: Any, names: dict[symbols.Expression, str]) -> None:
        self.libsbml, self.target, self.names = libsbml, target, names

    def math(self, value: Value, defines: str = "") -> Any:
        text = symbols.formula(value, self.names, defines)
        tree = self.libsbml.parseL3Formula(text)
        if tree is None:
            raise WritingError(
                f"a formula that SBML cannot hold: {self.libsbml.getLastParseL3Error()}",
                where=defines or text[:80],
            )
        return tree

    def unit(self, unit: str) -> None:
        definition = self.target.createUnitDefinition()
        definition.setId(_unit_id(unit))
        definition.setName(unit)
        for kind, exponent, scale, multiplier in _unit_parts(unit):
            part = definition.createUnit()
            part.setKind(self.libsbml.UnitKind_forName(kind))
            part.setExponent(exponent)
            part.setScale(scale)
            part.setMultiplier(multiplier)

    def function(self, function: Function) -> None:
        definition = self.target.createFunctionDefinition()
        definition.setId(function.id)
        definition.setName(function.name)
        body = symbols.formula(function.value, {})
        definition.setMath(self.libsbml.parseL3Formula(f"lambda(x, {body})"))

    def quantity(self, quantity: Quantity) -> None:
        parameter = self.target.createParameter()
        parameter.setId(quantity.id)
        parameter.setName(quantity.name)
        parameter.setConstant(quantity.kind == "constant")
        parameter.setUnits(_unit_id(quantity.unit))
        if quantity.note:
            _note(parameter, quantity.note)
        if quantity.kind == "rule":
            rule = self.target.createAssignmentRule()
            rule.setVariable(quantity.id)
            rule.setMath(self.math(quantity.value, quantity.id))
            return
        if isinstance(quantity.value, symbols.Expression):
            start = self.target.createInitialAssignment()
            start.setSymbol(quantity.id)
            start.setMath(self.math(quantity.value, quantity.id))
        else:
            parameter.setValue(float(quantity.value))
        if quantity.rate is not None:
            rule = self.target.createRateRule()
            rule.setVariable(quantity.id)
            rule.setMath(self.math(quantity.rate))

    def event(self, event: Event) -> None:
        target = self.target.createEvent()
        target.setId(event.id)
        target.setName(event.name)
        # Two doses at one moment must both count: each sees what the other left.
        target.setUseValuesFromTriggerTime(False)
        trigger = target.createTrigger()
        trigger.setPersistent(True)
        # What is given at the very start is given too.
        trigger.setInitialValue(False)
        trigger.setMath(self.math(event.when))
        for each, value in event.changes.items():
            assignment = target.createEventAssignment()
            assignment.setVariable(each)
            assignment.setMath(self.math(value))


def _note(target: Any, text: str) -> None:
    held_back = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    target.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{held_back}</p></body>')


def _unit_id(unit: str) -> str:
    if unit == "1":
        return "pure_number"
    words = unit.replace("%", "percent").replace("/", " per ").replace("(", "").replace(")", "")
    return "unit_" + "_".join(words.split())


def _unit_parts(unit: str) -> list[tuple[str, int, int, float]]:
    """Kind, exponent, scale and multiplier of each factor of a UCUM unit."""
    if unit == "1":
        return [("dimensionless", 1, 0, 1.0)]
    parts, sign, signs = [], 1, [1]
    for token in re.findall(r"[A-Za-z%]+|[/()]", unit):
        if token == "(":
            signs.append(sign)
        elif token == ")":
            signs.pop()
        elif token == "/":
            sign = -signs[-1]
        else:
            kind, exponent, scale, multiplier = _BASE_UNITS[token]
            parts.append((kind, sign * exponent, scale, multiplier))
            sign = signs[-1]
    return parts


def check_sbml() -> None:
    """Refuse SBML where it cannot be written.

    Raises
    ------
    UsageError
        Where python-libsbml is not installed.
    """
    _libsbml()


def _libsbml() -> Any:
    try:
        return import_module("libsbml")
    except ImportError as error:
        raise UsageError(
            "python-libsbml is not installed",
            expected="the extra ekbom[exchange] installed",
            what_to_do='Run: pip install "ekbom[exchange]"',
        ) from error
