"""What newer editions say of the same actions for the same person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekbom.consultation import Consultation
from ekbom.report.assessment.wording import edition_text
from ekbom.report.consultation.decide import choices
from ekbom.report.consultation.options import grade_text
from ekbom.treatment.options import Option

NOTHING = "not named"


@dataclass(frozen=True, slots=True)
class OptionChange:
    """One action of which two editions say something else, or that came out differently."""

    id: str
    name: str
    then: str
    now: str


def option_changes(then: Consultation, now: Consultation) -> Iterator[OptionChange]:
    """The actions that differ, in the order of the newer edition."""
    before, after = _by_action(then), _by_action(now)
    for action in dict.fromkeys((*after, *before)):
        old, new = before.get(action), after.get(action)
        said = (_said(old), _said(new))
        either = new or old
        if said[0] != said[1] and either is not None:
            yield OptionChange(action, either.action.name, *said)


def _by_action(found: Consultation) -> dict[str, Option]:
    return {
        option.action.id: option
        for choice in choices(found)
        for option in (*choice.offered, *choice.withheld, *choice.advised_against)
    }


def _said(option: Option | None) -> str:
    if option is None or option.recommendation is None:
        return NOTHING
    edition = edition_text(option.recommendation.edition)
    return f"{grade_text(option.recommendation)} ({edition}), {option.state}"
