"""Nights that came in and wait for somebody to say whose evening, which legs, and yes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from ekbom.app.nights.incoming import Arrived, FileKind
from ekbom.store.errors import NotFoundError

# Each may be gigabytes; whoever leaves more behind loses the oldest.
_MOST = 4


@dataclass(slots=True)
class Delivery:
    """Files of one night.

    Parameters
    ----------
    person_id : str
        Whose.
    files : dict of str to Arrived
        By what they are.
    """

    person_id: str
    files: dict[FileKind, Arrived] = field(default_factory=dict)

    def drop(self) -> None:
        """Forget them; what was not kept is gone."""
        for file in self.files.values():
            file.arriving.drop()

    def without(self, kind: FileKind) -> None:
        """Forget one of them."""
        gone = self.files.pop(kind, None)
        if gone is not None:
            gone.arriving.drop()


class Deliveries:
    """Those that wait. They are gone when ekbom is closed: a page says yes or no at once."""

    def __init__(self) -> None:
        self._waiting: dict[str, Delivery] = {}
        self._lock = threading.Lock()

    def add(self, delivery: Delivery) -> str:
        """Let one wait; returns by which token it is found again."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            while len(self._waiting) >= _MOST:
                self._waiting.pop(next(iter(self._waiting))).drop()
            self._waiting[token] = delivery
        return token

    @contextmanager
    def taken(self, token: str, person_id: str) -> Iterator[Delivery]:
        """One that waits, for this request alone; afterwards it waits again, unless it is empty.

        Raises
        ------
        NotFoundError
            It waits no more, or for somebody else.
        """
        with self._lock:
            delivery = self._waiting.get(token)
            if delivery is None or delivery.person_id != person_id:
                raise NotFoundError(
                    "this recording is not waiting any more",
                    what_to_do="look at the list of nights; add it again where it is not there",
                )
            del self._waiting[token]
        try:
            yield delivery
        finally:
            if delivery.files:
                with self._lock:
                    self._waiting[token] = delivery

    def close(self) -> None:
        """Forget all of them."""
        with self._lock:
            for delivery in self._waiting.values():
                delivery.drop()
            self._waiting.clear()


def deliveries_of(request: Request) -> Deliveries:
    """Those of a request."""
    found: Deliveries = request.app.state.deliveries
    return found
