"""Periodic leg movements as a finding, and periodic limb movement disorder as a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.criteria import essential_criteria, met_or_open
from ekbom.assessment.findings import Finding, Section, by_rule, joined
from ekbom.assessment.nights import (
    breathing_counts,
    immobilization_raised,
    index_raised,
    measured_nights,
    night_on_record,
)
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, negated, stated
from ekbom.patient.patient import NightSummary

# A parameter every edition with rules for series has.
_SERIES_RULE = "scoring/series-min-movements"
_INDEX, _DISORDER, _FIRST = "R-PLM-05", "R-PLM-06", "R-PLM-09"
_INDEX_WITH_BREATHING = "R-PLM-05:breathing"
_PRECEDENCE = "restless legs takes precedence"
_RESPIRATORY = {"excluded": Truth.YES, "included": Truth.NO, "unknown": Truth.UNKNOWN}
_DIFFERENT_RULES = Caveat(
    "nights-not-comparable",
    "The nights on record were counted under different rules; their indices are not compared.",
)
_BREATHING_INCLUDED = Caveat(
    "breathing-in-index",
    "Movements that go with breathing events are in the index, which the criteria leave out.",
)


def periodic_limb_movements(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Periodic leg movements as a finding, and periodic limb movement disorder as a diagnosis.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        With the look-alikes weighed before.
    """
    basis = _basis(case, night_on_record(case))
    raised = index_raised(case)
    five = essential_criteria(case, concluded)
    restless = _restless_legs(case, five)
    shown = _shown(case, five, restless)
    findings = (
        *(by_rule(case, step) for step in basis.values()),
        _index(case, raised),
        _disorder(case, basis, raised, shown),
        by_rule(case, restless.named(_FIRST, restless.statement)),
        by_rule(case, _isolated(case, raised, shown)),
        by_rule(case, _one_normal_night(case, raised)),
        by_rule(case, _tested(case)),
    )
    if not case.patient.nights:
        # Without a recording a patient hears nothing about one.
        findings = tuple(replace(f, words=Words(f.words.clinician)) for f in findings)
    return Section("plmd", "Periodic limb movements", findings, _summary(findings))


def _index(case: Case, raised: Conclusion) -> Finding:
    """The index beside its limit; where breathing may have raised it, the words say that."""
    finding = by_rule(case, raised.named(_INDEX, raised.statement))
    night = night_on_record(case)
    if not breathing_counts(raised) or night is None:
        return finding
    words = case.rule(_INDEX_WITH_BREATHING).when["unknown"]
    state = f"{night.plms_index_per_h:g}/h, breathing may have raised it"
    return replace(finding, words=words, state=state)


def _basis(case: Case, night: NightSummary | None) -> Mapping[str, Conclusion]:
    """What the number on record rests on."""
    night = night or NightSummary(case.as_of)
    known = night.scored_by_ekbom or night.rules in case.knowledge.parameter(_SERIES_RULE).editions
    is_psg, is_actigraphy = night.method == "polysomnography", night.method == "actigraphy"
    arousals = night.plms_arousal_index_per_h
    looked_at = {
        "R-PLM-01": (Truth.NO if is_actigraphy else _yes(is_psg and known), night.method),
        "R-PLM-02": (
            Truth.YES if known else Truth.NO if night.rules else Truth.UNKNOWN,
            night.rules or "counted by ekbom",
        ),
        "R-PLM-03": (_RESPIRATORY[night.respiratory_movements], night.respiratory_movements),
        "R-PLM-04": (Truth.NO if is_actigraphy else _yes(arousals is not None), arousals),
    }
    return {
        rule_id: _of_night(case, night, rule_id, truth, value)
        for rule_id, (truth, value) in looked_at.items()
    }


def _yes(holds: bool) -> Truth:
    """Yes, or unknown: that something is not on record does not say that it was not done."""
    return Truth.YES if holds else Truth.UNKNOWN


def _of_night(
    case: Case, night: NightSummary, rule_id: str, truth: Truth, value: str | float | None
) -> Conclusion:
    name = case.rule(rule_id).name
    fact = Fact(f"night:{rule_id.lower()}", name)
    if truth is not Truth.UNKNOWN:
        fact = replace(fact, value=value, on=night.on, path=night.path)
    leaf = stated(fact, truth, name, f"{name}: from the report of the night")
    return any_of(name, leaf).named(rule_id, name)


def _restless_legs(case: Case, five: Mapping[str, Conclusion]) -> Conclusion:
    """Whether restless legs syndrome is recorded, met or not yet excluded."""
    statement = "Restless legs syndrome is recorded, its criteria met or not yet excluded"
    recorded = case.condition("restless-legs-syndrome")
    answered = met_or_open(five)
    if recorded.truth is Truth.YES:
        return any_of(statement, recorded, answered)
    # A record that it was excluded speaks where nobody asked for the criteria.
    excluded = recorded.truth is Truth.NO and answered.truth is Truth.UNKNOWN
    return any_of(statement, recorded if excluded else answered)


def _shown(case: Case, five: Mapping[str, Conclusion], restless: Conclusion) -> Conclusion:
    """Whether restless legs syndrome is recorded or its criteria met; open while the fifth is."""
    recorded = case.condition("restless-legs-syndrome").truth is Truth.YES
    if recorded or restless.truth is not Truth.YES:
        return restless
    return all_of("The essential criteria of restless legs syndrome are met", *five.values())


def _scored_from_leg_emg(basis: Conclusion) -> Conclusion:
    """Criterion A; open where a recording without leg EMG is all there is."""
    if basis.truth is not Truth.NO:
        return basis
    ask = "A polysomnography, scored by rule"
    return stated(Fact("night:polysomnography", "Polysomnography"), Truth.UNKNOWN, ask)


def _disorder(
    case: Case, basis: Mapping[str, Conclusion], raised: Conclusion, restless: Conclusion
) -> Finding:
    """Criteria A to D, with restless legs syndrome before everything else."""
    untreated = all_of(
        "Sleep apnoea that is not treated",
        case.condition("obstructive-sleep-apnea"),
        negated("Not treated", case.answer("osa-treated")),
    )
    better = any_of(
        "Better explained",
        restless,
        case.condition("narcolepsy"),
        untreated,
        case.condition("rem-sleep-behavior-disorder"),
        case.answer("plms-better-explained"),
    )
    statement = "Criteria A to D of periodic limb movement disorder are met"
    reached = all_of(
        statement,
        _scored_from_leg_emg(basis["R-PLM-01"]),
        _open_if_breathing_was_counted(raised, basis["R-PLM-03"]),
        case.answer("plms-disturbance"),
        negated("Not better explained by another disorder", better),
    )
    state = _PRECEDENCE if restless.truth is Truth.YES else ""
    return by_rule(case, reached.named(_DISORDER, statement), state=state)


def _open_if_breathing_was_counted(raised: Conclusion, left_out: Conclusion) -> Conclusion:
    """A raised index, open where movements with breathing events are part of it."""
    if raised.truth is not Truth.YES:
        return raised
    return raised.unless(negated("Counted in", left_out), _BREATHING_INCLUDED)


def _isolated(case: Case, raised: Conclusion, restless: Conclusion) -> Conclusion:
    statement = "Periodic leg movements in sleep without consequence"
    return all_of(
        statement,
        raised,
        negated("No disturbance by them", case.answer("plms-disturbance")),
        negated("Restless legs syndrome not met", restless),
    ).named("R-PLM-07", statement)


def _one_normal_night(case: Case, raised: Conclusion) -> Conclusion:
    nights = measured_nights(case)
    alone = _yes(False) if not nights else Truth.YES if len(nights) == 1 else Truth.NO
    fact = Fact("night:measured", "Nights with an index", float(len(nights)) if nights else None)
    statement = "The only measured night is normal"
    single = stated(fact, alone, "Only one night was measured", "A polysomnography")
    reached = all_of(statement, single, negated("Index not raised", raised))
    found = reached.named("R-PLM-08", statement)
    rules = {night.rules for night in nights}
    return found.with_caveat(_DIFFERENT_RULES) if len(rules) > 1 else found


def _tested(case: Case) -> Conclusion:
    tested = immobilization_raised(case)
    return tested.named("R-SIT-01", tested.statement)


def _summary(findings: tuple[Finding, ...]) -> Words:
    """The index and, where there is one, what it does and does not mean."""
    by_id = {finding.conclusion.id: finding for finding in findings}
    index, disorder, first = by_id[_INDEX], by_id[_DISORDER], by_id[_FIRST]
    words = [index.words]
    if index.conclusion.truth is not Truth.UNKNOWN:
        words.append(disorder.words)
        if first.conclusion.truth is Truth.YES:
            words.append(first.words)
    return joined(words)
