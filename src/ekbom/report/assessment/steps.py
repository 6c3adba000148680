"""Step: a conclusion laid out for a reader, what decided it first, sources by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ekbom.assessment.findings import Finding
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation
from ekbom.logic import Conclusion, Truth
from ekbom.report.assessment.wording import (
    TO_CHECK,
    ask_text,
    edition_text,
    fact_text,
    limit_text,
    statement_text,
)
from ekbom.report.citations import Citations
from ekbom.report.sources import short_name


@dataclass(frozen=True, slots=True)
class Reference:
    """A source where it is used.

    Parameters
    ----------
    number : int or None
        In the list of sources; None for one that decided nothing.
    name, place, mark : str
        Short name, place in it, how well it was checked.
    to_check : str
        What a reader should know of the mark; empty where it is sound.
    """

    number: int | None
    name: str
    place: str
    mark: str
    to_check: str


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit as a reader meets it."""

    says: str
    edition: str
    reference: Reference | None
    note: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of a conclusion.

    Parameters
    ----------
    truth : Truth
        Whether it holds.
    says : str
        The statement.
    found, path : str
        The recorded fact, where the statement does not say it, and where it stands in the
        record; empty where there is none.
    limit : LimitShown or None
        What it was compared with.
    missing, caveats : tuple of str
        Of this step itself.
    references : tuple of Reference
        Sources of this step itself.
    decided_by, others : tuple of StepShown
        The parts that settled it (or are open), and those that did not.
    see : str
        Id of the finding that tells its parts elsewhere; empty where they stand here.
    """

    truth: Truth
    says: str
    found: str
    path: str
    limit: LimitShown | None
    missing: tuple[str, ...]
    caveats: tuple[str, ...]
    references: tuple[Reference, ...]
    decided_by: tuple[StepShown, ...]
    others: tuple[StepShown, ...]
    see: str = ""


def all_parts(conclusion: Conclusion) -> tuple[Conclusion, ...]:
    """The parts, and what decided it without being one."""
    if not conclusion.decided_by:
        return conclusion.parts
    parts = {id(part): part for part in (*conclusion.parts, *conclusion.decided_by)}
    return tuple(parts.values())


def deciding(conclusion: Conclusion) -> tuple[int, ...]:
    """Places in `all_parts` of those that decided it."""
    if not conclusion.decided_by:
        return ()
    decided = {id(part) for part in conclusion.decided_by}
    return tuple(k for k, part in enumerate(all_parts(conclusion)) if id(part) in decided)


def cite_all(findings: Iterable[Finding], citations: Citations) -> None:
    """Number every source that decided one of the findings, in the order they are met."""
    for finding in findings:
        for citation in finding.conclusion.cited():
            citations.number(citation.source)


def step_shown(
    conclusion: Conclusion,
    citations: Citations,
    above: frozenset[str] = frozenset(),
    elsewhere: frozenset[str] = frozenset(),
) -> StepShown:
    """A conclusion laid out; sources bear the numbers given by `cite_all`.

    Parameters
    ----------
    conclusion : Conclusion
        With all its parts.
    citations : Citations
        Numbered before.
    above : frozenset of str
        Statements of the steps above; a part that only repeats one gives way to its own parts.
    elsewhere : frozenset of str
        Ids of findings on the same page; a part that is one of them is told there.
    """
    is_elsewhere = bool(above) and conclusion.id in elsewhere
    says, decided = statement_text(conclusion), frozenset(deciding(conclusion))
    said = above | {says}
    parts = [
        (step, k in decided)
        for k, part in enumerate(() if is_elsewhere else all_parts(conclusion))
        for step in _unless_repeated(step_shown(part, citations, said, elsewhere), said)
    ]
    return StepShown(
        truth=conclusion.truth,
        says=says,
        found=_found(conclusion, says),
        path="" if conclusion.fact is None else conclusion.fact.path,
        limit=_limit(conclusion, citations),
        missing=tuple(ask_text(missing) for missing in conclusion.missing),
        see=conclusion.id if is_elsewhere else "",
        caveats=tuple(str(caveat) for caveat in conclusion.caveats),
        references=()
        if is_elsewhere
        else tuple(reference(one, citations) for one in conclusion.citations),
        decided_by=tuple(step for step, decides in parts if decides),
        others=tuple(step for step, decides in parts if not decides),
    )


def _unless_repeated(step: StepShown, said: frozenset[str]) -> tuple[StepShown, ...]:
    own = (step.found, step.path, step.limit, step.missing, step.caveats, step.references)
    repeats = step.says in said and not any(own) and step.decided_by and not step.others
    return step.decided_by if repeats else (step,)


def _found(conclusion: Conclusion, says: str) -> str:
    fact = conclusion.fact
    if fact is None or fact.value is None or fact_text(fact) in says:
        return ""
    day = "" if fact.on is None else f" ({fact.on})"
    return f"{fact.name}: {fact_text(fact)}{day}"


def _limit(conclusion: Conclusion, citations: Citations) -> LimitShown | None:
    if conclusion.limit is None:
        return None
    is_clock = conclusion.fact is not None and conclusion.fact.is_clock
    return limit_shown(conclusion.limit, citations, is_clock=is_clock)


def limit_shown(limit: Sourced, citations: Citations, *, is_clock: bool = False) -> LimitShown:
    """A limit with its source."""
    is_own = limit.mark != "override"
    found = Citation(limit.source, limit.place, limit.mark) if limit.mark != "override" else None
    return LimitShown(
        says=limit_text(limit, is_clock=is_clock),
        edition=edition_text(limit.edition) if is_own else "set by the caller",
        reference=None if found is None else reference(found, citations),
        note=limit.note,
    )


def reference(citation: Citation, citations: Citations) -> Reference:
    """A citation as it is shown beside a step."""
    return Reference(
        number=citations.numbers.get(citation.source),
        name=short_name(citations.base.source(citation.source)),
        place=citation.place,
        mark=citation.mark,
        to_check=TO_CHECK.get(citation.mark, ""),
    )
