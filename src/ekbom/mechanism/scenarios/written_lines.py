"""Lines of a regimen as files and records write them: medicine, dose and clock times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import numpy as np

from ekbom.errors import KnowledgeError, near_names
from ekbom.knowledge.drugs import find_drug
from ekbom.knowledge.mechanism import ModelParameter, TrialDose
from ekbom.knowledge.strict_yaml import Path
from ekbom.mechanism.regimen import BLOOD, KNOWN, Line
from ekbom.patient.doses import read_dose, why_no_dose
from ekbom.patient.written import Reader
from ekbom.units import read_quantity

_HIGHEST_DOSE = "highest-dose"


def clock_hours(clock: time) -> float:
    """A clock time in hours."""
    return clock.hour + clock.minute / 60


# In files ----------------------------------------------------------------------------------------


def drug_of(written: str, path: Path, reader: Reader) -> str:
    """The model's name of a medicine as written, or of lost blood.

    Parameters
    ----------
    written : str
        Ingredient; generic synonyms are known.
    path : tuple
        Of the line.
    reader : Reader
        For vocabularies and messages.
    """
    if written == BLOOD:
        return BLOOD
    found = find_drug(reader.knowledge, written)
    name = written if found is None else found.drug.name
    if name not in KNOWN:
        expected = near_names(name, KNOWN, f"one of: {', '.join(KNOWN)}")
        says = "the model does not know" if found is None else "the model has no"
        brand = " (the generic name; brands are not known)" if found is None else ""
        raise reader.fault(f"{says} {written}", (*path, "drug"), expected=f"{expected}{brand}")
    return name


def clocks_of(written: Sequence[str], path: Path, reader: Reader) -> tuple[float, ...]:
    """Clock times as written, in hours.

    Parameters
    ----------
    written : sequence of str
        At least one, e.g. ``20:00``.
    path : tuple
        Of the line.
    reader : Reader
        For messages.
    """
    if not written:
        raise reader.fault("no clock time", (*path, "times"), expected='e.g. ["20:00"]')
    return tuple(
        clock_hours(reader.clock(clock, (*path, "times", at))) for at, clock in enumerate(written)
    )


def dose_mg_of(name: str, written: str | float, form: str, path: Path, reader: Reader) -> float:
    """A dose as written, in mg of what the model counts.

    Parameters
    ----------
    name : str
        See `drug_of`; not blood.
    written : str or float
        A number alone is refused.
    form : str
        Base or salt, where the medicine has both.
    path : tuple
        Of the line.
    reader : Reader
        For vocabularies and messages.
    """
    at = (*path, "dose")
    expected = "a number and a unit, as in 0.25 mg"
    if isinstance(written, float):
        raise reader.fault(f"{written:g} without a unit", at, expected=expected)
    why, found = why_no_dose(written), read_dose(written)
    if why or found is None or len(found.amounts_mg) != 1:
        why = why or "it is no dose in g, mg or ug"
        raise reader.fault(f"{written!r} is no dose: {why}", at, expected=expected)
    reader.number(found.amounts_mg[0], at, 0, _highest_mg(name, reader), "mg")
    return found.amounts_mg[0] * _salt(name, form, path, reader)


def _highest_mg(name: str, reader: Reader) -> float:
    """The record of the medicine, or that of all that have none of their own."""
    records = reader.knowledge.of(ModelParameter)
    return records.get(f"{_HIGHEST_DOSE}-{name}", records[_HIGHEST_DOSE]).median


def _salt(name: str, form: str, path: Path, reader: Reader) -> float:
    """Factor from what was written to the salt the model counts."""
    found = find_drug(reader.knowledge, name)
    forms = () if found is None else found.drug.forms
    if not forms:
        return 1.0
    if form not in forms:
        says = f"no form {form!r}" if form else f"{name} without its form"
        raise reader.fault(says, path, expected=f"form: one of {', '.join(forms)}")
    own = reader.knowledge.of(ModelParameter)["pramipexole-base-to-salt"]
    return own.median if form == "base" else 1.0


# In records --------------------------------------------------------------------------------------


def recorded_line(written: TrialDose, n_days: int, where: str) -> Line:
    """A line of a record as a regimen of so many days.

    Parameters
    ----------
    written : TrialDose
        Of an arm of a trial, or of a course that stands for its kind.
    n_days : int
        Days of the regimen.
    where : str
        The record, for messages.

    Raises
    ------
    KnowledgeError
        Its dose is not in mg.
    """
    days = np.zeros(n_days, dtype=np.bool_)
    end = n_days if written.to_day < 0 else min(written.to_day, n_days)
    days[written.from_day : end : written.every_days] = True
    return Line(written.drug, recorded_mg(written, where), recorded_clocks(written), days)


def recorded_mg(written: TrialDose, where: str) -> float:
    """The dose of a line of a record, mg.

    Raises
    ------
    KnowledgeError
        It is not in mg.
    """
    dose = read_quantity(written.dose)
    if dose is None or dose.unit != "mg":
        raise KnowledgeError(
            f"a dose is not in mg: {written.dose}",
            expected="a number and mg, e.g. 0.5 mg",
            where=where,
            what_to_do="Write the dose in mg.",
        )
    return float(dose.value)


def recorded_clocks(written: TrialDose) -> tuple[float, ...]:
    """The clock times of a line of a record, in hours."""
    return tuple(clock_hours(time.fromisoformat(clock)) for clock in written.times)
