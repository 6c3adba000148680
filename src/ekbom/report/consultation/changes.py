"""What newer editions say of the same actions for the same person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekbom.consultation import Consultation
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import InForce
from ekbom.report.assessment.wording import edition_text
from ekbom.report.consultation.options import grade_text
from ekbom.treatment.changes import plan_changes
from ekbom.treatment.options import Option

TREATMENT = "treatment"
_NOT_NAMED = "not named"


@dataclass(frozen=True, slots=True)
class OptionChange:
    """One action of which two editions say something else, or that came out differently."""

    id: str
    name: str
    then: str
    now: str


def option_changes(
    then: Consultation, now: Consultation, knowledge: KnowledgeBase, *, whole: bool = False
) -> Iterator[OptionChange]:
    """The actions that differ, in the order of the newer edition.

    Only those that may be discussed by either or are taken; with ``whole``, all of them.
    """
    editions = (then.editions[TREATMENT], now.editions[TREATMENT])
    topic = knowledge.record(InForce, TREATMENT)
    for one in plan_changes(then.plan, now.plan, editions, topic).options:
        if not whole and not one.matters:
            continue
        yield OptionChange(one.action, one.name, option_text(one.then), option_text(one.now))


def option_text(option: Option | None) -> str:
    """What an edition says of an action, and whether it may be discussed."""
    if option is None or option.recommendation is None:
        return _NOT_NAMED
    edition = edition_text(option.recommendation.edition)
    return f"{grade_text(option.recommendation)} ({edition}), {option.state}"
