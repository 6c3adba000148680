"""The file of a population or a trial: its keys, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.validation import schema, validated
from ekbom.mechanism.excitability import IRLS_MAX
from ekbom.mechanism.populations.population import MOST_WEEKS, PopulationArm
from ekbom.mechanism.populations.trial_emulation import Analysis
from ekbom.mechanism.populations.virtual_patients import EntryCriteria
from ekbom.mechanism.regimen import BLOOD, Line
from ekbom.mechanism.scenarios.written_lines import clocks_of, dose_mg_of, drug_of
from ekbom.mechanism.schedule import WEEK_D
from ekbom.patient.limits import record_limits
from ekbom.patient.plain import check_plain
from ekbom.patient.read_labs import read_result
from ekbom.patient.record import BareNumber, ClockText, QuantityText
from ekbom.patient.written import Reader

_MOST_ARMS = 20
_HIGHEST_HAZARD = 1.0


@dataclass(frozen=True, slots=True)
class WrittenArmLine:
    """One line of a regimen, by day of the trial; the first day is 0."""

    drug: str
    dose: QuantityText | BareNumber
    times: tuple[ClockText, ...]
    form: str = ""
    from_day: int = 0
    to_day: int | None = None
    every_days: int = 1
    on_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenArm:
    """``arms[]``: what a group is given."""

    name: str
    regimen: tuple[WrittenArmLine, ...] = ()
    expectation: Literal["yes", "no"] = "yes"
    dropout_per_week: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """``entry``: who is in it."""

    irls_from: float | None = None
    irls_to: float | None = None
    ferritin_from: QuantityText | BareNumber = ""
    ferritin_below: QuantityText | BareNumber = ""
    tsat_below: QuantityText | BareNumber = ""
    plms_index_from: float | None = None
    age_from: float | None = None
    age_to: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenTrial:
    """``trial``: how arms are compared."""

    analysis: Analysis = "last-observation"
    level: float = 0.05
    power: float | None = None
    repeats: int = 200


@dataclass(frozen=True, slots=True)
class PopulationRecord:
    """A whole file."""

    title: str
    arms: tuple[WrittenArm, ...]
    weeks: int = 12
    entry: WrittenEntry = field(default_factory=WrittenEntry)
    trial: WrittenTrial = field(default_factory=WrittenTrial)


@dataclass(frozen=True, slots=True)
class PopulationFile:
    """What a file asks for.

    Parameters
    ----------
    title : str
        What it is about.
    arms : tuple of PopulationArm
        The first is what others are compared with.
    weeks : int
        Length.
    criteria : EntryCriteria
        Who is in it.
    analysis, level, power, repeats
        Of a trial, see `ekbom.mechanism.populations.trial_emulation`; ``power`` is the one wanted.
    """

    title: str
    arms: tuple[PopulationArm, ...]
    weeks: int
    criteria: EntryCriteria
    analysis: Analysis
    level: float
    power: float | None
    repeats: int


def population_schema() -> dict[str, Any]:
    """JSON Schema of such a file."""
    return schema(PopulationRecord, "Population", "Arms that virtual patients are put in.")


def population_from(
    file: YamlFile, knowledge: KnowledgeBase, weeks: int | None = None
) -> PopulationFile:
    """The population or trial a file describes.

    Parameters
    ----------
    file : YamlFile
        A parsed file; its own kind of error is raised.
    knowledge : KnowledgeBase
        All sections.
    weeks : int, optional
        Length, where it is not that of the file.

    Raises
    ------
    EkbomError
        Of the file's own kind: the first thing that is unknown, impossible or out of range, with
        file, line and its path.
    """
    check_plain(PopulationRecord, file, ())
    record = validated(PopulationRecord, file.data, file)
    reader = Reader(file, (), knowledge, record_limits(knowledge), date.max)
    reader.number(record.weeks, ("weeks",), 1, MOST_WEEKS, "weeks")
    trial = record.trial
    reader.number(trial.level, ("trial", "level"), 0.0001, 0.5)
    reader.number(trial.repeats, ("trial", "repeats"), 2, 100_000)
    if trial.power is not None:
        reader.number(trial.power, ("trial", "power"), 0.01, 0.99)
    length = record.weeks if weeks is None else weeks
    return PopulationFile(
        title=record.title,
        arms=_arms(record, reader, WEEK_D * length),
        weeks=length,
        criteria=_criteria(record.entry, reader),
        analysis=trial.analysis,
        level=trial.level,
        power=trial.power,
        repeats=trial.repeats,
    )


def _arms(record: PopulationRecord, reader: Reader, n_days: int) -> tuple[PopulationArm, ...]:
    if not 1 <= len(record.arms) <= _MOST_ARMS:
        found = f"{len(record.arms)} arms"
        raise reader.fault(found, ("arms",), expected=f"from 1 to {_MOST_ARMS}")
    arms: list[PopulationArm] = []
    for index, written in enumerate(record.arms):
        path: Path = ("arms", index)
        if written.name in [arm.name for arm in arms]:
            says = f"{written.name!r} stands twice"
            raise reader.fault(says, (*path, "name"), expected="every name once")
        hazard = written.dropout_per_week
        if hazard is not None:
            reader.number(hazard, (*path, "dropout_per_week"), 0, _HIGHEST_HAZARD)
        lines = tuple(
            _line(line, (*path, "regimen", at), reader, n_days)
            for at, line in enumerate(written.regimen)
        )
        arms.append(PopulationArm(written.name, lines, written.expectation == "yes", hazard))
    return tuple(arms)


def _line(line: WrittenArmLine, path: Path, reader: Reader, n_days: int) -> Line:
    name = drug_of(line.drug, path, reader)
    if name == BLOOD:
        expected = "a medicine or an iron product; a scenario of one person may lose blood"
        raise reader.fault("blood is not given to a population", (*path, "drug"), expected=expected)
    clocks = clocks_of(line.times, path, reader)
    dose_mg = dose_mg_of(name, line.dose, line.form, path, reader)
    return Line(name, dose_mg, clocks, _days(line, path, reader, n_days))


def _days(line: WrittenArmLine, path: Path, reader: Reader, n_days: int) -> NDArray[np.bool_]:
    days = np.zeros(n_days, dtype=bool)
    if line.on_days:
        if line.from_day or line.to_day is not None or line.every_days != 1:
            expected = "either on_days, or from_day, to_day and every_days"
            raise reader.fault("both are written", (*path, "on_days"), expected=expected)
        for at, day in enumerate(line.on_days):
            reader.number(day, (*path, "on_days", at), 0, n_days - 1)
            days[day] = True
        return days
    reader.number(line.from_day, (*path, "from_day"), 0, n_days - 1)
    reader.number(line.every_days, (*path, "every_days"), 1, n_days)
    end = n_days if line.to_day is None else line.to_day
    if end <= line.from_day:
        expected = f"a day after from_day ({line.from_day})"
        raise reader.fault("it stops before it starts", (*path, "to_day"), expected=expected)
    days[line.from_day : end : line.every_days] = True
    return days


def _criteria(entry: WrittenEntry, reader: Reader) -> EntryCriteria:
    def number(key: str, highest: float) -> float | None:
        value: float | None = getattr(entry, key)
        return None if value is None else reader.number(value, ("entry", key), 0, highest)

    def result(key: str, lab: str) -> float | None:
        written: str | float = getattr(entry, key)
        if written == "":
            return None
        read = read_result(lab, written, ("entry", key), reader)
        if read.bound:
            says = f"{written!r} is a bound already"
            raise reader.fault(says, ("entry", key), expected="a number and a unit")
        return read.value

    return EntryCriteria(
        irls_from=number("irls_from", IRLS_MAX),
        irls_to=number("irls_to", IRLS_MAX),
        ferritin_from_ug_per_l=result("ferritin_from", "ferritin"),
        ferritin_below_ug_per_l=result("ferritin_below", "ferritin"),
        tsat_below_percent=result("tsat_below", "transferrin-saturation"),
        plms_index_from=number("plms_index_from", 200),
        age_from_y=number("age_from", 120),
        age_to_y=number("age_to", 120),
    )
