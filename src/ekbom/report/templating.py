"""Where the templates are, and how what they are given is written; loads no arrays."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ekbom.report.svg import clean


@cache
def environment() -> Environment:
    """Where the templates are; every text is escaped and cleaned."""
    return Environment(
        loader=PackageLoader("ekbom.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: (
            clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
