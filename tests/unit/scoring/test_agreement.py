"""Agreement of scorers: matching against exhaustive search, kappa against independent formulas."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from ekbom.errors import AnnotationError, UsageError
from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.scoring.agreement import Agreement, compare_scorings
from ekbom.scoring.agreement_events import (
    AgreementRules,
    event_agreement,
    intersection_over_union,
    match_movements,
)
from ekbom.scoring.agreement_ranges import Range
from ekbom.scoring.agreement_scorings import Scoring
from ekbom.scoring.agreement_stages import STAGES, stage_agreement
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

BASE = load((*SECTIONS, "agreement"))
RULES = bind(AgreementRules, BASE, "ekbom-agreement-1")
CHOSEN = settings(BASE)
MIN_IOU = RULES.match_min_iou

Spans = Sequence[tuple[float, float]]
N2 = SleepStage.N2


def leg(spans: Spans, side: Side = Side.LEFT) -> LegMovements:
    return LegMovements.of(side, [s[0] for s in spans], [s[1] for s in spans])


def pairs(a: Spans, b: Spans, min_iou: float = MIN_IOU) -> list[tuple[int, int]]:
    in_a, in_b = match_movements(leg(a), leg(b), min_iou)
    return list(zip(in_a.tolist(), in_b.tolist(), strict=True))


def iou_of(one: tuple[float, float], other: tuple[float, float]) -> float:
    shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    covered = one[1] - one[0] + other[1] - other[0] - shared
    return shared / covered if covered else 0.0


def greedy(a: Spans, b: Spans) -> int:
    """Pairs found when the best overlap is taken first."""
    ranked = sorted(
        ((iou_of(x, y), i, j) for (i, x), (j, y) in product(enumerate(a), enumerate(b))),
        reverse=True,
    )
    in_a: set[int] = set()
    in_b: set[int] = set()
    for iou, i, j in ranked:
        if iou > 0 and iou >= MIN_IOU and i not in in_a and j not in in_b:
            in_a.add(i)
            in_b.add(j)
    return len(in_a)


def best_by_trying_all(a: Spans, b: Spans) -> tuple[int, float]:
    """Most pairs, and the largest sum of overlaps with that many."""
    if len(a) > len(b):
        a, b = b, a
    best = (0, 0.0)
    for order in permutations(range(len(b)), len(a)):
        ious = [iou_of(x, b[j]) for x, j in zip(a, order, strict=True)]
        kept = [iou for iou in ious if iou > 0 and iou >= MIN_IOU]
        best = max(best, (len(kept), sum(kept)))
    return best


# Quarter seconds, so that ties, shared edges and marks without length are common.
SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 16)).map(
        lambda drawn: (drawn[0] / 4, (drawn[0] + drawn[1]) / 4)
    ),
    max_size=5,
)


def test_the_threshold_is_that_of_the_published_comparison_with_twelve_scorers() -> None:
    assert RULES.match_min_iou == 0.2
    assert RULES.provenance["match_min_iou"].source == "psgscoring"
    assert RULES.limits_width_sd == 1.96


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([], [], []),
        ([(0, 2)], [], []),
        ([], [(0, 2)], []),
        ([(0, 2)], [(0, 2)], [(0, 0)]),
        ([(0, 2)], [(2, 4)], []),  # touching
        ([(0, 10)], [(4, 6)], [(0, 0)]),  # nested, exactly 0.2
        ([(0, 10)], [(4, 5.75)], []),  # nested, below
        ([(0, 10)], [(0, 2), (3, 6), (7, 9)], [(0, 1)]),  # the best of three
        ([(3, 3)], [(3, 3)], []),  # no time at all
        ([(3, 3)], [(0, 9)], []),
        ([(0, 4), (0, 4)], [(0, 4), (0, 4)], [(0, 0), (1, 1)]),  # all equal: still one to one
        ([(0, 4), (10, 14)], [(10, 14), (0, 4)], [(0, 0), (1, 1)]),  # any order
        ([(0, 8), (1, 7), (2, 6)], [(2, 6), (0, 8)], [(0, 0), (2, 1)]),  # nested in one list
    ],
)
def test_movements_match_one_to_one_from_the_least_overlap_on(
    a: Spans, b: Spans, expected: list[tuple[int, int]]
) -> None:
    assert pairs(a, b) == expected


def test_taking_the_best_overlap_first_would_lose_a_pair_here() -> None:
    a, b = [(0, 10), (10.5, 13)], [(0, 3), (3.5, 13)]
    assert greedy(a, b) == 1
    assert pairs(a, b) == [(0, 0), (1, 1)]


def test_marks_that_touch_never_match_even_without_a_least_overlap() -> None:
    assert pairs([(0, 2)], [(2, 4)], min_iou=0.0) == []


@given(SPANS, SPANS)
def test_no_other_pairing_has_more_pairs_or_more_overlap(a: Spans, b: Spans) -> None:
    a, b = sorted(a), sorted(b)
    found = pairs(a, b)
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    total = sum(iou_of(a[i], b[j]) for i, j in found)
    n_best, best_total = best_by_trying_all(a, b)
    assert len(found) == n_best
    assert total == pytest.approx(best_total)
    assert len(found) >= greedy(a, b)
    assert len(found) == len(pairs(b, a))


@pytest.mark.parametrize("seed", range(5))
def test_a_whole_night_matches_as_scipy_assigns_it(seed: int) -> None:
    random = np.random.default_rng(seed)

    def night(n: int) -> LegMovements:
        onset_s = random.uniform(0, 900, n)
        return LegMovements.of(Side.LEFT, onset_s, onset_s + random.exponential(3, n))

    a, b = night(150), night(190)
    in_a, in_b = match_movements(a, b, MIN_IOU)
    iou = intersection_over_union(a, b, np.arange(150), np.arange(190))
    worth = np.where(iou >= MIN_IOU, 1000 + iou, 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    assert worth[in_a, in_b].sum() == pytest.approx(worth[rows, columns].sum(), abs=1e-6)
    assert (iou[in_a, in_b] >= MIN_IOU).all()


def test_counts_and_errors_by_leg_and_of_both_legs() -> None:
    a = {Side.LEFT: leg([(0, 2), (30, 32)]), Side.RIGHT: leg([(60, 64)], Side.RIGHT)}
    b = {Side.LEFT: leg([(0.5, 2)]), Side.RIGHT: leg([(60.1, 64.3), (90, 91)], Side.RIGHT)}
    found = event_agreement(a, b, RULES)
    left, right, both = found["left"], found["right"], found["both"]
    assert (left.n_a, left.n_b, left.difference, left.n_matched) == (2, 1, -1, 1)
    assert (left.precision, left.recall, left.f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (right.precision, right.recall) == (0.5, 1.0)
    assert (both.n_a, both.n_b, both.n_matched, both.f1) == (3, 3, 2, pytest.approx(2 / 3))
    assert both.onset.mean_s == pytest.approx(0.3)
    assert both.onset.median_s == pytest.approx(0.3)
    sd_s = 0.4 / 2**0.5  # of 0.5 and 0.1
    assert both.onset.sd_s == pytest.approx(sd_s)
    assert both.onset.lower_s == pytest.approx(0.3 - 1.96 * sd_s)
    assert both.onset.upper_s == pytest.approx(0.3 + 1.96 * sd_s)
    assert both.end.mean_s == pytest.approx(0.15)
    assert both.duration.mean_s == pytest.approx(-0.15)
    assert (left.onset.mean_s, left.onset.sd_s) == (0.5, None)


def test_a_movement_does_not_match_one_on_the_other_leg() -> None:
    a = {Side.LEFT: leg([(0, 2)]), Side.RIGHT: leg([], Side.RIGHT)}
    b = {Side.LEFT: leg([]), Side.RIGHT: leg([(0, 2)], Side.RIGHT)}
    assert event_agreement(a, b, RULES)["both"].n_matched == 0


def test_without_any_movement_there_is_no_f1_but_a_reason() -> None:
    none = {Side.LEFT: leg([]), Side.RIGHT: leg([], Side.RIGHT)}
    some = {Side.LEFT: leg([(0, 2)]), Side.RIGHT: leg([], Side.RIGHT)}
    empty = event_agreement(none, none, RULES)["both"]
    assert (empty.f1, empty.precision, empty.recall) == (None, None, None)
    assert empty.undefined == "neither scorer marked a movement"
    missed = event_agreement(some, none, RULES)["both"]
    assert (missed.f1, missed.precision, missed.recall, missed.undefined) == (0.0, None, 0.0, "")
    assert missed.onset.mean_s is None


def hypnogram(text: str, epoch_s: float = 30.0, start_s: float = 0.0) -> Hypnogram:
    """Stages by one letter each: W 1 2 3 R and ?."""
    names = {"1": "N1", "2": "N2", "3": "N3"}
    return Hypnogram(tuple(SleepStage(names.get(c, c)) for c in text), epoch_s, start_s)


def test_kappa_of_the_textbook_table_20_5_10_15_is_0_4() -> None:
    # Observed 35 / 50; by chance (25 * 30 + 25 * 20) / 2500 = 0.5; (0.7 - 0.5) / (1 - 0.5).
    a = hypnogram("W" * 25 + "2" * 25)
    b = hypnogram("W" * 20 + "2" * 5 + "W" * 10 + "2" * 15)
    found = stage_agreement(a, b)
    assert found.kappa == pytest.approx(0.4)
    assert found.percent_agreement == pytest.approx(70)
    assert found.confusion["W"]["N2"] == 5
    assert found.confusion["N2"]["W"] == 10
    assert found.by_stage["W"].agreement == pytest.approx(2 * 20 / 55)
    assert found.by_stage["R"].agreement is None


@given(st.lists(st.tuples(st.sampled_from("W123R"), st.sampled_from("W123R")), min_size=1))
def test_kappa_is_agreement_beyond_that_of_shuffled_epochs(epochs: list[tuple[str, str]]) -> None:
    one, other = "".join(a for a, _ in epochs), "".join(b for _, b in epochs)
    found = stage_agreement(hypnogram(one), hypnogram(other))
    # Disagreement seen, over that of every epoch of A put beside every epoch of B.
    seen = np.mean([a != b for a, b in epochs])
    shuffled = np.mean([a != b for a, b in product(one, other)])
    if shuffled == 0:
        assert found.kappa is None
        assert found.undefined == "both gave every epoch the same one stage"
    else:
        assert found.kappa == pytest.approx(1 - seen / shuffled, abs=1e-12)
    turned = stage_agreement(hypnogram(other), hypnogram(one))
    assert turned.kappa == found.kappa
    assert sum(of.n_both for of in found.by_stage.values()) == sum(a == b for a, b in epochs)


def test_epochs_either_left_unscored_are_left_out_and_counted() -> None:
    found = stage_agreement(hypnogram("W?22R"), hypnogram("W2?2R"))
    assert (found.n_epochs, found.n_left_out, found.percent_agreement) == (3, 2, 100.0)


def test_epochs_outside_one_hypnogram_are_left_out_and_counted() -> None:
    found = stage_agreement(hypnogram("W1223"), hypnogram("1223R", start_s=30.0))
    assert (found.n_epochs, found.n_left_out, found.kappa) == (4, 2, 1.0)


def test_nothing_scored_by_both_has_no_kappa_but_a_reason() -> None:
    found = stage_agreement(hypnogram("W?"), hypnogram("?W"))
    assert (found.kappa, found.percent_agreement) == (None, None)
    assert found.undefined == "no epoch was scored by both"


def test_a_long_epoch_counts_as_the_short_ones_it_holds() -> None:
    found = stage_agreement(hypnogram("W2", 60.0), hypnogram("W222", 30.0))
    assert (found.epoch_s, found.n_epochs) == (30.0, 4)
    assert found.percent_agreement == pytest.approx(75)


@pytest.mark.parametrize(
    ("epoch_s", "start_s", "n"), [(20.0, 0.0, 9), (30.0, 10.0, 9), (29.99, 0.0, 900)]
)
def test_epochs_on_no_common_grid_are_refused(epoch_s: float, start_s: float, n: int) -> None:
    with pytest.raises(AnnotationError, match="do not lie on one grid") as raised:
        stage_agreement(hypnogram("2" * n), hypnogram("2" * n, epoch_s, start_s), "x and y")
    assert raised.value.where == "x and y"
    assert "30 s from 0 s" in raised.value.found


# Scorers: series of movements 20 s apart in the night of 100 epochs of N2 -------------------------

ASLEEP = Hypnogram((N2,) * 100, 30.0)


def scoring(
    name: str, n: int, *, late_s: float = 0.0, staged: bool = True, side: Side = Side.LEFT
) -> Scoring:
    events = tuple(
        Event(EventKind.LEG_MOVEMENT, 60 + 20 * k + late_s, 2.0, side=side) for k in range(n)
    )
    return Scoring(name, Annotations(events, ASLEEP if staged else None, name), True)


def range_of(found: Agreement, measure: str) -> Range:
    return next(item for item in found.ranges if item.measure == measure)


def test_index_difference_is_of_each_scorers_own_movements() -> None:
    found = compare_scorings([scoring("a", 10), scoring("b", 20)], RULES, CHOSEN)
    hours = 100 * 30 / 3600
    assert [scorer.plms_per_h for scorer in found.scorers] == [10 / hours, 20 / hours]
    assert found.pairs[0].plms_per_h_difference == pytest.approx(10 / hours)
    assert found.rules == "wasm-2016"


def test_a_movement_marked_on_both_legs_counts_on_each() -> None:
    both = scoring("a", 5, side=Side.BILATERAL)
    found = compare_scorings([both, scoring("b", 5)], RULES, CHOSEN)
    assert (found.scorers[0].n_left, found.scorers[0].n_right, found.scorers[0].n_legs) == (
        5,
        5,
        10,
    )


def test_stages_and_lights_are_borrowed_from_the_first_who_has_them_and_it_is_said() -> None:
    lights = Event(EventKind.LIGHTS_OFF, 250.0, 0.0)
    lender = scoring("b", 10)
    lender = Scoring("b", Annotations((*lender.annotations.events, lights), ASLEEP, "b"), True)
    found = compare_scorings([scoring("a", 10, staged=False), lender], RULES, CHOSEN)
    assert [scorer.stages_from for scorer in found.scorers] == ["b", "b"]
    assert found.pairs[0].plms_per_h_difference == 0
    assert ("stages-from-other", "a") in {(c.code, c.where) for c in found.caveats}


def test_without_any_stages_the_index_is_unknown_and_counts_stand() -> None:
    unstaged = [scoring("a", 10, staged=False), scoring("b", 12, staged=False)]
    found = compare_scorings(unstaged, RULES, CHOSEN)
    assert [scorer.plms_per_h for scorer in found.scorers] == [None, None]
    assert [scorer.n_periodic for scorer in found.scorers] == [10, 12]
    assert found.pairs[0].plms_per_h_difference is None
    assert {caveat.code for caveat in found.caveats} == {"no-staging"}


def test_who_marked_no_movement_stays_out_of_movements_but_lends_stages() -> None:
    stager = Scoring.of("s", Annotations((), ASLEEP, "s"))
    movers = [scoring(name, 10, staged=False) for name in "ab"]
    found = compare_scorings([stager, *movers], RULES, CHOSEN)
    assert [pair.events is None for pair in found.pairs] == [True, True, False]
    assert range_of(found, "n_legs").n == 2
    assert found.scorers[1].stages_from == "s"
    assert "no-leg-movements" in {caveat.code for caveat in found.caveats}


def test_range_over_pairs_and_each_scorer_against_the_others() -> None:
    scorers = [scoring("a", 10), scoring("b", 20), scoring("c", 30)]
    f1 = range_of(compare_scorings(scorers, RULES, CHOSEN), "f1")
    ab, ac, bc = 2 * 10 / 30, 2 * 10 / 40, 2 * 20 / 50
    assert (f1.n, f1.low, f1.high) == (3, pytest.approx(ac), pytest.approx(bc))
    assert f1.median == pytest.approx(median([ab, ac, bc]))
    assert f1.by_scorer["a"] == pytest.approx((ab + ac) / 2)
    assert f1.by_scorer["c"] == pytest.approx((ac + bc) / 2)
    assert (f1.test, f1.verdict) == (None, None)


@pytest.mark.parametrize(
    ("n", "count", "f1"),
    # Medians of a, b and c against the others are 0.583, 0.733 and 0.65.
    [
        (3, "below", "below"),
        (9, "below", "inside"),
        (15, "inside", "above"),
        (31, "above", "above"),
    ],
)
def test_the_one_under_test_is_set_beside_the_others_and_not_among_them(
    n: int, count: str, f1: str
) -> None:
    scorers = [scoring("a", 10), scoring("b", 20), scoring("c", 30)]
    found = compare_scorings(scorers, RULES, CHOSEN, scoring("t", n))
    assert range_of(found, "plms_per_h").verdict == count
    assert range_of(found, "plms_per_h").n == 3
    of_f1 = range_of(found, "f1")
    against = [2 * min(n, m) / (n + m) for m in (10, 20, 30)]
    assert of_f1.test == pytest.approx(median(against))
    assert (of_f1.n, set(of_f1.by_scorer)) == (3, {"a", "b", "c"})
    assert of_f1.verdict == f1


def test_the_ends_of_the_range_are_inside() -> None:
    found = compare_scorings([scoring("a", 10), scoring("b", 20)], RULES, CHOSEN, scoring("t", 20))
    assert range_of(found, "n_legs").verdict == "inside"


def test_one_pair_is_no_range() -> None:
    found = compare_scorings([scoring("a", 10), scoring("b", 20)], RULES, CHOSEN, scoring("t", 15))
    assert range_of(found, "f1").verdict is None
    alone = compare_scorings([scoring("a", 10)], RULES, CHOSEN, scoring("t", 15))
    assert range_of(alone, "n_legs").verdict is None


def test_size_of_an_error_does_not_depend_on_who_is_first() -> None:
    early_first = [scoring("a", 10), scoring("b", 10, late_s=0.5)]
    for scorers in (early_first, early_first[::-1]):
        found = compare_scorings(scorers, RULES, CHOSEN)
        assert range_of(found, "onset_median_size_s").median == pytest.approx(0.5)


def test_fewer_than_two_or_one_name_twice_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="1 scoring"):
        compare_scorings([scoring("a", 1)], RULES, CHOSEN)
    with pytest.raises(UsageError, match="a given more than once"):
        compare_scorings([scoring("a", 1), scoring("a", 2)], RULES, CHOSEN)


def test_every_stage_but_unscored_is_compared() -> None:
    assert set(STAGES) == set(SleepStage) - {SleepStage.UNSCORED}
