"""What is missing, each with a link to the very form where it is entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.logic import Missing
from ekbom.report.assessment.section_html import lacking_text
from ekbom.report.assessment.wording import ask_text, in_a_row
from ekbom.report.consultation.decide import choices
from ekbom.report.consultation.options import TOGETHER
from ekbom.report.consultation.shown import ShownConsultation

_LINK = Markup('<a class="asked" href="{}">{}</a>')
# Kinds of facts, each with the room where they are entered.
_ROOMS: Mapping[str, str] = {
    "condition": "background#conditions",
    "weight": "background#weights",
    "person": "background#person",
    "specialist": "interview",
    "outcomes": "interview",
    "diary": "interview/diary",
    "night": "nights",
    "draw": "labs",
    "lab": "labs",
    "question": "interview",
    "questionnaire": "interview/questionnaires",
    "medication": "medicines",
    "medications": "medicines",
    "drug": "medicines",
    "drug-class": "medicines",
    "drug-role": "medicines",
    "start": "medicines",
}
# The question that settles whether a look-alike that is supported accounts for everything.
_LOOK_ALIKE, _SOLELY = "R-DDX-01", "interview#question-solely-another-condition"
_PREGNANT = "person:pregnant"
_EXACT = {_PREGNANT: "background#pregnancies"}


def entered_at(key: str, knowledge: KnowledgeBase) -> str:
    """The room, and the place in it, where a fact is entered; empty where there is none.

    Parameters
    ----------
    key : str
        Of what is missing, as in `ekbom.logic.Missing`.
    knowledge : KnowledgeBase
        All sections.
    """
    kind, _, name = key.partition(":")
    if key in _EXACT:
        return _EXACT[key]
    if kind == "question" and name in knowledge.of(Question):
        return f"interview#question-{name}"
    if kind == "lab" and name in knowledge.of(Analyte):
        return f"labs#v-{name}"
    instrument = name.partition(":")[0]
    if kind == "questionnaire" and instrument in knowledge.of(Instrument):
        return f"interview/questionnaires/new/{instrument}"
    if kind == _LOOK_ALIKE:
        return _SOLELY
    return _ROOMS.get(kind, "")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is missing of one patient, by how it is asked.

    Parameters
    ----------
    places : Mapping of str to str
        Address of the form, by the words that ask.
    base : str
        Of the pages of the patient.
    knowledge : KnowledgeBase
        All sections.
    """

    places: Mapping[str, str]
    base: str
    knowledge: KnowledgeBase

    @classmethod
    def of(cls, shown: ShownConsultation, base: str) -> Asking:
        """Everything that any conclusion of a consultation waits for."""
        places = {
            words: f"{base}/{where}"
            for missing in _all_missing(shown)
            if (where := entered_at(missing.key, shown.knowledge))
            # Rules that name it, and pages that ask for it, use either.
            for words in (missing.ask, ask_text(missing))
        }
        return cls(places, base, shown.knowledge)

    def linked(self, words: str) -> str:
        """Words that ask, as a link to where the answer is entered."""
        where = self.places.get(words, "")
        for kind, together in TOGETHER.items():
            if words.startswith(together.partition("{}")[0]):
                where = f"{self.base}/{_ROOMS[kind]}"
        return _LINK.format(where, words) if where else words

    def ask(self, missing: Missing) -> str:
        """Something missing, as a link to where it is entered."""
        where = entered_at(missing.key, self.knowledge)
        words = ask_text(missing)
        return _LINK.format(f"{self.base}/{where}", words) if where else words

    def row(self, says: Sequence[str]) -> Markup:
        """Texts in a row, those that ask as links."""
        return _in_sentences(in_a_row(_plain(self.linked(one)) for one in says))

    def lacking(self, missing: Sequence[str]) -> Markup:
        """What is missing, in a row, as links."""
        return _in_sentences(lacking_text([_plain(self.linked(one)) for one in missing]))


def _plain(text: str) -> str:
    """Escaped, as text that Python joins."""
    return str(Markup.escape(text))


def _in_sentences(joined: str) -> Markup:
    """Links in a row; one that ends a sentence needs no semicolon after it."""
    return Markup(joined.replace("?</a>; ", "?</a> ").replace(".</a>; ", ".</a> "))


def _all_missing(shown: ShownConsultation) -> Iterator[Missing]:
    found = shown.consultation
    for finding in found.findings():
        yield from finding.conclusion.all_missing()
    for one in found.follow_up.due:
        yield from one.conclusion.all_missing()
    for choice in choices(found):
        for option in choice.weighed:
            yield from option.conclusion.all_missing()
            for weighing in option.weighings:
                yield from weighing.conclusion.all_missing()
