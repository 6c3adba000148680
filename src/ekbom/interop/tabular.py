"""Scorings as text: BIDS events tables (.tsv) and plain lists of stages."""

from __future__ import annotations

import math
import re

from ekbom.errors import AnnotationError
from ekbom.interop.marks import Mark, split_channel

NEEDED_COLUMNS = ("onset", "duration", "trial_type")
NOTHING = ("n/a", "")  # how BIDS writes that there is no value

_NUMBER = re.compile(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def decode_text(content: bytes, name: str) -> list[str]:
    """Lines of a UTF-8 text file.

    Raises
    ------
    AnnotationError
        Where it is another encoding, no text, or empty.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AnnotationError(
            "this is not text in UTF-8",
            expected="an EDF+ file, a table of events in UTF-8, or a list of stages",
            where=f"{name}:{line}",
            what_to_do="save the file as UTF-8 text",
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise AnnotationError(
            "the file holds NUL characters; it is no text",
            expected="an EDF+ file, a table of events in UTF-8, or a list of stages",
            where=f"{name}:{line}",
            what_to_do="save the file as UTF-8 text",
        )
    if not text.strip():
        raise AnnotationError("the file is empty", expected="a scoring", where=name)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def looks_like_table(lines: list[str]) -> bool:
    """True where the first line names columns of events."""
    return "onset" in re.split(r"[\t,;]", lines[0].casefold())


def read_table(lines: list[str], name: str) -> list[Mark]:
    """Marks of a table with a header line and columns between tabs.

    Needed are ``onset``, ``duration`` (seconds) and ``trial_type``; ``channel`` is used where it
    is there, other columns are passed over. ``n/a`` stands for no value.

    Raises
    ------
    AnnotationError
        With file and line, where a column or value is missing or no number.
    """
    columns = _columns(lines[0], name)
    n_columns = lines[0].count("\t") + 1
    marks: list[Mark] = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != n_columns:
            raise AnnotationError(
                f"{len(cells)} columns",
                expected=f"{n_columns}, as in the first line, between tabs",
                where=where,
                what_to_do="correct the line",
            )
        marks.append(_mark(cells, columns, where))
    return marks


def stage_texts(lines: list[str], whole_lines: set[str]) -> list[tuple[str, int]]:
    """Texts of a list of stages, each with its line number.

    Parameters
    ----------
    lines : list of str
        The file.
    whole_lines : set of str
        Lines that are one text though they hold spaces, e.g. ``Sleep stage N2``; others are split
        at white space, commas and semicolons.
    """
    found: list[tuple[str, int]] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        parts = [text] if text in whole_lines else re.split(r"[\s,;]+", text)
        found += [(part, number) for part in parts if part]
    return found


def _columns(header: str, name: str) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in header.split("\t")]
    where = f"{name}:1"
    missing = [column for column in NEEDED_COLUMNS if column not in names]
    if missing:
        by_tabs = "" if "\t" in header else " (the columns must stand between tabs)"
        raise AnnotationError(
            f"no column {', '.join(missing)}{by_tabs}",
            expected=f"columns {', '.join(NEEDED_COLUMNS)}, and channel where there is one",
            where=where,
            what_to_do="name the columns in the first line",
        )
    for column in (*NEEDED_COLUMNS, "channel"):
        if names.count(column) > 1:
            raise AnnotationError(
                f"column {column} stands {names.count(column)} times",
                expected="each column once",
                where=where,
                what_to_do="remove or rename one of them",
            )
    return {column: index for index, column in enumerate(names)}


def _mark(cells: list[str], columns: dict[str, int], where: str) -> Mark:
    onset_s = _seconds(cells[columns["onset"]], "onset", where)
    said = cells[columns["duration"]]
    duration_s = None if said in NOTHING else _seconds(said, "duration", where)
    if duration_s is not None and duration_s < 0:
        raise AnnotationError(
            f"the duration is {said}",
            expected="0 or more seconds",
            where=where,
            what_to_do="correct the line",
        )
    text, channel = split_channel(cells[columns["trial_type"]])
    named = cells[columns["channel"]] if "channel" in columns else ""
    return Mark(onset_s, duration_s, text, channel if named in NOTHING else named, where)


def _seconds(text: str, column: str, where: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        comma = " with a decimal point" if "," in text else ""
        raise AnnotationError(
            f"{column} is {text!r}",
            expected=f"a finite number of seconds{comma}",
            where=where,
            what_to_do="correct the line",
        )
    return value
