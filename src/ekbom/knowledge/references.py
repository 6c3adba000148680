"""Checks that everything a knowledge file names exists, and may be used as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.clinic import Condition, Question, WorkUpTest
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.education import Topic
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.outcomes import Check
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.treatment import Action

# Kinds of facts a line may name, and the records they are ids of.
FACT_KINDS: Mapping[str, type | None] = {
    "question": Question,
    "condition": Condition,
    "drug-class": DrugClass,
    "drug": None,
    "conclusion": None,
}
# Kinds of things with a dated value, and the records they are ids of.
MEASURED_KINDS: Mapping[str, type | None] = {
    "question": Question,
    "lab": Analyte,
    "questionnaire": Instrument,
    "night": None,
    "weight": None,
    "diary": None,
}


def check_references(file: YamlFile, base: KnowledgeBase) -> None:
    """Refuse a file that names a source, edition, claim, question or test that is not there.

    A source may not be retracted, and a claim listed under ``claims`` must be one that may
    drive an output; superseded, unverified, rejected and quarantined ones stand under
    ``history``. A kind that was not loaded is not checked.

    Raises
    ------
    KnowledgeError
        With file and line.
    """
    for path in file.lines:
        if not path:
            continue
        in_list = isinstance(path[-1], int) and len(path) > 1
        check = _CHECKS.get((path[-2], "item") if in_list else (path[-1], "value"))
        named = None if check is None else file.at(path)
        if check is not None and named is not None:
            check(str(named), file, path, base)
        if _is_edition_key(path):
            _check_edition(str(path[-1]), file, path, base)


def _is_edition_key(path: Path) -> bool:
    return len(path) == 2 and path[0] == "editions"


def _check_source(source_id: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    if source_id not in base.sources:
        expected = "the id of a file under sources/"
        raise file.fault(f"unknown source {source_id!r}", path, expected=expected)
    if base.sources[source_id].retracted:
        expected = "a source that has not been retracted"
        raise file.fault(f"source {source_id!r} is retracted", path, expected=expected)


def _check_edition(edition_id: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    if edition_id not in base.editions:
        expected = f"one of: {', '.join(sorted(base.editions))}"
        raise file.fault(f"unknown edition {edition_id!r}", path, expected=expected)


def _check_driving_claim(claim_id: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    _check_claim(claim_id, file, path, base)
    claim = base.of(Claim).get(claim_id)
    if claim is not None and not claim.may_drive:
        raise file.fault(
            f"claim {claim_id} is {claim.status}",
            path,
            expected="a current or contested claim; list this one under 'history'",
        )


def _check_claim(claim_id: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    _check_record(Claim, claim_id, file, path, base)


def _check_fact(fact: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    kind, _, fact_id = fact.partition(":")
    if kind not in FACT_KINDS or not fact_id:
        expected = f"one of {', '.join(FACT_KINDS)}, a colon and an id"
        raise file.fault(f"fact is {fact!r}", path, expected=expected)
    record_kind = FACT_KINDS[kind]
    if record_kind is not None:
        _check_record(record_kind, fact_id, file, path, base)
    elif kind == "drug":
        _check_drug(fact_id, file, path, base)


def _check_measured(fact: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    # The measure of an effect is told in words.
    if path[-1] == "measure" and not file.name.startswith("targets/"):
        return
    kind, _, fact_id = fact.partition(":")
    if kind not in MEASURED_KINDS or not fact_id:
        expected = f"one of {', '.join(MEASURED_KINDS)}, a colon and an id"
        raise file.fault(f"{fact!r} has no dated value", path, expected=expected)
    record_kind = MEASURED_KINDS[kind]
    if record_kind is not None:
        _check_record(record_kind, fact_id, file, path, base)


def _check_drug(name: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    classes = base.of(DrugClass).values()
    if classes and not any(drug.name == name for c in classes for drug in c.members):
        raise file.fault(f"unknown {name!r}", path, expected="an ingredient of a file of drugs/")


def _check_parameter(name: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    if name and name.partition("/")[0] in base.sections and name not in base.parameters:
        raise file.fault(f"unknown {name!r}", path, expected="the id of a parameter")


def _check_record(
    kind: type, record_id: str, file: YamlFile, path: Path, base: KnowledgeBase
) -> None:
    known: Mapping[str, object] = base.of(kind)
    if record_id and known and record_id not in known:
        expected = f"the id of a {kind.__name__.lower()}"
        raise file.fault(f"unknown {record_id!r}", path, expected=expected)


def _check_question(asked: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
    # The question of a topic is a sentence, not an id.
    if not file.name.startswith("education/"):
        _check_record(Question, asked, file, path, base)


def _refers_to(kind: type) -> Callable[[str, YamlFile, Path, KnowledgeBase], None]:
    def check(record_id: str, file: YamlFile, path: Path, base: KnowledgeBase) -> None:
        _check_record(kind, record_id, file, path, base)

    return check


# By key: what its value, or each item of its list, has to be.
_CHECKS: Mapping[tuple[object, str], Callable[[str, YamlFile, Path, KnowledgeBase], None]] = {
    ("source", "value"): _check_source,
    ("supersedes", "value"): _check_edition,
    ("variant_of", "value"): _check_edition,
    ("edition", "value"): _check_edition,
    ("superseded_by", "value"): _check_edition,
    ("since_edition", "value"): _check_edition,
    ("claims", "item"): _check_driving_claim,
    ("history", "item"): _check_claim,
    ("fact", "value"): _check_fact,
    ("settled_by", "item"): _check_fact,
    ("question", "value"): _check_question,
    ("historic_question", "value"): _refers_to(Question),
    ("questions", "item"): _refers_to(Question),
    ("analytes", "item"): _refers_to(Analyte),
    ("tests", "item"): _refers_to(WorkUpTest),
    ("confirm", "item"): _refers_to(WorkUpTest),
    ("exposures", "item"): _refers_to(DrugClass),
    ("classes", "item"): _refers_to(DrugClass),
    ("implies", "item"): _refers_to(Condition),
    ("contradiction", "value"): _refers_to(Contradiction),
    ("see", "item"): _refers_to(Topic),
    ("action", "value"): _refers_to(Action),
    ("checks", "item"): _refers_to(Check),
    ("drug", "value"): _check_drug,
    ("drugs", "item"): _check_drug,
    ("done_by", "item"): _check_measured,
    ("measure", "value"): _check_measured,
    ("parameter", "value"): _check_parameter,
    ("first_after", "value"): _check_parameter,
    ("every", "value"): _check_parameter,
}
