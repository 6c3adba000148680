"""The signals of an EDF header: what each is, where it lies in a record, how it is scaled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ekbom.caveats import Caveat
from ekbom.interop.edf_fields import Field
from ekbom.units import voltage_factor_uv

Format = Literal["EDF", "BDF"]
SignalFields = dict[str, Field]

SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefiltering", 80),
    ("samples in a data record", 8),
    ("reserved", 32),
)
BLOCK = 256  # bytes of the main header, and of each signal's part
SAMPLE_BYTES = {"EDF": 2, "BDF": 3}
HIGHEST_UV = 1e12  # a million volts: a damaged field, not a measurement


@dataclass(frozen=True, slots=True)
class SignalHeader:
    """One signal as the header describes it.

    Parameters
    ----------
    label, unit : str
        As they stand, without padding.
    rate_hz : float
        Samples per second, or 0 for annotations in records without a duration.
    samples_per_record : int
        Samples in each data record.
    first_byte : int
        Where the signal's samples begin within a record.
    physical_range, digital_range : tuple
        (minimum, maximum) of each, in the header's order: an inverted polarity stays inverted.
    uv_per_unit : float or None
        Microvolts per unit; None for signals not measured in volts.
    is_annotations : bool
        True for the annotation signals of EDF+ and BDF+.
    """

    label: str
    unit: str
    rate_hz: float
    samples_per_record: int
    first_byte: int
    physical_range: tuple[float, float]
    digital_range: tuple[int, int]
    uv_per_unit: float | None
    is_annotations: bool


def signal_fields(head: bytes, n_signals: int, name: str) -> list[SignalFields]:
    """Fields of each signal; the header keeps field by field, not signal by signal."""
    signals: list[SignalFields] = [{} for _ in range(n_signals)]
    at = BLOCK
    for field, length in SIGNAL_FIELDS:
        for number, fields in enumerate(signals, 1):
            said = f"'{field}' of signal {number}"
            where = f"{name}, header field {said} (byte {at})"
            fields[field] = Field(said, head[at : at + length], where)
            at += length
    return signals


def is_annotations(fields: SignalFields) -> bool:
    """True for a signal whose samples are the bytes of annotations."""
    return fields["label"].text() in ("EDF Annotations", "BDF Annotations")


def checked_signals(
    all_fields: list[SignalFields], record: Fraction, file_format: Format
) -> tuple[tuple[SignalHeader, ...], list[Caveat]]:
    """Every signal with its place in a record of this duration, and what was tolerated.

    Raises
    ------
    RecordingError
        Where a number is none, a signal has no samples, or one in volts has no usable range.
    """
    signals: list[SignalHeader] = []
    caveats: list[Caveat] = []
    at = 0
    for fields in all_fields:
        n_samples = fields["samples in a data record"].integer()
        if n_samples < 1:
            raise fields["samples in a data record"].refused("at least one sample")
        label, unit = fields["label"].text(), fields["unit"].text()
        has_text = is_annotations(fields)
        factor = None if has_text else voltage_factor_uv(unit)
        physical = fields["physical minimum"].number(), fields["physical maximum"].number()
        digital = fields["digital minimum"].integer(), fields["digital maximum"].integer()
        # Ranges matter only where samples are scaled; a spare channel set to 0…0 is common.
        if factor is not None:
            _check_ranges(fields, physical, digital, factor)
            caveats += _range_caveats(label or fields["label"].name, physical, digital, file_format)
        rate = float(Fraction(n_samples) / record) if record else 0.0
        signals.append(
            SignalHeader(label, unit, rate, n_samples, at, physical, digital, factor, has_text)
        )
        at += n_samples * SAMPLE_BYTES[file_format]
    return tuple(signals), caveats


def _check_ranges(
    fields: SignalFields, physical: tuple[float, float], digital: tuple[int, int], factor: float
) -> None:
    for end, limit in zip(("physical minimum", "physical maximum"), physical, strict=True):
        if abs(limit) * factor > HIGHEST_UV:
            raise fields[end].refused("a voltage an amplifier can have")
    if physical[0] == physical[1]:
        raise fields["physical maximum"].refused("a value other than the physical minimum")
    if digital[0] >= digital[1]:
        raise fields["digital maximum"].refused(f"more than the digital minimum, {digital[0]}")


def _range_caveats(
    label: str, physical: tuple[float, float], digital: tuple[int, int], file_format: Format
) -> Iterator[Caveat]:
    if physical[0] > physical[1]:
        yield Caveat(
            "inverted-polarity",
            f"The physical range runs from {physical[0]:g} down to {physical[1]:g}: the polarity "
            "is inverted, and samples are turned back.",
            label,
        )
    limit = 1 << (8 * SAMPLE_BYTES[file_format] - 1)
    if digital[0] < -limit or digital[1] >= limit:
        yield Caveat(
            "digital-range",
            f"The digital range {digital[0]} to {digital[1]} is wider than {file_format} can "
            "hold; it is used for scaling as it stands.",
            label,
        )
