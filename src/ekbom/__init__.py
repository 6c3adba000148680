"""ekbom: the open system for restless legs syndrome (Willis-Ekbom disease).

The names users need, imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ekbom.interop.annotations import read_annotations as read_annotations
    from ekbom.interop.edf import read_recording as read_recording
    from ekbom.interop.night import score_files as score_files
    from ekbom.knowledge.loading import load as load_knowledge

_HOMES = {
    "score_files": ("ekbom.interop.night", "score_files"),
    "read_recording": ("ekbom.interop.edf", "read_recording"),
    "read_annotations": ("ekbom.interop.annotations", "read_annotations"),
    "load_knowledge": ("ekbom.knowledge.loading", "load"),
}

__all__ = ["load_knowledge", "read_annotations", "read_recording", "score_files"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'ekbom' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
