"""Closed vocabularies of the field: stages, sides, kinds of event."""

from __future__ import annotations

from enum import StrEnum


class SleepStage(StrEnum):
    """AASM sleep stages; an epoch nobody scored is ``UNSCORED``, never wake."""

    W = "W"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    R = "R"
    UNSCORED = "?"

    @property
    def is_sleep(self) -> bool:
        """True for N1, N2, N3 and R."""
        return self not in (SleepStage.W, SleepStage.UNSCORED)


class Side(StrEnum):
    """The leg a movement was seen on."""

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"


class EventKind(StrEnum):
    """What an annotation marks."""

    LEG_MOVEMENT = "leg-movement"
    AROUSAL = "arousal"
    APNEA = "apnea"
    HYPOPNEA = "hypopnea"
    RERA = "rera"
    LIGHTS_OFF = "lights-off"
    LIGHTS_ON = "lights-on"

    @property
    def is_respiratory(self) -> bool:
        """True for apnoeas, hypopnoeas and respiratory effort related arousals."""
        return self in (EventKind.APNEA, EventKind.HYPOPNEA, EventKind.RERA)
