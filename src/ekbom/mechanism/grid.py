"""The hours of a model day at which fast things are looked at, and their weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.arrays import Array, Namespace, difference_of_decays
from ekbom.mechanism.iron import IronConstants
from ekbom.mechanism.parameters import Parameters
from ekbom.mechanism.pharmacology import PATCHES, elimination_per_h, transfer, transfer_of_flow
from ekbom.mechanism.schedule import DAY_H, Layout

# Nodes of a stretch by its length: enough for 1e-4 on exponentials with half-lives of hours.
_NODES = ((1.0, 2), (4.0, 3), (9.0, 4), (16.0, 6), (DAY_H, 8))
HOURS_H = np.arange(24) + 0.5
HOUR_WEIGHTS = np.full(len(HOURS_H), 1 / len(HOURS_H))
MIDNIGHT_H = 12.0


class DrugTable(NamedTuple):
    """How much of a medicine is in the body at each node and at the end of the day.

    Parameters
    ----------
    from_gut, from_central : array
        Per mg in gut or body at the start of the day; shape (nodes + 1, lanes), the end last.
    gut_left : array
        Per mg in the gut at the start, at the end of the day.
    from_slots : array
        Per mg of each slot, or per mg/h of each stretch of a patch; (slots, nodes + 1, lanes).
    gut_left_of_slots : array
        The same in the gut at the end of the day; (slots, lanes).
    """

    from_gut: Array
    from_central: Array
    gut_left: Array
    from_slots: Array
    gut_left_of_slots: Array


class IronTable(NamedTuple):
    """How much iron is in plasma and macrophages at each node and at the end of the day.

    All per mg, with nodes and then the end along the first axis (slots before it): ``plasma_of``
    a source, and ``res_of`` a complex.
    """

    plasma_kept: Array
    plasma_of_flow: Array
    plasma_of_ramp: Array
    plasma_of_flow_slots: Array
    plasma_of_res: Array
    res_kept: Array
    plasma_of_gut: Array
    plasma_of_gut_slots: Array
    gut_kept: Array
    gut_kept_of_slots: Array
    plasma_of_complex: tuple[Array, ...]
    plasma_of_complex_slots: tuple[Array, ...]
    res_of_complex: tuple[Array, ...]
    res_of_complex_slots: tuple[Array, ...]
    complex_kept: tuple[Array, ...]
    complex_kept_of_slots: tuple[Array, ...]


class Tables(NamedTuple):
    """Everything about one set of nodes that no day changes."""

    hours_h: Array
    weights: Array
    drugs: tuple[DrugTable, ...]
    iron: IronTable


def nodes(layout: Layout) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss-Legendre nodes of the day, split at every slot, and their weights.

    Parameters
    ----------
    layout : Layout
        With the slots, hours after noon.

    Returns
    -------
    hours_h, weights : array
        Hours after noon; weights sum to 1.
    """
    cuts = [0.0, *layout.slots_h, DAY_H]
    hours, weights = [], []
    for begin, end in zip(cuts, cuts[1:], strict=False):
        length = end - begin
        if length <= 0:
            continue
        count = next(n for longest, n in _NODES if length <= longest)
        at, weight = np.polynomial.legendre.leggauss(count)
        hours.append(begin + (at + 1) / 2 * length)
        weights.append(weight / 2 * length / DAY_H)
    return np.concatenate(hours), np.concatenate(weights)


def drug_table(
    xp: Namespace, name: str, hours_h: Array, layout: Layout, parameters: Parameters, clear: Array
) -> DrugTable:
    """Table of one medicine at some hours of the day; the end of the day is added.

    Parameters
    ----------
    xp : namespace
        Array library.
    name : str
        The medicine.
    hours_h : array
        Hours after noon.
    layout : Layout
        With the slots.
    parameters : Parameters
        Kinetics.
    clear : array
        Renal clearance relative to healthy kidneys, by lane.
    """
    drug = parameters.drugs[name]
    ka, ke = drug.absorption_per_h, elimination_per_h(drug, clear)
    # At least one lane, so that every table has the same axes.
    ke = xp.reshape(xp.asarray(ke), (-1,))
    at = xp.concatenate([xp.asarray(hours_h), xp.asarray([DAY_H])])[:, None]
    if name in PATCHES:
        starts = np.array([0.0, *layout.slots_h])
        ends = np.array([*layout.slots_h, DAY_H])
        skin, body = _flow_table(xp, ka, ke, at[None], starts, ends)
    else:
        since = at[None] - np.array(layout.slots_h)[:, None, None]
        body = transfer(xp, ka, ke, since)
        skin = xp.where(since[:, -1] > 0, xp.exp(-ka * xp.abs(since[:, -1])), 0.0)
    return DrugTable(
        from_gut=transfer(xp, ka, ke, at),
        from_central=xp.exp(-ke * at),
        gut_left=xp.exp(-ka * at[-1]),
        from_slots=body,
        gut_left_of_slots=skin,
    )


def _flow_table(
    xp: Namespace, ka: Array, ke: Array, at: Array, starts: Array, ends: Array
) -> tuple[Array, Array]:
    skin_on, body_on = transfer_of_flow(xp, ka, ke, at - starts[:, None, None])
    skin_off, body_off = transfer_of_flow(xp, ka, ke, at - ends[:, None, None])
    return (skin_on - skin_off)[:, -1], body_on - body_off


def iron_table(
    xp: Namespace,
    hours_h: Array,
    layout: Layout,
    own: IronConstants,
    parameters: Parameters,
) -> IronTable:
    """Table of plasma and macrophage iron at some hours; the end of the day is added.

    The chain is linear: complex to macrophages to plasma, gut to plasma, and out of plasma.

    Parameters
    ----------
    xp : namespace
        Array library.
    hours_h : array
        Hours after noon.
    layout : Layout
        With slots and complexes.
    own : IronConstants
        Turnover of plasma iron.
    parameters : Parameters
        Rates.
    """
    body = parameters.body
    at = (xp.concatenate([xp.asarray(hours_h), xp.asarray([DAY_H])]) / DAY_H)[:, None]
    slots = np.array(layout.slots_h)[:, None, None] / DAY_H
    since = at[None] - slots
    out = xp.reshape(xp.asarray(own.plasma_per_d), (-1,))
    release, gut = body.res_release_per_d, body.gut_iron_per_d
    share = body.res_to_plasma_share
    return IronTable(
        plasma_kept=xp.exp(-out * at),
        plasma_of_flow=(1 - xp.exp(-out * at)) / out,
        plasma_of_ramp=_ramp(xp, out, at),
        plasma_of_flow_slots=_after(xp, lambda t: (1 - xp.exp(-out * t)) / out, since),
        plasma_of_res=share * release * difference_of_decays(xp, release, out, at),
        res_kept=xp.exp(-release * at),
        plasma_of_gut=gut * difference_of_decays(xp, gut, out, at),
        plasma_of_gut_slots=_after(
            xp, lambda t: gut * difference_of_decays(xp, gut, out, t), since
        ),
        gut_kept=xp.exp(-gut * at[-1]),
        gut_kept_of_slots=_after(xp, lambda t: xp.exp(-gut * t), since)[:, -1],
        **_complex_tables(xp, layout, parameters, out, at, since),
    )


def _complex_tables(
    xp: Namespace, layout: Layout, parameters: Parameters, out: Array, at: Array, since: Array
) -> dict[str, tuple[Array, ...]]:
    """What becomes of each complex, by its half-life."""
    release, share = parameters.body.res_release_per_d, parameters.body.res_to_plasma_share
    rates = [np.log(2) / parameters.drugs[c].half_life_h * DAY_H for c in layout.complexes]
    return {
        "plasma_of_complex": tuple(_chain(xp, k, release, share, out, at) for k in rates),
        "plasma_of_complex_slots": tuple(
            _after(xp, lambda t, k=k: _chain(xp, k, release, share, out, t), since) for k in rates
        ),
        "res_of_complex": tuple(k * difference_of_decays(xp, k, release, at) for k in rates),
        "res_of_complex_slots": tuple(
            _after(xp, lambda t, k=k: k * difference_of_decays(xp, k, release, t), since)
            for k in rates
        ),
        "complex_kept": tuple(xp.exp(-k * at[-1]) for k in rates),
        "complex_kept_of_slots": tuple(
            _after(xp, lambda t, k=k: xp.exp(-k * t), since)[:, -1] for k in rates
        ),
    }


def _after(xp: Namespace, response: Array, since: Array) -> Array:
    """A response after its slot, nothing before it."""
    return xp.where(since > 0, response(xp.where(since > 0, since, 0.0)), 0.0)


def _ramp(xp: Namespace, out: Array, time_d: Array) -> Array:
    """Plasma iron of a flow that rises by 1 mg/d a day and is 0 at midnight."""
    settled = (1 - xp.exp(-out * time_d)) / out
    return (time_d - settled) / out - 0.5 * settled


def _chain(
    xp: Namespace, first: Array, second: Array, share: Array, out: Array, time: Array
) -> Array:
    """Plasma iron from a complex by way of the macrophages, per mg."""
    slow = difference_of_decays(xp, second, out, time)
    quick = difference_of_decays(xp, first, out, time)
    return share * first * second * (slow - quick) / (first - second)


def midnight_weights(layout: Layout) -> NDArray[np.float64]:
    """Weights of the nodes for the half of the day up to midnight; they sum to 1/2.

    In the stretch that holds midnight they are those of the polynomial through its nodes.

    Parameters
    ----------
    layout : Layout
        As in `nodes`.
    """
    hours, weights = nodes(layout)
    cuts = [0.0, *layout.slots_h, DAY_H]
    halved = np.where(hours < MIDNIGHT_H, weights, 0.0)
    for begin, end in zip(cuts, cuts[1:], strict=False):
        if begin < MIDNIGHT_H < end:
            inside = (hours > begin) & (hours < end)
            at = 2 * (hours[inside] - begin) / (end - begin) - 1
            upto = 2 * (MIDNIGHT_H - begin) / (end - begin) - 1
            powers = np.polynomial.legendre.legvander(at, len(at) - 1)
            whole = np.array(
                [
                    np.polynomial.legendre.legval(
                        upto, np.polynomial.legendre.legint([0] * k + [1], lbnd=-1)
                    )
                    for k in range(len(at))
                ]
            )
            halved[inside] = np.linalg.solve(powers.T, whole) * (end - begin) / 2 / DAY_H
    return halved


def settling_weights(
    xp: Namespace, hours_h: Array, weights: Array, time_d: Array, end_h: float = DAY_H
) -> Array:
    """Weights of the nodes for something that settles with a time constant, by lane.

    ``w exp(-(end - h) / (24 time))``, scaled to sum to 1: with them the end is exact for a linear
    relaxation towards a target that moves on the way.

    Parameters
    ----------
    xp : namespace
        Array library.
    hours_h, weights : array
        Nodes, shape (nodes,).
    time_d : array
        Time constant, days.
    end_h : float
        Hours after noon to which the weights lead.
    """
    left = (end_h - xp.asarray(hours_h)) / DAY_H
    time = xp.reshape(xp.asarray(time_d), (-1,))
    raw = xp.asarray(weights)[:, None] * xp.exp(-left[:, None] / time)
    return raw / xp.sum(raw, axis=0)
