"""What a night is scored with besides its recording and its marks: the arguments of its job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody said of a night when it was added.

    Parameters
    ----------
    left, right : str
        Labels of the leg channels where somebody named them.
    stages : str
        SHA-256 of a list of stages in a file of its own; empty where there is none.
    stages_label : str
        What that file was called.
    epoch_s : float or None
        Length of an epoch of that list in seconds.
    is_immobilization_test : bool
        Whether it is a suggested immobilization test.
    """

    left: str = ""
    right: str = ""
    stages: str = ""
    stages_label: str = ""
    epoch_s: float | None = None
    is_immobilization_test: bool = False

    def as_arguments(self) -> dict[str, Any]:
        """As a job keeps them."""
        return asdict(self)

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Asked:
        """From what a job kept; what an earlier version did not ask is as if not said."""
        return cls(
            **{name: arguments[name] for name in cls.__dataclass_fields__ if name in arguments}
        )
