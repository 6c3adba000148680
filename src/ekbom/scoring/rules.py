"""PlmRules: every threshold and every choice of one edition of the leg-movement standards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced


@dataclass(frozen=True, slots=True)
class PlmRules:
    """From leg movements of each leg to periodic leg movements.

    Bound to an edition (``wasm-2016``, ``aasm-3``). No limit is written as infinity.
    ``provenance`` says for each field which value, source, place and mark it came from.
    """

    edition: str

    # One leg
    leg_movement_min_s: Annotated[float, Param("scoring/leg-movement-min-duration", "s")]
    leg_movement_max_s: Annotated[float, Param("scoring/leg-movement-max-duration", "s")]
    same_leg_join_gap_s: Annotated[float, Param("scoring/same-leg-join-gap", "s")]
    same_leg_gap: Annotated[Literal["join", "keep"], Param("scoring/same-leg-gap")]

    # Two legs
    bilateral_gap_s: Annotated[float, Param("scoring/bilateral-gap", "s")]
    bilateral_measure: Annotated[
        Literal["offset-to-onset", "onset-to-onset"], Param("scoring/bilateral-measure")
    ]
    bilateral_chaining: Annotated[
        Literal["transitive", "opposite-legs", "to-first"], Param("scoring/bilateral-chaining")
    ]

    # Candidates
    candidate_max_s: Annotated[float, Param("scoring/candidate-max-duration", "s")]
    bilateral_max_s: Annotated[float, Param("scoring/bilateral-max-duration", "s")]
    bilateral_max_parts: Annotated[float, Param("scoring/bilateral-max-parts", "1")]
    wake_movements: Annotated[Literal["in-series", "excluded"], Param("scoring/wake-movements")]

    # Series
    series_min_movements: Annotated[int, Param("scoring/series-min-movements", "1")]
    imi_min_s: Annotated[float, Param("scoring/imi-min", "s")]
    imi_max_s: Annotated[float, Param("scoring/imi-max", "s")]
    imi_max_bound: Annotated[Literal["inclusive", "exclusive"], Param("scoring/imi-max-bound")]
    short_interval: Annotated[
        Literal["starts-next-series", "excluded-from-next-series", "skipped"],
        Param("scoring/short-interval"),
    ]
    non_candidate: Annotated[Literal["ends-series", "ignored"], Param("scoring/non-candidate")]

    # What the index counts
    respiratory_movements: Annotated[
        Literal["counted", "not-scored"], Param("scoring/respiratory-movements")
    ]

    # Arousals
    arousal_gap_s: Annotated[float, Param("scoring/arousal-gap", "s")]
    arousal_gap_bound: Annotated[
        Literal["inclusive", "exclusive"], Param("scoring/arousal-gap-bound")
    ]

    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RespiratoryWindow:
    """Which movements belong to an apnoea or hypopnoea.

    Bound to ``wasm-2016`` (around the end of the event), ``wasm-2016-narrow`` (the same, narrow)
    or ``aasm-3`` (around the whole event). ``before_s`` is counted back from the anchor's first
    instant, ``after_s`` forward from its last.
    """

    edition: str
    anchor: Annotated[
        Literal["event-end", "whole-event"], Param("scoring/respiratory-window-anchor")
    ]
    before_s: Annotated[float, Param("scoring/respiratory-window-before", "s")]
    after_s: Annotated[float, Param("scoring/respiratory-window-after", "s")]

    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FerriPeriodicity:
    """The interval-based periodicity index of Ferri 2006 (edition ``ferri-2006``)."""

    edition: str
    min_s: Annotated[float, Param("scoring/ferri-interval-min", "s")]
    max_s: Annotated[float, Param("scoring/ferri-interval-max", "s")]
    min_run: Annotated[int, Param("scoring/ferri-run-min-intervals", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HistogramBins:
    """Bins of the interval histograms (WASM 2016)."""

    edition: str
    histogram_bin_s: Annotated[float, Param("scoring/imi-histogram-bin", "s")]
    histogram_end_s: Annotated[float, Param("scoring/imi-histogram-end", "s")]
    log_histogram_start_s: Annotated[float, Param("scoring/imi-log-histogram-start", "s")]
    log_histogram_bin: Annotated[float, Param("scoring/imi-log-histogram-bin", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)
