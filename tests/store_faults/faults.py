"""Calls of the system that fail at the n-th time, and a disk on which files can grow no further."""

from __future__ import annotations

import builtins
import errno
import io
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_CALLS = ("open", "close", "fsync", "replace", "mkdir", "unlink", "rmdir", "stat", "scandir")
_OF_FILES = ("read", "readinto", "write", "flush", "close")
KINDS = {name: getattr(errno, name) for name in ("EIO", "ENOSPC", "EINTR")}


class Failing:
    """Counts calls of the system by Python, and fails one of them.

    Parameters
    ----------
    kind : int
        Number of the error.
    at : int
        Which call fails; none of them where it is 0.
    """

    def __init__(self, kind: int, at: int) -> None:
        self._kind = kind
        self._at = at
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        if self.count == self._at:
            raise OSError(self._kind, os.strerror(self._kind))


class _File:
    """A file whose calls are counted; closing it closes it, even where that fails."""

    def __init__(self, file: Any, failing: Failing) -> None:
        self._file = file
        self._failing = failing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._file, name)
        return _counted(found, self._failing, name == "close") if name in _OF_FILES else found

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


def _counted(call: Callable[..., Any], failing: Failing, goes_on: bool) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        if not goes_on:
            failing()
            return call(*arguments, **named)
        found = call(*arguments, **named)
        failing()
        return found

    return counted


@contextmanager
def failing_at(kind: int, at: int) -> Iterator[Failing]:
    """Within, one call of the system fails."""
    failing = Failing(kind, at)
    with pytest.MonkeyPatch.context() as patch:
        for name in _CALLS:
            patch.setattr(os, name, _counted(getattr(os, name), failing, name == "close"))
        opens = io.open

        def opened(*arguments: Any, **named: Any) -> _File:
            failing()
            return _File(opens(*arguments, **named), failing)

        patch.setattr(io, "open", opened)
        patch.setattr(builtins, "open", opened)
        yield failing


@contextmanager
def files_end_at(n_bytes: int) -> Iterator[None]:
    """Within, no file grows beyond a size: what is written there is cut short, then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
