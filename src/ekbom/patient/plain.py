"""What every part of a record file must be before it is read: known keys, plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from ekbom.errors import near_names
from ekbom.knowledge.strict_yaml import Path, YamlFile, shown
from ekbom.knowledge.validation import key_of


def check_plain(kind: type, file: YamlFile, root: Path) -> None:
    """Refuse a file whose keys are not those of a dataclass, or whose values are not plain.

    Parameters
    ----------
    kind : type
        The dataclass the part at ``root`` has to become.
    file : YamlFile
        The file.
    root : tuple
        Path of the record in its file; messages name paths below it.

    Raises
    ------
    EkbomError
        Of the file's own kind: an unknown or missing key, no value after a key, ``true`` or
        ``false``, a number that is not finite, a character that cannot be seen.
    """
    data = file.at(root)
    _check_values(data, file, root, ())
    _check_keys(kind, data, file, root, ())


def _check_keys(hint: Any, data: Any, file: YamlFile, root: Path, path: Path) -> None:
    if is_dataclass(hint):
        _check_keys_of(hint, data, file, root, path)
    elif get_origin(hint) is tuple and isinstance(data, tuple):
        for index, part in enumerate(data):
            _check_keys(get_args(hint)[0], part, file, root, (*path, index))


def _check_keys_of(kind: Any, data: Any, file: YamlFile, root: Path, path: Path) -> None:
    at = f"{shown(path)}: " if path else ""
    if not isinstance(data, Mapping):
        raise file.fault(f"{at}no keys", (*root, *path), expected="key: value lines")
    known = {key_of(f.name): f for f in fields(kind)}
    for key in data:
        if key not in known:
            expected = near_names(key, known, f"one of: {', '.join(known)}")
            raise file.fault(f"{at}unknown key {key!r}", (*root, *path, key), expected=expected)
    hints = get_type_hints(kind)
    for key, written in known.items():
        if key in data:
            _check_keys(hints[written.name], data[key], file, root, (*path, key))
        elif written.default is MISSING and written.default_factory is MISSING:
            raise file.fault(f"{at}key {key!r} is missing", (*root, *path))


def _check_values(data: Any, file: YamlFile, root: Path, path: Path) -> None:
    if isinstance(data, Mapping):
        for key, part in data.items():
            _check_values(part, file, root, (*path, key))
    elif isinstance(data, tuple):
        for index, part in enumerate(data):
            _check_values(part, file, root, (*path, index))
    else:
        found, expected = _unfit(data)
        if found:
            raise file.fault(f"{shown(path)}: {found}", (*root, *path), expected=expected)


def _unfit(value: object) -> tuple[str, str]:
    """What is wrong with a single value, and what was expected; empty where nothing is."""
    if value is None:
        return "nothing after the key", "a value, or the whole line left out"
    if isinstance(value, bool):
        return str(value).lower(), "write yes, no or unknown"
    if isinstance(value, int | float):
        try:
            finite = math.isfinite(value)
        except OverflowError:
            finite = False
        return ("", "") if finite else ("a number without end", "a finite number")
    if isinstance(value, str) and not value.replace("\n", "").isprintable():
        return f"a character that cannot be seen in {value!r}", "plain text"
    return "", ""
