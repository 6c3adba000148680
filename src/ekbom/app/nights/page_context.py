"""What the templates of one night are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ekbom.app.desk import Desk, Person
from ekbom.app.nights import movements_shown
from ekbom.app.nights.controls import controls, windows
from ekbom.app.nights.files import address_of
from ekbom.app.nights.into_record import in_record
from ekbom.app.nights.movements_shown import Shown
from ekbom.app.nights.reading import Choice, Reading
from ekbom.errors import EkbomError
from ekbom.report import tables
from ekbom.report.figures.intervals import (
    interval_figure,
    intervals_beyond,
    length_figure,
    log_interval_figure,
)
from ekbom.report.figures.night import night_figure
from ekbom.report.narrative import edition_label
from ekbom.scoring.agreement_events import BOTH_LEGS
from ekbom.scoring.settings import RULES

_ROWS = 50
# Which movements the table shows, and how they are called.
FILTERS = {
    "all": "all movements",
    "periodic": "in a periodic series",
    "candidate": "candidates",
    "other": "no candidates",
    "edited": "changed by hand",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the table.

    Parameters
    ----------
    show : str
        Which movements; one of `FILTERS`.
    page : int
        Which rows, from 1.
    at : str
        Key of the movement that is selected; empty for none.
    """

    show: str = "all"
    page: int = 1
    at: str = ""

    @classmethod
    def of(cls, written: Mapping[str, str]) -> Place:
        """From the fields of a form; what cannot be is the first page of all."""
        show = written.get("show", "all")
        text = written.get("to") or written.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
        at = "" if "to" in written else written.get("at", "")
        return cls(show if show in FILTERS else "all", max(number, 1), at)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the table that are shown."""

    rows: tuple[tuple[Shown, str], ...]
    show: str
    page: int
    n_pages: int
    first: int
    n: int
    n_all: int
    selected: str


def rows_shown(reading: Reading, place: Place) -> Rows:
    """The movements of one page of the table, with their reasons.

    Parameters
    ----------
    reading : Reading
        The night.
    place : Place
        Where somebody is; the page of the selected movement wins.
    """
    every = movements_shown.movements_shown(reading)
    chosen = [one for one in every if _is_shown(one, place.show)]
    show = place.show
    keys = [one.key for one in chosen]
    if place.at and place.at not in keys and any(one.key == place.at for one in every):
        chosen, show = list(every), "all"
        keys = [one.key for one in chosen]
    n_pages = max(1, -(-len(chosen) // _ROWS))
    page = min(place.page, n_pages)
    if place.at in keys:
        page = keys.index(place.at) // _ROWS + 1
    first = (page - 1) * _ROWS
    rows = tuple(
        (one, movements_shown.reasons_shown(reading, one)) for one in chosen[first : first + _ROWS]
    )
    selected = place.at if place.at in keys else ""
    return Rows(rows, show, page, n_pages, first + 1, len(chosen), len(every), selected)


def _is_shown(one: Shown, show: str) -> bool:
    if show == "edited":
        return one.state != "automatic"
    if show == "periodic":
        return one.is_periodic
    if show == "candidate":
        return one.is_candidate
    return show == "all" or (not one.is_candidate and one.state != "rejected")


def panel_context(
    desk: Desk, person: Person, reading: Reading, place: Place, error: EkbomError | None, said: str
) -> dict[str, Any]:
    """Everything the page of a night and its panel show.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    person : Person
        Whose night.
    reading : Reading
        The night.
    place : Place
        Where in the table.
    error : EkbomError, optional
        What was refused.
    said : str
        What was done.
    """
    result = reading.result
    return _controls_context(desk, reading) | {
        "person": person,
        "night": reading.night,
        "reading": reading,
        "result": result,
        "base": address_of(person.id, reading.night.id),
        "error": error,
        "done": said,
        "indices": movements_shown.indices_shown(reading),
        "findings": movements_shown.findings_shown(reading),
        "table": rows_shown(reading, place),
        "filters": FILTERS,
        "changes": movements_shown.changes_shown(reading),
        "last_change": movements_shown.last_in_force(reading),
        "in_record": None if reading.is_trial else in_record(desk, person, reading),
        "other_rules": _other_rules(person, reading),
        "stage_columns": tables.stage_columns(reading.edition),
        "stage_sections": tables.stage_sections(reading.edition),
        "sleep_rows": tables.sleep_rows(result),
        "quality_columns": tables.QUALITY_COLUMNS,
        "quality_rows": tables.quality_rows(result),
        "starts_at": movements_shown.clock(result.start, 0.0),
    }


def _controls_context(desk: Desk, reading: Reading) -> dict[str, Any]:
    """The controls, and by which rules the night is read."""
    choice = reading.choice
    every = controls(desk.knowledge, choice)
    rare = [one for one in every if not one.is_often]
    return {
        "label": edition_label(choice.rules),
        "rule_sets": [(name, edition_label(name), name == choice.rules) for name in RULES],
        "windows": windows(choice),
        "often": [one for one in every if one.is_often],
        "rare": rare,
        "n_rare_changed": sum(one.is_changed for one in rare),
        "trial": desk.readings.token(choice) if reading.is_trial else "",
        "kept_label": _said(reading.kept),
    }


def figures_context(desk: Desk, reading: Reading) -> dict[str, Any]:
    """The figures of the report."""
    edition = reading.edition
    whole = edition.indices.by_stage["time_in_bed"].intervals
    has_intervals = whole.n_short + whole.n_periodic + whole.n_long > 0
    return {
        "label": edition_label(reading.choice.rules),
        "figure": night_figure(reading.result, edition),
        "intervals": interval_figure(edition) if has_intervals else None,
        "log_intervals": log_interval_figure(edition) if has_intervals else None,
        "lengths": length_figure(edition) if has_intervals else None,
        "n_beyond": intervals_beyond(edition),
    }


def agreement_context(desk: Desk, reading: Reading) -> dict[str, Any]:
    """The reading beside the automatic scoring, leg by leg."""
    found = movements_shown.agreement_shown(reading, desk.knowledge)
    names = {"left": "Left leg", "right": "Right leg", BOTH_LEGS: "Both legs"}
    return {
        "label": edition_label(reading.choice.rules),
        "legs": [(names[leg], one) for leg, one in found.items()],
        "both": found[BOTH_LEGS],
        "matching": movements_shown.matching_of(desk.knowledge),
        "indices": movements_shown.indices_shown(reading),
    }


def _said(choice: Choice) -> str:
    label = edition_label(choice.rules)
    return label if choice.is_own else f"{label} with changed settings"


def _other_rules(person: Person, reading: Reading) -> tuple[str, ...]:
    """Rules of the other nights of the record, where they are not these."""
    others = {
        night.rules
        for night in person.patient.nights
        if night.rules and night.on != reading.night.began_on
    }
    own = reading.choice.rules if reading.choice.is_own else ""
    return tuple(sorted(edition_label(rules) for rules in others if rules != own))
