"""Options as they stand on the first page: a line or two each, what several share told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from ekbom.report.consultation.decide import ChoiceShown
from ekbom.report.consultation.doses import DoseShown
from ekbom.report.consultation.options import OptionShown, WithheldShown

# As many as one printed page holds beside the rest; what is more is named, and told below.
N_LINES, N_DOSES, N_WITHHELD, N_WAITS = 9, 2, 4, 1
_SEVERAL = 2
# Characters that stand in a narrow column without making it long.
_SHORT = 64


@dataclass(frozen=True, slots=True)
class Said:
    """A text in short; ``letter`` names the note that tells it in full, empty where this does."""

    says: str
    letter: str = ""


@dataclass(frozen=True, slots=True)
class DoseLine:
    """A dose in short; ``beside`` is what holds of it and not of all doses of its option."""

    dose: DoseShown
    beside: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class OptionLine:
    """Options of which the same is to be said; mostly one.

    Parameters
    ----------
    options : tuple of OptionShown
        At least one.
    letters : tuple of str
        Notes on what limits their conclusion.
    lifted, cautions, favours : tuple of Said
        Hard blocks a clinician lifted, what is to be weighed, what speaks for it.
    doses : tuple of DoseLine
        Published doses.
    beside : tuple of Said
        What the kidneys or an old weight make of all of them.
    """

    options: tuple[OptionShown, ...]
    letters: tuple[str, ...]
    lifted: tuple[Said, ...]
    cautions: tuple[Said, ...]
    favours: tuple[Said, ...]
    doses: tuple[DoseLine, ...]
    beside: tuple[Said, ...]

    @property
    def one(self) -> OptionShown:
        """The first: what is shown of it holds of all."""
        return self.options[0]


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The options of a first page.

    Parameters
    ----------
    lines : tuple of OptionLine
        In their order.
    more : tuple of OptionShown
        Offered and told below only.
    notes : tuple of Said
        What several share, with its letter; without one it holds of all.
    order : tuple of str
        The kinds of reasons that order them.
    withheld, withheld_more : tuple of WithheldShown
        With their reasons, and those of which only the names are told.
    against : tuple of OptionShown
        Advised against.
    """

    lines: tuple[OptionLine, ...]
    more: tuple[OptionShown, ...]
    notes: tuple[Said, ...]
    order: tuple[str, ...]
    withheld: tuple[WithheldShown, ...]
    withheld_more: tuple[WithheldShown, ...]
    against: tuple[OptionShown, ...]


def first_page(choices: Iterable[ChoiceShown]) -> FirstPage:
    """What the first page tells of all choices, iron before the others."""
    held = tuple(choices)
    offered = [option for choice in held for option in choice.offered]
    letters = _letters(offered, held)
    lines = [_line(alike, letters, held) for alike in _alike(offered)]
    shown = _kept(lines)
    withheld = [one for choice in held for one in choice.withheld]
    of_all = [says for says, names in _common(held).items() if len(names) == len(offered)]
    return FirstPage(
        lines=tuple(shown),
        more=tuple(option for line in lines if line not in shown for option in line.options),
        notes=(
            *(Said(says) for says in of_all),
            *(Said(says, letter) for says, letter in letters.items()),
        ),
        order=tuple(dict.fromkeys(one.in_short for choice in held for one in choice.order)),
        withheld=tuple(withheld[:N_WITHHELD]),
        withheld_more=tuple(withheld[N_WITHHELD:]),
        against=tuple(option for choice in held for option in choice.against),
    )


def in_short(says: str) -> str:
    """What holds, without what follows from it: up to the first colon or semicolon."""
    ends = [at for at in map(says.find, ":;") if at > 0]
    return says[: min(ends, default=len(says))].removesuffix(".")


def _common(choices: Iterable[ChoiceShown]) -> Mapping[str, frozenset[str]]:
    """Caveats told once for several options of a choice, each with their names."""
    found: dict[str, frozenset[str]] = {}
    for choice in choices:
        every = tuple(option.name for option in choice.offered)
        for one in choice.common:
            found[one.says] = found.get(one.says, frozenset()).union(one.names or every)
    return found


def _letters(offered: Sequence[OptionShown], choices: Sequence[ChoiceShown]) -> Mapping[str, str]:
    """A letter for each text that several share or that is long, in the order they are met."""
    told = Counter(says for option in offered for says in dict.fromkeys(_of(option)))
    limits = {says for option in offered for says in option.caveats}
    noted = [
        says for says, n in told.items() if n >= _SEVERAL or len(says) > _SHORT or says in limits
    ]
    of_some = [says for says, names in _common(choices).items() if len(names) < len(offered)]
    return dict(zip(dict.fromkeys((*noted, *of_some)), ascii_lowercase, strict=False))


def _of(option: OptionShown) -> Iterator[str]:
    yield from (*option.caveats, *option.lifted, *option.cautions, *option.favours)
    for dose in option.doses:
        yield from _beside(dose)


def _beside(dose: DoseShown) -> tuple[str, ...]:
    return tuple(says for says in (dose.renal, *dose.notes) if says)


def _alike(offered: Iterable[OptionShown]) -> Iterator[tuple[OptionShown, ...]]:
    """Neighbours of which the same is to be said; those with a dose stand alone."""
    found: list[OptionShown] = []
    for option in offered:
        if found and _key(found[-1]) != _key(option):
            yield tuple(found)
            found = []
        found.append(option)
    if found:
        yield tuple(found)


def _key(option: OptionShown) -> tuple[object, ...]:
    alone = option.id if option.doses or option.taken or option.effects else ""
    said = (option.grade, option.route, option.cautions, option.favours, option.caveats)
    return (alone, *said)


def _line(
    options: tuple[OptionShown, ...], letters: Mapping[str, str], choices: Iterable[ChoiceShown]
) -> OptionLine:
    one = options[0]
    names = {option.name for option in options}
    common = [says for says, of in _common(choices).items() if names & of]
    limits = [says for says in one.caveats if says not in one.lifted]
    return OptionLine(
        options,
        tuple(letters[says] for says in dict.fromkeys((*limits, *common)) if says in letters),
        tuple(_said(says, letters) for says in one.lifted),
        tuple(_said(says, letters) for says in one.cautions),
        tuple(_said(says, letters) for says in one.favours),
        *_doses(one.doses, letters),
    )


def _doses(
    doses: Sequence[DoseShown], letters: Mapping[str, str]
) -> tuple[tuple[DoseLine, ...], tuple[Said, ...]]:
    of_all = [
        says
        for says in dict.fromkeys(says for dose in doses for says in _beside(dose))
        if all(says in _beside(dose) for dose in doses)
    ]
    own = ((dose, [says for says in _beside(dose) if says not in of_all]) for dose in doses)
    lines = tuple(DoseLine(dose, _whole(says, letters)) for dose, says in own)
    return lines, _whole(of_all, letters)


def _whole(says: Iterable[str], letters: Mapping[str, str]) -> tuple[Said, ...]:
    """Told in full, or by the letter alone: what the kidneys ask for has no short form."""
    return tuple(Said("", letters[one]) if one in letters else Said(one) for one in says)


def _said(says: str, letters: Mapping[str, str]) -> Said:
    letter = letters.get(says, "")
    short = in_short(says) if letter else says
    # A long head is as bad as the whole: then the letter alone stands there.
    return Said(short if len(short) <= _SHORT else "", letter)


def _kept(lines: Sequence[OptionLine]) -> list[OptionLine]:
    """The first lines and those of what is taken; a single one more is not cut."""
    if len(lines) <= N_LINES + 1:
        return list(lines)
    return [line for k, line in enumerate(lines) if k < N_LINES or line.one.taken]
