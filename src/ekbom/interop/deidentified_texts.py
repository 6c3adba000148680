"""Annotations without identifiers: known kinds in known words, no free text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.interop.annotations import Vocabulary
from ekbom.interop.edf_tals import Tal, decoded, tals_of
from ekbom.interop.marks import GAP_TEXT, split_channel
from ekbom.knowledge.labels import normalised

_UNSCORED = "Sleep stage ?"


@dataclass(slots=True)
class Texts:
    """Which texts stay, and in which words.

    Parameters
    ----------
    vocabulary : Vocabulary
        What is known.
    channels : Mapping of str to str
        New label of each channel by its old one, normalised.
    n_kept, n_dropped, n_broken : int
        How many texts stayed, did not, and how many lists could not be read, so far.
    """

    vocabulary: Vocabulary
    channels: Mapping[str, str] = field(default_factory=dict)
    n_kept: int = 0
    n_dropped: int = 0
    n_broken: int = 0

    def kept(self, text: str) -> str | None:
        """The known words of a text without its channel; None where there are none."""
        for part in (text, *text.split("|")):
            key = normalised(part)
            if key in self.vocabulary.texts.meanings or key == normalised(GAP_TEXT):
                return " ".join(part.split())
        # A stage nobody knows is an epoch nobody scored: dropped, it would leave a hole.
        return _UNSCORED if text.casefold().startswith("sleep stage") else None

    def counted(self, text: str) -> str | None:
        """The same, counted."""
        found = self.kept(text)
        if found is None:
            self.n_dropped += 1
        else:
            self.n_kept += 1
        return found

    def channel(self, label: str | None) -> str | None:
        """The channel as the copy labels it; None for one that nobody knows."""
        if label is None:
            return None
        if normalised(label) in self.channels:
            return self.channels[normalised(label)]
        is_leg = self.vocabulary.legs.side_of(label) or self.vocabulary.legs.is_ambiguous(label)
        is_side = normalised(label) in ("left", "right")
        return " ".join(label.split()) if is_leg or is_side else None

    def record(self, piece: bytes) -> bytes:
        """The lists of one record anew: its start, and what is known."""
        found: list[bytes] = []
        for number, tal in enumerate(tals_of(piece)):
            if isinstance(tal, bytes):
                self.n_broken += 1
                continue
            texts = [self._annotation(text) for text in tal.texts if text]
            said = [text.encode() for text in texts if text is not None]
            keeps_time = number == 0 and not tal.texts[0]
            if keeps_time or said:
                found.append(_list(tal, [b"", *said] if keeps_time else said))
        return b"".join(found)

    def _annotation(self, raw: bytes) -> str | None:
        text, channel = split_channel(decoded(raw))
        said = self.counted(text)
        if said is None:
            return None
        known = self.channel(channel)
        return said if known is None else f"{said}@@{known}"


def _list(tal: Tal, texts: list[bytes]) -> bytes:
    duration = b"" if tal.duration is None else b"\x15" + tal.duration
    return tal.onset + duration + b"\x14" + b"\x14".join(texts) + b"\x14\0"
