"""A scenario from the plain data of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.mechanism import ModelParameter, ModelVariant
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.validation import validated
from ekbom.mechanism.iron import red_cell_iron_mg
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.scenarios.assumed import FERRITIN, SATURATION, Assumed
from ekbom.mechanism.scenarios.genes import shifts
from ekbom.mechanism.scenarios.patient_start import StartLimits
from ekbom.mechanism.scenarios.scenario import Scenario
from ekbom.mechanism.scenarios.scenario_lines import MOST_DAYS, CourseLines
from ekbom.mechanism.scenarios.scenario_record import ScenarioRecord, WrittenModelPerson
from ekbom.mechanism.scenarios.written_lines import clock_hours
from ekbom.mechanism.states import Person
from ekbom.patient.limits import record_limits
from ekbom.patient.patient import Person as Born
from ekbom.patient.plain import check_plain
from ekbom.patient.read_labs import read_result
from ekbom.patient.written import Reader
from ekbom.units import read_quantity, why_no_quantity

ALL_VARIANTS = "all"
_MOST_DRAWS = 100_000
_IRLS = "irls"


def scenario_from(file: YamlFile, knowledge: KnowledgeBase) -> Scenario:
    """The scenario a file describes.

    Parameters
    ----------
    file : YamlFile
        A parsed file; its own kind of error is raised.
    knowledge : KnowledgeBase
        All sections.

    Raises
    ------
    EkbomError
        Of the file's own kind: the first thing that is unknown, impossible or out of range, with
        file, line and its path.
    """
    check_plain(ScenarioRecord, file, ())
    record = validated(ScenarioRecord, file.data, file)
    reader = Reader(file, (), knowledge, record_limits(knowledge), date.max)
    start = reader.day(record.start, ("start",), may_be_ahead=True)
    _check_run(record, reader)
    if record.days > (date.max - start).days:
        found = f"{record.days} days from {start}"
        raise reader.fault(found, ("days",), expected=f"an end before {date.max}")
    if record.person.born is not None:
        reader = replace(reader, born=reader.partial(record.person.born, ("person", "born")))
        _check_birth(reader, start)
    person, assumed = _person(record, reader)
    blood_mg_per_ml = _iron_of_blood(person, knowledge)
    lines = CourseLines(record, reader, start, blood_mg_per_ml)
    before, n_before = lines.so_far()
    return Scenario(
        title=record.title,
        question=record.question,
        start=start,
        n_days=record.days,
        person=person,
        courses=tuple(lines.courses()),
        before=before,
        n_before=n_before,
        n_draws=record.draws,
        seed=record.seed,
        variant=record.variant,
        spread=record.spread,
        assumed=assumed,
        genes=dict(record.genes),
    )


def _check_run(record: ScenarioRecord, reader: Reader) -> None:
    reader.number(record.days, ("days",), 1, MOST_DAYS, "days")
    reader.number(record.draws, ("draws",), 1, _MOST_DRAWS)
    if record.seed < 0:
        raise reader.fault(f"{record.seed} is negative", ("seed",), expected="0 or more")
    variants = (*reader.knowledge.of(ModelVariant), ALL_VARIANTS)
    if record.variant not in variants:
        expected = f"one of: {', '.join(variants)}"
        raise reader.fault(f"no variant {record.variant!r}", ("variant",), expected=expected)
    if not record.courses:
        raise reader.fault("no course", ("courses",), expected="at least one")
    names = [course.name for course in record.courses]
    for index, name in enumerate(names):
        if name in names[:index]:
            path = ("courses", index, "name")
            raise reader.fault(f"{name!r} stands twice", path, expected="every name once")


def _check_birth(reader: Reader, start: date) -> None:
    if reader.born is not None and start < reader.born.first:
        raise reader.fault(
            f"{start} is before birth", ("start",), expected=f"a day after birth ({reader.born})"
        )
    adult_a = StartLimits.of(reader.knowledge).adult_a
    if reader.born is not None and Born(reader.born).age_years(start)[0] < adult_a:
        raise reader.fault(
            f"under {adult_a:g} years, or perhaps, on {start}",
            ("person", "born"),
            expected="an adult: the trials of the model were of adults",
        )


# The person --------------------------------------------------------------------------------------


def _person(record: ScenarioRecord, reader: Reader) -> tuple[Person, Mapping[str, str]]:
    written = record.person
    assumed = Assumed(reader.knowledge, written.sex)
    labs = _labs(record, reader)
    ferritin = assumed.or_given("ferritin", labs.get("ferritin"))
    saturation = labs.get("transferrin-saturation")
    off, on = _night(record, reader)
    scale = reader.knowledge.of(Instrument)[_IRLS]
    highest = scale.items * scale.item_maximum
    most_movements = MovementIndex.of(reader.knowledge).most_per_h()
    barrier, receptor = shifts(record.genes, record.gene_pathway, reader)
    person = Person(
        weight_kg=assumed.or_given("weight", _weight(written, reader)),
        ferritin_ug_per_l=ferritin,
        tsat_percent=assumed.saturation(ferritin) if saturation is None else saturation,
        hemoglobin_g_per_dl=assumed.or_given("hemoglobin", labs.get("hemoglobin")),
        irls=assumed.or_given("irls", _number(reader, "irls", written.irls, highest)),
        plms_index=assumed.movements(
            _number(reader, "plms_index_per_h", written.plms_index_per_h, most_movements),
            most_movements,
        ),
        wake_min=assumed.or_given(
            "wake_min",
            _number(
                reader,
                "wake_after_sleep_onset_min",
                written.wake_after_sleep_onset_min,
                ((on - off) % 24) * 60 - 1,
            ),
        ),
        awakenings=assumed.or_given(
            "awakenings", _number(reader, "awakenings", written.awakenings, 500)
        ),
        bed_h=off,
        rise_h=on,
        phase_shift_h=assumed.phase_shift_h(off, on),
        clearance_share=_clearance(written, reader, assumed),
        bleeding_mg_per_d=_number(reader, "iron_loss_mg_per_d", written.iron_loss_mg_per_d, 20),
        barrier_shift=barrier,
        receptor_shift=receptor,
    )
    assumed.beyond_trials(person)
    return person, assumed.said


_LABS = ("ferritin", "transferrin-saturation", "hemoglobin")


def _labs(record: ScenarioRecord, reader: Reader) -> dict[str, float]:
    """Blood results in the units of the rules."""
    found: dict[str, float] = {}
    for name, written in record.person.labs.items():
        path = ("person", "labs", name)
        if name not in _LABS:
            expected = f"some of: {', '.join(_LABS)}"
            raise reader.fault(f"the model has no {name}", path, expected=expected)
        result = read_result(name, written, path, reader)
        if result.bound:
            raise reader.fault(f"{written!r} is only a bound", path, expected="a number")
        found[name] = result.value
    for name, limits in (("ferritin", FERRITIN), ("transferrin-saturation", SATURATION)):
        if name in found:
            path = ("person", "labs", name)
            reader.number(found[name], path, limits.lowest, limits.highest, limits.unit)
    return found


def _number(reader: Reader, key: str, value: float | None, highest: float) -> Any:
    if value is None:
        return None
    return reader.number(value, ("person", key), 0, highest)


def _weight(written: WrittenModelPerson, reader: Reader) -> float | None:
    limits = reader.limits
    return _quantity(
        written.weight,
        ("person", "weight"),
        "kg",
        reader,
        limits.weight_min_kg,
        limits.weight_max_kg,
    )


def _clearance(written: WrittenModelPerson, reader: Reader, assumed: Assumed) -> float:
    healthy = assumed.values["healthy_clearance_ml_per_min"]
    path = ("person", "creatinine_clearance")
    found = _quantity(written.creatinine_clearance, path, "mL/min", reader, 0.0, 300.0)
    return 1.0 if found is None else min(found / healthy, 1.0)


def _quantity(
    written: str | float, path: Path, unit: str, reader: Reader, lowest: float, highest: float
) -> float | None:
    if isinstance(written, float):
        raise reader.fault(f"{written:g} without a unit", path, expected=f"a number and {unit}")
    if not written:
        return None
    found = read_quantity(written)
    if found is None or found.unit != unit or found.bound:
        why = why_no_quantity(written) or f"its unit is not {unit}"
        raise reader.fault(f"{written!r}: {why}", path, expected=f"a number and {unit}")
    return reader.number(found.value, path, lowest, highest, unit)


def _night(record: ScenarioRecord, reader: Reader) -> tuple[float, float]:
    usual = {
        r.symbol: r.median
        for r in reader.knowledge.of(ModelParameter).values()
        if r.submodel == "scenario"
    }
    off, on = usual["usual_lights_off_h"], usual["usual_lights_on_h"]
    if record.sleep.lights_off:
        off = clock_hours(reader.clock(record.sleep.lights_off, ("sleep", "lights_off")))
    if record.sleep.lights_on:
        on = clock_hours(reader.clock(record.sleep.lights_on, ("sleep", "lights_on")))
    if not 1 <= (on - off) % 24 <= 18:
        path = ("sleep", "lights_on" if record.sleep.lights_on else "lights_off")
        found = f"a night of {(on - off) % 24:g} hours"
        raise reader.fault(found, path, expected="lights on 1 to 18 hours after lights off")
    return off, on


def _iron_of_blood(person: Person, knowledge: KnowledgeBase) -> float:
    """Iron in a millilitre of this person's blood, mg."""
    body = Priors.of(knowledge).values(np, {}).body
    whole_mg = float(red_cell_iron_mg(person.hemoglobin_g_per_dl, person.weight_kg, body))
    return whole_mg / float(body.blood_volume_l_per_kg * person.weight_kg * 1000)
