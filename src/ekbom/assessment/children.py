"""The criteria in a child: in the child's own words, by language and not by age alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Truth, all_of

_EDITION = "ekbom-assessment-1"
_RULE = "R-DX-14"


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """Ages that change how the criteria are applied."""

    edition: str
    adult_a: Annotated[float, Param("diagnosis/adult-age", "a")]
    clinician_below_a: Annotated[float, Param("diagnosis/clinician-entry-below-age", "a")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def is_adult(case: Case) -> Conclusion:
    """Whether the person is an adult, as far as the date of birth tells."""
    years = _limits(case).adult_a
    return case.is_at_least(years, f"Aged {years:g} or over")


def for_clinician_to_judge(case: Case, conclusion: Conclusion) -> Conclusion:
    """The conclusion; unknown in a young child whose answers no clinician has judged.

    Where the date of birth leaves open whether the child is that young, it carries the caveat.
    """
    years = _limits(case).clinician_below_a
    old_enough = case.is_at_least(years, f"Aged {years:g} or over")
    judged = case.answer("clinician-judged-young-child")
    if old_enough.truth is Truth.YES or judged.truth is Truth.YES:
        return conclusion
    text = f"Below {years:g} years nothing is concluded unless a clinician has judged the answers."
    caveat = Caveat("young-child", text)
    if old_enough.truth is Truth.UNKNOWN:
        return conclusion.with_caveat(caveat)
    return Conclusion(
        Truth.UNKNOWN,
        conclusion.statement,
        id=conclusion.id,
        parts=(conclusion, old_enough, judged),
        decided_by=(old_enough, judged),
        caveats=(caveat,),
        citations=conclusion.citations,
    )


def categories_in_children(case: Case, five: Mapping[str, Conclusion]) -> tuple[Finding, ...]:
    """Definite, probable and possible; nothing for an adult."""
    if is_adult(case).truth is Truth.YES:
        return ()
    urge, rest, movement, evening, other = (five[rule] for rule in sorted(five))
    words = case.answer("own-words")
    seen = case.answer("leg-discomfort-observed")
    categories = {
        "definite": ("All five criteria", (urge, rest, movement, evening, other, words)),
        "probable": ("All but the fourth criterion", (urge, rest, movement, other, words)),
        "possible": ("The second to fifth criteria", (seen, rest, movement, evening, other)),
    }
    return tuple(
        by_rule(
            case,
            for_clinician_to_judge(case, all_of(said, *parts).named(f"{_RULE}:{name}", said)),
            name=f"{case.rule(_RULE).name}: {name}",
        )
        for name, (said, parts) in categories.items()
    )


def _limits(case: Case) -> AgeLimits:
    return bind(AgeLimits, case.knowledge, _EDITION)
