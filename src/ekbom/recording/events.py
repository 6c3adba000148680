"""Events somebody marked: movements, arousals, breathing, lights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ekbom.caveats import Caveat
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import EventKind, Side


@dataclass(frozen=True, slots=True)
class Event:
    """One marked stretch of time.

    Parameters
    ----------
    kind : EventKind
        What it marks.
    onset_s, duration_s : float
        Start in seconds from the start of the recording, and length; lights have length 0.
    text : str
        The text as it stood in the file.
    channel : str or None
        Label of the channel it was marked on, where one was named.
    side : Side or None
        The leg, for leg movements.
    """

    kind: EventKind
    onset_s: float
    duration_s: float
    text: str = ""
    channel: str | None = None
    side: Side | None = None

    @property
    def offset_s(self) -> float:
        """End in seconds."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, slots=True)
class Annotations:
    """What one scorer marked in one night.

    Parameters
    ----------
    events : tuple of Event
        In order of onset.
    hypnogram : Hypnogram or None
        None where no stages were marked.
    name : str
        File or scorer, for messages.
    caveats : tuple of Caveat
        What was tolerated while reading: unknown texts, events outside the recording …
    start : datetime or None
        The moment onsets count from, where the file's own header says it; tables say none.
    gaps : tuple of (float, float)
        Start and end, in seconds, of each stretch nobody recorded, in order; of files that hold
        signals or mark their gaps. Nothing marked on one side of a gap is a neighbour of what is
        on the other.
    """

    events: tuple[Event, ...] = ()
    hypnogram: Hypnogram | None = None
    name: str = ""
    caveats: tuple[Caveat, ...] = ()
    start: datetime | None = None
    gaps: tuple[tuple[float, float], ...] = ()

    def of_kind(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Events of these kinds, in order of onset."""
        return tuple(event for event in self.events if event.kind in kinds)

    @property
    def leg_movements(self) -> tuple[Event, ...]:
        """Marked leg movements."""
        return self.of_kind(EventKind.LEG_MOVEMENT)

    @property
    def arousals(self) -> tuple[Event, ...]:
        """Marked arousals."""
        return self.of_kind(EventKind.AROUSAL)

    @property
    def respiratory(self) -> tuple[Event, ...]:
        """Marked apnoeas, hypopnoeas and RERAs."""
        return tuple(event for event in self.events if event.kind.is_respiratory)

    @property
    def lights_off_s(self) -> float | None:
        """Time of the first 'lights off', where marked."""
        return next((e.onset_s for e in self.of_kind(EventKind.LIGHTS_OFF)), None)

    @property
    def lights_on_s(self) -> float | None:
        """Time of the last 'lights on', where marked."""
        return next((e.onset_s for e in reversed(self.of_kind(EventKind.LIGHTS_ON))), None)
