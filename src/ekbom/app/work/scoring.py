"""The work of scoring a night, in the worker: score it, keep what was measured and its pyramid."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from pathlib import Path

from ekbom.app.nights.measured import write_measured
from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.scoring_options import Asked
from ekbom.app.work.task import Outcome, Task, Told
from ekbom.interop.night import score_files
from ekbom.report.results import as_json
from ekbom.scoring.score import NightResult
from ekbom.scoring.settings import DETECTORS

# Folders a worker leaves behind for the cache of its night.
MEASURED, PYRAMID = "measured", "pyramid"
_RESULT = "night.json"
_RULES, _DETECTOR = "all", "envelope"
# Of the time a night takes, nearly.
_READ, _MEASURED = 0.02, 0.7
# Files of the store are named by their content; what is said of them should be readable.
_NAMES = {"recording": "recording.edf", "marks": "marks", "stages": "stages"}


def score(task: Task, told: Told) -> Outcome:
    """Score a night under every edition; see `ekbom.app.work.kinds`."""
    told(0.0, "reading the recording")
    asked = Asked.of(task.arguments)
    files = {name: _readable(path, task.folder / _NAMES[name]) for name, path in task.files.items()}
    result = _scored(files, asked, told)
    told(_MEASURED, "keeping what was measured")
    measured = task.folder / MEASURED
    measured.mkdir()
    write_measured(measured, result)
    build_pyramid(
        task.files["recording"],
        measured / PYRAMID,
        lambda share: told(_MEASURED + (1 - _MEASURED) * share, "preparing the view of signals"),
    )
    text = json.dumps(as_json(result), ensure_ascii=False, allow_nan=False)
    (task.folder / _RESULT).write_text(text, encoding="utf-8")
    return Outcome(
        result=_RESULT,
        inputs={**{name: path.name for name, path in task.files.items()}, **asked.as_arguments()},
        knowledge_hash=result.settings.knowledge_hash,
        editions={"rules": list(result.editions), "detector": DETECTORS[_DETECTOR]},
        version=version("ekbom"),
    )


def _scored(files: dict[str, Path], asked: Asked, told: Told) -> NightResult:
    def progress(done_s: float, total_s: float) -> None:
        share = done_s / total_s if total_s else 1.0
        told(_READ + (_MEASURED - _READ) * share, "measuring the legs")

    return score_files(
        files["recording"],
        files.get("marks"),
        stages=files.get("stages"),
        epoch_s=asked.epoch_s if "stages" in files else None,
        rules=_RULES,
        detector=_DETECTOR,
        left=asked.left or None,
        right=asked.right or None,
        is_immobilization_test=asked.is_immobilization_test,
        progress=progress,
    )


def _readable(path: Path, name: Path) -> Path:
    """The file under a name that can be read, where the disk can give it a second one."""
    try:
        os.link(path, name)
    except OSError:
        return path
    return name
