"""A scored night for machines: one dictionary for JSON, one table of movements."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from importlib.metadata import version
from typing import Any

from ekbom.knowledge.parameters import Sourced
from ekbom.scoring.findings import Finding
from ekbom.scoring.indices import Indices
from ekbom.scoring.measure import night_gaps
from ekbom.scoring.quality import LegQuality, Problem
from ekbom.scoring.reasons import reasons
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.scoring.settings import EditionSettings
from ekbom.terms import SleepStage

Json = dict[str, Any]

MOVEMENT_COLUMNS = (
    "onset_s",
    "offset_s",
    "side",
    "is_candidate",
    "is_respiratory",
    "is_periodic",
    "is_periodic_nonrespiratory",
    "has_arousal",
    "stage",
    "imi_s",
    "series",
    "reason",
)


def as_json(result: NightResult, *, per_leg: bool = False, movements: bool = True) -> Json:
    """A scored night as plain dictionaries, lists, numbers and texts.

    With one edition its movements and indices stand at the top; with several, under
    ``editions`` by name. Times are in seconds and unrounded; what is unknown is None.

    Parameters
    ----------
    result : NightResult
        The night.
    per_leg : bool
        Add ``leg_movements``: each leg's movements before the legs were combined.
    movements : bool
        With the list of movements, which is by far the largest part.
    """
    shared: Json = {
        "ekbom": version("ekbom"),
        "knowledge": result.settings.knowledge_hash,
        "recording": {
            "name": result.name,
            "start": None if result.start is None else result.start.isoformat(),
            "duration_s": result.duration_s,
            "gaps": [asdict(gap) for gap in night_gaps(result.legs, result.annotations)],
            "legs": {
                str(side): {"label": channel.label, "rate_hz": channel.rate_hz}
                for side, channel in result.legs.items()
            },
        },
        "time_in_bed": None if result.period is None else asdict(result.period),
        "sleep": None if result.sleep is None else asdict(result.sleep),
        "detector": _detector(result),
        "quality": {str(side): _quality(leg) for side, leg in result.quality.items()},
        "caveats": [asdict(caveat) for caveat in result.caveats],
    }
    if result.edits:
        shared["edits"] = [asdict(edit) for edit in result.edits]
    by_edition = {
        settings.name: _edition(
            result.editions[settings.name], settings, per_leg=per_leg, movements=movements
        )
        for settings in result.settings.editions
    }
    if len(by_edition) == 1:
        plain = _plain({**shared, **next(iter(by_edition.values()))})
    else:
        plain = _plain({**shared, "editions": by_edition})
    return dict(plain)


def movement_rows(edition: EditionResult) -> Iterator[Json]:
    """One dictionary per movement, with the keys of ``MOVEMENT_COLUMNS``."""
    night = edition.night
    movements = night.movements
    for index, reason in enumerate(reasons(night)):
        stage, series = night.stage[index], int(night.series.number[index])
        yield {
            "onset_s": float(movements.onset_s[index]),
            "offset_s": float(movements.offset_s[index]),
            "side": str(movements.side[index]),
            "is_candidate": bool(night.is_candidate[index]),
            "is_respiratory": bool(night.is_respiratory[index]),
            "is_periodic": bool(night.is_periodic[index]),
            "is_periodic_nonrespiratory": bool(night.is_periodic_nonrespiratory[index]),
            "has_arousal": None if night.has_arousal is None else bool(night.has_arousal[index]),
            "stage": None if stage is SleepStage.UNSCORED else str(stage),
            "imi_s": _plain(float(night.series.imi_s[index])),
            "series": series or None,
            "reason": str(reason),
        }


def tsv(result: NightResult) -> Iterator[str]:
    """Lines of a table of movements; with several editions, the first column names it."""
    several = len(result.editions) > 1
    yield "\t".join((["rules"] if several else []) + list(MOVEMENT_COLUMNS))
    for name, edition in result.editions.items():
        for row in movement_rows(edition):
            cells = [_cell(row[column]) for column in MOVEMENT_COLUMNS]
            yield "\t".join(([name] if several else []) + cells)


def _cell(value: object) -> str:
    if value is None:
        return "n/a"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _detector(result: NightResult) -> Json | None:
    """What stage one was done with; None where no signal was measured."""
    if not result.levels:
        return None
    detection = result.settings.detection
    parts = (detection.envelope, detection.ecg, detection.rest, detection.morphology)
    found: Json = {"edition": detection.envelope.edition}
    for part in parts:
        found |= _options(part)
    return found


def _edition(
    edition: EditionResult, settings: EditionSettings, *, per_leg: bool, movements: bool
) -> Json:
    night = edition.night
    found: Json = {
        "rules": night.rules.edition,
        "options": {**_options(settings.thresholds), **_options(night.rules)},
        "respiratory_window": _options(night.window) | {"edition": night.window.edition},
        "indices": _indices(edition.indices),
        "findings": [_finding(finding) for finding in edition.findings],
    }
    if edition.immobilization is not None:
        test = edition.immobilization
        found["immobilization_test"] = {
            "n_periodic": test.n_periodic,
            "minutes_awake": test.minutes_awake,
            "finding": _finding(test.finding),
        }
    if movements:
        found["movements"] = list(movement_rows(edition))
    if per_leg:
        found["leg_movements"] = [
            {"onset_s": onset_s, "offset_s": offset_s, "side": str(leg.side)}
            for leg in (night.left, night.right)
            for onset_s, offset_s in zip(leg.onset_s.tolist(), leg.offset_s.tolist(), strict=True)
        ]
    return found


def _options(bound: Any) -> Json:
    """Every value of a bound slice with where it came from."""
    provenance: Mapping[str, Sourced] = bound.provenance
    return {name: _sourced(sourced) for name, sourced in provenance.items()}


def _sourced(sourced: Sourced) -> Json:
    return {
        "value": sourced.value,
        "unit": sourced.unit or None,
        "parameter": sourced.parameter,
        "edition": sourced.edition,
        "source": sourced.source or None,
        "place": sourced.place,
        "mark": sourced.mark,
        "checked_on": None if sourced.checked_on is None else sourced.checked_on.isoformat(),
    }


def _finding(finding: Finding) -> Json:
    return {
        "name": finding.name,
        "value_per_h": finding.value_per_h,
        "result": finding.result,
        "limit": _sourced(finding.limit),
    }


def _indices(indices: Indices) -> Json:
    return {
        "plms_per_h": indices.plms_per_h,
        "plms_with_respiratory_per_h": indices.plms_with_respiratory_per_h,
        "plms_nonrespiratory_per_h": indices.plms_nonrespiratory_per_h,
        "plmw_per_h": indices.plmw_per_h,
        "plms_arousal_per_h": indices.plms_arousal_per_h,
        **{field.name: getattr(indices, field.name) for field in fields(indices)},
    }


def _quality(leg: LegQuality) -> Json:
    return {
        "label": leg.label,
        "rate_hz": leg.rate_hz,
        "median_rest_uv": leg.median_rest_uv,
        "minutes_with": {
            str(problem): sum(problem in minute.problems for minute in leg.minutes)
            for problem in Problem
        },
        "minutes": [
            {
                "start_s": minute.start_s,
                "rest_uv": minute.rest_uv,
                "mains_uv": minute.mains_uv,
                "problems": [str(problem) for problem in minute.problems],
            }
            for minute in leg.minutes
        ],
    }


def _plain(value: Any) -> Any:
    """Only what JSON knows; NaN (no value) and infinity (no limit) become None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return _plain({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
