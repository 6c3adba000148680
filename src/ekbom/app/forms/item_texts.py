"""Item texts of questionnaires that a site holds a licence for: files in the folder of the store.

The wording of questionnaires belongs to others; none of it comes with this program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ekbom.errors import EkbomError, KnowledgeError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.strict_yaml import YamlFile, parse
from ekbom.knowledge.validation import validated
from ekbom.patient.plain import check_plain

FOLDER = "packs"
_PATTERN = "*.yaml"
_MOST_BYTES = 200_000
_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """A file of item texts: whose questionnaire, which edition, by whose licence."""

    instrument: str
    edition: str
    licence: str
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """The item texts of one questionnaire.

    Parameters
    ----------
    file : str
        Name of the file they come from.
    edition, licence : str
        As it says.
    items : Mapping of int to str
        Text by item number.
    """

    file: str
    edition: str
    licence: str
    items: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Packs:
    """What was found.

    Parameters
    ----------
    of : Mapping of str to Pack
        By instrument.
    faults : tuple of EkbomError
        What is wrong with files that are not used.
    """

    of: Mapping[str, Pack] = field(default_factory=dict)
    faults: tuple[EkbomError, ...] = ()


def packs_in(store_folder: Path, knowledge: KnowledgeBase) -> Packs:
    """The packs of a store; a file with a fault is left out and named.

    Parameters
    ----------
    store_folder : Path
        Of the store.
    knowledge : KnowledgeBase
        With the instruments.
    """
    found: dict[str, Pack] = {}
    faults: list[EkbomError] = []
    for file in sorted((store_folder / FOLDER).glob(_PATTERN)):
        try:
            instrument, pack = _pack(file, knowledge)
            _check_alone(instrument, pack, found)
        except EkbomError as error:
            faults.append(error)
        else:
            found[instrument] = pack
    return Packs(found, tuple(faults))


def _check_alone(instrument: str, pack: Pack, found: Mapping[str, Pack]) -> None:
    if instrument in found:
        raise KnowledgeError(
            f"{instrument} stands in {found[instrument].file} already, which is used",
            expected="one file for each questionnaire",
            where=pack.file,
            what_to_do=f"take one of the two files out of the folder {FOLDER}",
        )


def _pack(path: Path, knowledge: KnowledgeBase) -> tuple[str, Pack]:
    file = parse(path.name, _content(path), KnowledgeError)
    check_plain(WrittenPack, file, ())
    written = validated(WrittenPack, file.data, file)
    instrument = knowledge.of(Instrument).get(written.instrument)
    if instrument is None:
        known = ", ".join(knowledge.of(Instrument))
        found = f"no instrument {written.instrument!r}"
        raise file.fault(found, ("instrument",), expected=f"one of: {known}")
    items = _items(written, instrument, file)
    return instrument.id, Pack(path.name, written.edition, written.licence, items)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            content = handle.read(_MOST_BYTES + 1)
    except OSError as error:
        raise KnowledgeError(
            f"cannot be read ({error.strerror or error})", expected="a file", where=path.name
        ) from error
    if len(content) > _MOST_BYTES:
        raise KnowledgeError("too large", expected=f"at most {_MOST_BYTES} bytes", where=path.name)
    return content


def _items(written: WrittenPack, instrument: Instrument, file: YamlFile) -> dict[int, str]:
    """Every item once, each with its text, and none besides."""
    numbers = [str(number) for number in range(1, instrument.items + 1)]
    expected = f"every item from 1 to {instrument.items}, and no other"
    strange = [number for number in written.items if number not in numbers]
    missing = [number for number in numbers if number not in written.items]
    if strange or missing:
        what = f"no item {strange[0]!r}" if strange else f"item {missing[0]} is missing"
        raise file.fault(f"{instrument.id}: {what}", ("items",), expected=expected)
    for number, text in written.items.items():
        if not text.strip() or len(text) > _LONGEST_TEXT:
            found = (
                f"the text of item {number} is empty or has more than {_LONGEST_TEXT} characters"
            )
            raise file.fault(found, ("items", number), expected="its text")
    return {int(number): " ".join(written.items[number].split()) for number in numbers}
