"""Virtual patients: within their limits, plausible together, the same whoever asks."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.parameters import Body, Kinetics, Priors
from ekbom.mechanism.populations.virtual_patients import (
    LOT,
    EntryCriteria,
    People,
    lot,
    population_records,
    virtual_patients,
)

RECORDS = population_records(load(("model-parameters",)))
MANY = 40_000
# Haemoglobin below which a person is anaemic, g/dL.
ANAEMIC_WOMAN, ANAEMIC_MAN = 12.0, 13.0


@pytest.fixture(scope="module")
def people() -> People:
    return virtual_patients(MANY, RECORDS, np.random.default_rng(5))


@pytest.mark.parametrize(
    ("symbol", "field"),
    [
        ("ferritin_{}_ug_per_l", "ferritin_ug_per_l"),
        ("tsat_{}_percent", "tsat_percent"),
        ("hemoglobin_{}_g_per_dl", "hemoglobin_g_per_dl"),
        ("weight_{}_kg", "weight_kg"),
        ("irls", "irls"),
        ("plms_index", "plms_index"),
        ("wake_min", "wake_min"),
        ("awakenings", "awakenings"),
        ("phase_shift_h", "phase_shift_h"),
    ],
)
def test_every_quantity_has_its_median_and_keeps_its_limits(
    people: People, symbol: str, field: str
) -> None:
    values = getattr(people.person, field)
    for sex, lanes in (("women", people.woman), ("men", ~people.woman)):
        record = RECORDS[symbol.format(sex)]
        assert record.lower is not None and record.upper is not None
        own = values[lanes]
        assert own.min() >= record.lower - 1e-9 and own.max() <= record.upper + 1e-9
        to_scale = np.log if record.scale == "log" else np.asarray
        low, middle, high = (
            float(to_scale(v)) for v in (record.lower, record.median, record.upper)
        )
        normal = NormalDist(middle, record.spread)
        expected = normal.inv_cdf((normal.cdf(low) + normal.cdf(high)) / 2)
        # Four standard errors of a median.
        error = 4 * 1.2533 * record.spread / np.sqrt(len(own))
        assert float(to_scale(np.median(own))) == pytest.approx(expected, abs=error)


def test_nobody_is_heaped_at_a_limit(people: People) -> None:
    for field in ("irls", "ferritin_ug_per_l", "plms_index"):
        values = getattr(people.person, field)
        assert (values == values.max()).sum() == (values == values.min()).sum() == 1


def test_ferritin_goes_with_saturation_and_haemoglobin_and_sex(people: People) -> None:
    person, women = people.person, people.woman
    stores = np.log(person.ferritin_ug_per_l[women])
    with_tsat = np.corrcoef(stores, np.log(person.tsat_percent[women]))[0, 1]
    with_hemoglobin = np.corrcoef(stores, person.hemoglobin_g_per_dl[women])[0, 1]
    assert with_tsat == pytest.approx(RECORDS["ferritin_tsat_correlation"].median, abs=0.02)
    assert with_hemoglobin == pytest.approx(
        RECORDS["ferritin_hemoglobin_correlation"].median, abs=0.02
    )
    assert women.mean() == pytest.approx(RECORDS["share_women"].median, abs=0.01)


def test_kidneys_age_and_late_clocks_go_late_to_bed(people: People) -> None:
    clearance = people.person.clearance_share
    assert clearance[people.age_y < 40].mean() > 0.9
    assert clearance[people.age_y > 75].mean() < 0.8
    assert clearance.min() >= 0.2 and clearance.max() == 1
    bed = (people.person.bed_h - 12) % 24
    late = np.corrcoef(people.person.phase_shift_h, bed)[0, 1]
    assert late == pytest.approx(RECORDS["chronotype_bed_correlation"].median, abs=0.02)


def test_how_far_ferritin_is_from_two_published_shares(people: People) -> None:
    """Held against the shares, not fitted to them; the distances are what they are.

    Shanghai: 42.3 % of people without anaemia below 75 ug/L (the cut-off of the abstract's first
    version); ours are 60 %, 18 points too many; with the cut-off 50 ug/L ours would be 42 %.
    Korea: 10.7 % below 15 ug/L; ours are 5.7 %, 5 points too few.
    """
    ferritin = people.person.ferritin_ug_per_l
    lowest = np.where(people.woman, ANAEMIC_WOMAN, ANAEMIC_MAN)
    sound = ferritin[people.person.hemoglobin_g_per_dl >= lowest]
    too_many = (sound < 75).mean() - RECORDS["share_below_75"].median
    too_few = (ferritin < 15).mean() - RECORDS["share_below_15"].median
    assert too_many == pytest.approx(0.18, abs=0.015)
    assert too_few == pytest.approx(-0.05, abs=0.01)
    assert (sound < 50).mean() == pytest.approx(0.42, abs=0.015)


def test_no_record_of_people_is_a_parameter_of_the_model() -> None:
    priors = Priors.of(load(("model-parameters", "model-variants")))
    assert not set(RECORDS) & ({*Body._fields} | {*Kinetics._fields})
    assert not {record.id for record in priors.records} & {r.id for r in RECORDS.values()}


def test_no_gene_moves_a_persons_iron() -> None:
    symbols = {r.symbol for r in load(("model-parameters",)).of(ModelParameter).values()}
    assert {s for s in symbols if s.startswith("log_odds_")}, "genes are on file"
    people = virtual_patients(LOT, RECORDS, np.random.default_rng(0))
    assert not people.person.barrier_shift.any() and not people.person.receptor_shift.any()


def test_a_lot_is_the_same_whatever_else_is_drawn() -> None:
    alone = lot(7, (1, 0), RECORDS)
    for number in range(3):
        lot(number, (1, 0), RECORDS)
    again, other, stream = (
        lot(7, (1, 0), RECORDS),
        lot(8, (1, 0), RECORDS),
        lot(7, (2, 0), RECORDS),
    )
    for field in ("irls", "ferritin_ug_per_l"):
        own = getattr(alone.person, field)
        np.testing.assert_array_equal(own, getattr(again.person, field))
        assert not np.isin(own, getattr(other.person, field)).any()
        assert not np.isin(own, getattr(stream.person, field)).any()


def test_who_enters_meets_the_criteria() -> None:
    criteria = EntryCriteria(
        irls_from=15,
        irls_to=35,
        ferritin_from_ug_per_l=10,
        ferritin_below_ug_per_l=75,
        tsat_below_percent=30,
        plms_index_from=10,
        age_from_y=30,
        age_to_y=70,
    )
    entered = lot(0, (1, 0), RECORDS, criteria)
    assert len(entered.age_y) == LOT
    assert criteria.met_by(entered).all()
    person = entered.person
    assert person.irls.min() >= 15 and person.ferritin_ug_per_l.max() < 75
    assert person.tsat_percent.max() < 30 and person.plms_index.min() >= 10
    assert entered.age_y.min() >= 30 and entered.age_y.max() <= 70


def test_criteria_that_nobody_meets_are_refused() -> None:
    with pytest.raises(UsageError, match="0 meet the entry criteria"):
        lot(0, (1, 0), RECORDS, EntryCriteria(irls_from=39))
