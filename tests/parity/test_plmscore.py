"""WASM 2016 as PLMScoRe reads it: the same movements, flags and statistics on 40 nights."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import main
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.report.results import as_json
from ekbom.scoring.score import score_marked
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import EventKind, Side, SleepStage

Json = dict[str, Any]

ORACLE = Path(__file__).resolve().parents[1] / "data" / "oracles" / "plmscore-open.json"
NIGHTS: dict[str, Json] = {night["id"]: night for night in json.loads(ORACLE.read_text())["nights"]}
WINDOWS = {"wasm": "-2.0..+10.25", "narrow": "-0.5..+0.5"}
THROUGH_FILES = ("night-08", "night-30", "night-52")

SIDES = {"L": Side.LEFT, "R": Side.RIGHT}
LETTERS = {"left": "L", "right": "R", "bilateral": "B"}
STAGE_GROUPS = {"TIB": "time_in_bed", "TST": "sleep", "Wake": "wake", "NREM": "NREM", "REM": "R"}
COUNTS = {
    "CLM": "candidates",
    "CLMnr": "candidates_nonrespiratory",
    "PLM": "periodic",
    "PLMa": "periodic_arousal",
    "PLMnr": "periodic_nonrespiratory",
    "PLMnr_a": "periodic_nonrespiratory_arousal",
    "nonCLM": "non_candidates",
}
RATIOS = {"PI": "periodicity_index", "PInr": "periodicity_index_nonrespiratory"}
INTERVALS = {"IMI": "intervals", "IMInr": "intervals_nonrespiratory"}
OF_INTERVALS = {
    "<10s; number": "n_short",
    "10-90s; number": "n_periodic",
    ">90s; number": "n_long",
    "log; mean": "log_mean_s",
    "log; SD": "log_sd",
}


def marked(night: Json) -> Annotations:
    """A night of the oracle as annotations."""
    legs = [
        Event(EventKind.LEG_MOVEMENT, onset_s, duration_s, side=SIDES[letter])
        for letter, onset_s, duration_s in night["leg_movements"]
    ]
    others = [
        Event(kind, onset_s, duration_s)
        for kind, key in ((EventKind.APNEA, "respiratory"), (EventKind.AROUSAL, "arousals"))
        for onset_s, duration_s in night[key]
    ]
    stages = tuple(SleepStage(stage) for stage in night["stages"])
    events = tuple(sorted([*legs, *others], key=lambda event: event.onset_s))
    return Annotations(events, Hypnogram(stages, night["epoch_s"]), night["id"])


def table(night: Json) -> str:
    """The same night as a table of events, the way a file has it."""
    rows = [
        (epoch * night["epoch_s"], night["epoch_s"], f"Sleep stage {stage}", "n/a")
        for epoch, stage in enumerate(night["stages"])
    ]
    rows += [
        (onset_s, duration_s, "Limb movement", {"L": "EMG LAT", "R": "EMG RAT"}[letter])
        for letter, onset_s, duration_s in night["leg_movements"]
    ]
    rows += [(*event, "Obstructive apnea", "n/a") for event in night["respiratory"]]
    rows += [(*event, "Arousal", "n/a") for event in night["arousals"]]
    lines = ["onset\tduration\ttrial_type\tchannel"]
    lines += ["\t".join(map(str, row)) for row in sorted(rows)]
    return "\n".join(lines) + "\n"


@cache
def scored(id: str, window: str) -> Json:
    """What the library makes of a night."""
    chosen = settings(load(SECTIONS), "wasm-2016", window=window)
    return as_json(score_marked(marked(NIGHTS[id]), chosen))


def movements(result: Json) -> list[list[object]]:
    """Our movements with the columns of the oracle."""
    flags = ("is_candidate", "is_respiratory", "is_periodic", "is_periodic_nonrespiratory")
    return [
        [
            *(row["onset_s"], row["offset_s"], LETTERS[row["side"]]),
            *(row[flag] for flag in flags),
            row["has_arousal"],
            row["stage"],
        ]
        for row in result["movements"]
    ]


def found(group: Json, statistic: str) -> float | None:
    """Our value of one line of the oracle's table of statistics."""
    name, _, unit = statistic.partition("|")
    if unit == "duration; s":
        return float(group["hours"] * 3600)
    if name in RATIOS:
        return as_printed(group[RATIOS[name]])
    if name in INTERVALS:
        return group[INTERVALS[name]][OF_INTERVALS[unit]]  # type: ignore[no-any-return]
    return group[COUNTS[name]]["n" if unit == "number" else "per_h"]  # type: ignore[no-any-return]


def as_printed(value: float | None) -> float | None:
    """Two decimals, halves up: how the oracle prints its periodicity index."""
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)


def differences(result: Json, expected: Json) -> Iterator[tuple[object, ...]]:
    """Every statistic that is not the oracle's."""
    for statistic, by_group in expected["statistics"].items():
        for group, value in by_group.items():
            ours = found(result["indices"]["by_stage"][STAGE_GROUPS[group]], statistic)
            if not same(ours, value):
                yield statistic, group, ours, value


def check(result: Json, id: str, window: str) -> None:
    expected = NIGHTS[id]["expected"][WINDOWS[window]]
    assert movements(result) == expected["movements"]
    assert list(differences(result, expected)) == []


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("id", NIGHTS)
def test_every_movement_with_every_flag_is_the_same(id: str, window: str) -> None:
    assert movements(scored(id, window)) == NIGHTS[id]["expected"][WINDOWS[window]]["movements"]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("id", NIGHTS)
def test_every_statistic_is_the_same(id: str, window: str) -> None:
    expected = NIGHTS[id]["expected"][WINDOWS[window]]
    assert list(differences(scored(id, window), expected)) == []


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a night as a table of events."""

    def write(id: str) -> Path:
        path = tmp_path / f"{id}.tsv"
        path.write_text(table(NIGHTS[id]))
        return path

    return write


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("id", THROUGH_FILES)
def test_the_command_line_gives_the_same_from_a_table_of_events(
    id: str,
    window: str,
    written: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(written(id))
    asked = ["score", "--events", path, "--rules", "wasm-2016", "--respiratory-window", window]
    assert main([*asked, "--json"]) == 0
    check(json.loads(capsys.readouterr().out), id, window)


def test_the_program_gives_the_same_as_a_process_of_its_own(
    written: Callable[[str], Path],
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ekbom", "score", "--json"]
        + ["--events", str(written("night-08")), "--respiratory-window", "narrow"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check(json.loads(done.stdout), "night-08", "narrow")


def test_the_nights_hold_every_boundary_value() -> None:
    durations = {m[2] for night in NIGHTS.values() for m in night["leg_movements"]}
    assert {0.375, 0.5, 10.0, 15.0, 15.125} <= durations
    intervals = {
        later[0] - earlier[0]
        for night in NIGHTS.values()
        for earlier, later in pairwise(night["expected"]["-0.5..+0.5"]["movements"])
    }
    assert {10.0, 90.0} <= intervals


def test_the_two_windows_differ_somewhere() -> None:
    assert any(movements(scored(id, "wasm")) != movements(scored(id, "narrow")) for id in NIGHTS), (
        "else the windows are not being tested"
    )
