"""How well one list of leg movements agrees with another, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Match:
    """One truth movement and the detected movement paired with it."""

    truth: Interval
    found: Interval
    overlap: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts and timing errors of one leg of one night.

    Errors are found minus truth in seconds, one per matched movement.
    """

    n_truth: int
    n_found: int
    n_matched: int
    onset_errors_s: tuple[float, ...]
    end_errors_s: tuple[float, ...]


def intersection_over_union(a: Interval, b: Interval) -> float:
    """Common time of two intervals over the time either covers."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    if common <= 0:
        return 0.0
    return common / (max(a[1], b[1]) - min(a[0], b[0]))


def match(truth: list[Interval], found: list[Interval], least_overlap: float) -> list[Match]:
    """Pair intervals one to one, largest overlap first.

    Greedy on intersection over union; a pair below `least_overlap` is no pair. Ties go to the
    earlier truth, then to the earlier found interval, so that the result is always the same.
    """
    truth, found = sorted(truth), sorted(found)
    candidates: list[tuple[float, int, int]] = []
    first = 0
    longest_s = max((end - start for start, end in found), default=0.0)
    for i, one in enumerate(truth):
        while first < len(found) and found[first][0] + longest_s < one[0]:
            first += 1
        for j in range(first, len(found)):
            if found[j][0] >= one[1]:
                break
            overlap = intersection_over_union(one, found[j])
            if overlap >= least_overlap:
                candidates.append((-overlap, i, j))
    matches: list[Match] = []
    used_truth: set[int] = set()
    used_found: set[int] = set()
    for negative, i, j in sorted(candidates):
        if i not in used_truth and j not in used_found:
            used_truth.add(i)
            used_found.add(j)
            matches.append(Match(truth[i], found[j], -negative))
    return matches


def agreement(truth: list[Interval], found: list[Interval], least_overlap: float) -> Agreement:
    """Agreement of the movements found in one leg with the truth."""
    pairs = match(truth, found, least_overlap)
    return Agreement(
        len(truth),
        len(found),
        len(pairs),
        tuple(pair.found[0] - pair.truth[0] for pair in pairs),
        tuple(pair.found[1] - pair.truth[1] for pair in pairs),
    )


def f1(n_truth: int, n_found: int, n_matched: int) -> float | None:
    """Harmonic mean of precision and recall; None where there was nothing to find or mark."""
    return 2 * n_matched / (n_truth + n_found) if n_truth + n_found else None


def pool(parts: list[Agreement]) -> dict[str, float | int | None]:
    """Precision, recall and F1 over all legs and nights, and median timing errors."""
    n_truth = sum(part.n_truth for part in parts)
    n_found = sum(part.n_found for part in parts)
    n_matched = sum(part.n_matched for part in parts)
    onset = [error for part in parts for error in part.onset_errors_s]
    end = [error for part in parts for error in part.end_errors_s]
    per_leg = [f1(part.n_truth, part.n_found, part.n_matched) for part in parts]
    known = [value for value in per_leg if value is not None]
    return {
        "n_truth": n_truth,
        "n_found": n_found,
        "n_matched": n_matched,
        "precision": n_matched / n_found if n_found else None,
        "recall": n_matched / n_truth if n_truth else None,
        "f1": f1(n_truth, n_found, n_matched),
        "f1_median_per_leg": median(known) if known else None,
        "f1_worst_leg": min(known) if known else None,
        "onset_error_median_s": median(onset) if onset else None,
        "onset_error_median_absolute_s": median(map(abs, onset)) if onset else None,
        "end_error_median_s": median(end) if end else None,
        "end_error_median_absolute_s": median(map(abs, end)) if end else None,
    }
