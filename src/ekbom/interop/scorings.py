"""Scorings to compare: marks of a scorer, or what ``ekbom score --json`` printed."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ekbom.errors import AnnotationError
from ekbom.interop.annotations import Vocabulary, open_scoring, read_annotations
from ekbom.interop.tabular import decode_text
from ekbom.scoring.agreement_scorings import Scoring

_HEAD_BYTES = 64


def read_scoring(
    path: str | os.PathLike[str], vocabulary: Vocabulary, rules: str, name: str | None = None
) -> Scoring:
    """A scoring in any of its forms; its content decides which.

    Parameters
    ----------
    path : str or os.PathLike
        EDF+ annotations, a table of events, or a result of ``ekbom score --json``.
    vocabulary : Vocabulary
        How texts and channel labels are understood.
    rules : str
        Edition to take where a result holds several.
    name : str, optional
        How results and messages name the scorer; by default by the file's name.

    Raises
    ------
    AnnotationError
        Where there is no such file, or it holds no scoring.
    RecordingError
        Where an EDF file's header or the times of its records cannot be trusted.
    UsageError
        Where a result holds several editions and ``rules`` is none of them.
    """
    path = Path(path)
    name = path.name if name is None else name
    # Opened once: a result may come through a pipe, which gives each byte only once.
    with open_scoring(path) as file:
        head = file.read(_HEAD_BYTES)
        is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        content = head + file.read() if is_json else b""
    if is_json:
        return Scoring.of_result(name, _json(content, name), rules)
    return Scoring.of(name, read_annotations(path, vocabulary))


def scorer_names(paths: Sequence[Path]) -> dict[Path, str]:
    """File names, or whole paths where two files have one name."""
    names = [path.name for path in paths]
    return {path: path.name if names.count(path.name) == 1 else str(path) for path in paths}


def _json(content: bytes, name: str) -> dict[str, Any]:
    """What stands in a JSON file; as it begins with a brace, a dictionary."""
    try:
        found: dict[str, Any] = json.loads("\n".join(decode_text(content, name)))
    except (ValueError, RecursionError) as error:
        raise AnnotationError(f"this is not JSON ({error})", where=name) from error
    return found
