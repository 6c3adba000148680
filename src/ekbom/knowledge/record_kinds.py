"""Which kind of record each folder of the knowledge base holds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.clinic import (
    Condition,
    CriteriaSet,
    Driver,
    Mimic,
    Question,
    RedFlag,
    WorkUpTest,
)
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.education import Gene, Habit, NeverSay, Risk, Topic
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.mechanism import (
    ModelCourse,
    ModelParameter,
    ModelStatement,
    ModelVariant,
    Trial,
)
from ekbom.knowledge.outcomes import Check, Target
from ekbom.knowledge.records import InForce, Rule
from ekbom.knowledge.treatment import Action, Block, Dose, Phase, Recommendation

RECORD_KINDS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "claims": Claim,
        "contradictions": Contradiction,
        "rules": Rule,
        "in-force": InForce,
        "criteria": CriteriaSet,
        "questions": Question,
        "conditions": Condition,
        "mimics": Mimic,
        "drivers": Driver,
        "drugs": DrugClass,
        "labs": Analyte,
        "instruments": Instrument,
        "work-up": WorkUpTest,
        "red-flags": RedFlag,
        "risks": Risk,
        "habits": Habit,
        "genes": Gene,
        "education": Topic,
        "never-say": NeverSay,
        "actions": Action,
        "recommendations": Recommendation,
        "doses": Dose,
        "blocks": Block,
        "phases": Phase,
        "targets": Target,
        "checks": Check,
        "model-courses": ModelCourse,
        "model-parameters": ModelParameter,
        "model-statements": ModelStatement,
        "model-variants": ModelVariant,
        "trials": Trial,
    }
)
