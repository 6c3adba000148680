"""ekbom: the open system for restless legs syndrome (Willis-Ekbom disease).

The names users need, imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ekbom.assessment.assess import assess as assess
    from ekbom.errors import EkbomError as EkbomError
    from ekbom.interop.annotations import read_annotations as read_annotations
    from ekbom.interop.edf import read_recording as read_recording
    from ekbom.interop.night import score_files as score_files
    from ekbom.interop.patient_files import example_patient as example_patient
    from ekbom.interop.patient_files import read_patient as read_patient
    from ekbom.interop.posterior_files import posterior_draws as posterior_draws
    from ekbom.interop.scenario_files import example_scenario as example_scenario
    from ekbom.interop.scenario_files import read_scenario as read_scenario
    from ekbom.knowledge.loading import load as load_knowledge
    from ekbom.mechanism.scenarios.scenario import simulate as simulate
    from ekbom.report.results import as_json as as_json
    from ekbom.report.results import movement_rows as movement_rows

_HOMES = {
    "score_files": ("ekbom.interop.night", "score_files"),
    "assess": ("ekbom.assessment.assess", "assess"),
    "read_recording": ("ekbom.interop.edf", "read_recording"),
    "read_annotations": ("ekbom.interop.annotations", "read_annotations"),
    "example_patient": ("ekbom.interop.patient_files", "example_patient"),
    "read_patient": ("ekbom.interop.patient_files", "read_patient"),
    "read_scenario": ("ekbom.interop.scenario_files", "read_scenario"),
    "example_scenario": ("ekbom.interop.scenario_files", "example_scenario"),
    "posterior_draws": ("ekbom.interop.posterior_files", "posterior_draws"),
    "simulate": ("ekbom.mechanism.scenarios.scenario", "simulate"),
    "load_knowledge": ("ekbom.knowledge.loading", "load"),
    "movement_rows": ("ekbom.report.results", "movement_rows"),
    "as_json": ("ekbom.report.results", "as_json"),
    "EkbomError": ("ekbom.errors", "EkbomError"),
}

__all__ = [
    "EkbomError",
    "as_json",
    "assess",
    "example_patient",
    "example_scenario",
    "load_knowledge",
    "movement_rows",
    "read_annotations",
    "read_patient",
    "posterior_draws",
    "read_recording",
    "read_scenario",
    "score_files",
    "simulate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ekbom' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
