"""A bar on stderr for long work, where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Advance(Protocol):
    """Told how much is done, and of how much."""

    def __call__(self, done: float, total: float, /) -> None:
        """Move the bar."""
        ...


class Progress:
    """A bar on stderr while something lasts; nothing where stderr is no terminal.

    Parameters
    ----------
    says : str
        What is being done.
    unit : str
        What is counted.
    """

    def __init__(self, says: str, unit: str) -> None:
        self._says, self._unit = says, unit
        self._bar: Any = None

    def __enter__(self) -> Advance:
        return self._show if sys.stderr.isatty() else lambda done, total, /: None

    def _show(self, done: float, total: float, /) -> None:
        if self._bar is None:
            # Only somebody who looks pays for the bar.
            from tqdm import tqdm

            self._bar = tqdm(total=round(total), desc=self._says, unit=self._unit, leave=False)
        self._bar.update(round(done) - self._bar.n)

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()


def counted(items: Iterable[T], n: int, says: str, unit: str) -> Iterator[T]:
    """The items, while a bar counts them."""
    with Progress(says, unit) as advance:
        for done, item in enumerate(items, start=1):
            yield item
            advance(done, n)
