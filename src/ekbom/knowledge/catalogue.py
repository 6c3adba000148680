"""Catalogue: everything in the knowledge base under one roof, and who refers to what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any, Final

from ekbom.errors import UsageError, near
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.record_kinds import RECORD_KINDS


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a thing is called: its folder and its id.

    Parameters
    ----------
    kind : str
        ``claims``, ``rules``, ``sources``, ``editions``, ``parameters``, ``tables`` …
    id : str
        Its id in that folder.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that refers to another.

    Parameters
    ----------
    by : Key
        Who refers.
    how : str
        By which key of its file, e.g. ``claims`` or ``history``.
    """

    by: Key
    how: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything, and every reference between.

    Parameters
    ----------
    things : Mapping of Key to object
        Sources, editions, parameters, tables, then records by folder.
    uses : Mapping of Key to tuple of Use
        Who refers to a thing; without entry where nobody does.
    """

    things: Mapping[Key, Any]
    uses: Mapping[Key, tuple[Use, ...]]

    def used_by(self, key: Key) -> tuple[Use, ...]:
        """Who refers to a thing, in the order of the knowledge base."""
        return self.uses.get(key, ())

    def find(self, written: str) -> tuple[Key, ...]:
        """The things of an id, or of ``kind/id`` or a name; several where kinds share an id.

        Raises
        ------
        UsageError
            There is none; with near ids.
        """
        meant = written.strip().casefold()
        found = [key for key in self.things if meant in (key.id.casefold(), str(key).casefold())]
        found = found or [key for key, thing in self.things.items() if meant in _names(thing)]
        if found:
            return tuple(found)
        spelled = {key.id.casefold(): key.id for key in self.things}
        spelled |= {name: key.id for key, thing in self.things.items() for name in _names(thing)}
        alike = [id for name, id in spelled.items() if _unpadded(name) == _unpadded(meant)]
        alike += [spelled[name] for name in near(meant, spelled)]
        raise UsageError(
            f"nothing is called {written!r}",
            expected=f"near ids: {', '.join(dict.fromkeys(alike))}" if alike else "an id",
            what_to_do=f"ekbom knowledge search {written}",
        )


def catalogue(base: KnowledgeBase) -> Catalogue:
    """Everything in a knowledge base, with who refers to what."""
    things: dict[Key, Any] = {}
    for kind, items in {
        "sources": base.sources,
        "editions": base.editions,
        "parameters": base.parameters,
        "tables": base.tables,
        **{folder: base.of(kind) for folder, kind in RECORD_KINDS.items()},
    }.items():
        things |= {Key(kind, id): thing for id, thing in items.items()}
    uses: defaultdict[Key, dict[Use, None]] = defaultdict(dict)
    classes = _classes_by_drug(base)
    for key, thing in things.items():
        for how, target in _references(thing, classes):
            if target in things and target != key:
                uses[target][Use(key, how)] = None
    return Catalogue(
        MappingProxyType(things),
        MappingProxyType({key: tuple(found) for key, found in uses.items()}),
    )


# What the text under a key of a file is an id of; for a list, what each of its items is.
_REFERS_TO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "source": "sources",
        "edition": "editions",
        "supersedes": "editions",
        "variant_of": "editions",
        "superseded_by": "editions",
        "since_edition": "editions",
        "topic": "in-force",
        "claims": "claims",
        "history": "claims",
        "question": "questions",
        "historic_question": "questions",
        "questions": "questions",
        "analytes": "labs",
        "tests": "work-up",
        "confirm": "work-up",
        "implies": "conditions",
        "contradiction": "contradictions",
        "see": "education",
        "action": "actions",
        "checks": "checks",
        "block": "blocks",
        "classes": "drugs",
        "exposures": "drugs",
        "parameter": "parameters",
        "first_after": "parameters",
        "every": "parameters",
    }
)
# Keys under which a fact stands, ``kind:id``, and the first half of it.
_HOLD_FACTS: Final = frozenset({"fact", "done_by", "settled_by", "measure"})
_FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "question": "questions",
        "condition": "conditions",
        "drug-class": "drugs",
        "lab": "labs",
        "questionnaire": "instruments",
    }
)
# Keys under which ingredients stand by name.
_HOLD_DRUGS: Final = frozenset({"drug", "drugs"})


def _classes_by_drug(base: KnowledgeBase) -> Mapping[str, tuple[str, ...]]:
    """The classes an ingredient stands in."""
    classes: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for drug_class in base.of(DrugClass).values():
        for drug in drug_class.members:
            classes[drug.name] += (drug_class.id,)
    return classes


def _references(thing: Any, classes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Key]]:
    for name, value in _parts(thing):
        kind, _, fact_id = value.partition(":")
        of_fact = name in _HOLD_FACTS
        if of_fact and kind in _FACTS:
            yield name, Key(_FACTS[kind], fact_id)
        elif of_fact and kind == "conclusion":
            yield name, Key("rules", fact_id.partition(":")[0])
        elif name in _REFERS_TO:
            yield name, Key(_REFERS_TO[name], value)
        named = fact_id if of_fact and kind == "drug" else value if name in _HOLD_DRUGS else ""
        for class_id in classes.get(named, ()):
            yield name, Key("drugs", class_id)


def _parts(thing: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a thing with the key it stands under, those of parts included."""
    if isinstance(thing, str):
        yield name, thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _parts(getattr(thing, field.name), field.name)
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _parts(part, name)
    elif isinstance(thing, Mapping):
        for key, part in thing.items():
            if name == "editions":
                yield "edition", str(key)
            yield from _parts(part)


def texts(thing: Any) -> Iterator[str]:
    """Every text in a thing, in the order of its keys."""
    return (text for _, text in _parts(thing) if text)


def _unpadded(name: str) -> str:
    return re.sub(r"0+(?=[0-9])", "", name)


def _names(thing: Any) -> tuple[str, ...]:
    """Further names by which a reader may ask for a thing, in lower case."""
    own = [getattr(thing, "name", ""), getattr(thing, "symbol", "")]
    for member in getattr(thing, "members", ()):
        own += [member.name, *member.synonyms]
    return tuple(name.casefold() for name in own if name)
