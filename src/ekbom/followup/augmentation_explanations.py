"""What else may explain that symptoms worsen on treatment: looked at before augmentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import MEDICATION_LIST_COMPLETE, Case
from ekbom.assessment.findings import Finding, by_rule, reached
from ekbom.assessment.medication_drivers import Culprit, culprits
from ekbom.followup.augmentation_baseline import Exposure
from ekbom.followup.augmentation_changes import told
from ekbom.followup.augmentation_signs import Seen
from ekbom.followup.unbroken import taken_since
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, stated

RULE = "R-AUG-03"
_MEDICATION = "medication:"
# A low weight alone is no explanation.
_COUNTING = ("high", "medium")


def explanations(
    case: Case, known: Mapping[str, Conclusion], on: Exposure, seen: Seen
) -> Mapping[str, Conclusion]:
    """Everything that may explain a worsening, by name.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        With ``iron-low`` and ``opioid-stopped``.
    on : Exposure
        Its treatment.
    seen : Seen
        When the first sign was there.
    """
    return {
        "tolerance": told(case, on, "more-drug-needed-for-same-effect"),
        "early-morning rebound": told(case, on, "early-morning-rebound"),
        "missed doses": told(case, on, "doses-missed"),
        "new medicine that worsens restless legs": _new_culprit(case, on, seen),
        "low iron": reached(known, "iron-low", "Iron is low"),
        "untreated sleep apnoea": reached(known, "sleep-apnea-untreated", "Untreated sleep apnoea"),
        "opioid withdrawal": reached(known, "opioid-stopped", "An opioid was stopped recently"),
        "natural progression": case.answer("worsening-before-treatment"),
    }


def explanation_finding(case: Case, on: Exposure, found: Mapping[str, Conclusion]) -> Finding:
    """R-AUG-03: whether something else may explain the worsening, by name."""
    statement = "Something else may explain the worsening"
    parts = tuple(any_of(name.capitalize(), part) for name, part in found.items())
    one = any_of(statement, *parts)
    conclusion = all_of(statement, on.exposed, one).named(RULE, statement)
    listed = {
        truth: ", ".join(_called(name, part) for name, part in found.items() if part.truth is truth)
        for truth in (Truth.YES, Truth.UNKNOWN)
    }
    said = [
        f"{word}: {listed[truth]}"
        for truth, word in ((Truth.YES, "on record"), (Truth.UNKNOWN, "open"))
        if listed[truth]
    ]
    return by_rule(case, conclusion, state="; ".join(said) or "none on record")


def _called(name: str, part: Conclusion) -> str:
    """An explanation by name, with the medicines that are meant."""
    medicines = [
        leaf.fact.name
        for leaf in part.deciding_leaves()
        if leaf.fact and leaf.fact.key.startswith(_MEDICATION)
    ]
    return f"{name} ({', '.join(medicines)})" if medicines else name


def _new_culprit(case: Case, on: Exposure, seen: Seen) -> Conclusion:
    """A medicine that worsens restless legs, begun after the baseline and by the first sign.

    One begun after the first sign stays open: it may have added to it.
    """
    statement = "A medicine that worsens restless legs was begun after the baseline"
    of_treatment = {use.drug for use in on.uses}
    timed = [
        _begun_between(case, culprit, on, seen)
        for culprit in culprits(case)
        if culprit.weight in _COUNTING and culprit.use.drug not in of_treatment
    ]
    question = f"question:{MEDICATION_LIST_COMPLETE}"
    others = stated(
        Fact(question, "Medication list complete"),
        case.none_of(case.taken()),
        "Another medicine that worsens restless legs was begun",
        "A complete list of medicines, also those without prescription",
    )
    return any_of(statement, *timed, others)


def _begun_between(case: Case, culprit: Culprit, on: Exposure, seen: Seen) -> Conclusion:
    use, since = culprit.use, taken_since(case, culprit.use)
    fact = Fact(f"{_MEDICATION}{use.drug}", use.drug, path=use.path)
    said = f"{use.drug} was begun after the baseline and before the worsening"
    if since is None or on.start is None:
        ask = f"When {use.drug} was begun, and when the first dopaminergic medicine"
        return stated(fact, Truth.UNKNOWN, said, ask)
    dated = replace(fact, value=f"since {since}", on=since.first)
    if since.last <= on.start.first:
        return stated(dated, Truth.NO, f"{use.drug} was taken before the baseline")
    surely = since.first >= on.start.last
    if surely and seen.since is not None and since.last <= seen.since:
        return stated(dated, Truth.YES, said)
    return stated(dated, Truth.UNKNOWN, said, f"Whether the worsening came after {use.drug}")
