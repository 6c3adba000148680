"""What was asked, in words: days of a regimen, assumptions, what the range means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario
from ekbom.report.simulation.wording import (
    AUGMENTATION_IS,
    MOVEMENTS_AFTER_IRON,
    OVER_A_WEEK,
    course_texts,
    line_text,
    person_facts,
    placebo_text,
    range_text,
    reading_texts,
)

Ask = Callable[..., Scenario]
Lines = Callable[..., Line]


def on(*days: int) -> list[bool]:
    return [day in days for day in range(20)]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (on(*range(20)), "every day"),
        (on(*range(10)), "every day to 14 Jan 2026"),
        (on(*range(10, 20)), "every day from 15 Jan 2026"),
        (on(*range(5, 15)), "every day from 10 Jan 2026 to 19 Jan 2026"),
        (on(*range(0, 20, 2)), "every 2 days"),
        (on(0), "on 5 Jan 2026"),
        (on(0, 14), "on 5 Jan 2026 and 19 Jan 2026"),
        (on(0, 1, 2, 4, 5, 6, 7, 19), "on 8 of 20 days"),
        (on(), "on no day"),
    ],
)
def test_days_of_a_line(
    days: Sequence[bool], says: str, line_of: Lines, scenario_with: Ask
) -> None:
    start = scenario_with((), 20).start
    said = line_text(line_of("pramipexole", 0.25, 20.5, days), start)
    assert said == f"pramipexole 0.25 mg at 20:30 {says}"


def test_iron_is_said_to_be_iron(line_of: Lines, scenario_with: Ask) -> None:
    start = scenario_with((), 20).start
    assert "ferrous sulfate 65 mg iron" in line_text(
        line_of("ferrous-sulfate", 65.0, 20.0, on(0)), start
    )
    assert line_text(line_of("blood", 200.0, 9.0, on(0)), start).startswith(
        "blood lost 200 mg iron"
    )


def test_a_long_regimen_is_counted_not_listed(line_of: Lines, scenario_with: Ask) -> None:
    course = Course("x", tuple(line_of("pregabalin", 75.0, 21.0, on(k)) for k in range(20)), True)
    texts = course_texts(course, scenario_with((), 20).start)
    assert len(texts) == 9
    assert texts[-1] == "and 12 further lines"


def test_what_was_assumed_is_marked_and_nothing_assumed_is_lost(scenario_with: Ask) -> None:
    assumed = {"body weight": "70 kg", "shoe size": "42"}
    told = list(person_facts(scenario_with((), 1, assumed=assumed)))
    facts = {fact.name: fact for fact in told}
    assert len(told) == len(facts)
    assert facts["body weight"].is_assumed and facts["shoe size"].is_assumed
    assert not facts["ferritin"].is_assumed
    assert facts["PLMS index"].says == "35/h"


def test_the_range_is_not_the_spread_of_people_unless_it_is(scenario_with: Ask) -> None:
    assert "Single people lie further apart" in range_text(scenario_with((), 1))
    assert "single people like this one" in range_text(scenario_with((), 1, spread="people"))


def test_readers_are_told_that_the_placebo_response_is_in_it(scenario_with: Ask) -> None:
    untreated, treated = Course("untreated", (), False), Course("treated", (), True)
    assert "placebo" in placebo_text(scenario_with((untreated, treated), 1))
    assert placebo_text(scenario_with((untreated,), 1)) == ""
    assert placebo_text(scenario_with((treated,), 1)) == ""


@pytest.mark.parametrize(
    ("drug", "days", "says"),
    [
        ("pregabalin", on(*range(20)), [AUGMENTATION_IS]),
        ("pregabalin", on(0, 1, 3), [AUGMENTATION_IS, OVER_A_WEEK]),
        ("ferric-carboxymaltose", on(0, 7), [AUGMENTATION_IS, MOVEMENTS_AFTER_IRON]),
        ("blood", on(0, 7), [AUGMENTATION_IS]),
    ],
)
def test_readers_are_told_how_to_read_what_misleads(
    drug: str, days: Sequence[bool], says: list[str], line_of: Lines, scenario_with: Ask
) -> None:
    course = Course("x", (line_of(drug, 100.0, 21.0, days),), True)
    assert list(reading_texts(scenario_with((course,), 20))) == says


def test_a_range_is_said_to_leave_out_how_trials_differ(scenario_with: Ask) -> None:
    for spread in ("mean", "people"):
        assert "trials differ" in range_text(scenario_with((), 1, spread=spread))
