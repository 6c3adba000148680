"""A history on one axis of time: measures, medicines with their doses, visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from markupsafe import Markup

from ekbom.report import svg
from ekbom.units import clock_text

_WIDTH, _LEFT, _RIGHT = 932.0, 172.0, 812.0
_PANEL, _GAP, _BAR, _ROW, _AXIS = 74.0, 24.0, 13.0, 21.0, 26.0
_INSET = 20.0
_LABEL_WIDTH, _CLOCK_WIDTH, _NOTE_WIDTH = 34.0, 46.0, 80.0
_DATE_WIDTH, _LETTER, _NAME_GAP = 72.0, 5.9, 12.0
_N_TICKS, _HEADROOM = 3, 1.15
_MONTHS, _MOST_TICKS = 12, 9
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_LONGEST_NAME = 22


@dataclass(frozen=True, slots=True)
class Track:
    """Points that may be joined by a line: one measure, counted one way.

    Parameters
    ----------
    points : tuple of tuple of datetime.date, float and str
        Day, value, and ``<`` or ``>`` where it is only a bound; oldest first.
    note : str
        What sets it apart from other tracks of its panel.
    """

    points: tuple[tuple[date, float, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A measure over time.

    Parameters
    ----------
    name, unit : str
        As a reader calls them.
    tracks : tuple of Track
        At least one, with at least one point each.
    limits : tuple of tuple of float and str
        Values to draw a line at, each with its name.
    is_clock : bool
        Whether values are hours on the clock; later is drawn higher.
    """

    name: str
    unit: str
    tracks: tuple[Track, ...]
    limits: tuple[tuple[float, str], ...] = ()
    is_clock: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch in which something was taken; None for an end that is not on record."""

    start: date | None
    end: date | None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What was taken, in the order of time; ``is_state``: what held and was not taken."""

    name: str
    bars: tuple[Bar, ...]
    is_state: bool = False


def timeline_figure(
    panels: Sequence[Panel], rows: Sequence[Row], visits: Sequence[date], until: date
) -> Markup | None:
    """The history up to a day; None where nothing of it has a date.

    Parameters
    ----------
    panels : sequence of Panel
        Drawn above each other.
    rows : sequence of Row
        Medicines.
    visits : sequence of datetime.date
        Marked on the axis.
    until : datetime.date
        The day; the right edge.
    """
    first = _first_day(panels, rows, visits)
    if first is None or not (panels or rows):
        return None
    axis = _axis(first, until)
    rows = [row for row in rows if any(_end(bar, until) >= first.toordinal() for bar in row.bars)]
    medicines_height = len(rows) * _ROW + _GAP if rows else 0.0
    heights = [*(_PANEL + _GAP for _ in panels), medicines_height]
    tops = [_GAP, *(_GAP + done for done in accumulate(heights))]
    bottom = tops[-1] - _GAP + _AXIS / 2
    return svg.drawing(
        _WIDTH,
        bottom + _AXIS,
        _grid(axis, first, until, _GAP, bottom),
        *(_panel(one, axis, top) for one, top in zip(panels, tops, strict=False)),
        *([_medicines(rows, axis, until, tops[len(panels)])] if rows else []),
        _foot(axis, first, until, visits, bottom),
        label="History: measures, medicines and visits on one axis of time",
        class_="timeline",
    )


def _first_day(panels: Sequence[Panel], rows: Sequence[Row], visits: Sequence[date]) -> date | None:
    """Where the axis begins: the first measure or visit; medicines begun before are cut there."""
    measured = [point[0] for panel in panels for track in panel.tracks for point in track.points]
    begun = [bar.start for row in rows for bar in row.bars if bar.start is not None]
    return min([*measured, *visits], default=min(begun, default=None))


def _axis(first: date, until: date) -> svg.Scale:
    low, high = first.toordinal(), until.toordinal()
    return svg.Scale(low, max(high, low + 1), _LEFT + _INSET, _RIGHT - _INSET)


# Time -------------------------------------------------------------------------------------------


def _ticks(first: date, until: date) -> Iterator[tuple[date, str]]:
    """First days of months or years, few enough to be read."""
    n_months = (until.year - first.year) * _MONTHS + until.month - first.month
    step = next((s for s in _STEPS if n_months / s <= _MOST_TICKS), _STEPS[-1])
    month = first.year * _MONTHS + first.month
    while month <= until.year * _MONTHS + until.month - 1:
        if month % step == 0:
            day = date(month // _MONTHS, month % _MONTHS + 1, 1)
            yield day, f"{day.year}" if step >= _MONTHS else f"{day:%b %Y}"
        month += 1


def _grid(axis: svg.Scale, first: date, until: date, top: float, bottom: float) -> Markup:
    days = (axis(day.toordinal()) for day, _ in _ticks(first, until))
    return svg.path(svg.upright(days, top, bottom - top), "grid")


def _foot(
    axis: svg.Scale, first: date, until: date, visits: Iterable[date], bottom: float
) -> Markup:
    """The axis with its dates, and a mark for every visit."""
    marks = []
    for day in sorted(set(visits)):
        x = svg.number(axis(day.toordinal()))
        shape = f"M{x} {svg.number(bottom - 6)}l4 6h-8z"
        marks.append(
            svg.element("path", svg.element("title", f"visit {day}"), d=shape, class_="visit")
        )
    end = axis(until.toordinal())
    return svg.group(
        svg.line(_LEFT, bottom, _RIGHT, bottom, "axis"),
        svg.text(_LEFT - 10, bottom, "visits", "tick", "end"),
        *marks,
        *(
            svg.text(axis(day.toordinal()), bottom + 16, says, "tick", "middle")
            for day, says in _ticks(first, until)
            if axis(day.toordinal()) < end - _DATE_WIDTH
        ),
        svg.text(end, bottom + 16, f"{until}", "tick", "middle"),
    )


# Measures ---------------------------------------------------------------------------------------


def _panel(panel: Panel, axis: svg.Scale, top: float) -> Markup:
    scale = _clock_scale(panel, top) if panel.is_clock else _value_scale(panel, top)
    shown = clock_text if panel.is_clock else _value
    marks = (
        [scale.low, scale.high] if panel.is_clock else list(svg.nice_ticks(scale.high, _N_TICKS))
    )
    return svg.group(
        svg.rect(_LEFT, top, _RIGHT - _LEFT, _PANEL, "field"),
        svg.text(0, top + 14, panel.name, "name"),
        svg.text(0, top + 30, panel.unit, "tick"),
        *(svg.text(_LEFT - 8, scale(mark) + 4, shown(mark), "tick", "end") for mark in marks),
        *_limits(panel.limits, scale),
        *(
            part
            for k, track in enumerate(panel.tracks)
            for part in _track(track, k, axis, scale, shown)
        ),
    )


def _value_scale(panel: Panel, top: float) -> svg.Scale:
    highest = max(value for track in panel.tracks for _, value, _ in track.points)
    near = [value for value, _ in panel.limits if value <= 2 * highest]
    high = svg.nice_ceiling(max([highest * _HEADROOM, *near, 1e-9]))
    return svg.Scale(0.0, high, top + _PANEL, top + 4)


def _clock_scale(panel: Panel, top: float) -> svg.Scale:
    hours = [value for track in panel.tracks for _, value, _ in track.points]
    low, high = int(min(hours)) - 1, int(max(hours)) + 2
    return svg.Scale(low, high, top + _PANEL - 6, top + 8)


def _value(value: float) -> str:
    return f"{round(value, 1):g}"


def _limits(limits: Iterable[tuple[float, str]], scale: svg.Scale) -> Iterator[Markup]:
    """Lines with their names at the right, pushed apart where they would touch."""
    lowest = scale.start + _NAME_GAP
    for value, name in sorted(limits):
        if value > scale.high:
            continue
        y = scale(value)
        lowest = min(y + 4, lowest - _NAME_GAP)
        yield svg.line(_LEFT, y, _RIGHT, y, "limit")
        yield svg.text(_RIGHT + 6, lowest, f"{value:g}  {name}", "small")


def _track(
    track: Track, k: int, axis: svg.Scale, scale: svg.Scale, shown: Callable[[float], str]
) -> Iterator[Markup]:
    kind = "other-rules" if k else ""
    at = [(axis(day.toordinal()), scale(value)) for day, value, _ in track.points]
    line = "".join(
        f"{'L' if n else 'M'}{svg.number(x)} {svg.number(y)}" for n, (x, y) in enumerate(at)
    )
    yield svg.path(line, f"course {kind}".strip())
    for (x, y), (day, value, bound) in zip(at, track.points, strict=True):
        says = f"{day}: {bound}{shown(value)}{f' ({track.note})' if track.note else ''}"
        yield svg.element(
            "circle", svg.element("title", says), cx=x, cy=y, r=3.6, class_=f"draw {kind}".strip()
        )
    yield from _value_labels(track, at, scale, shown)
    if track.note:
        x, y = at[-1]
        anchor = "end" if x > _LEFT + _NOTE_WIDTH else "start"
        yield svg.text(x, min(y + 17, scale.start + 12), track.note, "small", anchor)


def _value_labels(
    track: Track,
    at: Sequence[tuple[float, float]],
    scale: svg.Scale,
    shown: Callable[[float], str],
) -> Iterator[Markup]:
    """Values beside their points; those without room are left to the pointer."""
    placed: list[float] = []
    width = _CLOCK_WIDTH if shown is clock_text else _LABEL_WIDTH
    for k in _most_telling([value for _, value, _ in track.points]):
        x, y = at[k]
        if any(abs(x - other) < width for other in placed):
            continue
        placed.append(x)
        above = y - 8 if y - 8 > scale.end + 4 else y + 16
        _, value, bound = track.points[k]
        yield svg.text(x, above, f"{bound}{shown(value)}", "value", "middle")


def _most_telling(values: Sequence[float]) -> list[int]:
    """Places of values: the latest, the first, the extremes, then the others, latest first."""
    places = range(len(values))
    highest = max(places, key=lambda k: values[k])
    lowest = min(places, key=lambda k: values[k])
    return list(dict.fromkeys((len(values) - 1, 0, highest, lowest, *reversed(places))))


# Medicines --------------------------------------------------------------------------------------


def _medicines(rows: Sequence[Row], axis: svg.Scale, until: date, top: float) -> Markup:
    parts: list[Markup] = []
    for k, row in enumerate(rows):
        y = top + k * _ROW
        name = row.name if len(row.name) <= _LONGEST_NAME else f"{row.name[: _LONGEST_NAME - 1]}…"
        parts.append(svg.text(0, y + _BAR - 2, name, "name"))
        parts.append(svg.line(_LEFT, y + _BAR + 3.5, _RIGHT, y + _BAR + 3.5, "grid"))
        parts += _bars(row, axis, until, y)
    return svg.group(*parts)


def _bars(row: Row, axis: svg.Scale, until: date, y: float) -> Iterator[Markup]:
    bars, kind = row.bars, "state" if row.is_state else "medicine"
    first_x = axis(axis.low)
    starts = [axis(max(_ordinal(bar.start, axis), axis.low)) for bar in bars]
    for k, bar in enumerate(bars):
        left, right = starts[k], axis(min(_end(bar, until), axis.high))
        if right < first_x:
            continue
        is_cut = bar.start is None or bar.start.toordinal() < axis.low
        left = _LEFT if is_cut else left
        right = _RIGHT if bar.end is None else max(right, left + 4)
        now = " now" if bar.end is None else ""
        title = svg.element("title", _title(bar))
        yield svg.element(
            "rect",
            title,
            x=left,
            y=y,
            width=right - left,
            height=_BAR,
            rx=2.0,
            class_=f"{kind}{now}",
        )
        before = max((axis(_end(bars[j], until)) for j in range(k)), default=_LEFT)
        room = min([right, *(start for start in starts[k + 1 :])]) - left
        after = starts[k + 1] if k + 1 < len(bars) else _RIGHT
        if bar.says and len(bar.says) * _LETTER < room - 6:
            yield svg.text(left + 5, y + _BAR - 3, bar.says, f"dose{now}")
        elif bar.says and len(bar.says) * _LETTER < after - right - 6:
            yield svg.text(right + 4, y + _BAR - 3, bar.says, "dose outside")
        elif bar.says and len(bar.says) * _LETTER < left - before - 6:
            yield svg.text(left - 4, y + _BAR - 3, bar.says, "dose outside", "end")


def _ordinal(day: date | None, axis: svg.Scale) -> float:
    return axis.low - 1 if day is None else day.toordinal()


def _end(bar: Bar, until: date) -> int:
    return (bar.end or until).toordinal()


def _title(bar: Bar) -> str:
    start = "start not on record" if bar.start is None else f"from {bar.start}"
    end = "" if bar.end is None else f" to {bar.end}"
    return f"{bar.says + ', ' if bar.says else ''}{start}{end}"
