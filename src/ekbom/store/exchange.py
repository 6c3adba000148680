"""One person out of the store and in again: a file that every other part of ekbom reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from ekbom.store.facts import Fact, record_of


class _Plain(yaml.SafeDumper):
    """Writes lists indented and never by reference, as the examples are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent entries of a list below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write what stands twice twice: a record has no references."""
        return True


def record_text(facts: tuple[Fact, ...]) -> str:
    """The record of a person as its file: the same facts give the same text.

    Parameters
    ----------
    facts : tuple of Fact
        Those that stand; see `ekbom.store.facts.standing`.
    """
    return text_of_record(record_of(facts))


def record_in(parsed: Any) -> Any:
    """What a record file holds as the store keeps it: days as text, so that it stays as written."""
    if isinstance(parsed, Mapping):
        return {str(key): record_in(value) for key, value in parsed.items()}
    if isinstance(parsed, tuple | list):
        return [record_in(value) for value in parsed]
    return parsed.isoformat() if isinstance(parsed, date) else parsed


def text_of_record(record: dict[str, Any]) -> str:
    """A record as its file.

    Parameters
    ----------
    record : dict
        As a file writes it.
    """
    return yaml.dump(record, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
