"""Targets of iron: a floor, an upper guard, and a draw that may not be judged."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.followup.people import followed, measures, person, truth

from ekbom.logic import Truth
from ekbom.report.consultation.measures import measures_shown


def drawn(ferritin: str, saturation: str = "30 %", *, crp: str = "1 mg/L", more: str = "") -> str:
    saturated = f", transferrin-saturation: {saturation}" if saturation else ""
    return (
        '  - {on: 2026-05-03, at: "08:10", hours_since_iron: 36, '
        f"results: {{ferritin: {ferritin} ng/mL, crp: {crp}{saturated}}}}}\n{more}"
    )


@pytest.mark.parametrize(
    ("ferritin", "saturation", "seed", "supply"),
    [
        ("50", "30 %", Truth.NO, Truth.NO),
        ("50.1", "30 %", Truth.YES, Truth.NO),
        ("75", "30 %", Truth.YES, Truth.NO),
        ("75.1", "30 %", Truth.YES, Truth.YES),
        ("75.1", "20 %", Truth.YES, Truth.YES),
        ("75.1", "19.9 %", Truth.YES, Truth.NO),
        ("75.1", "44.9 %", Truth.YES, Truth.YES),
        ("75.1", "45 %", Truth.NO, Truth.NO),
        ("300", "30 %", Truth.YES, Truth.YES),
        ("300.1", "30 %", Truth.NO, Truth.NO),
        ("20", "45 %", Truth.NO, Truth.NO),
    ],
)
def test_iron_goals_have_a_floor_and_an_upper_guard(
    ferritin: str, saturation: str, seed: Truth, supply: Truth
) -> None:
    found = followed(person("labs:\n" + drawn(ferritin, saturation)))
    assert truth(found, "target:ferritin-seed") is seed
    assert truth(found, "target:iron-supply") is supply


@pytest.mark.parametrize(("ferritin", "saturation"), [("100", "45 %"), ("301", "30 %")])
def test_too_much_iron_is_said_to_be_no_success(ferritin: str, saturation: str) -> None:
    found = followed(person("labs:\n" + drawn(ferritin, saturation)))
    for target in ("ferritin-seed", "iron-supply"):
        state = found[f"target:{target}"].state
        assert state == "too high; never a success, and no more iron"


def test_no_goal_of_iron_is_reached_without_a_saturation() -> None:
    found = followed(person("labs:\n" + drawn("120", "")))
    assert truth(found, "target:ferritin-seed") is Truth.UNKNOWN
    assert truth(found, "target:iron-supply") is Truth.UNKNOWN


def test_a_high_ferritin_in_inflammation_reaches_no_goal() -> None:
    found = followed(person("labs:\n" + drawn("120", crp="40 mg/L")))
    assert truth(found, "target:iron-supply") is Truth.UNKNOWN


def test_a_ferritin_soon_after_an_infusion_reaches_no_goal() -> None:
    given = (
        "medications:\n"
        "  - {drug: ferric-carboxymaltose, started: 2026-04-20, stopped: 2026-04-20}\n"
    )
    found = followed(person(given + "labs:\n" + drawn("250")))
    assert truth(found, "target:iron-supply") is Truth.UNKNOWN


@pytest.mark.parametrize(("ferritin", "saturation"), [("388", "34 %"), ("30", "12 %")])
def test_a_draw_soon_after_an_infusion_is_neither_too_high_nor_too_low(
    ferritin: str, saturation: str
) -> None:
    given = (
        "medications:\n"
        "  - {drug: ferric-carboxymaltose, started: 2026-04-20, stopped: 2026-04-20}\n"
    )
    labs = "labs:\n" + drawn(ferritin, saturation)
    found = followed(person(given + labs))
    for target in ("ferritin-seed", "iron-supply"):
        assert truth(found, f"target:{target}") is Truth.UNKNOWN
        state = found[f"target:{target}"].state
        assert state.startswith("not judged") and "after intravenous iron" in state
        assert state.endswith("to be repeated from 2026-06-15")
    course = measures(person(given + labs))["lab:ferritin"][0]
    assert course.latest is not None and course.latest.doubt
    assert followed(person(labs))["target:iron-supply"].state != state


def test_too_much_is_still_too_much_where_saturation_says_so_soon_after_an_infusion() -> None:
    given = (
        "medications:\n"
        "  - {drug: ferric-carboxymaltose, started: 2026-04-20, stopped: 2026-04-20}\n"
    )
    found = followed(person(given + "labs:\n" + drawn("388", "50 %")))
    assert found["target:iron-supply"].state.startswith("too high")


@pytest.mark.parametrize(("on", "changed"), [("2026-05-03", None), ("2026-08-03", 374.0)])
def test_a_value_soon_after_an_infusion_is_no_change(on: str, changed: float | None) -> None:
    record = (
        "medications:\n"
        "  - {drug: ferric-carboxymaltose, started: 2026-04-20, stopped: 2026-04-20}\n"
        "labs:\n"
        "  - {on: 2026-04-01, results: {ferritin: 14 ug/L}}\n"
        f"  - {{on: {on}, results: {{ferritin: 388 ug/L}}}}\n"
    )
    day = date(2026, 8, 10)
    course = measures(person(record, day=day), day)["lab:ferritin"][0]
    assert course.change == changed
    shown = next(measures_shown([course]))
    assert bool(shown.change) is (changed is not None)
    assert ("not judged" in shown.detail) is (changed is None)
    markers = followed(person(record, day=day), day)["R-OUT-02"]
    assert (markers.conclusion.truth is Truth.YES) is (changed is not None)


def test_the_goal_is_that_of_adults() -> None:
    child = followed(person("labs:\n" + drawn("120"), born="2016-03-14"))
    assert truth(child, "target:iron-supply") is Truth.UNKNOWN
    dialysed = "conditions:\n  - {condition: dialysis, since: 2019}\n"
    found = followed(person(dialysed + "labs:\n" + drawn("120")))
    assert truth(found, "target:iron-supply") is Truth.UNKNOWN
