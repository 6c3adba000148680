"""Sessions: a key in the first address, changed for a cookie; locked after a while of nothing."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

COOKIE = "ekbom-session"
# A code of six digits guessed this often is worth nothing any more.
_MOST_GUESSES = 5


@dataclass(slots=True)
class Session:
    """One browser at the desk.

    Parameters
    ----------
    who : str
        Who is at the desk; stands beside every entry.
    seen_at_s : float
        When it was last used, on a clock that only goes on.
    is_locked : bool
        Whether it has to be unlocked first.
    """

    who: str
    seen_at_s: float
    is_locked: bool = False
    _told: list[str] = field(default_factory=list)

    def told(self, text: str) -> None:
        """Say something at the top of the next page; no address ever holds it."""
        self._told.append(text)

    def said(self) -> tuple[str, ...]:
        """What was to be said; it is said once."""
        said, self._told = tuple(self._told), []
        return said


@dataclass(slots=True)
class Sessions:
    """Everybody who came in by the key.

    Parameters
    ----------
    who : str
        Who is at the desk until told otherwise.
    idle_s : float
        Seconds without a request after which a session locks.
    clock_s : callable
        Seconds on a clock that only goes on.
    first_page : str
        Shown once it is said who is at the desk.
    """

    who: str
    idle_s: float
    clock_s: Callable[[], float] = time.monotonic
    first_page: str = "/"
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    code: str = field(default_factory=lambda: f"{secrets.randbelow(10**6):06d}")
    _open: dict[str, Session] = field(default_factory=dict)
    _guesses: int = 0

    def enter(self, key: str) -> str | None:
        """A cookie for the right key, which then opens nothing any more; None for a wrong one."""
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            return None
        self.key = secrets.token_urlsafe(32)
        cookie = secrets.token_urlsafe(32)
        self._open[cookie] = Session(self.who, self.clock_s())
        return cookie

    def of(self, cookie: str, *, is_used: bool = True) -> Session | None:
        """The session of a cookie; it locks where it was not used for too long.

        Parameters
        ----------
        cookie : str
            As the browser sent it.
        is_used : bool
            Whether a person asks, which counts as use.
        """
        session = self._open.get(cookie)
        if session is None:
            return None
        now = self.clock_s()
        if now - session.seen_at_s > self.idle_s:
            session.is_locked = True
        if is_used:
            session.seen_at_s = now
        return session

    def who_of(self, cookie: str) -> str | None:
        """Who is at the desk of a window, locked or not; None where there is none."""
        session = self._open.get(cookie)
        return None if session is None else session.who

    def lock(self, cookie: str) -> None:
        """Lock now."""
        session = self._open.get(cookie)
        if session is not None:
            session.is_locked = True

    def unlock(self, cookie: str, code: str) -> bool:
        """Unlock by the code that was shown at the start; after a few wrong ones never more."""
        session = self._open.get(cookie)
        if session is None or self._guesses >= _MOST_GUESSES:
            return False
        if not hmac.compare_digest(code.strip().encode(), self.code.encode()):
            self._guesses += 1
            return False
        self._guesses = 0
        session.is_locked = False
        # Behind a cover of its own a page asked for nothing all the while.
        session.seen_at_s = self.clock_s()
        return True
