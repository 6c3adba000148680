"""Which channel is which: the two legs and the ECG, by label, never by a silent guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekbom.caveats import Caveat
from ekbom.errors import ChannelError
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.recording.recording import Channel, Recording
from ekbom.terms import Side


@dataclass(frozen=True, slots=True)
class SignalInfo:
    """One signal of a file, whether or not it can be read as a channel.

    Parameters
    ----------
    label, unit : str
        As they stand in the header.
    rate_hz : float
        Samples per second.
    """

    label: str
    unit: str
    rate_hz: float


@dataclass(frozen=True, slots=True)
class Legs:
    """The anterior tibialis channels of a recording.

    Parameters
    ----------
    left, right : Channel or None
        At least one of them is there.
    caveats : tuple of Caveat
        ``one-leg`` where the other is missing.
    """

    left: Channel | None
    right: Channel | None
    caveats: tuple[Caveat, ...] = ()

    @property
    def channels(self) -> dict[Side, Channel]:
        """The legs that are there."""
        both = {Side.LEFT: self.left, Side.RIGHT: self.right}
        return {side: channel for side, channel in both.items() if channel is not None}


def find_legs(
    recording: Recording,
    legs: LegLabels,
    left: str | None = None,
    right: str | None = None,
    signals: Sequence[SignalInfo] = (),
) -> Legs:
    """The two leg channels of a recording.

    A label named by the caller counts; a leg not named is looked for by its label.

    Parameters
    ----------
    recording : Recording
        The night.
    legs : LegLabels
        Labels known to be legs.
    left, right : str, optional
        Labels to use, exactly as in the file or in other case.
    signals : sequence of SignalInfo, optional
        Every signal of the file, so that a message can say the unit of one that is no channel.

    Raises
    ------
    ChannelError
        Where no leg is found, where several labels could be the same leg, or where a named label
        is missing, doubled or not measured in volts.
    """
    named_left = None if left is None else _named(recording, left, "--left", signals)
    named_right = None if right is None else _named(recording, right, "--right", signals)
    if named_left is not None and named_left is named_right:
        raise _error(recording, f"both legs are named {left!r}", "two different channels")
    taken = [channel for channel in (named_left, named_right) if channel is not None]
    found_left = named_left or _by_label(recording, legs, Side.LEFT, taken)
    found_right = named_right or _by_label(recording, legs, Side.RIGHT, taken)
    if found_left is None and found_right is None:
        raise _none_found(recording, legs, signals)
    return Legs(found_left, found_right, _one_leg(recording, legs, found_left, found_right))


def find_ecg(recording: Recording, ecg: EcgLabels) -> Channel | None:
    """The ECG: the first channel with the most wanted label; None where there is none.

    Parameters
    ----------
    recording : Recording
        The night.
    ecg : EcgLabels
        Labels of the ECG; case does not matter.
    """
    for label in ecg.labels:
        for channel in recording.channels:
            if _same(channel.label, label):
                return channel
    return None


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _named(recording: Recording, label: str, option: str, signals: Sequence[SignalInfo]) -> Channel:
    exact = [channel for channel in recording.channels if channel.label == label]
    found = exact or [channel for channel in recording.channels if _same(channel.label, label)]
    if len(found) == 1:
        return found[0]
    if found:
        raise _error(recording, f"{len(found)} channels are labelled {label!r}", "one channel")
    if any(_same(listed, label) for listed in recording.labels):
        units = [signal.unit for signal in signals if _same(signal.label, label)]
        unit = f" (its unit is {units[0]!r})" if units else ""
        raise _error(
            recording, f"the signal {label!r} is not measured in volts{unit}", "V, mV or uV", option
        )
    raise _error(recording, f"no signal is labelled {label!r}", "a label of the file", option)


def _by_label(
    recording: Recording, legs: LegLabels, side: Side, taken: list[Channel]
) -> Channel | None:
    found = [
        channel
        for channel in recording.channels
        if legs.side_of(channel.label) is side and all(channel is not other for other in taken)
    ]
    if len(found) > 1:
        several = ", ".join(repr(channel.label) for channel in found)
        raise _error(
            recording,
            f"{len(found)} channels could be the {side} leg: {several}",
            "one channel for each leg",
            f"--{side}",
        )
    return found[0] if found else None


def _none_found(
    recording: Recording, legs: LegLabels, signals: Sequence[SignalInfo]
) -> ChannelError:
    unread = [
        label
        for label in recording.labels
        if legs.side_of(label) is not None
        and all(channel.label != label for channel in recording.channels)
    ]
    if unread:
        units = {signal.label: signal.unit for signal in signals}
        said = ", ".join(
            f"{label!r} (its unit is {units[label]!r})" if label in units else repr(label)
            for label in unread
        )
        return _error(recording, f"leg signals that are not measured in volts: {said}", "V, mV, uV")
    unclear = [c.label for c in recording.channels if legs.is_ambiguous(c.label)]
    if unclear:
        said = ", ".join(map(repr, unclear))
        return _error(recording, f"{said}: the label does not say which leg", "left or right")
    return _error(recording, "no leg channel was found", "an anterior tibialis EMG of either leg")


def _one_leg(
    recording: Recording, legs: LegLabels, left: Channel | None, right: Channel | None
) -> tuple[Caveat, ...]:
    if left is not None and right is not None:
        return ()
    missing = Side.LEFT if left is None else Side.RIGHT
    used = right if left is None else left
    label = used.label if used is not None else ""
    others = [c.label for c in recording.channels if legs.is_ambiguous(c.label) and c is not used]
    hint = f" Not used, as the label does not say which leg: {', '.join(others)}." if others else ""
    statement = (
        f"Only one leg was scored ({label}); no {missing} leg was found. Movements of the other "
        f"leg are missing from every count.{hint}"
    )
    return (Caveat("one-leg", statement, recording.name),)


def _error(recording: Recording, found: str, expected: str, option: str = "") -> ChannelError:
    labels = ", ".join(recording.labels) or "none"
    what = option or "--left and --right"
    return ChannelError(
        found,
        expected=expected,
        where=recording.name,
        what_to_do=f"name the channel with {what}; labels in the file: {labels}",
    )
