"""Parameters from standard scores, and sets of them."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.parameters import PATHWAYS, Priors, value_of

BASE = load(("model-parameters", "model-variants"))
VARIANTS = tuple(BASE.of(ModelVariant))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_pathway_that_is_closed_is_zero_and_not_drawn(variant: str) -> None:
    priors = Priors.of(BASE, variant)
    open_ = set(priors.variant.open_)
    body = priors.values(np, {record.id: 1.0 for record in priors.records}).body
    drawn = {record.symbol for record in priors.uncertain}
    for symbol in PATHWAYS:
        assert (getattr(body, symbol) != 0) == (symbol in open_)
        assert symbol in open_ or symbol not in drawn


@pytest.mark.parametrize("scale", ["log", "logit", "linear"])
def test_a_score_is_a_distance_in_prior_deviations(scale: str) -> None:
    record = next(r for r in Priors.of(BASE).uncertain if r.scale == scale)
    median, above = (float(value_of(np, record, score)) for score in (0.0, 1.0))
    assert median == pytest.approx(record.median)
    to_scale = {"log": np.log, "logit": lambda v: np.log(v / (1 - v)), "linear": np.asarray}[scale]
    assert to_scale(above) - to_scale(median) == pytest.approx(record.spread)


def test_no_value_leaves_its_limits() -> None:
    bounded = [record for record in Priors.of(BASE).uncertain if record.lower is not None]
    assert bounded
    for record in bounded:
        low, high = value_of(np, record, np.array([-40.0, 40.0]))
        assert (low, high) == (record.lower, record.upper)


def test_an_unknown_variant_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no variant 'fifth'") as caught:
        Priors.of(BASE, "fifth")
    assert all(variant in str(caught.value.expected) for variant in VARIANTS)


def test_draws_of_the_prior_are_standard_normal_and_of_their_seed() -> None:
    priors = Priors.of(BASE)
    draws = prior_draws(priors, 4000, np.random.default_rng(3))
    assert draws.scores.shape == (4000, len(priors.uncertain))
    assert np.abs(draws.scores.mean(axis=0)).max() < 0.08
    assert np.abs(draws.scores.std(axis=0) - 1).max() < 0.06
    again = prior_draws(priors, 4000, np.random.default_rng(3))
    assert (again.scores == draws.scores).all()


@pytest.mark.parametrize("n", [0, -1, 4])
def test_more_draws_than_there_are_cannot_be_had(n: int) -> None:
    draws = Draws("poor-receptors", "posterior", ("a",), np.zeros((3, 1)))
    with pytest.raises(UsageError, match="draws"):
        draws.first(n)
    assert len(draws.first(2)) == 2
