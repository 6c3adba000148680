"""Sleep: how long one lies awake, and how often one wakes."""

from __future__ import annotations

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.excitability import logistic, logit
from ekbom.mechanism.parameters import Body

_PER_HUNDRED = 100
_LEAST_SHARE = 1e-3


def wake_logit(
    striatal: Array, plms_index: Array, ligand: Array, opioid: Array, body: Body
) -> Array:
    """Drive to wake after sleep onset, up to the person's own offset.

    ``a S + b M / 100 - c L - d O``: night's striatal drive S, movements an hour M, shares L and O
    of the full effect of an alpha-2-delta ligand and of an opioid. Dopamine agonists abolish
    movements but mend sleep little, alpha-2-delta ligands the reverse; so movements weigh little
    here, and ligands act by themselves.

    Parameters
    ----------
    striatal, plms_index, ligand, opioid : array
        As above, means over the night.
    body : Body
        Parameters.

    References
    ----------
    The dissociation: crossover of pregabalin, pramipexole and placebo, held out of the fit.
    """
    return (
        body.wake_striatal * striatal
        + body.wake_movements * plms_index / _PER_HUNDRED
        - body.wake_alpha2delta * ligand
        - body.wake_opioid * opioid
    )


def wake_share(xp: Namespace, start_min: Array, night_min: Array) -> Array:
    """Logit of the share of the night lain awake at the start."""
    share = start_min / night_min
    share = xp.where(share < _LEAST_SHARE, _LEAST_SHARE, share)
    return logit(xp, xp.where(share > 1 - _LEAST_SHARE, 1 - _LEAST_SHARE, share))


def wake_min(xp: Namespace, value: Array, night_min: Array) -> Array:
    """Minutes awake after sleep onset."""
    return night_min * logistic(xp, value)


def awakenings(xp: Namespace, start: Array, wake: Array, wake_start: Array, body: Body) -> Array:
    """Number of awakenings: follows waking time by a power."""
    return start * xp.exp(body.awakenings_slope * xp.log(wake / wake_start))
