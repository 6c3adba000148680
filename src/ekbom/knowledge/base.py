"""KnowledgeBase: everything that was loaded, immutable, with look-ups that name near misses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from ekbom.errors import KnowledgeError, near_names
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.parameters import Parameter, Sourced
from ekbom.knowledge.sources import Source
from ekbom.knowledge.tables import Table

T = TypeVar("T")
_NO_RECORDS: Mapping[str, Any] = MappingProxyType({})


# Compared by identity: what is derived from a base can be kept beside it.
@dataclass(frozen=True, slots=True, eq=False)
class KnowledgeBase:
    """What is known, and who says so.

    Parameters
    ----------
    sources, editions, parameters, tables : Mapping
        By id; read-only.
    records : Mapping of type to Mapping
        Records by kind (`Claim`, `Mimic`, ...) and id; see `of`.
    sections : tuple of str
        Folders that were read, besides sources and editions.
    content_hash : str
        SHA-256 (hex) over the names and bytes of all data files, also of sections not read, so
        that the same knowledge always carries the same stamp.
    """

    sources: Mapping[str, Source]
    editions: Mapping[str, Edition]
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    records: Mapping[type, Mapping[str, Any]]
    sections: tuple[str, ...]
    content_hash: str

    def source(self, source_id: str) -> Source:
        """The source of this id; KnowledgeError where there is none."""
        return _look_up(self.sources, source_id, "source")

    def edition(self, edition_id: str) -> Edition:
        """The edition of this id; KnowledgeError where there is none."""
        return _look_up(self.editions, edition_id, "edition")

    def parameter(self, parameter_id: str) -> Parameter:
        """The parameter of this id; KnowledgeError where there is none."""
        return _look_up(self.parameters, parameter_id, "parameter", self.sections)

    def table(self, table_id: str) -> Table:
        """The table of this id; KnowledgeError where there is none."""
        return _look_up(self.tables, table_id, "table", self.sections)

    def of(self, kind: type[T]) -> Mapping[str, T]:
        """All records of a kind, by id, in the order of their files."""
        return self.records.get(kind, _NO_RECORDS)

    def record(self, kind: type[T], record_id: str) -> T:
        """The record of this kind and id; KnowledgeError where there is none."""
        return _look_up(self.of(kind), record_id, kind.__name__.lower())

    def sourced(self, parameter_id: str, edition_id: str) -> Sourced:
        """The value of a parameter in one edition, with its provenance.

        Raises
        ------
        KnowledgeError
            No such parameter or edition, or the parameter has no value in that edition. Nothing
            is inherited from another edition.
        """
        parameter = self.parameter(parameter_id)
        edition = self.edition(edition_id)
        value = parameter.editions.get(edition.id)
        if value is None:
            raise KnowledgeError(
                f"{parameter.id} has no value in edition {edition.id}",
                expected=f"one of the editions that have it: {_names(parameter.editions)}",
                where=f"{parameter.id}.yaml",
                what_to_do="name one of those editions, or add the value with its source",
            )
        return Sourced(
            value=value.value,
            unit=parameter.unit,
            parameter=parameter.id,
            name=parameter.name,
            edition=edition.id,
            source=value.source,
            place=value.place,
            mark=value.mark,
            checked_on=value.checked.on,
            note=value.note,
        )


def _names(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"


def _look_up(items: Mapping[str, T], item_id: str, kind: str, sections: tuple[str, ...] = ()) -> T:
    if item_id in items:
        return items[item_id]
    section = item_id.partition("/")[0]
    what_to_do = ""
    if sections and "/" in item_id and section not in sections:
        what_to_do = f"load section {section!r} too; read were: {', '.join(sections)}"
    raise KnowledgeError(
        f"no {kind} {item_id!r}",
        expected=near_names(item_id, sorted(items), f"one of: {_names(items)}"),
        what_to_do=what_to_do,
    )
