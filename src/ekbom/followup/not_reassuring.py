"""Where augmentation or a sign of it is there, no outcome reassures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ekbom.assessment.findings import Finding
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Truth

# Words of these say to a patient that things are better, or stay so.
_REASSURING = ("R-OUT-01", "R-OUT-03", "R-OUT-08")
_TARGET = "target:irls-reduced"
# Of these a clinician reads a success.
_SUCCESSES = (*_REASSURING, "R-OUT-05")


@dataclass(frozen=True, slots=True)
class Alarm:
    """The criteria of augmentation, or a sign of it, that hold.

    Parameters
    ----------
    conclusion : Conclusion
        Which of them.
    state : str
        The same in a few words.
    caveat : Caveat
        What it means for a score that looks good.
    """

    conclusion: Conclusion
    state: str
    caveat: Caveat


_ALARMS = {
    "augmentation": (
        "the criteria of augmentation are met",
        Caveat(
            "augmentation-criteria-met",
            "The criteria of augmentation are met; a score below the baseline does not undo it.",
        ),
    ),
    "R-AUG-02": (
        "an early sign of augmentation is there",
        Caveat(
            "augmentation-sign",
            "An early sign of augmentation is there; a score below the baseline does not undo it.",
        ),
    ),
}


def alarm(known: Mapping[str, Conclusion]) -> Alarm | None:
    """The criteria of augmentation, else a sign of it, where one holds.

    Parameters
    ----------
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    for id, (state, caveat) in _ALARMS.items():
        if id in known and known[id].truth is Truth.YES:
            return Alarm(known[id], state, caveat)
    return None


def sobered(finding: Finding, raised: Alarm | None) -> Finding:
    """A finding that something is better, with what stands against it; no word that reassures.

    Parameters
    ----------
    finding : Finding
        Of the outcomes or targets.
    raised : Alarm or None
        As `alarm` gives it.
    """
    conclusion = finding.conclusion
    if raised is None or conclusion.truth is not Truth.YES:
        return finding
    if conclusion.rule in _REASSURING or conclusion.id == _TARGET:
        finding = replace(finding, words=Words(finding.words.clinician))
    if conclusion.rule in _SUCCESSES or conclusion.id == _TARGET:
        finding = replace(finding, conclusion=conclusion.with_caveat(raised.caveat))
    return finding
