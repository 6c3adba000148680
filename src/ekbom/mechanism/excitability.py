"""Excitability: the spinal drive that moves the legs, the striatal drive that is felt."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body

IRLS_MAX = 40


class Drives(NamedTuple):
    """Both drives at one hour, on the logit scale, before the person's own offset."""

    spinal: Array
    striatal: Array


def drives(
    xp: Namespace,
    wave_now: Array,
    signal_lost: Array,
    d1: Array,
    log_iron: Array,
    gain: Array,
    body: Body,
) -> Drives:
    """Both drives at one hour.

    ``drive = A wave + gain (g log(normal signal / signal) + h log d1 - k log iron)``: the time
    of day, the signal that is missing, the sensitised D1 pathway, and the slot for adenosine and
    glutamate. Spinal and striatal drive share the signal and differ in gain, because movements
    and severity come apart in trials.

    Parameters
    ----------
    xp : namespace
        Array library.
    wave_now : array
        Circadian wave at this hour.
    signal_lost : array
        Logarithm of normal over present receptor signal.
    d1 : array
        D1 signalling.
    log_iron : array
        Natural logarithm of the iron that dopamine feels; see `brain_iron.log_labile`.
    gain : array
        The person's factor on responses.
    body : Body
        Parameters.
    """
    rhythm = body.drive_amplitude * wave_now
    past_dopamine = -body.iron_to_adenosine * log_iron
    log_d1 = xp.log(d1)
    spinal = body.spinal_gain * signal_lost + body.spinal_d1_gain * log_d1
    striatal = body.striatal_gain * signal_lost + body.striatal_d1_gain * log_d1
    return Drives(
        rhythm + gain * (spinal + past_dopamine), rhythm + gain * (striatal + past_dopamine)
    )


class Relief(NamedTuple):
    """What ligands and opioids take from both drives, on the logit scale."""

    spinal: Array
    striatal: Array


def relief(ligand: Array, opioid: Array, gain: Array, body: Body) -> Relief:
    """What alpha-2-delta ligands and opioids take from both drives at one hour.

    ``gain (a ligand + b opioid)``, with a and b of each drive: the person's factor on responses,
    and the most that each class can take.

    Parameters
    ----------
    ligand, opioid : array
        Shares of the full effect; see `pharmacology.saturating`.
    gain : array
        The person's factor on responses.
    body : Body
        Parameters.
    """
    return Relief(
        spinal=gain * (body.alpha2delta_movements * ligand + body.opioid_movements * opioid),
        striatal=gain * (body.alpha2delta_max * ligand + body.opioid_max * opioid),
    )


def logistic(xp: Namespace, value: Array) -> Array:
    """``1 / (1 + exp(-value))``."""
    return 1 / (1 + xp.exp(-value))


def logit(xp: Namespace, share: Array) -> Array:
    """``log(share / (1 - share))``."""
    return xp.log(share / (1 - share))


def severity(xp: Namespace, value: Array) -> Array:
    """Points of the IRLS, 0 to 40: ``40 logistic(value)``."""
    return IRLS_MAX * logistic(xp, value)


def severity_logit(xp: Namespace, irls: Array) -> Array:
    """The inverse of `severity`; ends of the scale are held half a point inside it."""
    inside = xp.where(irls < 0.5, 0.5, irls)
    inside = xp.where(inside > IRLS_MAX - 0.5, IRLS_MAX - 0.5, inside)
    return logit(xp, inside / IRLS_MAX)
