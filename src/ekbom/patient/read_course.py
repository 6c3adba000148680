"""What lasts: medicines, conditions and pregnancies, each from a day to a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from ekbom.errors import near_names
from ekbom.knowledge.clinic import Condition
from ekbom.knowledge.drugs import Drug, find_drug
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.dates import PartialDate
from ekbom.patient.doses import ingredients, read_dose, why_no_dose
from ekbom.patient.patient import ConditionFact, MedicationUse, Person, Pregnancy
from ekbom.patient.record import PatientRecord, WrittenMedication, WrittenPregnancy
from ekbom.patient.written import Reader


def read_medications(record: PatientRecord, reader: Reader) -> Iterator[MedicationUse]:
    """The medicines of a record, in the order of its file."""
    for index, written in enumerate(record.medications):
        yield _medication(written, ("medications", index), reader)


def _medication(written: WrittenMedication, path: Path, reader: Reader) -> MedicationUse:
    found = find_drug(reader.knowledge, written.drug)
    drug = None if found is None else found.drug
    started = _maybe(written.started, (*path, "started"), reader)
    stopped = _maybe(written.stopped, (*path, "stopped"), reader)
    if started is not None and stopped is not None:
        reader.order(started, stopped, (*path, "stopped"), "its start")
    dose = _dose(written.dose, (*path, "dose"), reader)
    if drug is not None:
        _check_numbers(drug, dose, (*path, "dose"), reader)
        _check_form(drug, written, path, reader)
    return MedicationUse(
        drug=drug.name if drug else written.drug,
        started=started,
        stopped=stopped,
        known=drug is not None,
        form=written.form,
        dose=dose,
        times=_times(written, (*path, "times"), reader),
        indication=written.for_,
        path=reader.shown(path),
    )


def _times(written: WrittenMedication, path: Path, reader: Reader) -> tuple[time, ...]:
    found: list[time] = []
    for number, clock in enumerate(written.times):
        read = reader.clock(clock, (*path, number))
        if read in found:
            expected = "every clock time once; the dose is what is taken then"
            raise reader.fault(f"{clock} stands twice", (*path, number), expected=expected)
        found.append(read)
    return tuple(sorted(found))


def _dose(written: str | float, path: Path, reader: Reader) -> str:
    expected = "a number and a unit, as in 0.25 mg"
    if isinstance(written, float):
        raise reader.fault(f"{written:g} without a unit", path, expected=expected)
    why = why_no_dose(written) if written else ""
    if why:
        raise reader.fault(f"{written!r} is no dose: {why}", path, expected=expected)
    return written


def _check_numbers(drug: Drug, written: str, path: Path, reader: Reader) -> None:
    """Refuse two numbers of one ingredient; one number of two is kept, and counts nowhere."""
    dose = read_dose(written)
    parts = len(ingredients(drug.name))
    if dose is not None and len(dose.amounts_mg) not in (1, parts):
        found = f"{written!r} has {len(dose.amounts_mg)} numbers"
        says = "one number" if parts == 1 else f"{parts} numbers, as its name has parts"
        raise reader.fault(found, path, expected=f"{drug.name} in {says}")


def _check_form(drug: Drug, written: WrittenMedication, path: Path, reader: Reader) -> None:
    if not drug.forms or (not written.form and not written.dose):
        return
    forms = ", ".join(drug.forms)
    if not written.form:
        found = f"{drug.name} {written.dose} does not say of which form"
        raise reader.fault(found, path, expected=f"form: one of {forms}; the doses differ")
    if written.form not in drug.forms:
        found = f"{drug.name} has no form {written.form!r}"
        raise reader.fault(found, (*path, "form"), expected=f"one of: {forms}")


def read_conditions(record: PatientRecord, reader: Reader) -> Iterator[ConditionFact]:
    """The conditions of a record, in the order of its file."""
    known = reader.knowledge.of(Condition)
    for index, written in enumerate(record.conditions):
        path: Path = ("conditions", index)
        if written.condition not in known:
            expected = near_names(written.condition, known, "see: ekbom patient conditions")
            found = f"no condition {written.condition!r}"
            raise reader.fault(found, (*path, "condition"), expected=expected)
        since = reader.partial(written.since, (*path, "since"))
        until = _maybe(written.until, (*path, "until"), reader)
        if until is not None:
            reader.order(since, until, (*path, "until"), "its beginning")
        yield ConditionFact(
            written.condition, written.present == "yes", since, until, reader.shown(path)
        )


def read_pregnancies(record: PatientRecord, person: Person, reader: Reader) -> Iterator[Pregnancy]:
    """The pregnancies of a record, in the order of its file."""
    for index, written in enumerate(record.pregnancies):
        path: Path = ("pregnancies", index)
        if person.sex == "male":
            raise reader.fault("a pregnancy of a man", path, expected="sex: female, or none")
        pregnancy = _pregnancy(written, path, reader)
        youngest, _ = person.age_years(pregnancy.last_period)
        oldest = reader.limits.pregnancy_age_max_a
        if youngest > oldest:
            found = f"a pregnancy at the age of {youngest}"
            raise reader.fault(found, path, expected=f"an age up to {oldest}")
        yield pregnancy


def _pregnancy(written: WrittenPregnancy, path: Path, reader: Reader) -> Pregnancy:
    limits = reader.limits
    if (written.due is None) == (written.last_period is None):
        found = "both due and last_period" if written.due else "neither due nor last_period"
        raise reader.fault(found, path, expected="one of the two")
    if written.last_period is not None:
        last_period = reader.day(written.last_period, (*path, "last_period"))
    else:
        due = reader.day(written.due or "", (*path, "due"), may_be_ahead=True)
        last_period = due - timedelta(days=limits.pregnancy_term_d)
        if last_period > reader.today:
            found = f"due on {due}, it would begin after {reader.today}"
            raise reader.fault(found, (*path, "due"), expected="an earlier due date")
    ended = None
    if written.ended is not None:
        ended = reader.day(written.ended, (*path, "ended"))
        reader.order(
            PartialDate(last_period, last_period),
            PartialDate(ended, ended),
            (*path, "ended"),
            "the last period",
        )
    if ended is not None:
        days = (ended - last_period).days
        if days > limits.pregnancy_max_d:
            expected = f"at most {limits.pregnancy_max_d} days from the last period"
            raise reader.fault(f"a pregnancy of {days} days", path, expected=expected)
    return Pregnancy(last_period, ended, reader.shown(path))


def _maybe(written: object, path: Path, reader: Reader) -> PartialDate | None:
    return None if written is None else reader.partial(str(written), path)
