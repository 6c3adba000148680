"""Coverage: where each seed claim is used, told as history, or why it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.catalogue import Catalogue, Key, Use
from ekbom.knowledge.claims import Claim, System


@dataclass(frozen=True, slots=True)
class ClaimCoverage:
    """What became of one claim.

    Parameters
    ----------
    claim : Claim
        The claim.
    carried_by : tuple of Key
        Records that carry it into an output.
    told_by : tuple of Key
        Records that weigh it, correct it or tell it as history.
    """

    claim: Claim
    carried_by: tuple[Key, ...]
    told_by: tuple[Key, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is neither used nor has a reason not to be."""
        return not (self.carried_by or self.told_by or self.claim.not_used_because)

    @property
    def held_by(self) -> str:
        """What fails when somebody uses it otherwise than its status allows."""
        patterns = len(self.claim.never_say)
        wording = f", {patterns} forbidden wording{'s' * (patterns > 1)}" if patterns else ""
        if not self.claim.may_drive:
            return f"the loader lets no record carry it{wording}"
        if self.carried_by:
            count = len(self.carried_by)
            return f"the loader checks {count} record{'s' * (count > 1)} carrying it{wording}"
        return f"nothing carries it{wording}"


@dataclass(frozen=True, slots=True)
class SystemCoverage:
    """The claims of one part of the field.

    Parameters
    ----------
    system : str
        The part.
    claims, carried, told, reasoned, open : int
        How many there are; carried into an output; only weighed or told as history; neither, with a
        reason; neither, without.
    where : Mapping of str to int
        By kind of record: how many carry or tell one of them.
    guarded : int
        How many may not drive an output, so that the loader refuses to carry them.
    """

    system: System
    claims: int
    carried: int
    told: int
    reasoned: int
    open: int
    where: Mapping[str, int]
    guarded: int


_TELLS = ("claims", "history")


def _carries(use: Use) -> bool:
    """Whether it brings the claim into an output; a contradiction only weighs it."""
    return use.how == "claims" and use.by.kind != "contradictions"


def claim_coverage(base: KnowledgeBase, everything: Catalogue) -> tuple[ClaimCoverage, ...]:
    """What became of every claim, in the order of the seeds."""
    found = []
    for claim in base.of(Claim).values():
        uses = everything.used_by(Key("claims", claim.id))
        carried = dict.fromkeys(use.by for use in uses if _carries(use))
        told = dict.fromkeys(use.by for use in uses if use.how in _TELLS and not _carries(use))
        found.append(ClaimCoverage(claim, tuple(carried), tuple(told)))
    return tuple(found)


def system_coverage(covered: Iterable[ClaimCoverage]) -> tuple[SystemCoverage, ...]:
    """The same counted by part of the field; each claim counts once, in the first that fits."""
    everything = tuple(covered)
    rows = []
    for system in get_args(System):
        mine = [one for one in everything if one.claim.system == system]
        if not mine:
            continue
        carried = [one for one in mine if one.carried_by]
        told = [one for one in mine if one.told_by and not one.carried_by]
        is_open = [one for one in mine if one.is_open]
        users = {key for one in mine for key in (*one.carried_by, *one.told_by)}
        rows.append(
            SystemCoverage(
                system=system,
                claims=len(mine),
                carried=len(carried),
                told=len(told),
                reasoned=len(mine) - len(carried) - len(told) - len(is_open),
                open=len(is_open),
                where=dict(sorted(Counter(key.kind for key in users).items())),
                guarded=sum(not one.claim.may_drive for one in mine),
            )
        )
    return tuple(rows)
