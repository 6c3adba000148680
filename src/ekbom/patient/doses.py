"""Doses as written: what they mean in mg, how much that is a day, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from types import MappingProxyType
from typing import Final

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import find_drug
from ekbom.knowledge.treatment import Dose
from ekbom.patient.patient import MedicationUse
from ekbom.units import ucum

PER_DAY: Final = "mg/d"
# A patch gives off its dose over 24 hours; a number of mg alone may be what it holds.
PATCH: Final = "mg/(24.h)"
_MILLIGRAMS: Mapping[str, float] = MappingProxyType({"g": 1e3, "mg": 1.0, "ug": 1e-3})
# What floating point adds is cut off, so that three times 0.1 mg is 0.3 mg.
_DIGITS = 9
# More tablets than this at once are hardly one dose; beyond it sums no longer tell tablets apart.
_MOST_TABLETS = 4

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_PIECE = re.compile(rf"({_NUMBER}) *([^\s\d][^\s]*)?")
_RATE = re.compile(r" */ *(?:24 ?h(?:ours?)?|\(24\.h\)|d|day)$")
_RANGE = re.compile(rf"{_NUMBER} *[^\W\d]* *(?:-|\u2013|\u2014|to) *\d")
_COMMA = re.compile(r"[0-9],[0-9]")
_WRITTEN = re.compile(rf"{_NUMBER}\s*[^\s\d.,].*")


@dataclass(frozen=True, slots=True)
class WrittenDose:
    """A dose as written, in mg.

    Parameters
    ----------
    amounts_mg : tuple of float
        One number; of a combination such as ``25/100 mg`` one for each ingredient, as written.
    is_rate : bool
        Whether it is an amount per day or per 24 h already.
    """

    amounts_mg: tuple[float, ...]
    is_rate: bool = False


def read_dose(written: str) -> WrittenDose | None:
    """A dose in g, mg or ug; None for anything else, such as tablets, drops or mg/mL.

    Parameters
    ----------
    written : str
        E.g. ``0.25 mg``, ``200 ug``, ``25/100 mg``, ``2 mg/24 h``, ``2 mg/d``.
    """
    text, is_rate = _RATE.subn("", written.strip())
    pieces = [_PIECE.fullmatch(piece.strip()) for piece in text.split("/")]
    found = [piece for piece in pieces if piece is not None]
    if len(found) < len(pieces):
        return None
    # In "25/100 mg" the unit of the last number holds for all.
    factors = [_MILLIGRAMS.get(ucum(piece[2] or found[-1][2] or "") or "") for piece in found]
    amounts = [
        round(float(piece[1]) * factor, _DIGITS)
        for piece, factor in zip(found, factors, strict=True)
        if factor is not None
    ]
    return WrittenDose(tuple(amounts), bool(is_rate)) if len(amounts) == len(found) else None


def why_no_dose(written: str) -> str:
    """Why a text cannot be a dose that somebody takes, in one clause; empty where it may be one.

    A dose in a unit that is not read, such as drops, is not refused: it is kept as written.

    Parameters
    ----------
    written : str
        As in the record.
    """
    text = written.strip()
    found = read_dose(text)
    zeros = re.match(r"0+(?:\.0+)?(?![\d.,])", text)
    if zeros or (found is not None and 0 in found.amounts_mg):
        return "nothing is taken; leave the medicine out, or write when it was stopped"
    if _COMMA.search(text):
        return "a comma may part decimals or thousands; write a decimal point and no separator"
    if text.startswith(("-", "\u2212")):
        return "it is negative"
    if text.startswith(("<", ">")):
        return "a bound does not say how much is taken"
    if _RANGE.match(text):
        return "a range does not say what is taken; write each dose as a use of its own"
    if re.fullmatch(_NUMBER, text):
        return "its unit is missing"
    return "" if _WRITTEN.fullmatch(text) else "it is no number with a unit"


# A day -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DailyAmount:
    """How much of a medicine is taken, as far as one use of it tells.

    Parameters
    ----------
    per_day : float or None
        mg a day; None where not known.
    single : float or None
        mg at once; None where not known or where only the rate is.
    unit : str
        `PER_DAY`, or `PATCH` for what is dosed by its rate.
    ingredient : str
        Of a combination, the ingredient that is counted; otherwise the drug.
    why : str
        Why there is no amount a day; empty where there is one.
    """

    per_day: float | None = None
    single: float | None = None
    unit: str = PER_DAY
    ingredient: str = ""
    why: str = ""


def daily_amount(use: MedicationUse, knowledge: KnowledgeBase) -> DailyAmount:
    """The amount a day of one use: dose times clock times, or its rate.

    Parameters
    ----------
    use : MedicationUse
        As recorded.
    knowledge : KnowledgeBase
        With drugs and doses.
    """
    unit = PATCH if _is_patch(use.drug, knowledge) else PER_DAY
    found = DailyAmount(unit=unit, ingredient=counted_ingredient(use.drug, knowledge))
    dose = read_dose(use.dose) if use.dose else None
    amount = None if dose is None else _counted(dose, use.drug)
    if dose is None or amount is None or _form_is_open(use, knowledge):
        return replace(found, why=_why_none(use, dose, knowledge))
    if dose.is_rate and len(use.times) > 1:
        why = "several clock times for an amount a day: is it that of each or of all?"
        return replace(found, why=why)
    if dose.is_rate:
        return replace(found, per_day=amount)
    if unit == PATCH:
        return replace(found, why="a patch, and its rate is not stated, as in 2 mg/24 h")
    if not use.times:
        return replace(found, single=amount, why="no clock times say how often a day")
    return replace(found, per_day=round(amount * len(use.times), _DIGITS), single=amount)


def _why_none(use: MedicationUse, dose: WrittenDose | None, knowledge: KnowledgeBase) -> str:
    if not use.dose:
        return "no dose on record"
    if _form_is_open(use, knowledge):
        return "its form is not stated"
    if dose is None:
        return "the dose is not written in g, mg or ug"
    return "which number is of which ingredient is not told"


def _form_is_open(use: MedicationUse, knowledge: KnowledgeBase) -> bool:
    found = find_drug(knowledge, use.drug)
    return found is not None and bool(found.drug.forms) and not use.form


def _is_patch(drug: str, knowledge: KnowledgeBase) -> bool:
    return any(d.drug == drug and d.unit == PATCH for d in knowledge.of(Dose).values())


def ingredients(drug: str) -> tuple[str, ...]:
    """The ingredients a name lists: two of ``carbidopa/levodopa``."""
    return tuple(drug.split("/"))


def counted_ingredient(drug: str, knowledge: KnowledgeBase) -> str:
    """The ingredient a dose is counted by: the one that is a medicine of its own on file."""
    parts = ingredients(drug)
    own = [part for part in parts if find_drug(knowledge, part) is not None]
    return own[0] if len(parts) > 1 and len(own) == 1 else drug


def _counted(dose: WrittenDose, drug: str) -> float | None:
    """The amount of the ingredient that is counted; None where the numbers do not tell.

    In every pair on file (levodopa with carbidopa or benserazide, an opioid with naloxone) it is
    the larger number, in whichever order countries write them. One number for two ingredients
    may be the one or the sum.
    """
    numbers, parts = len(dose.amounts_mg), len(ingredients(drug))
    if numbers != parts or numbers not in (1, 2):
        return None
    return max(dose.amounts_mg)


# The published dose ------------------------------------------------------------------------------


def published_dose(drug: str, form: str, knowledge: KnowledgeBase) -> Dose | None:
    """The record of the doses of a drug in a form; None where there is none."""
    found = (d for d in knowledge.of(Dose).values() if (d.drug, d.form) == (drug, form))
    return next(found, None)


def by_tablets(amount: DailyAmount, dose: Dose, knowledge: KnowledgeBase) -> tuple[float, Dose]:
    """An amount a day, or at once, and the record by whose limits it has to be judged.

    Doses as base are rounded: what two tablets of 0.18 mg hold is what one of 0.35 mg holds.
    They are therefore judged as salt where they are a sum of tablets; otherwise as they are.

    Parameters
    ----------
    amount : DailyAmount
        With a number.
    dose : Dose
        The record of the form that is taken.
    knowledge : KnowledgeBase
        With the record of the other form.
    """
    at_once = amount.single if amount.single is not None else amount.per_day or 0.0
    times = 1.0 if amount.per_day is None else amount.per_day / at_once
    salt = published_dose(dose.drug, "salt", knowledge) if dose.form == "base" else None
    as_salt = None if salt is None else _as_salt(at_once, dose.strengths)
    if salt is None or as_salt is None:
        return round(at_once * times, _DIGITS), dose
    return round(as_salt * round(times), _DIGITS), salt


def is_above_maximum(use: MedicationUse, knowledge: KnowledgeBase) -> bool:
    """Whether a use is certainly above the lowest maximum on file for restless legs."""
    dose = published_dose(use.drug, use.form, knowledge)
    amount = daily_amount(use, knowledge)
    if dose is None or (amount.per_day is None and amount.single is None):
        return False
    taken, judged_by = by_tablets(amount, dose, knowledge)
    return judged_by.maximum is not None and taken > judged_by.maximum


def _as_salt(base_mg: float, strengths: tuple[tuple[float, float], ...]) -> float | None:
    """What the fewest tablets that make up a dose as base hold as salt, mg."""
    for count in range(1, _MOST_TABLETS + 1):
        for tablets in combinations_with_replacement(strengths, count):
            if abs(sum(base for base, _ in tablets) - base_mg) < 10**-_DIGITS:
                return sum(salt for _, salt in tablets)
    return None
