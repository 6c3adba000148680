"""A population or an emulated trial on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ekbom.mechanism.draws import Draws
from ekbom.mechanism.populations.lanes import MEASURES
from ekbom.mechanism.populations.population import Population
from ekbom.mechanism.populations.population_summary import SummaryRow
from ekbom.mechanism.populations.trial_emulation import TrialResult
from ekbom.mechanism.populations.trial_power import Comparison, SampleSize

_WIDTH = 100
_NAMED = {
    "irls": "IRLS, points",
    "plms_index": "PLMS index, per hour of sleep",
    "wake_min": "waking after sleep onset, min",
    "awakenings": "awakenings",
    "ferritin": "ferritin, ug/L",
    "tsat": "transferrin saturation, %",
    "hemoglobin": "haemoglobin, g/dL",
    "region_iron": "iron of nigra, striatum and spinal cord, 1 is normal",
    "augmentation": "criteria of augmentation met since the start, share",
}
# Below it the scatter of parameters is hard to tell from the chance of who has which set.
_ENOUGH_A_SET = 50
_SHARES = ("region_iron", "augmentation")


def population_text(population: Population, title: str) -> str:
    """What became of a population, for people to read.

    Parameters
    ----------
    population : Population
        Which.
    title : str
        What it is about; may be empty.
    """
    plan = population.plan
    people = f"{plan.n} virtual patient{'s' if plan.n > 1 else ''}"
    arms = f"in each of {len(plan.arms)} arms, the same ones" if len(plan.arms) > 1 else ""
    lines = [
        *([title] if title else []),
        f"{people} {arms}".strip() + f"; {_weeks(plan.weeks)}; "
        f"{_parameters(plan.draws)}; seed {plan.seed}; {population.backend}",
        *_wrapped(population.limits.in_short),
        "",
        f"{f'AFTER {_weeks(plan.weeks).upper()}':24} {'mean (90 % over parameters)':28} "
        f"{'people, 5 to 95 %':20} difference from {plan.arms[0].name}",
    ]
    last = [row for row in population.rows if row.week == plan.weeks]
    for measure in MEASURES:
        lines.append(_NAMED[measure])
        lines += [_row(row, plan.arms[0].name) for row in last if row.measure == measure]
    if plan.n < 2 * len(plan.draws):
        lines.append(
            "fewer than two people a set of parameters: the intervals hold the chance of who was "
            "drawn too"
        )
    elif plan.n < _ENOUGH_A_SET * len(plan.draws):
        lines += _wrapped(
            f"Fewer than {_ENOUGH_A_SET} people a set of parameters: the intervals over parameters "
            "are rough, and may be too narrow, even of no width. Take more people, or fewer "
            "--draws."
        )
    if population.totals.failed:
        failed = population.totals.failed
        lines.append(f"left out, because a night came to no number: {failed} people")
    return "\n".join(lines)


def _row(row: SummaryRow, first: str) -> str:
    digits = 3 if row.measure in _SHARES else 1
    mean = _interval(row.mean, row.mean_low, row.mean_high, digits)
    people = f"{row.p05:.{digits}f} to {row.p95:.{digits}f}"
    apart = ""
    if row.arm != first:
        apart = _interval(row.difference, row.difference_low, row.difference_high, digits)
    return f"  {row.arm[:21]:22} {mean:28} {people:20} {apart}".rstrip()


def _interval(value: float, low: float, high: float, digits: int) -> str:
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _weeks(n: int) -> str:
    return f"{n} week{'' if n == 1 else 's'}"


def _parameters(draws: Draws) -> str:
    return f"{len(draws)} sets of parameters from the {draws.kind} of {draws.variant}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)


def trial_text(result: TrialResult, sizes: Sequence[SampleSize], title: str) -> str:
    """An emulated trial, for people to read.

    Parameters
    ----------
    result : TrialResult
        Which.
    sizes : sequence of SampleSize
        Of each comparison; empty where no power is wanted.
    title : str
        What it is about; may be empty.
    """
    design = result.design
    lines = [
        *([title] if title else []),
        f"{result.repeats} emulated trials, {design.n_per_arm} people in each of "
        f"{len(design.arms)} arms, {_weeks(design.week)}, {design.analysis}; "
        f"{_parameters(result.draws)}; seed {result.seed}; {result.backend}",
        *_wrapped(result.limits.in_short),
        "",
        f"{'CHANGE OF IRLS':24} {'mean (90 % of trials)':28} {'within':9} "
        f"{'left':7} {'augmentation':13} compared",
    ]
    for arm in result.arms:
        change = _interval(arm.change, arm.change_low, arm.change_high, 1)
        lines.append(
            f"  {arm.name[:21]:22} {change:28} {arm.sd:<9.1f} {arm.left:<7.1%} "
            f"{arm.augmented:<13.1%} {arm.analysed:.1%}"
        )
    for at, one in enumerate(result.comparisons):
        lines += _comparison(one, sizes[at] if sizes else None)
    return "\n".join(lines)


def _comparison(one: Comparison, size: SampleSize | None) -> list[str]:
    apart = _interval(one.difference, one.difference_low, one.difference_high, 1)
    lines = [
        "",
        f"{one.arm.upper()} AGAINST {one.against.upper()}",
        f"  difference               {apart}, 90 % of trials",
        f"  standard error           {one.standard_error:.2f} within one trial; true differences "
        f"scatter by {one.between:.2f} between trials",
        f"  power                    {one.power:.2f} (standard error {one.power_error:.2f}): share "
        f"of trials that find it better at {one.level:g}",
    ]
    if size is None:
        return lines
    needed = "no number of people" if size.n_per_arm is None else f"{size.n_per_arm} in each arm"
    usual = "no number" if size.n_if_mean_effect is None else f"{size.n_if_mean_effect}"
    lines += [
        f"  for a power of {size.wanted:<9g} {needed}, over all that is not known of model and "
        "trial",
        f"                           {usual} in each arm, if the true difference were "
        f"{one.difference:.1f}",
    ]
    if size.reason:
        lines += [f"  {line}" for line in _wrapped(f"Why: {size.reason}.")]
    return lines
