"""Case: one patient on one day, with the knowledge and the editions that answer on that day.

Everything an assessment may ask of the record is asked here, and comes back as a `Conclusion`
that says where it stands, or as unknown with what to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import bind
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.drugs import Drug, DrugClass
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.records import InForce, Rule
from ekbom.logic import Conclusion, Fact, Truth, stated
from ekbom.patient.patient import Draw, GivenAnswer, MedicationUse, NightSummary, Patient

S = TypeVar("S")

# The question whose "yes" says that no medicine is missing from the record.
MEDICATION_LIST_COMPLETE = "medication-list-complete"


@dataclass(frozen=True, slots=True)
class Case:
    """What an assessment is made of.

    Parameters
    ----------
    patient : Patient
        As of the day.
    knowledge : KnowledgeBase
        All of it.
    as_of : datetime.date
        The day.
    editions : Mapping of str to str
        The edition used, by topic.
    """

    patient: Patient
    knowledge: KnowledgeBase
    as_of: date
    editions: Mapping[str, str]

    # The rules and their limits -------------------------------------------------------------

    def rule(self, rule_id: str) -> Rule:
        """The record of a rule."""
        return self.knowledge.record(Rule, rule_id)

    def rule_of(self, conclusion: Conclusion) -> Rule:
        """The record of the rule a conclusion carries out; of its part, where that has its own."""
        own = self.knowledge.of(Rule).get(conclusion.id)
        return self.rule(conclusion.rule) if own is None else own

    def in_force(self, rule_id: str) -> bool:
        """Whether a rule is part of the edition used for its topic."""
        rule = self.rule(rule_id)
        if not rule.topic or not rule.since_edition:
            return True
        sequence = self.knowledge.record(InForce, rule.topic)
        used = sequence.position(self.editions[rule.topic])
        since = sequence.position(rule.since_edition)
        return used is not None and since is not None and since <= used

    def newer_sources(self, topic: str) -> frozenset[str]:
        """Sources of the editions that came after the one used for a topic."""
        if not topic:
            return frozenset()
        sequence = self.knowledge.record(InForce, topic)
        used = sequence.position(self.editions[topic])
        later = sequence.steps[used + 1 :] if used is not None else ()
        return frozenset(self.knowledge.edition(step.edition).source for step in later)

    def limits(self, slice_type: type[S], topic: str) -> S:
        """A typed slice of limits in the edition used for a topic."""
        return bind(slice_type, self.knowledge, self.editions[topic])

    def fixed_limits(self, slice_type: type[S]) -> S:
        """A typed slice of this project's own limits, the same under every edition."""
        return bind(slice_type, self.knowledge, OWN_CHOICES)

    # What was answered ----------------------------------------------------------------------

    def given(self, question_id: str) -> GivenAnswer | None:
        """The latest answer to a question; None where it was never asked."""
        given = [a for a in self.patient.answers if a.question == question_id]
        return max(given, key=lambda answer: answer.on, default=None)

    def answer(self, question_id: str) -> Conclusion:
        """The latest answer to a question of yes or no."""
        question = self.knowledge.record(Question, question_id)
        given = self.given(question_id)
        fact = _as_fact(question, given)
        truth = Truth.UNKNOWN if given is None else Truth(str(given.value))
        return stated(fact, truth, question.name, question.ask)

    def number(self, question_id: str) -> Fact:
        """The latest answer to a question for a number, in the question's unit."""
        question = self.knowledge.record(Question, question_id)
        return _as_fact(question, self.given(question_id))

    # What was measured ----------------------------------------------------------------------

    def lab(self, analyte_id: str, draw: Draw | None = None) -> Fact:
        """The latest value of an analyte, or its value in one draw."""
        analyte = self.knowledge.record(Analyte, analyte_id)
        holding = [d for d in self.patient.draws if analyte_id in d.results]
        chosen = draw if draw is not None else max(holding, key=lambda d: d.on, default=None)
        result = None if chosen is None else chosen.results.get(analyte_id)
        if chosen is None or result is None:
            return Fact(f"lab:{analyte_id}", analyte.name, unit=analyte.unit)
        return Fact(
            f"lab:{analyte_id}",
            analyte.name,
            result.value,
            analyte.unit,
            chosen.on,
            result.path,
            result.bound,
        )

    def latest_night(self) -> NightSummary | None:
        """The latest night with a polysomnography; None where there is none."""
        nights = [n for n in self.patient.nights if n.method == "polysomnography"]
        return max(nights, key=lambda night: night.on, default=None)

    # What is present ------------------------------------------------------------------------

    def condition(self, condition_id: str) -> Conclusion:
        """Whether a condition is present: yes, no where it was excluded, else unknown."""
        condition = self.knowledge.record(Condition, condition_id)
        fact_of = {}
        for recorded in self.patient.conditions:
            ended = recorded.until is not None and recorded.until.last < self.as_of
            implied = self.knowledge.record(Condition, recorded.condition).implies
            names_it = recorded.condition == condition_id
            if names_it or (condition_id in implied and recorded.present and not ended):
                truth = Truth.YES if recorded.present and not ended else Truth.NO
                fact_of[truth] = Fact(
                    f"condition:{condition_id}",
                    condition.name,
                    str(truth),
                    on=recorded.since.first,
                    path=recorded.path,
                )
        truth = next((t for t in (Truth.YES, Truth.NO) if t in fact_of), Truth.UNKNOWN)
        fact = fact_of.get(truth, Fact(f"condition:{condition_id}", condition.name))
        return stated(fact, truth, condition.name)

    def taken(self) -> tuple[MedicationUse, ...]:
        """The medicines taken on the day."""
        return tuple(use for use in self.patient.medications if use.taken_on(self.as_of))

    def members(self, class_id: str) -> Mapping[str, Drug]:
        """The ingredients of a drug class by name."""
        drugs = self.knowledge.record(DrugClass, class_id).members
        return {drug.name: drug for drug in drugs}

    def takes(self, class_id: str) -> Conclusion:
        """Whether a medicine of a class is taken: no only where the list is known complete."""
        drug_class = self.knowledge.record(DrugClass, class_id)
        names = self.members(class_id)
        uses = [use for use in self.taken() if use.drug in names]
        key = f"drug-class:{class_id}"
        if uses:
            listed = ", ".join(use.drug for use in uses)
            since = uses[0].started.first if uses[0].started else None
            fact = Fact(key, drug_class.name, listed, on=since, path=uses[0].path)
            return stated(fact, Truth.YES, f"Takes {listed} ({drug_class.name})")
        statement = f"Takes a medicine of the class {drug_class.name}"
        truth = self.none_of(self.taken())
        return stated(Fact(key, drug_class.name), truth, statement, "A complete medication list")

    def takes_drug(self, name: str) -> Conclusion:
        """Whether one ingredient is taken: no only where the list is known complete."""
        use = next((use for use in self.taken() if use.drug == name), None)
        statement = f"Takes {name}"
        if use is None:
            fact = Fact(f"drug:{name}", name)
            ask = "A complete medication list"
            return stated(fact, self.none_of(self.taken()), statement, ask)
        since = use.started.first if use.started else None
        return stated(
            Fact(f"drug:{name}", name, "taken", on=since, path=use.path), Truth.YES, statement
        )

    def none_of(self, uses: Iterable[MedicationUse]) -> Truth:
        """Whether a medicine that is not among these is taken: no, or unknown.

        No only where the list is said to be complete and every medicine on it is known by name.
        """
        complete = self.answer(MEDICATION_LIST_COMPLETE).truth is Truth.YES
        return Truth.NO if complete and all(use.known for use in uses) else Truth.UNKNOWN

    def in_role(self, *roles: str) -> frozenset[str]:
        """The ingredients of all drug classes with one of these roles."""
        classes = self.knowledge.of(DrugClass).values()
        return frozenset(d.name for c in classes if set(roles) & set(c.roles) for d in c.members)

    def fact(self, fact_id: str, concluded: Mapping[str, Conclusion] | None = None) -> Conclusion:
        """The fact a line of the knowledge base names, ``kind:id``.

        Parameters
        ----------
        fact_id : str
            ``question:``, ``condition:``, ``drug-class:`` or ``drug:`` and an id, or
            ``conclusion:`` and the id of a conclusion reached before.
        concluded : Mapping of str to Conclusion, optional
            Conclusions reached before, by id.
        """
        kind, _, name = fact_id.partition(":")
        if kind == "question":
            return self.answer(name)
        if kind == "condition":
            return self.condition(name)
        if kind == "drug-class":
            return self.takes(name)
        if kind == "drug":
            return self.takes_drug(name)
        reached = (concluded or {}).get(name)
        if kind != "conclusion" or reached is None:
            raise UsageError(f"fact {fact_id!r}", expected="one that was concluded before")
        return reached

    # Who it is ------------------------------------------------------------------------------

    def is_at_least(self, years: float, statement: str) -> Conclusion:
        """Whether the person has completed so many years of age."""
        low, high = self.patient.person.age_years(self.as_of)
        value = float(low) if low == high else f"{low} to {high}"
        fact = Fact("person:age", "Age", value, "a", self.as_of, "person.born")
        truth = Truth.YES if low >= years else Truth.NO if high < years else Truth.UNKNOWN
        return stated(fact, truth, statement, "The full date of birth")


def _as_fact(question: Question, given: GivenAnswer | None) -> Fact:
    key = f"question:{question.id}"
    if given is None or given.value == "unknown":
        return Fact(key, question.name, unit=question.unit)
    return Fact(key, question.name, given.value, question.unit, given.on, given.path)
