"""Patient: everything recorded of one person, each fact with its day, and the view as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Literal

from ekbom.patient.dates import PartialDate
from ekbom.patient.overrides import Override

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is; no name is kept.

    Parameters
    ----------
    born : PartialDate
        Day, month or year of birth.
    sex : str or None
        ``female`` or ``male``, for what depends on it (pregnancy, renal equations); None where
        not recorded.
    """

    born: PartialDate
    sex: Sex | None = None

    def age_years(self, day: date) -> tuple[int, int]:
        """Lowest and highest age in completed years on a day; equal for a full birth date."""
        return _years(self.born.last, day), _years(self.born.first, day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer to one question on one day.

    Parameters
    ----------
    question : str
        Question id.
    value : str or float
        ``yes``, ``no``, ``unknown``, a number in the question's unit, ``22:30``, or a choice.
    on : datetime.date
        Day it was given.
    by : str
        Who gave or took it; empty where not recorded.
    path : str
        Where it stands in the record.
    """

    question: str
    value: str | float
    on: date
    by: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class LabResult:
    """One value of one blood draw, in the unit of the rules and as entered.

    Parameters
    ----------
    analyte : str
        Analyte id.
    value : float
        In the analyte's own unit.
    unit : str
        That unit (UCUM).
    entered : str
        As written in the record, e.g. ``51 pmol/L``.
    bound : str
        ``<`` or ``>`` where only a bound was reported.
    path : str
        Where it stands in the record.
    """

    analyte: str
    value: float
    unit: str
    entered: str
    bound: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """One blood sample.

    Parameters
    ----------
    on : datetime.date
        Day.
    results : Mapping of str to LabResult
        By analyte id.
    at : datetime.time or None
        Clock time.
    hours_since_iron : float or None
        Hours since the last iron by mouth (supplement or iron-rich meal), h.
    fasting : str
        ``yes``, ``no`` or ``unknown``.
    """

    on: date
    results: Mapping[str, LabResult]
    at: time | None = None
    hours_since_iron: float | None = None
    fasting: Literal["yes", "no", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class MedicationUse:
    """One medicine, from a day to a day.

    Parameters
    ----------
    drug : str
        Ingredient as the knowledge base names it; as written where it does not know it.
    started : PartialDate or None
        First day; None where not recorded.
    stopped : PartialDate or None
        Last day; None while it is taken.
    known : bool
        Whether the knowledge base knows the drug.
    form : str
        ``base``, ``salt`` or another form that must be told apart; empty where none must.
    dose : str
        As written, with unit; never interpreted without its form.
    times : tuple of datetime.time
        Clock times at which it is taken.
    indication : str
        What it is taken for.
    path : str
        Where it stands in the record.
    """

    drug: str
    started: PartialDate | None = None
    stopped: PartialDate | None = None
    known: bool = True
    form: str = ""
    dose: str = ""
    times: tuple[time, ...] = ()
    indication: str = ""
    path: str = ""

    def taken_on(self, day: date) -> bool:
        """Whether it was taken on a day, as far as the record tells."""
        begun = self.started is None or self.started.first <= day
        return begun and (self.stopped is None or day <= self.stopped.last)


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A condition that is present, or was looked for and is absent.

    Parameters
    ----------
    condition : str
        Condition id.
    present : bool
        False where it was excluded.
    since : PartialDate
        First day it is known to be present, or day it was excluded.
    until : PartialDate or None
        Last day; None while it lasts.
    path : str
        Where it stands in the record.
    """

    condition: str
    present: bool
    since: PartialDate
    until: PartialDate | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """One pregnancy.

    Parameters
    ----------
    last_period : datetime.date
        First day of the last period; from the due date where that was recorded.
    ended : datetime.date or None
        Day it ended; None while it lasts.
    path : str
        Where it stands in the record.
    """

    last_period: date
    ended: date | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative who has restless legs, or was asked and has not.

    Parameters
    ----------
    relation : str
        ``mother``, ``father``, ``sister``, ``brother``, ``child`` are of the first degree;
        ``other`` is not.
    restless_legs : str
        ``yes``, ``no`` or ``unknown``.
    on : datetime.date
        Day it was recorded.
    path : str
        Where it stands in the record.
    """

    relation: Literal["mother", "father", "sister", "brother", "child", "other"]
    restless_legs: Literal["yes", "no", "unknown"]
    on: date
    path: str = ""

    @property
    def is_affected_near(self) -> bool:
        """Whether it is a relative of the first degree who has restless legs."""
        return self.relation != "other" and self.restless_legs == "yes"


@dataclass(frozen=True, slots=True)
class FilledQuestionnaire:
    """A questionnaire as filled in, by item number.

    Parameters
    ----------
    instrument : str
        Instrument id.
    on : datetime.date
        Day.
    items : Mapping of int to float
        Score by item number; empty where only the total is on record.
    total : float or None
        Sum of the items where all were answered, or the total on record; None otherwise.
    path : str
        Where it stands in the record.
    """

    instrument: str
    on: date
    items: Mapping[int, float] = field(default_factory=dict)
    total: float | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class NightSummary:
    """The few numbers of a night that the clinic keeps; None where not on record.

    Parameters
    ----------
    on : datetime.date
        Evening on which it began.
    method : str
        ``polysomnography``, ``actigraphy`` or ``unknown``.
    rules : str
        Edition the movements were scored by; empty where not stated.
    scored_by_ekbom : bool
        Whether the numbers come from a scoring by this program.
    plms_index_per_h : float or None
        Periodic leg movements per hour of sleep.
    respiratory_movements : str
        ``excluded``, ``included`` or ``unknown``: how those with breathing events were counted.
    plms_arousal_index_per_h : float or None
        Periodic leg movements with an arousal, per hour of sleep.
    arousal_index_per_h, apnea_hypopnea_index_per_h : float or None
        Arousals, and apnoeas and hypopnoeas, per hour of sleep.
    sleep_efficiency_percent : float or None
        Sleep time as a share of time in bed.
    sleep_latency_min, wake_after_sleep_onset_min, total_sleep_time_min : float or None
        Minutes.
    plmw_index_per_h : float or None
        Periodic leg movements in wakefulness, per hour.
    immobilization_plmw_index_per_h : float or None
        The same in a suggested immobilization test.
    path : str
        Where it stands in the record.
    """

    on: date
    method: Literal["polysomnography", "actigraphy", "unknown"] = "unknown"
    rules: str = ""
    scored_by_ekbom: bool = False
    plms_index_per_h: float | None = None
    respiratory_movements: Literal["excluded", "included", "unknown"] = "unknown"
    plms_arousal_index_per_h: float | None = None
    arousal_index_per_h: float | None = None
    apnea_hypopnea_index_per_h: float | None = None
    sleep_efficiency_percent: float | None = None
    sleep_latency_min: float | None = None
    wake_after_sleep_onset_min: float | None = None
    total_sleep_time_min: float | None = None
    plmw_index_per_h: float | None = None
    immobilization_plmw_index_per_h: float | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One spell of symptoms.

    Parameters
    ----------
    on : datetime.date
        Day on which it began.
    began : datetime.time
        Clock time of its beginning.
    ended : datetime.time or None
        Clock time of its end, on the next day where earlier than ``began``.
    severity : float or None
        0 to 10, the person's own rating.
    path : str
        Where it stands in the record.
    """

    on: date
    began: time
    ended: time | None = None
    severity: float | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """Body weight on a day, kg, and where it stands in the record."""

    on: date
    kg: float
    path: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """One person's record. Lists are in order of their days, oldest first."""

    id: str
    person: Person
    answers: tuple[GivenAnswer, ...] = ()
    draws: tuple[Draw, ...] = ()
    medications: tuple[MedicationUse, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    pregnancies: tuple[Pregnancy, ...] = ()
    family: tuple[Relative, ...] = ()
    questionnaires: tuple[FilledQuestionnaire, ...] = ()
    nights: tuple[NightSummary, ...] = ()
    diary: tuple[DiaryEntry, ...] = ()
    weights: tuple[Weight, ...] = ()
    overrides: tuple[Override, ...] = ()

    def as_of(self, day: date) -> Patient:
        """What was known on a day: later facts are left out, later ends are open.

        A fact dated by month or year only counts from the first day of that month or year.
        """
        return replace(
            self,
            answers=tuple(a for a in self.answers if a.on <= day),
            draws=tuple(d for d in self.draws if d.on <= day),
            medications=tuple(
                replace(m, stopped=_ended_by(m.stopped, day))
                for m in self.medications
                if m.started is None or m.started.first <= day
            ),
            conditions=tuple(
                replace(c, until=_ended_by(c.until, day))
                for c in self.conditions
                if c.since.first <= day
            ),
            pregnancies=tuple(
                replace(p, ended=p.ended if p.ended is not None and p.ended <= day else None)
                for p in self.pregnancies
                if p.last_period <= day
            ),
            family=tuple(r for r in self.family if r.on <= day),
            questionnaires=tuple(q for q in self.questionnaires if q.on <= day),
            nights=tuple(n for n in self.nights if n.on <= day),
            diary=tuple(e for e in self.diary if e.on <= day),
            weights=tuple(w for w in self.weights if w.on <= day),
            overrides=tuple(o for o in self.overrides if o.on <= day),
        )


def _ended_by(end: PartialDate | None, day: date) -> PartialDate | None:
    return end if end is not None and end.first <= day else None
