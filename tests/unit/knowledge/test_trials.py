"""The trials: rows that name arms, have one error each, and were fixed before any fit."""

from __future__ import annotations

import dataclasses
import math

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import Entry, Observation, Trial
from ekbom.mechanism.calibration.trial_rows import arm_of, row_id, rows_for, standard_error_of

TRIALS = tuple(load(("trials",)).of(Trial).values())
ROWS = tuple((trial, row) for trial in TRIALS for row in trial.observations)
WITH_ERRORS = (*rows_for(TRIALS, "fit"), *rows_for(TRIALS, "holdout"))

# Fixed before anything was fitted. No row may go from one list to the other, or leave either.
FITTED = """
allen-2011/placebo/irls@4
allen-2011/carboxymaltose/irls@4
allen-2011-community/dopaminergic/augmentation@140.9
allen-2014/pregabalin-300-vs-placebo/irls@12
allen-2014/pregabalin-300/augmentation@52
allen-2014/pramipexole-0.25/augmentation@52
allen-2014/pramipexole-0.5/augmentation@52
fcm-ferritin/cohort-1/ferritin@5
fcm-ferritin/cohort-2/ferritin@5
lal-2012/placebo/irls@12
lal-2012/enacarbil-600/irls@12
lal-2012/enacarbil-1200/irls@12
lal-2012/enacarbil-1800/irls@12
lal-2012/enacarbil-2400/irls@12
moore-2011/carboxymaltose-vs-oral-iron/ferritin@8
moore-2011/carboxymaltose-vs-oral-iron/transferrin-saturation@8
oertel-2007/placebo/irls@6
oertel-2007/pramipexole/irls@6
oertel-2010/rotigotine-vs-placebo/plms-index@7
partinen-2006/pramipexole-0.125-vs-placebo/plms-index@3
partinen-2006/pramipexole-0.25-vs-placebo/plms-index@3
partinen-2006/pramipexole-0.5-vs-placebo/plms-index@3
partinen-2006/pramipexole-0.75-vs-placebo/plms-index@3
reloxyn/placebo/irls@12
reloxyn/oxycodone/irls@12
santer-2020/carboxymaltose/ferritin@1
santer-2020/carboxymaltose/ferritin@8
santer-2020/carboxymaltose/transferrin-saturation@1
santer-2020/carboxymaltose/transferrin-saturation@8
santer-2020/carboxymaltose-vs-placebo/hemoglobin@8
treat-1/placebo/irls@12
treat-1/ropinirole/irls@12
trenkwalder-2008/placebo/irls@26
trenkwalder-2008/rotigotine-1/irls@26
trenkwalder-2008/rotigotine-2/irls@26
trenkwalder-2008/rotigotine-3/irls@26
trenkwalder-2017/carboxymaltose-vs-placebo/irls@4
trenkwalder-2017/carboxymaltose-vs-placebo/irls@12
vaucher-2012/iron-vs-placebo/ferritin@12
vaucher-2012/iron-vs-placebo/hemoglobin@12
wang-2009/placebo/irls@12
wang-2009/iron/irls@12
wang-2009/iron/ferritin@12
wang-2009/placebo/ferritin@12
winkelman-2006/placebo/irls@12
winkelman-2006/pramipexole-0.25/irls@12
winkelman-2006/pramipexole-0.5/irls@12
winkelman-2006/pramipexole-0.75/irls@12
"""
HELD_OUT = """
allen-2004-ropinirole/ropinirole-vs-placebo/plms-index@12
bae-2021/placebo/irls@6
bae-2021/carboxymaltose/irls@6
bae-2021/carboxymaltose/relapse@52
bang-2018/iron/remission@130.5
benes-2012/trial/augmentation@26
benes-2012/open/augmentation@52
bogan-2010/continued/relapse@36
bogan-2010/withdrawn/relapse@36
bornatico-2011/pramipexole/plms-index@4
bornatico-2011/pramipexole/irls@4
cho-2018/placebo/irls@6
cho-2018/carboxymaltose/irls@6
cho-2018/carboxymaltose/relapse@30
garcia-borreguero-2010/placebo/irls@12
garcia-borreguero-2010/pregabalin/irls@12
garcia-borreguero-2014-sleep/pregabalin-300-vs-placebo/wake-after-sleep-onset@4
garcia-borreguero-2014-sleep/pregabalin-300-vs-pramipexole-0.5/wake-after-sleep-onset@4
garcia-borreguero-2014-sleep/pregabalin-300-vs-placebo/awakenings@4
garcia-borreguero-2014-sleep/pregabalin-300-vs-pramipexole-0.5/awakenings@4
garcia-borreguero-2014-sleep/pregabalin-300-vs-placebo/slow-wave-sleep@4
garcia-borreguero-2014-sleep/pregabalin-300-vs-pramipexole-0.5/slow-wave-sleep@4
hogl-2010/rotigotine/irls@104
hogl-2011/placebo/irls@26
hogl-2011/pramipexole/irls@26
hogl-2011/placebo/responders@26
hogl-2011/pramipexole/responders@26
hogl-2011/placebo/augmentation@26
hogl-2011/pramipexole/augmentation@26
hornyak-2012/carboxymaltose/irls@3
kim-2022/carboxymaltose/irls@6
kim-2022/carboxymaltose/irls@24
kim-2022/carboxymaltose/brain-iron-caudate@6
kim-2022/carboxymaltose/brain-iron-putamen@24
lee-2016-enacarbil/placebo/irls@12
lee-2016-enacarbil/enacarbil-600/irls@12
lee-2016-enacarbil/enacarbil-1200/irls@12
liu-2016/pramipexole-vs-placebo/irls@11
qadri-2024/carboxymaltose-vs-placebo/irls@6
rotigotine-daytime/placebo/irls@7
rotigotine-daytime/rotigotine/irls@7
rotigotine-daytime/rotigotine-vs-placebo/irls@7
treat-2/placebo/irls@12
treat-2/ropinirole/irls@12
"""


def name(pair: tuple[Trial, Observation]) -> str:
    return row_id(*pair)


def test_the_rows_that_are_fitted_are_those_fixed_before() -> None:
    assert [row_id(*pair) for pair in rows_for(TRIALS, "fit")] == FITTED.split()


def test_the_rows_held_out_are_those_fixed_before() -> None:
    assert [row_id(*pair) for pair in rows_for(TRIALS, "holdout")] == HELD_OUT.split()


def test_the_claims_of_the_seeds_are_rows_of_their_own() -> None:
    claims = rows_for(TRIALS, "claim")
    assert [row_id(*pair) for pair in claims] == [
        "seed-d2-night/night-vs-day/d2-sensitivity@0",
        "seed-iron-plms/carboxymaltose/plms-index@12",
    ]
    assert {row.mark for _, row in claims} == {"seed"}
    assert {trial.source for trial, _ in claims} == {"seed-000"}


def test_no_two_rows_have_the_same_id() -> None:
    ids = [row_id(*pair) for pair in ROWS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("pair", ROWS, ids=name)
def test_every_row_names_arms_of_its_trial_and_a_place(pair: tuple[Trial, Observation]) -> None:
    trial, row = pair
    arms = [arm.id for arm in trial.arms]
    assert len(arms) == len(set(arms))
    assert row.arm in arms
    assert row.against in ("", *(arm for arm in arms if arm != row.arm))
    assert row.place.strip()
    assert 0 <= row.since_week <= row.week <= trial.weeks


@pytest.mark.parametrize("pair", WITH_ERRORS, ids=name)
def test_every_row_to_be_compared_has_one_way_to_its_error(pair: tuple[Trial, Observation]) -> None:
    trial, row = pair
    error = standard_error_of(trial, row)
    assert error.value > 0
    assert math.isfinite(error.value)
    if error.way == "assumed":
        assert "assumed" in row.note or "follows from" in row.note


@pytest.mark.parametrize("pair", ROWS, ids=name)
def test_values_are_possible_in_their_kind(pair: tuple[Trial, Observation]) -> None:
    _, row = pair
    if row.kind == "share":
        assert 0 < row.value < 1
    if row.kind == "direction":
        assert row.value in (-1, 0, 1)
        assert row.use in ("told", "claim")
    if row.kind == "level" and row.measure == "irls":
        assert 0 <= row.value <= 40
    if row.low is not None and row.high is not None:
        assert row.low < row.value < row.high


def test_a_difference_is_not_fitted_beside_the_arms_it_was_taken_from() -> None:
    fitted = rows_for(TRIALS, "fit")
    absolute = {(t.id, r.arm, r.measure, r.week) for t, r in fitted if not r.against}
    differences = {(t.id, r.arm, r.measure, r.week) for t, r in fitted if r.against}
    assert not absolute & differences


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.id)
def test_what_is_assumed_of_the_people_names_fields(trial: Trial) -> None:
    fields = {field.name for field in dataclasses.fields(Entry)} - {"assumed"}
    assert set(trial.entry.assumed) <= fields
    assert len(trial.entry.assumed) == len(set(trial.entry.assumed))


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.id)
def test_days_of_a_regimen_are_in_order(trial: Trial) -> None:
    for arm in trial.arms:
        for line in arm.regimen:
            assert line.from_day >= 0
            assert line.to_day == -1 or line.to_day > line.from_day
            assert line.every_days >= 1
            assert line.times


def one(**changes: object) -> tuple[Trial, Observation]:
    trial = next(trial for trial in TRIALS if trial.id == "allen-2011")
    row = next(row for row in trial.observations if row.arm == "carboxymaltose")
    bare = {"standard_deviation": None, **changes}
    return trial, dataclasses.replace(row, **bare)  # type: ignore[arg-type]


def test_a_standard_deviation_is_divided_by_the_root_of_the_arm() -> None:
    error = standard_error_of(*one(standard_deviation=9.6))
    assert error.value == pytest.approx(9.6 / math.sqrt(24))
    assert error.way == "standard deviation"


def test_an_interval_is_as_wide_as_twice_1_96_errors() -> None:
    error = standard_error_of(*one(low=-10.0, high=-2.16))
    assert error.value == pytest.approx(2.0)
    assert error.way == "interval"


def test_printed_and_assumed_errors_are_taken_as_they_are() -> None:
    assert standard_error_of(*one(standard_error=0.7)).way == "printed"
    assert standard_error_of(*one(assumed_error=0.7)).value == 0.7


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"standard_error": 1.0, "assumed_error": 1.0},
        {"standard_deviation": 9.0, "against": "placebo"},
        {"low": -3.0},
    ],
)
def test_no_way_or_two_ways_to_an_error_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(KnowledgeError, match="allen-2011/carboxymaltose"):
        standard_error_of(*one(**changes))


def test_an_arm_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(KnowledgeError, match="placebo, carboxymaltose"):
        arm_of(one()[0], "sham")
