"""Movements of two legs that count as one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ekbom.scoring.movements import (
    MICRO,
    Flags,
    Indices,
    LegMovements,
    Movements,
    Part,
    Seconds,
    elapsed_s,
    microseconds,
)
from ekbom.scoring.rules import PlmRules
from ekbom.terms import Side

# A group is a list of indices into the movements of both legs, in order of onset. Groups are
# found on times in whole microseconds.
_Groups = list[list[int]]


def combine_legs(
    left: LegMovements, right: LegMovements, rules: PlmRules, segment: int = 0
) -> Movements:
    """Combine movements of the two legs that lie close together in time.

    WASM 2016 measures from the end of one to the onset of the other, the AASM from onset to
    onset (``scoring/bilateral-measure``); both count what lies *less than* the gap apart.

    Parameters
    ----------
    left, right : LegMovements
        Movements of each leg; either may be empty.
    rules : PlmRules
        Gap, measure and chaining of one edition.
    segment : int
        Number of the gap-free stretch both legs' movements lie in.
    """
    onset = np.concatenate([left.onset_s, right.onset_s])
    offset = np.concatenate([left.offset_s, right.offset_s])
    is_left = np.arange(len(onset)) < len(left)
    order = np.lexsort((~is_left, onset))
    onset, offset, is_left = onset[order], offset[order], is_left[order]
    groups = _of_both_legs(
        _CHAININGS[rules.bilateral_chaining](
            microseconds(onset).tolist(), microseconds(offset).tolist(), is_left.tolist(), rules
        ),
        is_left.tolist(),
    )
    members = np.array([index for group in groups for index in group], dtype=np.int64)
    n_parts = np.array([len(group) for group in groups], dtype=np.int64)
    first = np.cumsum(n_parts) - n_parts
    onset, offset, is_left = onset[members], offset[members], is_left[members]
    n_left = np.add.reduceat(is_left.astype(np.int64), first)
    # A list, since numpy.full would make plain texts of the sides.
    side = np.array([Side.BILATERAL] * len(groups), dtype=np.object_)
    side[n_left == n_parts] = Side.LEFT
    side[n_left == 0] = Side.RIGHT
    return Movements(
        onset_s=onset[first],
        offset_s=np.maximum.reduceat(offset, first),
        side=side,
        n_parts=n_parts,
        longest_part_s=np.maximum.reduceat(elapsed_s(onset, offset), first),
        segment=np.array([segment] * len(groups), dtype=np.int64),
        parts=_parts(onset, offset, is_left, first),
    )


def _parts(onset: Seconds, offset: Seconds, is_left: Flags, first: Indices) -> NDArray[np.object_]:
    """The parts of each movement; a movement begins at each number of ``first``."""
    times = zip(onset.tolist(), offset.tolist(), is_left.tolist(), strict=True)
    every = [Part(Side.LEFT if left else Side.RIGHT, start, end) for start, end, left in times]
    ends = [*first[1:].tolist(), len(every)] if len(first) else []
    # Filled one by one: numpy would make a table of tuples that are equally long.
    parts = np.empty(len(first), dtype=np.object_)
    for number, (start, end) in enumerate(zip(first.tolist(), ends, strict=True)):
        parts[number] = tuple(every[start:end])
    return parts


def _close(onset: list[float], offset: list[float], one: int, other: int, rules: PlmRules) -> bool:
    """True when two movements (``one`` not after ``other``) are less than the gap apart."""
    start = offset[one] if rules.bilateral_measure == "offset-to-onset" else onset[one]
    return (onset[other] - start) / MICRO < rules.bilateral_gap_s


def _transitive(
    onset: list[float], offset: list[float], is_left: list[bool], rules: PlmRules
) -> _Groups:
    """Each movement joins the group before it when close to any of its members."""
    groups: _Groups = []
    reach = -np.inf
    for index in range(len(onset)):
        if (onset[index] - reach) / MICRO < rules.bilateral_gap_s:
            groups[-1].append(index)
        else:
            groups.append([index])
            reach = -np.inf
        start = offset[index] if rules.bilateral_measure == "offset-to-onset" else onset[index]
        reach = max(reach, start)
    return groups


def _opposite_legs(
    onset: list[float], offset: list[float], is_left: list[bool], rules: PlmRules
) -> _Groups:
    """Only movements of opposite legs are linked; linked ones share a group."""
    root = list(range(len(onset)))

    def find(index: int) -> int:
        while root[index] != index:
            index = root[index]
        return index

    latest: dict[bool, list[int]] = {True: [], False: []}
    for index, leg in enumerate(is_left):
        # Only movements still within reach can link to this or a later one.
        other = [k for k in latest[not leg] if _close(onset, offset, k, index, rules)]
        latest[not leg] = other
        for linked in other:
            root[find(index)] = find(linked)
        latest[leg].append(index)
    members: dict[int, list[int]] = {}
    for index in range(len(onset)):
        members.setdefault(find(index), []).append(index)
    return sorted(sorted(group) for group in members.values())


def _to_first(
    onset: list[float], offset: list[float], is_left: list[bool], rules: PlmRules
) -> _Groups:
    """A movement joins the group whose first movement is close.

    The first to join must be of the other leg; after that either leg may.
    """
    groups: _Groups = []
    for index in _other_leg_first(onset, is_left):
        group = groups[-1] if groups else []
        is_other = any(is_left[member] != is_left[index] for member in group)
        if is_other and _close(onset, offset, group[0], index, rules):
            group.append(index)
        else:
            groups.append([index])
    return groups


def _other_leg_first(onset: list[float], is_left: list[bool]) -> list[int]:
    """Order of onset; of two movements at one instant, that of the leg not seen last comes first.

    So it does not matter which leg is called left.
    """
    order = list(range(len(onset)))
    for index in range(1, len(order) - 1):
        before, one, other = order[index - 1 : index + 2]
        if onset[one] == onset[other] and is_left[before] == is_left[one]:
            order[index], order[index + 1] = other, one
    return order


def _of_both_legs(groups: _Groups, is_left: list[bool]) -> _Groups:
    """Groups of one leg only fall apart again: combining is for movements of both legs."""
    kept: _Groups = []
    for group in groups:
        if len({is_left[index] for index in group}) == 1:
            kept.extend([index] for index in group)
        else:
            kept.append(group)
    return kept


_CHAININGS: dict[str, Callable[[list[float], list[float], list[bool], PlmRules], _Groups]] = {
    "transitive": _transitive,
    "opposite-legs": _opposite_legs,
    "to-first": _to_first,
}
