"""Agreement of scorers: every pair, the range of the scorers, and one of them set beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ekbom.caveats import Caveat
from ekbom.errors import UsageError
from ekbom.recording.events import Annotations
from ekbom.scoring.agreement_events import AgreementRules, event_agreement
from ekbom.scoring.agreement_ranges import (
    PAIR_MEASURES,
    SCORER_MEASURES,
    PairAgreement,
    Range,
    ScorerCounts,
    pair_range,
    scorer_range,
)
from ekbom.scoring.agreement_scorings import Scoring
from ekbom.scoring.agreement_stages import stage_agreement
from ekbom.scoring.score import score_marked
from ekbom.scoring.settings import Settings
from ekbom.terms import EventKind

LIGHTS = (EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Any number of scorers of one night beside each other.

    Parameters
    ----------
    rules : str
        Edition the periodic movements were counted by.
    test : str or None
        Scorer under test, B of all its pairs.
    scorers : tuple of ScorerCounts
        In the order given, the one under test last.
    pairs : tuple of PairAgreement
        All pairs.
    ranges : tuple of Range
        Measures of pairs and of scorers that have a value.
    caveats : tuple of Caveat
        What limits the comparison.
    """

    rules: str
    test: str | None
    scorers: tuple[ScorerCounts, ...]
    pairs: tuple[PairAgreement, ...]
    ranges: tuple[Range, ...]
    caveats: tuple[Caveat, ...]


def compare_scorings(
    scorings: Sequence[Scoring],
    rules: AgreementRules,
    settings: Settings,
    test: Scoring | None = None,
) -> Agreement:
    """Compare scorers of one night with each other, and one of them with the others.

    Parameters
    ----------
    scorings : sequence of Scoring
        The scorers whose range is wanted; their times count from the same instant.
    rules : AgreementRules
        When two marks are one movement.
    settings : Settings
        Its first edition counts the periodic movements.
    test : Scoring, optional
        A further scoring, set beside the range of the others.

    Raises
    ------
    UsageError
        For fewer than two scorings, or two of one name.
    AnnotationError
        Where epochs of two hypnograms do not lie on one grid.
    """
    every = [*scorings, *([] if test is None else [test])]
    _check(every)
    lender = next((scoring for scoring in every if scoring.hypnogram is not None), None)
    counts = {scoring.name: _counts(scoring, lender, settings) for scoring in every}
    pairs = tuple(_pair(a, b, counts, rules) for a, b in combinations(every, 2))
    tested = None if test is None else test.name
    ranges = [pair_range(name, get, pairs, tested) for name, get in PAIR_MEASURES.items()]
    ranges += [
        scorer_range(name, get, counts.values(), tested) for name, get in SCORER_MEASURES.items()
    ]
    return Agreement(
        rules=settings.editions[0].name,
        test=tested,
        scorers=tuple(counts.values()),
        pairs=pairs,
        ranges=tuple(found for found in ranges if found.n or found.test is not None),
        caveats=_caveats(every, counts, pairs),
    )


def _check(scorings: Sequence[Scoring]) -> None:
    names = [scoring.name for scoring in scorings]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UsageError(f"{', '.join(doubled)} given more than once", expected="each once")
    if len(scorings) <= 1:
        raise UsageError(
            f"{len(scorings)} scoring to compare",
            expected="two or more scorings of one night",
        )


def _counts(scoring: Scoring, lender: Scoring | None, settings: Settings) -> ScorerCounts:
    stages_from = lender if scoring.hypnogram is None else scoring
    if not scoring.has_movements:
        return ScorerCounts(scoring.name, None, None, None, None, None, None, None)
    n_left, n_right = (len(leg) for leg in scoring.legs.values())
    n_periodic, in_sleep, per_h = 0, None, None
    annotations = _with_stages(scoring.annotations, stages_from)
    if annotations.leg_movements or annotations.hypnogram is not None:
        indices = next(iter(score_marked(annotations, settings).editions.values())).indices
        periodic = indices.by_stage["time_in_bed"].scored
        n_periodic = 0 if periodic is None else periodic.n
        asleep = indices.by_stage.get("sleep")
        in_sleep = None if asleep is None or asleep.scored is None else asleep.scored.n
        per_h = indices.plms_per_h
    return ScorerCounts(
        name=scoring.name,
        n_left=n_left,
        n_right=n_right,
        n_legs=n_left + n_right,
        n_periodic=n_periodic,
        n_periodic_in_sleep=in_sleep,
        plms_per_h=per_h,
        stages_from=None if stages_from is None else stages_from.name,
    )


def _with_stages(annotations: Annotations, stages_from: Scoring | None) -> Annotations:
    """With another's stages and, unless marked here too, lights: both bound the same sleep."""
    if stages_from is None or annotations.hypnogram is not None:
        return annotations
    lent = stages_from.annotations
    events = annotations.events
    if not annotations.of_kind(*LIGHTS):
        events = tuple(sorted((*events, *lent.of_kind(*LIGHTS)), key=lambda e: e.onset_s))
    return replace(annotations, events=events, hypnogram=lent.hypnogram)


def _pair(
    a: Scoring, b: Scoring, counts: Mapping[str, ScorerCounts], rules: AgreementRules
) -> PairAgreement:
    of_a, of_b = counts[a.name].plms_per_h, counts[b.name].plms_per_h
    both_looked = a.has_movements and b.has_movements
    return PairAgreement(
        a=a.name,
        b=b.name,
        events=event_agreement(a.legs, b.legs, rules) if both_looked else None,
        plms_per_h_difference=None if of_a is None or of_b is None else of_b - of_a,
        stages=None
        if a.hypnogram is None or b.hypnogram is None
        else stage_agreement(a.hypnogram, b.hypnogram, f"{a.name} and {b.name}"),
    )


def _caveats(
    scorings: Sequence[Scoring],
    counts: Mapping[str, ScorerCounts],
    pairs: Sequence[PairAgreement],
) -> tuple[Caveat, ...]:
    found = [caveat for scoring in scorings for caveat in scoring.annotations.caveats]
    if any(scoring.has_movements for scoring in scorings):
        for scoring in scorings:
            found += _of_scoring(scoring, counts[scoring.name])
    lengths = {s.hypnogram.epoch_s for s in scorings if s.hypnogram is not None}
    if len(lengths) > 1:
        said = ", ".join(f"{length:g} s" for length in sorted(lengths))
        statement = f"Epochs differ in length ({said}): each pair is compared on the shorter."
        found.append(Caveat("epochs-differ", statement))
    if not any(pair.events or pair.stages for pair in pairs):
        statement = "No two scorers marked the same thing: nothing could be compared."
        found.append(Caveat("nothing-in-common", statement))
    return tuple(dict.fromkeys(found))


def _of_scoring(scoring: Scoring, counts: ScorerCounts) -> list[Caveat]:
    if not scoring.has_movements:
        statement = "No leg movements are marked; movements are taken as not looked for."
        return [Caveat("no-leg-movements", statement, scoring.name)]
    found = []
    if counts.stages_from is None:
        statement = "Nobody marked stages: the PLMS index is unknown."
        found.append(Caveat("no-staging", statement, scoring.name))
    elif counts.stages_from != scoring.name:
        statement = f"No stages: the PLMS index rests on those of {counts.stages_from}."
        found.append(Caveat("stages-from-other", statement, scoring.name))
    n_instant = sum(event.duration_s == 0 for event in scoring.annotations.leg_movements)
    if n_instant:
        statement = f"{n_instant} leg movements last no time and can match none."
        found.append(Caveat("instant-movements", statement, scoring.name))
    return found
