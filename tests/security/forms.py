"""The forms of a page, as a browser would send them untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Of fields that differ only in what they ask for (q.pain, q.itch) so many are taken.
ALIKE = 3


@dataclass
class Form:
    """A form: where it goes, what it would send, and which fields take any text."""

    action: str
    method: str
    sent: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def fields(self) -> Iterator[str]:
        """Names of fields, few of each kind; hidden ones and choices too: all can be forged."""
        seen: dict[str, int] = {}
        for name in dict.fromkeys(self.names):
            kind = name.partition(".")[0]
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= ALIKE:
                yield name


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path, self._form, self._select, self._area = path, None, "", ""
        self._outside: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            action = urlsplit(given.get("action") or self._path).path
            self._form = Form(action, given.get("method", "get").upper())
            self.found.append(self._form)
            self._outside[given.get("id", "")] = self._form
        form = self._outside.get(given["form"]) if given.get("form") else self._form
        if form is None or not name:
            if tag == "option" and self._form and self._select:
                self._choose(self._form.sent, given)
            return
        if given.get("type") == "file":
            form.files.append(name)
            return
        form.names.append(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            form.sent[name] = ""
        elif given.get("type") not in ("radio", "checkbox") or "checked" in given:
            form.sent[name] = given.get("value", "")

    def _choose(self, sent: dict[str, str], given: dict[str, str]) -> None:
        """The first option of a choice is sent unless another is marked."""
        if self._select not in sent or "selected" in given:
            sent[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def forms_of(path: str, text: str) -> list[Form]:
    """The forms of a page at a path."""
    reader = _Reader(path)
    reader.feed(text)
    return reader.found
