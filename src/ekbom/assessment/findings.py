"""Finding and Section: conclusions with the words the knowledge base has for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ekbom.assessment.case import Case
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Line, Rule, Words
from ekbom.logic import Conclusion, Truth, all_of, any_of

_NOTHING_SAID = Words("", "")


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
    words: Words = _NOTHING_SAID
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
    summary: Words = _NOTHING_SAID
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
    rule = case.rule(conclusion.rule)
    return Finding(
        name=name or rule.name,
        conclusion=cited_by(rule, conclusion),
        state=state or str(conclusion.truth),
        words=rule.when.get(conclusion.truth.value, _NOTHING_SAID),
    )


def cited_by(rule: Rule, conclusion: Conclusion) -> Conclusion:
    """The conclusion with the sources of its rule."""
    sources = (*rule.citations, *conclusion.citations)
    return conclusion.named(conclusion.id, conclusion.statement, dict.fromkeys(sources))


def weighed(
    id: str,
    statement: str,
    lines: tuple[Line, ...],
    case: Case,
    concluded: Mapping[str, Conclusion] | None = None,
) -> Conclusion:
    """What the lines of a matrix make of a statement.

    No where a needed line fails or one against it holds; yes where all needed lines hold, and
    one of those for it if there are any; unknown otherwise.
    """
    by_role: dict[str, list[Conclusion]] = {"needed": [], "for": [], "against": []}
    for line in lines:
        by_role[line.role].append(_counted(line, case.fact(line.fact, concluded)))
    parts = list(by_role["needed"])
    if by_role["for"]:
        parts.append(any_of("At least one line speaks for it", *by_role["for"]))
    if by_role["against"]:
        speaks = any_of("A line speaks against it", *by_role["against"])
        doubted = Truth.NO if speaks.truth is Truth.YES else Truth.YES
        # A line against that nobody has asked about leaves the others to decide.
        if doubted is Truth.NO or not parts:
            parts.append(
                Conclusion(
                    ~speaks.truth,
                    "No line speaks against it",
                    parts=(speaks,),
                    decided_by=(speaks,),
                )
            )
    return all_of(statement, *parts).named(id, statement)


def _counted(line: Line, answer: Conclusion) -> Conclusion:
    """The answer as the line counts it: yes where it is the one the line waits for."""
    truth = answer.truth
    if truth is not Truth.UNKNOWN and line.value == "no":
        truth = ~truth
    return Conclusion(
        truth, line.says, fact=answer.fact, missing=answer.missing, decided_by=_inner(answer)
    )


def _inner(answer: Conclusion) -> tuple[Conclusion, ...]:
    return answer.decided_by
