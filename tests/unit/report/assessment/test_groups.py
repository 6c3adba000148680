"""Findings of one outcome share a line; what leads or holds stands alone."""

from __future__ import annotations

from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Conclusion, Truth
from ekbom.report.assessment.groups import grouped


def found(name: str, truth: Truth, state: str = "", id: str = "") -> Finding:
    return Finding(name, Conclusion(truth, name, id=id or name), state or str(truth))


def test_what_holds_comes_first_then_what_is_open_then_what_does_not_hold() -> None:
    section = Section(
        "drivers",
        "Drivers",
        (
            found("Pregnancy", Truth.NO, "not present"),
            found("Stroke", Truth.UNKNOWN, "not known"),
            found("Iron", Truth.YES, "present"),
            found("Stress", Truth.UNKNOWN, "not known"),
            found("Family", Truth.YES, "present"),
        ),
    )
    said = [(str(g.truth), g.state, g.names) for g in grouped(section)]
    assert said == [
        ("yes", "present", "Iron"),
        ("yes", "present", "Family"),
        ("unknown", "not known", "Stroke; Stress"),
        ("no", "not present", "Pregnancy"),
    ]


def test_outcomes_of_another_state_do_not_share_a_line() -> None:
    section = Section(
        "work-up",
        "Work-up",
        (
            found("Count", Truth.NO, "done"),
            found("Genes", Truth.NO, "research only"),
            found("Draw", Truth.NO, "done"),
        ),
    )
    assert [g.names for g in grouped(section)] == ["Count; Draw", "Genes"]


def test_the_state_of_the_criteria_leads_though_it_is_open() -> None:
    section = Section(
        "diagnosis",
        "Criteria",
        (
            found("Urge", Truth.YES),
            found("Together", Truth.UNKNOWN, "not settled", "R-DX-06"),
            found("Fifth", Truth.UNKNOWN, "not settled"),
        ),
    )
    assert [g.names for g in grouped(section)] == ["Together", "Urge", "Fifth"]


def test_questionnaires_that_were_not_filled_in_go_by_their_short_names() -> None:
    scales = [found(f"{n}: What it asks", Truth.UNKNOWN, "not filled in") for n in ("ESS", "ISI")]
    (group,) = grouped(Section("severity", "Severity", tuple(scales)))
    assert group.names == "ESS; ISI"
    assert not group.is_one
