"""The few numbers a record keeps of a night that ``ekbom score --json`` scored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ekbom.errors import PatientError
from ekbom.interop.tabular import decode_text
from ekbom.patient.patient import NightSummary, Patient
from ekbom.patient.record import WrittenNight

# Without marked breathing events nobody can tell respiratory movements from others.
_NO_BREATHING = "no-respiratory-events"
_NOON = 12


def read_scored_night(path: Path, on: date, rules: str = "") -> NightSummary:
    """The summary of a night from the file of its scoring.

    Parameters
    ----------
    path : Path
        What ``ekbom score --json`` wrote.
    on : datetime.date
        Evening on which the night began; recordings often carry no true date.
    rules : str
        Edition to take where the file holds several; empty where it holds one.

    Raises
    ------
    PatientError
        There is no such file, it is no scored night, or the edition is not to be told.
    """
    found = _read(path)
    return night_summary(found, path.name, on, rules)


def night_summary(found: Mapping[str, Any], name: str, on: date, rules: str) -> NightSummary:
    """The summary of a night from its scoring as plain data; see `read_scored_night`."""
    try:
        return _summary(found, name, on, rules)
    except (KeyError, TypeError, AttributeError) as error:
        raise _no_scored_night(name) from error


def night_began(start: datetime | None, name: str) -> date:
    """The evening on which a recording began: before noon it was the day before.

    Parameters
    ----------
    start : datetime.datetime or None
        Start of the recording; None where it carries none.
    name : str
        What the recording is called.

    Raises
    ------
    PatientError
        The recording carries no date.
    """
    if start is None:
        raise PatientError(
            "the recording carries no date",
            expected="the evening on which it began",
            where=name,
            what_to_do="give it with --night-on DATE",
        )
    return (start - timedelta(days=1)).date() if start.hour < _NOON else start.date()


def night_rules(patient: Patient, editions: Sequence[str]) -> str:
    """The edition a night joins the record by: that of the nights before, so that they compare.

    Parameters
    ----------
    patient : Patient
        The record.
    editions : sequence of str
        Editions the night was scored by; the first where no night before says another.
    """
    before = [night.rules for night in patient.nights if night.rules in editions]
    return before[-1] if before else editions[0]


def with_night(patient: Patient, night: NightSummary, as_of: date) -> Patient:
    """The record with one more night; one of the same evening and rules gives way.

    Parameters
    ----------
    patient : Patient
        The record.
    night : NightSummary
        The night.
    as_of : datetime.date
        The day asked about.

    Raises
    ------
    PatientError
        The night lies after that day or before birth.
    """
    wrong = "after" if night.on > as_of else "before birth of" if _unborn(patient, night) else ""
    if wrong:
        whom = str(as_of) if wrong == "after" else patient.id
        raise PatientError(
            f"the night of {night.on} lies {wrong} {whom}",
            expected="the evening on which the recording began",
            what_to_do="many recordings carry a made-up date; give the true one with --night-on",
        )
    kept = [one for one in patient.nights if (one.on, one.rules) != (night.on, night.rules)]
    nights = sorted([*kept, night], key=lambda one: one.on)
    return replace(patient, nights=tuple(nights))


def written_night(night: NightSummary) -> dict[str, Any]:
    """A night as an entry of a record file; what is not known is left out.

    Parameters
    ----------
    night : NightSummary
        The night.
    """
    written: dict[str, Any] = {"on": night.on.isoformat()}
    for key in fields(WrittenNight):
        value = getattr(night, key.name, None)
        if key.name != "on" and value not in (None, "", "unknown"):
            written[key.name] = value
    if night.scored_by_ekbom:
        written["scored_by"] = "ekbom"
    return written


def _unborn(patient: Patient, night: NightSummary) -> bool:
    return night.on < patient.person.born.first


def _no_scored_night(name: str) -> PatientError:
    return PatientError(
        "this is no scored night", expected="what ekbom score --json wrote", where=name
    )


def _summary(found: Mapping[str, Any], name: str, on: date, rules: str) -> NightSummary:
    edition = _edition(found, name, rules)
    indices, sleep = edition["indices"], found["sleep"] or {}
    codes = [caveat["code"] for caveat in found["caveats"]]
    if "immobilization_test" in edition:
        return NightSummary(
            on=on,
            rules=edition["rules"],
            scored_by_ekbom=True,
            immobilization_plmw_index_per_h=_number(
                edition["immobilization_test"]["finding"]["value_per_h"]
            ),
        )
    return NightSummary(
        on=on,
        method="polysomnography" if sleep else "unknown",
        rules=edition["rules"],
        scored_by_ekbom=True,
        plms_index_per_h=_number(indices["plms_nonrespiratory_per_h"]),
        respiratory_movements="unknown" if _NO_BREATHING in codes else "excluded",
        plms_arousal_index_per_h=_number(indices["plms_arousal_per_h"]),
        plmw_index_per_h=_number(indices["plmw_per_h"]),
        **{key: _number(sleep.get(key)) for key in _OF_SLEEP},
    )


# Their names are the same in a scoring and in a record.
_OF_SLEEP = (
    "arousal_index_per_h",
    "sleep_efficiency_percent",
    "sleep_latency_min",
    "wake_after_sleep_onset_min",
    "total_sleep_time_min",
)


def _number(value: Any) -> Any:
    """A number, or None where the night has none."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise TypeError(f"{value!r} is no number")
    return value


def _edition(found: Mapping[str, Any], name: str, rules: str) -> Mapping[str, Any]:
    alone = {str(found["rules"]): found} if "rules" in found else {}
    by_name: Mapping[str, Mapping[str, Any]] = found.get("editions", alone)
    if not by_name:
        raise _no_scored_night(name)
    known = ", ".join(by_name)
    if not rules and len(by_name) > 1:
        raise PatientError(
            f"holds several editions: {known}", expected="rules: with one of them", where=name
        )
    chosen = by_name.get(rules)
    if not rules:
        chosen = next(iter(by_name.values()))
    if chosen is None:
        raise PatientError(f"not scored by {rules}", expected=f"one of: {known}", where=name)
    return chosen


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PatientError(
            "there is no such file of a scored night that can be read",
            expected="a path relative to the record",
            where=path.name,
        ) from error
    try:
        found = json.loads("\n".join(decode_text(content, path.name)))
    except (ValueError, RecursionError) as error:
        raise PatientError(f"this is not JSON ({error})", where=path.name) from error
    if not isinstance(found, dict):
        raise _no_scored_night(path.name)
    return found
