"""Agreement of scorers: tables for a terminal, rows for a spreadsheet, a dictionary for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import product
from typing import Any

from ekbom.scoring.agreement import Agreement
from ekbom.scoring.agreement_events import AgreementRules, Differences
from ekbom.scoring.agreement_ranges import PairAgreement
from ekbom.scoring.settings import Settings

Json = dict[str, Any]
Row = Sequence[object]

_EVENT_NUMBERS = ("n_a", "n_b", "difference", "n_matched", "precision", "recall", "f1")
_ERRORS = ("onset", "end", "duration")
_OF_ERRORS = ("mean_s", "median_s", "sd_s", "lower_s", "upper_s")
_STAGE_NUMBERS = ("epoch_s", "n_epochs", "n_left_out", "percent_agreement", "kappa")
TSV_COLUMNS = (
    "a",
    "b",
    "leg",
    *_EVENT_NUMBERS,
    *(f"{error}_{name}" for error in _ERRORS for name in _OF_ERRORS),
    "plms_per_h_difference",
    *_STAGE_NUMBERS,
)
_MEASURES = {
    "f1": "F1",
    "f1_left": "F1, left leg",
    "f1_right": "F1, right leg",
    "onset_median_size_s": "onset error, size of median (s)",
    "end_median_size_s": "end error, size of median (s)",
    "duration_median_size_s": "duration error, size of median (s)",
    "n_legs_difference_size": "difference in leg movements",
    "plms_per_h_difference_size": "difference in PLMS index (/h)",
    "kappa": "kappa of stages",
    "percent_agreement": "same stage (%)",
    "n_left": "movements, left leg",
    "n_right": "movements, right leg",
    "n_legs": "movements, both legs",
    "n_periodic": "periodic movements",
    "n_periodic_in_sleep": "periodic movements in sleep",
    "plms_per_h": "PLMS index (/h)",
}


def as_json(found: Agreement, matching: AgreementRules, settings: Settings) -> Json:
    """A comparison as plain dictionaries, lists, numbers and texts.

    Times are in seconds and unrounded; what is unknown is None.

    Parameters
    ----------
    found : Agreement
        The comparison.
    matching : AgreementRules
        When two marks were one movement; told with its sources.
    settings : Settings
        What periodic movements were counted with.
    """
    sourced = {name: asdict(value) for name, value in matching.provenance.items()}
    return {
        "ekbom": version("ekbom"),
        "knowledge": settings.knowledge_hash,
        **_plain({"matching": sourced, **asdict(found)}),
    }


def _plain(value: Any) -> Any:
    """Only what JSON knows; dates as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def tsv(found: Agreement) -> Iterator[str]:
    """Lines of a table: a row per pair and leg; index and stages stand in the row of both."""
    yield "\t".join(TSV_COLUMNS)
    for pair in found.pairs:
        for leg in ("left", "right", "both"):
            cells = {"a": pair.a, "b": pair.b, "leg": leg, **_cells(pair, leg)}
            yield "\t".join(_cell(cells.get(column)) for column in TSV_COLUMNS)


def _cells(pair: PairAgreement, leg: str) -> dict[str, object]:
    cells: dict[str, object] = {}
    if pair.events is not None:
        events = pair.events[leg]
        cells = {name: getattr(events, name) for name in _EVENT_NUMBERS}
        for error in _ERRORS:
            of = getattr(events, error)
            cells |= {f"{error}_{name}": getattr(of, name) for name in _OF_ERRORS}
    if leg == "both":
        cells["plms_per_h_difference"] = pair.plms_per_h_difference
        if pair.stages is not None:
            cells |= {name: getattr(pair.stages, name) for name in _STAGE_NUMBERS}
    return cells


def _cell(value: object) -> str:
    return "n/a" if value is None else repr(value) if isinstance(value, float) else str(value)


def text(found: Agreement, matching: AgreementRules) -> Iterator[str]:
    """Lines for a terminal: scorers, pairs, ranges and caveats, each where there is one."""
    if any(scorer.n_legs is not None for scorer in found.scorers):
        yield from _scorers(found)
        yield ""
    if any(pair.events for pair in found.pairs):
        yield (
            "leg movements: same where intersection over union is at least "
            f"{matching.match_min_iou:g}; A is the reference, errors are B - A"
        )
        yield from _events(found)
        yield ""
    if any(pair.stages for pair in found.pairs):
        yield "sleep stages, epoch by epoch"
        yield from _stages(found)
        yield ""
    if found.test is not None or len(found.pairs) > 1:
        yield from _ranges(found)
        yield ""
    if found.caveats:
        yield "caveats"
        yield from (f"- {caveat}" for caveat in found.caveats)


def _scorers(found: Agreement) -> Iterator[str]:
    yield f"scorers, periodic movements by {found.rules}"
    yield from _table(
        ("", "left", "right", "both legs", "periodic", "in sleep", "PLMS index (/h)"),
        [
            (
                f"{scorer.name} (under test)" if scorer.name == found.test else scorer.name,
                scorer.n_left,
                scorer.n_right,
                scorer.n_legs,
                scorer.n_periodic,
                scorer.n_periodic_in_sleep,
                _number(scorer.plms_per_h, 1),
            )
            for scorer in found.scorers
        ],
    )


def _events(found: Agreement) -> Iterator[str]:
    legs = ("left", "right", "both") if len(found.pairs) == 1 else ("both",)
    compared = [(pair, pair.events) for pair in found.pairs if pair.events is not None]
    rows: list[Row] = []
    for (pair, events), leg in product(compared, legs):
        of = events[leg]
        counts = (of.n_a, of.n_b, of.difference, of.n_matched)
        rates = (_number(value, 3) for value in (of.precision, of.recall, of.f1))
        errors = (_number(of.onset.median_s, 2), _number(of.end.median_s, 2))
        difference = _number(pair.plms_per_h_difference, 1) if leg == "both" else ""
        rows.append((pair.a, pair.b, leg, *counts, *rates, *errors, difference))
    yield from _table(
        (
            *("A", "B", "leg", "n A", "n B", "B - A", "same", "precision", "recall", "F1"),
            *("onset (s)", "end (s)", "PLMS index B - A (/h)"),
        ),
        rows,
        n_left=3,
    )
    if len(found.pairs) == 1:
        of = compared[0][1]["both"]
        yield ""
        yield from _table(
            ("errors B - A (s)", "mean", "median", "SD", "limits of agreement"),
            [(name, *_difference(getattr(of, name))) for name in _ERRORS],
        )


def _difference(of: Differences) -> Row:
    limits = "-" if of.sd_s is None else f"{_number(of.lower_s, 2)} to {_number(of.upper_s, 2)}"
    return (_number(of.mean_s, 2), _number(of.median_s, 2), _number(of.sd_s, 2), limits)


def _stages(found: Agreement) -> Iterator[str]:
    staged = [(pair, pair.stages) for pair in found.pairs if pair.stages is not None]
    yield from _table(
        ("A", "B", "epoch (s)", "epochs", "left out", "same (%)", "kappa"),
        [
            (
                *(pair.a, pair.b, f"{of.epoch_s:g}", of.n_epochs, of.n_left_out),
                *(_number(of.percent_agreement, 1), _number(of.kappa, 3)),
            )
            for pair, of in staged
        ],
        n_left=2,
    )
    if len(found.pairs) == 1:
        of = staged[0][1]
        yield ""
        yield from _table(
            ("A \\ B", *of.confusion, "agreement"),
            [
                (stage, *row.values(), _number(of.by_stage[stage].agreement, 3))
                for stage, row in of.confusion.items()
            ],
        )


def _ranges(found: Agreement) -> Iterator[str]:
    tested = found.test is not None
    yield "range" + (f" of the others, and {found.test} beside it" if tested else " of the scorers")
    rows: list[Row] = []
    for measure in found.ranges:
        digits = 1 if measure.measure.startswith(("n_", "plms", "percent")) else 3
        each = [
            _number(end(measure.by_scorer.values(), default=None), digits) for end in (min, max)
        ]
        numbers = (_number(v, digits) for v in (measure.median, measure.low, measure.high))
        beside = (_number(measure.test, digits), measure.verdict or "-") if tested else ()
        of_each = " to ".join(each) if measure.by_scorer else "-"
        rows.append((_MEASURES[measure.measure], measure.n, *numbers, of_each, *beside))
    head = ("", "n", "median", "lowest", "highest", "each scorer")
    yield from _table((*head, "test", "") if tested else head, rows)


def _number(value: float | None, digits: int) -> str:
    # Adding 0 turns what rounds to -0 into 0.
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def _table(head: Row, rows: Sequence[Row], n_left: int = 1) -> Iterator[str]:
    """Columns as wide as they need; the first few to the left, numbers to the right."""
    cells = [["-" if cell is None else str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [
            cell.ljust(width) if k < n_left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(padded).rstrip()
