"""What the viewer shows of a night: its signals in the order they are read, stages and events."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ekbom.app.nights.pyramid_files import Pyramid, Signal
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.recording.events import Annotations, Event
from ekbom.terms import Side

# Order on the screen, and by what a label is known; nothing is scored by it. The legs come first,
# as movements are what is looked for.
_LEG, _ECG, _OTHER = "leg", "ecg", "other"
_KINDS = (
    ("eog", r"\beog\b|\be[12]\b|\b(roc|loc)\b"),
    ("chin", r"chin|submental|mental|\bemg [123]\b"),
    ("snore", r"snor|sound|audio|microphone"),
    ("oxygen", r"sp[o0]2|sa[o0]2|satur|oxim"),
    ("pulse", r"\bpulse\b|\bpr\b|heart ?rate|\bhr\b|pleth"),
    ("airflow", r"nasal|flow|therm|cannula|pressure|cpap|\bpap\b"),
    ("effort", r"thor|abd|chest|effort|\brip\b|\bresp"),
    ("position", r"position|\bpos\b|body"),
    ("eeg", r"\beeg\b|^(fp|f|c|p|o|t)[z0-9]"),
)
_ORDER = (
    _LEG,
    "eeg",
    "eog",
    "chin",
    "airflow",
    "effort",
    "snore",
    "oxygen",
    "pulse",
    _ECG,
    "position",
    _OTHER,
)
_SIDES = (Side.LEFT, Side.RIGHT, None)
# Signals of one kind are drawn alike, so that they compare: both legs above all.
_ALIKE = frozenset({_LEG, "eeg", "eog", "effort"})
_LADDER = (1.0, 2.0, 5.0, 10.0)
# A signal is taken to swing around zero where its middle is nearer to it than this share.
_NEAR_ZERO = 0.3
_HEADROOM = 1.1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labels:
    """By what the legs and the ECG are known."""

    legs: LegLabels
    ecg: EcgLabels


def view(
    pyramid: Pyramid,
    labels: Labels,
    marked: Annotations | None = None,
    legs: Mapping[Side, int] | None = None,
) -> Json:
    """The night as the viewer is told it; times in seconds from the start of the recording.

    Parameters
    ----------
    pyramid : Pyramid
        Of its signals.
    labels : Labels
        Where nobody named the legs.
    marked : Annotations, optional
        Stages and events; None where they are not read yet.
    legs : Mapping of Side to int, optional
        Numbers, in the file, of the signals that were scored as legs.
    """
    marked = marked or Annotations()
    hypnogram = marked.hypnogram
    return {
        "duration_s": pyramid.duration_s,
        "start": pyramid.start,
        "gaps": pyramid.gaps,
        "hypnogram": hypnogram
        and {
            "start_s": hypnogram.start_s,
            "epoch_s": hypnogram.epoch_s,
            "stages": list(hypnogram.stages),
        },
        "lights": {"off_s": marked.lights_off_s, "on_s": marked.lights_on_s},
        "respiratory": [_event(event) for event in marked.respiratory],
        "arousals": [_event(event) for event in marked.arousals],
        "channels": _channels(pyramid, labels, legs or {}),
    }


def _event(event: Event) -> Json:
    return {"onset_s": event.onset_s, "offset_s": event.offset_s, "kind": event.kind}


def _channels(pyramid: Pyramid, labels: Labels, legs: Mapping[Side, int]) -> list[Json]:
    sides = {number: side for side, number in legs.items()}
    found = []
    for number, signal in enumerate(pyramid.signals):
        side = sides.get(signal.number) or (None if sides else labels.legs.side_of(signal.label))
        kind = _LEG if side else _kind(signal.label, labels)
        middle, half = _span(signal)
        found.append(
            {
                "number": number,
                "label": signal.label,
                "unit": signal.unit,
                "rate_hz": signal.rate_hz,
                "kind": kind,
                "side": side,
                "gain": signal.gain,
                "offset": signal.offset,
                "middle": middle,
                "half": half,
            }
        )
    _drawn_alike(found)
    return sorted(
        found,
        key=lambda one: (_ORDER.index(one["kind"]), _SIDES.index(one["side"]), one["number"]),
    )


def _kind(label: str, labels: Labels) -> str:
    if labels.legs.side_of(label) is not None or labels.legs.is_ambiguous(label):
        return _LEG
    if labels.ecg.matches(label):
        return _ECG
    folded = label.casefold()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, folded)), _OTHER)


def _span(signal: Signal) -> tuple[float, float]:
    """Middle of the row and half its height, in the unit of the signal."""
    low, high = signal.usual
    middle, half = (low + high) / 2, (high - low) / 2
    if abs(middle) < _NEAR_ZERO * half:
        half = max(abs(low), abs(high))
    # A signal that never changes is drawn in the middle, one of its own steps high.
    return middle, _nice(_HEADROOM * (half or abs(signal.gain) or 1.0))


def _nice(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 and so on."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _LADDER if step * power >= least * (1 - 1e-9))


def _drawn_alike(channels: list[Json]) -> None:
    for kind in _ALIKE:
        for unit in {one["unit"] for one in channels if one["kind"] == kind}:
            alike = [one for one in channels if (one["kind"], one["unit"]) == (kind, unit)]
            half = max(one["half"] for one in alike)
            for one in alike:
                one["half"] = half
    for one in channels:
        tenths = round(one["middle"] / one["half"] * 10)
        one["middle"] = 0.0 if tenths < _NEAR_ZERO * 10 > -tenths else tenths * one["half"] / 10
