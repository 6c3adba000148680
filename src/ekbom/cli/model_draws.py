"""The sets of parameters a verb runs the model with, and where they come from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.mechanism.draws import Draws


def draws_of(
    knowledge: KnowledgeBase, variant: str | None, n: int, seed: int, *, from_prior: bool = False
) -> Draws:
    """Sets of parameters on file; what was not asked for is said on stderr.

    Parameters
    ----------
    knowledge, variant, n, seed, from_prior
        See `ekbom.interop.model_draws.draws_on_file`.
    """
    from ekbom.interop.model_draws import draws_on_file

    found = draws_on_file(knowledge, variant, n, seed, from_prior=from_prior)
    if found.kind == "prior" and not from_prior:
        print(
            "ekbom: parameters are drawn from the prior: no fit to trials is on file for "
            f"{found.variant}",
            file=sys.stderr,
        )
    return found
