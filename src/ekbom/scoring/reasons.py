"""Why each movement is or is not candidate, respiratory, periodic, with arousal: in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekbom.scoring.night import ScoredNight
from ekbom.scoring.periodic import Series
from ekbom.scoring.rules import PlmRules


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause for each thing that was decided about a movement."""

    candidate: str
    respiratory: str
    periodic: str
    periodic_nonrespiratory: str
    arousal: str
    outside: str

    def __str__(self) -> str:
        clauses = [self.candidate, self.periodic, self.respiratory]
        if self.periodic_nonrespiratory != self.periodic:
            clauses.append(f"without respiratory movements: {self.periodic_nonrespiratory}")
        return "; ".join([*clauses, self.arousal, *([self.outside] if self.outside else [])])


def reasons(night: ScoredNight) -> tuple[Reason, ...]:
    """The reason of each movement, in the order of ``night.movements``."""
    return tuple(reason_of(night, index) for index in range(len(night.movements)))


def reason_of(night: ScoredNight, index: int) -> Reason:
    """The reason of one movement, by its number in ``night.movements``."""
    return Reason(
        candidate=_candidate(night, index),
        respiratory=_respiratory(night, index),
        periodic=_periodic(night, index, night.series),
        periodic_nonrespiratory=(
            "not counted, respiratory"
            if night.is_respiratory[index] and night.is_candidate[index]
            else _periodic(night, index, night.series_nonrespiratory)
        ),
        arousal=_arousal(night, index),
        outside="" if night.is_in_bed[index] else "outside the time in bed: in no index",
    )


def _candidate(night: ScoredNight, index: int) -> str:
    movements, rules = night.movements, night.rules
    duration_s = movements.duration_s[index]
    if not movements.is_bilateral[index]:
        if night.is_candidate[index]:
            return f"candidate: {duration_s:.2f} s on one leg"
        said = _beside(duration_s, rules.candidate_max_s)
        return f"no candidate: {said} s is longer than {rules.candidate_max_s:g} s"
    parts, longest_s = movements.n_parts[index], movements.longest_part_s[index]
    if night.is_candidate[index]:
        return f"candidate: {duration_s:.2f} s on both legs, {parts} parts"
    if duration_s > rules.bilateral_max_s:
        said = _beside(duration_s, rules.bilateral_max_s)
        return f"no candidate: bilateral and {said} s, over {rules.bilateral_max_s:g} s"
    if parts > rules.bilateral_max_parts:
        return f"no candidate: {parts} parts, more than {rules.bilateral_max_parts:g}"
    said = _beside(longest_s, rules.candidate_max_s)
    return f"no candidate: a part of {said} s, over {rules.candidate_max_s:g} s"


def _respiratory(night: ScoredNight, index: int) -> str:
    window = night.window
    # Asked of every movement: the first event that is one tells enough.
    if not any(event.kind.is_respiratory for event in night.annotations.events):
        return "not respiratory: no respiratory events are marked"
    says = "respiratory" if night.is_respiratory[index] else "not respiratory"
    touches = "touches" if night.is_respiratory[index] else "outside"
    anchor = "the end of" if window.anchor == "event-end" else "the whole of"
    return (
        f"{says}: {touches} -{window.before_s:g} ... +{window.after_s:g} s around {anchor} "
        "a respiratory event"
    )


def _arousal(night: ScoredNight, index: int) -> str:
    if night.has_arousal is None:
        return "arousal unknown: none are marked"
    gap_s = night.rules.arousal_gap_s
    if night.has_arousal[index]:
        return f"with arousal: overlaps one or lies within {gap_s:g} s"
    return f"no arousal within {gap_s:g} s"


def _periodic(night: ScoredNight, index: int, series: Series) -> str:
    rules = night.rules
    if not night.is_candidate[index]:
        return "not periodic: no candidate"
    if not night.is_eligible[index]:
        return "not periodic: in wake, where this edition scores none"
    interval = _interval(series, index, rules)
    if series.is_periodic[index]:
        return f"periodic: series {series.number[index]}, {interval}"
    run = series.run_length[index]
    if run == 0 and rules.short_interval == "skipped":
        return f"not periodic: under {rules.imi_min_s:g} s after the last one, passed over"
    if run == 0:
        return f"not periodic: {interval}, and such a movement starts no series"
    return f"not periodic: run of {run}, fewer than {rules.series_min_movements}; {interval}"


def _interval(series: Series, index: int, rules: PlmRules) -> str:
    interval_s = series.imi_s[index]
    if np.isnan(interval_s):
        return "no interval before it"
    if series.is_short[index]:
        return f"interval {_beside(interval_s, rules.imi_min_s)} s is under {rules.imi_min_s:g} s"
    if series.is_long[index]:
        is_at_limit = interval_s == rules.imi_max_s
        relation = "is not under" if is_at_limit else "is over"
        return f"interval {_beside(interval_s, rules.imi_max_s)} s {relation} {rules.imi_max_s:g} s"
    return f"interval {interval_s:.2f} s"


def _beside(value_s: float, limit_s: float) -> str:
    """A value with two decimals, or with as many as tell it from the limit."""
    text = f"{value_s:.2f}"
    return text if float(text) != limit_s else f"{value_s:.6f}".rstrip("0").rstrip(".")
