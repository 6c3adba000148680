"""The schedule: what is taken on which day at which hour, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ekbom.mechanism.arrays import Array

# A model day runs from noon to noon, so that no night is cut.
NOON_H = 12.0
DAY_H = 24.0
WEEK_D = 7


class Layout(NamedTuple):
    """What a run has to reckon with; the same for all lanes and days.

    Parameters
    ----------
    drugs : tuple of str
        Medicines in the order of the state's ``gut`` and ``central``.
    complexes : tuple of str
        Iron products by vein, in the order of ``iron_complex``.
    oral_iron : bool
        Whether iron is taken by mouth.
    bleeding : bool
        Whether blood is lost at some hour (dialysis, donation).
    slots_h : tuple of float
        Hours after noon at which anything is given, ascending, 0 to below 24.
    """

    drugs: tuple[str, ...] = ()
    complexes: tuple[str, ...] = ()
    oral_iron: bool = False
    bleeding: bool = False
    slots_h: tuple[float, ...] = ()

    @property
    def moves_iron(self) -> bool:
        """Whether iron comes or goes at some hour."""
        return self.oral_iron or self.bleeding or bool(self.complexes)


class Doses(NamedTuple):
    """What is given; of one day, or with a first axis of days.

    Parameters
    ----------
    taken : tuple of array
        By medicine of the layout: absorbed mg in each slot, shape (slots, lanes); of a patch the
        flow in mg/h in each stretch between slots, shape (slots + 1, lanes).
    infused : tuple of array
        By complex: mg of iron in each slot, shape (slots, lanes).
    oral_iron : array
        Elemental iron in each slot, mg, shape (slots, lanes).
    bled : array
        Red-cell iron lost in each slot, mg, shape (slots, lanes).
    treated : array
        1 where the placebo response is on, shape (lanes,).

    Any last axis may have length 1.
    """

    taken: tuple[Array, ...]
    infused: tuple[Array, ...]
    oral_iron: Array
    bled: Array
    treated: Array

    def each(self, change: Callable[[Array], Array]) -> Doses:
        """The doses with every part changed alike.

        Parameters
        ----------
        change : callable
            From one array of doses to another.
        """
        return Doses(
            taken=tuple(map(change, self.taken)),
            infused=tuple(map(change, self.infused)),
            oral_iron=change(self.oral_iron),
            bled=change(self.bled),
            treated=change(self.treated),
        )
