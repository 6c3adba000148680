"""Tables of numbers and words as CSV or Parquet, with a sentence about them in the file."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.interop.files import write_whole

TableKind = Literal["csv", "parquet"]
Columns = Mapping[str, NDArray[Any]]
# Enough for any measurement, and short.
_DIGITS = "%.6g"


def write_table(path: str | os.PathLike[str], columns: Columns, about: Mapping[str, str]) -> None:
    """Write columns of equal length; the same columns give the same bytes.

    Parameters
    ----------
    path : str or os.PathLike
        Ends in ``.csv`` or ``.parquet``. CSV begins with lines of ``# key: value``.
    columns : mapping of str to array
        By name: numbers, whole numbers or words.
    about : mapping of str to str
        What a reader of the file has to know; of Parquet, metadata of its schema.

    Raises
    ------
    UsageError
        Parquet is asked for, and pyarrow is not installed.
    WritingError
        The file cannot be written.
    """
    if Path(path).suffix == ".parquet":
        check_parquet()
        write_whole(path, lambda file: _parquet(file, columns, about))
    else:
        write_whole(path, lambda file: _csv(file, columns, about))


def check_parquet() -> None:
    """Refuse Parquet where it cannot be written.

    Raises
    ------
    UsageError
        Where pyarrow is not installed.
    """
    if not importlib.util.find_spec("pyarrow"):
        raise UsageError(
            "Parquet without pyarrow",
            expected="the extra ekbom[population] installed",
            what_to_do="Take csv instead.",
        )


def _csv(file: BinaryIO, columns: Columns, about: Mapping[str, str]) -> None:
    head = [f"# {key}: {' '.join(value.split())}" for key, value in about.items()]
    head.append(",".join(columns))
    file.write("\n".join(head).encode() + b"\n")
    parts = [_as_text(values) for values in columns.values()]
    for row in zip(*parts, strict=True):
        file.write((",".join(row) + "\n").encode())


def _as_text(values: NDArray[Any]) -> list[str]:
    if np.issubdtype(values.dtype, np.floating):
        return [_DIGITS % value for value in values.tolist()]
    return [_quoted(str(value)) for value in values.tolist()]


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _parquet(file: BinaryIO, columns: Columns, about: Mapping[str, str]) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({name: pyarrow.array(values) for name, values in columns.items()})
    pyarrow.parquet.write_table(table.replace_schema_metadata(dict(about)), file)
