"""Sections of the record that one form can state: their fields follow from the record's own."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Condition
from ekbom.knowledge.treatment import Block
from ekbom.patient import record
from ekbom.patient.limits import record_limits
from ekbom.report.narrative import edition_label
from ekbom.scoring.settings import RULES

Kind = Literal["day", "partial", "clock", "choice", "number", "text"]
Choices = tuple[tuple[str, str], ...]
DAY_HINT = "Kept as year-month-day: 2026-05-02"
_PARTIAL_HINT = "2026-05-02, 2026-05 or 2026"
_CLOCK_HINT = "24 hours: 21:30"
_HINTS: Mapping[Kind, str] = {"day": DAY_HINT, "partial": _PARTIAL_HINT, "clock": _CLOCK_HINT}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    name : str
        Key in the record.
    label, hint : str
        What stands beside it.
    kind : str
        What is written into it.
    is_needed : bool
        Whether an entry has to have it.
    choices : tuple of tuple of str
        Of a choice: what is kept and what is shown.
    default : str
        What it means to leave it out; not written into the record.
    """

    name: str
    label: str
    hint: str
    kind: Kind
    is_needed: bool
    choices: Choices = ()
    default: str = ""

    def shown(self, value: str) -> str:
        """A value as a reader meets it."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the record on a page.

    Parameters
    ----------
    id : str
        Key in the record.
    title, one : str
        Heading, and what one entry is called.
    about, empty : str
        What belongs here; what is said where nothing is on record.
    day : str
        Field by which entries are ordered.
    where : str
        Page on which it stands, after the address of the patient.
    fields : tuple of Field
        In the order of the record.
    """

    id: str
    title: str
    one: str
    about: str
    empty: str
    day: str
    where: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What only a person can say of a section: its words."""

    kind: type
    title: str
    one: str
    about: str
    empty: str
    where: str
    day: str
    labels: Mapping[str, tuple[str, str]]


_BACKGROUND, _DIARY = "/background", "/interview/diary"
_SAID: Mapping[str, _Said] = {
    "person": _Said(
        record.WrittenPerson,
        "Person",
        "person",
        "Limits of haemoglobin, pregnancy and kidney formulas need sex at birth.",
        "",
        _BACKGROUND,
        "born",
        {"born": ("Born", ""), "sex": ("Sex", "At birth")},
    ),
    "conditions": _Said(
        record.WrittenCondition,
        "Conditions",
        "condition",
        "What is present, and what was looked for and excluded. What is not here is unknown, "
        "never no.",
        "No condition on record. Begin with what decides on iron and doses: haemochromatosis, "
        "kidney disease, dialysis, sleep apnoea.",
        _BACKGROUND,
        "since",
        {
            "condition": ("Condition", ""),
            "since": ("Since", "Or the day of excluding it. " + _PARTIAL_HINT),
            "until": ("Until", "Empty while it lasts"),
            "present": ("Present or excluded", "Excluded: looked for, and not there"),
        },
    ),
    "family": _Said(
        record.WrittenRelative,
        "Family",
        "relative",
        "Relatives who have restless legs, and those who were asked and have not.",
        "No relative on record. Ask about parents, brothers and sisters, and children.",
        _BACKGROUND,
        "on",
        {
            "relation": ("Relative", ""),
            "restless_legs": ("Restless legs", ""),
            "on": ("Asked on", DAY_HINT),
        },
    ),
    "pregnancies": _Said(
        record.WrittenPregnancy,
        "Pregnancies",
        "pregnancy",
        "Dated by the due date or by the last period: one of the two.",
        "No pregnancy on record. Whether one is possible is a question of the interview.",
        _BACKGROUND,
        "due",
        {
            "due": ("Due date", "Or the last period instead"),
            "last_period": ("First day of the last period", "Or the due date instead"),
            "ended": ("Ended", "Empty while it lasts"),
        },
    ),
    "weights": _Said(
        record.WrittenWeight,
        "Weight",
        "weight",
        "Doses by the kidneys and doses of iron need it.",
        "No weight on record. With creatinine it gives the clearance that labels go by.",
        _BACKGROUND,
        "on",
        {"on": ("Weighed on", DAY_HINT), "kg": ("Weight, kg", "")},
    ),
    "nights": _Said(
        record.WrittenNight,
        "Nights by their numbers",
        "night",
        "Of a night that was scored elsewhere, the numbers of its report. A night whose recording "
        "is at hand is added under Nights, and scored here.",
        "No numbers of a night on record.",
        _BACKGROUND,
        "on",
        {
            "on": ("Evening on which it began", DAY_HINT),
            "method": ("Method", ""),
            "rules": ("Scored by", "The edition of the rules, where the report says so"),
            "respiratory_movements": (
                "Movements with breathing events",
                "Whether the index counts them",
            ),
            "plms_index_per_h": ("Periodic movements in sleep, per hour", ""),
            "plms_arousal_index_per_h": ("Those with arousal, per hour", ""),
            "arousal_index_per_h": ("Arousals, per hour", ""),
            "apnea_hypopnea_index_per_h": ("Apnoeas and hypopnoeas, per hour", ""),
            "sleep_efficiency_percent": ("Sleep efficiency, %", "Per cent: 85, not 0.85"),
            "sleep_latency_min": ("Sleep latency, min", ""),
            "wake_after_sleep_onset_min": ("Wake after sleep onset, min", ""),
            "total_sleep_time_min": ("Total sleep time, min", ""),
            "plmw_index_per_h": ("Periodic movements awake, per hour", ""),
            "immobilization_plmw_index_per_h": (
                "Those in an immobilization test, per hour",
                "",
            ),
        },
    ),
    "overrides": _Said(
        record.WrittenOverride,
        "Decisions against a hard block",
        "decision",
        "A few hard blocks may be lifted by a clinician who writes down why. Name, day and reason "
        "are told wherever the block would have held; after a year it holds again.",
        "No block was lifted.",
        _BACKGROUND,
        "on",
        {
            "block": ("Block", ""),
            "on": ("Decided on", DAY_HINT),
            "by": ("Who takes the responsibility", ""),
            "reason": ("Reason", "In words; it is shown with the options"),
        },
    ),
    "diary": _Said(
        record.WrittenSpell,
        "Diary of symptoms",
        "spell",
        "One line for each spell of symptoms.",
        "No spell on record. A week or two of spells shows the hours of the day better than "
        "memory does.",
        _DIARY,
        "on",
        {
            "on": ("Day on which it began", DAY_HINT),
            "began": ("Began", _CLOCK_HINT),
            "ended": ("Ended", "Past midnight is fine: a spell from 23:30 to 00:20"),
            "severity": ("Severity", ""),
        },
    ),
}
# The name is a text of its own, not an entry with fields.
_NAME = Section(
    id="id",
    title="Name in the record",
    one="name",
    about="A number or a made-up name is enough. A real name is not needed anywhere.",
    empty="",
    day="",
    where=_BACKGROUND,
    fields=(Field("id", "Name in the record", "At most 80 characters", "text", True),),
)
_PRESENT = {"yes": "present", "no": "excluded"}
_WORDS = {
    "yes": "yes",
    "no": "no",
    "unknown": "not known",
}


def section_of(section_id: str, knowledge: KnowledgeBase) -> Section | None:
    """A section by its key in the record; None where it has a form of its own, or is none."""
    if section_id == _NAME.id:
        return _NAME
    said = _SAID.get(section_id)
    if said is None:
        return None
    types_of = get_type_hints(said.kind, include_extras=True)
    return Section(
        id=section_id,
        title=said.title,
        one=said.one,
        about=said.about,
        empty=said.empty,
        day=said.day,
        where=said.where,
        fields=tuple(
            _field(section_id, one.name, types_of[one.name], one.default, knowledge)
            for one in fields(said.kind)
            # What has no words is not for a form: a file, or who scored.
            if one.name in said.labels
        ),
    )


def _field(section_id: str, name: str, type_: Any, default: Any, knowledge: KnowledgeBase) -> Field:
    label, hint = _SAID[section_id].labels[name]
    kind = _kind(type_)
    choices = _vocabulary(section_id, name, knowledge)
    if kind == "choice":
        words = _PRESENT if (section_id, name) == ("conditions", "present") else _WORDS
        choices = tuple((one, words.get(one, one)) for one in get_args(_inner(type_)))
    return Field(
        name=name,
        label=label,
        hint=hint or _range(section_id, name, knowledge) or _HINTS.get(kind, ""),
        kind="choice" if choices else kind,
        is_needed=default is MISSING,
        choices=choices,
        default=default if isinstance(default, str) else "",
    )


def _inner(type_: Any) -> Any:
    """A type without the None that lets it be left out."""
    if get_origin(type_) in (Union, types.UnionType):
        left = [one for one in get_args(type_) if one is not types.NoneType]
        return left[0] if len(left) == 1 else type_
    return type_


def _kind(type_: Any) -> Kind:
    """What a form makes of a type of the record."""
    inner = _inner(type_)
    if get_origin(inner) is Literal:
        return "choice"
    if inner is float:
        return "number"
    if inner == record.ClockText:
        return "clock"
    parts = get_args(inner)
    if record.PartialDayText in parts:
        return "partial"
    return "day" if record.DayText in parts else "text"


def _vocabulary(section_id: str, name: str, knowledge: KnowledgeBase) -> Choices:
    """The words of the knowledge base that a field may hold."""
    if (section_id, name) == ("conditions", "condition"):
        named = ((one.id, one.name) for one in knowledge.of(Condition).values())
        return tuple(sorted(named, key=lambda one: one[1].casefold()))
    if (section_id, name) == ("overrides", "block"):
        every = knowledge.of(Block).values()
        return tuple((one.id, one.name) for one in every if one.overridable)
    if (section_id, name) == ("nights", "rules"):
        return tuple((one, edition_label(one)) for one in RULES)
    return ()


def _range(section_id: str, name: str, knowledge: KnowledgeBase) -> str:
    limits = record_limits(knowledge)
    if (section_id, name) == ("weights", "kg"):
        return f"In kilograms, {limits.weight_min_kg:g} to {limits.weight_max_kg:g}"
    if (section_id, name) == ("diary", "severity"):
        return f"0 (none) to {limits.diary_severity_max:g} (worst), the person's own rating"
    return ""
