"""Total iron deficit by the formula of Ganzoni; information, never a dose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced

# The edition that holds its constants.
FORMULA = "ganzoni-1970"


@dataclass(frozen=True, slots=True)
class Ganzoni:
    """Constants of the formula; see `total_iron_deficit`."""

    edition: str
    factor: Annotated[float, Param("iron-therapy/ganzoni-factor", "mg.dL/(g.kg)")]
    target_g_per_dl: Annotated[float, Param("iron-therapy/ganzoni-target", "g/dL")]
    stores_mg: Annotated[float, Param("iron-therapy/ganzoni-stores", "mg")]
    weight_from_kg: Annotated[float, Param("iron-therapy/ganzoni-weight-from", "kg")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def total_iron_deficit(weight_kg: float, hemoglobin_g_per_dl: float, formula: Ganzoni) -> float:
    """Total iron deficit of an adult, mg.

    Weight x (target haemoglobin - haemoglobin) x factor, and an allowance for stores. Above the
    target nothing is taken off the stores: haemoglobin then says nothing of them.

    Parameters
    ----------
    weight_kg : float
        Body weight, kg; the ideal weight in obesity.
    hemoglobin_g_per_dl : float
        Haemoglobin, g/dL.
    formula : Ganzoni
        Its constants.

    Returns
    -------
    float
        Iron in mg, never less than the allowance for stores.
    """
    lacking = max(formula.target_g_per_dl - hemoglobin_g_per_dl, 0.0)
    return weight_kg * lacking * formula.factor + formula.stores_mg
