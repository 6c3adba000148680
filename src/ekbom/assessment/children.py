"""The criteria in a child: in the child's own words, by language and not by age alone."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.assessment.person import is_adult, is_young_child, person_limits
from ekbom.caveats import Caveat
from ekbom.logic import Conclusion, Missing, Truth, all_of, any_of

_RULE = "R-DX-14"
_CUES = "R-DX-17"


def for_clinician_to_judge(case: Case, conclusion: Conclusion) -> Conclusion:
    """The conclusion; unknown in a young child whose answers no clinician has judged.

    Where the date of birth leaves open whether the child is that young, it carries the caveat.
    """
    young = is_young_child(case)
    judged = case.answer("clinician-judged-young-child")
    if young.truth is Truth.NO or judged.truth is Truth.YES:
        return conclusion
    years = person_limits(case).clinician_below_a
    text = f"Below {years:g} years nothing is concluded unless a clinician has judged the answers."
    caveat = Caveat("young-child", text)
    if young.truth is Truth.UNKNOWN:
        return conclusion.with_caveat(caveat)
    return Conclusion(
        Truth.UNKNOWN,
        conclusion.statement,
        id=conclusion.id,
        parts=(conclusion, young, judged),
        decided_by=(young, judged),
        missing=_to_be_judged(judged),
        caveats=(caveat,),
        citations=conclusion.citations,
    )


def _to_be_judged(judged: Conclusion) -> tuple[Missing, ...]:
    """The judgement of a clinician, also where it is known that there was none."""
    key = judged.fact.key if judged.fact else judged.statement
    return (Missing(key, judged.missing[0].ask if judged.missing else judged.statement),)


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


def cues_in_children(case: Case) -> tuple[Finding, ...]:
    """What makes one ask a child for the criteria, and answers none; nothing for an adult."""
    if is_adult(case).truth is Truth.YES:
        return ()
    said = "A cue to ask the child for the criteria"
    cues = any_of(
        said, case.answer("restless-sleep"), case.answer("growing-pains"), case.condition("adhd")
    )
    return (by_rule(case, cues.named(_CUES, said)),)
