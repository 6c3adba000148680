"""What the model makes of people like this one, as lines and as data; for clinicians only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ekbom.report.lines import bulleted, columns, wrapped

if TYPE_CHECKING:
    from ekbom.report.consultation.in_the_model import CourseInTheModel, InTheModel
    from ekbom.report.simulation.summary import Interval

Json = dict[str, Any]

HEADING: Final = "In the model"
FIRST: Final = "How people like this respond on average in the model."
NOT_OPTIONS: Final = (
    "No forecast for this patient and no list of options: what may be discussed, and why, stands "
    "above."
)
SEVERITY: Final = (
    "Severity: IRLS points, median and 90 % range over the draws. The range is what is not known "
    "of the mean; single people lie further apart."
)
TREATED: Final = (
    "Every course but the first holds the response to being treated, as trials saw it on placebo: "
    "what a treatment adds is the difference from placebo, taken draw by draw."
)
AUGMENTATION: Final = (
    "Augmentation: per cent who met the criteria at least once after the start. People on placebo "
    "meet them too, by mistake"
)
CRITERIA: Final = "criteria of augmentation"
_NAME_WIDTH, _WIDTH, _SIGNED_WIDTH = 22, 12, 16


def model_text(found: InTheModel) -> Iterator[str]:
    """The section, line by line."""
    yield ""
    yield HEADING.upper()
    yield from wrapped(f"{FIRST} {NOT_OPTIONS}", indent=2)
    yield from wrapped(found.limits, indent=2)
    if found.refused:
        yield from bulleted("NOT SHOWN", [stopped(one) for one in found.refused])
    if found.courses:
        yield ""
        yield from _table(found)
        yield from (line for says in reading(found) for line in wrapped(says, indent=2))
    left = [f"{one.name}: {stopped(one.because)}" for one in found.left_out]
    yield from bulleted("LEFT OUT OF THE MODEL", left)
    yield from bulleted("READ FROM THE RECORD", ["; ".join(found.read)] if found.read else [])
    yield from bulleted("ASSUMED", [f"{name}: {says}" for name, says in found.assumed.items()])


def _table(found: InTheModel) -> Iterator[str]:
    widths = (_NAME_WIDTH, *(_WIDTH for _ in found.moments), _SIGNED_WIDTH, _SIGNED_WIDTH)
    heads = ("", *map(moment_text, found.moments), beside_text(found), CRITERIA)
    yield from (f"  {line}" for line in columns(heads, widths))
    for one in found.courses:
        cells = (
            one.name,
            *map(interval_text, one.irls),
            "" if one.beside_placebo is None else signed_text(one.beside_placebo),
            interval_text(one.augmentation),
        )
        yield from (f"  {line}" for line in columns(cells, widths))
    stand = [f"{one.name}: {course_text(one)}" for one in found.courses]
    yield from bulleted("WHAT EACH STANDS FOR", stand)
    yield ""


def moment_text(name: str) -> str:
    """A moment as the head of a column."""
    return name.partition("after ")[2] or name


def beside_text(found: InTheModel) -> str:
    """Head of the column that sets courses beside placebo."""
    return f"{moment_text(found.moments[found.beside_at])}, less placebo"


def course_text(one: CourseInTheModel) -> str:
    """What a course stands for, and how the plan stands to it."""
    return f"{one.says} In the plan: {one.plan}." if one.plan else one.says


def reading(found: InTheModel) -> Iterator[str]:
    """How the numbers are to be read."""
    yield SEVERITY
    if len(found.courses) > 1:
        yield TREATED
    floor = "" if found.floor is None else f": {interval_text(found.floor)} without an agonist"
    yield f"{AUGMENTATION}{floor}."
    yield f"{stopped(found.draws)} Structure: {found.structure}"


def interval_text(one: Interval) -> str:
    """Median with its range, in whole numbers: more would say more than is known."""
    low, median, high = (f"{value:.0f}" for value in (one.low, one.median, one.high))
    return median if low == high else f"{median} ({low}\u2013{high})"


def signed_text(one: Interval) -> str:
    """A difference with its range; a true minus, which is as wide as a plus."""
    low, median, high = map(_signed, (one.low, one.median, one.high))
    return median if low == high else f"{median} ({low} to {high})"


def _signed(value: float) -> str:
    whole = round(value)
    return f"+{whole}" if whole > 0 else f"{whole}".replace("-", "\u2212")


def stopped(says: str) -> str:
    """A text as a sentence: with a capital and a stop."""
    return f"{says[:1].upper()}{says[1:]}{'' if says.endswith('.') else '.'}"


# For machines -----------------------------------------------------------------------------------


def model_json(found: InTheModel) -> Json:
    """The section as plain data."""
    return {
        "says": f"{FIRST} {NOT_OPTIONS}",
        "limits": found.limits,
        "refused": list(found.refused),
        "read": list(found.read),
        "assumed": dict(found.assumed),
        "moments": list(found.moments),
        "less_placebo_at": found.moments[found.beside_at] if found.courses else None,
        "courses": [_course_json(one) for one in found.courses],
        "left_out": [{"name": one.name, "because": one.because} for one in found.left_out],
        "augmentation_without_agonist": None if found.floor is None else _interval(found.floor),
        "reading": list(reading(found)) if found.courses else [],
    }


def _course_json(one: CourseInTheModel) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "says": one.says,
        "plan": one.plan,
        "irls_less_placebo": (
            None if one.beside_placebo is None else _interval(one.beside_placebo)
        ),
        "irls": [_interval(each) for each in one.irls],
        "augmentation_percent": _interval(one.augmentation),
    }


def _interval(one: Interval) -> Json:
    return {"median": one.median, "p05": one.low, "p95": one.high}
