"""Who is spoken to, and what of an assessment may be shown to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from ekbom.assessment.assess import Assessment
from ekbom.assessment.changes import Changes
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.education import Topic
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.logic import Missing, Truth
from ekbom.patient.patient import Patient
from ekbom.report.assessment.wording import (
    OWN,
    PATIENT_HEADINGS,
    edition_text,
    entered_text,
    fact_text,
    section_text,
    within_sentence,
)

Mode = Literal["clinician", "patient"]
MODES: Final[tuple[Mode, ...]] = ("clinician", "patient")

RED_FLAGS: Final = "red-flags"
# So many questions a patient meets at once; the others fold away.
N_ASKED: Final = 12
# Rules that say whether everything was asked: not flags themselves, and unknown speaks too.
ASKED_RULES: Final = frozenset({"R-RF-02", "R-RF-03"})
# The words of these records say what holds where the thing is present; to a patient they are
# said only then.
_SAID_IF_PRESENT = frozenset({RED_FLAGS, "mimics", "drivers"})
# Its words speak of "this", a feature that only the name for clinicians tells.
_WITHOUT_SUBJECT = frozenset({"R-DX-09"})

CLINICIAN_USE: Final = (
    "This assessment informs professionals. It sets recorded facts beside published criteria and "
    "limits and shows on what each conclusion rests. It is not a diagnosis and not a medical "
    "device."
)
PATIENT_USE: Final = (
    "This page is for reading and for talking with your doctor. It says what is on record and "
    "what published guidance says about it. It cannot say what you have, and it does not replace "
    "a visit."
)
OLDER_GUIDANCE: Final = (
    "This page was made with older guidance on purpose. Newer guidance exists and may say "
    "something else."
)
OF_A_CHILD: Final = (
    "This page is about a child. Where it says you, the child is meant; please go through it "
    "together, and leave out what does not suit the child's age."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An assessment with what is needed to show it.

    Parameters
    ----------
    assessment : Assessment
        What was concluded.
    patient : Patient
        The record as of the day.
    knowledge : KnowledgeBase
        The base it was made with.
    changes : Changes or None
        What the newest editions would change; None where they made it.
    """

    assessment: Assessment
    patient: Patient
    knowledge: KnowledgeBase
    changes: Changes | None = None


# The two conclusions everything else hangs on.
_DIAGNOSTIC_STATE, _IRON_STATUS = "R-DX-06", "iron-status"
LEADING: Final = frozenset({_DIAGNOSTIC_STATE, _IRON_STATUS})
_SCALES, _CHILD = "R-SEV-01", "R-POP-01:child"
_ESSENTIAL = frozenset(f"R-DX-{number:02d}" for number in range(1, 6))
# Told beside the status of iron, which may be open for another reason.
_TOLD_WITH_IRON = frozenset({"iron-low", "R-FE-14"})

# What is missing --------------------------------------------------------------------------------


# What the state of the criteria waits for comes first, then that of iron, then the list of
# medicines (without it none is ruled out) and the leading scale, then course, consequence and
# look-alikes.
_ASKED_EARLY = {
    _DIAGNOSTIC_STATE: 0,
    _IRON_STATUS: 1,
    "R-FE-00": 1,
    "R-SEV-01:irls": 2,
    "R-DX-07:chronic-persistent": 3,
    "R-DX-08": 3,
}
_MEDICATION_LIST, _MEDICATION_RANK = "question:medication-list-complete", 2
_SECTIONS_EARLY = {"mimics": 3}
_ASKED_LATE = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that is not known, the conclusions that wait for it, and their sections."""

    missing: Missing
    waiting: tuple[str, ...]
    sections: tuple[str, ...]


def wanted(assessment: Assessment) -> tuple[Wanted, ...]:
    """What is missing, by what waits for it: criteria, iron, medicines, look-alikes, the rest.

    Among equals the one that more conclusions wait for comes first, and a question before a
    whole condition. Red flags are left out: they
    stand above all of it anyway.
    """
    asks: dict[str, Missing] = {}
    waiting: dict[str, dict[str, None]] = {}
    sections: dict[str, dict[str, None]] = {}
    rank: dict[str, int] = {}
    for section in assessment.sections:
        for finding in section if section.id != RED_FLAGS else ():
            for missing in finding.conclusion.all_missing():
                key = missing.key
                # Rules ask for one thing in several ways; the shortest is the plainest.
                asks[key] = min(asks.get(key, missing), missing, key=lambda one: len(one.ask))
                waiting.setdefault(key, {})[finding.name] = None
                sections.setdefault(key, {})[section_text(section)] = None
                rank[key] = min(rank.get(key, _ASKED_LATE), _rank(missing, finding, section))
    order = sorted(
        asks, key=lambda key: (rank[key], -len(waiting[key]), key.startswith("condition:"))
    )
    return tuple(Wanted(asks[k], tuple(waiting[k]), tuple(sections[k])) for k in order)


def _rank(missing: Missing, finding: Finding, section: Section) -> int:
    if missing.key == _MEDICATION_LIST:
        return _MEDICATION_RANK
    by_section = _SECTIONS_EARLY.get(section.id, _ASKED_LATE)
    return _ASKED_EARLY.get(finding.conclusion.id, by_section)


# Where we stand ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lead:
    """What a reader has to know before anything else.

    Parameters
    ----------
    raised, open_flags : tuple of Finding
        Red flags that hold, and those nobody has asked about.
    flags_assessed : bool
        Whether red flags were looked for at all.
    diagnosis, iron_status : Finding or None
        The state of the criteria and of iron.
    essential : tuple of Finding
        The essential criteria, one by one.
    mimics, drivers, severity : tuple of Finding
        What holds of each.
    iron : tuple of Finding
        What holds beside the status: low iron, anaemia.
    wanted : tuple of Wanted
        What is missing, most wanted first.
    """

    raised: tuple[Finding, ...]
    open_flags: tuple[Finding, ...]
    flags_assessed: bool
    diagnosis: Finding | None
    essential: tuple[Finding, ...]
    iron_status: Finding | None
    mimics: tuple[Finding, ...]
    drivers: tuple[Finding, ...]
    iron: tuple[Finding, ...]
    severity: tuple[Finding, ...]
    wanted: tuple[Wanted, ...]


def lead(assessment: Assessment) -> Lead:
    """What a reader has to know first."""
    flags = _section(assessment, RED_FLAGS)
    return Lead(
        raised=tuple(f for f in _of(flags, Truth.YES) if f.conclusion.id not in ASKED_RULES),
        open_flags=_of(flags, Truth.UNKNOWN),
        flags_assessed=bool(flags),
        diagnosis=_found(assessment, _DIAGNOSTIC_STATE),
        essential=tuple(f for f in assessment.findings() if f.conclusion.id in _ESSENTIAL),
        iron_status=_found(assessment, _IRON_STATUS),
        mimics=_of(_section(assessment, "mimics"), Truth.YES),
        drivers=_of(_section(assessment, "drivers"), Truth.YES),
        iron=tuple(
            f
            for f in _of(_section(assessment, "iron"), Truth.YES)
            if f.conclusion.id in _TOLD_WITH_IRON
        ),
        severity=tuple(map(_short_scale, _of(_section(assessment, "severity"), Truth.YES))),
        wanted=wanted(assessment),
    )


def _short_scale(finding: Finding) -> Finding:
    """A scale by its short name: what it asks stands in its section."""
    is_scale = finding.conclusion.rule == _SCALES
    return replace(finding, name=finding.name.partition(":")[0]) if is_scale else finding


def essential_text(found: Lead) -> str:
    """The essential criteria by number: ``1, 2, 3, 4 yes; 5 unknown``."""
    numbers = {
        truth: [str(k) for k, f in enumerate(found.essential, 1) if f.conclusion.truth is truth]
        for truth in (Truth.YES, Truth.UNKNOWN, Truth.NO)
    }
    said = [f"{', '.join(which)} {truth}" for truth, which in numbers.items() if which]
    return f"Essential criteria: {'; '.join(said)}." if said else ""


def grounds(finding: Finding) -> str:
    """What of the record a driver rests on, in a few words: ``sertraline``, ``mother``."""
    facts = [leaf.fact for leaf in finding.conclusion.deciding_leaves() if leaf.fact is not None]
    said = [
        f"{fact.name} {fact_text(fact)}" if isinstance(fact.value, float) else str(fact.value)
        for fact in facts
        if fact.value not in (None, "yes", "no")
    ]
    return ", ".join(dict.fromkeys(said))


def limit_notes(finding: Finding) -> tuple[str, ...]:
    """What the editions that answered say of their own limits on the values that decided."""
    limits = [
        leaf.limit
        for leaf in finding.conclusion.deciding_leaves()
        if leaf.limit is not None and leaf.fact is not None and leaf.fact.key.startswith("lab:")
    ]
    noted = [limit for limit in limits if limit.note and not limit.edition.startswith(OWN)]
    return tuple(dict.fromkeys(f"{edition_text(one.edition)}: {one.note}" for one in noted))


def _found(assessment: Assessment, conclusion_id: str) -> Finding | None:
    return next((f for f in assessment.findings() if f.conclusion.id == conclusion_id), None)


def _section(assessment: Assessment, section_id: str) -> tuple[Finding, ...]:
    return next((s.findings for s in assessment.sections if s.id == section_id), ())


def _of(findings: tuple[Finding, ...], truth: Truth) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.conclusion.truth is truth)


# What a patient may be shown --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatientPart:
    """A heading and what is said under it."""

    id: str
    heading: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientView:
    """Everything a patient is shown; there is no way from here to the words for clinicians.

    Parameters
    ----------
    first : tuple of str
        What must not wait.
    guidance : str
        That the page is about a child, that older guidance was used; empty where neither holds.
    parts : tuple of PatientPart
        What is said, in order.
    facts : tuple of tuple of str
        What is on record: name, value, day.
    asked_first, asked : tuple of str
        Questions nobody has answered yet, in plain words: those that must not wait, and the
        others, most wanted first.
    tests : tuple of str
        Tests without a result on record, by name.
    topics : tuple of Topic
        To read on: for everyone, and what fits what holds.
    """

    first: tuple[str, ...]
    guidance: str
    parts: tuple[PatientPart, ...]
    facts: tuple[tuple[str, str, str], ...]
    asked_first: tuple[str, ...]
    asked: tuple[str, ...]
    tests: tuple[str, ...]
    topics: tuple[Topic, ...]


def patient_view(shown: Shown) -> PatientView:
    """What a patient may be shown of an assessment."""
    knowledge = shown.knowledge
    parts = tuple(part for s in shown.assessment.sections for part in _patient_part(s))
    missing = [one.missing for one in wanted(shown.assessment)]
    # Where a rule has words for what was not asked, they name it all, and more urgently.
    silent = [f for f in lead(shown.assessment).open_flags if not _speaks(f, RED_FLAGS)]
    urgent = [missing for f in silent for missing in f.conclusion.all_missing()]
    asked_first = _questions(urgent, knowledge)
    return PatientView(
        first=tuple(says for part in parts if part.id == RED_FLAGS for says in part.says),
        guidance=_guidance(shown),
        parts=tuple(part for part in parts if part.id != RED_FLAGS),
        facts=tuple(recorded_facts(shown.patient, knowledge)),
        asked_first=asked_first,
        asked=tuple(q for q in _questions(missing, knowledge) if q not in asked_first),
        tests=tuple(_tests(missing, knowledge)),
        topics=fitting_topics(shown.assessment, knowledge),
    )


def _guidance(shown: Shown) -> str:
    child = _found(shown.assessment, _CHILD)
    said = (
        OF_A_CHILD if child is not None and child.conclusion.truth is Truth.YES else "",
        "" if shown.changes is None else OLDER_GUIDANCE,
    )
    return " ".join(part for part in said if part)


def _patient_part(section: Section) -> Iterator[PatientPart]:
    kept = [section.summary.patient] if section.summary.patient else []
    for finding in section:
        told = any(finding.words.patient in text for text in kept)
        if _speaks(finding, section.id) and not told:
            kept.append(finding.words.patient)
    if kept:
        heading = PATIENT_HEADINGS.get(section.id, section.title)
        yield PatientPart(section.id, heading, tuple(kept))


def _speaks(finding: Finding, section_id: str) -> bool:
    """Whether a finding has something to say to a patient."""
    holds = finding.conclusion.truth is Truth.YES
    if finding.conclusion.rule in _WITHOUT_SUBJECT:
        return False
    of_rule = section_id not in _SAID_IF_PRESENT or finding.conclusion.id in ASKED_RULES
    return bool(finding.words.patient) and (holds or of_rule)


def _questions(missing: list[Missing], knowledge: KnowledgeBase) -> tuple[str, ...]:
    asked = knowledge.of(Question)
    ids = [m.key.partition(":")[2] for m in missing if m.key.startswith("question:")]
    words = [asked[id].ask_patient for id in ids if id in asked]
    return tuple(dict.fromkeys(text for text in words if text))


def _tests(missing: list[Missing], knowledge: KnowledgeBase) -> Iterator[str]:
    known = knowledge.of(Analyte)
    for one in missing:
        kind, _, name = one.key.partition(":")
        if kind == "lab" and name in known:
            yield within_sentence(known[name].name)


def fitting_topics(assessment: Assessment, knowledge: KnowledgeBase) -> tuple[Topic, ...]:
    """Topics for everyone, and those that fit a conclusion that holds."""
    holding = {f.conclusion.id for f in assessment.findings() if f.conclusion.truth is Truth.YES}
    return tuple(
        topic
        for topic in knowledge.of(Topic).values()
        if topic.for_everyone or not holding.isdisjoint(topic.fits)
    )


def recorded_facts(patient: Patient, knowledge: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    """Results, questionnaires, medicines and conditions as recorded; never a dose."""
    for draw in reversed(patient.draws):
        for analyte_id, result in draw.results.items():
            name = knowledge.record(Analyte, analyte_id).name
            yield name, entered_text(result.entered), draw.on.isoformat()
    for filled in patient.questionnaires:
        if filled.total is not None:
            name = knowledge.record(Instrument, filled.instrument).name
            yield name, f"{filled.total:g} points", filled.on.isoformat()
    for use in patient.medications:
        since = "" if use.started is None else f"since {use.started}"
        yield use.drug, "taken" if use.stopped is None else f"until {use.stopped}", since
    for fact in patient.conditions:
        name = knowledge.record(Condition, fact.condition).name
        value = "on record" if fact.present else "looked for, not found"
        yield name, value, str(fact.since)
