"""Agreement of two scorers on leg movements: which marks are the same movement, and how close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.scoring.movements import Indices, LegMovements, Seconds
from ekbom.terms import Side

Shares = NDArray[np.float64]
Legs = Mapping[Side, LegMovements]

BOTH_LEGS = "both"


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """When two marks are one movement, and how wide limits of agreement are."""

    edition: str
    match_min_iou: Annotated[float, Param("agreement/match-min-iou", "1")]
    limits_width_sd: Annotated[float, Param("agreement/limits-of-agreement-width", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Differences:
    """Differences B - A in seconds over matched movements.

    Parameters
    ----------
    mean_s, median_s : float or None
        None where nothing matched.
    sd_s, lower_s, upper_s : float or None
        Standard deviation of the sample, and limits of agreement around the mean (Bland and
        Altman); None for fewer than two matches.
    """

    mean_s: float | None
    median_s: float | None
    sd_s: float | None
    lower_s: float | None
    upper_s: float | None

    @classmethod
    def of(cls, differences_s: Seconds, width_sd: float) -> Differences:
        """From the differences of the matched movements."""
        if len(differences_s) == 0:
            return cls(None, None, None, None, None)
        mean_s, median_s = float(differences_s.mean()), float(np.median(differences_s))
        if len(differences_s) == 1:
            return cls(mean_s, median_s, None, None, None)
        sd_s = float(differences_s.std(ddof=1))
        half_s = width_sd * sd_s
        return cls(mean_s, median_s, sd_s, mean_s - half_s, mean_s + half_s)


@dataclass(frozen=True, slots=True)
class EventAgreement:
    """Leg movements of two scorers beside each other; A is the reference.

    Parameters
    ----------
    n_a, n_b, difference, n_matched : int
        Movements of each, B - A, and how many of them are the same.
    precision, recall : float or None
        Matched of those of B, and of those of A; None where that scorer marked none.
    f1 : float or None
        Their harmonic mean, ``2 n_matched / (n_a + n_b)``; None where neither marked any: two
        empty lists agree, but say nothing about finding movements.
    onset, end, duration : Differences
        Of matched movements, B - A.
    undefined : str
        Why there is no F1; empty where there is one.
    """

    n_a: int
    n_b: int
    difference: int
    n_matched: int
    precision: float | None
    recall: float | None
    f1: float | None
    onset: Differences
    end: Differences
    duration: Differences
    undefined: str = ""


def match_movements(a: LegMovements, b: LegMovements, min_iou: float) -> tuple[Indices, Indices]:
    """Which movements of two scorers on one leg are the same: one to one, as many as possible.

    Among all ways to pair them, the one with most pairs is taken, and among those the one with
    the largest sum of intersections over unions. How many pairs there are does not depend on
    who is A nor on the order of events, and is never less than taking the best overlap first
    would find.

    Parameters
    ----------
    a, b : LegMovements
        Movements of one leg; marks of one scorer may overlap each other.
    min_iou : float
        Least intersection over union of a pair. Movements that only touch, or last no time,
        never match.

    Returns
    -------
    in_a, in_b : array of int, shape (n_matched,)
        Positions of the pairs, in order of those in ``a``.
    """
    pairs: list[tuple[int, int]] = []
    for rows, columns in _clusters(a, b):
        iou = intersection_over_union(a, b, rows, columns)
        allowed = (iou > 0) & (iou >= min_iou)
        if allowed.any():
            # One pair more outweighs every sum of overlaps, none of which exceeds 1.
            worth = np.where(allowed, min(iou.shape) + 1 + iou, 0.0)
            pairs += [
                (int(rows[row]), int(columns[column]))
                for row, column in _largest_total(worth)
                if allowed[row, column]
            ]
    matched = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return matched[:, 0], matched[:, 1]


def intersection_over_union(
    a: LegMovements, b: LegMovements, rows: Indices, columns: Indices
) -> Shares:
    """Time both cover over time either covers, shape (len(rows), len(columns))."""
    onset_a, end_a = a.onset_s[rows, None], a.offset_s[rows, None]
    onset_b, end_b = b.onset_s[columns], b.offset_s[columns]
    shared_s = np.clip(np.minimum(end_a, end_b) - np.maximum(onset_a, onset_b), 0, None)
    covered_s = (end_a - onset_a) + (end_b - onset_b) - shared_s
    iou: Shares = np.divide(shared_s, covered_s, out=0 * shared_s, where=covered_s > 0)
    return iou


def event_agreement(a: Legs, b: Legs, rules: AgreementRules) -> dict[str, EventAgreement]:
    """Agreement on the left leg, on the right leg, and on both together.

    A movement matches on its own leg only; ``both`` adds the legs up.

    Parameters
    ----------
    a, b : Mapping of Side to LegMovements
        Movements of both legs as each scorer marked them; A is the reference.
    rules : AgreementRules
        When two marks are one movement.
    """
    matched = {side: match_movements(a[side], b[side], rules.match_min_iou) for side in a}
    found = {
        str(side): _agreement([a[side]], [b[side]], [matched[side]], rules) for side in matched
    }
    found[BOTH_LEGS] = _agreement(
        [a[side] for side in matched],
        [b[side] for side in matched],
        list(matched.values()),
        rules,
    )
    return found


def _agreement(
    legs_a: list[LegMovements],
    legs_b: list[LegMovements],
    matched: list[tuple[Indices, Indices]],
    rules: AgreementRules,
) -> EventAgreement:
    n_a, n_b = sum(map(len, legs_a)), sum(map(len, legs_b))
    n_matched = sum(len(in_a) for in_a, _ in matched)
    compared = list(zip(legs_a, legs_b, matched, strict=True))
    onset_s = np.concatenate([b.onset_s[j] - a.onset_s[i] for a, b, (i, j) in compared])
    end_s = np.concatenate([b.offset_s[j] - a.offset_s[i] for a, b, (i, j) in compared])
    width_sd = rules.limits_width_sd
    return EventAgreement(
        n_a=n_a,
        n_b=n_b,
        difference=n_b - n_a,
        n_matched=n_matched,
        precision=n_matched / n_b if n_b else None,
        recall=n_matched / n_a if n_a else None,
        f1=2 * n_matched / (n_a + n_b) if n_a + n_b else None,
        onset=Differences.of(onset_s, width_sd),
        end=Differences.of(end_s, width_sd),
        duration=Differences.of(end_s - onset_s, width_sd),
        undefined="" if n_a + n_b else "neither scorer marked a movement",
    )


def _clusters(a: LegMovements, b: LegMovements) -> Iterator[tuple[Indices, Indices]]:
    """Positions in ``a`` and ``b`` of movements that overlap in a chain; no pair crosses two."""
    onset_s = np.concatenate([a.onset_s, b.onset_s])
    order = np.argsort(onset_s, kind="stable")
    end_so_far_s = np.maximum.accumulate(np.concatenate([a.offset_s, b.offset_s])[order])
    apart = onset_s[order][1:] >= end_so_far_s[:-1]
    for members in np.split(order, np.flatnonzero(apart) + 1):
        rows, columns = members[members < len(a)], members[members >= len(a)] - len(a)
        if len(rows) and len(columns):
            yield rows, columns


def _largest_total(worth: Shares) -> list[tuple[int, int]]:
    """Rows and columns paired one to one so that their worth adds up to the most.

    Rows are added one at a time, each along the cheapest path that moves rows already placed.
    Prices of rows and columns keep every step's loss from being negative, so that such a path
    is found by going to the nearest column next (the assignment problem: Kuhn 1955; shortest
    paths with prices: Edmonds and Karp 1972).
    """
    if worth.shape[0] > worth.shape[1]:
        return [(row, column) for column, row in _largest_total(worth.T)]
    n_columns = worth.shape[1]
    row_price, column_price = worth.max(axis=1), np.zeros(n_columns)
    row_in = np.full(n_columns, -1)
    for new in range(len(worth)):
        far = np.full(n_columns, np.inf)
        came_from = np.full(n_columns, -1)
        settled = np.zeros(n_columns, dtype=bool)
        row, column, gone = new, -1, 0.0
        while row >= 0:
            loss = gone + row_price[row] + column_price - worth[row]
            nearer = ~settled & (loss < far)
            far[nearer], came_from[nearer] = loss[nearer], column
            column = int(np.argmin(np.where(settled, np.inf, far)))
            settled[column], gone = True, float(far[column])
            row = int(row_in[column])
        gain = gone - far[settled]
        row_price[new] -= gone
        placed = row_in[settled]
        row_price[placed[placed >= 0]] -= gain[placed >= 0]
        column_price[settled] += gain
        while column >= 0:
            before = int(came_from[column])
            row_in[column] = new if before < 0 else row_in[before]
            column = before
    return [(int(row), column) for column, row in enumerate(row_in) if row >= 0]
