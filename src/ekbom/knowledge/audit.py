"""Audit: what in the knowledge base is stale, unsourced, unused, contradicted or retracted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, get_args

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.catalogue import Catalogue, Key
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.clinic import Condition, WorkUpTest
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.parameters import Checked, Mark, Sourced
from ekbom.knowledge.records import Citation, Record
from ekbom.knowledge.sources import SourceKind
from ekbom.knowledge.treatment import Action, Dose

Check = Literal["stale", "unsourced", "unused", "contradicted", "retracted"]
CHECKS: tuple[Check, ...] = get_args(Check)

# Kinds somebody has to refer to. Other kinds are used by being listed or shown.
_TO_BE_USED = ("sources", "questions", "work-up", "conditions")
# What a record may hold: asking for it is in vain where nothing reads the answer.
_RECORDED = ("conditions", "questions")
_LISTED_TIERS = (1, 3)
# What stands in a place nobody has filled in.
_NO_PLACE = ("", "to be given")


@dataclass(frozen=True, slots=True)
class StaleAfter:
    """Days after which a comparison with a source is too old, by the source's kind."""

    edition: str
    guideline: Annotated[float, Param("audit/stale-after-guideline", "d")]
    trial: Annotated[float, Param("audit/stale-after-trial", "d")]
    cohort: Annotated[float, Param("audit/stale-after-cohort", "d")]
    review: Annotated[float, Param("audit/stale-after-review", "d")]
    label: Annotated[float, Param("audit/stale-after-label", "d")]
    standard: Annotated[float, Param("audit/stale-after-standard", "d")]
    instrument: Annotated[float, Param("audit/stale-after-instrument", "d")]
    terminology: Annotated[float, Param("audit/stale-after-terminology", "d")]
    dataset: Annotated[float, Param("audit/stale-after-dataset", "d")]
    software: Annotated[float, Param("audit/stale-after-software", "d")]
    seed: Annotated[float, Param("audit/stale-after-seed", "d")]
    design: Annotated[float, Param("audit/stale-after-design", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)

    def days(self, kind: SourceKind) -> float:
        """Longest time since a comparison with a source of a kind, days."""
        return float(getattr(self, kind))


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing somebody says: a record, or the value of a parameter in one edition.

    Parameters
    ----------
    key : Key
        Where it stands.
    part : str
        The edition of a value, the first cell of a row; empty for a whole record.
    citation : Citation
        Its main source, place and mark.
    checked : Checked
        Last comparison with the source.
    """

    key: Key
    part: str
    citation: Citation
    checked: Checked

    def __str__(self) -> str:
        return f"{self.key}@{self.part}" if self.part else str(self.key)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Parameters
    ----------
    check : str
        Which of `CHECKS` it failed.
    where : str
        The thing.
    what : str
        What is wrong with it.
    """

    check: Check
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and what was found.

    Parameters
    ----------
    as_of : datetime.date
        Day for which it holds.
    looked_at : Mapping of str to int
        By check: how many things it looked at.
    findings : tuple of Finding
        What is wrong, in the order of `CHECKS`.
    notes : tuple of Finding
        What is not wrong and may still surprise: the side of a contradiction that stands
        unqualified.
    marks : Mapping of str to int
        By mark: how many statements rest on it.
    recalled : tuple of Statement
        Those that nobody has confirmed at a source yet.
    """

    as_of: date
    looked_at: Mapping[Check, int]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    marks: Mapping[Mark, int]
    recalled: tuple[Statement, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def audit(
    base: KnowledgeBase, everything: Catalogue, as_of: date, named_in_code: Collection[str] = ()
) -> Audit:
    """Every check on the whole knowledge base.

    Parameters
    ----------
    base : KnowledgeBase
        With all sections.
    everything : Catalogue
        Of the same knowledge.
    as_of : datetime.date
        Day for which staleness is judged.
    named_in_code : collection of str
        Texts that stand in the code; an id among them is used by it.
    """
    said = tuple(statements(everything))
    periods = bind(StaleAfter, base, OWN_CHOICES)
    claims = [claim for claim in base.of(Claim).values() if claim.contradiction]
    names = frozenset(named_in_code) | _words_of(everything)
    usable = [key for key in everything.things if key.kind in _TO_BE_USED]
    unused = [_unused(key) for key in usable if not in_use(everything, key, names)]
    contradicted = [(_unqualified(one), one.status) for one in claims if is_unqualified(one)]
    findings: list[Finding] = [
        *_stale(base, said, periods, as_of),
        *_unsourced(base, said),
        *unused,
        *(one for one, status in contradicted if status == "contested"),
        *_retracted(base, everything),
    ]
    looked_at: dict[Check, int] = {
        "stale": len(said),
        "unsourced": len(said),
        "unused": len(usable),
        "contradicted": len(claims),
        "retracted": len(base.sources),
    }
    marks = Counter(one.citation.mark for one in said)
    recalled = tuple(one for one in said if one.citation.mark == "recalled")
    notes = [one for one, status in contradicted if status == "current"]
    return Audit(as_of, looked_at, tuple(findings), tuple(notes), dict(marks), recalled)


def statements(everything: Catalogue) -> Iterator[Statement]:
    """Everything that carries a source, a place, a mark and a check."""
    for key, thing in everything.things.items():
        if isinstance(thing, Record | Claim):
            yield Statement(key, "", _citation(thing), thing.checked)
            for part, one in _parts(thing):
                yield Statement(key, part, _citation(one), thing.checked)
        elif key.kind == "parameters":
            for edition, value in thing.editions.items():
                yield Statement(key, edition, _citation(value), value.checked)
        elif key.kind == "tables":
            for row in thing.rows:
                first = next(iter(row.cells.values()))
                yield Statement(key, first, _citation(row), thing.checked)


def _parts(thing: Record | Claim) -> Iterator[tuple[str, Any]]:
    """Parts of a record that rest on a source of their own, by what they are about."""
    if isinstance(thing, Action):
        yield from ((one.fact, one) for one in thing.considerations)
        yield from ((one.measure, one) for one in thing.effects)
    elif isinstance(thing, Dose):
        yield from ((one.authority, one) for one in thing.labels)


def _citation(thing: Any) -> Citation:
    return Citation(thing.source, thing.place, thing.mark)


def _stale(
    base: KnowledgeBase, said: tuple[Statement, ...], periods: StaleAfter, as_of: date
) -> Iterator[Finding]:
    for one in said:
        source = base.sources.get(one.citation.source)
        if source is None:
            continue  # told as unsourced
        kind = source.kind
        days, longest = (as_of - one.checked.on).days, periods.days(kind)
        if days > longest:
            what = f"checked {one.checked.on}, {days} days ago, over {longest:g} (kind {kind})"
            yield Finding("stale", str(one), what)


def _unsourced(base: KnowledgeBase, said: tuple[Statement, ...]) -> Iterator[Finding]:
    for one in said:
        if one.citation.source not in base.sources:
            yield Finding("unsourced", str(one), f"no source {one.citation.source!r}")
        if one.citation.place.strip() in _NO_PLACE:
            yield Finding("unsourced", str(one), f"no place in {one.citation.source}")


def in_use(everything: Catalogue, key: Key, names: Collection[str]) -> bool:
    """Whether anything uses a thing.

    Parameters
    ----------
    everything : Catalogue
        With all references between records.
    key : Key
        The thing.
    names : collection of str
        Ids that stand in the code, and words that stand in notes.
    """
    thing = everything.things[key]
    if isinstance(thing, WorkUpTest) and (thing.tier in _LISTED_TIERS or thing.triggers):
        return True  # every patient's work-up lists it
    if isinstance(thing, Condition) and thing.implies:
        return True  # it is read as what it implies
    return bool(everything.used_by(key)) or key.id in names


def _words_of(everything: Catalogue) -> frozenset[str]:
    """Names of sources that a note mentions, as ``MATPLM`` does ``matplm``."""
    said = " ".join(
        getattr(thing, "notes", "").casefold()
        for key, thing in everything.things.items()
        if key.kind == "parameters"
    )
    found = set(re.findall(r"[a-z0-9-]+", said))
    return frozenset(
        key.id for key in everything.things if key.kind == "sources" and key.id in found
    )


def _unused(key: Key) -> Finding:
    recorded = key.kind in _RECORDED
    what = "a record may hold it, and nothing reads it" if recorded else "nothing refers to it"
    return Finding("unused", str(key), what)


def is_unqualified(claim: Claim) -> bool:
    """Whether a claim may be stated, is contradicted, and says nothing of it."""
    return claim.may_drive and bool(claim.contradiction) and not claim.qualification


def _unqualified(claim: Claim) -> Finding:
    what = f"{claim.contradiction} weighs it, and no qualification says how"
    return Finding("contradicted", f"claims/{claim.id}", what)


def _retracted(base: KnowledgeBase, everything: Catalogue) -> Iterator[Finding]:
    for source in base.sources.values():
        if source.retracted:
            users = ", ".join(str(use.by) for use in everything.used_by(Key("sources", source.id)))
            yield Finding("retracted", f"sources/{source.id}", f"used by {users or 'nothing'}")
