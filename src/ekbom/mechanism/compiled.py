"""The day-step compiled by JAX: the same equations for many lanes, with gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ekbom.mechanism.arrays import Array
from ekbom.mechanism.day_step import Trend, at_rest, day_step
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.observables import Night, observe
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.states import State

Carry: TypeAlias = tuple[State, Trend]


def course(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    movements: MovementIndex,
    *,
    every_days: int = 7,
    checkpoint: bool = False,
) -> Night:
    """Nights of a course, observed at the end of every stretch of days; may be traced.

    Parameters
    ----------
    layout : Layout
        What is given, and when.
    own : Individual
        Made with ``jax.numpy``.
    state : State
        At the first noon.
    doses : Doses
        First axis model days, a multiple of `every_days`; last axis lanes, or 1.
    movements : MovementIndex
        PLMS index by excitability.
    every_days : int
        Length of a stretch.
    checkpoint : bool
        For gradients: keep only the state of each noon, and go through the day once more.

    Returns
    -------
    Night
        Each shape (stretches, lanes). Fields nobody reads are not computed once compiled.
    """
    import jax
    import jax.numpy as jnp

    lanes = {int(part.shape[-1]) for part in jax.tree.leaves(doses)}
    carried = _even(state, max(lanes))
    n_days = doses.treated.shape[0]
    if n_days % every_days:
        raise ValueError(f"{n_days} model days are no multiple of {every_days}")
    stretches = jax.tree.map(
        lambda given: jnp.reshape(given, (n_days // every_days, every_days, *given.shape[1:])),
        doses,
    )
    one_stretch = _stretch(layout, own, movements, checkpoint)
    nights: Night
    _, nights = jax.lax.scan(one_stretch, (carried, at_rest(carried)), stretches)
    return nights


def _stretch(
    layout: Layout, own: Individual, movements: MovementIndex, checkpoint: bool
) -> Callable[[Carry, Doses], tuple[Carry, Night]]:
    """Some days, the last of which is observed."""
    import jax
    import jax.numpy as jnp

    def step(carry: Carry, given: Doses) -> tuple[Carry, None]:
        closing, heading, _ = day_step(jnp, layout, own, *carry, given)
        return (closing, heading), None

    one_day = jax.checkpoint(step) if checkpoint else step

    def stretch(carry: Carry, given: Doses) -> tuple[Carry, Night]:
        before: Any = jax.tree.map(lambda days: days[:-1], given)
        carry, _ = jax.lax.scan(one_day, carry, before)
        last: Any = jax.tree.map(lambda days: days[-1], given)
        closing, heading, midnight = day_step(jnp, layout, own, *carry, last)
        return (closing, heading), observe(jnp, own, midnight, movements)

    kept: Callable[[Carry, Doses], tuple[Carry, Night]]
    kept = jax.checkpoint(stretch) if checkpoint else stretch
    return kept


def _even(state: State, lanes: int) -> State:
    """The same state with every part as wide as the widest or the doses, of one floating type."""
    import jax
    import jax.numpy as jnp

    parts: list[Array] = jax.tree.leaves(state)
    shape = jnp.broadcast_shapes(*(jnp.shape(part) for part in parts), (lanes,))
    kind = jnp.result_type(*parts)
    even: State = jax.tree.map(lambda part: jnp.broadcast_to(jnp.asarray(part, kind), shape), state)
    return even
