"""Onsets on the clock: which of two begins earlier in a day that does not end at midnight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced

_MINUTES_PER_HOUR = 60
_MINUTES_PER_DAY = 24 * _MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True)
class TurnOfDay:
    """Hours in which an onset may belong to the end of a night or to the next day."""

    edition: str
    begins_h: Annotated[float, Param("augmentation/turn-of-day-begins", "h")]
    ends_h: Annotated[float, Param("augmentation/turn-of-day-ends", "h")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def earlier_by_h(before: time, now: time, turn: TurnOfDay) -> float | None:
    """Hours by which an onset is earlier than another; negative where it is later.

    The day runs from one turn to the next, so that midnight parts nothing: 22:30 is two hours
    earlier than 00:30, and 02:00 four hours later than 22:00.

    Parameters
    ----------
    before, now : datetime.time
        The two onsets.
    turn : TurnOfDay
        Where one day ends and the next begins.

    Returns
    -------
    float or None
        Hours; None where one of two different onsets lies within the turn of the day.
    """
    if before == now:
        return 0.0
    turn_lasts = _into_the_day(turn.ends_h * _MINUTES_PER_HOUR, turn)
    first, second = (_into_the_day(_minutes(clock), turn) for clock in (before, now))
    if first < turn_lasts or second < turn_lasts:
        return None
    # Whole minutes, so that two hours are two hours and not a little less.
    return (first - second) / _MINUTES_PER_HOUR


def _minutes(clock: time) -> int:
    return clock.hour * _MINUTES_PER_HOUR + clock.minute


def _into_the_day(minutes: float, turn: TurnOfDay) -> int:
    begins = round(turn.begins_h * _MINUTES_PER_HOUR)
    return (round(minutes) - begins) % _MINUTES_PER_DAY
