"""The example files that come with the package, by folder and name."""

from __future__ import annotations

import importlib.resources
from importlib.resources.abc import Traversable

from ekbom.errors import UsageError, near_names

_ENDING = ".yaml"


def names_in(folder: str) -> tuple[str, ...]:
    """Names of the examples of a folder, in alphabetical order."""
    names = (entry.name for entry in _place(folder).iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


def text_in(folder: str, name: str, otherwise: str) -> str:
    """The file of an example.

    Parameters
    ----------
    folder : str
        Under the examples of the package.
    name : str
        Without its ending.
    otherwise : str
        What is expected, where no name is near the one given.

    Raises
    ------
    UsageError
        There is no example of this name.
    """
    names = names_in(folder)
    if name not in names:
        raise UsageError(f"no example {name!r}", expected=near_names(name, names, otherwise))
    return (_place(folder) / f"{name}{_ENDING}").read_text(encoding="utf-8")


def _place(folder: str) -> Traversable:
    return importlib.resources.files("ekbom") / "examples" / folder
