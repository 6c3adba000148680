"""Augmentation: the hazard that long exposure to an agonist turns on its taker."""

from __future__ import annotations

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body

# Keeps the logarithm finite where no agonist is taken.
_NO_OCCUPANCY = 1e-12


def hazard_per_d(
    xp: Namespace, agonist_occupancy: Array, d1: Array, log_iron: Array, body: Body
) -> Array:
    """Hazard of meeting the criteria of augmentation.

    ``h = augmentation_per_d occ^n exp(b (d1 - 1)) iron^-c + augmentation_false_per_d``. The
    last term is the floor seen on placebo: criteria are also met by people on no agonist.

    Parameters
    ----------
    xp : namespace
        Array library.
    agonist_occupancy : array
        Mean share of D2/D3 receptors held by agonist.
    d1 : array
        D1 signalling.
    log_iron : array
        Natural logarithm of the iron that dopamine feels; see `brain_iron.log_labile`.
    body : Body
        Parameters.

    Returns
    -------
    array
        Per day.

    References
    ----------
    Floor: Hogl 2011 (6 per cent of placebo in 26 weeks). Form and links: assumptions.
    """
    log_hazard = (
        body.augmentation_occupancy_power * xp.log(agonist_occupancy + _NO_OCCUPANCY)
        + body.augmentation_d1 * (d1 - 1)
        - body.augmentation_iron * log_iron
    )
    return body.augmentation_per_d * xp.exp(log_hazard) + body.augmentation_false_per_d
