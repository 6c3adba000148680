"""Finding and Section: conclusions with the words the knowledge base has for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ekbom.assessment.case import Case
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Line, Rule, Words
from ekbom.logic import Conclusion, Missing, Truth

# For a part of a report that has no words.
NOTHING_SAID = Words("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion, named, with what is said of it.

    Parameters
    ----------
    name : str
        What a reader calls it, e.g. ``Akathisia``.
    conclusion : Conclusion
        With its id, reasons, sources and what is missing.
    state : str
        The conclusion in a word or two, e.g. ``supported`` or ``criteria met``.
    words : Words
        What is said to a clinician and to a patient; from the knowledge base.
    level : str
        How well an association is shown; empty where that is not the question.
    settles : tuple of str
        Names of tests that would confirm or settle it.
    """

    name: str
    conclusion: Conclusion
    state: str
    words: Words = NOTHING_SAID
    level: str = ""
    settles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an assessment.

    Parameters
    ----------
    id : str
        E.g. ``diagnosis``; stable.
    title : str
        Heading.
    findings : tuple of Finding
        In the order a reader should meet them.
    summary : Words
        The section in a sentence or two.
    caveats : tuple of Caveat
        Limits of validity of the whole section.
    """

    id: str
    title: str
    findings: tuple[Finding, ...]
    summary: Words = NOTHING_SAID
    caveats: tuple[Caveat, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


def by_rule(case: Case, conclusion: Conclusion, *, state: str = "", name: str = "") -> Finding:
    """A finding with the name, words and sources of the rule its conclusion carries out.

    Parameters
    ----------
    case : Case
        Where the rule's record is.
    conclusion : Conclusion
        With an id. The rule's sources are added to it.
    state : str, optional
        By default the truth: ``yes``, ``no`` or ``unknown``.
    name : str, optional
        By default the rule's.
    """
    rule = case.rule_of(conclusion)
    return Finding(
        name=name or rule.name,
        conclusion=cited_by(case, rule, conclusion),
        state=state or str(conclusion.truth),
        words=rule.when.get(conclusion.truth.value, NOTHING_SAID),
    )


def by_id(findings: Iterable[Finding]) -> dict[str, Conclusion]:
    """The conclusions of findings by id; a step without one is left out."""
    return {f.conclusion.id: f.conclusion for f in findings if f.conclusion.id}


def reached(known: Mapping[str, Conclusion], id: str, statement: str) -> Conclusion:
    """A conclusion reached before; unknown where no rule in force concluded it.

    Parameters
    ----------
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    id : str
        Of the one looked for.
    statement : str
        What is not known where there is none.
    """
    missing = (Missing(f"conclusion:{id}", statement),)
    return known.get(id) or Conclusion(Truth.UNKNOWN, statement, missing=missing)


def cited_by(case: Case, rule: Rule, conclusion: Conclusion) -> Conclusion:
    """The conclusion with the sources of its rule, less those newer than the edition used."""
    newer = case.newer_sources(rule.topic)
    of_rule = (citation for citation in rule.citations if citation.source not in newer)
    sources = (*of_rule, *conclusion.citations)
    return conclusion.named(conclusion.id, conclusion.statement, dict.fromkeys(sources))


def joined(words: Iterable[Words]) -> Words:
    """Several words as one text for each reader."""
    said = tuple(words)
    return Words(
        " ".join(part.clinician for part in said if part.clinician),
        " ".join(part.patient for part in said if part.patient),
    )


def labelled(finding: Finding, label: str) -> Finding:
    """The finding with a label before what a patient is told, to know what it is about."""
    if not finding.words.patient:
        return finding
    return replace(
        finding, words=Words(finding.words.clinician, f"{label}: {finding.words.patient}")
    )


def weighed(
    id: str,
    statement: str,
    lines: tuple[Line, ...],
    case: Case,
    concluded: Mapping[str, Conclusion] | None = None,
) -> Conclusion:
    """What the lines of a matrix make of a statement.

    Yes where all needed lines hold, one of those for it (if there are any), and none that speaks
    against it or makes it doubtful. No where a needed line fails; also where a line against it
    holds, or all that are awaited fail, and nothing speaks for it. Where lines speak on both
    sides, or too little is known, unknown. A further answer thus never turns yes into no, nor
    no into yes.
    """
    counted = [(line, counted_line(line, case.fact(line.fact, concluded))) for line in lines]
    truth, decided_by = _balance(counted)
    conclusion = Conclusion(
        truth,
        statement,
        id=id,
        parts=tuple(part for _, part in counted),
        decided_by=decided_by,
    )
    known = any(part.truth is not Truth.UNKNOWN for part in decided_by)
    if truth is Truth.UNKNOWN and known:
        return conclusion.with_caveat(_CONFLICT)
    return conclusion


_CONFLICT = Caveat("evidence-conflicts", "Some lines speak for it and others against it.")
_FOR_IT = ("needed", "for", "suggests")
_Counted = tuple[Line, Conclusion]


def _balance(counted: list[_Counted]) -> tuple[Truth, tuple[Conclusion, ...]]:
    """The truth of a matrix and the lines that made it."""
    failed = _lines(counted, Truth.NO, "needed")
    if failed:
        return Truth.NO, failed
    points_to_it = _lines(counted, Truth.YES, "for", "suggests")
    against = (*_lines(counted, Truth.YES, "against"), *_all_missed(counted))
    doubts = _lines(counted, Truth.YES, "doubts")
    if _supported(counted) and not against and not doubts:
        return Truth.YES, (*_lines(counted, Truth.YES, "needed"), *points_to_it)
    if against and not points_to_it:
        return Truth.NO, against
    open_lines = _open(counted)
    if points_to_it and (against or doubts):
        return Truth.UNKNOWN, (*points_to_it, *against, *doubts, *open_lines)
    return Truth.UNKNOWN, open_lines or tuple(part for _, part in counted)


def _supported(counted: list[_Counted]) -> bool:
    needed = [part.truth for line, part in counted if line.role == "needed"]
    each_for = [part.truth for line, part in counted if line.role == "for"]
    if any(truth is not Truth.YES for truth in needed):
        return False
    return Truth.YES in each_for if each_for else bool(needed)


def _all_missed(counted: list[_Counted]) -> tuple[Conclusion, ...]:
    """The lines that would speak for it, where every one that is awaited is known to fail."""
    speaking = [(line, part) for line, part in counted if line.role in ("for", "suggests")]
    awaited = [part for line, part in speaking if line.awaited] or [part for _, part in speaking]
    missed = tuple(part for part in awaited if part.truth is Truth.NO)
    return missed if len(missed) == len(awaited) else ()


def _open(counted: list[_Counted]) -> tuple[Conclusion, ...]:
    """What to find out next: what is awaited, and only then the rest."""
    unknown = _lines(counted, Truth.UNKNOWN, *_FOR_IT)
    awaited = _lines([pair for pair in counted if pair[0].awaited], Truth.UNKNOWN, *_FOR_IT)
    return awaited or unknown


def _lines(counted: list[_Counted], truth: Truth, *roles: str) -> tuple[Conclusion, ...]:
    return tuple(part for line, part in counted if line.role in roles and part.truth is truth)


def counted_line(line: Line, answer: Conclusion) -> Conclusion:
    """The answer as a line counts it: yes where it is the one the line waits for.

    Parameters
    ----------
    line : Line
        Of a matrix.
    answer : Conclusion
        What is known of the line's fact.
    """
    truth = ~answer.truth if line.value == "no" else answer.truth
    if answer.decided_by:
        return Conclusion(truth, line.says, parts=(answer,), decided_by=(answer,))
    return Conclusion(
        truth,
        line.says,
        fact=answer.fact,
        limit=answer.limit,
        missing=answer.missing,
        caveats=answer.caveats,
        citations=answer.citations,
    )
