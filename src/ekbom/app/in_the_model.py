"""How people like a patient respond on average in the model, as the report shows it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ekbom.app.desk import Desk, Person
from ekbom.interop.posterior_files import posterior_draws
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.parameters import DEFAULT_VARIANT, Priors
from ekbom.report.consultation.in_the_model import N_DRAWS, in_the_model
from ekbom.report.consultation.shown import ShownConsultation


def with_model(desk: Desk, person: Person, shown: ShownConsultation) -> ShownConsultation:
    """A consultation with what the model makes of people like this patient.

    Parameters
    ----------
    desk : Desk
        Keeps what takes a second to make.
    person : Person
        Whose.
    shown : ShownConsultation
        The consultation.
    """
    found = shown.consultation
    named = tuple(sorted(found.editions.items()))
    key = (person.id, person.latest, found.as_of, named)
    model = desk.models.of(key, lambda: in_the_model(shown, _draws(desk.knowledge)))
    return replace(shown, model=model)


def _draws(knowledge: KnowledgeBase) -> Draws:
    found = _posterior(Priors.of(knowledge, DEFAULT_VARIANT).variant.id)
    return found.first(min(N_DRAWS, len(found)))


@cache
def _posterior(variant: str) -> Draws:
    return posterior_draws(variant)
