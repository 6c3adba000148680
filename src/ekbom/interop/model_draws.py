"""The sets of parameters a model is run with: the posterior on file, else the prior."""

from __future__ import annotations

import numpy as np

from ekbom.interop import posterior_files
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.parameters import DEFAULT_VARIANT, Priors

# Keeps the chance of parameters apart from that of people and of what differs between them.
_STREAM = 77


def draws_on_file(
    knowledge: KnowledgeBase, variant: str | None, n: int, seed: int, *, from_prior: bool = False
) -> Draws:
    """Sets of parameters from the posterior; from the prior where it is asked for or none is there.

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

    Returns
    -------
    Draws
        Their ``kind`` says where they are from.
    """
    priors = Priors.of(knowledge, variant or DEFAULT_VARIANT)
    on_file = posterior_files.folder().is_dir() and posterior_files.posterior_variants()
    if not from_prior and on_file and priors.variant.id in on_file:
        posterior = posterior_files.posterior_draws(priors.variant.id)
        return posterior.first(min(n, len(posterior)))
    return prior_draws(priors, n, np.random.default_rng((seed, _STREAM)))
