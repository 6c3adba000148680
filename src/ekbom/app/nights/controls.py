"""The thresholds and choices of a rule set as controls of a form, and what a form chose."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.app.forms.entries import number_or_text
from ekbom.app.nights.reading import Choice, settings_of
from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import slice_fields
from ekbom.knowledge.parameters import Parameter, Sourced
from ekbom.report.citations import UNITS
from ekbom.scoring.leg_movements import MovementThresholds
from ekbom.scoring.rules import PlmRules
from ekbom.scoring.settings import RULES, WINDOWS

NO_LIMIT = "no limit"
_FIELD = "set."
# Of which rule set the values of a form were; those of another mean nothing.
_OF = "of"
# Moved often; all others are folded away.
_OFTEN = (
    "onset_above_rest_uv",
    "end_above_rest_uv",
    "end_min_quiet_s",
    "leg_movement_min_s",
    "candidate_max_s",
    "imi_min_s",
    "imi_max_s",
    "series_min_movements",
)
# A slider reaches as far beyond the value of the edition as it reaches below.
_REACH, _STEPS_OF_TEN = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Control:
    """One threshold or choice.

    Parameters
    ----------
    name, label, definition, unit : str
        Of the setting.
    value, own : str
        What it is now, and what it is in the edition.
    source, mark : str
        Where the edition's value comes from, and how well it was checked.
    choices : tuple of (str, str)
        Each choice and its meaning; empty for a number.
    low, high, step : float
        Of its slider; all 0 where it has none.
    is_often : bool
        Whether it is moved often.
    """

    name: str
    label: str
    definition: str
    unit: str
    value: str
    own: str
    source: str
    mark: str
    choices: tuple[tuple[str, str], ...]
    low: float
    high: float
    step: float
    is_often: bool

    @property
    def field(self) -> str:
        """Name of its field."""
        return f"{_FIELD}{self.name}"

    @property
    def is_changed(self) -> bool:
        """Whether it is not as the edition has it."""
        return self.value != self.own


def controls(knowledge: KnowledgeBase, choice: Choice) -> tuple[Control, ...]:
    """Every control of a rule set, those moved often first and in their order.

    Parameters
    ----------
    knowledge : KnowledgeBase
        Where the values come from.
    choice : Choice
        What is chosen now.
    """
    given = dict(choice.overrides)
    every = {
        name: _control(name, sourced, knowledge, given.get(name))
        for name, sourced in _own(knowledge, choice.rules).items()
    }
    often = [every[name] for name in _OFTEN]
    return (*often, *(each for each in every.values() if not each.is_often))


def windows(choice: Choice) -> list[tuple[str, str, bool]]:
    """Respiratory windows: value, name, and whether it is chosen; the rule set's own first."""
    names = {"wasm": "WASM 2016", "narrow": "WASM 2016, narrow", "aasm": "AASM 3"}
    others = [
        (name, names[name], choice.window == name)
        for name, edition in WINDOWS.items()
        if edition != choice.rules
    ]
    return [("", "as in the rule set", not choice.window), *others]


def choice_of(written: Mapping[str, str], knowledge: KnowledgeBase, kept: Choice) -> Choice:
    """What a form chose; where it holds no controls, what was kept.

    Parameters
    ----------
    written : Mapping of str to str
        The fields.
    knowledge : KnowledgeBase
        Where the values of the editions come from.
    kept : Choice
        What is in force.

    Raises
    ------
    UsageError
        A name or a value that cannot be.
    """
    if "rules" not in written:
        return kept
    rules, window = written["rules"], written.get("window", "")
    _known("rule set", rules, RULES)
    _known("respiratory window", window, ("", *WINDOWS))
    if window and WINDOWS[window] == rules:
        window = ""
    if written.get(_OF) != rules:
        # The values on the screen were those of the other rule set.
        return Choice(rules, window)
    overrides = []
    for name, sourced in sorted(_own(knowledge, rules).items()):
        text = written.get(f"{_FIELD}{name}", "")
        label = knowledge.parameter(sourced.parameter).name
        if text and (value := _value(text, sourced, label)) != _text(sourced.value):
            overrides.append((name, value))
    choice = Choice(rules, window, tuple(overrides))
    # Refused here rather than where it is used.
    try:
        settings_of(knowledge, choice)
    except UsageError as error:
        raise _by_labels(error, knowledge, rules) from error
    return choice


def _by_labels(error: UsageError, knowledge: KnowledgeBase, rules: str) -> UsageError:
    """A refusal in the words of the page: each setting by the label of its control."""
    parts = [error.found, error.expected, error.what_to_do]
    for name, sourced in _own(knowledge, rules).items():
        label = f"“{knowledge.parameter(sourced.parameter).name}”"
        parts = [part.replace(name, label) for part in parts]
    found, expected, what_to_do = parts
    going_on = "correct it; the night is still read as before"
    return UsageError(found, expected=expected, what_to_do=what_to_do or going_on)


def _own(knowledge: KnowledgeBase, rules: str) -> dict[str, Sourced]:
    """The values of a rule set, by name."""
    edition = settings_of(knowledge, Choice(rules)).editions[0]
    return {**edition.thresholds.provenance, **edition.rules.provenance}


def _control(name: str, sourced: Sourced, knowledge: KnowledgeBase, given: str | None) -> Control:
    parameter = knowledge.parameter(sourced.parameter)
    own = _text(sourced.value)
    low, high, step = _slider(name, sourced, parameter, given)
    return Control(
        name=name,
        label=parameter.name,
        definition=parameter.definition,
        unit=UNITS.get(sourced.unit, sourced.unit),
        value=_shown(own if given is None else given),
        own=_shown(own),
        source=sourced.source,
        mark=sourced.mark,
        choices=tuple(parameter.choices.items()),
        low=low,
        high=high,
        step=step,
        is_often=name in _OFTEN,
    )


def _slider(
    name: str, sourced: Sourced, parameter: Parameter, given: str | None
) -> tuple[float, float, float]:
    """From the least that can be to as much beyond the edition's value; in steps of its size."""
    own = sourced.value
    if isinstance(own, str) or not math.isfinite(own) or own <= 0:
        return 0.0, 0.0, 0.0
    size = 10.0 ** math.floor(math.log10(own))
    step = 1.0 if name in _counts() else size / _STEPS_OF_TEN
    high = _REACH * own
    if given is not None and math.isfinite(float(given)):
        high = max(high, float(given))
    return parameter.minimum or 0.0, high, step


def _counts() -> frozenset[str]:
    """Names of the settings that are whole numbers."""
    fields = [*slice_fields(MovementThresholds).values(), *slice_fields(PlmRules).values()]
    return frozenset(field.name for field in fields if field.is_count)


def _value(text: str, sourced: Sourced, label: str) -> str:
    """A value as a choice keeps it."""
    if isinstance(sourced.value, str):
        return text
    if text == NO_LIMIT:
        return _text(math.inf)
    number = number_or_text(text)
    if isinstance(number, str):
        raise UsageError(
            f"“{label}” set to {text!r}",
            expected=f"a number with a point, or {NO_LIMIT!r}",
            what_to_do="correct it; the night is still read as before",
        )
    return _text(number)


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _shown(text: str) -> str:
    return NO_LIMIT if text == "inf" else text


def _known(what: str, name: str, allowed: tuple[str, ...]) -> None:
    if name not in allowed:
        raise UsageError(f"{what} {name!r} is not known", expected=f"one of {', '.join(allowed)}")
