"""The demo on a terminal: what was found beside the truth, and the movements of a real clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ekbom.report.lines import wrapped
from ekbom.report.summary import number_or_unknown
from ekbom.scoring.agreement_events import AgreementRules, event_agreement
from ekbom.scoring.score import NightResult
from ekbom.terms import Side

if TYPE_CHECKING:
    from ekbom.mechanism.scenarios.scenario import Simulation

_INDICES = (
    ("PLMS index (/h)", "plms_per_h"),
    ("PLMS-arousal index (/h)", "plms_arousal_per_h"),
    ("PLMW index (/h)", "plmw_per_h"),
)


def beside_truth(found: NightResult, truth: NightResult, matching: AgreementRules) -> Iterator[str]:
    """Each leg's movements and the indices, truth and found, by every rule set.

    Parameters
    ----------
    found, truth : NightResult
        The night as it was scored and as it was made, by the same rule sets.
    matching : AgreementRules
        When a movement found is a true one.
    """
    names = list(found.editions)
    nights = [(truth.editions[name].night, found.editions[name].night) for name in names]
    pairs = [(truth.editions[name].indices, found.editions[name].indices) for name in names]
    yield f"A synthetic night of restless legs syndrome: {found.name}"
    yield f"  {'':28}" + "".join(f"{name:>20}" for name in names)
    yield f"  {'':28}" + f"{'truth':>10}{'found':>10}" * len(names)
    for side in (Side.LEFT, Side.RIGHT):
        counts = [(len(getattr(n, side)) for n in pair) for pair in nights]
        yield _row(f"movements, {side} leg", [str(n) for pair in counts for n in pair])
    in_bed = [one.by_stage["time_in_bed"].scored for pair in pairs for one in pair]
    yield _row("periodic", ["unknown" if count is None else str(count.n) for count in in_bed])
    for label, name in _INDICES:
        yield _row(label, [number_or_unknown(getattr(one, name)) for pair in pairs for one in pair])
    legs = [{Side.LEFT: night.left, Side.RIGHT: night.right} for night in nights[0]]
    both = event_agreement(legs[0], legs[1], matching)["both"]
    yield (
        f"  {both.n_matched} of {both.n_a} true movements found ({names[0]}); "
        f"{both.n_b - both.n_matched} found that are none; F1 {number_or_unknown(both.f1, 3)}"
    )
    yield "  Synthetic nights are easier than real ones: this only shows that nothing is broken."


def clip_summary(result: NightResult) -> Iterator[str]:
    """Each movement of the real clip, leg by leg."""
    yield f"A real clip of {result.duration_s or 0:.0f} s with both legs: {result.name} (PSG-IPA)"
    night = next(iter(result.editions.values())).night
    for leg in (night.left, night.right):
        for onset_s, offset_s in zip(leg.onset_s.tolist(), leg.offset_s.tolist(), strict=True):
            yield f"  {leg.side} leg: a movement from {onset_s:.1f} to {offset_s:.1f} s"


@dataclass(frozen=True, slots=True)
class NightBack:
    """A night drawn from a course of the model, and what scoring finds in it.

    Parameters
    ----------
    name : str
        Of the course.
    expected_per_h, error_per_h : float
        PLMS index that the model gives this night, and its sampling error.
    scored_per_h : float or None
        As scored from the signals of the legs; None where nobody slept.
    """

    name: str
    expected_per_h: float
    error_per_h: float
    scored_per_h: float | None


def model_summary(simulation: Simulation) -> Iterator[str]:
    """What the courses come to at the end, with their range, and what must not be read into it.

    Parameters
    ----------
    simulation : Simulation
        Of the patient's scenario.
    """
    from ekbom.report.consultation.model_shown import FIRST, interval_text, moment_text
    from ekbom.report.simulation.outcomes import AUGMENTATION, IRLS
    from ekbom.report.simulation.summary import interval_at, moments

    last = moments(simulation)[-1]
    yield FIRST
    yield from wrapped(simulation.limits.in_short, indent=2)
    yield f"  {'after ' + moment_text(last.name):24}{'IRLS':>12}{'criteria of augmentation, %':>31}"
    for course in simulation.courses:
        irls, met = (
            interval_text(interval_at(course, outcome, last)) for outcome in (IRLS, AUGMENTATION)
        )
        yield f"  {course.name:24}{irls:>12}{met:>31}"
    yield f"  Median and 90 % range over {len(simulation.draws)} draws, {simulation.draws.kind}."


def nights_back(nights: Sequence[NightBack], hours: float) -> Iterator[str]:
    """From the model to a night and back: the index of the model beside the one scored.

    Parameters
    ----------
    nights : sequence of NightBack
        One a course.
    hours : float
        In bed.
    """
    yield f"  {hours:g} hours in bed drawn from the last day of a course, and scored again:"
    for one in nights:
        scored = number_or_unknown(one.scored_per_h)
        yield (
            f"    {one.name}: PLMS index of the model {one.expected_per_h:.1f}/h, sampling error "
            f"{one.error_per_h:.1f}; scored {scored}"
        )


def _row(label: str, values: list[str]) -> str:
    return f"  {label:28}" + "".join(f"{value:>10}" for value in values)
