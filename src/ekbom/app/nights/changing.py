"""Changes to a night as a form asks for them: checked against what stands, then kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ekbom.app.desk import Desk
from ekbom.app.forms.entries import number_or_text
from ekbom.app.nights.movements_shown import Shown, clock, key_of, movements_shown
from ekbom.app.nights.reading import Choice, Reading, body_of_parts
from ekbom.app.sessions import Session
from ekbom.errors import AnnotationError
from ekbom.scoring.edits import Edit, check_added, edited_legs
from ekbom.scoring.movements import LegMovements, Part
from ekbom.store import nights
from ekbom.store.errors import ConflictError
from ekbom.store.nights import ChangeKind
from ekbom.terms import Side

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d(?:\.\d{1,6})?)", re.ASCII)
_SECONDS = re.compile(r"(\d{1,7}(?:\.\d{1,6})?) ?s", re.ASCII)
_HOUR_S, _MINUTE_S = 3600, 60
_DAY = timedelta(days=1)
_LEGS = {"left": Side.LEFT, "right": Side.RIGHT}


@dataclass(frozen=True, slots=True)
class Changing:
    """Who changes which night at which desk.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    session : Session
        Who is at it.
    reading : Reading
        The night as that person sees it.
    seen : int
        The last change that was on the screen.
    """

    desk: Desk
    session: Session
    reading: Reading
    seen: int

    def rejected(self, key: str) -> str:
        """Reject a movement; returns the key it has from now on."""
        one = self._movement(key)
        seq = self._kept("reject", body_of_parts(one.parts))
        return f"{one.key}-{seq}"

    def accepted(self, key: str) -> str:
        """Confirm a movement; returns its key."""
        one = self._movement(key)
        if one.state == "accepted":
            raise AnnotationError(
                f"the movement at {one.clock} was accepted before",
                what_to_do="go on with the next one",
            )
        self._kept("accept", body_of_parts(one.parts))
        return one.key

    def added(self, written: Mapping[str, str]) -> str:
        """Add a movement; returns its key.

        Raises
        ------
        AnnotationError
            It cannot have been, or is too short by the rules the night is read by.
        """
        part = part_of(written, self.reading.result.start)
        check_added(part, self.reading.result.legs, _standing(self.reading, part.side))
        edit, rules = Edit("add", (part,)), self.reading.edition.night.rules
        if edited_legs({}, [edit], rules).outcomes[0].is_too_short:
            raise AnnotationError(
                f"{part.offset_s - part.onset_s:.2f} s is too short for a leg movement",
                expected=f"at least {rules.leg_movement_min_s:g} s by these rules",
                what_to_do="correct its times; nothing was changed",
            )
        self._kept("add", body_of_parts((part,)))
        return key_of((part,))

    def settings(self, choice: Choice) -> None:
        """Keep the rules that were tried."""
        if choice == self.reading.kept:
            raise AnnotationError(
                "these settings are kept already", what_to_do="move one of them first"
            )
        self._kept("settings", choice.as_body())

    def undone(self, change: str) -> None:
        """Take back a change, or an earlier undoing of it."""
        known = {str(each.seq): each.seq for each in self.reading.changes}
        if change not in known:
            raise ConflictError(
                "there is no such change of this night",
                what_to_do="look at what stands now; nothing was lost",
            )
        self._kept("undo", known[change])

    def check_seen(self) -> None:
        """Refuse to go on from what stands no more.

        Raises
        ------
        ConflictError
            The night was changed since it was shown.
        """
        if self.seen != self.reading.seen:
            raise ConflictError(
                "this night was changed in another window since it was shown here",
                what_to_do="look at what stands now, then make your change again; nothing was lost",
            )

    def _kept(self, kind: ChangeKind, body: Any) -> int:
        with self.desk.store.writing() as connection:
            stamp = self.desk.stamp(self.session)
            night_id = self.reading.night.id
            return nights.change(connection, night_id, kind, body, stamp, seen=self.seen)

    def _movement(self, key: str) -> Shown:
        # Said first: the movement may be gone just because of that.
        self.check_seen()
        for one in movements_shown(self.reading):
            if one.key == key and one.state != "rejected":
                return one
        raise AnnotationError(
            "this movement is not there with the settings you see",
            what_to_do="choose one from the list; nothing was changed",
        )


def part_of(written: Mapping[str, str], start: datetime | None) -> Part:
    """A movement as a form writes it.

    Parameters
    ----------
    written : Mapping of str to str
        ``leg``; ``onset`` as the clock says it (02:13:05.4) or in seconds (7985.4 s);
        ``duration`` in seconds.
    start : datetime or None
        Start of the recording; without one the clock counts from it.

    Raises
    ------
    AnnotationError
        One of them cannot be read.
    """
    side = _LEGS.get(written.get("leg", ""))
    if side is None:
        raise _unreadable("the leg is not said", "left or right")
    duration_s = number_or_text(written.get("duration", ""))
    if isinstance(duration_s, str):
        raise _unreadable(f"the duration is {duration_s!r}", "seconds, such as 2.4")
    onset_s = _onset_s(written.get("onset", ""), start)
    return Part(side, onset_s, onset_s + float(duration_s))


def _onset_s(text: str, start: datetime | None) -> float:
    seconds = _SECONDS.fullmatch(text)
    if seconds:
        return float(seconds[1])
    said = _CLOCK.fullmatch(text)
    if not said:
        raise _unreadable(
            f"the onset is {text!r}",
            f"a clock time such as {clock(start, 0.0)}, or seconds: 12.5 s",
        )
    of_day = timedelta(seconds=int(said[1]) * _HOUR_S + int(said[2]) * _MINUTE_S + float(said[3]))
    if start is None:
        return of_day.total_seconds()
    began = timedelta(
        hours=start.hour, minutes=start.minute, seconds=start.second, microseconds=start.microsecond
    )
    # The first time after the start at which the clock says so.
    return ((of_day - began) % _DAY).total_seconds()


def _standing(reading: Reading, side: Side) -> LegMovements:
    """Everything that stands on a leg, also what is too long to be a leg movement."""
    parts = [
        part
        for parts in reading.edition.night.movements.parts
        for part in parts
        if part.side is side
    ]
    return LegMovements.of(
        side, [part.onset_s for part in parts], [part.offset_s for part in parts]
    )


def _unreadable(found: str, expected: str) -> AnnotationError:
    return AnnotationError(
        found, expected=expected, what_to_do="correct it and send again; nothing was changed"
    )
