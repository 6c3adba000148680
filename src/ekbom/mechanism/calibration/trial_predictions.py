"""What the model says where a trial printed a number."""

from __future__ import annotations

from ekbom.knowledge.mechanism import Observation, Trial
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.calibration.trial_model import Reading
from ekbom.mechanism.observables import Night
from ekbom.mechanism.schedule import WEEK_D

# Field of a night for each measure, and field of a person for its value at entry ("" where the
# night before the start has to stand for it).
_FIELDS = {
    "irls": ("irls", "irls"),
    "plms-index": ("plms_index", "plms_index"),
    "wake-after-sleep-onset": ("wake_min", "wake_min"),
    "awakenings": ("awakenings", "awakenings"),
    "ferritin": ("ferritin", "ferritin_ug_per_l"),
    "transferrin-saturation": ("tsat", "tsat_percent"),
    "hemoglobin": ("hemoglobin", "hemoglobin_g_per_dl"),
    "brain-iron-caudate": ("region_iron", ""),
    "brain-iron-putamen": ("region_iron", ""),
    "augmentation": ("augmentation", ""),
    "d2-density": ("d2_density", ""),
    "d2-binding-potential": ("d2_free", ""),
    "tyrosine-hydroxylase": ("th_activity", ""),
    "dopamine": ("dopamine", ""),
    "d1-density": ("d1", ""),
}
_EVENTS = frozenset({"responders", "relapse", "remission"})
_RELATIVE_TO_NORMAL = frozenset({"controls"})

# Rules for what a trial counts and the model only has as severity; IRLS points.
RELAPSE_RISE = 6.0
RELAPSE_LEAST = 15.0
REMISSION_MOST = 5.0
RESPONSE_SHARE = 0.5
# A regimen that ends later than this was withdrawn; an infusion was merely given.
_WITHDRAWN_AFTER_D = 28
# Logistic with nearly the shape of the normal distribution function.
_NORMAL_SLOPE = 1.702
# Movements per hour added before a logarithm: an index may be zero.
_INDEX_OFFSET = 1.0


def why_not_predicted(trial: Trial, row: Observation) -> str:
    """Why the model has nothing to say of a row; empty where it has.

    Parameters
    ----------
    trial : Trial
        The trial.
    row : Observation
        One of its rows.
    """
    if row.measure == "slow-wave-sleep":
        return "the model has no stages of sleep"
    if row.measure == "responders-cgi":
        return "the model has no global impression"
    if row.measure == "relapse" and "further iron" in row.note:
        return "further iron was given by need, and how much is not on record"
    if row.measure not in _FIELDS and row.measure not in _EVENTS:
        return "not an output of the model"
    if row.measure == "d1-density":
        return "not an output of the model"
    if trial.weeks > 0 and row.against in _RELATIVE_TO_NORMAL:
        return "compared with healthy people"
    return ""


def predicted(xp: Namespace, reading: Reading, night: Night, visit_irls: float) -> Array:
    """A row as the model has it, in the row's unit.

    Changes and levels are means over people. The logarithm of a ratio is the mean over people of
    the logarithms for the index of movements (so it was analysed, 1 per hour added), and the
    logarithm of the mean ratio for all else. Comparisons with healthy people are with a person
    without brain iron deficit, who is 1 in the model.

    Parameters
    ----------
    xp : namespace
        Array library.
    reading : Reading
        The row.
    night : Night
        Each field of shape (weeks + 1, lanes).
    visit_irls : float
        Standard deviation of one person's severity from visit to visit, points.
    """
    value = _of_lanes(xp, reading, night, reading.lanes, visit_irls)
    if reading.against is None or reading.row.against in _RELATIVE_TO_NORMAL:
        return value
    return value - _of_lanes(xp, reading, night, reading.against, visit_irls)


def _of_lanes(
    xp: Namespace, reading: Reading, night: Night, lanes: slice, visit_irls: float
) -> Array:
    row = reading.row
    if row.measure in _EVENTS:
        return _share(xp, reading, night, lanes, visit_irls)
    field, at_entry = _FIELDS[row.measure]
    course = getattr(night, field)[:, lanes]
    value = at_week(course, row.week)
    if row.kind in ("level", "share"):
        return xp.mean(value)
    if row.against in _RELATIVE_TO_NORMAL:
        return xp.log(xp.mean(value))
    before = (
        getattr(reading.baseline, at_entry)[lanes]
        if at_entry and row.since_week == 0
        else at_week(course, row.since_week)
    )
    if row.kind in ("log-ratio", "direction") and row.measure == "plms-index":
        return xp.mean(xp.log((value + _INDEX_OFFSET) / (before + _INDEX_OFFSET)))
    if row.kind == "log-ratio":
        return xp.log(xp.mean(value / before))
    return xp.mean(value - before)


def at_week(course: Array, week: float) -> Array:
    """Values at a week, between two weeks in proportion.

    Parameters
    ----------
    course : array, shape (weeks + 1, lanes)
        By week from 0.
    week : float
        Weeks since the start.
    """
    whole = int(week)
    part = week - whole
    return course[whole] if part == 0 else (1 - part) * course[whole] + part * course[whole + 1]


def withdrawal_week(trial: Trial) -> int | None:
    """The week in which a medicine was withdrawn from some arm; None where none was."""
    ends = [line.to_day for arm in trial.arms for line in arm.regimen]
    latest = max(ends, default=-1)
    return latest // WEEK_D if latest > _WITHDRAWN_AFTER_D else None


def _share(xp: Namespace, reading: Reading, night: Night, lanes: slice, visit_irls: float) -> Array:
    """Share of people who respond, relapse or are in remission, by rules on the IRLS.

    Each reading of the IRLS scatters from visit to visit, so each person has a probability.
    """
    row, entry = reading.row, reading.baseline.irls[lanes]
    course = night.irls[:, lanes]
    value = at_week(course, row.week)
    slope = _NORMAL_SLOPE / visit_irls

    def below(limit: Array, visits: float) -> Array:
        return 1 / (1 + xp.exp(-slope / visits * limit))

    if row.measure == "responders":
        # Both readings scatter; the limit is a share of the first.
        return xp.mean(below(RESPONSE_SHARE * entry - value, (1 + RESPONSE_SHARE**2) ** 0.5))
    if row.measure == "remission":
        return xp.mean(below(REMISSION_MOST - value, 1.0))
    week = withdrawal_week(reading.trial)
    if week is None or week >= row.week:
        return xp.mean(below(value - RELAPSE_LEAST, 1.0))
    then = at_week(course, week)
    responded = below(entry - RELAPSE_RISE - then, 1.0) * below(RELAPSE_LEAST - then, 1.0)
    worse = below(value - then - RELAPSE_RISE, 2**0.5) * below(value - RELAPSE_LEAST, 1.0)
    return xp.sum(responded * worse) / xp.sum(responded)
