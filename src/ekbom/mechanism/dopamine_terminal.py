"""The full dopamine terminal of Best, Nijhout and Reed 2009, the reference of our algebraic one.

Nothing in the day-step calls it. Amounts are in uM, time in h. Constants are knowledge
(``model-parameters/dopamine-terminal.yaml``); what was read of the paper, and what had to be
resolved, stands in ``docs/decisions/dopamine-exponents.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter

SUBMODEL = "dopamine-terminal"
# Central differences: a step near the cube root of the rounding error.
_DIFFERENCE = 1e-6
_FIRST_STEP_H = 1e-4
# Long against every time constant of the terminal: from here on a step is one of Newton.
_LONG_STEP_H = 1e6
_GROWTH = 3.0
_SHRINKAGE = 0.25
_SETTLED = 1e-10


@dataclass(frozen=True, slots=True)
class TerminalConstants:
    """Constants of the terminal; each field is the symbol of one `ModelParameter`."""

    th_max_um_per_h: float
    th_inhibition_scale: float
    th_inhibition_tyr_um: float
    th_k_tyr_um: float
    th_k_bh4_um: float
    th_inhibition_cda_um: float
    autoreceptor_range: float
    autoreceptor_slope: float
    autoreceptor_eda_um: float
    autoreceptor_power: float
    autoreceptor_floor: float
    aadc_max_um_per_h: float
    aadc_k_um: float
    vmat_max_um_per_h: float
    vmat_k_um: float
    vesicle_leak_per_h: float
    release_per_h: float
    dat_max_um_per_h: float
    dat_k_um: float
    eda_catabolism_max_um_per_h: float
    eda_catabolism_k_um: float
    eda_removal_per_h: float
    cda_catabolism_per_h: float
    hva_removal_per_h: float
    drr_max_um_per_h: float
    drr_k_bh2_um: float
    drr_k_nadph_um: float
    drr_reverse_max_um_per_h: float
    drr_k_bh4_um: float
    drr_k_nadp_um: float
    nadph_um: float
    nadp_um: float
    biopterin_um: float
    tyr_uptake_max_um_per_h: float
    tyr_uptake_k_um: float
    blood_tyr_um: float
    tyr_to_pool_per_h: float
    pool_to_tyr_per_h: float
    tyr_loss_per_h: float
    pool_loss_per_h: float


class TerminalInputs(NamedTuple):
    """What acts on the terminal from outside; 1 is the published model.

    Parameters
    ----------
    th : float
        Factor on the largest rate of tyrosine hydroxylase.
    firing : float
        Firing relative to rest.
    transporter : float
        Factor on the largest rate of reuptake.
    autoreceptors : bool
        False holds the autoreceptor factor at 1.
    """

    th: float = 1.0
    firing: float = 1.0
    transporter: float = 1.0
    autoreceptors: bool = True


PUBLISHED = TerminalInputs()


class TerminalState(NamedTuple):
    """Concentrations, uM.

    Parameters
    ----------
    bh2, bh4 : float
        Dihydro- and tetrahydrobiopterin, the spent and the ready cofactor.
    tyr, pool : float
        Tyrosine at hand, and the tyrosine it exchanges with.
    ldopa : float
        Levodopa.
    cda, vda, eda : float
        Dopamine of the cytosol, of the vesicles and outside the cell.
    hva : float
        Homovanillic acid.
    """

    bh2: float
    bh4: float
    tyr: float
    pool: float
    ldopa: float
    cda: float
    vda: float
    eda: float
    hva: float


class SteadyState(NamedTuple):
    """A steady state, or why none was found.

    Parameters
    ----------
    state : TerminalState
        Where the search ended; a steady state only if ``failure`` is empty.
    failure : str
        Why it is none.
    """

    state: TerminalState
    failure: str = ""


def terminal_constants(base: KnowledgeBase) -> TerminalConstants:
    """Constants from the records of the submodel; KnowledgeError where one lacks or is too many."""
    found = {
        record.symbol: record.median
        for record in base.of(ModelParameter).values()
        if record.submodel == SUBMODEL
    }
    expected = {field.name for field in fields(TerminalConstants)}
    if found.keys() != expected:
        raise KnowledgeError(
            f"constants of {SUBMODEL}: missing {sorted(expected - found.keys())}, "
            f"not known {sorted(found.keys() - expected)}",
            expected="one record for each field of TerminalConstants, by its symbol",
            where=f"model-parameters/{SUBMODEL}.yaml",
            what_to_do="load the section model-parameters, or add the record",
        )
    return TerminalConstants(**found)


def autoreceptor_factor(eda: float, c: TerminalConstants, inputs: TerminalInputs) -> float:
    """Autoreceptors on synthesis: range / (slope (eda / eda0)^power + 1) + floor, pure number.

    1 at eda0 with the published constants. Without autoreceptors it keeps the value at eda0.
    """
    relative = eda / c.autoreceptor_eda_um if inputs.autoreceptors else 1.0
    divisor = c.autoreceptor_slope * math.pow(relative, c.autoreceptor_power) + 1
    return c.autoreceptor_range / divisor + c.autoreceptor_floor


def hydroxylation(s: TerminalState, c: TerminalConstants, inputs: TerminalInputs) -> float:
    """Tyrosine hydroxylase, tyr + bh4 -> ldopa + bh2, uM/h.

    th scale / (1 + tyr / Ki) * autoreceptors(eda) * Vmax tyr bh4
    / (tyr bh4 + Ktyr bh4 + Ktyr Kbh4 (1 + cda / Kcda)).
    """
    inhibition = c.th_inhibition_scale / (1 + s.tyr / c.th_inhibition_tyr_um)
    cofactor_um = c.th_k_bh4_um * (1 + s.cda / c.th_inhibition_cda_um)
    bound = s.tyr * s.bh4
    saturation = bound / (bound + c.th_k_tyr_um * (s.bh4 + cofactor_um))
    receptors = autoreceptor_factor(s.eda, c, inputs)
    return inputs.th * inhibition * receptors * c.th_max_um_per_h * saturation


def cofactor_reduction(s: TerminalState, c: TerminalConstants) -> float:
    """Dihydropteridine reductase, net bh2 -> bh4, uM/h.

    V1 bh2 NADPH / ((K1 + bh2)(K2 + NADPH)) - V2 bh4 NADP / ((K3 + bh4)(K4 + NADP)).
    """
    forward = saturation(s.bh2, c.drr_k_bh2_um) * saturation(c.nadph_um, c.drr_k_nadph_um)
    reverse = saturation(s.bh4, c.drr_k_bh4_um) * saturation(c.nadp_um, c.drr_k_nadp_um)
    return c.drr_max_um_per_h * forward - c.drr_reverse_max_um_per_h * reverse


def tyrosine_uptake(c: TerminalConstants) -> float:
    """Tyrosine from blood into the terminal, V btyr / (K + btyr), uM/h."""
    return c.tyr_uptake_max_um_per_h * saturation(c.blood_tyr_um, c.tyr_uptake_k_um)


def decarboxylation(s: TerminalState, c: TerminalConstants) -> float:
    """Decarboxylase, ldopa -> cda: V ldopa / (K + ldopa), uM/h."""
    return c.aadc_max_um_per_h * saturation(s.ldopa, c.aadc_k_um)


def vesicular_uptake(s: TerminalState, c: TerminalConstants) -> float:
    """Net uptake into vesicles, cda -> vda: V cda / (K + cda) - leak vda, uM/h."""
    return c.vmat_max_um_per_h * saturation(s.cda, c.vmat_k_um) - c.vesicle_leak_per_h * s.vda


def release(s: TerminalState, c: TerminalConstants, inputs: TerminalInputs) -> float:
    """Release, vda -> eda: firing k vda, uM/h."""
    return inputs.firing * c.release_per_h * s.vda


def reuptake(s: TerminalState, c: TerminalConstants, inputs: TerminalInputs) -> float:
    """Transporter of the membrane, eda -> cda: transporter V eda / (K + eda), uM/h."""
    return inputs.transporter * c.dat_max_um_per_h * saturation(s.eda, c.dat_k_um)


def cytosolic_catabolism(s: TerminalState, c: TerminalConstants) -> float:
    """Catabolism in the cytosol, cda -> hva: k cda, uM/h."""
    return c.cda_catabolism_per_h * s.cda


def extracellular_catabolism(s: TerminalState, c: TerminalConstants) -> float:
    """Catabolism outside the cell, eda -> hva: V eda / (K + eda), uM/h."""
    return c.eda_catabolism_max_um_per_h * saturation(s.eda, c.eda_catabolism_k_um)


def saturation(amount_um: float, half_um: float) -> float:
    """Michaelis and Menten: amount / (half + amount), pure number."""
    return amount_um / (half_um + amount_um)


def rates(
    s: TerminalState, c: TerminalConstants, inputs: TerminalInputs = PUBLISHED
) -> TerminalState:
    """Change of every concentration, uM/h: what flows in less what flows out.

    Removal of eda (400 per h) leaves the model; only the two catabolisms feed hva. bh2 and bh4
    take part in hydroxylation and reduction alone, so their sum stays.
    """
    hydroxylated = hydroxylation(s, c, inputs)
    reduced = cofactor_reduction(s, c)
    to_pool = c.tyr_to_pool_per_h * s.tyr - c.pool_to_tyr_per_h * s.pool
    decarboxylated = decarboxylation(s, c)
    stored = vesicular_uptake(s, c)
    released = release(s, c, inputs)
    taken_back = reuptake(s, c, inputs)
    inside = cytosolic_catabolism(s, c)
    outside = extracellular_catabolism(s, c)
    return TerminalState(
        bh2=hydroxylated - reduced,
        bh4=reduced - hydroxylated,
        tyr=tyrosine_uptake(c) - hydroxylated - to_pool - c.tyr_loss_per_h * s.tyr,
        pool=to_pool - c.pool_loss_per_h * s.pool,
        ldopa=hydroxylated - decarboxylated,
        cda=decarboxylated - stored + taken_back - inside,
        vda=stored - released,
        eda=released - taken_back - outside - c.eda_removal_per_h * s.eda,
        hva=inside + outside - c.hva_removal_per_h * s.hva,
    )


def jacobian(
    state: TerminalState, constants: TerminalConstants, inputs: TerminalInputs = PUBLISHED
) -> NDArray[np.float64]:
    """Derivative of each rate (rows) by each concentration (columns), per h."""
    here = np.array(state)
    columns = []
    for i, amount in enumerate(here):
        shift = np.zeros_like(here)
        shift[i] = _DIFFERENCE * amount
        above = rates(TerminalState(*(here + shift)), constants, inputs)
        below = rates(TerminalState(*(here - shift)), constants, inputs)
        columns.append((np.array(above) - np.array(below)) / (2 * shift[i]))
    return np.stack(columns, axis=1)


def steady_state(
    constants: TerminalConstants, inputs: TerminalInputs = PUBLISHED, most_steps: int = 300
) -> SteadyState:
    """Where the terminal settles, by implicit steps that grow until they are Newton's.

    A step keeps the sum of bh2 and bh4, as the equations do; it is shortened where it would
    leave the positive side.

    Parameters
    ----------
    constants : TerminalConstants
        Of the terminal.
    inputs : TerminalInputs
        What acts on it, held constant.
    most_steps : int
        Steps after which the search gives up; about 40 suffice from a hundredth to a
        hundredfold of every input.

    Returns
    -------
    SteadyState
        With the reason in ``failure`` where none was found.

    Raises
    ------
    UsageError
        An input is not a positive number.
    """
    _check(inputs)
    state = np.array(_rough_guess(constants))
    step_h = _FIRST_STEP_H
    for _ in range(most_steps):
        here = TerminalState(*state)
        matrix = np.eye(len(state)) / step_h - jacobian(here, constants, inputs)
        change = np.linalg.solve(matrix, np.array(rates(here, constants, inputs)))
        if not np.all(state + change > 0):
            step_h *= _SHRINKAGE
            continue
        state = state + change
        if step_h >= _LONG_STEP_H and np.max(np.abs(change / state)) < _SETTLED:
            return SteadyState(TerminalState(*state.tolist()))
        step_h = min(step_h * _GROWTH, _LONG_STEP_H)
    return SteadyState(TerminalState(*state.tolist()), f"not settled in {most_steps} steps")


def _check(inputs: TerminalInputs) -> None:
    factors = {"th": inputs.th, "firing": inputs.firing, "transporter": inputs.transporter}
    for name, factor in factors.items():
        if not (math.isfinite(factor) and factor > 0):
            raise UsageError(
                f"{name} is {factor}",
                expected="a positive number; 1 is the published model",
                where="inputs of the dopamine terminal",
            )


def _rough_guess(c: TerminalConstants) -> TerminalState:
    """Some positive state with the right sum of bh2 and bh4; what else it holds does not matter."""
    half = c.biopterin_um / 2
    tyr, eda = c.blood_tyr_um, c.autoreceptor_eda_um
    return TerminalState(half, half, tyr, tyr, 1.0, c.vmat_k_um, c.vmat_k_um, eda, 1.0)
