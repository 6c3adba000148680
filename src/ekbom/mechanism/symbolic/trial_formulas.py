"""The trials as conditions of one model in formulas: a mean person and a regimen for each arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, Trial, TrialArm, TrialDose
from ekbom.mechanism import excitability, symbols
from ekbom.mechanism.individual import individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Kinetics, Priors
from ekbom.mechanism.pharmacology import (
    ACTS,
    IRON_BY_MOUTH,
    IRON_BY_VEIN,
    PATCH_WORN_H,
    PATCHES,
    absorbed_dose_mg,
)
from ekbom.mechanism.scenarios.written_lines import recorded_clocks, recorded_mg
from ekbom.mechanism.schedule import DAY_H, NOON_H, Layout
from ekbom.mechanism.states import Person
from ekbom.mechanism.symbolic.formula_events import NEVER_D, Held, Repeated, planned
from ekbom.mechanism.symbolic.formula_nights import movements_function, nights
from ekbom.mechanism.symbolic.formula_rest import LEAD_D, at_rest, settling, steepness_function
from ekbom.mechanism.symbolic.formulas import Formulas, Quantity, continuous, slug, symbols_of
from ekbom.mechanism.symbols import symbol

# After the lead at rest, model day 0 ends at noon of the first day.
FIRST_NOON_D = LEAD_D + 1
_LOGIT = "logit_"


@dataclass(frozen=True, slots=True)
class Condition:
    """One arm of a trial.

    Parameters
    ----------
    trial, arm : Trial, TrialArm
        Which.
    person : Person
        The mean of those who entered.
    lines : tuple of Repeated or Held
        What they were given, days after the start.
    """

    trial: Trial
    arm: TrialArm
    person: Person
    lines: tuple[Repeated | Held, ...]

    @property
    def id(self) -> str:
        """Name in tables."""
        return "__".join(slug(each).replace(".", "_") for each in (self.trial.id, self.arm.id))


def condition_of(
    trial: Trial, arm: TrialArm, knowledge: KnowledgeBase, drugs: Mapping[str, Kinetics]
) -> Condition:
    """The mean person and the regimen of an arm.

    Parameters
    ----------
    trial, arm : Trial, TrialArm
        Which.
    knowledge : KnowledgeBase
        With ``model-parameters``: weights and hours in bed that no trial prints.
    drugs : mapping of str to Kinetics
        Bioavailabilities.
    """
    known = knowledge.of(ModelParameter)
    entry, women = trial.entry, trial.entry.share_women
    weights = (known["trial-weight-women-kg"].median, known["trial-weight-men-kg"].median)
    person = Person(
        weight_kg=women * weights[0] + (1 - women) * weights[1],
        ferritin_ug_per_l=entry.ferritin_median,
        tsat_percent=entry.transferrin_saturation_mean,
        hemoglobin_g_per_dl=entry.hemoglobin_mean,
        irls=entry.irls_mean if arm.baseline_irls is None else arm.baseline_irls,
        plms_index=entry.plms_index_mean,
        wake_min=known["trial-wake-min"].median,
        awakenings=known["trial-awakenings"].median,
        bed_h=known["trial-bed-h"].median,
        rise_h=known["trial-rise-h"].median,
    )
    lines = tuple(line for dose in arm.regimen for line in _lines(dose, drugs, f"arm {arm.id}"))
    return Condition(trial, arm, person, lines)


def _lines(dose: TrialDose, drugs: Mapping[str, Kinetics], where: str) -> Iterator[Repeated | Held]:
    mg = recorded_mg(dose, where)
    for clock_h in recorded_clocks(dose):
        at = FIRST_NOON_D + (clock_h - NOON_H) / DAY_H
        first = dose.from_day + at
        until = NEVER_D if dose.to_day < 0 else dose.to_day + at
        if dose.drug in PATCHES:
            per_h = float(absorbed_dose_mg(dose.drug, mg, drugs)) / PATCH_WORN_H
            yield Held("flow", dose.drug, per_h, first, until)
            continue
        # Half a step early: the dose of that day itself is not given any more.
        before = until - 0.5 if dose.to_day >= 0 else until
        if dose.drug in IRON_BY_VEIN:
            yield Repeated("complex", dose.drug, mg, first, dose.every_days, before)
        elif dose.drug in IRON_BY_MOUTH:
            yield Repeated("oral-iron", "", mg, first, dose.every_days, before)
        else:
            absorbed = float(absorbed_dose_mg(dose.drug, mg, drugs))
            yield Repeated("gut", dose.drug, absorbed, first, dose.every_days, before)


def settings_of(condition: Condition) -> dict[str, float]:
    """Values that make the model that of one arm, by the ids of constants."""
    values = {
        f"person_{name}": float(value)
        for name, value in zip(Person._fields, condition.person, strict=True)
    }
    for prefix, line in _numbered(condition.lines):
        kept = line._asdict()
        values |= {f"{prefix}_{name}": kept[name] for name in kept if name not in ("kind", "name")}
    return values


def _numbered(lines: Iterable[Repeated | Held]) -> Iterator[tuple[str, Repeated | Held]]:
    counts: dict[str, int] = {}
    for line in lines:
        root = slug(line.name or line.kind)
        counts[root] = counts.get(root, 0) + 1
        yield f"{root}_{counts[root]}", line


def formulas_of_conditions(
    conditions: Iterable[Condition], priors: Priors, movements: MovementIndex
) -> Formulas:
    """One model for all arms; with its own values it is an arm on nothing.

    Parameters
    ----------
    conditions : iterable of Condition
        All that will be set in it.
    priors : Priors
        Parameters, at their medians.
    movements : MovementIndex
        PLMS index by excitability.
    """
    known = list(conditions)
    empty: dict[str, Repeated | Held] = {}
    for each in known:
        for prefix, line in _numbered(each.lines):
            empty.setdefault(prefix, _unused(line))
    lines = list(empty.values())
    used = {line.name for line in lines} | {line.kind for line in lines}
    layout = Layout(
        drugs=tuple(name for name in ACTS if name in used),
        complexes=tuple(name for name in IRON_BY_VEIN if name in used),
        oral_iron="oral-iron" in used,
    )
    parameters = priors.values(np, {})
    own, _ = individual(np, known[0].person, parameters, layout, movements)
    written = symbols_of(layout, own, priors)
    rest, start = at_rest(written)
    base = continuous(layout, own, start, priors)
    in_trial = Held("treated", "", 1.0, float(FIRST_NOON_D), NEVER_D)
    doses = [line for line in lines if isinstance(line, Repeated)]
    worn = [line for line in lines if isinstance(line, Held)]
    regimen, given = planned(written, doses, [*worn, in_trial])
    readouts, of_nights = settling(*nights(known[0].person, start))
    model = Formulas(
        (*base.quantities, *rest, *regimen, *readouts, _on_placebo()),
        (*given, *of_nights),
        (movements_function(movements), steepness_function(movements)),
    )
    return _with_logits(model.without_unused(), priors)


def _unused(line: Repeated | Held) -> Repeated | Held:
    """A line of the same kind that is never given."""
    if isinstance(line, Repeated):
        return line._replace(mg=0.0, first_d=NEVER_D, every_d=1.0, until_d=NEVER_D)
    return line._replace(amount=0.0, from_d=NEVER_D, until_d=NEVER_D)


def _on_placebo() -> Quantity:
    value = excitability.severity_logit(symbols, symbol("person_irls")) - symbol("hoped")
    return Quantity(
        "irls_on_placebo",
        "rule",
        excitability.severity(symbols, value),
        "1",
        "severity had the arm been on placebo, IRLS points",
        "at rest nothing but expectation changes severity",
    )


def logit_id(symbol_name: str) -> str:
    """The id of a parameter on the logit scale."""
    return f"{_LOGIT}{symbol_name}"


def _with_logits(model: Formulas, priors: Priors) -> Formulas:
    """The same with parameters on the logit scale given by their logits."""
    scales = {
        record.symbol: record
        for record in priors.uncertain
        if record.scale == "logit" and not record.drug
    }
    quantities: list[Quantity] = []
    for each in model.quantities:
        record = scales.get(each.id)
        if record is None:
            quantities.append(each)
            continue
        logit = symbols.log(record.median / (1 - record.median))
        name = f"{each.name}, logit"
        quantities.append(Quantity(logit_id(each.id), "constant", logit, "1", name, each.note))
        value = excitability.logistic(symbols, symbol(logit_id(each.id)))
        quantities.append(replace(each, value=value))
    return replace(model, quantities=tuple(quantities))
