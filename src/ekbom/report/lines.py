"""Lines of text as wide as a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

WIDTH = 92
_NAME_WIDTH = 14


def wrapped(says: str, *, indent: int = 0, hang: int = 0) -> list[str]:
    """A text in lines; nothing where it is empty.

    Parameters
    ----------
    says : str
        The text.
    indent, hang : int
        Spaces before the first line, and more of them before the others. With ``hang`` alone the
        first line is indented by two.
    """
    start = " " * (indent or (2 if hang else 0))
    if len(start) + len(says) <= WIDTH and "\n" not in says:
        return [start + says] if says else []
    return textwrap.wrap(
        says,
        WIDTH,
        initial_indent=start,
        subsequent_indent=start + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def row(name: str, says: str) -> Iterator[str]:
    """A name and what is said of it, in two columns."""
    yield from textwrap.wrap(
        f"  {name + ':' if name else '':{_NAME_WIDTH}s} {says}",
        WIDTH,
        subsequent_indent=" " * (_NAME_WIDTH + 3),
        break_long_words=False,
    )


def bulleted(heading: str, says: Sequence[str]) -> Iterator[str]:
    """A heading with a list below it; nothing where the list is empty."""
    if says:
        yield ""
        yield heading
        for one in says:
            yield from wrapped(f"- {one}", hang=2)


def columns(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One row of a table, each cell wrapped in its column."""
    inside = [textwrap.wrap(c, w - 2) or [""] for c, w in zip(cells, widths, strict=True)]
    for k in range(max(len(lines) for lines in inside)):
        line = [
            (lines[k] if k < len(lines) else "").ljust(width)
            for lines, width in zip(inside, widths, strict=True)
        ]
        yield "".join(line).rstrip()
