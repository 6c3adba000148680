"""Labels of signals without identifiers: those that every laboratory uses stay, others go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ekbom.interop.edf_fields import Field
from ekbom.interop.edf_header import EdfHeader
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.labels import EcgLabels, LegLabels, normalised
from ekbom.units import voltage_factor_uv

# Places of electrodes (10-20 system and its extension), eyes and mastoids.
_ELECTRODE = (
    r"(?:fp[12z]|af[3478z]|f[1-8z]|f(?:9|10)|ft[789]|ft10|fc[1-6z]|c[1-6z]|t[3-8]|tp[78]|cp[1-6z]|"
    r"p[1-8z]|po[3478z]|o[12z]|a[12]|m[12]|e[12]|loc|roc)"
)
_DERIVATION = re.compile(rf"(?:(?:eeg|eog) )?{_ELECTRODE}(?:[-:/]{_ELECTRODE})?")
_NAMES = (
    "EOG, EOG L, EOG R, EOG left, EOG right, EOG1, EOG2, EOG horizontal, EOG vertical, "
    "EMG chin, Chin, Chin EMG, Chin1, Chin2, Chin3, Chin1-Chin2, EMG submental, Submental, "
    "EEG, SaO2, SpO2, Pulse, Pleth, HR, Heart rate, PR, Flow, Airflow, Nasal pressure, "
    "Pressure, Nasal flow, Thermistor, Thermocouple, Resp, Resp nasal, Resp oro-nasal, "
    "Resp thorax, Resp abdomen, Resp chest, Thorax, Abdomen, Chest, Thor, Abdo, Effort Tho, "
    "Effort Abd, RIP Thorax, RIP Abdomen, RIP Sum, Sum, Snore, Snoring, Microphone, Sound, "
    "Position, Body position, Pos, Light, Battery, Temp rectal, Rectal, Event marker, "
    "Marker, CO2, EtCO2, tcCO2, CPAP, CPAP flow, CPAP pressure, Mask pressure, Leak, "
    "Activity, Actigraphy, Accelerometer, Acc X, Acc Y, Acc Z"
)
_COMMON = frozenset(normalised(label) for label in _NAMES.split(","))
_TYPES: Mapping[str, str] = {
    "eeg": "EEG",
    "eog": "EOG",
    "emg": "EMG",
    "ecg": "ECG",
    "ekg": "ECG",
    "resp": "Resp",
}
_OTHER = "Signal"
_UNITS = frozenset(
    ("", "%", "bpm", "BPM", "1/min", "Hz", "s", "ms", "degC", "C", "mmHg", "cmH2O", "mbar", "Pa")
    + ("kPa", "hPa", "L/s", "l/s", "L/min", "l/min", "mL", "ml", "g", "m/s2", "lux", "dB", "deg")
    + ("Ohm", "kOhm", "nV", "nA", "uA", "mA", "uS", "Boolean", "Boole", "n/a")
)
_FILTER = re.compile(r"(?:HP|LP|N):(?:[0-9]{1,4}(?:\.[0-9]{1,4})?(?: ?[mk]?Hz)?|DC)")


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """Labels that say what is measured, and nothing of who it is.

    Parameters
    ----------
    legs, ecg
        Tables of the knowledge base.
    """

    legs: LegLabels
    ecg: EcgLabels

    @classmethod
    def of(cls, base: KnowledgeBase) -> KnownLabels:
        """From a knowledge base that has the section ``labels``."""
        return cls(LegLabels.of(base), EcgLabels.of(base))

    def knows(self, label: str) -> bool:
        """Whether a label is one that many laboratories use."""
        key = normalised(label)
        return (
            key in self.legs.sides
            or key in self.ecg.keys
            or key in _COMMON
            or _DERIVATION.fullmatch(key) is not None
        )

    def anew(self, header: EdfHeader) -> tuple[str, ...]:
        """The label of each signal in the copy; one that is not known is counted by its type.

        A new label is never one that is known: it must not become a leg or the ECG.
        """
        taken: set[str] = set()
        given: list[str] = []
        for signal in header.signals:
            if signal.is_annotations:
                given.append(f"{header.format} Annotations")
            elif self.knows(signal.label):
                given.append(" ".join(signal.label.split()))
            else:
                given.append(self._counted(signal.label, taken))
        return tuple(given)

    def _counted(self, label: str, taken: set[str]) -> str:
        first = re.split(r"[^a-z]", normalised(label), maxsplit=1)[0]
        kind = _TYPES.get(first, _OTHER)
        number = 1
        while f"{kind} {number}" in taken or self.knows(f"{kind} {number}"):
            number += 1
        taken.add(f"{kind} {number}")
        return f"{kind} {number}"


def channels_anew(header: EdfHeader, labels: Iterable[str]) -> Mapping[str, str]:
    """The new label of a channel by its old one, as annotations name it; normalised."""
    pairs = zip(header.signals, labels, strict=True)
    return {normalised(signal.label): label for signal, label in pairs if signal.label}


def unit_kept(field: Field) -> bytes:
    """A unit that is one, as it stands; nothing of any other text."""
    text = field.text()
    known = voltage_factor_uv(text) is not None or text in _UNITS
    return field.raw.strip(b" ") if known else b""


def filters_kept(field: Field) -> bytes:
    """Filters in the form of EDF+; nothing of any other text."""
    words = re.sub(r"(?<=[0-9]) (?=[mk]?Hz)", "", field.text()).split()
    return " ".join(word for word in words if _FILTER.fullmatch(word)).encode()
