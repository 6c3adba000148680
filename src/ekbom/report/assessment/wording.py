"""Numbers, units and limits as a reader meets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Section
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth
from ekbom.patient.patient import Person
from ekbom.report.citations import MARKS
from ekbom.units import clock_text

# UCUM units that a reader would not write this way.
_UNITS = {
    "1": "",
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "/wk": "per week",
    "/h": "per hour",
    "mg/d": "mg a day",
    "mg/(24.h)": "mg/24 h",
    "{score}": "",
    "ug/L": "µg/L",
    "ug/dL": "µg/dL",
    "umol/L": "µmol/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
}
# Marks that call for a second look before a reader relies on the value.
TO_CHECK: Mapping[str, str] = {
    "recalled": "to be checked",
    "seed": "to be checked",
    "secondary": "second hand",
}
ALL_MARKS: Mapping[str, str] = MARKS | {
    "secondary": "read in a page that quotes the source",
    "seed": "stands in a document this project grew from, not compared with a primary source",
}
# Whom a question is for that is not for everybody.
ASKED_OF: Mapping[str, str] = {
    "children": "children",
    "childbearing-age": "women of childbearing age",
}
# How a word of truth is drawn beside its word, so that colour never carries it alone.
SIGNS: Mapping[Truth, str] = {Truth.YES: "●", Truth.NO: "○", Truth.UNKNOWN: "?"}


def unit_text(unit: str) -> str:
    """A UCUM unit in print; empty for a plain number."""
    return _UNITS.get(unit, unit)


def quantity_text(value: float | str, unit: str) -> str:
    """A number with its unit, or a text as it is."""
    shown = f"{value:g}" if isinstance(value, (int, float)) else value
    return f"{shown} {unit_text(unit)}".strip()


def entered_text(entered: str) -> str:
    """A result as it was entered, its unit in print: ``44 ug/L`` becomes 44 µg/L."""
    number, _, unit = entered.partition(" ")
    return f"{number} {unit_text(unit)}".strip()


def fact_text(fact: Fact) -> str:
    """The value of a fact; ``not recorded`` where there is none."""
    if fact.value is None:
        return "not recorded"
    if fact.is_clock:
        return clock_text(float(fact.value))
    return f"{fact.bound}{quantity_text(fact.value, fact.unit)}"


def statement_text(conclusion: Conclusion) -> str:
    """The statement of a conclusion, units in print."""
    said = conclusion.statement
    if conclusion.fact is None and conclusion.limit is None:
        return said
    units = {part.unit for part in (conclusion.fact, conclusion.limit) if part is not None}
    for unit in units & _UNITS.keys():
        said = f"{said} ".replace(f" {unit} ", f" {_UNITS[unit]} " if _UNITS[unit] else " ")
    return said.strip()


def limit_text(limit: Sourced, *, is_clock: bool = False) -> str:
    """A limit: its name and value, which may be an hour of the clock."""
    value = clock_text(float(limit.value)) if is_clock else quantity_text(limit.value, limit.unit)
    return f"{limit.name}: {value}"


def person_text(person: Person, day: date) -> str:
    """Sex and age on a day."""
    low, high = person.age_years(day)
    age = f"{low}" if low == high else f"{low} or {high}"
    return f"{person.sex or 'sex not recorded'}, {age} years"


def edition_text(edition: str) -> str:
    """Short name of an edition: ``irlssg-2018`` becomes IRLSSG 2018."""
    if edition.startswith(OWN):
        return "all editions"
    if edition in _HYPHENATED:
        return edition.upper()
    words = edition.split("-")
    return " ".join(w.upper() if w.isalpha() and w not in _WORDS else w for w in words)


def early_text(topic: str, assessment: Assessment) -> str:
    """What is added where an edition answered before it came out: none older is on file."""
    return " (not yet out)" if topic in assessment.not_yet_out else ""


_HYPHENATED = frozenset({"icsd-2", "icsd-3", "icsd-3-tr", "dsm-5"})
_WORDS = frozenset({"practice", "before", "pediatric"})
# Values that no guideline numbers anew stand in an edition of this project.
OWN = "ekbom-"


def ask_text(missing: Missing) -> str:
    """What is missing, as something one can ask or do."""
    kind = missing.key.partition(":")[0]
    return f"{missing.ask}{_TO_FIND.get(kind, '')}"


_TO_FIND = {"condition": ": present or excluded?", "lab": ": to be measured"}


# What a patient reads above a section; others keep their title.
PATIENT_HEADINGS: Mapping[str, str] = {
    "red-flags": "First of all",
    "diagnosis": "Your symptoms",
    "mimics": "What can feel similar",
    "plmd": "Leg movements in sleep",
    "severity": "How much it troubles you",
    "circadian": "The time of day",
    "sleep": "Your sleep",
    "iron": "Iron",
    "drivers": "What can make symptoms worse",
    "populations": "Your situation",
    "work-up": "Tests to talk about",
    "habits": "Day and evening",
    "gate": "Before anything else is talked about",
    "first": "What comes first",
    "special": "Your situation",
    "course": "How guidelines go about it",
    "blocks": "What has to be heeded",
    "phases": "Step by step",
    "iron-therapy": "About iron",
    "augmentation": "Have symptoms changed on a medicine?",
    "harms": "What to watch for",
    "outcomes": "How it has gone",
    "regimen": "Your medicines",
}
# One word for where a question matters; other sections go by their title.
_SECTIONS = {
    "diagnosis": "criteria",
    "mimics": "alternatives",
    "plmd": "leg movements",
    "circadian": "time of day",
    "sleep": "sleep",
    "drivers": "drivers",
    "populations": "situation",
}


def section_text(section: Section) -> str:
    """A section in a word or two."""
    return _SECTIONS.get(section.id, section.title.lower())


def in_a_row(says: Iterable[str]) -> str:
    """Texts one after the other: sentences as sentences, anything else with semicolons."""
    said = [one for one in says if one]
    joined = "".join(
        one if k + 1 == len(said) else f"{one} " if one.endswith((".", "?")) else f"{one}; "
        for k, one in enumerate(said)
    )
    return joined


def within_sentence(name: str) -> str:
    """A name in the middle of a sentence: Ferritin becomes ferritin, C-reactive protein stays."""
    is_word = name[:2].istitle() and name[1:2].islower()
    return name[:1].lower() + name[1:] if is_word else name
