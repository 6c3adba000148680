"""The sets of parameters a verb runs the model with, and where they come from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ekbom.knowledge.base import KnowledgeBase
    from ekbom.mechanism.draws import Draws

# Keeps the chance of parameters apart from that of people and of what differs between them.
_STREAM = 77


def draws_of(
    knowledge: KnowledgeBase, variant: str | None, n: int, seed: int, *, from_prior: bool = False
) -> Draws:
    """Sets of parameters from the posterior; from the prior where it is asked for or none is there.

    What was not asked for is said on stderr.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the parameters and variants of the model.
    variant : str or None
        Structure; None for the default.
    n : int
        How many.
    seed : int
        Of the prior's draws.
    from_prior : bool
        Whether the prior is asked for.
    """
    import numpy as np

    from ekbom.interop.posterior_files import folder, posterior_draws, posterior_variants
    from ekbom.mechanism.draws import prior_draws
    from ekbom.mechanism.parameters import DEFAULT_VARIANT, Priors

    priors = Priors.of(knowledge, variant or DEFAULT_VARIANT)
    if not from_prior:
        if folder().is_dir() and priors.variant.id in posterior_variants():
            posterior = posterior_draws(priors.variant.id)
            return posterior.first(min(n, len(posterior)))
        print(
            "ekbom: parameters are drawn from the prior: no fit to trials is on file for "
            f"{priors.variant.id}",
            file=sys.stderr,
        )
    return prior_draws(priors, n, np.random.default_rng((seed, _STREAM)))
