"""From stretches of marked stages to a hypnogram of equal epochs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import SleepStage

# Stages written to the nearest tenth of a second still lie on the grid of their epochs.
GRID_SLACK = 0.01  # of an epoch
MS = 1000
LONGEST_EPOCHS = 1_000_000
SAY_EPOCH = "give the length of an epoch, or correct the stages"


@dataclass(frozen=True, slots=True)
class StagedStretch:
    """One stage mark.

    Parameters
    ----------
    onset_s : float
        Start in seconds from the start of the recording.
    duration_s : float or None
        Length in seconds; None (or 0) lasts until the next mark.
    stage : SleepStage
        The stage.
    where : str
        File and line or record, for messages.
    """

    onset_s: float
    duration_s: float | None
    stage: SleepStage
    where: str = ""

    @property
    def end_s(self) -> float:
        """End in seconds."""
        return self.onset_s + (self.duration_s or 0.0)


def hypnogram_from(
    stretches: Sequence[StagedStretch], epoch_s: float | None = None
) -> tuple[Hypnogram, tuple[Caveat, ...]]:
    """Hypnogram of marked stages; epochs nobody marked are ``UNSCORED``.

    Parameters
    ----------
    stretches : sequence of StagedStretch
        At least one, in any order; one that covers several epochs is spread over them.
    epoch_s : float, optional
        Length of an epoch in seconds; by default the length the marks have in common.

    Returns
    -------
    hypnogram : Hypnogram
        Begins with the first mark.
    caveats : tuple of Caveat
        ``partial-epoch`` where a mark covers an epoch only in part; ``no-epoch-scored``.

    Raises
    ------
    AnnotationError
        Where two marks give one epoch different stages, or no length of an epoch fits.
    """
    ordered = _with_durations(sorted(stretches, key=lambda s: s.onset_s), epoch_s)
    epoch_s = epoch_s or _common_epoch_s(ordered)
    start_s = ordered[0].onset_s
    n_epochs = math.ceil((max(s.end_s for s in ordered) - start_s) / epoch_s - GRID_SLACK)
    if n_epochs > LONGEST_EPOCHS:
        raise AnnotationError(
            f"the stages span {n_epochs} epochs of {epoch_s:g} s",
            expected="the epochs of one recording",
            where=ordered[-1].where,
            what_to_do="correct the times",
        )
    laid: list[StagedStretch | None] = [None] * max(n_epochs, 1)
    n_partial = 0
    for stretch in ordered:
        from_epoch = (stretch.onset_s - start_s) / epoch_s
        to_epoch = (stretch.end_s - start_s) / epoch_s
        for epoch in range(math.floor(from_epoch + GRID_SLACK), math.ceil(to_epoch - GRID_SLACK)):
            laid[epoch] = _one_of(laid[epoch], stretch)
        n_partial += not (_is_whole(from_epoch) and _is_whole(to_epoch))
    stages = tuple(SleepStage.UNSCORED if s is None else s.stage for s in laid)
    hypnogram = Hypnogram(stages, epoch_s, start_s)
    return hypnogram, (*_partial_caveat(n_partial, epoch_s), *unscored_caveat(hypnogram))


def unscored_caveat(hypnogram: Hypnogram) -> tuple[Caveat, ...]:
    """Where epochs are listed and none has a stage."""
    if any(stage is not SleepStage.UNSCORED for stage in hypnogram.stages):
        return ()
    statement = "None of the epochs has a stage: sleep and wake are unknown all night."
    return (Caveat("no-epoch-scored", statement),)


def _with_durations(
    ordered: list[StagedStretch], epoch_s: float | None
) -> tuple[StagedStretch, ...]:
    """The same marks, each with its length; one without lasts until the next mark."""
    filled = [
        mark if mark.duration_s else replace(mark, duration_s=following.onset_s - mark.onset_s)
        for mark, following in zip(ordered, ordered[1:], strict=False)
    ]
    last = ordered[-1]
    if not last.duration_s:
        known = Counter(mark.duration_s for mark in filled if mark.duration_s)
        if epoch_s is None and not known:
            raise AnnotationError(
                "the only stage has no duration",
                expected="the length of an epoch",
                where=last.where,
                what_to_do=SAY_EPOCH,
            )
        last = replace(last, duration_s=epoch_s or known.most_common(1)[0][0])
    # Two marks at the same instant: the one without a length lasts no time at all.
    return tuple(mark for mark in (*filled, last) if mark.duration_s)


def _common_epoch_s(ordered: Sequence[StagedStretch]) -> float:
    """The length most marks have, or the longest that all are multiples of."""
    # The last mark may be cut short by the end of the recording.
    counted = ordered[:-1] or ordered
    lengths = Counter(round(mark.duration_s * MS) for mark in counted if mark.duration_s)
    common, n_common = min(lengths.items(), key=lambda item: (-item[1], item[0]))
    divides_all = common > 0 and all(length % common == 0 for length in lengths)
    if divides_all or (common > 0 and 2 * n_common > len(counted)):
        return common / MS
    divisor = math.gcd(*lengths)
    if divisor >= MS:
        return divisor / MS
    said = ", ".join(f"{length / MS:g} s" for length, _ in lengths.most_common(5))
    raise AnnotationError(
        f"the stages have no epoch length in common; lengths found: {said}",
        expected="stages that last whole epochs",
        where=ordered[0].where,
        what_to_do=SAY_EPOCH,
    )


def _one_of(there: StagedStretch | None, new: StagedStretch) -> StagedStretch:
    """The mark that counts for an epoch: any stage before 'unscored', never one of two stages."""
    if there is None or there.stage is SleepStage.UNSCORED:
        return new
    if new.stage in (there.stage, SleepStage.UNSCORED):
        return there
    raise AnnotationError(
        f"two stages for one epoch: {there.stage} from {there.onset_s:g} s to {there.end_s:g} s, "
        f"{new.stage} from {new.onset_s:g} s to {new.end_s:g} s",
        expected="one stage for each epoch",
        where=new.where,
        what_to_do=SAY_EPOCH,
    )


def _is_whole(epochs: float) -> bool:
    return abs(epochs - round(epochs)) <= GRID_SLACK


def _partial_caveat(n_partial: int, epoch_s: float) -> tuple[Caveat, ...]:
    if not n_partial:
        return ()
    statement = (
        f"{n_partial} stage marks do not cover whole epochs of {epoch_s:g} s; each counts for "
        "every epoch it touches."
    )
    return (Caveat("partial-epoch", statement),)
