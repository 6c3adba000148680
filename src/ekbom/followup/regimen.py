"""The regimen over time: daily doses, what is taken at once, what is above its maximum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion
from ekbom.patient.patient import MedicationUse


@dataclass(frozen=True, slots=True)
class DailyDose:
    """One use of a medicine with its daily dose, as far as the record tells.

    Parameters
    ----------
    use : MedicationUse
        As recorded.
    per_day : float or None
        Dose times the number of clock times; of a patch its rate. None where the dose or its
        unit is not known, or no clock times say how often.
    unit : str
        UCUM unit per day, e.g. ``mg/d``; empty where not known.
    says_why : str
        Why there is no number; empty where there is one.
    """

    use: MedicationUse
    per_day: float | None = None
    unit: str = ""
    says_why: str = ""


def daily_dose(use: MedicationUse) -> DailyDose:
    """The daily dose of one use, or why there is none."""
    return DailyDose(use, says_why="not read")


def regimen(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """What is wrong or doubtful in the regimen as recorded.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    return Section("regimen", "Regimen", ())
