"""When symptoms begin, around the clock, against the evening and the protected morning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ekbom.patient.patient import DiaryEntry
from ekbom.report import svg

_SIZE, _R = 320.0, 112.0
_RING, _SPELL = 16.0, 5.0
_DAY_H = 24.0
_CENTRE = _SIZE / 2
_MINUTES = 60.0


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the day, hours after midnight; it may run over midnight."""

    name: str
    start_h: float
    end_h: float
    class_: str


def clock_figure(
    windows: Sequence[Window], usual_onset_h: float | None, spells: Sequence[DiaryEntry]
) -> Markup | None:
    """A dial of 24 hours, midnight at the top; None where no time is on record.

    Parameters
    ----------
    windows : sequence of Window
        Drawn as a ring.
    usual_onset_h : float or None
        Usual onset, hours after midnight.
    spells : sequence of DiaryEntry
        Drawn inside, one arc each.
    """
    if usual_onset_h is None and not spells:
        return None
    return svg.drawing(
        _SIZE,
        _SIZE,
        svg.element("circle", cx=_CENTRE, cy=_CENTRE, r=_R, class_="dial"),
        *(svg.path(_band(w.start_h, w.end_h, _R, _RING), w.class_) for w in windows),
        *_hours(),
        *_spells(spells),
        *([] if usual_onset_h is None else _hand(usual_onset_h)),
        label="When symptoms begin, around 24 hours",
        class_="clock",
    )


def _xy(hour: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * hour / _DAY_H
    return _CENTRE + radius * math.sin(angle), _CENTRE - radius * math.cos(angle)


def _point(hour: float, radius: float) -> str:
    return " ".join(svg.number(at) for at in _xy(hour, radius))


def _band(start_h: float, end_h: float, radius: float, thickness: float) -> str:
    length = (end_h - start_h) % _DAY_H
    large = int(length > _DAY_H / 2)
    outer, inner = radius + thickness / 2, radius - thickness / 2
    return (
        f"M{_point(start_h, outer)}A{svg.number(outer)} {svg.number(outer)} 0 {large} 1 "
        f"{_point(end_h, outer)}L{_point(end_h, inner)}"
        f"A{svg.number(inner)} {svg.number(inner)} 0 {large} 0 {_point(start_h, inner)}Z"
    )


def _hours() -> list[Markup]:
    parts = []
    for hour in range(0, int(_DAY_H), 3):
        x, y = _xy(hour, _R + 24)
        parts.append(svg.text(x, y + 4, f"{hour:02d}", "tick", "middle"))
        inner, outer = _xy(hour, _R - _RING / 2 - 4), _xy(hour, _R - _RING / 2)
        parts.append(svg.line(*inner, *outer, "axis"))
    return parts


def _spells(spells: Sequence[DiaryEntry]) -> list[Markup]:
    parts = []
    shown = spells[-int((_R - 50) / (_SPELL + 2)) :]
    for k, spell in enumerate(reversed(shown)):
        radius = _R - _RING - 8 - k * (_SPELL + 2)
        start_h = spell.began.hour + spell.began.minute / _MINUTES
        end = spell.ended
        end_h = start_h + 0.25 if end is None else end.hour + end.minute / _MINUTES
        parts.append(svg.path(_band(start_h, end_h, radius, _SPELL), "spell"))
    return parts


def _hand(hour: float) -> list[Markup]:
    whole = int(hour) % int(_DAY_H)
    says = f"{whole:02d}:{round((hour % 1) * _MINUTES):02d}"
    tip, (x, y) = _xy(hour, _R + _RING / 2 + 3), _xy(hour, 0)
    return [
        svg.line(x, y, *tip, "hand"),
        svg.element("circle", cx=tip[0], cy=tip[1], r=4.5, class_="draw"),
        svg.element("circle", cx=_CENTRE, cy=_CENTRE, r=24.0, class_="hub"),
        svg.text(_CENTRE, _CENTRE + 4, says, "name", "middle"),
    ]
