"""The file of a scenario: its keys, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import near_names
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import find_drug
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.mechanism import ModelParameter, ModelVariant
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.validation import schema, validated
from ekbom.mechanism.assumed import Assumed
from ekbom.mechanism.genes import shifts
from ekbom.mechanism.iron import red_cell_iron_mg
from ekbom.mechanism.parameters import DEFAULT_VARIANT, Priors
from ekbom.mechanism.regimen import BLOOD, KNOWN, Line
from ekbom.mechanism.scenario import Course, Scenario
from ekbom.mechanism.states import Person
from ekbom.patient.doses import read_dose, why_no_dose
from ekbom.patient.limits import record_limits
from ekbom.patient.plain import check_plain
from ekbom.patient.read_labs import read_result
from ekbom.patient.record import BareNumber, ClockText, Day, PartialDay, QuantityText
from ekbom.patient.written import Reader
from ekbom.units import read_quantity, why_no_quantity

ALL_VARIANTS = "all"
# A century; more is no course of treatment.
MOST_DAYS = 36_525
_MOST_DRAWS = 100_000
_IRLS = "irls"


@dataclass(frozen=True, slots=True)
class WrittenModelPerson:
    """``person``: who it is about; what is left out is assumed, and said to be."""

    sex: Literal["female", "male"]
    born: PartialDay | None = None
    weight: QuantityText | BareNumber = ""
    irls: float | None = None
    plms_index_per_h: float | None = None
    wake_after_sleep_onset_min: float | None = None
    awakenings: float | None = None
    creatinine_clearance: QuantityText | BareNumber = ""
    iron_loss_mg_per_d: float = 0.0
    labs: Mapping[str, QuantityText | BareNumber] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WrittenSleep:
    """``sleep``: the habitual night."""

    lights_off: ClockText = ""
    lights_on: ClockText = ""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """One line of a regimen: on given days, or from a day on."""

    drug: str
    dose: QuantityText | BareNumber
    times: tuple[ClockText, ...]
    form: str = ""
    start: Day | None = None
    stop: Day | None = None
    every_days: int = 1
    on: tuple[Day, ...] = ()
    missed: float = 0.0
    skipped: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenCourse:
    """``courses[]``: one course of treatment."""

    name: str
    regimen: tuple[WrittenLine, ...] = ()
    expectation: Literal["yes", "no"] | None = None


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """A whole scenario."""

    title: str
    start: Day
    days: int
    person: WrittenModelPerson
    courses: tuple[WrittenCourse, ...]
    question: str = ""
    sleep: WrittenSleep = field(default_factory=WrittenSleep)
    taken_so_far: tuple[WrittenLine, ...] = ()
    genes: Mapping[str, int] = field(default_factory=dict)
    gene_pathway: Literal["risk-only", "barrier", "receptors"] = "risk-only"
    draws: int = 200
    seed: int = 1
    variant: str = DEFAULT_VARIANT
    spread: Literal["mean", "people"] = "mean"


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file."""
    return schema(ScenarioRecord, "Scenario", "One person, some courses, and what the model does.")


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
    if record.person.born is not None:
        reader = replace(reader, born=reader.partial(record.person.born, ("person", "born")))
        _check_birth(reader, start)
    person, assumed = _person(record, reader)
    blood_mg_per_ml = _iron_of_blood(person, knowledge)
    lines = _Lines(record, reader, start, blood_mg_per_ml)
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


# The person --------------------------------------------------------------------------------------


def _person(record: ScenarioRecord, reader: Reader) -> tuple[Person, Mapping[str, str]]:
    written = record.person
    assumed = Assumed(reader.knowledge, written.sex)
    labs = {
        name: read_result(name, value, ("person", "labs", name), reader).value
        for name, value in written.labs.items()
    }
    _check_labs(record, reader)
    ferritin = assumed.or_given("ferritin", labs.get("ferritin"))
    saturation = labs.get("transferrin-saturation")
    off, on = _night(record, reader)
    scale = reader.knowledge.of(Instrument)[_IRLS]
    highest = scale.items * scale.item_maximum
    barrier, receptor = shifts(record.genes, record.gene_pathway, reader)
    person = Person(
        weight_kg=assumed.or_given("weight", _weight(written, reader)),
        ferritin_ug_per_l=ferritin,
        tsat_percent=assumed.saturation(ferritin) if saturation is None else saturation,
        hemoglobin_g_per_dl=assumed.or_given("hemoglobin", labs.get("hemoglobin")),
        irls=assumed.or_given("irls", _number(reader, "irls", written.irls, highest)),
        plms_index=assumed.or_given(
            "plms_index",
            _number(reader, "plms_index_per_h", written.plms_index_per_h, _most_movements(reader)),
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
    return person, assumed.said


_LABS = ("ferritin", "transferrin-saturation", "hemoglobin")


def _check_labs(record: ScenarioRecord, reader: Reader) -> None:
    for name in record.person.labs:
        if name not in _LABS:
            path = ("person", "labs", name)
            raise reader.fault(
                f"the model has no {name}", path, expected=f"some of: {', '.join(_LABS)}"
            )


def _most_movements(reader: Reader) -> float:
    """As many as the renewal process can bring when every movement happens."""
    from ekbom.mechanism.movement_index import MovementIndex

    return math.floor(float(MovementIndex.of(reader.knowledge).per_h(np, 1.0)))


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
        off = _hours(reader.clock(record.sleep.lights_off, ("sleep", "lights_off")))
    if record.sleep.lights_on:
        on = _hours(reader.clock(record.sleep.lights_on, ("sleep", "lights_on")))
    if not 1 <= (on - off) % 24 <= 18:
        path = ("sleep", "lights_on" if record.sleep.lights_on else "lights_off")
        found = f"a night of {(on - off) % 24:g} hours"
        raise reader.fault(found, path, expected="lights on 1 to 18 hours after lights off")
    return off, on


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _iron_of_blood(person: Person, knowledge: KnowledgeBase) -> float:
    """Iron in a millilitre of this person's blood, mg."""
    body = Priors.of(knowledge).values(np, {}).body
    whole_mg = float(red_cell_iron_mg(person.hemoglobin_g_per_dl, person.weight_kg, body))
    return whole_mg / float(body.blood_volume_l_per_kg * person.weight_kg * 1000)


# The courses -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lines:
    record: ScenarioRecord
    reader: Reader
    start: date
    blood_mg_per_ml: float

    def courses(self) -> Iterator[Course]:
        """The courses, each with its lines."""
        for index, course in enumerate(self.record.courses):
            path = ("courses", index, "regimen")
            lines = tuple(
                self._line(line, (*path, at), self.start, self.record.days)
                for at, line in enumerate(course.regimen)
            )
            hopes = bool(lines) if course.expectation is None else course.expectation == "yes"
            yield Course(course.name, lines, hopes)

    def so_far(self) -> tuple[tuple[Line, ...], int]:
        """What was taken before the start, and over how many days it is followed."""
        if not self.record.taken_so_far:
            return (), 0
        begins = []
        for at, line in enumerate(self.record.taken_so_far):
            path = ("taken_so_far", at)
            if line.start is None:
                raise self.reader.fault("key 'start' is missing", path, expected="since when")
            begins.append(self.reader.day(line.start, (*path, "start"), may_be_ahead=True))
            if begins[-1] >= self.start:
                expected = f"a day before the start ({self.start})"
                raise self.reader.fault(
                    f"{begins[-1]} is not before", (*path, "start"), expected=expected
                )
        first = min(begins)
        n_days = min((self.start - first).days, MOST_DAYS)
        lines = tuple(
            self._line(line, ("taken_so_far", at), first, n_days)
            for at, line in enumerate(self.record.taken_so_far)
        )
        return lines, n_days

    def _line(self, line: WrittenLine, path: Path, first: date, n_days: int) -> Line:
        name = self._drug(line, path)
        clocks = tuple(
            _hours(self.reader.clock(clock, (*path, "times", at)))
            for at, clock in enumerate(line.times)
        )
        if not clocks:
            raise self.reader.fault("no clock time", (*path, "times"), expected='e.g. ["20:00"]')
        days = self._days(line, path, first, n_days)
        return Line(name, self._dose_mg(name, line, path), clocks, days)

    def _drug(self, line: WrittenLine, path: Path) -> str:
        if line.drug == BLOOD:
            return BLOOD
        found = find_drug(self.reader.knowledge, line.drug)
        name = line.drug if found is None else found.drug.name
        if name not in KNOWN:
            expected = near_names(name, KNOWN, f"one of: {', '.join(KNOWN)}")
            says = "the model does not know" if found is None else "the model has no"
            raise self.reader.fault(f"{says} {line.drug}", (*path, "drug"), expected=expected)
        return name

    def _dose_mg(self, name: str, line: WrittenLine, path: Path) -> float:
        at = (*path, "dose")
        if name == BLOOD:
            return self._volume_ml(line, at) * self.blood_mg_per_ml
        expected = "a number and a unit, as in 0.25 mg"
        if isinstance(line.dose, float):
            raise self.reader.fault(f"{line.dose:g} without a unit", at, expected=expected)
        why, found = why_no_dose(line.dose), read_dose(line.dose)
        if why or found is None or len(found.amounts_mg) != 1:
            why = why or "it is no dose in g, mg or ug"
            raise self.reader.fault(f"{line.dose!r} is no dose: {why}", at, expected=expected)
        highest = _HIGHEST_MG.get(name, _HIGHEST_OTHER_MG)
        self.reader.number(found.amounts_mg[0], at, 0, highest, "mg")
        return found.amounts_mg[0] * self._salt(name, line, path)

    def _volume_ml(self, line: WrittenLine, at: Path) -> float:
        text = str(line.dose)
        number = text.removesuffix("mL").strip()
        try:
            volume = float(number) if number != text.strip() else math.nan
        except ValueError:
            volume = math.nan
        if math.isnan(volume):
            raise self.reader.fault(f"{text!r} is no volume", at, expected="e.g. 450 mL")
        return self.reader.number(volume, at, 0, 600, "mL")

    def _salt(self, name: str, line: WrittenLine, path: Path) -> float:
        """Factor from what was written to the salt the model counts."""
        found = find_drug(self.reader.knowledge, name)
        forms = () if found is None else found.drug.forms
        if not forms:
            return 1.0
        if line.form not in forms:
            says = f"no form {line.form!r}" if line.form else f"{name} without its form"
            raise self.reader.fault(says, path, expected=f"form: one of {', '.join(forms)}")
        own = self.reader.knowledge.of(ModelParameter)["pramipexole-base-to-salt"]
        return own.median if line.form == "base" else 1.0

    def _days(self, line: WrittenLine, path: Path, first: date, n_days: int) -> NDArray[np.bool_]:
        days = np.zeros(n_days, dtype=bool)
        if line.on:
            if line.start or line.stop or line.every_days != 1:
                expected = "either days after on:, or start, stop and every_days"
                raise self.reader.fault("both are written", (*path, "on"), expected=expected)
            for at, day in enumerate(line.on):
                days[self._index(day, (*path, "on", at), first, n_days)] = True
        else:
            self.reader.number(line.every_days, (*path, "every_days"), 1, n_days, "days")
            begin = self._edge(line.start, (*path, "start"), first, 0)
            end = self._edge(line.stop, (*path, "stop"), first, n_days)
            if not 0 <= begin < n_days:
                expected = f"a day of the course, from {first}, {n_days} days"
                raise self.reader.fault(
                    f"{line.start} is outside", (*path, "start"), expected=expected
                )
            if end <= begin:
                expected = "a day after its start"
                raise self.reader.fault(
                    "it stops before it starts", (*path, "stop"), expected=expected
                )
            days[begin : min(end, n_days) : line.every_days] = True
        for at, day in enumerate(line.skipped):
            days[self._index(day, (*path, "skipped", at), first, n_days)] = False
        share = self.reader.number(line.missed, (*path, "missed"), 0, 1)
        if share:
            rng = np.random.default_rng([self.record.seed, *map(hash_of, path)])
            days &= rng.random(n_days) >= share
        return days

    def _edge(self, written: Day | None, path: Path, first: date, otherwise: int) -> int:
        if written is None:
            return otherwise
        return (self._day(written, path) - first).days

    def _index(self, written: Day, path: Path, first: date, n_days: int) -> int:
        at = (self._day(written, path) - first).days
        if not 0 <= at < n_days:
            expected = f"a day of the course, from {first}, {n_days} days"
            raise self.reader.fault(f"{written} is outside", path, expected=expected)
        return at

    def _day(self, written: Day, path: Path) -> date:
        day = self.reader.day(written, path, may_be_ahead=True)
        if self.reader.born is not None and day < self.reader.born.first:
            expected = f"a day after birth ({self.reader.born})"
            raise self.reader.fault(f"{day} is before birth", path, expected=expected)
        return day


# Far above any dose in use: what is larger is a slip of the unit.
_HIGHEST_MG = {"pramipexole": 10.0, "ropinirole": 30.0, "rotigotine": 20.0, "oxycodone": 400.0}
_HIGHEST_OTHER_MG = 10_000.0


def hash_of(part: object) -> int:
    """A small number for a part of a path; the same in every process."""
    return sum(str(part).encode())
