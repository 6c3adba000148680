"""A medicine whose dose was changed is still the same medicine, taken since its first day."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.followup.people import due, person

from ekbom.assessment.assess import case_on
from ekbom.followup.unbroken import taken_since
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate

DAY = date(2026, 5, 10)


def steps(drug: str, *spans: str) -> str:
    """Uses of one medicine, each as ``started..stopped``; either end may be left out."""
    lines = []
    for span in spans:
        started, _, stopped = span.partition("..")
        ends = [f"started: {started}"] * bool(started) + [f"stopped: {stopped}"] * bool(stopped)
        lines.append(f"  - {{{', '.join([f'drug: {drug}', *ends])}}}\n")
    return "medications:\n" + "".join(lines)


def since(*spans: str) -> PartialDate | None:
    case = case_on(person(steps("gabapentin", *spans)), load(), DAY)
    return taken_since(case, case.patient.medications[-1])


@pytest.mark.parametrize("last", ["2026-05-01", "2026-05-02"])
def test_a_change_of_dose_begins_no_new_medicine(last: str) -> None:
    spans = ("2025-11-01..2026-02-28", "2026-03-01..2026-05-01", f"{last}..")
    assert since(*spans) == PartialDate.parse("2025-11-01")
    for check_id in ("mood-and-suicidality", "sedation-and-breathing", "weight-and-oedema"):
        assert due(steps("gabapentin", *spans), check_id, DAY) is Truth.YES, check_id


def test_after_days_without_it_the_medicine_is_begun_anew() -> None:
    spans = ("2025-11-01..2026-04-29", "2026-05-01..")
    assert since(*spans) == PartialDate.parse("2026-05-01")
    assert due(steps("gabapentin", *spans), "mood-and-suicidality", DAY) is Truth.NO


def test_where_a_gap_is_not_known_it_may_have_begun_at_either_day() -> None:
    spans = ("2025-11-01..2026-04", "2026-05-01..")
    assert since(*spans) == PartialDate(date(2025, 11, 1), date(2026, 5, 1))
    assert due(steps("gabapentin", *spans), "mood-and-suicidality", DAY) is Truth.UNKNOWN


def test_a_first_use_without_a_first_day_leaves_it_open() -> None:
    spans = ("..2026-04-30", "2026-05-01..")
    assert since(*spans) is None
    assert due(steps("gabapentin", *spans), "mood-and-suicidality", DAY) is Truth.UNKNOWN


def test_another_medicine_of_the_class_is_another_medicine() -> None:
    record = (
        steps("gabapentin", "2025-11-01..2026-04-30")
        + "  - {drug: pregabalin, started: 2026-05-01}\n"
    )
    assert due(record, "mood-and-suicidality", DAY) is Truth.NO
