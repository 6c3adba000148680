"""Iron of the body: plasma, stores, macrophages, red cells, and what hepcidin lets through."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body
from ekbom.mechanism.states import Person

_G_PER_L_IN_G_PER_DL = 10
_PER_CENT = 100
# A store cannot be empty: the powers below need a logarithm.
_LEAST_STORE_MG = 0.1


class IronConstants(NamedTuple):
    """What follows for one person from the blood test at the start, held from then on.

    Parameters
    ----------
    capacity_start_mg : array
        Iron that the plasma's transferrin can carry.
    plasma_per_d : array
        Turnover of plasma iron.
    release_per_d : array
        Release from the store at the start.
    diet_mg_per_d : array
        Iron absorbed from food at the start.
    loss_mg_per_d : array
        Basal loss from a full store.
    store_start_mg : array
        Storage iron at the start.
    rbc_start_mg, rbc_aim_mg : array
        Red-cell iron at the start, and what the marrow aims at.
    log_hepcidin_start : array
        Logarithm of hepcidin at the start, by stores.
    """

    capacity_start_mg: Array
    plasma_per_d: Array
    release_per_d: Array
    diet_mg_per_d: Array
    loss_mg_per_d: Array
    store_start_mg: Array
    rbc_start_mg: Array
    rbc_aim_mg: Array
    log_hepcidin_start: Array


def red_cell_iron_mg(hemoglobin_g_per_dl: Array, weight_kg: Array, body: Body) -> Array:
    """Iron of the red cells: haemoglobin times blood volume times its iron."""
    blood_l = body.blood_volume_l_per_kg * weight_kg
    grams = hemoglobin_g_per_dl * _G_PER_L_IN_G_PER_DL * blood_l
    return grams * body.hemoglobin_iron_mg_per_g


def store_of_ferritin_mg(ferritin_ug_per_l: Array, inflammation: Array, body: Body) -> Array:
    """Storage iron that goes with a serum ferritin at rest, mg."""
    return ferritin_ug_per_l / inflammation * body.store_mg_per_ferritin


def log_hepcidin(xp: Namespace, store_mg: Array, inflammation: Array, body: Body) -> Array:
    """Logarithm of hepcidin by stores: ``hepcidin_store_power log(store / reference)``.

    Relative to people with the ferritin in whom oral absorption was measured.

    Parameters
    ----------
    xp : namespace
        Array library.
    store_mg : array
        Storage iron.
    inflammation : array
        Factor of inflammation, which raises hepcidin too.
    body : Body
        Parameters.
    """
    reference = body.absorption_reference_ferritin_ug_per_l * body.store_mg_per_ferritin
    held = xp.where(store_mg < _LEAST_STORE_MG, _LEAST_STORE_MG, store_mg)
    return body.hepcidin_store_power * xp.log(held / reference) + xp.log(inflammation)


def log_hepcidin_by_red_cells(
    xp: Namespace, rbc_mg: Array, own: IronConstants, body: Body
) -> Array:
    """What the marrow's need adds to the logarithm of hepcidin; 0 at the start.

    ``hepcidin_erythroid_power log(red-cell iron / its start)``: losing red cells lowers hepcidin,
    so that stores give more and food more of its iron. Doses of oral iron are left out of it:
    how much of them is absorbed follows stores and recent doses alone.

    Parameters
    ----------
    xp : namespace
        Array library.
    rbc_mg : array
        Red-cell iron.
    own : IronConstants
        With red-cell iron at the start.
    body : Body
        Parameters.
    """
    return body.hepcidin_erythroid_power * xp.log(rbc_mg / own.rbc_start_mg)


def marrow_share(xp: Namespace, rbc_mg: Array, aim_mg: Array, body: Body) -> Array:
    """Share of the iron leaving plasma that the marrow takes.

    ``max r / (1 + r)`` with ``r = r0 (aim / red-cell iron)^marrow_demand`` and ``r0`` such that
    the share is normal at the aim.

    Parameters
    ----------
    xp : namespace
        Array library.
    rbc_mg, aim_mg : array
        Red-cell iron, and what the marrow aims at.
    body : Body
        Parameters.
    """
    at_aim = body.marrow_share / (body.marrow_share_max - body.marrow_share)
    odds = at_aim * xp.exp(body.marrow_demand * xp.log(aim_mg / rbc_mg))
    return body.marrow_share_max * odds / (1 + odds)


def fullness(xp: Namespace, store_mg: Array, body: Body) -> Array:
    """How readily a store gives, 0 to 1: ``least + (1 - least) store / (store + half_full)``.

    Parameters
    ----------
    xp : namespace
        Array library.
    store_mg : array
        Storage iron.
    body : Body
        Parameters.
    """
    held = xp.where(store_mg < _LEAST_STORE_MG, _LEAST_STORE_MG, store_mg)
    filled = held / (held + body.half_full_store_mg)
    return body.least_fullness + (1 - body.least_fullness) * filled


def release_mg_per_d(
    xp: Namespace, store_mg: Array, log_hepcidin_now: Array, own: IronConstants, body: Body
) -> Array:
    """Iron the store releases: hardly any where it is nearly empty, less as hepcidin rises.

    ``release store full(store) (hepcidin at the start / hepcidin)^release_hepcidin_power``; see
    `fullness`.

    Parameters
    ----------
    xp : namespace
        Array library.
    store_mg : array
        Storage iron.
    log_hepcidin_now : array
        By stores and red cells.
    own : IronConstants
        Rate and hepcidin at the start.
    body : Body
        Parameters.
    """
    held = body.release_hepcidin_power * (own.log_hepcidin_start - log_hepcidin_now)
    return own.release_per_d * store_mg * fullness(xp, store_mg, body) * xp.exp(held)


def diet_mg_per_d(xp: Namespace, log_hepcidin_now: Array, own: IronConstants) -> Array:
    """Iron absorbed from food: ``diet (hepcidin at the start / hepcidin)``.

    Parameters
    ----------
    xp : namespace
        Array library.
    log_hepcidin_now : array
        By stores and red cells.
    own : IronConstants
        Absorption and hepcidin at the start.
    """
    return own.diet_mg_per_d * xp.exp(own.log_hepcidin_start - log_hepcidin_now)


def basal_loss_mg_per_d(store_mg: Array, own: IronConstants, body: Body) -> Array:
    """Loss through gut and skin, which falls as the store empties: ``loss store / (store + half)``.

    Parameters
    ----------
    store_mg : array
        Storage iron.
    own : IronConstants
        Loss from a full store.
    body : Body
        Parameters.
    """
    return own.loss_mg_per_d * store_mg / (store_mg + body.basal_loss_half_mg)


def absorbed_mg(
    xp: Namespace, dose_mg: Array, log_hepcidin_now: Array, hepcidin_oral: Array, body: Body
) -> Array:
    """What is absorbed of one oral dose.

    ``max dose / (dose + half)``, divided by hepcidin of stores and of recent doses; never more
    than the dose.

    Parameters
    ----------
    xp : namespace
        Array library.
    dose_mg : array
        Elemental iron.
    log_hepcidin_now : array
        Hepcidin by stores.
    hepcidin_oral : array
        Rise by recent doses.
    body : Body
        Parameters.

    References
    ----------
    Moretti 2015.
    """
    offered = body.oral_absorption_max_mg * dose_mg / (dose_mg + body.oral_absorption_half_mg)
    wanted = offered * xp.exp(-log_hepcidin_now) / (1 + hepcidin_oral)
    return xp.where(wanted > dose_mg, dose_mg, wanted)


def hepcidin_rise(dose_mg: Array, body: Body) -> Array:
    """Rise of hepcidin right after an oral dose: ``rise dose / (dose + half)``.

    Parameters
    ----------
    dose_mg : array
        Elemental iron.
    body : Body
        Parameters.
    """
    return body.oral_hepcidin_rise * dose_mg / (dose_mg + body.oral_hepcidin_half_mg)


def ferritin_target(store_mg: Array, res_mg: Array, inflammation: Array, body: Body) -> Array:
    """Where serum ferritin goes, ug/L: stores, and infused iron with more weight.

    ``inflammation (store + res_ferritin_weight macrophages) / store_mg_per_ferritin``.

    Parameters
    ----------
    store_mg, res_mg : array
        Storage iron, and infused iron in macrophages.
    inflammation : array
        Factor on ferritin.
    body : Body
        Parameters.
    """
    weighted = store_mg + body.res_ferritin_weight * res_mg
    return inflammation * weighted / body.store_mg_per_ferritin


def saturation_per_mg(xp: Namespace, store_mg: Array, own: IronConstants, body: Body) -> Array:
    """Transferrin saturation that goes with 1 mg of iron in plasma, per cent per mg.

    ``100 / capacity full(store) / full(store at the start)``; see `fullness`. Where stores are low
    the liver makes more transferrin and tissues take iron from it more eagerly; both are told by
    this one number. No flow follows it.

    Parameters
    ----------
    xp : namespace
        Array library.
    store_mg : array
        Storage iron.
    own : IronConstants
        Capacity and store at the start.
    body : Body
        Parameters.
    """
    at_start = own.capacity_start_mg * fullness(xp, own.store_start_mg, body)
    return _PER_CENT / at_start * fullness(xp, store_mg, body)


def tsat_percent(xp: Namespace, plasma_mg: Array, per_mg: Array) -> Array:
    """Transferrin saturation, per cent, at most 100: what is beyond is not bound to transferrin.

    Parameters
    ----------
    xp : namespace
        Array library.
    plasma_mg, per_mg : array
        Iron in plasma, and saturation that goes with 1 mg; see `saturation_per_mg`.
    """
    value = plasma_mg * per_mg
    return xp.where(value > _PER_CENT, _PER_CENT, value)


def constants(xp: Namespace, person: Person, body: Body) -> IronConstants:
    """What makes a person's blood test at the start a steady state.

    The flow through the marrow replaces the red cells that die or are lost; plasma turnover
    follows from it, the marrow's share and the iron in plasma; the store releases what it
    receives less its basal loss; food brings what is lost.

    Parameters
    ----------
    xp : namespace
        Array library.
    person : Person
        Blood test and weight at the start.
    body : Body
        Parameters.
    """
    rbc = red_cell_iron_mg(person.hemoglobin_g_per_dl, person.weight_kg, body)
    normal = red_cell_iron_mg(body.hemoglobin_set_point_g_per_dl, person.weight_kg, body)
    aim = xp.where(rbc > normal, rbc, normal)
    store = store_of_ferritin_mg(person.ferritin_ug_per_l, person.inflammation, body)
    capacity = body.transferrin_capacity_mg_per_kg * person.weight_kg
    plasma = capacity * person.tsat_percent / _PER_CENT
    to_marrow = rbc / body.red_cell_life_d + person.bleeding_mg_per_d
    share = marrow_share(xp, rbc, aim, body)
    to_store = to_marrow * (1 - share) / share
    filled = store / (store + body.basal_loss_half_mg)
    wanted = body.basal_loss_mg_per_d_per_kg * person.weight_kg * filled
    # A store that hardly receives anything cannot lose more than half of it.
    loss = xp.where(wanted > 0.5 * to_store, 0.5 * to_store, wanted)
    return IronConstants(
        capacity_start_mg=capacity,
        plasma_per_d=(to_marrow + to_store) / plasma,
        release_per_d=(to_store - loss) / (store * fullness(xp, store, body)),
        diet_mg_per_d=loss + person.bleeding_mg_per_d,
        loss_mg_per_d=loss / filled,
        store_start_mg=store,
        rbc_start_mg=rbc,
        rbc_aim_mg=aim,
        log_hepcidin_start=log_hepcidin(xp, store, person.inflammation, body),
    )
