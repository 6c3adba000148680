"""Populations and trials: the same numbers however they are run, flat memory, known effects."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.populations.lanes import MEASURES, Lanes, engine
from ekbom.mechanism.populations.population import (
    SECTIONS,
    Chunk,
    Plan,
    Population,
    PopulationArm,
    settings_of,
    simulate_population,
)
from ekbom.mechanism.populations.population_summary import Totals
from ekbom.mechanism.populations.virtual_patients import (
    EntryCriteria,
    joined,
    lot,
    population_records,
)
from ekbom.mechanism.regimen import Line

WEEKS = 2
DAYS = np.ones(7 * WEEKS, dtype=bool)
PLACEBO = PopulationArm("placebo")
AGONIST = PopulationArm("agonist", (Line("pramipexole", 0.5, (20.0,), DAYS),))
IRLS = MEASURES.index("irls")


@cache
def knowledge() -> KnowledgeBase:
    return load(SECTIONS)


@cache
def draws(n: int = 16) -> Draws:
    return prior_draws(Priors.of(knowledge()), n, np.random.default_rng(3))


def plan(n: int = 600, **given: object) -> Plan:
    return replace(Plan(n, (PLACEBO, AGONIST), WEEKS, draws()), **given)  # type: ignore[arg-type]


def in_numpy(asked: Plan, **given: object) -> Population:
    return simulate_population(asked, knowledge(), backend="numpy", **given)  # type: ignore[arg-type]


def in_chunks_of(lots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plan, "lots_per_chunk", property(lambda self: lots))


# The same numbers ------------------------------------------------------------------------------


def same(one: Totals, other: Totals, rtol: float) -> None:
    assert (one.n, one.failed) == (other.n, other.failed)
    for name in ("n_of_draw", "sums_of_draw", "squares", "squares_apart", "least", "most"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol, atol=1e-9)


def test_chunks_change_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = in_numpy(plan())
    in_chunks_of(1, monkeypatch)
    parts = in_numpy(plan())
    assert (whole.totals.chunks, parts.totals.chunks) == (1, 3)
    same(whole.totals, parts.totals, 1e-12)
    np.testing.assert_array_equal(whole.totals.counts, parts.totals.counts)


def test_more_people_leave_the_first_ones_as_they_were() -> None:
    seen: dict[int, Chunk] = {}
    for n in (300, 600):
        in_numpy(plan(n), each=lambda chunk, n=n: seen.update({n: chunk}))
    np.testing.assert_array_equal(seen[300].nights, seen[600].nights[..., :300])


def test_another_seed_draws_other_people() -> None:
    one, other = in_numpy(plan(300)), in_numpy(plan(300, seed=2))
    assert one.rows != other.rows
    assert one.rows == in_numpy(plan(300)).rows


def some_lanes() -> Lanes:
    records = population_records(knowledge())
    people = joined([lot(number, (1, 0), records) for number in range(2)])
    nothing = np.zeros(512)
    return Lanes(people, np.arange(512) % 16, nothing + 0.5, nothing - 0.5)


ARMS = [arm.arm(7 * WEEKS) for arm in (PLACEBO, AGONIST)]


def test_numpy_and_jax_agree_whatever_the_block() -> None:
    pytest.importorskip("jax")
    exact = engine(ARMS, WEEKS, draws(), knowledge(), "numpy").run(some_lanes(), (0, 1)).nights()
    # Blocks of 96 cut across the lots people are drawn in, and the last ones are filled up.
    quick = engine(ARMS, WEEKS, draws(), knowledge(), "jax")
    of_96 = quick.run(some_lanes(), (0, 1), block=96, width=640).nights()
    scale = np.abs(exact).max(axis=(0, 2, 3), keepdims=True)
    assert of_96.shape == exact.shape
    assert (np.abs(of_96 - exact) / scale).max() < 1e-4
    assert np.abs(exact[1, IRLS, -1] - exact[0, IRLS, -1]).max() > 1


def test_how_many_lanes_numpy_takes_changes_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = engine(ARMS, WEEKS, draws(), knowledge(), "numpy")
    whole = ready.run(some_lanes(), (0, 1)).nights()
    monkeypatch.setattr("ekbom.mechanism.populations.lanes._NUMPY_LANES", 100)
    np.testing.assert_allclose(ready.run(some_lanes(), (0, 1)).nights(), whole, rtol=1e-12)


@pytest.mark.parametrize("gain", [-3, 0, 3])
def test_everybody_starts_as_measured_however_strong_the_gains(gain: float) -> None:
    ids = tuple(record.id for record in Priors.of(knowledge()).uncertain)
    scores = np.zeros((1, len(ids)))
    for name in ("spinal-gain", "iron-to-d2"):
        scores[0, ids.index(name)] = gain
    held: list[Chunk] = []
    strong = Draws("poor-receptors", "prior", ids, scores)
    in_numpy(plan(1000, arms=(PLACEBO,), weeks=1, draws=strong), each=held.append)
    person, first = held[0].people.person, held[0].nights[0, :, 0]
    np.testing.assert_allclose(first[MEASURES.index("plms_index")], person.plms_index, atol=0.5)
    np.testing.assert_allclose(first[IRLS], person.irls, atol=0.1)
    np.testing.assert_allclose(first[MEASURES.index("wake_min")], person.wake_min, rtol=0.02)


# Stopped and gone on ---------------------------------------------------------------------------


class Stopped(Exception):
    pass


def test_stopped_twice_it_comes_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    in_chunks_of(1, monkeypatch)
    asked = plan(1100)
    whole = in_numpy(asked)
    kept: list[Totals] = []

    def stop_at(chunk: Chunk) -> None:
        kept.append(chunk.totals)
        if chunk.number in (1, 3):
            raise Stopped

    for _ in range(2):
        with pytest.raises(Stopped):
            in_numpy(asked, so_far=kept[-1] if kept else None, each=stop_at)
    gone_on = in_numpy(asked, so_far=kept[-1])
    assert [totals.chunks for totals in kept] == [1, 2, 3, 4]
    for name in Totals.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(whole.totals, name), getattr(gone_on.totals, name))
    assert whole.rows == gone_on.rows


def test_whatever_the_numbers_depend_on_is_in_the_hash() -> None:
    others = [
        plan(601),
        plan(seed=2),
        plan(weeks=3),
        plan(draws=draws(8)),
        plan(criteria=EntryCriteria(irls_from=15)),
        plan(arms=(PLACEBO,)),
        plan(arms=(PLACEBO, replace(AGONIST, hopes=False))),
    ]
    hashes = [settings_of(asked, knowledge(), "numpy")["hash"] for asked in (plan(), *others)]
    hashes.append(settings_of(plan(), knowledge(), "jax")["hash"])
    assert len(set(hashes)) == len(hashes)
    assert hashes[0] == settings_of(plan(), knowledge(), "numpy")["hash"]


# Memory and sums -------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_number_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    in_chunks_of(1, monkeypatch)

    def most_bytes(n: int) -> int:
        tracemalloc.start()
        in_numpy(plan(n, arms=(PLACEBO,)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    most_bytes(256)
    assert most_bytes(2560) < 1.2 * most_bytes(512)


def test_a_thousand_million_people_are_planned_without_being_held() -> None:
    asked = plan(10**9, weeks=520)
    held = asked.lots_per_chunk * 256 * 2 * len(MEASURES) * 521
    assert held <= 6_000_000 or asked.lots_per_chunk == 1
    assert asked.n_chunks * asked.lots_per_chunk * 256 >= 10**9


def test_sums_come_to_means_and_percentiles() -> None:
    kept: list[Chunk] = []
    population = in_numpy(plan(), each=kept.append)
    values = kept[0].nights[1, IRLS, WEEKS]
    row = next(
        row
        for row in population.rows
        if (row.arm, row.measure, row.week) == ("agonist", "irls", WEEKS)
    )
    assert row.mean == pytest.approx(values.mean(), rel=1e-9)
    assert row.sd == pytest.approx(values.std(), rel=1e-6)
    levels = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    np.testing.assert_allclose([row.p05, row.p25, row.p50, row.p75, row.p95], levels, atol=0.3)
    apart = values - kept[0].nights[0, IRLS, WEEKS]
    assert row.difference == pytest.approx(apart.mean(), rel=1e-9)
    assert row.difference_low <= row.difference <= row.difference_high


def test_the_interval_over_parameters_is_not_that_of_who_was_drawn() -> None:
    """Ferritin at the start depends on no parameter: only chance parts the sets."""
    rows = {(row.measure, row.week): row for row in in_numpy(plan()).rows if row.arm == "agonist"}
    ferritin, severity = rows["ferritin", 0], rows["irls", WEEKS]
    assert ferritin.mean_high - ferritin.mean_low < 0.2 * ferritin.sd
    assert severity.mean_high - severity.mean_low > 2


def test_who_comes_to_no_number_is_left_out_and_counted() -> None:
    nights = np.ones((1, len(MEASURES), 2, 6))
    nights[0, 3, 1, 4] = np.nan
    nothing = Totals.nothing(1, 2, 4)
    totals = nothing.with_nights(nights, np.arange(6) % 4)
    assert (totals.n, totals.failed, totals.chunks) == (5, 1, 1)
    np.testing.assert_array_equal(totals.n_of_draw, [1, 2, 1, 1])
    assert np.isfinite(totals.sums_of_draw).all()
    none = nothing.with_nights(np.full_like(nights, np.nan), np.arange(6) % 4)
    assert (none.n, none.failed, none.chunks) == (0, 6, 1)
