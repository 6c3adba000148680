"""How broken sleep is, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, labelled, weighed
from ekbom.assessment.habits import STATES
from ekbom.assessment.known_facts import askable
from ekbom.assessment.nights import measured
from ekbom.assessment.scores import fits_age, graded_score
from ekbom.knowledge.binding import Param
from ekbom.knowledge.education import Risk
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Truth, above, any_of, at_least, at_most, stated

# Traces in the day, and the questions that ask for them.
_ASKED = {
    "disturbed-by-symptoms": "sleep-disturbed-by-symptoms",
    "unrefreshing": "wakes-unrefreshed",
    "fatigue": "fatigue",
    "concentration": "difficulty-concentrating",
}
_RELEVANCE = (Truth.YES, Truth.UNKNOWN, Truth.NO)


@dataclass(frozen=True, slots=True)
class SleepTargets:
    """What the measures of a night are compared with."""

    edition: str
    efficiency_percent: Annotated[float, Param("sleep/efficiency-target", "%")]
    latency_min: Annotated[float, Param("sleep/latency-target", "min")]
    wake_after_onset_min: Annotated[float, Param("sleep/wake-after-onset-max", "min")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def sleep(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """How broken sleep is, and what goes with it."""
    screen = case.knowledge.record(Instrument, "stop-bang")
    found = [
        *_of_the_night(case),
        *_of_the_day(case),
        *([graded_score(case, screen, "R-SLP-02")] if fits_age(case, screen) else []),
        *_arousals(case),
    ]
    reached = {**concluded, **{f.conclusion.id: f.conclusion for f in found}}
    return Section("sleep", "Sleep and its consequences", (*found, *_risks(case, reached)))


# The night ------------------------------------------------------------------------------------


def _of_the_night(case: Case) -> Iterator[Finding]:
    """R-SLP-01 of the latest polysomnography; `yes` means disturbed."""
    targets = case.fixed_limits(SleepTargets).provenance
    night = case.latest_night()
    efficiency = measured(night, "sleep_efficiency_percent", "Sleep efficiency", "%")
    latency = measured(night, "sleep_latency_min", "Sleep latency", "min")
    awake = measured(night, "wake_after_sleep_onset_min", "Wake time after sleep onset", "min")
    yield _night_finding(
        case,
        "sleep-efficiency",
        "Sleep efficiency at or below its target",
        at_most(efficiency, targets["efficiency_percent"]),
    )
    yield _night_finding(
        case,
        "sleep-latency",
        "Sleep latency at or above its target",
        at_least(latency, targets["latency_min"]),
    )
    yield _night_finding(
        case,
        "wake-after-sleep-onset",
        "Wake time after sleep onset longer than ordinary",
        above(awake, targets["wake_after_onset_min"]),
    )


def _night_finding(case: Case, measure: str, statement: str, compared: Conclusion) -> Finding:
    conclusion = any_of(statement, compared).named(f"R-SLP-01:{measure}", statement)
    finding = by_rule(case, conclusion, state=_number(compared.fact), name=statement)
    return labelled(finding, compared.fact.name if compared.fact else statement)


def _number(fact: Fact | None) -> str:
    if fact is None or fact.value is None:
        return "not on record"
    unit = fact.unit if fact.unit == "/h" else f" {fact.unit}"
    return f"{float(fact.value):.4g}{unit}"


# The day --------------------------------------------------------------------------------------


def _of_the_day(case: Case) -> Iterator[Finding]:
    for trace, question in _ASKED.items():
        yield _day_finding(case, trace, case.answer(question))
    asked = case.answer("profound-sleepiness")
    scale = case.knowledge.record(Instrument, "ess")
    parts = [asked, *([graded_score(case, scale).conclusion] if fits_age(case, scale) else [])]
    # A scale nobody filled in leaves the answer to decide, and the other way round.
    known = [part for part in parts if part.truth is not Truth.UNKNOWN]
    yield _day_finding(case, "sleepiness", *(known or parts))


def _day_finding(case: Case, trace: str, *parts: Conclusion) -> Finding:
    statement = parts[0].statement if len(parts) == 1 else "Sleepy in the day"
    name = "Sleepy in the day" if trace == "sleepiness" else statement
    conclusion = any_of(name, *parts).named(f"R-SLP-01:{trace}", name)
    return labelled(by_rule(case, conclusion, name=name), name)


# Arousals -------------------------------------------------------------------------------------


def _arousals(case: Case) -> Iterator[Finding]:
    """R-SLP-03: arousals as measured; no limit is agreed on."""
    night = case.latest_night()
    of_all = measured(night, "arousal_index_per_h", "Arousal index", "/h")
    name = "Leg movements with an arousal"
    with_movements = measured(night, "plms_arousal_index_per_h", name, "/h")
    yield _arousal_finding(case, "all", "Arousals were found", of_all, _number(of_all))
    state = _number(with_movements)
    if with_movements.value is not None and night and night.plms_index_per_h is not None:
        state = f"{state} of {night.plms_index_per_h:.4g}/h periodic leg movements"
    statement = "Leg movements with an arousal were found"
    yield _arousal_finding(case, "with-movements", statement, with_movements, state)


def _arousal_finding(case: Case, part: str, statement: str, fact: Fact, state: str) -> Finding:
    truth = Truth.UNKNOWN
    if fact.value is not None:
        truth = Truth.YES if float(fact.value) > 0 else Truth.NO
    leaf = stated(fact, truth, statement, fact.name)
    conclusion = any_of(statement, leaf).named(f"R-SLP-03:{part}", statement)
    return by_rule(case, conclusion, state=state, name=fact.name)


# What goes with it ----------------------------------------------------------------------------


def _risks(case: Case, reached: Mapping[str, Conclusion]) -> list[Finding]:
    """R-RISK-01: associations, those this patient points to first."""
    found = [_risk(case, risk, reached) for risk in case.knowledge.of(Risk).values()]
    return sorted(found, key=lambda finding: _RELEVANCE.index(finding.conclusion.truth))


def _risk(case: Case, risk: Risk, reached: Mapping[str, Conclusion]) -> Finding:
    statement = f"{risk.name}: worth raising with this patient"
    lines = askable(risk.lines, reached)
    conclusion = weighed(f"R-RISK-01:{risk.id}", statement, lines, case, reached)
    cited = conclusion.named(conclusion.id, statement, risk.citations)
    finding = by_rule(case, cited, name=risk.name, state=STATES[cited.truth])
    words = {
        Truth.YES: risk.words,
        # A patient hears of an association only where something points to it.
        Truth.UNKNOWN: Words(risk.words.clinician),
        Truth.NO: finding.words,
    }
    return replace(finding, words=words[cited.truth], level=risk.level)
