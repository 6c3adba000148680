"""A patient's record without identifiers: what is listed here is kept, all else is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import yaml

from ekbom.errors import PatientError
from ekbom.followup.treatment_start import names_restless_legs
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.drugs import find_drug
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.dates import PartialDate
from ekbom.patient.doses import read_dose
from ekbom.patient.reading import patient_from

# Ages above this are one group (45 CFR 164.514(b)(2)(i)(C)).
_OLDEST = 89
# Days, and what else of an entry is copied: numbers, clock times and words of closed lists.
_DAYS: Mapping[str, tuple[str, ...]] = {
    "person": ("born",),
    "answers": ("on",),
    "labs": ("on",),
    "medications": ("started", "stopped"),
    "conditions": ("since", "until"),
    "pregnancies": ("due", "last_period", "ended"),
    "family": ("on",),
    "questionnaires": ("on",),
    "nights": ("on",),
    "diary": ("on",),
    "weights": ("on",),
    "overrides": ("on",),
}
_COPIED: Mapping[str, tuple[str, ...]] = {
    "person": ("sex",),
    "answers": ("answers",),
    "labs": ("results", "at", "hours_since_iron", "fasting"),
    "medications": ("drug", "form", "dose", "times", "for"),
    "conditions": ("condition", "present"),
    "pregnancies": (),
    "family": ("relation", "restless_legs"),
    "questionnaires": ("instrument", "items", "total"),
    "nights": (
        "method",
        "rules",
        "respiratory_movements",
        "scored_by",
        "plms_index_per_h",
        "plms_arousal_index_per_h",
        "arousal_index_per_h",
        "apnea_hypopnea_index_per_h",
        "sleep_efficiency_percent",
        "sleep_latency_min",
        "wake_after_sleep_onset_min",
        "total_sleep_time_min",
        "plmw_index_per_h",
        "immobilization_plmw_index_per_h",
    ),
    "diary": ("began", "ended", "severity"),
    "weights": ("kg",),
    "overrides": ("block", "by", "reason"),
}
# Names and free text: whoever said it, why, and where a file lay.
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "answers": ("by",),
    "nights": ("file",),
}
# What a medicine is taken for changes what is concluded: one of three, never the words themselves.
_FOR_LEGS, _FOR_IRON, _FOR_OTHER = "restless legs", "iron", "something else"
_SPEAKS_OF_IRON = ("iron", "ferritin")
_SOMEBODY, _NO_REASON = "a clinician", "the reason is left out of this copy"


@dataclass(slots=True)
class _Copy:
    """A copy on its way: how far its days are moved, and what was left out."""

    knowledge: KnowledgeBase
    days_earlier: int
    left_out: Counter[str] = field(default_factory=Counter)
    drugs: dict[str, str] = field(default_factory=dict)

    def day(self, written: Any) -> str:
        """A day, moved; a month or a year becomes the one that holds the middle of it, moved."""
        text = written.isoformat() if isinstance(written, date) else str(written)
        days = PartialDate.parse(text)
        if days is None:
            raise PatientError("a day that is none", what_to_do="check the record first")
        middle = days.first + (days.last - days.first) / 2 - timedelta(days=self.days_earlier)
        return middle.isoformat()[: len(text)]


def deidentified_record(
    record: Mapping[str, Any],
    knowledge: KnowledgeBase,
    days_earlier: int,
    today: date,
    code: str,
) -> tuple[str, tuple[str, ...]]:
    """The text of a record without identifiers, and what was left out in sentences.

    Parameters
    ----------
    record : Mapping
        As its file writes it, and read without fault before.
    knowledge : KnowledgeBase
        All sections.
    days_earlier : int
        By how many days every date is moved into the past; the same for the nights.
    today : datetime.date
        The day of the copy: ages count on it.
    code : str
        Stands in the place of the id; says nothing of the person.

    Raises
    ------
    PatientError
        The copy would contradict itself, as months and years do not move by days exactly.
    """
    copy = _Copy(knowledge, days_earlier)
    anew: dict[str, Any] = {"id": code}
    for section in _DAYS:
        if section == "person":
            anew[section] = _person(record[section], copy, today)
        elif section in record:
            anew[section] = [_entry(section, entry, copy) for entry in record[section]]
    text = yaml.safe_dump(anew, sort_keys=False, allow_unicode=True, width=100)
    file = parse(f"{code}.yaml", text.encode(), PatientError)
    patient_from(file, knowledge, today - timedelta(days=days_earlier))
    return text, _sentences(copy)


def known_keys(section: str) -> frozenset[str]:
    """The keys of an entry of which it is decided here whether they are kept."""
    groups: Iterable[Mapping[str, tuple[str, ...]]] = (_DAYS, _COPIED, _LEFT_OUT)
    return frozenset(key for group in groups for key in group.get(section, ()))


def _entry(section: str, entry: Mapping[str, Any], copy: _Copy) -> dict[str, Any]:
    anew: dict[str, Any] = {}
    for key, value in entry.items():
        if key in _DAYS[section]:
            anew[key] = copy.day(value)
        elif key in _COPIED[section]:
            anew[key] = _plain(value)
        else:
            copy.left_out[f"{section}: {key}"] += 1
    made = _MADE.get(section)
    return anew if made is None else made(anew, copy)


def _plain(value: Any) -> Any:
    """Lists and mappings of a parsed file as YAML writes them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def _person(person: Mapping[str, Any], copy: _Copy, today: date) -> dict[str, Any]:
    anew = _entry("person", person, copy)
    born = PartialDate.parse(str(person["born"]))
    # Everybody above the limit is as old as everybody else there.
    if born is not None and _age(born.first, today) > _OLDEST:
        anew["born"] = str((today - timedelta(days=copy.days_earlier)).year - _OLDEST - 2)
    return anew


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _answers(entry: dict[str, Any], copy: _Copy) -> dict[str, Any]:
    """Ages among the answers are pooled too."""
    questions = copy.knowledge.of(Question)
    for name, value in entry["answers"].items():
        is_age = name in questions and questions[name].unit == "a"
        if is_age and isinstance(value, int | float) and value > _OLDEST:
            entry["answers"][name] = _OLDEST + 1
    return entry


def _medication(entry: dict[str, Any], copy: _Copy) -> dict[str, Any]:
    """A medicine that is known by its name; another by a number, with nothing written by hand."""
    found = find_drug(copy.knowledge, str(entry["drug"]))
    if found is None:
        number = len(copy.drugs) + 1
        entry["drug"] = copy.drugs.setdefault(entry["drug"], f"unknown medicine {number}")
    else:
        entry["drug"] = found.name
    if entry.get("for"):
        entry["for"] = _indication(entry["for"])
    forms = () if found is None else found.drug.forms
    if entry.get("form") and entry["form"] not in forms:
        del entry["form"]
        copy.left_out["medications: form"] += 1
    if entry.get("dose") and read_dose(str(entry["dose"])) is None:
        del entry["dose"]
        copy.left_out["medications: dose"] += 1
    return entry


def _indication(written: str) -> str:
    if names_restless_legs(written):
        return _FOR_LEGS
    speaks_of_iron = any(word in written.casefold() for word in _SPEAKS_OF_IRON)
    return _FOR_IRON if speaks_of_iron else _FOR_OTHER


def _override(entry: dict[str, Any], copy: _Copy) -> dict[str, Any]:
    copy.left_out["overrides: by"] += 1
    copy.left_out["overrides: reason"] += 1
    return {**entry, "by": _SOMEBODY, "reason": _NO_REASON}


_MADE: Mapping[str, Callable[[dict[str, Any], _Copy], dict[str, Any]]] = {
    "answers": _answers,
    "medications": _medication,
    "overrides": _override,
}


def _sentences(copy: _Copy) -> tuple[str, ...]:
    said = ["Every date is shifted by whole days; one known by month or year only about."]
    if copy.left_out:
        listed = ", ".join(f"{name} ({n})" for name, n in sorted(copy.left_out.items()))
        said.append(f"Names and free text are left out: {listed}.")
    if copy.drugs:
        said.append(f"{len(copy.drugs)} medicines nobody knows are named by a number.")
    return tuple(said)
