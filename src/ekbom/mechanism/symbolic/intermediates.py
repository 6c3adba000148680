"""Named intermediates of the continuous model: what a reader of its formulas looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ekbom.mechanism import (
    augmentation,
    brain_iron,
    circadian,
    dopamine,
    equations,
    excitability,
    iron,
    symbols,
)
from ekbom.mechanism.pharmacology import ACTS, Acts, effect_per_mg, saturating
from ekbom.mechanism.symbols import symbol

if TYPE_CHECKING:
    from ekbom.mechanism.symbolic.formulas import Symbols

# Value, unit, name, and the function that holds its equation.
Named = tuple[Any, str, str, str]


def intermediates(written: Symbols) -> dict[str, Named]:
    """Formulas that get a name of their own.

    Each comes from the function that the right-hand side calls with the same symbols, so that it
    is found there again; the drives are read out and change no state.

    Parameters
    ----------
    written : Symbols
        What the equations are called with.
    """
    clock = {"clock_h": (symbol("time") * 24 + 12, "h", "clock time", "model days begin at noon")}
    return {**clock, **_iron(written), **_brain(written), **_dopamine(written), **_drives(written)}


def _iron(written: Symbols) -> dict[str, Named]:
    own, state, xp = written.own, written.state, symbols
    body, person = own.parameters.body, own.person
    by_stores = iron.log_hepcidin(xp, state.iron_store, person.inflammation, body)
    log_hepcidin = by_stores + iron.log_hepcidin_by_red_cells(xp, state.iron_rbc, own.iron, body)
    out = own.iron.plasma_per_d * state.iron_plasma
    values: dict[str, tuple[Any, str, str]] = {
        "log_hepcidin_by_stores": (by_stores, "1", "logarithm of hepcidin by stores"),
        "log_hepcidin": (log_hepcidin, "1", "the same with the marrow's need"),
        "released_mg_per_d": (
            iron.release_mg_per_d(xp, state.iron_store, log_hepcidin, own.iron, body),
            "mg/d",
            "iron released by the store",
        ),
        "eaten_mg_per_d": (
            iron.diet_mg_per_d(xp, log_hepcidin, own.iron),
            "mg/d",
            "iron absorbed from food",
        ),
        "lost_mg_per_d": (
            iron.basal_loss_mg_per_d(state.iron_store, own.iron, body),
            "mg/d",
            "basal loss of iron",
        ),
        "leaving_plasma_mg_per_d": (out, "mg/d", "iron leaving plasma"),
        "share_to_marrow": (
            iron.marrow_share(xp, state.iron_rbc, own.iron.rbc_aim_mg, body),
            "1",
            "share of it that the marrow takes",
        ),
        "ferritin_target": (
            iron.ferritin_target(state.iron_store, state.iron_res, person.inflammation, body),
            "ug/L",
            "where serum ferritin goes",
        ),
        "hemoglobin": (
            person.hemoglobin_g_per_dl * state.iron_rbc / own.iron.rbc_start_mg,
            "g/dL",
            "haemoglobin",
        ),
    }
    return {name: (*value, "iron") for name, value in values.items()}


def _brain(written: Symbols) -> dict[str, Named]:
    own, state, xp = written.own, written.state, symbols
    body, person = own.parameters.body, own.person
    per_mg = iron.saturation_per_mg(xp, state.iron_store, own.iron, body)
    tsat = iron.tsat_percent(xp, state.iron_plasma, per_mg)
    uptake = brain_iron.uptake(tsat, body)
    log_region = xp.log(state.iron_region)
    values: dict[str, tuple[Any, str, str]] = {
        "tsat_per_mg": (per_mg, "%/mg", "transferrin saturation of 1 mg of iron in plasma"),
        "tsat": (tsat, "%", "transferrin saturation"),
        "barrier_uptake": (uptake, "1", "uptake of iron at the barrier"),
        "csf_target": (
            brain_iron.csf_target(xp, uptake, log_region, person.barrier_shift, body),
            "1",
            "where iron of the brain's fluids goes",
        ),
        "region_outflow_per_d": (
            brain_iron.region_outflow(xp, log_region, body),
            "/d",
            "rate at which a region gives iron back",
        ),
    }
    return {name: (*value, "brain_iron") for name, value in values.items()}


def _dopamine(written: Symbols) -> dict[str, Named]:
    own, state, xp = written.own, written.state, symbols
    body, person = own.parameters.body, own.person
    wave = circadian.wave(xp, written.clock_h - person.phase_shift_h, body.peak_h, body.trough_h)
    rhythm = circadian.dopamine_rhythm(xp, wave, body.dopamine_amplitude)
    agonist = equations.agonist_effect(written.layout, own, state)
    log_iron = brain_iron.log_labile(xp, state.iron_csf, state.iron_region, body)
    held, by_agonist = dopamine.occupancies(written.level * rhythm, agonist, body)
    heard = dopamine.signal(xp, log_iron, state.d2, held, body)
    values: dict[str, tuple[Any, str, str]] = {
        "wave": (wave, "1", "circadian wave"),
        "dopamine": (written.level * rhythm, "1", "extracellular dopamine; 1 is normal"),
        "agonist_effect": (agonist, "1", "agonists over half-effect concentrations"),
        "log_iron": (log_iron, "1", "logarithm of the iron that dopamine feels"),
        "occupancy": (held, "1", "share of D2/D3 receptors held by dopamine or agonist"),
        "agonist_occupancy": (by_agonist, "1", "share of D2/D3 receptors held by agonist"),
        "receptor_signal": (heard, "1", "what the cell behind the receptors hears"),
        "settled_dopamine": (
            dopamine.level(xp, log_iron, state.th, body),
            "1",
            "dopamine over its rhythm once settled",
        ),
        "th_target": (
            dopamine.th_target(xp, heard, own.normal_signal, body),
            "1",
            "where tyrosine hydroxylase goes",
        ),
        "d2_target": (
            dopamine.d2_target(xp, log_iron, by_agonist, person.receptor_shift, body),
            "1",
            "where the number of receptors goes",
        ),
        "d1_target": (dopamine.d1_target(by_agonist, body), "1", "where D1 signalling goes"),
        "augmentation_hazard_per_d": (
            augmentation.hazard_per_d(xp, by_agonist, state.d1, log_iron, body),
            "/d",
            "hazard of meeting the criteria of augmentation",
        ),
    }
    return {name: (*value, "circadian, dopamine, augmentation") for name, value in values.items()}


def _drives(written: Symbols) -> dict[str, Named]:
    own, state, xp = written.own, written.state, symbols
    body, gain = own.parameters.body, own.person.response_gain
    found = _dopamine(written)
    lost = xp.log(own.normal_signal / found["receptor_signal"][0])
    drives = excitability.drives(
        xp, found["wave"][0], lost, state.d1, found["log_iron"][0], gain, body
    )
    ligand, opioid = (saturating(_effect(written, act)) for act in (Acts.LIGAND, Acts.OPIOID))
    relief = excitability.relief(ligand, opioid, gain, body)
    chance = excitability.logistic(xp, symbol("spinal_offset") + drives.spinal - relief.spinal)
    values: dict[str, tuple[Any, str, str]] = {
        "ligand_share": (ligand, "1", "share of the full effect of alpha-2-delta ligands"),
        "opioid_share": (opioid, "1", "share of the full effect of opioids"),
        "signal_lost": (lost, "1", "logarithm of normal over present receptor signal"),
        "spinal_drive": (drives.spinal, "1", "drive that moves the legs, before its offset"),
        "striatal_drive": (drives.striatal, "1", "drive that is felt, before its offset"),
        "felt_drive": (
            drives.striatal - relief.striatal,
            "1",
            "what is felt of it under medicines",
        ),
        "excitability": (chance, "1", "chance that a potential movement happens in N2"),
    }
    return {name: (*value, "excitability, observables") for name, value in values.items()}


def _effect(written: Symbols, act: Acts) -> Any:
    total: Any = 0.0
    for name, amount in zip(written.layout.drugs, written.state.central, strict=True):
        if ACTS[name] is act:
            total = total + effect_per_mg(name, written.own.parameters) * amount
    return total
