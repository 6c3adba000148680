"""What the model makes of people like this one, as a section of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from ekbom.report.consultation.model_shown import (
    CRITERIA,
    FIRST,
    HEADING,
    NOT_OPTIONS,
    beside_text,
    course_text,
    interval_text,
    moment_text,
    reading,
    signed_text,
    stopped,
)
from ekbom.report.figures.interval_rows import Bar, BarGroup, interval_rows
from ekbom.report.templating import environment

if TYPE_CHECKING:
    from ekbom.report.consultation.in_the_model import InTheModel
    from ekbom.report.simulation.summary import Interval

_HIGHEST_IRLS: Final = 40.0


def model_page(found: InTheModel) -> Markup:
    """The section of a page; it stands after the reasons."""
    page = environment().get_template("model.html.j2")
    return Markup(
        page.render(
            found=found,
            heading=HEADING,
            first=FIRST,
            not_options=NOT_OPTIONS,
            moments=[moment_text(name) for name in found.moments],
            beside=beside_text(found) if found.courses else "",
            criteria=CRITERIA,
            figure=_figure(found) if found.courses else None,
            moment=moment_text(found.moments[found.beside_at]) if found.courses else "",
            reading=list(reading(found)) if found.courses else [],
            interval=interval_text,
            signed=signed_text,
            course_text=course_text,
            stopped=stopped,
        )
    )


def _figure(found: InTheModel) -> Markup:
    """Severity of all courses at one moment, with a line at the median on placebo."""
    at = found.beside_at
    groups = [BarGroup(one.name, (_bar(one.irls[at]),)) for one in found.courses]
    placebo = next((one.irls[at].median for one in found.courses if one.id == "placebo"), None)
    label = f"Severity (IRLS) of all courses, {found.moments[at]}"
    return interval_rows(groups, _HIGHEST_IRLS, label, placebo)


def _bar(one: Interval) -> Bar:
    return Bar(one.low, one.lower, one.median, one.upper, one.high, interval_text(one))
