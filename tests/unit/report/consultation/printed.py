"""How many printed lines the first part of a page comes to: a count that needs no browser."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from math import ceil

# Characters in a printed line of A4, in the widest of the fonts a browser may take.
WHOLE, BESIDE, FLAG, NOTE = 122, 104, 100, 138
CELLS = (42, 54, 34)
# Lines of that size that one sheet holds, beside its head.
LINES = 69
_VOID = frozenset({"br", "meta", "input"})


class _Blocks(HTMLParser):
    """Texts of the blocks in the first part, each with what it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if tag == "section":
            self.is_inside = kind == "first"
        if tag in _VOID:
            return
        self.stack.append((tag, kind))
        if self.is_inside and tag in {"p", "dd", "li", "tr", "th", "td", "small"}:
            self.found.append((self._name(tag, kind), ""))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.is_inside and self.found:
            name, said = self.found[-1]
            space = " " if data != data.rstrip() else ""
            self.found[-1] = (name, f"{said}{' '.join(data.split())}{space}")

    def _name(self, tag: str, kind: str) -> str:
        inside = {one for _, name in self.stack for one in name.split()}
        if tag == "p" and "flags" in inside:
            return "flag"
        if tag == "p" and "notes" in inside:
            return "note"
        return "use" if kind == "use" else tag


def printed_lines(page: str) -> float:
    """Lines of the first part, the lines of a table a little less than a line each."""
    parser = _Blocks()
    parser.feed(page)
    return sum(_lines(parser.found))


def _lines(found: list[tuple[str, str]]) -> Iterator[float]:
    widths = {"p": WHOLE, "dd": BESIDE, "li": BESIDE, "flag": FLAG}
    row: list[tuple[str, str]] = []
    notes = 0
    for name, said in [*found, ("end", "")]:
        if name in {"th", "td", "small"}:
            row.append((name, said))
            continue
        if row:
            yield _row(row)
            row = []
        if name == "note":
            notes += len(said) + 4
        elif name in widths and said.strip():
            yield _wrapped(said, widths[name]) + 0.15
    yield _wrapped("x" * notes, NOTE) * 0.93


def _row(cells: list[tuple[str, str]]) -> float:
    """The tallest cell; the grade stands on lines of its own."""
    heights: list[float] = []
    for name, said in cells:
        if name != "small":
            heights.append(0)
        at = min(len(heights), len(CELLS)) - 1
        own = CELLS[0] * 1.1 if name == "small" and at == 0 else CELLS[at]
        heights[-1] += _wrapped(said, own) if name != "small" or at == 0 else len(said) / own
    return max(map(ceil, heights), default=0) * 0.9 + 0.25


def _wrapped(said: str, width: float) -> int:
    return ceil(len(said.strip()) / width)
