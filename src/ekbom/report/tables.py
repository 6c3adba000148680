"""The tables of a report: rows of text, ready for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ekbom.knowledge.parameters import Sourced
from ekbom.scoring.findings import Finding
from ekbom.scoring.indices import Count, StageIndices
from ekbom.scoring.quality import LegQuality, Problem
from ekbom.scoring.score import EditionResult, NightResult

UNKNOWN = "unknown"
NOT_SCORED = "not scored"
NOTHING = "\u2013"

STAGE_NAMES = {
    "time_in_bed": "In bed",
    "sleep": "Sleep",
    "wake": "Wake",
    "NREM": "NREM",
    "R": "R",
    "N1": "N1",
    "N2": "N2",
    "N3": "N3",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: the large part, and the small one beside or below it."""

    value: str
    small: str = ""
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A name, what it means in a few words, and one cell a column.

    ``is_part`` says that it is a part of the row above, or the same counted otherwise.
    """

    name: str
    note: str
    cells: tuple[Cell, ...]
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


_HEADLINES = (
    ("PLMS index", "periodic leg movements in sleep, per hour of sleep", "sleep", "scored"),
    (
        "PLMS index without respiratory movements",
        "counted again without movements that belong to respiratory events",
        "sleep",
        "periodic_nonrespiratory",
    ),
    (
        "PLMS-arousal index",
        "periodic leg movements in sleep that go with an arousal, per hour of sleep",
        "sleep",
        "scored_arousal",
    ),
    ("PLMW index", "periodic leg movements in wake, per hour awake in bed", "wake", "scored"),
)


def headlines(result: NightResult) -> tuple[Row, ...]:
    """The four indices read first, one column an edition."""
    return tuple(
        Row(
            name,
            note,
            tuple(_headline(result, edition, group, field) for edition in result.editions.values()),
        )
        for name, note, group, field in _HEADLINES
    )


def _headline(result: NightResult, edition: EditionResult, group: str, field: str) -> Cell:
    chosen = edition.indices.by_stage.get(group)
    count: Count | None = getattr(chosen, field, None)
    if count is None or count.per_h is None:
        value = NOT_SCORED if _is_not_scored(edition, group) else UNKNOWN
        return Cell(value, why_unknown(result, edition, group, field), is_unknown=True)
    small = f"{count.n} in {(chosen.hours if chosen else 0) or 0:.1f} h"
    if field == "periodic_nonrespiratory" and not result.annotations.respiratory:
        small += "; no respiratory events are marked"
    return Cell(f"{count.per_h:.1f}", small)


def why_unknown(result: NightResult, edition: EditionResult, group: str, field: str) -> str:
    """What was missing for an index, in one clause."""
    if result.period is None:
        return "nothing tells how long the night was"
    if result.annotations.hypnogram is None:
        return "no sleep stages are marked"
    if "arousal" in field and edition.night.has_arousal is None:
        return "no arousals are marked"
    if _is_not_scored(edition, group):
        return "these rules score none in wake"
    return f"there is no {group} in the time in bed"


def _is_not_scored(edition: EditionResult, group: str) -> bool:
    return group == "wake" and edition.night.rules.wake_movements == "excluded"


def stage_columns(edition: EditionResult) -> tuple[str, ...]:
    """Headings of the table of stages."""
    return tuple(STAGE_NAMES[name] for name in edition.indices.by_stage)


def stage_sections(edition: EditionResult) -> tuple[Section, ...]:
    """Every count and index, stage by stage."""
    rules = edition.night.rules
    return (
        Section(
            "Movements",
            (
                _row(edition, "Time", "hours", lambda s: _plain(s.hours, 2)),
                _counts(edition, "Candidate leg movements", "", "candidates"),
                _counts(
                    edition, "without respiratory", "", "candidates_nonrespiratory", is_part=True
                ),
                _counts(edition, "both legs", "", "bilateral", is_part=True),
                _counts(edition, "left leg only", "", "left", is_part=True),
                _counts(edition, "right leg only", "", "right", is_part=True),
                _counts(edition, "Not candidates", "too long, or too many parts", "non_candidates"),
            ),
        ),
        Section(
            "Periodic leg movements",
            (
                _counts(edition, "Periodic", "in sleep: PLMS; in wake: PLMW", "periodic"),
                _counts(
                    edition, "without respiratory", "", "periodic_nonrespiratory", is_part=True
                ),
                _counts(edition, "with arousal", "", "periodic_arousal", is_part=True),
                _counts(
                    edition,
                    "with arousal, without respiratory",
                    "",
                    "periodic_nonrespiratory_arousal",
                    is_part=True,
                ),
                _counts(edition, "In no series", "isolated candidates", "isolated"),
                _counts(
                    edition,
                    "Short interval",
                    f"less than {rules.imi_min_s:g} s after the one before",
                    "short_interval",
                ),
            ),
        ),
        Section("Lengths", tuple(_length_rows(edition))),
        Section("Intermovement intervals", tuple(_interval_rows(edition))),
        Section("Periodicity", tuple(_periodicity_rows(edition))),
    )


def _length_rows(edition: EditionResult) -> Iterator[Row]:
    yield _row(edition, "Candidates", "mean, s", lambda s: _plain(s.mean_duration_s, 2))
    yield _row(edition, "Periodic", "mean, s", lambda s: _plain(s.periodic_mean_duration_s, 2))


def _interval_rows(edition: EditionResult) -> Iterator[Row]:
    rules = edition.night.rules
    low, high = f"{rules.imi_min_s:g}", f"{rules.imi_max_s:g}"
    yield _row(edition, f"{low} to {high} s", "", lambda s: Cell(str(s.intervals.n_periodic)))
    yield _row(edition, f"under {low} s", "", lambda s: Cell(str(s.intervals.n_short)))
    yield _row(edition, f"over {high} s", "", lambda s: Cell(str(s.intervals.n_long)))
    yield _row(
        edition,
        "Geometric mean",
        "s; below it the geometric SD, a factor",
        lambda s: _spread(s.intervals.log_mean_s, s.intervals.log_sd),
    )
    yield _row(
        edition,
        f"of those {low} to {high} s",
        "",
        lambda s: _spread(s.intervals.periodic_log_mean_s, s.intervals.periodic_log_sd),
        is_part=True,
    )
    yield _row(
        edition,
        "the same without respiratory",
        "",
        lambda s: _spread(
            s.intervals_nonrespiratory.periodic_log_mean_s,
            s.intervals_nonrespiratory.periodic_log_sd,
        ),
        is_part=True,
    )


def _periodicity_rows(edition: EditionResult) -> Iterator[Row]:
    yield _row(
        edition,
        "PLM/CLM ratio",
        "periodicity index of WASM 2016",
        lambda s: _plain(s.periodicity_index, 2),
    )
    yield _row(
        edition,
        "without respiratory",
        "",
        lambda s: _plain(s.periodicity_index_nonrespiratory, 2),
        is_part=True,
    )
    yield _row(
        edition,
        "Interval periodicity index",
        "periodicity index of Ferri 2006",
        lambda s: _plain(s.interval_periodicity_index, 2),
    )


def _row(
    edition: EditionResult,
    name: str,
    note: str,
    cell: Callable[[StageIndices], Cell],
    *,
    is_part: bool = False,
) -> Row:
    cells = tuple(cell(group) for group in edition.indices.by_stage.values())
    return Row(name, note, cells, is_part)


def _counts(
    edition: EditionResult, name: str, note: str, field: str, *, is_part: bool = False
) -> Row:
    return _row(edition, name, note, lambda group: _count(getattr(group, field)), is_part=is_part)


def _count(count: Count | None) -> Cell:
    if count is None:
        return Cell(NOTHING, is_unknown=True)
    return Cell(str(count.n), "" if count.per_h is None else f"{count.per_h:.1f}/h")


def _plain(value: float | None, digits: int) -> Cell:
    if value is None:
        return Cell(NOTHING, is_unknown=True)
    return Cell(f"{value:.{digits}f}")


def _spread(mean: float | None, factor: float | None) -> Cell:
    cell = _plain(mean, 1)
    return cell if factor is None else Cell(cell.value, f"\u00d7 {factor:.2f}")


def sleep_rows(result: NightResult) -> tuple[Row, ...]:
    """Sleep statistics; empty without stages."""
    sleep = result.sleep
    if sleep is None:
        return ()
    share = sleep.percent_of_sleep or {}
    stages = [
        Row(
            f"Stage {stage}",
            "",
            (
                Cell(
                    f"{sleep.minutes[stage]:.1f} min",
                    f"{share[stage]:.1f} % of sleep" if stage in share else "",
                ),
            ),
        )
        for stage in ("N1", "N2", "N3", "R", "W")
    ]
    if sleep.minutes["?"]:
        stages.append(Row("Not scored", "", (Cell(f"{sleep.minutes['?']:.1f} min"),)))
    return (
        Row("Time in bed", "lights off to lights on", (_minutes(sleep.time_in_bed_min),)),
        Row("Total sleep time", "", (_minutes(sleep.total_sleep_time_min),)),
        Row("Sleep efficiency", "", (_with(sleep.sleep_efficiency_percent, "%"),)),
        Row("Sleep latency", "lights off to sleep", (_minutes(sleep.sleep_latency_min),)),
        Row("REM latency", "first sleep to first REM sleep", (_minutes(sleep.rem_latency_min),)),
        Row("Wake after sleep onset", "", (_minutes(sleep.wake_after_sleep_onset_min),)),
        Row("Awakenings", "", (Cell(str(sleep.awakenings)),)),
        Row("Stage shifts", "", (Cell(str(sleep.stage_shifts)),)),
        Row(
            "Arousal index", "arousals per hour of sleep", (_with(sleep.arousal_index_per_h, "/h"),)
        ),
        Row(
            "Sleep fragmentation index",
            "shifts to N1 or wake per hour of sleep",
            (_with(sleep.fragmentation_index_per_h, "/h"),),
        ),
        *stages,
    )


def _minutes(value: float | None) -> Cell:
    return _with(value, "min")


def _with(value: float | None, unit: str) -> Cell:
    if value is None:
        return Cell(UNKNOWN, is_unknown=True)
    return Cell(f"{value:.1f}{'' if unit == '/h' else ' '}{unit}")


QUALITY_COLUMNS = (
    "channel",
    "rate",
    "rest, median",
    *(problem.replace("-", " ") for problem in Problem),
)


def quality_rows(result: NightResult) -> tuple[Row, ...]:
    """Quality of each leg: rate, resting level and minutes with each problem."""
    return tuple(Row(f"{side} leg", "", _quality(leg)) for side, leg in result.quality.items())


def _quality(leg: LegQuality) -> tuple[Cell, ...]:
    spent = (
        sum(minute.duration_s for minute in leg.minutes if problem in minute.problems) / 60
        for problem in Problem
    )
    return (
        Cell(leg.label),
        Cell(f"{leg.rate_hz:g} Hz"),
        _with(leg.median_rest_uv, "µV"),
        *(Cell(f"{minutes:.0f} min") for minutes in spent),
    )


def finding_rows(result: NightResult) -> tuple[tuple[Sourced, Row], ...]:
    """Findings, one column an edition, each with its limit."""
    columns = [_findings(edition) for edition in result.editions.values()]
    limits = {name: finding.limit for column in columns for name, finding in column.items()}
    return tuple(
        (
            limit,
            Row(
                name,
                f"limit {float(limit.value):g}/h",
                tuple(_finding(column.get(name)) for column in columns),
            ),
        )
        for name, limit in limits.items()
    )


def _findings(edition: EditionResult) -> dict[str, Finding]:
    test = edition.immobilization
    found = (*edition.findings, *(() if test is None else (test.finding,)))
    return {finding.name: finding for finding in found}


def _finding(finding: Finding | None) -> Cell:
    if finding is None:
        return Cell(UNKNOWN, "these rules score none in wake", is_unknown=True)
    if finding.value_per_h is None:
        return Cell(UNKNOWN, is_unknown=True)
    return Cell(f"{finding.value_per_h:.1f}/h", finding.result)
