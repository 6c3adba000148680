"""A population or an emulated trial as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ekbom.mechanism.draws import Draws
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.populations.population import Population
from ekbom.mechanism.populations.trial_emulation import TrialResult
from ekbom.mechanism.populations.trial_power import SampleSize
from ekbom.mechanism.populations.virtual_patients import NO_GENES


def population_json(population: Population, settings: Mapping[str, Any]) -> str:
    """What became of a population, for machines: every week.

    Parameters
    ----------
    population : Population
        Which.
    settings : Mapping
        What the numbers depend on; see `ekbom.mechanism.populations.population.settings_of`.
    """
    plan = population.plan
    content = {
        **_about(population.limits, plan.draws, population.knowledge_hash),
        "settings": dict(settings),
        "failed": population.totals.failed,
        "genes": NO_GENES,
        "rows": [asdict(row) for row in population.rows],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _about(limits: LimitsOfUse, draws: Draws, knowledge_hash: str) -> dict[str, Any]:
    return {
        "limits": limits.in_short,
        "may_not_say": list(limits.may_not),
        "parameters": {
            "variant": draws.variant,
            "from": draws.kind,
            "sets": len(draws),
            "about": dict(draws.about),
        },
        "knowledge_hash": knowledge_hash,
    }


def trial_json(result: TrialResult, sizes: Sequence[SampleSize], title: str) -> str:
    """An emulated trial, for machines.

    Parameters
    ----------
    result : TrialResult
        Which.
    sizes : sequence of SampleSize
        Of each comparison; empty where no power is wanted.
    title : str
        What it is about.
    """
    design = result.design
    comparisons = []
    for at, one in enumerate(result.comparisons):
        plain = asdict(one)
        plain["true_differences"] = [float(value) for value in one.true_differences]
        plain["sample_size"] = asdict(sizes[at]) if sizes else None
        comparisons.append(plain)
    content = {
        **_about(result.limits, result.draws, result.knowledge_hash),
        "title": title,
        "design": {
            "n_per_arm": design.n_per_arm,
            "week": design.week,
            "analysis": design.analysis,
            "level": design.level,
            "entry": {k: v for k, v in asdict(design.criteria).items() if v is not None},
        },
        "repeats": result.repeats,
        "seed": result.seed,
        "backend": result.backend,
        "genes": NO_GENES,
        "arms": [asdict(arm) for arm in result.arms],
        "comparisons": comparisons,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)
