"""One thing of the knowledge base as a page shows it: what is said, who says so, who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Final, get_args

from ekbom.knowledge.as_of import told_on
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.catalogue import Catalogue, Key
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.parameters import Mark, Parameter
from ekbom.knowledge.records import Citation, Words
from ekbom.knowledge.sources import Source
from ekbom.report.assessment.wording import ALL_MARKS, unit_text
from ekbom.report.knowledge import READ_WHOLE, TOLD_ELSEWHERE, inline, sources_in
from ekbom.report.sources import reference

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "claims": "Claims",
        "contradictions": "Contradictions",
        "sources": "Sources",
        "editions": "Editions",
        "in-force": "Editions in force",
        "parameters": "Limits and choices",
        "rules": "Rules",
        "questions": "Questions of the interview",
        "education": "Topics for patients",
        "criteria": "Criteria",
        "conditions": "Conditions",
        "recommendations": "Recommendations",
        "actions": "What can be done",
        "doses": "Published doses",
        "drugs": "Medicines by class",
        "drivers": "Drivers",
        "mimics": "What looks alike",
        "red-flags": "Red flags",
        "labs": "Laboratory values",
        "instruments": "Questionnaires",
        "work-up": "Tests",
        "blocks": "What holds options back",
        "phases": "Phases of treatment",
        "targets": "Targets",
        "checks": "Checks during treatment",
        "risks": "What goes with it",
        "habits": "Habits",
        "genes": "Genes",
        "never-say": "Wording never used",
        "tables": "Tables",
        "trials": "Trials the model meets",
        "model-parameters": "Parameters of the model",
        "model-variants": "Structures of the model",
        "model-courses": "Courses of the model",
        "model-statements": "What the model may say",
    }
)
MARKS: Final = MappingProxyType({mark: ALL_MARKS[mark] for mark in get_args(Mark)})
STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contested": "contested: told only together with what stands against it",
        "superseded": "superseded: history, never advice",
        "unverified": "unverified: nothing rests on it",
        "rejected": "rejected: evidence stands against it, and nothing rests on it",
        "quarantined": "quarantined: an anecdote or a remnant, and nothing rests on it",
    }
)
# Of a claim: shown in a place of their own, or saying nothing by themselves.
_OF_CLAIM = frozenset({"statement", "status", "qualification", "contradiction", "never_say"})
_OF_CONTRADICTION = frozenset({"seeds_say", "evidence_says", "resolution"})
_OF_SOURCE = frozenset({"title", "authors", "year", "publication", "doi", "pmid", "url"})
_OF_EDITION = frozenset({"title", "status"})
_UNSAID = frozenset({"", "not-graded", "any"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field with what stands in it, line by line."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source, the place in it, and how well it was checked; ``mark`` empty where it is unsaid."""

    source: str
    reference: str
    place: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ValueOf:
    """The value of a parameter in one edition."""

    edition: str
    title: str
    value: str
    cited: Cited
    checked_on: date
    note: str


@dataclass(frozen=True, slots=True)
class ThingShown:
    """One thing in full.

    Parameters
    ----------
    key : Key
        What it is called.
    kind, name : str
        For a reader.
    lead : str
        What it says, before all else.
    status, status_says : str
        Empty where it may be read as current.
    qualification : str
        What must be said with it.
    told_on : tuple of str
        What the editions in force on the day make of it.
    fields : tuple of Field
        What else it holds.
    words : Words or None
        What is said of it to whom.
    values : tuple of ValueOf
        Of a parameter.
    dispute : Contradiction or None
        How it is weighed against others.
    cited : tuple of Cited
        Its sources.
    checked : str
        When and by whom it was last compared with them.
    claims, history : tuple of Claim
        It carries, or tells as history.
    uses : Mapping of str to tuple of Key
        Who refers to it, by way.
    read_whole : bool
        Whether all of its kind is gone through, whoever names it.
    """

    key: Key
    kind: str
    name: str
    lead: str
    status: str
    status_says: str
    qualification: str
    told_on: tuple[str, ...]
    fields: tuple[Field, ...]
    words: Words | None
    values: tuple[ValueOf, ...]
    dispute: Contradiction | None
    cited: tuple[Cited, ...]
    checked: str
    claims: tuple[Claim, ...]
    history: tuple[Claim, ...]
    uses: Mapping[str, tuple[Key, ...]]
    read_whole: bool


def thing_shown(key: Key, everything: Catalogue, base: KnowledgeBase, day: date) -> ThingShown:
    """Everything about one thing, for a page.

    Parameters
    ----------
    key : Key
        Of the catalogue.
    everything : Catalogue
        With who refers to it.
    base : KnowledgeBase
        All sections.
    day : datetime.date
        On which the editions in force are asked for.
    """
    thing = everything.things[key]
    status = getattr(thing, "status", "")
    checked = getattr(thing, "checked", None)
    words = getattr(thing, "words", None)
    return ThingShown(
        key=key,
        kind=KINDS.get(key.kind, key.kind),
        name=name_of(key, thing),
        lead=_lead(thing),
        status=status if status in STATUS else "",
        status_says=STATUS.get(status, ""),
        qualification=getattr(thing, "qualification", ""),
        told_on=tuple(told_on(thing, base, day)),
        fields=tuple(_fields(thing, base)),
        words=words if isinstance(words, Words) else None,
        values=tuple(_values(thing, base)),
        dispute=_dispute(thing, base),
        cited=tuple(_cited(thing, base)),
        checked=f"{checked.on} by {checked.by}" if checked else "",
        claims=_claims(getattr(thing, "claims", ()), base),
        history=_claims(getattr(thing, "history", ()), base),
        uses=_uses(key, everything),
        read_whole=key.kind in READ_WHOLE,
    )


def name_of(key: Key, thing: Any) -> str:
    """What a reader calls a thing: its name or title; a claim is called by its id."""
    name = getattr(thing, "question", "") if key.kind == "education" else ""
    name = name or getattr(thing, "name", "") or getattr(thing, "title", "")
    return str(name) or key.id


def _lead(thing: Any) -> str:
    if isinstance(thing, Claim):
        return thing.statement
    if isinstance(thing, Contradiction):
        return thing.resolution
    if isinstance(thing, Source):
        return reference(thing)
    return str(getattr(thing, "definition", "") or getattr(thing, "short", ""))


def _fields(thing: Any, base: KnowledgeBase) -> Iterator[Field]:
    told = TOLD_ELSEWHERE | {"definition", "short", "words"}
    for kind, more in (
        (Claim, _OF_CLAIM),
        (Contradiction, _OF_CONTRADICTION),
        (Source, _OF_SOURCE),
        (Edition, _OF_EDITION),
        (Parameter, frozenset({"editions", "unit"})),
    ):
        told |= more if isinstance(thing, kind) else frozenset()
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name not in told and _is_said(value):
            label = field.name.rstrip("_").replace("_", " ")
            yield Field(label, tuple(_lines(value, base)))


def _is_said(value: Any) -> bool:
    """Whether a value tells a reader anything; a number always does."""
    if isinstance(value, str):
        return value not in _UNSAID
    return value is not None and value is not False and value != () and value != {}


def _lines(value: Any, base: KnowledgeBase) -> Iterator[str]:
    if isinstance(value, Words):
        yield f"to a professional: {value.clinician}"
        if value.patient:
            yield f"to a patient: {value.patient}"
    elif isinstance(value, Mapping):
        yield from (f"{name}: {inline(part, base)}" for name, part in value.items())
    elif isinstance(value, tuple):
        yield from (inline(part, base) for part in value)
    else:
        yield inline(value, base)


def _values(thing: Any, base: KnowledgeBase) -> Iterator[ValueOf]:
    if not isinstance(thing, Parameter):
        return
    unit = "" if thing.unit in ("", "1") else f" {unit_text(thing.unit)}"
    for id, one in thing.editions.items():
        cited = Cited(one.source, reference(base.source(one.source)), one.place, one.mark)
        value = f"{inline(one.value, base)}{unit}"
        yield ValueOf(id, base.edition(id).title, value, cited, one.checked.on, one.note)


def _dispute(thing: Any, base: KnowledgeBase) -> Contradiction | None:
    if isinstance(thing, Contradiction):
        return thing
    id = getattr(thing, "contradiction", "")
    return base.record(Contradiction, id) if id else None


def _cited(thing: Any, base: KnowledgeBase) -> Iterator[Cited]:
    own = [Citation(thing.source, thing.place, thing.mark)] if hasattr(thing, "mark") else []
    own += [*getattr(thing, "also", ()), *getattr(thing, "evidence", ())]
    for one in own:
        yield Cited(one.source, reference(base.source(one.source)), one.place, one.mark)
    if isinstance(thing, Parameter):
        return
    inside = {id for id in sources_in(thing) if id in base.sources}
    for id in sorted(inside - {one.source for one in own}):
        yield Cited(id, reference(base.source(id)))


def _claims(ids: tuple[str, ...], base: KnowledgeBase) -> tuple[Claim, ...]:
    return tuple(base.record(Claim, id) for id in ids)


def _uses(key: Key, everything: Catalogue) -> Mapping[str, tuple[Key, ...]]:
    by_way: dict[str, list[Key]] = {}
    for use in everything.used_by(key):
        by_way.setdefault(use.how.rstrip("_").replace("_", " "), []).append(use.by)
    return {how: tuple(users) for how, users in by_way.items()}
