"""The regimen over time: taken at once, begun again, stopped without a lower step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from ekbom.assessment.assess import case_on
from ekbom.assessment.findings import Finding
from ekbom.errors import PatientError
from ekbom.followup.regimen import regimen
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.logic import Truth
from ekbom.patient.reading import patient_from

DAY = date(2026, 5, 10)
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
AGONISTS = "R-REG-01:dopamine-agonists"
GABAPENTINOIDS = "R-REG-01:alpha-2-delta-ligands"
BENZODIAZEPINE = "R-REG-02:opioid-and-benzodiazepine"
GABAPENTINOID = "R-REG-02:opioid-and-gabapentinoid"


def found(
    medicines: Sequence[str], answers: str = "", complete: bool = True
) -> Mapping[str, Finding]:
    """Findings on a woman with these medicines on the day."""
    listed = "".join(f"  - {{drug: {one}}}\n" for one in medicines)
    text = "id: case\nperson: {born: 1960-03-14, sex: female}\n"
    said = ["{on: 2026-05-02, answers: {medication-list-complete: yes}}"] if complete else []
    text += f"answers: [{', '.join([*said, answers] if answers else said)}]\n"
    text += f"medications:\n{listed}" if medicines else ""
    file = parse("record.yaml", text.encode(), PatientError)
    case = case_on(patient_from(file, load(), DAY), load(), DAY)
    return {finding.conclusion.id: finding for finding in regimen(case, {})}


def truth(medicines: Sequence[str], id: str, answers: str = "") -> Truth | None:
    one = found(medicines, answers).get(id)
    return None if one is None else one.conclusion.truth


# At once -----------------------------------------------------------------------------------------

SINCE, ENDED = "started: 2024-01-01", "started: 2024-01-01, stopped: 2026-05-01"


@pytest.mark.parametrize(
    ("first", "second", "id"),
    [
        ("pramipexole", "rotigotine", AGONISTS),
        ("gabapentin", "gabapentin-enacarbil", GABAPENTINOIDS),
        ("oxycodone", "zopiclone", BENZODIAZEPINE),
        ("tramadol", "clonazepam", BENZODIAZEPINE),
        ("methadone", "pregabalin", GABAPENTINOID),
    ],
)
def test_two_that_do_not_go_together(first: str, second: str, id: str) -> None:
    both = found([f"{first}, {SINCE}", f"{second}, started: 2025-02-01"])[id]
    assert both.conclusion.truth is YES
    assert "since 2025-02-01" in next(iter(both.conclusion.deciding_leaves())).statement
    assert both.words.patient
    assert truth([f"{first}, {SINCE}"], id) is NO
    assert truth([f"{second}, {SINCE}"], id) is NO
    assert found([f"{first}, {SINCE}"], complete=False)[id].conclusion.truth is UNKNOWN
    assert truth([f"{first}, {SINCE}", "foozine"], id) is UNKNOWN
    assert truth([f"{first}, {ENDED}", f"{second}, {SINCE}"], id) is NO


def test_one_may_take_the_place_of_another_on_a_day() -> None:
    change = ["pramipexole, started: 2024-01-01, stopped: 2026-05-10", "ropinirole, {}"]
    assert truth([change[0], change[1].format("started: 2026-05-10")], AGONISTS) is NO
    assert truth([change[0], change[1].format("started: 2026-05-09")], AGONISTS) is YES


def test_months_leave_open_whether_both_were_taken() -> None:
    month = ["pramipexole, started: 2024-01-01, stopped: 2026-05", f"ropinirole, {SINCE}"]
    one = found(month)[AGONISTS]
    assert one.conclusion.truth is UNKNOWN
    assert one.conclusion.all_missing()[0].ask == "Exact days of pramipexole and ropinirole"
    # What is on record as begun this month has begun.
    begun = ["pramipexole, started: 2026-05", f"ropinirole, {SINCE}"]
    assert truth(begun, AGONISTS) is YES


def test_a_start_that_is_not_on_record_gives_no_day_since_when() -> None:
    one = found([f"pramipexole, {SINCE}", "ropinirole, for: restless legs"])[AGONISTS]
    leaf = next(iter(one.conclusion.deciding_leaves()))
    assert leaf.statement == "ropinirole and pramipexole are taken at once"


def test_the_past_is_told_with_its_days() -> None:
    past = [
        "pramipexole, started: 2020-01-01, stopped: 2021-03-01",
        "ropinirole, started: 2021-02-01, stopped: 2022-01-01",
    ]
    one = found(past)[AGONISTS]
    told = "no; in the past pramipexole and ropinirole 2021-02-01 to 2021-03-01"
    assert (one.conclusion.truth, one.state) == (NO, told)


# Gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stopped", "started", "expected"),
    [
        ("2025-01-31", "2025-02-01", NO),
        ("2025-01-31", "2025-01-31", NO),
        ("2025-01-31", "2025-02-02", YES),
        ("2025-01", "2025-01-20", UNKNOWN),
        ("2024", "2025-06", YES),
    ],
)
def test_a_gap_is_a_day_without(stopped: str, started: str, expected: Truth) -> None:
    uses = [f"gabapentin, started: 2023, stopped: {stopped}", f"gabapentin, started: {started}"]
    assert truth(uses, "R-REG-07:gabapentin") is expected
    assert truth(uses[1:], "R-REG-07:gabapentin") is None


# Stops -------------------------------------------------------------------------------------------

ENDING = 'ropinirole, dose: {} mg, times: ["20:00"], started: {}, stopped: {}'


@pytest.mark.parametrize(
    ("medicines", "expected"),
    [
        ([ENDING.format(2, "2024-01-01", "2026-04-01")], YES),
        ([ENDING.format(0.25, "2024-01-01", "2026-04-01")], NO),
        # A lower step came last.
        (
            [
                ENDING.format(2, "2024-01-01", "2026-03-01"),
                ENDING.format(1, "2026-03-01", "2026-04-01"),
            ],
            NO,
        ),
        # A higher step came last.
        (
            [
                ENDING.format(1, "2024-01-01", "2026-03-01"),
                ENDING.format(2, "2026-03-01", "2026-04-01"),
            ],
            YES,
        ),
        # The same dose went on.
        (
            [
                ENDING.format(2, "2024-01-01", "2026-03-01"),
                ENDING.format(2, "2026-03-01", "2026-04-01"),
            ],
            YES,
        ),
        # The lower dose was begun anew, it is no step down.
        (
            [
                ENDING.format(2, "2024-01-01", "2025-03-01"),
                ENDING.format(1, "2026-03-01", "2026-04-01"),
            ],
            YES,
        ),
        # The step before is not known.
        (
            [
                "ropinirole, started: 2024-01-01, stopped: 2026-03-01",
                ENDING.format(1, "2026-03-01", "2026-04-01"),
            ],
            UNKNOWN,
        ),
        (["ropinirole, started: 2024-01-01, stopped: 2026-04-01"], UNKNOWN),
        # One dose above that of the start is enough without clock times.
        (["ropinirole, dose: 1 mg, started: 2024-01-01, stopped: 2026-04-01"], YES),
        (["ropinirole, dose: 0.25 mg, started: 2024-01-01, stopped: 2026-04-01"], UNKNOWN),
        (["cabergoline, dose: 1 mg, started: 2024-01-01, stopped: 2026-04-01"], UNKNOWN),
        # Another one took its place, or came only later.
        (
            [
                ENDING.format(2, "2024-01-01", "2026-04-01"),
                "rotigotine, dose: 2 mg/24 h, started: 2026-04-02",
            ],
            NO,
        ),
        (
            [
                ENDING.format(2, "2024-01-01", "2026-04-01"),
                "rotigotine, dose: 2 mg/24 h, started: 2026-04-20",
            ],
            YES,
        ),
        (
            [
                ENDING.format(2, "2024-01-01", "2026-04-01"),
                "rotigotine, dose: 2 mg/24 h, started: 2026-04",
            ],
            UNKNOWN,
        ),
    ],
)
def test_an_end_without_a_lower_step_is_asked_about(medicines: list[str], expected: Truth) -> None:
    drug = medicines[0].partition(",")[0]
    assert truth(medicines, f"R-REG-08:{drug}") is expected


@pytest.mark.parametrize(
    ("stopped", "asked"),
    [("2026-05-10", True), ("2026-02-09", True), ("2026-02-08", False), ("2020", False)],
)
def test_an_end_is_asked_about_for_ninety_days(stopped: str, asked: bool) -> None:
    ended = [ENDING.format(2, "2015-01-01", stopped)]
    assert ("R-REG-08:ropinirole" in found(ended)) is asked


def test_what_was_answered_since_counts_first() -> None:
    ended = [ENDING.format(2, "2024-01-01", "2026-04-01")]
    answer = "{{on: {}, answers: {{dopaminergic-stopped-abruptly: {}}}}}"
    id = "R-REG-08:ropinirole"
    assert truth(ended, id, answer.format("2026-04-20", "no")) is NO
    assert truth(ended, id, answer.format("2026-04-20", "unknown")) is YES
    assert truth(ended, id, answer.format("2026-03-20", "no")) is YES
    tapered = [ENDING.format(0.25, "2024-01-01", "2026-04-01")]
    assert truth(tapered, id, answer.format("2026-04-20", "yes")) is YES


def test_one_that_goes_on_has_not_ended() -> None:
    steps = [
        ENDING.format(2, "2024-01-01", "2026-04-01"),
        'ropinirole, dose: 1 mg, times: ["20:00"], started: 2026-04-01',
    ]
    assert "R-REG-08:ropinirole" not in found(steps)
    assert "R-REG-08:gabapentin" not in found([f"gabapentin, dose: 1 g, {ENDED}"])
