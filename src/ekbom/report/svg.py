"""Drawing in SVG: escaped elements, scales and paths, and nothing a browser has to fetch."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]

# Characters a reader cannot see, which turn the text around them.
_TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}
_NICE_STEPS = (1, 2, 5, 10)
_NICE_ENDS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def clean(text: str) -> str:
    """Text without what may stand in a file name but not in a page.

    Control characters, halves of characters and marks that turn the writing direction become
    the replacement character.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\ufffd" if char in _TURNING or unicodedata.category(char) in ("Cc", "Cs", "Cn") else char
        for char in text
    )


def number(value: float, digits: int = 2) -> str:
    """A coordinate, without the zeros it can do without."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, *children: str, **attributes: object) -> Markup:
    """One element; texts and attributes are escaped, elements inside stay as they are.

    Parameters
    ----------
    name : str
        Name of the element.
    children : str or Markup
        Plain text is escaped.
    attributes : object
        ``class_`` stands for ``class``, ``text_anchor`` for ``text-anchor``; None is left out.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(
        child if isinstance(child, Markup) else escape(clean(child)) for child in children
    )
    if not inside:
        return Markup(f"<{name}{shown}/>")
    return Markup(f"<{name}{shown}>{inside}</{name}>")


def _attribute(value: object) -> str:
    if isinstance(value, float | np.floating):
        return number(float(value))
    return escape(clean(str(value)))


def drawing(width: float, height: float, *parts: str, label: str, class_: str = "") -> Markup:
    """A whole drawing, as wide as the page lets it be.

    Parameters
    ----------
    width, height : float
        Of the coordinates used inside.
    parts : Markup
        What is in it.
    label : str
        What it shows, for those who cannot see it.
    class_ : str
        Class of the element, for the style sheet.
    """
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=label,
        class_=class_ or None,
    )


def text(x: float, y: float, says: str, class_: str = "", anchor: str = "start") -> Markup:
    """A line of text with its baseline at ``y``; ``anchor`` is start, middle or end."""
    return element(
        "text",
        says,
        x=float(x),
        y=float(y),
        class_=class_ or None,
        text_anchor=None if anchor == "start" else anchor,
    )


def rect(
    x: float, y: float, width: float, height: float, class_: str = "", title: str = ""
) -> Markup:
    """A rectangle; ``title`` is shown where the pointer rests on it."""
    return element(
        "rect",
        *([element("title", title)] if title else []),
        x=float(x),
        y=float(y),
        width=float(max(width, 0.0)),
        height=float(max(height, 0.0)),
        class_=class_ or None,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return path(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", class_)


def path(d: str, class_: str) -> Markup:
    """A path from its description; nothing for an empty one."""
    return element("path", d=d, class_=class_) if d else Markup("")


def group(*parts: str, class_: str | None = None, transform: str | None = None) -> Markup:
    """Elements that belong together."""
    return element("g", *parts, class_=class_, transform=transform)


def upright(x: Iterable[float], y: float, height: float) -> str:
    """Description of upright strokes from ``y`` down by ``height``, one at each ``x``."""
    return "".join(f"M{number(at)} {number(y)}v{number(height)}" for at in x)


def polyline(x: Floats, y: Floats, digits: int = 1) -> str:
    """Description of a line through points; where a value is missing the line is broken."""
    whole = np.isfinite(x) & np.isfinite(y)
    pen, parts = "M", []
    for at, high, drawn in zip(x.tolist(), y.tolist(), whole.tolist(), strict=True):
        if not drawn:
            pen = "M"
            continue
        parts.append(f"{pen}{number(at, digits)} {number(high, digits)}")
        pen = "L"
    return "".join(parts)


def outline(x: Floats, low: Floats, high: Floats, digits: int = 1) -> str:
    """Description of the area between two lines."""
    if len(x) == 0:
        return ""
    there = polyline(x, high, digits)
    back = polyline(x[::-1], low[::-1], digits)
    return f"{there}L{back[1:]}Z"


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` laid from ``start`` to ``end``; values beyond stay out."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Coordinate of one value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def all(self, values: ArrayLike) -> Floats:
        """Coordinates of many values."""
        array = np.asarray(values, dtype=np.float64)
        return self.start + (array - self.low) / (self.high - self.low) * (self.end - self.start)


def nice_ceiling(high: float) -> float:
    """The next round value from ``high`` up."""
    power = 10.0 ** math.floor(math.log10(max(high, 1e-9)))
    return next(power * nice for nice in _NICE_ENDS if power * nice >= high * (1 - 1e-9))


def nice_ticks(high: float, n: int) -> Sequence[float]:
    """About ``n`` round values from 0 to ``high``."""
    if high <= 0:
        return (0.0,)
    power = 10.0 ** math.floor(math.log10(high / n))
    step = next(power * nice for nice in _NICE_STEPS if power * nice * n >= high * (1 - 1e-9))
    return tuple(step * k for k in range(int(high / step * (1 + 1e-9)) + 1))
