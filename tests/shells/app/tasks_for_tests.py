"""Work that tests give to a worker: it runs in a process of its own, found by its module."""

from __future__ import annotations

import json
import os
import time

from ekbom.app.work.task import Outcome, Task, Told
from ekbom.errors import RecordingError


def _outcome(task: Task) -> Outcome:
    (task.folder / "result.json").write_text(json.dumps(task.arguments))
    return Outcome("result.json", task.arguments, "0" * 64, {"rules": "none"}, "0")


def at_once(task: Task, told: Told) -> Outcome:
    told(0.5, "half way")
    return _outcome(task)


def when_let(task: Task, told: Told) -> Outcome:
    """Goes on only once a file is there; writes that it began into another."""
    with open(task.arguments["began"], "a") as began:
        began.write(f"{os.getpid()}\n")
    while not os.path.exists(task.arguments["gate"]):
        told(0.25, "waits at the gate")
        time.sleep(0.02)
    return _outcome(task)


def refused(task: Task, told: Told) -> Outcome:
    raise RecordingError("the file is empty", expected="a night", what_to_do="give another")


def dies(task: Task, told: Told) -> Outcome:
    os._exit(3)


def without_room(task: Task, told: Told) -> Outcome:
    raise OSError(28, "No space left on device")


def leaves_nothing(task: Task, told: Told) -> Outcome:
    return Outcome("result.json", {}, "0" * 64, {}, "0")
