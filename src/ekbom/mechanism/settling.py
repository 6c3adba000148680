"""Weights of the hours of a day for what settles within days: iron, enzyme, receptors."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.grid import MIDNIGHT_H, midnight_weights, nodes, settling_weights
from ekbom.mechanism.parameters import Body
from ekbom.mechanism.schedule import DAY_H, Layout


class Settling(NamedTuple):
    """Weights of the nodes for what settles within days, shape (nodes, lanes), by name.

    Up to the end of the day, and up to midnight. Those of ``th_by`` are also shared out between
    noon, midnight and the noon after, as on straight lines between them; those up to midnight
    between noon and midnight. ``ferritin_mean_time_d`` is the mean time of those of
    ferritin, days after midnight.
    """

    ferritin: Array
    ferritin_mean_time_d: Array
    csf: Array
    th: Array
    d2: Array
    csf_midnight: Array
    th_midnight: Array
    d2_midnight: Array
    th_by: tuple[Array, Array, Array]
    th_midnight_by: tuple[Array, Array]


def settling_of(xp: Namespace, layout: Layout, body: Body) -> Settling:
    """The weights of a layout.

    Parameters
    ----------
    xp : namespace
        Array library.
    layout : Layout
        What is given, and when.
    body : Body
        With the time constants.
    """
    hours, weights = nodes(layout)
    halved = midnight_weights(layout)
    ferritin, csf, th, d2 = (
        settling_weights(xp, hours, weights, time_d)
        for time_d in (
            body.ferritin_time_d,
            body.csf_iron_time_d,
            body.th_time_d,
            body.d2_time_d,
        )
    )
    csf_midnight, th_midnight, d2_midnight = (
        settling_weights(xp, hours, halved, time_d, MIDNIGHT_H)
        for time_d in (body.csf_iron_time_d, body.th_time_d, body.d2_time_d)
    )
    ahead = hours[:, None] / MIDNIGHT_H - 1
    off = xp.abs(xp.asarray(ahead))
    return Settling(
        ferritin=ferritin,
        ferritin_mean_time_d=xp.sum(ferritin * (hours[:, None] / DAY_H - 0.5), axis=0),
        csf=csf,
        th=th,
        d2=d2,
        csf_midnight=csf_midnight,
        th_midnight=th_midnight,
        d2_midnight=d2_midnight,
        th_by=(th * xp.where(ahead < 0, off, 0), th * (1 - off), th * xp.where(ahead > 0, off, 0)),
        th_midnight_by=(th_midnight * off, th_midnight * (1 - off)),
    )
