"""YAML that cannot surprise: plain data with lines, or an error that names the line."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.strict_yaml import parse


def test_plain_data_and_the_line_of_every_part() -> None:
    file = parse("f.yaml", b"a: 1\nb:\n  - {c: yes, d: 2024-05-03}\n  - ~\n")
    assert file.data == {"a": 1, "b": ({"c": "yes", "d": date(2024, 5, 3)}, None)}
    assert file.where(("b", 0, "d")) == "f.yaml:3"
    assert file.where(("b", 1, "no such part")) == "f.yaml:4"
    assert file.at(("b", 0, "c")) == "yes"


def test_quoted_text_stays_text() -> None:
    assert parse("f", b"a: \"12\"\nb: 'true'\n").data == {"a": "12", "b": "true"}


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"", 1, "no keys"),
        (b"# nothing but a comment\n", 1, "no keys"),
        (b"- 1\n", 1, "no keys"),
        (b"a: 1\na: 2\n", 2, "key 'a' stands twice"),
        (b"a: &x 1\n", 1, "an anchor or alias"),
        (b"a: 1\nb: *a\n", 2, "an anchor or alias"),
        (b"a: !!int 3\n", 1, "tag"),
        (b"a: 1\n---\nb: 2\n", 2, "a second document"),
        (b"a: 1\n\xff", 2, "not UTF-8"),
        (b"a: [1, 2\n", 2, "not YAML"),
        (b"a: 2026-13-01\n", 1, "month must be in 1..12"),
        (b"a:\x01\n", 1, "not YAML"),
        (b"? [a]\n: 1\n", 1, "a key that is not text"),
        (b"a: " + b"[" * 100_000, 1, "levels deep"),
        (b"{a: " * 100_000, 1, "levels deep"),
    ],
)
def test_anything_else_is_refused_with_its_line(content: bytes, line: int, said: str) -> None:
    with pytest.raises(KnowledgeError, match=said) as caught:
        parse("f.yaml", content)
    assert caught.value.where == f"f.yaml:{line}"


def test_aliases_that_would_swell_are_refused_before_they_do() -> None:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        b"a%d: &a%d [%s]" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 40)
    ]
    with pytest.raises(KnowledgeError, match="an anchor or alias"):
        parse("f.yaml", b"\n".join(lines))


def test_faults_are_raised_as_the_error_the_caller_asked_for() -> None:
    with pytest.raises(UsageError):
        parse("f.yaml", b"a: 1\na: 2\n", UsageError)
    fault = parse("f.yaml", b"a: 1\n", UsageError).fault("found", ("a",), expected="other")
    assert isinstance(fault, UsageError)
    assert str(fault) == "f.yaml:1: found\n  expected: other"
