"""Knowledge: everything the program knows, who says so, as of a day, and where editions differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import Desk, desk_of
from ekbom.app.rendering import page
from ekbom.errors import UsageError
from ekbom.knowledge.as_of import Changed, changed_between, standings
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.catalogue import Catalogue, Key, catalogue
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.differences import Difference, differences
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.records import InForce
from ekbom.knowledge.search import Hit, search, status_of
from ekbom.report.knowledge_page import KINDS, MARKS, STATUS, name_of, thing_shown
from ekbom.report.sources import short_name
from ekbom.store.errors import NotFoundError

router = APIRouter(prefix="/knowledge")
# Of a kind, where all kinds are shown.
_FIRST_OF_A_KIND = 5
_LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: its name, how well it is verified, and what a claim says as a whole."""

    hit: Hit
    name: str
    mark: str
    whole: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``n`` in all, of which some are shown."""

    kind: str
    name: str
    n: int
    shown: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two editions side by side; ``refused`` where they answer different things."""

    first: str
    second: str
    changed: Changed | None
    found: tuple[Difference, ...]
    refused: str = ""


@router.get("")
def index(request: Request, q: str = "", kind: str = "", on: str = "") -> Response:
    """Search; without words what there is."""
    desk, written = desk_of(request), q.strip()[:_LONGEST_QUERY]
    base = desk.knowledge
    everything = _everything(base)
    kind = kind if kind in KINDS else ""
    groups = _groups(everything, written, kind) if written or kind else ()
    return page(
        request,
        "knowledge.html.j2",
        title="Knowledge",
        q=written,
        kind=kind,
        on=_day(on, desk).isoformat(),
        is_now=_day(on, desk) == desk.today(),
        kinds=_kinds(everything),
        groups=groups,
        n=sum(group.n for group in groups),
        standings=standings(base, _day(on, desk)),
        base=base,
        marks=MARKS,
        status_says=STATUS,
    )


@router.get("/editions")
def editions(request: Request, on: str = "") -> Response:
    """The editions on file by topic, and which of them answers on a day."""
    desk = desk_of(request)
    day = _day(on, desk)
    return page(
        request,
        "knowledge_editions.html.j2",
        title="Editions in force",
        on=day.isoformat(),
        day=day,
        standings=standings(desk.knowledge, day),
        others=_of_no_topic(desk.knowledge),
        base=desk.knowledge,
    )


@router.get("/contradictions")
def contradictions(request: Request) -> Response:
    """Where the seeds disagree with each other or with evidence, and how that is resolved."""
    base = desk_of(request).knowledge
    return page(
        request,
        "knowledge_contradictions.html.j2",
        title="Contradictions",
        contradictions=tuple(base.of(Contradiction).values()),
        claims=base.of(Claim),
        base=base,
        short=short_name,
    )


@router.get("/differences")
def differing(
    request: Request, first: str = "", second: str = "", since: str = "", until: str = ""
) -> Response:
    """Two editions side by side, or what the editions in force changed between two days."""
    desk = desk_of(request)
    base = desk.knowledge
    by_day = bool(since or until)
    days = (_day(since, desk), _day(until, desk)) if by_day else (desk.today(), desk.today())
    compared: tuple[Compared, ...] = ()
    if by_day:
        compared = tuple(
            _compared(base, c.first, c.second, c) for c in changed_between(base, *days)
        )
    elif first and second:
        compared = (_compared(base, first, second, None),)
    return page(
        request,
        "knowledge_differences.html.j2",
        title="Differences",
        base=base,
        topics=tuple(base.of(InForce).values()),
        others=_of_no_topic(base),
        first=first,
        second=second,
        since=days[0].isoformat() if by_day else since,
        until=days[1].isoformat() if by_day else desk.today().isoformat(),
        by_day=by_day,
        compared=compared,
        short=short_name,
    )


@router.get("/{kind}/{thing_id:path}")
def one(request: Request, kind: str, thing_id: str, on: str = "") -> Response:
    """One thing in full."""
    desk = desk_of(request)
    everything = _everything(desk.knowledge)
    key = Key(kind, thing_id)
    if key not in everything.things:
        raise NotFoundError(
            "the knowledge base has no such entry", what_to_do="search for it by a word of its text"
        )
    day = _day(on, desk)
    shown = thing_shown(key, everything, desk.knowledge, day)
    return page(
        request,
        "knowledge_one.html.j2",
        title=shown.name,
        one=shown,
        on=day.isoformat(),
        marks=MARKS,
        kinds=KINDS,
        status_says=STATUS,
        name_of=lambda used: name_of(used, everything.things[used]),
    )


@cache
def _everything(base: KnowledgeBase) -> Catalogue:
    """Kept beside its base, which never changes."""
    return catalogue(base)


def _of_no_topic(base: KnowledgeBase) -> list[Edition]:
    """Editions that answer no topic which changes with the day."""
    of_topics = {step.edition for topic in base.of(InForce).values() for step in topic.steps}
    return [one for one in base.editions.values() if one.id not in of_topics]


def _kinds(everything: Catalogue) -> list[tuple[str, str, int]]:
    counts: dict[str, int] = {}
    for key in everything.things:
        counts[key.kind] = counts.get(key.kind, 0) + 1
    return [(kind, name, counts[kind]) for kind, name in KINDS.items() if kind in counts]


def _groups(everything: Catalogue, written: str, kind: str) -> tuple[Group, ...]:
    hits = search(everything, written) if written else _all_of(everything, kind)
    by_kind: dict[str, list[Hit]] = {}
    for hit in hits:
        by_kind.setdefault(hit.key.kind, []).append(hit)
    exact = written.casefold()
    groups = []
    for of, name in KINDS.items():
        if of not in by_kind or (kind and of != kind):
            continue
        # What is called so comes first.
        found = sorted(by_kind[of], key=lambda hit: hit.key.id.casefold() != exact)
        shown = found if kind else found[:_FIRST_OF_A_KIND]
        of_kind = tuple(_found(hit, everything) for hit in shown)
        groups.append(Group(of, name, len(found), of_kind))
    return tuple(groups)


def _all_of(everything: Catalogue, kind: str) -> tuple[Hit, ...]:
    return tuple(
        Hit(key, _said(thing), status_of(thing))
        for key, thing in everything.things.items()
        if key.kind == kind
    )


def _said(thing: object) -> str:
    for name in ("statement", "resolution", "definition", "short", "says", "logic", "title"):
        said = getattr(thing, name, "")
        if isinstance(said, str) and said:
            return " ".join(said.split())
    return ""


def _found(hit: Hit, everything: Catalogue) -> Found:
    thing = everything.things[hit.key]
    whole = thing.statement if isinstance(thing, Claim) else ""
    return Found(hit, name_of(hit.key, thing), str(getattr(thing, "mark", "")), whole)


def _compared(base: KnowledgeBase, first: str, second: str, changed: Changed | None) -> Compared:
    for edition in (first, second):
        if edition not in base.editions:
            raise NotFoundError("there is no such edition", what_to_do="choose one from the list")
    try:
        return Compared(first, second, changed, differences(base, first, second))
    except UsageError as error:
        return Compared(first, second, changed, (), f"{error.found}: neither speaks of the other's")


def _day(written: str, desk: Desk) -> date:
    if not written:
        return desk.today()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(
            "this is no day", expected="a date such as 2026-11-22", what_to_do="go back, correct it"
        ) from error
