"""Histograms: intermovement intervals in seconds and on a logarithmic scale, and lengths."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from ekbom.report import svg
from ekbom.scoring.intervals import Histogram
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.rules import PlmRules
from ekbom.scoring.score import EditionResult

_WIDTH, _HALF, _HEIGHT = 960.0, 470.0, 168.0
_LOG_TICKS_S = (1, 2, 5, 10, 20, 30, 60, 90)
_LENGTH_BIN_S, _LONGEST_S = 0.5, 15.0


def interval_figure(edition: EditionResult) -> Markup:
    """Intervals in equal bins of seconds, the edition's limits marked."""
    histogram, rules = edition.indices.histogram, edition.night.rules
    ticks = [
        (value, f"{value:g}") for value in np.arange(0, histogram.edges_s[-1] + 1, 10).tolist()
    ]
    return _histogram(
        histogram, rules, ticks, _WIDTH, _HEIGHT, "intermovement interval, s", is_log=False
    )


def log_interval_figure(edition: EditionResult) -> Markup:
    """Intervals in equal bins of their logarithm."""
    ticks = [(float(value), str(value)) for value in _LOG_TICKS_S]
    return _histogram(
        edition.indices.log_histogram,
        edition.night.rules,
        ticks,
        _HALF,
        _HEIGHT,
        "intermovement interval, s (logarithmic)",
        is_log=True,
    )


def intervals_beyond(edition: EditionResult) -> int:
    """How many intervals in the time in bed are longer than the scale."""
    drawn, whole = edition.indices.histogram, edition.indices.by_stage["time_in_bed"].intervals
    return whole.n_short + whole.n_periodic + whole.n_long - sum(drawn.counts)


def length_figure(edition: EditionResult) -> Markup:
    """Lengths of the candidates."""
    night = edition.night
    edges_s = np.arange(0, _LONGEST_S + _LENGTH_BIN_S / 2, _LENGTH_BIN_S)
    counts, _ = np.histogram(_lengths(night), edges_s)
    histogram = Histogram(tuple(edges_s.tolist()), tuple(counts.tolist()))
    ticks = [(float(value), str(value)) for value in range(0, int(_LONGEST_S) + 1, 5)]
    return _histogram(
        histogram, None, ticks, _HALF, _HEIGHT, "length of candidates, s", is_log=False
    )


def _lengths(night: ScoredNight) -> svg.Floats:
    lengths_s: svg.Floats = night.movements.duration_s[night.is_candidate]
    return lengths_s


def _histogram(
    histogram: Histogram,
    rules: PlmRules | None,
    ticks: Sequence[tuple[float, str]],
    width: float,
    height: float,
    name: str,
    *,
    is_log: bool,
) -> Markup:
    def placed(value: float) -> float:
        return math.log(value) if is_log else value

    edges = histogram.edges_s
    left, top, bottom = 40.0, 22.0, height - 40.0
    across = svg.Scale(placed(edges[0]), placed(edges[-1]), left, width - 12)
    counts = svg.nice_ticks(max(max(histogram.counts), 1), 4)
    up = svg.Scale(0, max(counts[-1], max(histogram.counts), 1), bottom, top)
    parts = [svg.line(left, up(n), width - 12, up(n), "grid") for n in counts if n == int(n)]
    parts += [
        svg.text(left - 6, up(n) + 4, f"{n:g}", "soft small", "end") for n in counts if n == int(n)
    ]
    for low, high, n in zip(edges[:-1], edges[1:], histogram.counts, strict=True):
        inside = rules is None or (low >= rules.imi_min_s - 1e-9 and high <= rules.imi_max_s + 1e-9)
        if is_log and rules is not None:
            # Bins of the logarithm do not fall on the limits: the middle decides the shade.
            inside = rules.imi_min_s <= math.sqrt(low * high) <= rules.imi_max_s
        if n:
            x, until = across(placed(low)), across(placed(high))
            parts.append(
                svg.rect(
                    x + 0.5,
                    up(n),
                    until - x - 1,
                    bottom - up(n),
                    "bar" if inside else "bar outside",
                    f"{low:.3g} to {high:.3g} s: {n}",
                )
            )
    parts.append(svg.line(left, bottom, width - 12, bottom, "axis"))
    parts += [svg.text(across(placed(v)), bottom + 16, says, "tick", "middle") for v, says in ticks]
    parts.append(svg.text((left + width) / 2, bottom + 33, name, "soft", "middle"))
    if rules is not None:
        parts += [
            _limit(across(placed(v)), top, bottom, v)
            for v in (rules.imi_min_s, rules.imi_max_s)
            if edges[0] <= v <= edges[-1]
        ]
    return svg.drawing(width, height, *parts, label=f"Histogram: {name}", class_="histogram")


def _limit(x: float, top: float, bottom: float, value_s: float) -> Markup:
    return svg.group(
        svg.line(x, top - 8, x, bottom, "limit"),
        svg.text(x, top - 11, f"{value_s:g} s", "soft small", "middle"),
    )
