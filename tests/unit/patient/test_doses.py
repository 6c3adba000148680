"""Doses as written: mg, a day, and why there is no number."""

from __future__ import annotations

from datetime import time

import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import DrugClass
from ekbom.patient.doses import (
    WrittenDose,
    by_tablets,
    counted_ingredient,
    daily_amount,
    ingredients,
    is_above_maximum,
    published_dose,
    read_dose,
    why_no_dose,
)
from ekbom.patient.patient import MedicationUse


def use(drug: str, dose: str = "", clocks: int = 0, form: str = "") -> MedicationUse:
    times = tuple(time(8 + number) for number in range(clocks))
    return MedicationUse(drug, form=form, dose=dose, times=times)


@pytest.mark.parametrize(
    ("written", "amounts", "is_rate"),
    [
        ("0.25 mg", (0.25,), False),
        ("25mg", (25.0,), False),
        ("1 g", (1000.0,), False),
        ("200 ug", (0.2,), False),
        ("200 mcg", (0.2,), False),
        ("200 \u00b5g", (0.2,), False),
        ("25/100 mg", (25.0, 100.0), False),
        ("25 mg/100 mg", (25.0, 100.0), False),
        ("2 mg/24 h", (2.0,), True),
        ("2 mg/24h", (2.0,), True),
        ("2 mg/(24.h)", (2.0,), True),
        ("2 mg/d", (2.0,), True),
        ("2 mg / day", (2.0,), True),
    ],
)
def test_masses_are_read(written: str, amounts: tuple[float, ...], is_rate: bool) -> None:
    assert read_dose(written) == WrittenDose(amounts, is_rate)
    assert why_no_dose(written) == ""


@pytest.mark.parametrize(
    "written", ["1 tablet", "20 drops", "5 mg/mL", "10 mg/5 mL", "5 ug/h", "2 x 100 mg", "20 IU"]
)
def test_what_is_no_mass_is_kept_and_not_read(written: str) -> None:
    assert read_dose(written) is None
    assert why_no_dose(written) == ""


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0 mg", "nothing is taken"),
        ("0.0 mg", "nothing is taken"),
        ("0", "nothing is taken"),
        ("25/0 mg", "nothing is taken"),
        ("2,5 mg", "comma"),
        ("1,000 mg", "comma"),
        ("-2 mg", "negative"),
        ("\u22122 mg", "negative"),
        ("<5 mg", "bound"),
        ("1-2 mg", "range"),
        ("1 mg - 2 mg", "range"),
        ("1\u20132 mg", "range"),
        ("300 to 600 mg", "range"),
        ("2.5", "unit is missing"),
        ("1 000 mg", "no number with a unit"),
        ("some", "no number with a unit"),
    ],
)
def test_what_nobody_can_take_is_refused_with_its_reason(written: str, why: str) -> None:
    assert why in why_no_dose(written)


def test_small_doses_are_no_zero() -> None:
    assert why_no_dose("0.05 mg") == why_no_dose("0.088 mg") == ""


@pytest.mark.parametrize(
    ("taken", "per_day", "unit"),
    [
        (use("ropinirole", "0.5 mg", 1), 0.5, "mg/d"),
        (use("ropinirole", "0.1 mg", 3), 0.3, "mg/d"),
        (use("ropinirole", "2 mg/d"), 2.0, "mg/d"),
        (use("rotigotine", "2 mg/24 h"), 2.0, "mg/(24.h)"),
        (use("rotigotine", "2 mg/d", 1), 2.0, "mg/(24.h)"),
        (use("buprenorphine", "200 ug", 2), 0.4, "mg/d"),
        (use("carbidopa/levodopa", "25/100 mg", 2), 200.0, "mg/d"),
        (use("carbidopa/levodopa", "100/25 mg", 1), 100.0, "mg/d"),
        (use("oxycodone/naloxone", "10/5 mg", 2), 20.0, "mg/d"),
        (use("pramipexole", "0.18 mg", 1, "base"), 0.18, "mg/d"),
    ],
)
def test_a_day_is_dose_times_clock_times_or_the_rate(
    taken: MedicationUse, per_day: float, unit: str, knowledge: KnowledgeBase
) -> None:
    amount = daily_amount(taken, knowledge)
    assert (amount.per_day, amount.unit, amount.why) == (per_day, unit, "")


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        (use("ropinirole"), "no dose on record"),
        (use("ropinirole", "1 mg"), "no clock times"),
        (use("ropinirole", "1 tablet", 1), "not written in g, mg or ug"),
        (use("ropinirole", "2 mg/d", 2), "several clock times"),
        (use("pramipexole", "0.25 mg", 1), "form is not stated"),
        # 4.5 mg is what a patch of 2 mg/24 h holds.
        (use("rotigotine", "4.5 mg", 1), "its rate is not stated"),
        # 125 mg may be the sum of both, or the levodopa alone.
        (use("levodopa/benserazide", "125 mg", 1), "which number is of which"),
        (use("levodopa/carbidopa/entacapone", "100/25/200 mg", 1), "which number is of which"),
    ],
)
def test_no_number_where_the_record_does_not_tell(
    taken: MedicationUse, why: str, knowledge: KnowledgeBase
) -> None:
    amount = daily_amount(taken, knowledge)
    assert amount.per_day is None
    assert why in amount.why


def test_one_dose_is_known_where_only_its_clock_times_are_missing(knowledge: KnowledgeBase) -> None:
    assert daily_amount(use("ropinirole", "1 mg"), knowledge).single == 1.0
    assert daily_amount(use("rotigotine", "4.5 mg", 1), knowledge).single is None


def test_every_pair_on_file_is_counted_by_the_medicine_in_it(knowledge: KnowledgeBase) -> None:
    names = [d.name for c in knowledge.of(DrugClass).values() for d in c.members]
    pairs = {name: counted_ingredient(name, knowledge) for name in names if "/" in name}
    assert pairs == {
        "carbidopa/levodopa": "levodopa",
        "levodopa/benserazide": "levodopa",
        "levodopa/carbidopa/entacapone": "levodopa",
        "oxycodone/naloxone": "oxycodone",
        "buprenorphine/naloxone": "buprenorphine",
        "tilidine/naloxone": "tilidine",
    }
    assert ingredients("carbidopa/levodopa") == ("carbidopa", "levodopa")


@pytest.mark.parametrize(
    ("base", "clocks", "judged", "form"),
    [
        ("0.088 mg", 1, 0.125, "salt"),
        ("0.18 mg", 1, 0.25, "salt"),
        ("0.35 mg", 1, 0.5, "salt"),
        ("0.36 mg", 1, 0.5, "salt"),
        ("0.18 mg", 2, 0.5, "salt"),
        ("0.088 mg", 4, 0.5, "salt"),
        ("0.54 mg", 1, 0.75, "salt"),
        ("0.7 mg", 1, 1.0, "salt"),
        ("0.26 mg", 1, 0.26, "base"),
        ("0.52 mg", 2, 1.04, "base"),
    ],
)
def test_base_is_judged_by_its_tablets_as_salt(
    base: str, clocks: int, judged: float, form: str, knowledge: KnowledgeBase
) -> None:
    dose = published_dose("pramipexole", "base", knowledge)
    assert dose is not None
    amount = daily_amount(use("pramipexole", base, clocks, "base"), knowledge)
    value, judged_by = by_tablets(amount, dose, knowledge)
    assert (value, judged_by.form) == (pytest.approx(judged), form)


@pytest.mark.parametrize(
    ("taken", "above"),
    [
        (use("pramipexole", "0.5 mg", 1, "salt"), False),
        (use("pramipexole", "0.51 mg", 1, "salt"), True),
        (use("pramipexole", "0.5 mg", 1, "base"), True),
        (use("pramipexole", "0.36 mg", 1, "base"), False),
        (use("pramipexole", "0.54 mg", 1, "base"), True),
        (use("ropinirole", "4 mg", 1), False),
        (use("ropinirole", "5 mg"), True),
        (use("ropinirole", "4 mg"), False),
        (use("rotigotine", "3 mg/24 h"), False),
        (use("rotigotine", "4 mg/24 h"), True),
        (use("gabapentin", "3600 mg", 1), False),
        (use("gabapentin-enacarbil", "1200 mg", 1), True),
        (use("sertraline", "500 mg", 1), False),
    ],
)
def test_above_the_maximum_only_where_it_is_certain(
    taken: MedicationUse, above: bool, knowledge: KnowledgeBase
) -> None:
    assert is_above_maximum(taken, knowledge) is above
