"""The reading of a night as it stands: what was measured, and every change in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ekbom.app.nights.files import measured_night, night_of_person
from ekbom.app.nights.scoring_options import Asked
from ekbom.app.recently_used import Few
from ekbom.knowledge.base import KnowledgeBase
from ekbom.scoring.edits import Edit
from ekbom.scoring.movements import Part
from ekbom.scoring.score import EditionResult, NightResult, score_edited
from ekbom.scoring.settings import RULES, Settings, settings
from ekbom.store import jobs, nights
from ekbom.store.errors import NotFoundError
from ekbom.store.nights import Change, Night
from ekbom.store.store import Store
from ekbom.terms import Side

_NIGHTS_KEPT, _READ_KEPT, _TRIALS_KEPT = 2, 12, 64
_TOKEN = 16


class NotMeasuredError(NotFoundError):
    """A night was not measured yet, or has to be measured anew."""


@dataclass(frozen=True, slots=True)
class Choice:
    """By which rules a night is read.

    Parameters
    ----------
    rules : str
        Rule set, one of `ekbom.scoring.settings.RULES`.
    window : str
        Respiratory window; empty for the rule set's own.
    overrides : tuple of (str, str)
        Thresholds and choices that are not the rule set's own, by name, in order of names.
    """

    rules: str = RULES[0]
    window: str = ""
    overrides: tuple[tuple[str, str], ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether everything is as the edition has it."""
        return not self.overrides and not self.window

    def as_body(self) -> dict[str, Any]:
        """As a change keeps it."""
        return {"rules": self.rules, "window": self.window, "overrides": dict(self.overrides)}

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> Choice:
        """From what a change kept."""
        return cls(body["rules"], body["window"], tuple(sorted(body["overrides"].items())))


@dataclass(frozen=True, slots=True)
class Reading:
    """A night as it is read.

    Parameters
    ----------
    night : Night
        As the store has it.
    changes : tuple of Change
        Every change ever made, the oldest first.
    kept, choice : Choice
        The rules in force, and those it is read by: others where they are only tried.
    automatic : NightResult
        By the rule set as published, without any edit.
    result : NightResult
        As it is read.
    """

    night: Night
    changes: tuple[Change, ...]
    kept: Choice
    choice: Choice
    automatic: NightResult
    result: NightResult

    @property
    def seen(self) -> int:
        """Number of the last change."""
        return self.changes[-1].seq if self.changes else 0

    @property
    def in_force(self) -> tuple[Change, ...]:
        """The changes that count."""
        return nights.in_force(self.changes)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was added by mistake, as somebody said."""
        return nights.withdrawal(self.changes) is not None

    @property
    def is_trial(self) -> bool:
        """Whether it is read by rules that were not kept."""
        return self.choice != self.kept

    @property
    def edition(self) -> EditionResult:
        """The night under the rule set it is read by."""
        return self.result.editions[self.choice.rules]

    @property
    def automatic_edition(self) -> EditionResult:
        """The same without thresholds and edits of anybody."""
        return self.automatic.editions[self.choice.rules]


@dataclass(frozen=True, slots=True)
class _Held:
    """A measured night, and what it was read as; they are kept and forgotten together."""

    measured: NightResult
    read: Few[tuple[Choice, tuple[Edit, ...]], NightResult]


@dataclass(slots=True)
class Readings:
    """The last few nights that were read, so that a control that moves is answered at once.

    Parameters
    ----------
    store : Store
        Open.
    knowledge : KnowledgeBase
        All sections.
    """

    store: Store
    knowledge: KnowledgeBase
    _nights: Few[tuple[str, str, str], _Held] = field(default_factory=lambda: Few(_NIGHTS_KEPT))
    _trials: Few[str, Choice] = field(default_factory=lambda: Few(_TRIALS_KEPT))

    def token(self, choice: Choice) -> str:
        """A name for rules that are tried, by which another request reads by them too."""
        text = json.dumps(choice.as_body(), sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:_TOKEN]
        self._trials.of(name, lambda: choice)
        return name

    def trial(self, token: str) -> Choice:
        """The rules of a name.

        Raises
        ------
        NotFoundError
            They were not tried lately.
        """

        def missing() -> Choice:
            raise NotFoundError(
                "these settings were not tried lately", what_to_do="load the page of the night anew"
            )

        return self._trials.of(token, missing)

    def of(self, person_id: str, night_id: str, trial: Choice | None = None) -> Reading:
        """The reading of a night.

        Parameters
        ----------
        person_id, night_id : str
            Whose night, and which.
        trial : Choice, optional
            Rules to try instead of those in force.

        Raises
        ------
        NotFoundError
            There is no such night of this patient.
        NotMeasuredError
            It was not measured yet.
        UsageError
            A threshold is none that can be.
        """
        with self.store.reading() as connection:
            night = night_of_person(connection, person_id, night_id)
            every = nights.changes(connection, night_id)
            job = jobs.latest_job(connection, night_id)
        if job is None:
            raise _not_measured()
        standing = nights.in_force(every)
        kept = choice_in_force(standing)
        choice = kept if trial is None else trial
        asked = Asked.of(job.arguments)
        of_night = (night_id, job.id, job.state)

        def held() -> _Held:
            return _Held(self._measured_now(night, asked), Few(_READ_KEPT))

        known = self._nights.of(of_night, held)

        def read(by: Choice, edits: tuple[Edit, ...]) -> NightResult:
            def make() -> NightResult:
                return score_edited(
                    known.measured,
                    settings_of(self.knowledge, by),
                    edits,
                    is_immobilization_test=asked.is_immobilization_test,
                )

            return known.read.of((by, edits), make)

        result = read(choice, edits_of(standing))
        return Reading(night, every, kept, choice, read(Choice(choice.rules), ()), result)

    def _measured_now(self, night: Night, asked: Asked) -> NightResult:
        found = measured_night(self.store, night, asked, settings_of(self.knowledge, Choice()))
        if found is None:
            raise _not_measured()
        # What a file was called may hold a name; the night is known by its evening.
        return replace(found, name=f"night of {night.began_on.isoformat()}")


def settings_of(knowledge: KnowledgeBase, choice: Choice) -> Settings:
    """The settings of a choice."""
    return settings(
        knowledge,
        choice.rules,
        window=choice.window or None,
        overrides=dict(choice.overrides),
    )


def choice_in_force(standing: tuple[Change, ...]) -> Choice:
    """The rules that were kept last."""
    bodies = [each.body for each in standing if each.kind == "settings"]
    return Choice.of_body(bodies[-1]) if bodies else Choice()


def edits_of(standing: tuple[Change, ...]) -> tuple[Edit, ...]:
    """The edits in force, the oldest first."""
    return tuple(
        Edit(each.kind, tuple(map(_part, each.body["parts"])), each.made_by, each.seq)
        for each in standing
        if each.kind in ("reject", "accept", "add")
    )


def body_of_parts(parts: tuple[Part, ...]) -> dict[str, Any]:
    """As a change keeps the movements it is about."""
    return {
        "parts": [
            {"side": str(part.side), "onset_s": part.onset_s, "offset_s": part.offset_s}
            for part in parts
        ]
    }


def _part(body: Mapping[str, Any]) -> Part:
    return Part(Side(body["side"]), float(body["onset_s"]), float(body["offset_s"]))


def _not_measured() -> NotMeasuredError:
    return NotMeasuredError(
        "this night is not measured yet",
        what_to_do="wait until it is, or ask for it to be scored again",
    )
