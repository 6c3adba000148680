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


def logit_of_wake_min(xp: Namespace, awake_min: Array, night_min: Array) -> Array:
    """The inverse of `wake_min`; nights awake or asleep throughout are held just inside.

    Parameters
    ----------
    xp : namespace
        Array library.
    awake_min, night_min : array
        Minutes awake after sleep onset, and from lights off to lights on.
    """
    share = awake_min / night_min
    share = xp.where(share < _LEAST_SHARE, _LEAST_SHARE, share)
    return logit(xp, xp.where(share > 1 - _LEAST_SHARE, 1 - _LEAST_SHARE, share))


def wake_min(xp: Namespace, value: Array, night_min: Array) -> Array:
    """Minutes awake after sleep onset: ``night logistic(value)``.

    Parameters
    ----------
    xp : namespace
        Array library.
    value : array
        Logit of the share of the night awake: the person's offset and `wake_logit`.
    night_min : array
        Minutes from lights off to lights on.
    """
    return night_min * logistic(xp, value)


def awakenings(
    xp: Namespace, start: Array, awake_min: Array, awake_start_min: Array, body: Body
) -> Array:
    """Number of awakenings: ``start (waking / waking at the start)^awakenings_slope``.

    Parameters
    ----------
    xp : namespace
        Array library.
    start : array
        Awakenings at the start.
    awake_min, awake_start_min : array
        Minutes awake after sleep onset, now and at the start.
    body : Body
        Parameters.
    """
    return start * xp.exp(body.awakenings_slope * xp.log(awake_min / awake_start_min))
