"""Draws: sets of parameters from the prior or the posterior; no output stands on one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.mechanism.parameters import Priors


@dataclass(frozen=True, slots=True)
class Draws:
    """Sets of parameters.

    Parameters
    ----------
    variant : str
        Id of the structure they belong to.
    kind : str
        ``prior`` or ``posterior``.
    ids : tuple of str
        Ids of the parameters that are drawn.
    scores : array, shape (n, len(ids))
        Standard scores: distance from the prior median in prior standard deviations.
    about : Mapping of str to str
        Where they come from: seed, hash of the data, script.
    """

    variant: str
    kind: Literal["prior", "posterior"]
    ids: tuple[str, ...]
    scores: NDArray[np.float64]
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        """How many."""
        return len(self.scores)

    def by_id(self) -> dict[str, NDArray[np.float64]]:
        """Scores by parameter id, each shape (n,)."""
        return dict(zip(self.ids, self.scores.T, strict=True))

    def first(self, n: int) -> Draws:
        """The first so many.

        Raises
        ------
        UsageError
            There are fewer.
        """
        if not 0 < n <= len(self):
            raise UsageError(
                f"{n} draws",
                expected=f"from 1 to {len(self)}, as many as there are on file",
                what_to_do="Take fewer; only from the prior can any number be drawn.",
            )
        return Draws(self.variant, self.kind, self.ids, self.scores[:n], self.about)


def prior_draws(priors: Priors, n: int, rng: np.random.Generator) -> Draws:
    """Independent draws from the priors.

    Parameters
    ----------
    priors : Priors
        Of one variant.
    n : int
        How many.
    rng : numpy.random.Generator
        Source of chance.
    """
    ids = tuple(record.id for record in priors.uncertain)
    return Draws(priors.variant.id, "prior", ids, rng.standard_normal((n, len(ids))))
