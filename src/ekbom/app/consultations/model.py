"""How people like a patient respond on average in the model, as the report shows it."""

from __future__ import annotations

from dataclasses import replace

from ekbom.app.desk import Desk, Person
from ekbom.interop.model_draws import draws_on_file
from ekbom.report.consultation.in_the_model import N_DRAWS, SEED, InTheModel, in_the_model
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

    def made() -> InTheModel:
        return in_the_model(shown, draws_on_file(desk.knowledge, None, N_DRAWS, SEED))

    return replace(shown, model=desk.models.of(key, made))
