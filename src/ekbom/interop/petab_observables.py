"""What each row of a trial measures in the exported model, as a formula of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ekbom.knowledge.mechanism import Observation, Trial
from ekbom.mechanism.calibration.trial_rows import arm_of
from ekbom.mechanism.symbolic.formulas import slug


@dataclass(frozen=True, slots=True)
class Observable:
    """What is measured, as a formula of the model.

    Parameters
    ----------
    id, name, formula : str
        Of the observable.
    tied : str
        Formula of the other arm's value, where the row is a difference of two active arms.
    """

    id: str
    name: str
    formula: str
    tied: str = ""


_CHANGES: Final = {
    "irls": ("irls", "irls - person_irls"),
    "plms-index": ("plms_index", "plms_index - person_plms_index"),
    "ferritin": ("ferritin", "ferritin - person_ferritin_ug_per_l"),
    "transferrin-saturation": ("tsat", "tsat - person_tsat_percent"),
    "hemoglobin": ("hemoglobin", "hemoglobin - person_hemoglobin_g_per_dl"),
}
_RATIOS: Final = {
    "irls": ("irls", "ln(irls / person_irls)"),
    # One movement an hour is added before the logarithm: an index may be zero.
    "plms-index": ("plms_index", "ln((plms_index + 1) / (person_plms_index + 1))"),
    "brain-iron-caudate": ("iron_region", "ln(iron_region / rest_region)"),
    "brain-iron-putamen": ("iron_region", "ln(iron_region / rest_region)"),
}


def observable_of(trial: Trial, row: Observation) -> Observable | str:
    """What a row measures in the exported model, or why it is not in it.

    Parameters
    ----------
    trial, row : Trial, Observation
        The row.
    """
    if row.since_week:
        return "counted from a later week than the start"
    if row.measure == "augmentation" and row.kind == "share" and not row.against:
        return Observable("augmentation_share", "augmentation, share", "augmentation")
    table = {"change": _CHANGES, "log-ratio": _RATIOS, "level": _CHANGES}.get(row.kind, {})
    if row.measure not in table:
        return "needs the spread of people, or an output the exported model does not have"
    quantity, formula = table[row.measure]
    formula = quantity if row.kind == "level" else formula
    name = f"{row.measure}, {row.kind}"
    base = f"{quantity}_{slug(row.kind)}"
    if not row.against:
        return Observable(base, name, formula)
    if row.against not in {arm.id for arm in trial.arms}:
        return "compared with people outside the trial"
    if not arm_of(trial, row.against).regimen:
        # On placebo the model stays at rest; only expectation moves severity.
        if row.measure == "irls":
            other = formula.replace("irls -", "irls_on_placebo -").replace(
                "irls /", "irls_on_placebo /"
            )
            formula = f"{formula} - ({other})"
        return Observable(f"{base}_vs_placebo", f"{name}, minus placebo", formula)
    vs = f"{base}_vs_active"
    return Observable(
        vs, f"{name}, minus another medicine", f"{formula} - observableParameter1_{vs}", formula
    )


def tie_of(observable: Observable) -> Observable:
    """What ties the other arm's value of a difference to the model."""
    tie = f"{observable.id}_tie"
    return Observable(
        tie,
        f"{observable.name}: the other medicine",
        f"{observable.tied} - observableParameter1_{tie}",
    )
