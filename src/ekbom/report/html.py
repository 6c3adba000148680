"""A scored night on paper: one HTML page that needs nothing beside itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from markupsafe import Markup

from ekbom.knowledge.loading import load
from ekbom.report import tables
from ekbom.report.citations import MARKS, Citations, value_groups
from ekbom.report.figures.emg import close_up_figure, series_figure
from ekbom.report.figures.hours import hour_figures
from ekbom.report.figures.intervals import (
    interval_figure,
    intervals_beyond,
    length_figure,
    log_interval_figure,
)
from ekbom.report.figures.night import night_figure
from ekbom.report.figures.stretch import choose_stretch
from ekbom.report.narrative import (
    INTENDED_USE,
    edition_label,
    is_immobilization_test,
    plain_summary,
)
from ekbom.report.sources import short_name
from ekbom.report.templating import environment
from ekbom.scoring.edits import said_edits
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.scoring.settings import SECTIONS


def render_report(result: NightResult) -> str:
    """The page of a scored night, to be read in a browser or printed on A4.

    Parameters
    ----------
    result : NightResult
        The night. Where it holds several editions the figures show the first one and the tables
        all of them. The signal is read from its channels where the figures need it.

    Returns
    -------
    str
        HTML with its style and its figures inside; it loads nothing and runs nothing. The same
        night gives the same page.
    """
    page = environment().get_template("report.html.j2")
    return page.render(
        title=f"Leg movements: {result.name or 'marked events'}", body=night_body(result)
    )


def night_body(result: NightResult) -> Markup:
    """What stands on the page of a scored night, to be set into a page; see `render_report`."""
    citations = Citations(load(SECTIONS))
    values = value_groups(result, citations)
    first = next(iter(result.editions.values()))
    body = (
        environment()
        .get_template("night.html.j2")
        .render(
            result=result,
            labels={name: edition_label(name) for name in result.editions},
            titles={name: citations.base.edition(name).title for name in result.editions},
            summary=list(plain_summary(result)),
            is_test=is_immobilization_test(result),
            intended_use=INTENDED_USE,
            edited=said_edits(result.edits),
            headlines=tables.headlines(result),
            figures=_figures(result, first),
            stage_tables=[
                (edition_label(name), tables.stage_columns(edition), tables.stage_sections(edition))
                for name, edition in result.editions.items()
            ],
            sleep_rows=tables.sleep_rows(result),
            findings=[
                (row, citations.number(limit.source)) for limit, row in tables.finding_rows(result)
            ],
            quality_columns=tables.QUALITY_COLUMNS,
            quality_rows=tables.quality_rows(result),
            value_groups=values,
            has_changes=any(
                cell.is_changed for group in values for row in group.rows for cell in row.cells
            ),
            sources=[(number, short_name(source), source) for number, source in citations.sources],
            marks=MARKS,
            version=version("ekbom"),
        )
    )
    return Markup(body)


def _figures(result: NightResult, edition: EditionResult) -> dict[str, Any]:
    stretch = choose_stretch(result, edition)
    close_up = None if stretch is None else close_up_figure(result, edition, stretch)
    whole = edition.indices.by_stage["time_in_bed"].intervals
    has_intervals = whole.n_short + whole.n_periodic + whole.n_long > 0
    return {
        "night": night_figure(result, edition),
        "hours": list(hour_figures(result, edition)),
        "intervals": interval_figure(edition) if has_intervals else None,
        "log_intervals": log_interval_figure(edition) if has_intervals else None,
        "n_beyond": intervals_beyond(edition),
        "lengths": length_figure(edition) if has_intervals else None,
        "shows": None if stretch is None else stretch.shows,
        "series": None if stretch is None else series_figure(result, edition, stretch),
        "close_up": close_up,
    }
