"""The same facts by the editions of several days: what each says of every action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ekbom.consultation import Consultation, by_editions_of
from ekbom.knowledge.base import KnowledgeBase
from ekbom.patient.patient import Patient
from ekbom.report import lines
from ekbom.report.assessment.wording import ask_text, edition_text
from ekbom.report.consultation.options import grade_text
from ekbom.report.lines import columns, wrapped
from ekbom.treatment.options import Option

_NOT_NAMED = "not named"
_NARROWEST, _NAME_WIDTH = 18, 22


def comparison_text(
    days: Sequence[date], patient: Patient, knowledge: KnowledgeBase
) -> Iterator[str]:
    """A table: actions by the editions in force on each day, on the facts of the last.

    Parameters
    ----------
    days : sequence of datetime.date
        In any order.
    patient : Patient
        The record.
    knowledge : KnowledgeBase
        All sections.
    """
    found = by_editions_of(days, patient, knowledge)
    yield from wrapped(
        f"The same facts (as of {max(days)}), by the editions in force on each day: what each "
        "says of an action for people like this patient, and whether it may be discussed."
    )
    width = max((lines.WIDTH - _NAME_WIDTH) // len(found), _NARROWEST)
    widths = [_NAME_WIDTH, *[width] * len(found)]
    yield from columns(["", *(str(day) for day, _ in found)], widths)
    used = [edition_text(one.editions["treatment"]) for _, one in found]
    yield from columns(["edition", *used], widths)
    rows = list(_rows([one for _, one in found]))
    for row in rows:
        yield from columns(row, widths)
    if not rows:
        yield from _why_none(found[-1][1])


def _why_none(one: Consultation) -> Iterator[str]:
    """An empty table would look as if no edition said anything."""
    yield ""
    yield from wrapped(f"No action is laid out: {one.plan.gate.state}.")
    for missing in one.plan.gate.conclusion.all_missing():
        yield from wrapped(f"- {ask_text(missing)}", indent=2, hang=2)


def _rows(found: Sequence[Consultation]) -> Iterator[list[str]]:
    by_action = [{option.action.id: option for option in one.plan.weighed} for one in found]
    names = {id: option.action.name for column in by_action for id, option in column.items()}
    for id in dict.fromkeys(id for column in reversed(by_action) for id in column):
        told = zip(found, by_action, strict=True)
        yield [names[id], *(_said(column.get(id), one) for one, column in told)]


def _said(option: Option | None, one: Consultation) -> str:
    if not one.plan.weighed:
        # Behind a shut gate nothing was looked up: the edition may well name it.
        return one.plan.gate.state
    if option is None or option.recommendation is None:
        return _NOT_NAMED
    return f"{grade_text(option.recommendation)}: {option.state}"
