"""Mark: one line of a scoring as it stands in a file, before anyone says what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# What ekbom writes where a recording was interrupted, as files of marks have no other place for it.
GAP_TEXT: Final = "Recording gap"


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation, not yet understood.

    Parameters
    ----------
    onset_s : float
        Start in seconds.
    duration_s : float or None
        Length in seconds; None where the file gives none.
    text : str
        Its text, without the channel.
    channel : str or None
        Label of the channel it was marked on.
    where : str
        File and line or record, for messages.
    """

    onset_s: float
    duration_s: float | None
    text: str
    channel: str | None
    where: str


def split_channel(text: str) -> tuple[str, str | None]:
    """Text and channel of the EDF+ form ``Text@@Channel``."""
    said, found, channel = text.rpartition("@@")
    return (said.strip(), channel.strip() or None) if found else (text, None)
