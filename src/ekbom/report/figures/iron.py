"""Ferritin and transferrin saturation, draw by draw, against the limits that were applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup

from ekbom.knowledge.parameters import Sourced
from ekbom.patient.patient import Draw
from ekbom.report import svg
from ekbom.report.assessment.wording import edition_text, unit_text

IRON_PANELS = (
    ("ferritin", "Ferritin"),
    ("transferrin-saturation", "Transferrin saturation"),
)
_WIDTH, _HEIGHT = 470.0, 168.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 340.0, 26.0, 142.0
_NAME_GAP = 13.0
_N_TICKS = 4
# A little room above the highest value, so that its label stays inside.
_HEADROOM = 1.12
_N_LABELS = 6
_INSET = 26.0
_GAP = 6.0
_DATE_WIDTH = 62.0
# A limit that means the opposite of the others says so beside its line.
_MEANING = {"iron/saturation-stop": "stop, "}


def iron_figure(draws: Sequence[Draw], limits: Iterable[tuple[str, Sourced]]) -> Markup | None:
    """Two panels; None where neither value was ever measured.

    Parameters
    ----------
    draws : sequence of Draw
        Oldest first.
    limits : iterable of tuple of str and Sourced
        Analyte and limit, as they were compared.
    """
    lines = list(limits)
    panels = [
        _panel(analyte, name, draws, [limit for key, limit in lines if key == analyte])
        for analyte, name in IRON_PANELS
    ]
    shown = [panel for panel in panels if panel is not None]
    if not shown:
        return None
    placed = (
        svg.group(panel, transform=f"translate(0 {svg.number(k * _HEIGHT)})")
        for k, panel in enumerate(shown)
    )
    return svg.drawing(
        _WIDTH,
        _HEIGHT * len(shown),
        *placed,
        label="Ferritin and transferrin saturation of each draw, with the limits applied",
        class_="iron",
    )


def _panel(
    analyte: str, name: str, draws: Sequence[Draw], limits: Sequence[Sourced]
) -> Markup | None:
    found = [(draw.on, draw.results[analyte]) for draw in draws if analyte in draw.results]
    if not found:
        return None
    values = [result.value for _, result in found]
    levels = _levels(limits, max(values))
    highest = max([*values, *levels]) * _HEADROOM
    scale = svg.Scale(0.0, svg.nice_ceiling(highest), _BOTTOM, _TOP)
    axis = _dates([day for day, _ in found])
    bounds = [(axis(day.toordinal()), scale(result.value), result.bound) for day, result in found]
    return svg.group(
        svg.text(_LEFT, 14, f"{name}, {unit_text(found[0][1].unit)}", "name"),
        svg.rect(_LEFT, _TOP, _RIGHT - _LEFT, _BOTTOM - _TOP, "field"),
        *(
            svg.text(_LEFT - 8, scale(tick) + 4, f"{tick:g}", "tick", "end")
            for tick in svg.nice_ticks(scale.high, _N_TICKS)
        ),
        *_limit_lines(levels, scale),
        svg.path(_course(bounds), "course"),
        *(svg.element("circle", cx=x, cy=y, r=4.0, class_="draw") for x, y, _ in bounds),
        *(
            svg.text(x, y - 8, f"{bound}{value:g}", "value", "middle")
            for (x, y, bound), value in zip(bounds[-_N_LABELS:], values[-_N_LABELS:], strict=True)
        ),
        *_day_labels([day for day, _ in found], axis),
    )


def _levels(limits: Sequence[Sourced], highest: float) -> dict[float, Sourced]:
    """Limits by value, up to the first above the highest value: others would flatten the rest."""
    found = {float(limit.value): limit for limit in limits if _is_number(limit)}
    above = [value for value in found if value > highest]
    return {v: limit for v, limit in sorted(found.items()) if v <= min(above, default=highest)}


def _is_number(limit: Sourced) -> bool:
    return isinstance(limit.value, (int, float)) and limit.value != float("inf")


def _dates(days: Sequence[date]) -> svg.Scale:
    """Days as ordinals: equal steps from draw to draw would hide the years between them."""
    first, last = days[0].toordinal(), days[-1].toordinal()
    if first == last:
        middle = (_LEFT + _RIGHT) / 2
        return svg.Scale(first - 1, first + 1, middle - 1, middle + 1)
    return svg.Scale(first, last, _LEFT + _INSET, _RIGHT - _INSET)


def _course(points: Sequence[tuple[float, float, str]]) -> str:
    return "".join(
        f"{'L' if k else 'M'}{svg.number(x)} {svg.number(y)}" for k, (x, y, _) in enumerate(points)
    )


def _limit_lines(levels: dict[float, Sourced], scale: svg.Scale) -> Iterable[Markup]:
    """Lines with their names at the right, pushed apart where they would touch."""
    lowest = scale.start + 2 * _NAME_GAP
    for value, limit in sorted(levels.items()):
        y = scale(value)
        label_y = min(y + 4, lowest - _NAME_GAP)
        lowest = label_y
        yield svg.line(_LEFT, y, _RIGHT, y, "limit")
        yield svg.element(
            "text",
            svg.element("title", limit.name),
            f"{value:g}  {limit_label(limit)}",
            x=_RIGHT + _GAP,
            y=label_y,
            class_="small",
        )


def limit_label(limit: Sourced) -> str:
    """The edition of a limit, and that it is a stop where it is one."""
    return f"{_MEANING.get(limit.parameter, '')}{edition_text(limit.edition)}"


def _day_labels(days: Sequence[date], axis: svg.Scale) -> Iterable[Markup]:
    last_x = float("-inf")
    for day in sorted(set(days), reverse=True):
        x = axis(day.toordinal())
        if abs(last_x - x) > _DATE_WIDTH:
            last_x = x
            yield svg.text(x, _BOTTOM + 16, day.isoformat(), "tick", "middle")
