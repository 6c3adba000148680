"""A few things kept that take longer to make than to find."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class Few(Generic[K, V]):
    """Things by key; the one that was not asked for longest goes first.

    Parameters
    ----------
    most : int
        How many are kept.
    """

    most: int
    _held: dict[K, V] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under a key, or is made and kept now.

        Parameters
        ----------
        key : hashable
            Everything it follows from.
        make : callable
            Makes it; two threads that ask at once may both make it.
        """
        with self._lock:
            if key in self._held:
                self._held[key] = self._held.pop(key)
                return self._held[key]
        made = make()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self.most:
                self._held.pop(next(iter(self._held)))
        return made
