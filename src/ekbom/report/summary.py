"""A scored night on a terminal: the numbers a technologist looks for first."""

from __future__ import annotations

from collections.abc import Iterator

from ekbom.scoring.indices import Indices
from ekbom.scoring.score import EditionResult, NightResult

_ROWS = (
    ("PLMS index", "plms_per_h"),
    ("PLMS index without respiratory", "plms_nonrespiratory_per_h"),
    ("PLMS-arousal index", "plms_arousal_per_h"),
    ("PLMW index", "plmw_per_h"),
)


_LABEL_WIDTH = max(len(label) for label, _ in _ROWS) + len(" (/h)") + 1


def summary(result: NightResult) -> Iterator[str]:
    """Lines of plain text."""
    yield result.name or "marked events"
    if result.sleep is not None:
        sleep = result.sleep
        yield (
            f"  sleep {sleep.total_sleep_time_min / 60:.1f} h of "
            f"{sleep.time_in_bed_min / 60:.1f} h in bed, "
            f"efficiency {number_or_unknown(sleep.sleep_efficiency_percent)} %"
        )
    for side, leg in result.quality.items():
        yield (
            f"  {side} leg: {leg.label}, {leg.rate_hz:g} Hz, "
            f"resting level {number_or_unknown(leg.median_rest_uv)} uV"
        )
    names = list(result.editions)
    yield ""
    yield _row("", names)
    columns = [edition.indices for edition in result.editions.values()]
    in_bed = [column.by_stage["time_in_bed"] for column in columns]
    yield _row("movements in bed", [c.candidates.n + c.non_candidates.n for c in in_bed])
    yield _row("candidates", [c.candidates.n for c in in_bed])
    yield _row("periodic", ["unknown" if c.scored is None else str(c.scored.n) for c in in_bed])
    for label, name in _ROWS:
        yield _row(f"{label} (/h)", [_index(e, name) for e in result.editions.values()])
    yield _row("PLM/CLM ratio in sleep", [number_or_unknown(_periodicity(c), 2) for c in columns])
    for name, edition in result.editions.items():
        test = edition.immobilization
        if test is not None:
            yield (
                f"  suggested immobilization test, {name}: {test.n_periodic} periodic movements in "
                f"{test.minutes_awake:.0f} min awake, {number_or_unknown(test.finding.value_per_h)}"
                f"/h; {test.finding.result} {test.finding.limit.value:g}/h"
            )
    if result.caveats:
        yield ""
        yield "  caveats"
        yield from (f"  - {caveat}" for caveat in result.caveats)


def _row(label: str, values: list[int] | list[str]) -> str:
    return f"  {label:{_LABEL_WIDTH}}" + "".join(f"{value:>12}" for value in values)


def _index(edition: EditionResult, name: str) -> str:
    if name == "plmw_per_h" and edition.night.rules.wake_movements == "excluded":
        return "not scored"
    return number_or_unknown(getattr(edition.indices, name))


def number_or_unknown(value: float | None, digits: int = 1) -> str:
    """A value to so many digits, or ``unknown`` where there is none."""
    return "unknown" if value is None else f"{value:.{digits}f}"


def _periodicity(indices: Indices) -> float | None:
    return indices.by_stage.get("sleep", indices.by_stage["time_in_bed"]).periodicity_index
