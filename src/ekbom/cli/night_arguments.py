"""What verbs that read a recording share: marks beside it and its channels."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def add_marks(files: Any, beside: str = "") -> None:
    """Files of stages and events, and the labels of the legs.

    Parameters
    ----------
    files : argument group of ``argparse``
        Where they are added.
    beside : str
        What more is said of ``--events``.
    """
    files.add_argument(
        "--events",
        type=Path,
        metavar="FILE",
        help="stages and events: EDF+ annotations, or a table with the columns onset duration "
        f"trial_type channel{beside}",
    )
    files.add_argument("--stages", type=Path, metavar="FILE", help="a plain list of stages")
    files.add_argument("--epoch-s", type=float, metavar="S", help="length of its epochs")
    files.add_argument("--left", metavar="LABEL", help="label of the left leg's channel")
    files.add_argument("--right", metavar="LABEL", help="label of the right leg's channel")
