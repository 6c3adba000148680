"""The form of a what if: its choices for a patient, and what was written read as a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from ekbom.app.forms.entries import number_or_text
from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.pharmacology import ACTS, IRON_BY_MOUTH, IRON_BY_VEIN
from ekbom.mechanism.scenarios.seen_in_trials import Seen, seen_in_trials
from ekbom.mechanism.scenarios.what_if import (
    MOST_MISSED_PERCENT,
    Iron,
    Medicine,
    WhatIf,
    check,
)
from ekbom.mechanism.schedule import WEEK_D
from ekbom.report.consultation.in_the_model import refusals
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.report.consultation.what_if import held_back, plan_says, prepared, refused

MOST_WEEKS, FEWEST_WEEKS = 156, 4
_USUAL_WEEKS = 52
_MOST_INFUSIONS = 20
_WITHOUT = "none"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Choice:
    """A medicine or an iron product in the form.

    Parameters
    ----------
    seen : Seen
        What trials gave of it.
    name : str
        For a reader.
    held_back : str
        Why it cannot be asked about here; empty where it can.
    in_the_plan : str
        How the plan stands to it; empty where it was not weighed.
    """

    seen: Seen
    name: str
    held_back: str
    in_the_plan: str

    @property
    def step_mg(self) -> float:
        """Of the slider: halves of the lowest dose that trials gave."""
        return self.seen.low_mg / 2

    @property
    def usual_clock(self) -> str:
        """The last clock time of trials."""
        minutes = round(self.seen.clock_h[-1] * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked about one patient.

    Parameters
    ----------
    by_mouth, by_vein, medicines : tuple of Choice
        Those trials on file gave.
    without_trial : tuple of str
        What the model knows and no trial on file gave.
    refused : tuple of str
        Why nothing can be asked; empty where something can.
    """

    by_mouth: tuple[Choice, ...]
    by_vein: tuple[Choice, ...]
    medicines: tuple[Choice, ...]
    without_trial: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def every(self) -> tuple[Choice, ...]:
        """All of them."""
        return (*self.by_mouth, *self.by_vein, *self.medicines)

    @property
    def longest_given_weeks(self) -> int:
        """For which trials gave iron by mouth."""
        return max((one.seen.longest_given_d for one in self.by_mouth), default=0) // WEEK_D


def choices(shown: ShownConsultation) -> Choices:
    """What can be asked about a patient, and why the rest cannot.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    """
    seen = seen_in_trials(shown.knowledge)
    every = {
        drug: Choice(one, _name(drug), _why_not(shown, one), plan_says(shown, drug))
        for drug, one in seen.items()
    }
    known = (*IRON_BY_MOUTH, *IRON_BY_VEIN, *ACTS)
    held = dict.fromkeys(one.held_back for one in every.values())
    return Choices(
        tuple(every[drug] for drug in IRON_BY_MOUTH if drug in every),
        tuple(every[drug] for drug in IRON_BY_VEIN if drug in every),
        tuple(every[drug] for drug in sorted(ACTS) if drug in every),
        tuple(_name(drug) for drug in known if drug not in every),
        # Where nothing may be asked about, a form would say otherwise.
        _refused_whatever(shown, seen) or (() if "" in held else tuple(held)),
    )


def _name(drug: str) -> str:
    return drug.replace("-", " ").capitalize()


def _why_not(shown: ShownConsultation, one: Seen) -> str:
    because = held_back(shown, one.drug)
    if because:
        return because
    made = prepared(shown, _lowest(one), n_draws=1)
    return "; ".join(left.because for left in made.left_out)


def _lowest(one: Seen) -> WhatIf:
    """The least that trials gave: whether it may be asked about hangs on what it is alone."""
    if one.drug in ACTS:
        medicine = Medicine(one.drug, one.low_mg, time(int(one.clock_h[-1])))
        return WhatIf(None, medicine, 0, FEWEST_WEEKS)
    iron = Iron(one.drug, one.low_mg, n_days=WEEK_D)
    return WhatIf(iron, None, 0, FEWEST_WEEKS)


def _refused_whatever(shown: ShownConsultation, seen: Mapping[str, Seen]) -> tuple[str, ...]:
    """Why nothing at all can be asked: what stands against all treatment, or against the model."""
    against = tuple(refusals(shown.consultation, shown.knowledge))
    return against or prepared(shown, _lowest(next(iter(seen.values()))), n_draws=1).refused


# What was written --------------------------------------------------------------------------------

LABELS: Mapping[str, str] = {
    "route": "Iron",
    "oral_mg": "Elemental iron each time",
    "oral_weeks": "For",
    "vein_mg": "Iron each time",
    "vein_n": "Infusions",
    "drug": "Medicine",
    "drug_mg": "Dose each time",
    "clock": "Clock time",
    "missed": "Doses missed",
    "weeks": "Look ahead",
}


class FieldError(UsageError):
    """What was written in one field cannot be asked.

    Parameters
    ----------
    field : str
        Name of the field.
    found, expected : str
        See `EkbomError`.
    """

    def __init__(self, field: str, found: str, expected: str = "") -> None:
        super().__init__(found, expected=expected)
        self.field = field


def asked_of(written: Mapping[str, str], shown: ShownConsultation) -> WhatIf:
    """The question as written, held to what trials gave and what the plan lets stand.

    Parameters
    ----------
    written : Mapping of str to str
        Fields of the form.
    shown : ShownConsultation
        The consultation.

    Raises
    ------
    FieldError
        Something cannot be asked.
    """
    asked = WhatIf(
        _iron(written),
        _medicine(written),
        _whole(written, "missed", 0, MOST_MISSED_PERCENT),
        _whole(written, "weeks", FEWEST_WEEKS, MOST_WEEKS),
    )
    _check(asked, written, shown.knowledge)
    reasons = refused(shown, prepared(shown, asked, n_draws=1))
    if reasons:
        field = "route" if asked.iron is not None and asked.medicine is None else "drug"
        raise FieldError(field, "; ".join(reasons))
    return asked


def _check(asked: WhatIf, written: Mapping[str, str], knowledge: KnowledgeBase) -> None:
    try:
        check(asked, seen_in_trials(knowledge))
    except UsageError as error:
        of_iron = "vein_mg" if written.get("route") == "vein" else "oral_mg"
        field = {"iron": of_iron, "medicine": "drug_mg"}.get(error.where, "route")
        raise FieldError(field, error.found, error.expected) from error


def _iron(written: Mapping[str, str]) -> Iron | None:
    route = written.get("route", _WITHOUT)
    if route == "oral":
        return Iron(
            written.get("oral_drug", ""),
            _number(written, "oral_mg"),
            every_days=2 if written.get("oral_every") == "2" else 1,
            n_days=WEEK_D * _whole(written, "oral_weeks", 1, MOST_WEEKS),
        )
    if route == "vein":
        return Iron(
            written.get("vein_drug", ""),
            _number(written, "vein_mg"),
            n_infusions=_whole(written, "vein_n", 1, _MOST_INFUSIONS),
        )
    if route != _WITHOUT:
        raise FieldError("route", f"{route!r} is no way to give iron")
    return None


def _medicine(written: Mapping[str, str]) -> Medicine | None:
    drug = written.get("drug", "")
    if not drug:
        return None
    clock = written.get("clock", "")
    if not _CLOCK.fullmatch(clock):
        raise FieldError("clock", f"{clock!r} is no clock time", "such as 21:00")
    return Medicine(drug, _number(written, "drug_mg"), time.fromisoformat(clock))


def _number(written: Mapping[str, str], field: str) -> float:
    found = number_or_text(written.get(field, "").replace(",", "."))
    if isinstance(found, str):
        raise FieldError(field, f"{found!r} is no number", "a number of mg")
    return float(found)


def _whole(written: Mapping[str, str], field: str, lowest: int, highest: int) -> int:
    text = written.get(field, "")
    if not (text.isascii() and text.isdigit()) or not lowest <= int(text) <= highest:
        raise FieldError(
            field, f"{text or 'nothing'!r}", f"a whole number from {lowest} to {highest}"
        )
    return int(text)


def fields_of(asked: Mapping[str, Any] | None, found: Choices) -> dict[str, str]:
    """The fields of the form: as they were asked once, or as they stand at first.

    Parameters
    ----------
    asked : Mapping or None
        What `as_plain` made of a question; None for a fresh form.
    found : Choices
        For the first values.
    """
    fields = _first_fields(found)
    if asked is None:
        return fields
    iron, medicine = asked["iron"], asked["medicine"]
    fields |= {"missed": str(asked["missed_percent"]), "weeks": str(asked["weeks"])}
    if iron is not None and iron["drug"] in IRON_BY_MOUTH:
        fields |= {"route": "oral", "oral_drug": iron["drug"], "oral_mg": f"{iron['dose_mg']:g}"}
        fields |= {"oral_every": str(iron["every_days"])}
        fields |= {"oral_weeks": str(iron["n_days"] // WEEK_D)}
    elif iron is not None:
        fields |= {"route": "vein", "vein_drug": iron["drug"], "vein_mg": f"{iron['dose_mg']:g}"}
        fields |= {"vein_n": str(iron["n_infusions"])}
    if medicine is not None:
        fields |= {"drug": medicine["drug"], "drug_mg": f"{medicine['dose_mg']:g}"}
        fields |= {"clock": medicine["clock"]}
    return fields


def _first_fields(found: Choices) -> dict[str, str]:
    """Nothing is chosen; the doses are the lowest that trials gave."""
    fields = {"route": _WITHOUT, "drug": "", "drug_mg": "", "clock": "20:00", "oral_every": "1"}
    fields |= {"missed": "0", "weeks": str(_USUAL_WEEKS), "vein_n": "1"}
    fields |= {"oral_weeks": str(found.longest_given_weeks)}
    for part, among in (("oral", found.by_mouth), ("vein", found.by_vein)):
        one = next((each for each in among if not each.held_back), None)
        if one is not None:
            fields |= {f"{part}_drug": one.seen.drug, f"{part}_mg": f"{one.seen.low_mg:g}"}
    return fields
