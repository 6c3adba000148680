"""The PLMS index of an hour of sleep as a polynomial of excitability: quick enough for millions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.knowledge.parameters import Sourced
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.movements import (
    IntervalCoefficients,
    interval_periodicity,
    periodic_share_coefficients,
    plms_index,
)

SECTIONS = ("model-parameters", "scoring")
EDITION = "wasm-2016"
STAGES = ("n1", "n2", "n3", "rem")
_DEGREE = 14
_FITTED_AT = 400


@dataclass(frozen=True)
class SeriesLimits:
    """What makes a series of periodic movements, in the rules that count them."""

    edition: str
    provenance: Mapping[str, Sourced]
    shortest_s: Annotated[float, Param("scoring/imi-min", unit="s")]
    longest_s: Annotated[float, Param("scoring/imi-max", unit="s")]
    fewest: Annotated[int, Param("scoring/series-min-movements", unit="1")]


@dataclass(frozen=True, slots=True)
class MovementIndex:
    """PLMS index and periodicity of an hour of sleep by its excitability.

    Parameters
    ----------
    index : tuple of float
        Chebyshev coefficients over excitability 0 to 1 of the PLMS index, per hour of sleep with
        the usual shares of the stages.
    periodicity : tuple of float
        The same of Ferri's periodicity index.
    intervals : IntervalCoefficients
        Of the renewal process.
    stage_factors : tuple of float
        By `STAGES`.
    fewest_movements : int
        Of a series.
    """

    index: tuple[float, ...]
    periodicity: tuple[float, ...]
    intervals: IntervalCoefficients
    stage_factors: tuple[float, ...]
    fewest_movements: int

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> MovementIndex:
        """From the knowledge base, for the series of WASM 2016.

        Parameters
        ----------
        knowledge : KnowledgeBase
            With the sections of `SECTIONS`.
        """
        limits = bind(SeriesLimits, knowledge, EDITION)
        records = knowledge.of(ModelParameter)
        own = {r.symbol: r.median for r in records.values() if r.submodel == "movements"}
        intervals = periodic_share_coefficients(
            own["interval_median_s"],
            own["interval_ln_sd"],
            limits.shortest_s,
            limits.longest_s,
            own["clustering"],
            own["bout_mean_s"],
        )
        shares = tuple(own[f"stage_share_{stage}"] for stage in STAGES)
        factors = tuple(own[f"stage_factor_{stage}"] for stage in STAGES)
        fewest = limits.fewest
        at = np.polynomial.chebyshev.chebpts1(_FITTED_AT)
        chance = np.minimum((at[:, None] + 1) / 2 * np.array(factors), 1.0)
        index = plms_index(np, chance, intervals, fewest) @ np.array(shares)
        regular = interval_periodicity(np, chance, intervals, fewest - 1) @ np.array(shares)
        return cls(_fitted(at, index), _fitted(at, regular), intervals, factors, fewest)

    def per_h(self, xp: Namespace, excitability: Array) -> Array:
        """Periodic leg movements per hour of sleep.

        Parameters
        ----------
        xp : namespace
            Array library.
        excitability : array
            Chance that a potential movement happens in N2, 0 to 1.
        """
        return _never_below_zero(xp, _clenshaw(self.index, 2 * excitability - 1))

    def most_per_h(self) -> float:
        """As many as there can be: when every potential movement happens."""
        return float(math.floor(float(self.per_h(np, 1.0))))

    def periodicity_index(self, xp: Namespace, excitability: Array) -> Array:
        """Ferri's periodicity index, 0 to 1.

        Parameters
        ----------
        xp : namespace
            Array library.
        excitability : array
            As for `per_h`.
        """
        return _never_below_zero(xp, _clenshaw(self.periodicity, 2 * excitability - 1))


def _fitted(at: Array, values: Array) -> tuple[float, ...]:
    return tuple(np.polynomial.chebyshev.chebfit(at, values, _DEGREE).tolist())


def _clenshaw(coefficients: tuple[float, ...], x: Array) -> Array:
    """Sum of Chebyshev polynomials; `numpy.polynomial` does not take arrays of other libraries."""
    last, before = coefficients[-1] + 0 * x, 0 * x
    for coefficient in coefficients[-2:0:-1]:
        last, before = coefficient + 2 * x * last - before, last
    return coefficients[0] + x * last - before


def _never_below_zero(xp: Namespace, value: Array) -> Array:
    return xp.where(value > 0, value, 0.0)
