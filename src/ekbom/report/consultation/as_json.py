"""A consultation for machines: stable keys, whole trees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ekbom.followup.courses import Course, Point
from ekbom.followup.monitoring import DueCheck
from ekbom.followup.regimen import DailyDose
from ekbom.followup.review import FollowUp
from ekbom.knowledge.education import Mode
from ekbom.knowledge.treatment import Recommendation, RenalStep
from ekbom.report.assessment.as_json import (
    changes_json,
    citation_json,
    conclusion_json,
    fact_json,
    finding_json,
    patient_json,
    section_json,
    stamp_json,
    words_json,
)
from ekbom.report.assessment.patient_view import PatientPart
from ekbom.report.consultation.changes import option_changes
from ekbom.report.consultation.model_shown import model_json
from ekbom.report.consultation.patient_view import (
    QUESTIONS,
    PatientConsultation,
    patient_consultation,
)
from ekbom.report.consultation.sections import Part, told_ids
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.treatment.options import Choice, DoseInformation, IronTherapy, Option
from ekbom.treatment.plan import Plan

Json = dict[str, Any]
Ids = frozenset[str]


def as_json(shown: ShownConsultation, mode: Mode = "clinician", part: Part = "consult") -> Json:
    """A consultation as plain dictionaries, lists, numbers and texts.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    mode : str
        ``clinician``: everything. ``patient``: only what a patient may be shown.
    part : str
        ``consult``: all of it; ``plan``: what could be done; ``follow``: what became of it.
    """
    found = shown.consultation
    stamp = stamp_json(shown.assessed.assessment, mode)
    if mode == "patient":
        return stamp | _patient(patient_consultation(shown), part)
    said: Json = {}
    # Where all of it is there, what is told in one place is named in others.
    elsewhere = told_ids(found) if part == "consult" else frozenset()
    if part == "consult":
        sections = found.assessment.sections
        said["assessment"] = {"sections": [section_json(s, elsewhere) for s in sections]}
    if part != "plan":
        said["follow_up"] = follow_up_json(found.follow_up, elsewhere)
    if part != "follow":
        said["plan"] = plan_json(found.plan, elsewhere)
    said["newest"] = _newest(shown, part)
    if shown.model is not None and part == "consult":
        said["in_the_model"] = model_json(shown.model)
    return stamp | said


def _newest(shown: ShownConsultation, part: Part) -> Json | None:
    if shown.newest is None:
        return None
    found = shown.assessed.changes
    about_options = part != "follow"
    options = option_changes(shown.consultation, shown.newest, shown.knowledge, whole=True)
    return {
        "editions": dict(shown.newest.editions),
        "assessment": changes_json(found) if found is not None and part == "consult" else None,
        "options": [asdict(one) for one in options] if about_options else [],
    }


# Follow-up --------------------------------------------------------------------------------------


def follow_up_json(found: FollowUp, elsewhere: Ids = frozenset()) -> Json:
    """What became of it."""
    return {
        "sections": [section_json(section, elsewhere) for section in found.sections],
        "courses": [_course(course) for course in found.courses],
        "regimen": [_daily_dose(one) for one in found.regimen],
        "due": [_due(one, elsewhere) for one in found.due],
    }


def _course(course: Course) -> Json:
    return {
        "id": course.id,
        "name": course.name,
        "unit": course.unit,
        "better": course.better,
        "rules": course.rules,
        "points": [_point(point) for point in course.points],
        "baseline": None if course.baseline is None else _point(course.baseline),
        "change": course.change,
    }


def _point(point: Point) -> Json:
    return {
        "on": point.on.isoformat(),
        "value": point.value,
        "bound": point.bound,
        "path": point.path,
        "doubt": point.doubt,
    }


def _daily_dose(one: DailyDose) -> Json:
    use = one.use
    return {
        "drug": use.drug,
        "form": use.form,
        "dose": use.dose,
        "started": None if use.started is None else str(use.started),
        "stopped": None if use.stopped is None else str(use.stopped),
        "path": use.path,
        "per_day": one.per_day,
        "unit": one.unit,
        "says_why": one.says_why,
    }


def _due(one: DueCheck, elsewhere: Ids) -> Json:
    return {
        "id": one.check.id,
        "name": one.check.name,
        "words": words_json(one.check.words),
        "because": one.because,
        "due_on": None if one.due_on is None else one.due_on.isoformat(),
        "last_done": None if one.last_done is None else one.last_done.isoformat(),
        "conclusion": conclusion_json(one.conclusion, elsewhere),
    }


# Plan -------------------------------------------------------------------------------------------


def plan_json(found: Plan, elsewhere: Ids = frozenset()) -> Json:
    """What could be done."""
    return {
        "gate": finding_json(found.gate, elsewhere),
        **_choice(found.choice, elsewhere),
        "iron": None if found.iron is None else _iron(found.iron, elsewhere),
        "sections": [section_json(section, elsewhere) for section in found.sections],
    }


def _iron(iron: IronTherapy, elsewhere: Ids) -> Json:
    return {
        "status": finding_json(iron.status, elsewhere),
        **_choice(iron.products, elsewhere),
        "oral_schedule": [finding_json(finding, elsewhere) for finding in iron.oral_schedule],
        "total_deficit": conclusion_json(iron.total_deficit, elsewhere),
        "total_deficit_mg": fact_json(iron.total_deficit_mg),
        "recheck": [finding_json(finding, elsewhere) for finding in iron.recheck],
    }


def _choice(choice: Choice, elsewhere: Ids) -> Json:
    return {
        "offered": [_option(option, choice, elsewhere) for option in choice.offered],
        "order": [asdict(one) for one in choice.order],
        "withheld": [_option(option, choice, elsewhere) for option in choice.withheld],
        "advised_against": [
            _option(option, choice, elsewhere) for option in choice.advised_against
        ],
    }


def _option(option: Option, choice: Choice, elsewhere: Ids) -> Json:
    action = option.action
    return {
        "id": action.id,
        "name": action.name,
        "kind": action.kind,
        "words": words_json(action.words),
        "recommendation": _recommendation(option.recommendation),
        "said_elsewhere": [_recommendation(one) for one in option.said_elsewhere],
        "route": option.route,
        "state": option.state,
        "level": choice.level(action.id),
        "conclusion": conclusion_json(option.conclusion, elsewhere),
        "considerations": [
            {
                "role": one.consideration.role,
                "says": one.consideration.says,
                "outweighs": one.consideration.outweighs,
                "conclusion": conclusion_json(one.conclusion, elsewhere),
            }
            for one in option.weighings
        ],
        "taken": [use.path for use in option.taken],
        "effects": [asdict(effect) for effect in option.effects],
        "doses": [_dose(one) for one in option.doses],
        "checks": [check.id for check in option.checks],
        "tell": words_json(action.tell),
    }


def _recommendation(one: Recommendation | None) -> Json | None:
    if one is None:
        return None
    return {
        "id": one.id,
        "edition": one.edition,
        "population": one.population,
        "direction": one.direction,
        "strength": one.strength,
        "certainty": one.certainty,
        "remark": one.remark,
        "sources": [citation_json(citation) for citation in one.citations],
    }


def _dose(found: DoseInformation) -> Json:
    dose = found.dose
    return {
        "drug": dose.drug,
        "form": dose.form,
        "unit": dose.unit,
        "start": [dose.start_from, dose.start_to],
        "usual": [dose.usual_from, dose.usual_to],
        "maximum": dose.maximum,
        "timing": dose.timing,
        "as_needed": dose.as_needed,
        "on_dialysis": found.on_dialysis,
        "labels": [asdict(label) for label in dose.labels],
        "renal": _renal(found.renal),
        "renal_steps": [_renal(step) for step in dose.renal],
        "creatinine_clearance": fact_json(found.creatinine_clearance),
        "filtration_rate": fact_json(found.filtration_rate),
        "taken_per_day": fact_json(found.taken_per_day),
        "above_maximum": conclusion_json(found.above_maximum),
        "above_label": conclusion_json(found.above_label),
        "says": list(found.says),
        "sources": [citation_json(citation) for citation in dose.citations],
    }


def _renal(step: RenalStep | None) -> Json | None:
    return None if step is None else asdict(step)


# For the patient --------------------------------------------------------------------------------


def _patient(view: PatientConsultation, part: Part) -> Json:
    said: Json = {"first": list(view.assessed.first), "guidance": view.assessed.guidance}
    if part == "consult":
        said = patient_json(view.assessed)
    if part != "plan":
        said |= {
            "course": _parts(view.course),
            "watch": [asdict(one) for one in view.watch],
            "targets": list(view.targets),
            "due": [asdict(one) for one in view.due],
        }
    if part != "follow":
        said |= {
            "plan": _parts(view.plan),
            "to_discuss": [asdict(one) for one in view.to_discuss],
            "questions": list(QUESTIONS) if view.to_discuss else [],
        }
    return said


def _parts(parts: Iterable[PatientPart]) -> list[Json]:
    return [{"id": part.id, "heading": part.heading, "says": list(part.says)} for part in parts]
