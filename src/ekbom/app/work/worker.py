"""The worker: a process of its own that opens no database, does one task and ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection, wait
from typing import cast

from ekbom.app.work.task import Ending, Failure, Message, Outcome, Progress, Task, Told
from ekbom.errors import EkbomError

Work = Callable[[Task, Told], Outcome]

_SPAWN = multiprocessing.get_context("spawn")
# Pages stay quick while it works.
_NICE = 10
# Often enough for a bar to move.
_TELLS_EVERY_S = 0.1
_ENDS_WITHIN_S = 2.0


def work(function: str, task: Task, told: Connection) -> None:
    """Do a task, in a process of its own.

    Parameters
    ----------
    function : str
        A `Work`, as ``module:name``; imported here and nowhere else.
    task : Task
        What is to be done.
    told : Connection
        Takes messages.
    """
    # Whoever presses Ctrl-C closes the server, which ends its worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    module, _, name = function.partition(":")
    does = cast(Work, getattr(import_module(module), name))
    told.send(_done(does, task, _telling(told)))
    told.close()


def _done(does: Work, task: Task, told: Told) -> Ending:
    try:
        return does(task, told)
    except EkbomError as error:
        return Failure.of(error)
    except MemoryError:
        return Failure(
            "the memory of this computer was not enough",
            what_to_do="close other programs and try again",
        )
    except OSError as error:
        return Failure(
            f"a file could not be read or written ({error.strerror or error})",
            expected="a disk with space left that may be written to",
            what_to_do="make space and try again; what was saved before is safe",
        )


def _telling(told: Connection) -> Told:
    last_s = 0.0

    def tell(share_done: float, says: str) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s >= _TELLS_EVERY_S:
            last_s = now_s
            told.send(Progress(min(max(share_done, 0.0), 1.0), says))

    return tell


def _end_with_parent() -> None:
    """A worker whose server is gone works for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Worker:
    """A worker that was started.

    Parameters
    ----------
    function, task
        See `work`.
    """

    def __init__(self, function: str, task: Task) -> None:
        self._told, telling = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(target=work, args=(function, task, telling), daemon=True)
        self._process.start()
        # Only the worker holds the other end, so that its death is heard.
        telling.close()

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self._process.pid or 0

    def heard(self, within_s: float) -> Message | None:
        """The next message; a failure where it died; None where it said nothing in this time."""
        if not wait([self._told, self._process.sentinel], within_s):
            return None
        try:
            # What it said before it ended still stands in the pipe.
            if self._told.poll():
                return cast(Message, self._told.recv())
        except (EOFError, OSError):
            self._process.join(_ENDS_WITHIN_S)
        return None if self._process.is_alive() else _died(self._process.exitcode)

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._told.close()


def _died(exit_code: int | None) -> Failure:
    if exit_code is not None and exit_code < 0:
        return Failure(
            f"the work was ended from outside ekbom (signal {-exit_code})",
            what_to_do="often the memory of this computer was not enough: close other programs "
            "and try again",
        )
    return Failure(
        "the work stopped with a fault of ekbom",
        what_to_do="try again; where it stops again, the window in which ekbom was started says "
        "what happened",
    )
