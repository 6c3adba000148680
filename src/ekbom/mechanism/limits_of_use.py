"""What the model may say and may not say: a sentence that every output bears."""

from __future__ import annotations

from dataclasses import dataclass

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelStatement

SECTIONS = ("model-statements",)
_IN_SHORT = "in-short"
_TO_A_PATIENT = "in-short-to-a-patient"


@dataclass(frozen=True, slots=True)
class LimitsOfUse:
    """What the model may and may not say.

    Parameters
    ----------
    in_short : str
        The sentence every output bears.
    to_a_patient : str
        The same in plain words.
    may, may_not : tuple of str
        One statement each.
    """

    in_short: str
    to_a_patient: str
    may: tuple[str, ...]
    may_not: tuple[str, ...]

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> LimitsOfUse:
        """From the knowledge base.

        Parameters
        ----------
        knowledge : KnowledgeBase
            With the sections of `SECTIONS`.
        """
        statements = knowledge.of(ModelStatement)
        return cls(
            statements[_IN_SHORT].says,
            statements[_TO_A_PATIENT].says,
            tuple(s.says for s in statements.values() if s.kind == "may"),
            tuple(s.says for s in statements.values() if s.kind == "may-not"),
        )
