"""Yes, no and unknown (Kleene's logic), with the reasons of every conclusion.

A leaf compares one recorded fact with one sourced limit, or takes one recorded answer. A
combination keeps all of its parts apart from those that decided it, so that a report cites only
what played a part, and names what is missing only where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from operator import ge, gt, le, lt

from ekbom.caveats import Caveat
from ekbom.errors import KnowledgeError
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation
from ekbom.units import clock_text


class Truth(StrEnum):
    """Three values; unknown is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __invert__(self) -> Truth:
        return _NEGATED[self]


_NEGATED = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the patient record holds, or would have to.

    Parameters
    ----------
    key : str
        ``kind:id``, e.g. ``lab:ferritin`` or ``question:worse-at-rest``.
    name : str
        What a reader calls it.
    value : float, str or None
        As recorded, a number in ``unit``; None where the record does not hold it.
    unit : str
        UCUM unit of a number.
    on : datetime.date or None
        Day it was found.
    path : str
        Where it stands in the patient record, e.g. ``labs[0].results.ferritin``.
    bound : str
        ``<`` or ``>`` where the laboratory gave only a bound; empty otherwise.
    is_clock : bool
        Whether the number is an hour of the clock, h after midnight, and read as such.
    """

    key: str
    name: str
    value: float | str | None = None
    unit: str = ""
    on: date | None = None
    path: str = ""
    bound: str = ""
    is_clock: bool = False

    def __str__(self) -> str:
        if self.value is None:
            return self.name
        number = _shown(self.value, self.unit, is_clock=self.is_clock)
        day = "" if self.on is None else f" ({self.on})"
        return f"{self.name} {self.bound}{number}{day}"


def _shown(value: float | str, unit: str, *, is_clock: bool) -> str:
    """A value with its unit, or as the clock shows it."""
    if is_clock:
        return clock_text(float(value))
    number = f"{value:g}" if isinstance(value, (int, float)) else value
    return number if unit in ("", "1") else f"{number} {unit}"


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not known, and what would settle it.

    Parameters
    ----------
    key : str
        As in `Fact`.
    ask : str
        The question to ask or the test to do, in words.
    """

    key: str
    ask: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A statement, its truth, and why.

    Parameters
    ----------
    truth : Truth
        Whether the statement holds.
    statement : str
        What is concluded, in words that fit all three values.
    id : str
        Rule it carries out, e.g. ``R-FE-02``, with a part after a colon where a rule gives
        several: ``R-DDX-01:akathisia``. Empty for a step on the way.
    parts : tuple of Conclusion
        Everything that was looked at.
    decided_by : tuple of Conclusion
        The parts that settled it; where nothing did, those that are open.
    fact, limit : Fact, Sourced or None
        Of a leaf: what was compared with what.
    missing : tuple of Missing
        Of a leaf that is unknown: what is not known.
    caveats : tuple of Caveat
        Limits of validity.
    citations : tuple of Citation
        Sources of this step itself; see `cited` for those of the whole.
    """

    truth: Truth
    statement: str
    id: str = ""
    parts: tuple[Conclusion, ...] = ()
    decided_by: tuple[Conclusion, ...] = ()
    fact: Fact | None = None
    limit: Sourced | None = None
    missing: tuple[Missing, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    citations: tuple[Citation, ...] = ()

    @property
    def rule(self) -> str:
        """Id of the rule, without the part after the colon."""
        return self.id.partition(":")[0]

    def deciding_leaves(self) -> Iterator[Conclusion]:
        """The leaves that settled it, or that are open, each once."""
        seen: set[tuple[str, str]] = set()
        for leaf in self._leaves():
            key = (leaf.fact.key if leaf.fact else "", leaf.statement)
            if key not in seen:
                seen.add(key)
                yield leaf

    def _leaves(self) -> Iterator[Conclusion]:
        if not self.decided_by:
            yield self
        for part in self.decided_by:
            yield from part._leaves()

    def all_missing(self) -> tuple[Missing, ...]:
        """What would have to be known to settle it, each once; empty where it is settled."""
        if self.truth is not Truth.UNKNOWN:
            return ()
        return tuple({missing.key: missing for missing in self._missing()}.values())

    def _missing(self) -> Iterator[Missing]:
        """What is missing in all that is open, what a combination itself waits for last."""
        for part in self.decided_by:
            yield from part._missing()
        yield from self.missing

    def all_caveats(self) -> tuple[Caveat, ...]:
        """Caveats of this and of what decided it, each once."""
        found = dict.fromkeys(self.caveats)
        for part in self.decided_by:
            found.update(dict.fromkeys(part.all_caveats()))
        return tuple(found)

    def cited(self) -> tuple[Citation, ...]:
        """The sources that decided it, each once: its own, its limits', those of its parts."""
        found = dict.fromkeys(self.citations)
        if self.limit is not None and self.limit.mark != "override":
            found[Citation(self.limit.source, self.limit.place, self.limit.mark)] = None
        for part in self.decided_by:
            found.update(dict.fromkeys(part.cited()))
        return tuple(found)

    def named(self, id: str, statement: str, citations: Iterable[Citation] = ()) -> Conclusion:
        """The same conclusion under the id, statement and sources of a rule."""
        return replace(self, id=id, statement=statement, citations=tuple(citations))

    def with_caveat(self, *caveats: Caveat) -> Conclusion:
        """The same conclusion with further limits of validity."""
        return replace(self, caveats=(*self.caveats, *caveats))

    def unless(self, doubt: Conclusion, caveat: Caveat) -> Conclusion:
        """Unknown, with a caveat, where a doubt holds; itself otherwise.

        A doubt that is itself unknown leaves the conclusion as it is and adds the caveat.
        """
        if doubt.truth is Truth.NO:
            return self
        if doubt.truth is Truth.UNKNOWN:
            return self.with_caveat(caveat)
        return Conclusion(
            Truth.UNKNOWN,
            self.statement,
            id=self.id,
            parts=(self, doubt),
            decided_by=(doubt,),
            caveats=(*self.caveats, caveat),
            citations=self.citations,
        )


def all_of(statement: str, *parts: Conclusion) -> Conclusion:
    """Yes where every part is; no where one is; unknown otherwise."""
    return _combined(statement, parts, settles=Truth.NO)


def any_of(statement: str, *parts: Conclusion) -> Conclusion:
    """Yes where one part is; no where none is; unknown otherwise."""
    return _combined(statement, parts, settles=Truth.YES)


def _combined(statement: str, parts: tuple[Conclusion, ...], settles: Truth) -> Conclusion:
    truths = [part.truth for part in parts]
    if settles in truths:
        truth = settles
    elif Truth.UNKNOWN in truths:
        truth = Truth.UNKNOWN
    else:
        truth = ~settles
    decided_by = tuple(part for part in parts if part.truth is truth)
    return Conclusion(truth, statement, parts=parts, decided_by=decided_by)


def negated(statement: str, part: Conclusion) -> Conclusion:
    """Yes where the part is no, and the other way round."""
    return Conclusion(~part.truth, statement, parts=(part,), decided_by=(part,))


def at_most(fact: Fact, limit: Sourced) -> Conclusion:
    """The fact is at most the limit."""
    return _compared(fact, limit, "at most")


def below(fact: Fact, limit: Sourced) -> Conclusion:
    """The fact is below the limit."""
    return _compared(fact, limit, "below")


def at_least(fact: Fact, limit: Sourced) -> Conclusion:
    """The fact is at least the limit."""
    return _compared(fact, limit, "at least")


def above(fact: Fact, limit: Sourced) -> Conclusion:
    """The fact is above the limit."""
    return _compared(fact, limit, "above")


_RELATIONS = {"at most": le, "below": lt, "at least": ge, "above": gt}
_OF_CLOCK = {"at most": "not after", "below": "before", "at least": "not before", "above": "after"}


def _compared(fact: Fact, limit: Sourced, relation: str) -> Conclusion:
    if fact.value is not None and fact.unit != limit.unit:
        raise KnowledgeError(
            f"{limit.parameter} is in {limit.unit!r}",
            expected=f"{fact.unit!r}, the unit of {fact.name}",
        )
    mark = _shown(limit.value, limit.unit, is_clock=fact.is_clock)
    statement = f"{fact} is {_OF_CLOCK[relation] if fact.is_clock else relation} {mark}"
    if fact.value is None:
        truth, ask = Truth.UNKNOWN, fact.name
    else:
        truth = _relation_holds(fact, float(limit.value), relation)
        ask = f"{fact.name} as a number"
    missing = (Missing(fact.key, ask),) if truth is Truth.UNKNOWN else ()
    return Conclusion(truth, statement, fact=fact, limit=limit, missing=missing)


def _relation_holds(fact: Fact, limit: float, relation: str) -> Truth:
    value = float(fact.value or 0.0)
    if not fact.bound:
        return Truth.YES if _RELATIONS[relation](value, limit) else Truth.NO
    # "<5" settles only what holds for everything below 5.
    settled = value <= limit if fact.bound == "<" else value >= limit
    if not settled:
        return Truth.UNKNOWN
    upwards = relation in ("at least", "above")
    return Truth.YES if upwards == (fact.bound == ">") else Truth.NO


def stated(fact: Fact, truth: Truth, statement: str, ask: str = "") -> Conclusion:
    """A leaf for what the record says outright.

    Parameters
    ----------
    fact : Fact
        What was said.
    truth : Truth
        What it says; `Truth.UNKNOWN` where nobody knows or nobody asked.
    statement : str
        In words.
    ask : str
        What to ask where it is unknown; the statement by default.
    """
    missing = (Missing(fact.key, ask or statement),) if truth is Truth.UNKNOWN else ()
    return Conclusion(truth, statement, fact=fact, missing=missing)
