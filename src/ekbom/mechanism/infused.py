"""Infused iron of one model day: complex, macrophages, and what they pass on."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.states import State


class Infused(NamedTuple):
    """Infused iron of a day; the chain is linear, so all of it is known beforehand, mg.

    Parameters
    ----------
    complexes : tuple of array
        Complexes left at the end.
    res : array
        Iron of macrophages at the nodes and at the end.
    given : array
        Infused on this day.
    from_res : array
        Given off by macrophages.
    stored, stored_mean : array
        Of that straight to the store: by the end, and in the mean over the moments of the day.
    to_marrow : array
        The marrow's share of the rest, which goes through plasma.
    """

    complexes: tuple[Array, ...]
    res: Array
    given: Array
    from_res: Array
    stored: Array
    stored_mean: Array
    to_marrow: Array


def infused_iron(
    xp: Namespace, layout: Layout, own: Individual, state: State, doses: Doses
) -> Infused:
    """Infused iron through a day.

    Parameters
    ----------
    xp : namespace
        Array library.
    layout : Layout
        What is given, and when.
    own : Individual
        The person.
    state : State
        At noon.
    doses : Doses
        From this noon to the next.
    """
    table, body = own.nodes.iron, own.parameters.body
    if not layout.complexes:
        return Infused((), xp.zeros_like(table.res_kept), 0.0, 0.0, 0.0, 0.0, 0.0)
    complexes, res = [], table.res_kept * state.iron_res
    for i, given in enumerate(doses.infused):
        left = state.iron_complex[i] * table.complex_kept[i]
        res = res + table.res_of_complex[i] * state.iron_complex[i]
        for slot in range(given.shape[0]):
            left = left + table.complex_kept_of_slots[i][slot] * given[slot]
            res = res + table.res_of_complex_slots[i][slot] * given[slot]
        complexes.append(left)
    total = sum((xp.sum(given, axis=0) for given in doses.infused), 0.0)
    from_complex = sum(state.iron_complex, 0.0) + total - sum(complexes, 0.0)
    from_res = state.iron_res + from_complex - res[-1]
    kept = 1 - body.res_to_plasma_share
    left_of_day = (1 - own.nodes.hours_h / DAY_H)[:, None]
    mean = body.res_release_per_d * xp.sum(own.nodes.weights * left_of_day * res[:-1], axis=0)
    share = iron.marrow_share(xp, state.iron_rbc, own.iron.rbc_aim_mg, body)
    return Infused(tuple(complexes), res, total, from_res, kept * from_res, kept * mean, share)
