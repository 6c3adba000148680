"""Many people as lanes of one run: compiled by JAX, or day after day in NumPy."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.compiled import course
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.individual import individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.observables import Night
from ekbom.mechanism.parameters import Parameters, Priors, value_of
from ekbom.mechanism.populations.virtual_patients import People
from ekbom.mechanism.regimen import Arm, after_rest, layout_of, scheduled
from ekbom.mechanism.schedule import WEEK_D, Doses, Layout
from ekbom.mechanism.simulate import run
from ekbom.mechanism.states import Person

Backend = Literal["jax", "numpy"]
MEASURES = (
    "irls",
    "plms_index",
    "wake_min",
    "awakenings",
    "ferritin",
    "tsat",
    "hemoglobin",
    "region_iron",
    "augmentation",
)
BLOCK = 256
# NumPy pays for each call, so it takes more lanes at once.
_NUMPY_LANES = 1024
_TRIAL_GAIN = "trial-gain-sd"


class Lanes(NamedTuple):
    """People with the parameters they are run under, one lane each.

    Parameters
    ----------
    people : People
        Who.
    draw : array of int
        Which set of parameters.
    trial_expectation, trial_response : array
        The trial's departure from like trials, in standard deviations between trials, of the
        response to being treated and of responses to treatment; 0 outside trials.
    """

    people: People
    draw: Array
    trial_expectation: Array
    trial_response: Array


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything a run needs but the people.

    Parameters
    ----------
    priors : Priors
        Of the variant.
    draws : Draws
        Sets of parameters, chosen from by the lanes.
    trial_gain : ModelParameter
        Spread between trials of responses to treatment.
    movements : MovementIndex
        PLMS index by excitability.
    layout : Layout
        Of all arms together.
    doses : tuple of Doses
        By arm, the days at rest included; one lane each.
    weeks : int
        Length.
    backend : str
        ``jax`` or ``numpy``.
    compiled : callable or None
        The run of blocks by JAX.
    """

    priors: Priors
    draws: Draws
    trial_gain: ModelParameter
    movements: MovementIndex
    layout: Layout
    doses: tuple[Doses, ...]
    weeks: int
    backend: Backend
    compiled: Callable[[Array, Lanes, Doses], Array] | None

    def run(self, lanes: Lanes, arms: Sequence[int], block: int = BLOCK, width: int = 0) -> Running:
        """The nights of some people under some arms, each person under every one.

        Parameters
        ----------
        lanes : Lanes
            Who.
        arms : sequence of int
            Places in `doses`.
        block : int
            Lanes that are run together by JAX; changes the speed and nothing else.
        width : int
            Lanes to fill up to where there are fewer: what has one width is compiled once.
        """
        given = [self.doses[arm] for arm in arms]
        if self.compiled is None:
            return Running(lambda: _in_numpy(self, lanes, given))
        return _in_jax(self.compiled, self.draws, lanes, given, block, width)


@dataclass(frozen=True, slots=True)
class Running:
    """Nights that may still be on their way."""

    fetch: Callable[[], NDArray[np.floating[Any]]]

    def nights(self) -> NDArray[np.floating[Any]]:
        """Shape (arms, measures, weeks + 1, lanes), the night before the start first.

        Augmentation is counted from the start.
        """
        return self.fetch()


def default_backend() -> Backend:
    """JAX where it is installed, NumPy otherwise."""
    return "jax" if importlib.util.find_spec("jax") else "numpy"


def engine(
    arms: Sequence[Arm],
    weeks: int,
    draws: Draws,
    knowledge: KnowledgeBase,
    backend: Backend | None = None,
) -> Engine:
    """Make a run ready.

    Parameters
    ----------
    arms : sequence of Arm
        Of ``7 * weeks`` days each.
    weeks : int
        Length.
    draws : Draws
        Sets of parameters; their variant is the one that is run.
    knowledge : KnowledgeBase
        With ``model-parameters``, ``model-variants`` and ``scoring``.
    backend : str, optional
        ``jax`` or ``numpy``; by default the one that is there.

    Raises
    ------
    UsageError
        JAX is asked for and not installed; a medicine the model does not know.
    """
    backend = backend or default_backend()
    if backend == "jax" and not importlib.util.find_spec("jax"):
        raise UsageError(
            "JAX is not installed",
            expected="the extra ekbom[population], or NumPy",
            what_to_do="Take the backend numpy; it is slower.",
        )
    priors = Priors.of(knowledge, draws.variant)
    layout = layout_of(arms)
    medians = priors.values(np, {})
    given = scheduled(arms, layout, medians.drugs, WEEK_D * weeks)
    doses = tuple(after_rest(_of_arm(given, arm)) for arm in range(len(arms)))
    movements = MovementIndex.of(knowledge)
    trial_gain = knowledge.of(ModelParameter)[_TRIAL_GAIN]
    ready = Engine(priors, draws, trial_gain, movements, layout, doses, weeks, backend, None)
    if backend == "numpy":
        return ready
    return Engine(
        priors, draws, trial_gain, movements, layout, doses, weeks, backend, _compiled(ready)
    )


def _of_arm(given: Doses, arm: int) -> Doses:
    return given.each(lambda part: part[..., arm : arm + 1])


def _ready(
    xp: Namespace, own: Engine, lanes: Lanes, scores: Mapping[str, Array]
) -> tuple[Person, Parameters]:
    """The people as their trial and their parameters make them."""
    parameters = own.priors.values(xp, scores)
    body = parameters.body
    person = lanes.people.with_responses(xp, body)
    between = value_of(xp, own.trial_gain, scores.get(_TRIAL_GAIN, 0.0))
    return person._replace(
        response_gain=person.response_gain * xp.exp(between * lanes.trial_response),
        expectation_shift=person.expectation_shift
        + body.expectation_trial_sd * lanes.trial_expectation,
    ), parameters


def _read(xp: Namespace, nights: Night, n_lanes: int) -> Array:
    """What is kept of the nights, shape (measures, weeks + 1, lanes)."""
    start = nights.augmentation[:1]
    since = 1 - (1 - nights.augmentation) / (1 - start)
    kept = (getattr(nights._replace(augmentation=since), name) for name in MEASURES)
    weeks = nights.irls.shape[0]
    return xp.stack([xp.broadcast_to(value, (weeks, n_lanes)) for value in kept])


def _in_numpy(own: Engine, lanes: Lanes, given: Sequence[Doses]) -> NDArray[np.float64]:
    n = len(lanes.draw)
    parts: list[NDArray[np.float64]] = []
    for begin in range(0, n, _NUMPY_LANES):
        some = _cut(lanes, slice(begin, begin + _NUMPY_LANES))
        scores = {name: value[some.draw] for name, value in own.draws.by_id().items()}
        person, parameters = _ready(np, own, some, scores)
        one, state = individual(np, person, parameters, own.layout, own.movements)
        width = len(some.draw)
        by_arm = [
            run(own.layout, one, state, doses, own.movements, every_days=WEEK_D).nights
            for doses in given
        ]
        parts.append(np.stack([_read(np, nights, width) for nights in by_arm]))
    return np.concatenate(parts, axis=-1)


def _lanes(lanes: Lanes, of_part: Callable[[Array], Array]) -> Lanes:
    """Some change of every part."""
    return Lanes(lanes.people.each(of_part), *map(of_part, lanes[1:]))


def _cut(lanes: Lanes, chosen: slice) -> Lanes:
    return _lanes(lanes, lambda part: part[chosen])


def _compiled(own: Engine) -> Callable[[Array, Lanes, Doses], Array]:
    """The run of blocks of lanes; arms are the first axis of the doses."""
    import jax
    import jax.numpy as jnp

    def one_block(table: Array, lanes: Lanes, given: Doses) -> Array:
        width = lanes.draw.shape[0]
        chosen = table[lanes.draw]
        scores = {name: chosen[:, at] for at, name in enumerate(own.draws.ids)}
        person, parameters = _ready(jnp, own, lanes, scores)
        one, state = individual(jnp, person, parameters, own.layout, own.movements)

        def one_arm(doses: Doses) -> Array:
            nights = course(own.layout, one, state, doses, own.movements, every_days=WEEK_D)
            return _read(jnp, nights, width)

        return jax.lax.map(one_arm, given)

    def blocks(table: Array, lanes: Lanes, given: Doses) -> Array:
        return jax.lax.map(lambda block: one_block(table, block, given), lanes)

    return jax.jit(blocks)


def _in_jax(
    compiled: Callable[[Array, Lanes, Doses], Array],
    draws: Draws,
    lanes: Lanes,
    given: Sequence[Doses],
    block: int,
    width: int,
) -> Running:
    import jax

    n = len(lanes.draw)
    n_blocks = -(-max(n, width) // block)
    # The last blocks are filled up with the first people again; they are cut off below.
    filled = np.arange(n_blocks * block) % n

    def shaped(part: Array) -> Array:
        kind = np.int32 if np.issubdtype(part.dtype, np.integer) else np.float32
        return part[filled].astype(kind).reshape(n_blocks, block)

    def single(*parts: Array) -> Array:
        return np.stack(parts).astype(np.float32)

    shaped_lanes = _lanes(lanes, shaped)
    table = draws.scores.astype(np.float32)
    on_its_way = compiled(table, shaped_lanes, jax.tree.map(single, *given))

    def fetch() -> NDArray[np.floating[Any]]:
        by_block = np.asarray(on_its_way)
        # (blocks, arms, measures, weeks, lanes) to (arms, measures, weeks, all lanes).
        wide = np.moveaxis(by_block, 0, -2)
        return wide.reshape(*wide.shape[:-2], n_blocks * block)[..., :n]

    return Running(fetch)
