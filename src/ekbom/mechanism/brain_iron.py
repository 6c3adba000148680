"""Iron behind the barrier: the brain's fluids, and the regions that make and hear dopamine."""

from __future__ import annotations

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body


def uptake(tsat_percent: Array, body: Body) -> Array:
    """Uptake at the barrier by transferrin saturation; 1 at the reference saturation.

    ``J = s / (s + half)``, over its value at the reference.

    Parameters
    ----------
    tsat_percent : array
        Transferrin saturation, per cent.
    body : Body
        Parameters.

    References
    ----------
    Crowe and Morgan 1992 (rat): released from transferrin at the endothelium, one way. The
    half-point is a prior.
    """
    half, reference = body.barrier_half_tsat_percent, body.reference_tsat_percent
    return tsat_percent / (tsat_percent + half) * (reference + half) / reference


def csf_target(
    xp: Namespace, mean_uptake: Array, log_region: Array, shift: Array, body: Body
) -> Array:
    """Where iron of the brain's fluids goes: ``barrier_gain J region^-receptor_feedback``.

    Parameters
    ----------
    xp : namespace
        Array library.
    mean_uptake : array
        Mean of `uptake` over the day.
    log_region : array
        Natural logarithm of regional iron; transferrin receptors rise as it falls.
    shift : array
        The person's own log factor on the passage.
    body : Body
        Parameters.
    """
    return body.barrier_gain * mean_uptake * xp.exp(shift - body.receptor_feedback * log_region)


def region_outflow(xp: Namespace, log_region: Array, body: Body) -> Array:
    """Rate at which a region gives iron back: ``region^region_iron_saving / region_iron_time_d``.

    ``d region / dt = (csf - region^(1 + saving)) / time``: efflux falls faster than iron itself.

    Parameters
    ----------
    xp : namespace
        Array library.
    log_region : array
        Natural logarithm of regional iron.
    body : Body
        Parameters.

    Returns
    -------
    array
        Per day.

    References
    ----------
    Lopes 2010 (mouse): efflux is lower in deficiency.
    """
    return xp.exp(body.region_iron_saving * log_region) / body.region_iron_time_d


def steady_log_region(xp: Namespace, mean_uptake: Array, shift: Array, body: Body) -> Array:
    """Logarithm of regional iron at rest: both targets met at once.

    ``log region = (log(gain J) + shift) / (1 + saving + feedback)``.

    Parameters
    ----------
    xp : namespace
        Array library.
    mean_uptake : array
        See `uptake`.
    shift : array
        The person's own log factor.
    body : Body
        Parameters.
    """
    passage = xp.log(body.barrier_gain * mean_uptake) + shift
    return passage / (1 + body.region_iron_saving + body.receptor_feedback)


def log_labile(xp: Namespace, csf: Array, region: Array, body: Body) -> Array:
    """Logarithm of the iron that enzymes and receptors feel.

    ``labile_share log csf + (1 - labile_share) log region``: part of it follows the fluids within
    weeks, part the slow pool that imaging sees. Severity after an infusion moves faster than
    regional iron could.

    Parameters
    ----------
    xp : namespace
        Array library.
    csf, region : array
        Iron of the fluids and of the regions.
    body : Body
        Parameters.
    """
    return body.labile_share * xp.log(csf) + (1 - body.labile_share) * xp.log(region)
