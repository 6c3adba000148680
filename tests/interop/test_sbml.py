"""The model written as SBML runs elsewhere and comes out as it does here."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import libsbml
import numpy as np
import pytest
import roadrunner
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.interop import sbml
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism import iron
from ekbom.mechanism.individual import Individual, individual
from ekbom.mechanism.iron import IronConstants
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Parameters, Priors
from ekbom.mechanism.reference import flat, solve
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.simulate import run
from ekbom.mechanism.states import Person, State
from ekbom.mechanism.symbolic.formula_events import held, repeated
from ekbom.mechanism.symbolic.formulas import continuous, number, state_ids, symbols_of, used_names
from ekbom.mechanism.symbolic.intermediates import intermediates
from ekbom.mechanism.symbols import Expression, formula

KNOWLEDGE = load(("model-parameters", "model-variants", "model-statements", "scoring"))
PRIORS = Priors.of(KNOWLEDGE)
PARAMETERS: Parameters = PRIORS.values(np, {})
MOVEMENTS = MovementIndex.of(KNOWLEDGE)
LIMITS = LimitsOfUse.of(KNOWLEDGE)
PERSON = Person(
    weight_kg=68.0,
    ferritin_ug_per_l=32.0,
    tsat_percent=19.0,
    hemoglobin_g_per_dl=13.1,
    irls=26.0,
    plms_index=31.0,
    wake_min=70.0,
    awakenings=12.0,
    bed_h=23.0,
    rise_h=7.0,
    phase_shift_h=0.4,
    inflammation=1.2,
    clearance_share=0.8,
    barrier_shift=-0.1,
    response_gain=1.1,
)
N_DAYS = 14


def line(drug: str, mg: float, clock_h: Sequence[float], days: Sequence[int]) -> Line:
    on = np.zeros(N_DAYS, dtype=bool)
    on[list(days)] = True
    return Line(drug, mg, tuple(clock_h), on)


EVERY = range(N_DAYS)
SCENARIOS: dict[str, tuple[Line, ...]] = {
    "nothing": (),
    "pramipexole in the evening, titrated, days missed": (
        line("pramipexole", 0.125, [20.5], range(4)),
        line("pramipexole", 0.25, [20.5], range(4, 8)),
        line("pramipexole", 0.5, [20.5], [8, 9, 11, 13]),
    ),
    "rotigotine patch, changed in the morning, raised": (
        line("rotigotine", 1.0, [8.0], range(6)),
        line("rotigotine", 3.0, [8.0], [*range(6, 9), *range(10, 14)]),
    ),
    "carboxymaltose and iron by mouth at the same hour": (
        line("ferric-carboxymaltose", 500.0, [10.0], [2, 9]),
        line("ferrous-sulfate", 65.0, [10.0], range(0, N_DAYS, 2)),
        line("ferrous-sulfate", 100.0, [19.0], range(5, N_DAYS)),
    ),
    "pregabalin and oxycodone": (
        line("pregabalin", 150.0, [21.0], EVERY),
        line("oxycodone", 5.0, [8.0, 20.0], range(6)),
        line("oxycodone", 10.0, [8.0, 20.0], range(6, N_DAYS)),
    ),
    "blood lost": (
        line("blood", 210.0, [15.0], [1]),
        line("blood", 12.0, [11.0], range(3, N_DAYS, 3)),
    ),
    "ropinirole and enacarbil with iron sucrose": (
        line("ropinirole", 1.0, [19.0, 22.0], EVERY),
        line("gabapentin-enacarbil", 600.0, [17.0], EVERY),
        line("iron-sucrose", 200.0, [14.0], [0, 7]),
    ),
}
Prepared = tuple[Layout, Individual, State, Doses]


def prepared(lines: tuple[Line, ...], treated: bool = True) -> Prepared:
    arm = Arm(lines, np.full(N_DAYS, treated))
    layout = layout_of([arm])
    own, state = individual(np, PERSON, PARAMETERS, layout, MOVEMENTS)
    return layout, own, state, scheduled([arm], layout, PARAMETERS.drugs, N_DAYS)


def written(case: Prepared) -> str:
    return sbml.sbml_of(*case, priors=PRIORS, movements=MOVEMENTS, limits=LIMITS)


@cache
def case_of(name: str) -> Prepared:
    return prepared(SCENARIOS[name], treated=name != "nothing")


@cache
def text_of(name: str) -> str:
    return written(case_of(name))


NIGHTS = {"irls": 0.15, "plms_index": 0.15, "hemoglobin": 0.005, "augmentation": 1e-4}


@cache
def noons_of(name: str) -> NDArray[np.float64]:
    """States, then nights, at every noon."""
    return simulated(text_of(name), [*state_ids(case_of(name)[0])[:-1], "tsat", *NIGHTS])


def model_of(text: str) -> Any:
    document = libsbml.readSBMLFromString(text)
    assert document.getNumErrors() == 0
    return document, document.getModel()


def simulated(text: str, columns: list[str]) -> NDArray[np.float64]:
    """Values at each noon, the start included."""
    runner = roadrunner.RoadRunner(text)
    runner.integrator.stiff = True
    runner.integrator.relative_tolerance = 1e-10
    # A single number would be scaled by each state's value, however near to nothing.
    n_states = len(runner.integrator.getAbsoluteToleranceVector())
    runner.integrator.absolute_tolerance = [1e-12] * n_states
    runner.integrator.maximum_num_steps = 200_000
    runner.timeCourseSelections = columns
    return np.array(runner.simulate(0, N_DAYS + 1, N_DAYS + 2))


@pytest.mark.parametrize("name", SCENARIOS)
def test_states_at_every_noon_are_those_of_the_oracle(name: str) -> None:
    layout, own, state, doses = case_of(name)
    ids = state_ids(layout)[:-1]
    theirs = noons_of(name)[:, : len(ids)]
    solved = solve(layout, own, state, doses)
    assert not solved.failure
    ours = np.array([flat(each, 0.0)[:-1] for each in solved.states])
    # Amounts below a millionth of their unit are nothing.
    error = np.abs(theirs - ours) / np.maximum(np.abs(ours), 1e-6)
    assert dict(zip(ids, error.max(axis=0), strict=True)) == pytest.approx(
        dict.fromkeys(ids, 0.0), abs=1e-5
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_nights_read_out_are_those_of_the_day_step(name: str) -> None:
    layout, own, state, doses = case_of(name)
    theirs = noons_of(name)[1:, -len(NIGHTS) :]
    nights = run(layout, own, state, doses, MOVEMENTS).nights
    # Integrals over the day there, sums over its hours here.
    for column, (what, within) in enumerate(NIGHTS.items()):
        ours = getattr(nights, what)[:, 0]
        assert np.abs(theirs[:, column] - ours).max() < within, what


@pytest.mark.parametrize("name", SCENARIOS)
def test_saturation_read_out_is_that_of_the_hour(name: str) -> None:
    # The day-step shows the least of a day instead: what is drawn before a tablet of iron.
    layout, own, state, doses = case_of(name)
    for theirs, noon in zip(
        noons_of(name)[:, -len(NIGHTS) - 1], solve(layout, own, state, doses).states, strict=True
    ):
        body = own.parameters.body
        per_mg = iron.saturation_per_mg(np, noon.iron_store, own.iron, body)
        ours = iron.tsat_percent(np, noon.iron_plasma, per_mg)
        assert theirs == pytest.approx(float(np.ravel(ours)[0]), rel=1e-5)


@pytest.mark.parametrize("name", SCENARIOS)
def test_document_is_consistent(name: str) -> None:
    document, _ = model_of(text_of(name))
    # Formulas hold bare numbers (24 hours a day): units can be told, not proved.
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    assert document.checkConsistency() == 0, document.getErrorLog().toString()


def test_every_parameter_names_its_record_and_every_quantity_its_meaning() -> None:
    lines = tuple(each for name in SCENARIOS for each in SCENARIOS[name])
    _, model = model_of(written(prepared(lines)))
    records = {record.id: record for record in KNOWLEDGE.of(ModelParameter).values()}
    named = set()
    for parameter in model.getListOfParameters():
        assert parameter.getName()
        found = re.search(r"model-parameters/([\w-]+):", parameter.getNotesString())
        if found:
            record = records[found[1]]
            assert parameter.getName() == record.name
            assert record.source in parameter.getNotesString()
            slug = record.drug.replace("-", "_")
            assert parameter.getId() == f"{slug}_{record.symbol}".removeprefix("_")
            named.add(parameter.getId())
    symbols = symbols_of(*prepared(lines)[:2], PRIORS).own.parameters
    asked = {each.text for each in symbols.body}
    asked |= {each.text for drug in symbols.drugs.values() for each in drug if each != 0.0}
    model_ids = {parameter.getId() for parameter in model.getListOfParameters()}
    assert model_ids & asked == named
    assert len(named) > 90


def test_model_bears_what_it_may_not_say() -> None:
    _, model = model_of(text_of("nothing"))
    assert LIMITS.in_short in html.unescape(model.getNotesString())


def test_every_named_intermediate_is_found_in_the_equations() -> None:
    lines = SCENARIOS["pramipexole in the evening, titrated, days missed"]
    layout, own, *_ = prepared(lines)
    start = dict.fromkeys(state_ids(layout), 0.0)
    model = continuous(layout, own, start, PRIORS)
    names = model.names()
    rates = " ".join(
        formula(value, names, each.id if each.kind == "rule" else "")
        for each in model.quantities
        for value in each.formulas()
    )
    read_out = {"felt_drive", "excitability", "hemoglobin", "spinal_drive", "striatal_drive"}
    unused = {
        name
        for name, (value, *_) in intermediates(symbols_of(layout, own, PRIORS)).items()
        if isinstance(value, Expression) and not re.search(rf"\b{name}\b", rates)
    }
    assert unused <= read_out


def test_constants_of_the_blood_test_come_out_as_here() -> None:
    theirs = simulated(text_of("nothing"), list(IronConstants._fields))
    ours = [number(value) for value in case_of("nothing")[1].iron]
    assert theirs[-1] == pytest.approx(ours, rel=1e-12)


def test_equal_doses_at_regular_steps_are_one_event() -> None:
    layout, _, _, doses = prepared(SCENARIOS["pramipexole in the evening, titrated, days missed"])
    runs = [(run.mg, run.first_d, run.every_d) for run in repeated(layout, doses)]
    at = 8.5 / 24
    assert runs == [
        (0.125, 1 + at, 1),
        (0.25, 5 + at, 1),
        (0.5, 9 + at, 1),
        (0.5, 12 + at, 2),
    ]


def test_a_patch_is_worn_for_a_day_from_its_hour() -> None:
    layout, _, _, doses = prepared(SCENARIOS["rotigotine patch, changed in the morning, raised"])
    flows = [each for each in held(layout, doses) if each.kind == "flow"]
    at = 20 / 24
    worn = [time for each in flows for time in (each.from_d, each.until_d)]
    assert worn == pytest.approx([at, 6 + at, 6 + at, 9 + at, 10 + at, 14 + at])


def test_a_regimen_of_too_many_events_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbml, "MOST_EVENTS", 3)
    with pytest.raises(UsageError, match="separate events"):
        written(prepared(SCENARIOS["pregabalin and oxycodone"]))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(UsageError, match="python-libsbml is not installed") as caught:
        written(prepared(()))
    assert "ekbom[exchange]" in caught.value.what_to_do


def test_used_names_are_all_defined() -> None:
    lines = SCENARIOS["ropinirole and enacarbil with iron sucrose"]
    model = sbml.formulas_of(*prepared(lines), PRIORS, MOVEMENTS)
    defined = {each.id for each in model.quantities} | {"time"}
    assert used_names(model) <= defined
    assert len(defined) == len(model.quantities) + 1
