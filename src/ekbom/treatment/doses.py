"""Published doses beside this patient's kidneys and age; for clinicians only."""

from __future__ import annotations

from ekbom.assessment.case import Case
from ekbom.knowledge.treatment import Action
from ekbom.treatment.options import DoseInformation


def dose_information(case: Case, action: Action) -> tuple[DoseInformation, ...]:
    """The doses on file of an action, one for each form, as they read for this patient.

    Parameters
    ----------
    case : Case
        The patient on the day.
    action : Action
        A medicine.
    """
    return ()
