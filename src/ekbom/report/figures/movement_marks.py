"""How a movement is drawn: by height, colour and a dot, so that it is told apart in grey too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ekbom.report import svg
from ekbom.report.figures.time_axis import TimeAxis
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.reasons import reasons
from ekbom.terms import Side, SleepStage

# Share of the height of a leg's row.
_HEIGHT = {"periodic": 1.0, "single": 0.5, "other": 0.24}
_DOT = 2.2
_LEGEND = (
    ("periodic", False, "in a periodic series"),
    ("single", False, "candidate, in no series"),
    ("periodic", True, "belongs to a respiratory event"),
    ("other", False, "leg movement, not a candidate"),
)
# Width of a letter, on the safe side: which font a reader has is not known.
_LETTER = 7.1


@dataclass(frozen=True, slots=True)
class Mark:
    """One movement ready to be drawn.

    Parameters
    ----------
    onset_s, offset_s : float
        Its times.
    side : Side
        Leg, or both.
    kind : str
        ``periodic`` (in a series), ``single`` (a candidate in none) or ``other`` (no candidate).
    is_respiratory : bool
        Belongs to a respiratory event.
    title : str
        Time, leg, length, stage and reason in words.
    """

    onset_s: float
    offset_s: float
    side: Side
    kind: str
    is_respiratory: bool
    title: str

    @property
    def class_(self) -> str:
        """Class for the style sheet."""
        return f"m {self.kind}{' resp' if self.is_respiratory else ''}"


def movement_marks(night: ScoredNight, axis: TimeAxis) -> tuple[Mark, ...]:
    """The marks of a scored night, in order of onset."""
    movements = night.movements
    marks = []
    for index, reason in enumerate(reasons(night)):
        onset_s, offset_s = float(movements.onset_s[index]), float(movements.offset_s[index])
        kind = "other"
        if night.is_candidate[index]:
            kind = "periodic" if night.is_periodic[index] else "single"
        stage = night.stage[index]
        where = "" if stage == SleepStage.UNSCORED else f", {stage}"
        marks.append(
            Mark(
                onset_s,
                offset_s,
                movements.side[index],
                kind,
                bool(night.is_candidate[index] and night.is_respiratory[index]),
                f"{axis.moment(onset_s)}, {movements.side[index]}, {offset_s - onset_s:.2f} s"
                f"{where}. {reason}",
            )
        )
    return tuple(marks)


def draw_marks(
    marks: Sequence[Mark], axis: TimeAxis, middle: float, row: float, least_width: float
) -> Markup:
    """Marks on a mirrored row: the left leg upwards, the right leg downwards from the middle."""
    return svg.group(*(_one(mark, axis, middle, row, least_width) for mark in marks))


def _one(mark: Mark, axis: TimeAxis, middle: float, row: float, least_width: float) -> Markup:
    x = axis.x(mark.onset_s)
    width = max(axis.x(mark.offset_s) - x, least_width)
    height = row * _HEIGHT[mark.kind]
    up = height if mark.side in (Side.LEFT, Side.BILATERAL) else 0.0
    down = height if mark.side in (Side.RIGHT, Side.BILATERAL) else 0.0
    parts = [
        svg.element("title", mark.title),
        svg.rect(x, middle - up, width, up + down),
    ]
    if mark.is_respiratory:
        parts += [
            svg.element("circle", cx=x + width / 2, cy=y, r=_DOT)
            for y, drawn in ((middle - up - _DOT, up), (middle + down + _DOT, down))
            if drawn
        ]
    return svg.group(*parts, class_=mark.class_)


def legend(x: float, baseline: float) -> Markup:
    """What the marks mean, in one line."""
    parts = []
    for kind, is_respiratory, says in _LEGEND:
        mark = Mark(0.0, 1.0, Side.LEFT, kind, is_respiratory, says)
        axis = TimeAxis(0.0, 1.0, None, x, x + (6.0 if kind == "other" else 3.0))
        parts.append(_one(mark, axis, baseline + 1, 14.0, 0.0))
        parts.append(svg.text(x + 11, baseline, says))
        x += 40 + _LETTER * len(says)
    return svg.group(*parts, class_="legend")
