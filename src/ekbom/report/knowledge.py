"""The knowledge base as text: one thing in full, hits, audit, coverage, differences."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any

from ekbom.knowledge.audit import CHECKS, Audit
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.catalogue import Catalogue, Key, Use
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.coverage import ClaimCoverage, SystemCoverage
from ekbom.knowledge.differences import Difference, Side
from ekbom.knowledge.parameters import Parameter
from ekbom.knowledge.records import Citation, Words
from ekbom.knowledge.search import Hit, status_of
from ekbom.report.sources import reference, short_reference

_WIDTH = 96
_LABEL = 16
# Kinds of which every record is read, whether or not another one names it.
READ_WHOLE = frozenset(
    {
        *("drugs", "labs", "instruments", "mimics", "drivers", "red-flags", "risks", "habits"),
        *("education", "never-say", "in-force", "recommendations", "doses", "blocks", "phases"),
        *("targets", "checks"),
    }
)
# Of a part: what comes first, and what needs no name before it.
_LEADING = {"role": 0, "measure": 1, "says": 2}
_UNNAMED = frozenset({"role", "measure", "text", "value", "statement", "says"})
# Said in lines of their own, or in the head.
TOLD_ELSEWHERE = frozenset(
    {"id", "name", "source", "place", "mark", "checked", "also", "evidence", "claims", "history"}
)


# One thing in full ------------------------------------------------------------------------------


def thing_text(
    key: Key, everything: Catalogue, base: KnowledgeBase, named_in_code: Collection[str]
) -> Iterator[str]:
    """Everything about one thing, in lines.

    Parameters
    ----------
    key : Key
        The thing.
    everything : Catalogue
        With who refers to it.
    base : KnowledgeBase
        With its sources and claims.
    named_in_code : collection of str
        Texts that stand in the code; an id among them is used by it.
    """
    thing = everything.things[key]
    yield f"{key}{_name_of(thing)}"
    status = status_of(thing)
    if status:
        yield f"  ** {status}: not to be read as current **"
    if key.kind == "sources":
        yield from _labelled("reference", reference(thing))
    told = TOLD_ELSEWHERE
    if isinstance(thing, Parameter):
        yield from _values(thing, base)
        told |= {"editions", "unit"}
    for field in fields(thing):
        if field.name not in told:
            yield from _field(field.name, getattr(thing, field.name), base)
    yield from _provenance(thing, base)
    yield from _claims(thing, base)
    yield from _contradiction(thing, base)
    yield from _uses(key, everything.used_by(key), key.id in named_in_code)


def _values(parameter: Parameter, base: KnowledgeBase) -> Iterator[str]:
    """The value of every edition, one beneath the other, each with its source."""
    yield "  editions"
    unit = "" if parameter.unit in ("", "1") else f" {parameter.unit}"
    shown = {name: f"{inline(v.value, base)}{unit}" for name, v in parameter.editions.items()}
    names, wide = max(map(len, shown)), max(map(len, shown.values()))
    for name, value in parameter.editions.items():
        head = f"    {name:<{names}}  {shown[name]:<{wide}}  "
        source = short_reference(base.source(value.source))
        note = f" {value.note}" if value.note else ""
        said = f"{value.mark}: {source}, {value.place}; checked {value.checked.on}.{note}"
        yield from _wrapped(said, head, " " * 6)


def _name_of(thing: Any) -> str:
    name = getattr(thing, "name", "") or getattr(thing, "title", "")
    return f"  {name}" if name else ""


def _field(name: str, value: Any, base: KnowledgeBase) -> Iterator[str]:
    if value is None or value is False or value in ("", (), {}):
        return
    label = name.rstrip("_").replace("_", " ")
    if isinstance(value, Words):
        yield f"  {label}"
        for reader in ("clinician", "patient"):
            if getattr(value, reader):
                yield from _wrapped(f"{reader}: {getattr(value, reader)}", "    ", "      ")
    elif isinstance(value, Mapping | tuple):
        yield f"  {label}"
        items = value.items() if isinstance(value, Mapping) else (("", part) for part in value)
        for key, part in items:
            head = f"{key}: " if key else ""
            yield from _wrapped(f"{head}{inline(part, base)}", "    ", "      ")
    else:
        yield from _labelled(label, inline(value, base))


def inline(value: Any, base: KnowledgeBase) -> str:
    """A value on one line: parts of a part named, sources by their short reference.

    Parameters
    ----------
    value : object
        Of a field of a thing.
    base : KnowledgeBase
        With its sources.
    """
    if is_dataclass(value):
        told = sorted(fields(value), key=lambda field: _LEADING.get(field.name, len(_LEADING)))
        said = [
            inline(part, base)
            if field.name in _UNNAMED
            else f"{field.name.replace('_', ' ')} {inline(part, base)}"
            for field in told
            if (part := getattr(value, field.name)) != _default(field)
            and part not in ("", (), None, {})
        ]
        headed = bool(said) and told[0].name in ("role", "measure")
        return f"{said[0]}: {'; '.join(said[1:])}" if headed else "; ".join(said)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {inline(part, base)}" for key, part in value.items())
    if isinstance(value, tuple):
        return ", ".join(inline(part, base) for part in value)
    if isinstance(value, str) and value in base.sources:
        return short_reference(base.sources[value])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "no limit" if math.isinf(value) else f"{value:.10g}"
    return " ".join(str(value).split())


def _default(field: Field[Any]) -> Any:
    """What a reader takes for granted: the default, and no where nothing else is set."""
    return False if field.default is MISSING else field.default


def _provenance(thing: Any, base: KnowledgeBase) -> Iterator[str]:
    cited = [Citation(thing.source, thing.place, thing.mark)] if hasattr(thing, "mark") else []
    cited += [*getattr(thing, "also", ()), *getattr(thing, "evidence", ())]
    inside = {id for id in sources_in(thing) if id in base.sources}
    if inside:
        yield "  sources"
    for one in cited:
        said = f"{reference(base.source(one.source))} [{one.source}] {one.place}; {one.mark}."
        yield from _wrapped(said, "    - ", "      ")
    for id in sorted(inside - {one.source for one in cited}):
        yield from _wrapped(f"{reference(base.source(id))} [{id}]", "    - ", "      ")
    checked = getattr(thing, "checked", None)
    if checked is not None:
        yield from _labelled("checked", f"{checked.on} by {checked.by}")


def _claims(thing: Any, base: KnowledgeBase) -> Iterator[str]:
    for label, ids in (
        ("carries", getattr(thing, "claims", ())),
        ("tells as history", getattr(thing, "history", ())),
    ):
        if ids:
            yield f"  {label}"
        for claim_id in ids:
            claim = base.record(Claim, claim_id)
            yield from _wrapped(f"{claim_id} ({claim.status}) {claim.statement}", "    ", "      ")


def _contradiction(thing: Any, base: KnowledgeBase) -> Iterator[str]:
    id = getattr(thing, "contradiction", "")
    if id:
        yield f"  how {id} is resolved"
        yield from _wrapped(base.record(Contradiction, id).resolution, "    ", "    ")


def _uses(key: Key, uses: tuple[Use, ...], in_code: bool) -> Iterator[str]:
    if not uses and not in_code:
        whole = f"whatever goes through all {key.kind}"
        yield from _labelled("used by", whole if key.kind in READ_WHOLE else "nothing")
        return
    yield "  used"
    if in_code:
        yield "    by the code, which names it"
    by_way: dict[str, list[str]] = {}
    for use in uses:
        by_way.setdefault(use.how, []).append(str(use.by))
    for how, users in by_way.items():
        yield from _wrapped(f"as {how} by {', '.join(users)}", "    ", "      ")


# Lists ------------------------------------------------------------------------------------------


def hits_text(hits: tuple[Hit, ...]) -> Iterator[str]:
    """One line for each thing found; what is not current says so first."""
    for hit in hits:
        status = f" ** {hit.status} **" if hit.status else ""
        yield f"{hit.key}{status}  {hit.snippet}"
    yield f"{len(hits)} found" if hits else "nothing found"


def audit_text(found: Audit, with_recalled: bool) -> Iterator[str]:
    """What was looked at, and everything that is wrong."""
    yield f"Knowledge base as of {found.as_of}"
    for check in CHECKS:
        wrong = sum(one.check == check for one in found.findings)
        yield f"  {check:<13} {found.looked_at[check]:>5} looked at   {wrong or 'none'} wrong"
    marks = ", ".join(f"{mark} {count}" for mark, count in sorted(found.marks.items()))
    yield f"Marks: {marks}"
    for title, several in (("Wrong", found.findings), ("To note, not wrong", found.notes)):
        if several:
            yield f"{title}: {len(several)}"
        for one in several:
            yield f"  {one.check}  {one.where}: {one.what}"
    if with_recalled:
        yield f"Not confirmed at a source yet: {len(found.recalled)}"
        for said in found.recalled:
            yield f"  {said}  {said.citation.source}, {said.citation.place}"
    yield "Clean." if found.is_clean else "Not clean."


def coverage_text(systems: Iterable[SystemCoverage]) -> Iterator[str]:
    """Part of the field, its claims, what became of them, and where."""
    head = ("system", "claims", "carried", "told", "reason", "open", "guarded")
    yield _row(head) + "  where"
    totals = [0] * (len(head) - 1)
    for one in systems:
        counts = (one.claims, one.carried, one.told, one.reasoned, one.open, one.guarded)
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        where = ", ".join(f"{kind} {count}" for kind, count in one.where.items())
        yield f"{_row((one.system, *counts))}  {where}"
    yield _row(("all", *totals))
    yield "carried: stated in an output; told: only weighed or told as history; reason: says why"
    yield "not used; guarded: may not be stated, the loader refuses a record that carries it."
    yield f"Tests: each of the {totals[0]} has its own in tests/unit/knowledge/test_claims.py."


def _row(cells: Iterable[object]) -> str:
    first, *others = cells
    return f"{first!s:<14}" + "".join(f"{cell!s:>8}" for cell in others)


def claims_text(covered: Iterable[ClaimCoverage]) -> Iterator[str]:
    """One line for each claim: its status, where it is used, and what holds it."""
    for one in covered:
        claim = one.claim
        carried = f"carried by {', '.join(map(str, one.carried_by))}" if one.carried_by else ""
        told = f"told by {', '.join(map(str, one.told_by))}" if one.told_by else ""
        reason = f"not used: {claim.not_used_because}" if claim.not_used_because else ""
        where = "; ".join(part for part in (carried, told, reason) if part) or "OPEN"
        yield f"{claim.id}  {claim.status}  {where}  [{one.held_by}]"


def differences_text(
    found: tuple[Difference, ...], first: str, second: str, base: KnowledgeBase
) -> Iterator[str]:
    """Each difference with both sides and their sources."""
    wide = max(len(first), len(second))
    for one in found:
        yield f"{one.kind} {one.id}  {one.name}".rstrip()
        for edition, side in ((first, one.first), (second, one.second)):
            yield from _wrapped(_side(side, base), f"  {edition:<{wide}}  ", " " * (wide + 4))
    yield f"{len(found)} differences between {first} and {second}"


def _side(side: Side, base: KnowledgeBase) -> str:
    if side.citation is None:
        return "says nothing of it"
    source = short_reference(base.source(side.citation.source))
    return f"{side.says}  ({source}, {side.citation.place}; {side.citation.mark})"


# Layout and JSON --------------------------------------------------------------------------------


def _labelled(label: str, text: str) -> Iterator[str]:
    yield from _wrapped(text, f"  {label:<{_LABEL}} ", " " * (_LABEL + 3))


def _wrapped(text: str, first: str, later: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def thing_json(
    key: Key, everything: Catalogue, base: KnowledgeBase, named_in_code: Collection[str]
) -> dict[str, Any]:
    """Everything about one thing, as plain data; see `thing_text`."""
    thing = everything.things[key]
    cited = {use for use in sources_in(thing) if use in base.sources}
    contradiction = getattr(thing, "contradiction", "")
    return {
        "kind": key.kind,
        "id": key.id,
        "thing": plain(thing),
        "sources": {id: plain(base.sources[id]) for id in sorted(cited)},
        "contradiction": plain(base.record(Contradiction, contradiction))
        if contradiction
        else None,
        "named_in_code": key.id in named_in_code,
        "used_by": [{"by": str(use.by), "how": use.how} for use in everything.used_by(key)],
    }


def sources_in(thing: Any) -> Iterator[str]:
    """Ids under every key ``source`` of a thing, those of its parts included."""
    data = plain(thing)
    stack: list[Any] = [data]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if isinstance(part.get("source"), str):
                yield part["source"]
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)


def plain(value: Any) -> Any:
    """A thing as JSON holds it: days as text, infinity as ``no limit``."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and math.isinf(value):
        return "no limit"
    return value
