"""Iron treatment: where there is any, its products, and the total deficit as information."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from ekbom.assessment.assess import case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.iron import (
    DISCUSS,
    MORE_NEEDED,
    NONE,
    ORAL_ONLY,
    REPEAT,
    SPECIALIST,
    STOP,
    VEIN_ONLY,
)
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Rule
from ekbom.knowledge.treatment import Action
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    ConditionFact,
    Draw,
    LabResult,
    MedicationUse,
    Patient,
    Person,
    Pregnancy,
    Weight,
)
from ekbom.treatment.iron_recheck import further_infusion
from ekbom.treatment.iron_therapy import iron_section, iron_therapy, product_list, total_deficit
from ekbom.treatment.options import Choice, Option

DAY = date(2026, 5, 10)
ADULT = PartialDate(date(1978, 3, 14), date(1978, 3, 14))
DOSE = re.compile(r"\d\s*(?:mg|µg|mcg|milligrams?)\b", re.IGNORECASE)


def case(
    hemoglobin: float | None = 12.0,
    kg: float | None = 70.0,
    *,
    bound: str = "",
    drawn: date = DAY,
    weighed: date = DAY,
    born: PartialDate = ADULT,
    **record: Any,
) -> Case:
    """An adult with a haemoglobin and a weight; None leaves one out."""
    results = {"ferritin": LabResult("ferritin", 40.0, "ug/L", "40 ug/L")}
    if hemoglobin is not None:
        results["hemoglobin"] = LabResult("hemoglobin", hemoglobin, "g/dL", "", bound)
    weights = () if kg is None else (Weight(weighed, kg),)
    patient = Patient(
        "case",
        Person(born, "female"),
        draws=(Draw(drawn, results),),
        **{"weights": weights, **record},
    )
    return case_on(patient, load(), DAY)


def status(state: str, truth: Truth = Truth.YES) -> Finding:
    missing = (Missing("draw:iron", "A draw"),) if truth is Truth.UNKNOWN else ()
    found = Conclusion(truth, "Iron may be discussed", id="iron-status", missing=missing)
    return Finding("Iron status", found, state)


def option(action_id: str, truth: Truth = Truth.YES) -> Option:
    action = load().record(Action, action_id)
    missing = (Missing("question:pregnant", "Pregnant?"),) if truth is Truth.UNKNOWN else ()
    weighed = Conclusion(truth, action.name, id=f"option:{action_id}", missing=missing)
    return Option(action, None, weighed, "usual", "")


def choice(*offered: str, withheld: Sequence[Option] = ()) -> Choice:
    return Choice(tuple(option(one) for one in offered), withheld=tuple(withheld))


BOTH = choice("ferrous-sulfate", "iv-ferric-carboxymaltose")
VEIN = choice("iv-ferric-carboxymaltose")


# Where there is any ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [SPECIALIST, STOP, NONE, REPEAT, MORE_NEEDED])
def test_no_treatment_where_no_iron_may_be_discussed(state: str) -> None:
    assert iron_therapy(case(), status(state), BOTH) is None


@pytest.mark.parametrize("state", [DISCUSS, ORAL_ONLY, VEIN_ONLY])
def test_treatment_where_iron_may_be_discussed(state: str) -> None:
    found = iron_therapy(case(), status(state), BOTH)
    assert found is not None
    assert found.status.state == state
    assert found.products is BOTH
    assert found.total_deficit_mg.value == pytest.approx(70 * 3 * 2.4 + 500)
    assert found.recheck


def ids(findings: Sequence[Finding]) -> list[str]:
    return [finding.conclusion.id for finding in findings]


def test_a_route_that_is_not_offered_has_no_schedule_and_no_recheck() -> None:
    found = iron_therapy(case(), status(VEIN_ONLY), VEIN)
    assert found is not None
    assert found.oral_schedule == ()
    assert ids(found.recheck) == ["R-FE-10:recheck", "R-FE-10:effect"]
    by_mouth = iron_therapy(case(), status(ORAL_ONLY), choice("ferrous-sulfate"))
    assert by_mouth is not None
    assert ids(by_mouth.oral_schedule)[:2] == ["R-FE-06:schedule", "R-FE-06:apart"]
    assert ids(by_mouth.recheck) == ["R-FE-06:recheck"]


def test_the_section_has_products_first_and_each_finding_its_words_and_sources() -> None:
    on_day = case()
    therapy = iron_therapy(on_day, status(DISCUSS), BOTH)
    section = iron_section(on_day, status(DISCUSS), BOTH, therapy)
    assert ids(section.findings)[0] == "R-FE-07"
    assert {"R-FE-07:infusion", "R-FE-07:deficit", "R-FE-06:schedule"} <= set(ids(section.findings))
    for finding in section:
        assert finding.words.clinician, finding.conclusion.id
        assert finding.conclusion.cited(), finding.conclusion.id


def test_without_treatment_the_section_still_says_what_follows_from_iron_on_record() -> None:
    given = MedicationUse("ferric-carboxymaltose", PartialDate(DAY, DAY), PartialDate(DAY, DAY))
    on_day, none = case(medications=(given,)), status(NONE, Truth.NO)
    section = iron_section(on_day, none, VEIN, None, further_infusion(on_day, {}, none))
    assert ids(section.findings) == [
        "R-FE-07",
        "R-FE-10:recheck",
        "R-FE-10:effect",
        "R-FE-09:phosphate",
        "R-FE-10:repeat",
    ]
    bare = iron_section(case(), status(NONE, Truth.NO), VEIN, None)
    assert ids(bare.findings) == ["R-FE-07"]


def test_what_is_swallowed_with_iron_now_is_named_even_where_iron_is_not_discussed() -> None:
    swallowed = (MedicationUse("ferrous-sulfate"), MedicationUse("levothyroxine"))
    on_day = case(medications=swallowed)
    section = iron_section(on_day, status(NONE, Truth.NO), Choice(), None)
    assert "R-FE-06:apart:levothyroxine" in ids(section.findings)


# Products --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "truth", "products", "expected"),
    [
        (DISCUSS, Truth.YES, BOTH, Truth.YES),
        (DISCUSS, Truth.YES, choice(withheld=[option("ferrous-sulfate", Truth.NO)]), Truth.NO),
        (
            DISCUSS,
            Truth.YES,
            choice(withheld=[option("ferrous-sulfate", Truth.UNKNOWN)]),
            Truth.UNKNOWN,
        ),
        (DISCUSS, Truth.YES, Choice(), Truth.NO),
        (NONE, Truth.NO, BOTH, Truth.NO),
        (MORE_NEEDED, Truth.UNKNOWN, BOTH, Truth.UNKNOWN),
        (
            REPEAT,
            Truth.UNKNOWN,
            choice(withheld=[option("ferrous-sulfate", Truth.NO)]),
            Truth.UNKNOWN,
        ),
        (SPECIALIST, Truth.YES, BOTH, Truth.UNKNOWN),
        (SPECIALIST, Truth.YES, Choice(), Truth.UNKNOWN),
    ],
)
def test_product_list(state: str, truth: Truth, products: Choice, expected: Truth) -> None:
    found = product_list(case(), status(state, truth), products).conclusion
    assert found.truth is expected
    assert bool(found.all_missing()) is (expected is Truth.UNKNOWN)


# Total deficit ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hemoglobin", "kg", "truth", "mg"),
    [
        (12.0, 70.0, Truth.YES, 1004.0),
        (14.9, 70.0, Truth.YES, 516.8),
        (15.0, 70.0, Truth.NO, 500.0),
        (17.0, 70.0, Truth.NO, 500.0),
        (12.0, 35.0, Truth.YES, 752.0),
        (12.0, 34.9, Truth.UNKNOWN, None),
        (None, 70.0, Truth.UNKNOWN, None),
        (12.0, None, Truth.UNKNOWN, None),
        (None, None, Truth.UNKNOWN, None),
    ],
)
def test_deficit(
    hemoglobin: float | None, kg: float | None, truth: Truth, mg: float | None
) -> None:
    found, number = total_deficit(case(hemoglobin, kg))
    assert found.truth is truth
    assert found.id == "R-FE-07:deficit"
    assert number.value == (None if mg is None else pytest.approx(mg))
    assert number.unit == "mg"


def test_what_is_missing_for_the_deficit_is_named() -> None:
    def asked(*args: Any, **others: Any) -> set[str]:
        return {one.key for one in total_deficit(case(*args, **others))[0].all_missing()}

    assert asked(None, 70.0) == {"lab:hemoglobin"}
    assert asked(12.0, None) == {"weight:kg"}
    assert asked(None, None) == {"lab:hemoglobin", "weight:kg"}
    assert asked(7.0, 70.0, bound="<") == {"lab:hemoglobin"}
    assert asked(16.0, 70.0, bound=">") == {"lab:hemoglobin"}


@pytest.mark.parametrize(("days", "known"), [(365, True), (366, False)])
def test_a_value_stands_for_a_year(days: int, known: bool) -> None:
    before = DAY - timedelta(days=days)
    for changes in ({"drawn": before}, {"weighed": before}):
        found, number = total_deficit(case(**changes))
        assert (number.value is not None) is known
        assert bool(found.all_missing()) is not known


def test_the_weight_of_the_latest_day_counts() -> None:
    weights = (Weight(DAY - timedelta(days=90), 90.0), Weight(DAY, 60.0))
    assert total_deficit(case(weights=weights))[1].value == pytest.approx(60 * 3 * 2.4 + 500)


@pytest.mark.parametrize(
    "changes",
    [
        {"born": PartialDate(date(2012, 1, 1), date(2012, 1, 1))},
        {"born": PartialDate(date(2008, 1, 1), date(2008, 12, 31))},
        {"pregnancies": (Pregnancy(DAY - timedelta(days=150)),)},
        {"conditions": (ConditionFact("kidney-failure", True, ADULT),)},
        {"conditions": (ConditionFact("dialysis", True, ADULT),)},
    ],
    ids=["child", "perhaps a child", "pregnant", "kidney failure", "dialysis"],
)
def test_where_other_targets_hold_nothing_is_computed(changes: dict[str, Any]) -> None:
    found, number = total_deficit(case(**changes))
    assert (found.truth, number.value) == (Truth.UNKNOWN, None)
    assert [one.code for one in found.all_caveats()] == ["deficit-not-computed"]


def test_a_deficit_always_says_that_it_is_no_dose() -> None:
    assert "deficit-is-no-dose" in {one.code for one in total_deficit(case())[0].all_caveats()}
    thin = ConditionFact("obesity", False, PartialDate(DAY, DAY))
    codes = {one.code for one in total_deficit(case(conditions=(thin,)))[0].all_caveats()}
    assert codes == {"deficit-is-no-dose"}


# Words -----------------------------------------------------------------------------------------

RULES = [rule for rule in load().of(Rule).values() if rule.id.startswith(("R-FE-", "R-TX-01"))]


def test_a_patient_reads_no_dose_of_iron() -> None:
    for rule in RULES:
        for words in rule.when.values():
            assert not DOSE.search(words.patient), rule.id


def test_the_schedule_is_that_of_the_task_force_and_turns_down_the_larger_one() -> None:
    said = load().record(Rule, "R-FE-06:schedule").when["yes"].clinician
    assert "65 mg of elemental iron" in said
    assert "alternate days" in said
    assert re.search(r"200 mg of iron a day .* is not taken over", said)
