"""A history on one axis of time."""

from __future__ import annotations

import re
from datetime import date

from ekbom.report.figures.timeline import Bar, Panel, Row, Track, timeline_figure

UNTIL = date(2026, 5, 13)
IRLS = Panel(
    "IRLS score",
    "",
    (Track(((date(2025, 5, 1), 27.0, ""), (date(2025, 6, 1), 31.0, ""), (UNTIL, 12.0, ""))),),
)


def drawn(*rows: Row, panels: tuple[Panel, ...] = (IRLS,)) -> str:
    figure = timeline_figure(panels, rows, [date(2025, 5, 1)], UNTIL)
    assert figure is not None
    return str(figure)


def test_nothing_is_drawn_without_dates() -> None:
    assert timeline_figure([], [], [], UNTIL) is None


def test_the_latest_the_first_and_the_extremes_are_named() -> None:
    figure = drawn()
    for value in ("12", "31"):
        assert f">{value}</text>" in figure
    assert "2025-06-01: 31" in figure


def test_what_is_still_taken_reaches_the_edge_and_carries_its_dose() -> None:
    row = Row("gabapentin", (Bar(date(2025, 7, 1), None, "300 mg a day"),))
    figure = drawn(row)
    assert 'class="medicine now"' in figure
    assert "300 mg a day</text>" in figure


def test_what_began_earlier_is_cut_and_what_ended_earlier_is_left_out() -> None:
    cut = Row("pramipexole", (Bar(date(2015, 1, 1), date(2025, 8, 1)),))
    gone = Row("ropinirole", (Bar(date(2010, 1, 1), date(2011, 1, 1)),))
    figure = drawn(cut, gone)
    assert len(re.findall("<rect[^>]*medicine", figure)) == 1
    assert "from 2015-01-01 to 2025-08-01" in figure
    assert "ropinirole" not in figure


def test_a_start_that_nobody_knows_is_said() -> None:
    assert "start not on record" in drawn(Row("iron", (Bar(None, None, ""),)))


def test_nights_by_other_rules_are_not_joined() -> None:
    tracks = (
        Track(((date(2025, 5, 1), 30.0, ""),), "WASM 2016"),
        Track(((UNTIL, 20.0, ""),), "AASM 3"),
    )
    figure = drawn(panels=(Panel("PLMS index", "per hour", tracks),))
    assert "WASM 2016" in figure and "AASM 3" in figure
    assert len(re.findall(r'<path d="M[^L"]*" class="course', figure)) == 2


def test_a_limit_far_above_the_values_is_left_out() -> None:
    track = Track(((UNTIL, 20.0, ""),))
    figure = drawn(panels=(Panel("Ferritin", "ug/L", (track,), ((30.0, "A"), (300.0, "B"))),))
    assert "30  A" in figure
    assert "300  B" not in figure


def test_the_drawing_escapes_names() -> None:
    figure = drawn(Row("<b>x</b>", (Bar(None, None, "<i>"),)))
    assert "<b>" not in figure and "<i>" not in figure


def test_a_dose_beside_a_short_bar_stands_where_there_is_room() -> None:
    late = Row("iron", (Bar(date(2026, 5, 1), date(2026, 5, 12), "325 mg a day"),))
    early = Row("iron", (Bar(date(2025, 5, 2), date(2025, 5, 9), "325 mg a day"),))
    assert 'class="dose outside" text-anchor="end">325' in drawn(late)
    assert 'class="dose outside">325' in drawn(early)


def test_a_pregnancy_is_drawn_unlike_a_medicine() -> None:
    figure = drawn(Row("pregnancy", (Bar(date(2025, 9, 1), None),), is_state=True))
    assert 'class="state now"' in figure
    assert "medicine" not in figure.partition("</title>")[2].replace("medicines", "")


def test_times_on_the_clock_do_not_touch() -> None:
    days = tuple((date(2025, 5, 1 + 9 * k), 20.0 + k, "") for k in range(3))
    clock = Panel(
        "Usual onset", "by the clock", (Track((*days, (UNTIL, 22.0, ""))),), is_clock=True
    )
    figure = drawn(panels=(clock,))
    told = re.findall(r'<text x="([\d.]+)"[^>]*class="value"', figure)
    places = sorted(map(float, told))
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) >= 40
