"""What was asked of a simulation, in words: the person, the courses, the draws, the bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.draws import Draws
from ekbom.mechanism.pharmacology import IRON_BY_MOUTH, IRON_BY_VEIN
from ekbom.mechanism.regimen import BLOOD, Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation
from ekbom.report.simulation.summary import placebo_index

_FEW_DAYS = 4
_MINUTES = 60
_DAY_H = 24
# Enough to tell two apart; JSON has it whole.
_HASH_SHOWN = 16
# As `Scenario.assumed` calls them; field of the person, unit, decimals.
_FACTS = (
    ("severity (IRLS)", "irls", "points", 0),
    ("PLMS index", "plms_index", "/h", 0),
    ("waking after sleep onset", "wake_min", "min", 0),
    ("awakenings", "awakenings", "a night", 0),
    ("ferritin", "ferritin_ug_per_l", "µg/L", 0),
    ("transferrin saturation", "tsat_percent", "%", 0),
    ("haemoglobin", "hemoglobin_g_per_dl", "g/dL", 1),
    ("body weight", "weight_kg", "kg", 0),
)
_MARGIN = {
    "mean": "The range is what is not known about the mean of people like this one. Single "
    "people lie further apart than the range. How far trials differ from each other is not in it.",
    "people": "The range is of single people like this one: what is not known about their mean, "
    "and how people differ from it. How far trials differ from each other is not in it.",
}
AUGMENTATION_IS = (
    "Augmentation: per cent who met its criteria at least once. People on no agonist meet them "
    "too, by mistake; only what lies above such a course can come from the medicine. What "
    "augmentation does to severity is not in the model: the IRLS shown is as if it had not come."
)
MOVEMENTS_AFTER_IRON = (
    "What the model says of movements after iron is a prediction, not an established effect: a "
    "small randomised trial of iron sucrose saw no change."
)
OVER_A_WEEK = (
    "Doses are missed: severity, movements and sleep are means of the seven nights up to each date."
)
# With fewer, no draw need lie outside a range of 90 per cent.
_ENOUGH_DRAWS = 20
_FEW_DRAWS = "Only {} sets of parameters: the range is narrower than it should be. "
NOT_BY_TASTE = (
    "These structures are rivals. Each was run on the same question, and none is chosen here: "
    "only data can choose between them, not taste. Where they agree, the answer does not hang on "
    "the structure; where they differ, it does."
)
AS_MEASURED = (
    "The values at the start are taken as measured, without error; all uncertainty is in what "
    "follows."
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of the person; ``is_assumed`` where nobody gave it."""

    name: str
    says: str
    is_assumed: bool = False


def number_of(value: Any) -> float:
    """A number that may stand in an array of one lane."""
    return float(np.ravel(np.asarray(value, np.float64))[0])


def day_text(day: date) -> str:
    """A day as a reader writes it."""
    return f"{day.day} {day:%b %Y}"


def clock_text(hour: float) -> str:
    """Hours after midnight on the clock."""
    minutes = round(hour * _MINUTES) % (_DAY_H * _MINUTES)
    return f"{minutes // _MINUTES:02d}:{minutes % _MINUTES:02d}"


def listed(parts: Sequence[str]) -> str:
    """Parts in a row: a, b and c."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


AT_REST = (
    "Left alone, a person of the model stays as measured: it has no ups and downs and no natural "
    "course of its own."
)


def placebo_text(scenario: Scenario) -> str:
    """How to read courses that hold the response to being treated; empty where none does."""
    hoping = [course for course in scenario.courses if course.hopes]
    if not hoping or len(hoping) == len(scenario.courses):
        return ""
    placebo = placebo_index(scenario)
    says = (
        "Courses with the response to being treated hold the whole response seen in trials, that "
        "to placebo included; against an untreated course it is not the effect of the medicine. "
    )
    if placebo is None:
        return says + (
            "A further course with an empty regimen and 'expectation: yes' shows the placebo "
            "response alone."
        )
    name = scenario.courses[placebo].name
    return f"{says}Course {placebo + 1}, {name}, is the placebo response alone."


def reading_texts(scenario: Scenario) -> Iterator[str]:
    """How to read the numbers of a scenario: augmentation, movements after iron, missed doses.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    """
    yield AUGMENTATION_IS
    if gives_iron(scenario):
        yield MOVEMENTS_AFTER_IRON
    if scenario.is_irregular:
        yield OVER_A_WEEK


def moves_iron(scenario: Scenario) -> bool:
    """Whether a course gives iron or loses blood."""
    lost = any(line.drug == BLOOD for course in scenario.courses for line in course.lines)
    return lost or gives_iron(scenario)


def gives_iron(scenario: Scenario) -> bool:
    """Whether a course gives iron."""
    return any(
        line.drug in (*IRON_BY_MOUTH, *IRON_BY_VEIN)
        for course in scenario.courses
        for line in course.lines
    )


# The person -------------------------------------------------------------------------------------


def person_facts(scenario: Scenario) -> Iterator[Fact]:
    """The person of a scenario, fact by fact, with what was assumed.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    """
    person, assumed = scenario.person, dict(scenario.assumed)
    for name, key, unit, digits in _FACTS:
        value = f"{number_of(getattr(person, key)):.{digits}f}"
        says = f"{value}{'' if unit.startswith('/') else ' '}{unit}"
        if name in assumed:
            yield Fact(name, assumed.pop(name), is_assumed=True)
        else:
            yield Fact(name, says)
    bed, rise = number_of(person.bed_h), number_of(person.rise_h)
    yield Fact("in bed", f"{clock_text(bed)} to {clock_text(rise)}")
    share = number_of(person.clearance_share)
    if share < 1:
        yield Fact("renal clearance", f"{share:.0%} of healthy kidneys".replace("%", " %"))
    lost = number_of(person.bleeding_mg_per_d)
    if lost:
        yield Fact("iron lost with blood", f"{lost:g} mg a day")
    if scenario.genes:
        found = (f"{gene} {count}" for gene, count in sorted(scenario.genes.items()))
        yield Fact("risk alleles", ", ".join(found))
    for name, says in assumed.items():
        yield Fact(name, says, is_assumed=True)


# The courses ------------------------------------------------------------------------------------


def course_texts(course: Course, start: date, most: int = 8) -> list[str]:
    """What a course gives, line by line; further lines are counted.

    Parameters
    ----------
    course : Course
        Of a scenario.
    start : datetime.date
        Day 0.
    most : int
        Lines that are told.
    """
    if not course.lines:
        return ["a placebo" if course.hopes else "nothing is given"]
    texts = [line_text(line, start) for line in course.lines[:most]]
    more = len(course.lines) - most
    return [*texts, f"and {more} further lines"] if more > 0 else texts


def expectation_text(course: Course) -> str:
    """Whether the placebo response is part of a course."""
    if course.hopes:
        return "with the response to being treated, as in trials"
    return "without any response to being treated"


def line_text(line: Line, start: date) -> str:
    """One line of a regimen: what, how much, when, on which days.

    Parameters
    ----------
    line : Line
        Of a course.
    start : datetime.date
        Day 0.
    """
    clocks = listed([clock_text(hour) for hour in line.clock_h])
    return f"{dose_text(line)} at {clocks} {_days_text(line.days, start)}"


def drug_text(drug: str) -> str:
    """The name of a medicine or iron product."""
    return "blood lost" if drug == BLOOD else drug.replace("-", " ")


def dose_text(line: Line) -> str:
    """Medicine and dose."""
    amount = f"{line.dose_mg:.4g} mg"
    if line.drug in (BLOOD, *IRON_BY_MOUTH, *IRON_BY_VEIN):
        amount += " iron"
    return f"{drug_text(line.drug)} {amount}"


def is_iron(line: Line) -> bool:
    """Whether a line moves iron."""
    return line.drug in (BLOOD, *IRON_BY_MOUTH, *IRON_BY_VEIN)


def _days_text(days: NDArray[np.bool_], start: date) -> str:
    on = np.flatnonzero(days)
    if len(on) == 0:
        return "on no day"
    dates = [start + timedelta(days=int(k)) for k in (on if len(on) <= _FEW_DAYS else on[[0, -1]])]
    if len(on) <= _FEW_DAYS:
        return f"on {listed([day_text(day) for day in dates])}"
    steps = np.unique(np.diff(on))
    if len(steps) == 1:
        often = "every day" if steps[0] == 1 else f"every {steps[0]} days"
    else:
        often = f"on {len(on)} of {on[-1] - on[0] + 1} days"
    from_start = on[0] == 0
    to_end = on[-1] + int(steps.max()) >= len(days)
    begins = "" if from_start else f" from {day_text(dates[0])}"
    ends = "" if to_end else f" to {day_text(dates[1])}"
    return f"{often}{begins}{ends}"


# The draws --------------------------------------------------------------------------------------


def draws_text(draws: Draws, seed: int) -> str:
    """How many sets of parameters, and from where.

    Parameters
    ----------
    draws : Draws
        That were run.
    seed : int
        Of the scenario.
    """
    n = len(draws)
    many = f"{n} set{'' if n == 1 else 's'} of parameters"
    if draws.kind == "prior":
        return (
            f"{many} drawn from the prior, seed {seed}: what was known before any trial was fitted"
        )
    about = ", ".join(
        f"{key.replace('_', ' ')} {says[:_HASH_SHOWN] if 'hash' in key else says}"
        for key, says in draws.about.items()
    )
    return f"{many} from the posterior, fitted to trials{f' ({about})' if about else ''}"


def all_draws_text(simulations: Sequence[Simulation]) -> list[str]:
    """Of each structure where they differ; one text where they do not.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario.
    """
    texts = {one.variant: draws_text(one.draws, one.scenario.seed) for one in simulations}
    if len(set(texts.values())) == 1:
        return [next(iter(texts.values()))]
    return [f"{variant}: {says}" for variant, says in texts.items()]


def range_text(scenario: Scenario) -> str:
    """What the range around a median means.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    """
    few = "" if scenario.n_draws >= _ENOUGH_DRAWS else _FEW_DRAWS.format(scenario.n_draws)
    return f"{few}{_MARGIN[scenario.spread]} {AS_MEASURED}"
