"""Scenarios of the model from files: YAML with lines, JSON with paths."""

from __future__ import annotations

import os

from ekbom.errors import ScenarioError
from ekbom.interop.examples import names_in, text_in
from ekbom.interop.plain_files import FileKind, parsed, read_plain
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.scenarios.scenario import Scenario
from ekbom.mechanism.scenarios.scenario_file import scenario_from

SCENARIO = FileKind(
    "scenario", "title, start, days, person and courses", "ekbom simulate --new FILE", ScenarioError
)
_EXAMPLES = "scenarios"


def read_scenario(path: str | os.PathLike[str], knowledge: KnowledgeBase) -> Scenario:
    """A scenario.

    Parameters
    ----------
    path : str or os.PathLike
        YAML, or JSON where the name ends in ``.json``.
    knowledge : KnowledgeBase
        All sections.

    Raises
    ------
    ScenarioError
        The file cannot be read, or asks for what cannot be simulated; the message says where.
    """
    return scenario_from(read_plain(path, SCENARIO), knowledge)


def example_scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    return names_in(_EXAMPLES)


def example_scenario_text(name: str) -> str:
    """The file of an example scenario.

    Raises
    ------
    UsageError
        There is no example of this name.
    """
    return text_in(_EXAMPLES, name, f"one of: {', '.join(example_scenario_names())}")


def example_scenario(name: str, knowledge: KnowledgeBase) -> Scenario:
    """An example scenario, read."""
    content = example_scenario_text(name).encode()
    return scenario_from(parsed(f"{name}.yaml", content, SCENARIO), knowledge)
