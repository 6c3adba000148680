"""Iron: what holds for every pair of values, and what every status says to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.assessment import iron as module
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section
from ekbom.assessment.iron import iron
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import InForce, Rule
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, Draw, LabResult, MedicationUse

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
EDITIONS = [step.edition for step in load().record(InForce, "iron").steps]
DRAWN = date(2026, 5, 3)
UNITS = {"ferritin": "ug/L", "transferrin-saturation": "%", "crp": "mg/L", "hemoglobin": "g/dL"}
DISCUSSED = {module.DISCUSS, module.ORAL_ONLY, module.VEIN_ONLY}
STATES = {
    *DISCUSSED,
    module.SPECIALIST,
    module.STOP,
    module.NONE,
    module.REPEAT,
    module.MORE_NEEDED,
}

ferritins = st.one_of(st.none(), st.floats(0.0, 2000.0))
saturations = st.one_of(st.none(), st.floats(0.0, 100.0))
births = st.sampled_from(["1960-03-14", "1990-03-14", "2008", "2008-05-11", "2015-03-14"])


def draw(values: Mapping[str, float | None], on: date = DRAWN, at: time | None = time(8)) -> Draw:
    results = {
        name: LabResult(name, value, UNITS[name], f"{value}")
        for name, value in values.items()
        if value is not None
    }
    return Draw(on, results, at, 36.0)


def man(case_of: Callable[..., Case], values: Mapping[str, float | None], **record: Any) -> Case:
    settings = {"born": "1960-03-14", "sex": "male", **record}
    return case_of(draws=(draw(values),), **settings)


def status(section: Section) -> Finding:
    return section.findings[0]


def by_id(section: Section) -> dict[str, Finding]:
    return {finding.conclusion.id: finding for finding in section}


@given(
    ferritin=ferritins,
    saturation=saturations,
    crp=st.one_of(st.none(), st.floats(0.0, 100.0)),
    born=births,
    sex=st.sampled_from(["male", "female", None]),
    edition=st.sampled_from(EDITIONS),
)
def test_no_iron_is_discussed_without_a_saturation_or_from_45_per_cent_on(
    case_of: Callable[..., Case],
    ferritin: float | None,
    saturation: float | None,
    crp: float | None,
    born: str,
    sex: str | None,
    edition: str,
) -> None:
    values = {"ferritin": ferritin, "transferrin-saturation": saturation, "crp": crp}
    found = status(iron(man(case_of, values, born=born, sex=sex, editions={"iron": edition}), {}))
    assert found.state in STATES
    if saturation is None or ferritin is None:
        assert found.state in {module.MORE_NEEDED, module.STOP}
    if saturation is not None and saturation >= 45:
        assert found.state not in DISCUSSED | {module.SPECIALIST}
        assert found.conclusion.truth is not YES


@given(ferritin=ferritins, saturation=saturations, born=births, edition=st.sampled_from(EDITIONS))
def test_a_status_that_waits_says_what_for(
    case_of: Callable[..., Case],
    ferritin: float | None,
    saturation: float | None,
    born: str,
    edition: str,
) -> None:
    values = {"ferritin": ferritin, "transferrin-saturation": saturation}
    found = status(iron(man(case_of, values, born=born, editions={"iron": edition}), {}))
    if found.state == module.MORE_NEEDED:
        assert found.conclusion.all_missing()
    assert found.words.clinician
    assert found.words.patient


@given(ferritin=st.floats(0.0, 2000.0), edition=st.sampled_from(EDITIONS))
def test_with_the_saturation_known_the_answer_was_among_those_left_open(
    case_of: Callable[..., Case], ferritin: float, edition: str
) -> None:
    """What is settled without the saturation stays settled with it."""
    without = by_id(iron(man(case_of, {"ferritin": ferritin}, editions={"iron": edition}), {}))
    for saturation in (10.0, 30.0, 60.0):
        values = {"ferritin": ferritin, "transferrin-saturation": saturation}
        known = by_id(iron(man(case_of, values, editions={"iron": edition}), {}))
        for rule_id, finding in without.items():
            if finding.conclusion.truth is not UNKNOWN:
                assert known[rule_id].conclusion.truth is finding.conclusion.truth


@pytest.mark.parametrize("edition", EDITIONS)
def test_overload_stops_iron_in_every_edition(case_of: Callable[..., Case], edition: str) -> None:
    overload = ConditionFact("hemochromatosis", True, PartialDate(DRAWN, DRAWN))
    values = {"ferritin": 20.0, "transferrin-saturation": 12.0}
    section = iron(man(case_of, values, conditions=(overload,), editions={"iron": edition}), {})
    assert status(section).state == module.STOP


def test_both_readings_are_told_with_their_sources(case_of: Callable[..., Case]) -> None:
    section = iron(man(case_of, {"ferritin": 150.0, "transferrin-saturation": 15.0}), {})
    found = by_id(section)
    narrow, literal = found["R-FE-04"], found["R-FE-02"]
    sources = {citation.source for citation in narrow.conclusion.cited()}
    assert {"aasm-2025-guideline", "irlssg-2018-iron", "trenkwalder-2017"} <= sources
    assert narrow.state == "decides"
    assert literal.conclusion.truth is YES
    assert literal.state == "holds, but does not decide"
    assert "Two readings" in narrow.words.clinician


def test_only_the_status_and_anaemia_speak_to_a_patient(case_of: Callable[..., Case]) -> None:
    values = {"ferritin": 85.0, "transferrin-saturation": 15.0, "hemoglobin": 9.0}
    told = {f.conclusion.id for f in iron(man(case_of, values), {}) if f.words.patient}
    assert told == {"iron-status", "R-FE-14"}


@pytest.mark.parametrize(
    ("values", "settings", "code"),
    [
        ({"ferritin": 40.0, "transferrin-saturation": 15.0}, {}, "kidney-failure-not-recorded"),
        ({"ferritin": 40.0, "transferrin-saturation": 15.0}, {}, "criteria-not-shown"),
        (
            {"ferritin": 140.0, "transferrin-saturation": 25.0, "crp": 30.0},
            {},
            "ferritin-may-be-falsely-high",
        ),
        ({"ferritin": 140.0, "transferrin-saturation": 25.0}, {}, "ferritin-may-be-falsely-high"),
        (
            {"ferritin": 40.0, "transferrin-saturation": 15.0, "crp": 30.0},
            {},
            "saturation-may-be-falsely-low",
        ),
    ],
)
def test_limits_of_validity_travel_with_the_status(
    case_of: Callable[..., Case],
    values: Mapping[str, float | None],
    settings: dict[str, Any],
    code: str,
) -> None:
    found = status(iron(man(case_of, values, **settings), {}))
    assert code in {caveat.code for caveat in found.conclusion.all_caveats()}


def test_an_unwritten_clock_time_is_a_caveat_not_a_block(case_of: Callable[..., Case]) -> None:
    values = {"ferritin": 40.0, "transferrin-saturation": 15.0}
    late = draw(values, at=None)
    found = by_id(iron(case_of(born="1960-03-14", sex="male", draws=(late,)), {}))["R-FE-00"]
    assert found.conclusion.truth is YES
    assert "draw-time-unknown" in {caveat.code for caveat in found.conclusion.all_caveats()}


@pytest.mark.parametrize(("criteria", "state"), [(YES, module.DISCUSS), (NO, module.NONE)])
def test_criteria_not_met_leave_no_iron_indication(
    case_of: Callable[..., Case], criteria: Truth, state: str
) -> None:
    reached = {"R-DX-06": Conclusion(criteria, "Criteria are met", id="R-DX-06")}
    section = iron(man(case_of, {"ferritin": 40.0, "transferrin-saturation": 15.0}), reached)
    assert status(section).state == state
    codes = {caveat.code for caveat in status(section).conclusion.caveats}
    assert "criteria-not-shown" not in codes


def test_every_rule_on_iron_that_is_in_force_is_concluded(case_of: Callable[..., Case]) -> None:
    known = {rule for rule in load().of(Rule) if rule.startswith(("R-FE", "iron-"))}
    # Those on products, schedule and rechecks belong to treatment.
    known = {r for r in known if not r.startswith(("R-FE-07", "R-FE-06:", "R-FE-10:", "R-FE-09:"))}
    values = {"ferritin": 40.0, "transferrin-saturation": 15.0}
    concluded = set(by_id(iron(man(case_of, values), {})))
    # R-FE-10 needs intravenous iron on record.
    assert known - concluded == {"R-FE-10"}


@pytest.fixture
def seventeen(case_of: Callable[..., Case]) -> Case:
    values: Mapping[str, float | None] = {"ferritin": 60.0, "transferrin-saturation": 15.0}
    return case_of(born="2009-03-14", sex="male", draws=(draw(values),))


def test_a_child_never_gets_the_status_of_an_adult(seventeen: Case) -> None:
    assert status(iron(seventeen, {})).state == module.SPECIALIST


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_edition_that_came_later_is_cited(case_of: Callable[..., Case], edition: str) -> None:
    later = EDITIONS[EDITIONS.index(edition) + 1 :]
    newer = {load().edition(name).source for name in later}
    values = {"ferritin": 23.0, "transferrin-saturation": 14.0}
    found = iron(man(case_of, values, editions={"iron": edition}), {})
    for finding in found:
        # Of the rule itself: limits of draws and of safety hold, and are cited, under all.
        cited = {citation.source for citation in finding.conclusion.citations}
        assert not cited & newer, finding.name


def test_a_draw_too_soon_after_an_infusion_is_not_repeated_at_once(
    case_of: Callable[..., Case],
) -> None:
    on = PartialDate(date(2026, 5, 1), date(2026, 5, 1))
    infusion = MedicationUse("ferric-carboxymaltose", on, on)
    values = {"ferritin": 29.0, "transferrin-saturation": 15.0}
    found = status(iron(man(case_of, values, medications=(infusion,)), {}))
    assert found.state == module.REPEAT
    assert "after an iron infusion it has to wait some weeks" in found.words.patient
    assert "after intravenous iron only when" in found.words.clinician
    asks = [one.ask for one in found.conclusion.all_missing()]
    assert any("after intravenous iron only when its wait is over" in ask for ask in asks)
