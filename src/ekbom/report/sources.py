"""How a source is named: in full, in a list, and in a few words."""

from __future__ import annotations

from ekbom.knowledge.sources import Source


def reference(source: Source) -> str:
    """A source as a reader looks it up: authors, title, where it is, whether it was retracted."""
    parts = [
        f"{', '.join(source.authors).rstrip('.')}. {_stopped(source.title)}",
        _publication(source),
        f"{source.year}.",
        f"doi:{source.doi}." if source.doi else "",
        f"PMID {source.pmid}." if source.pmid else "",
        f"{source.url}." if source.url else "",
        "RETRACTED." if source.retracted else "",
    ]
    return " ".join(part for part in parts if part)


def reference_for_patients(source: Source) -> str:
    """A source with what was read of it, without the numbers that only a library needs."""
    said = f"{_first_author(source)} ({source.year}): {_stopped(source.title)}"
    return " ".join(part for part in (said, _publication(source), source.access) if part)


def short_reference(source: Source) -> str:
    """First author and year, with the id to ask for more."""
    return f"{source.authors[0]} {source.year} [{source.id}]"


def short_name(source: Source) -> str:
    """First author, or first words of the title, and year."""
    return f"{_first_author(source)} {source.year}"


def _first_author(source: Source) -> str:
    return f"{source.authors[0]}{' and others' if len(source.authors) > 1 else ''}"


def _publication(source: Source) -> str:
    return f"{source.publication}." if source.publication else ""


def _stopped(title: str) -> str:
    """A title with a stop behind it, where it does not end in one."""
    title = title.strip()
    return title if title.endswith((".", "?", "!")) else f"{title}."
