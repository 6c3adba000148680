"""``ekbom explain``: the list, a topic, JSON, and a name that is not there."""

from __future__ import annotations

import json

import pytest

from ekbom.cli.main import SUCCESS, USAGE, main
from ekbom.knowledge.education import Topic
from ekbom.knowledge.loading import load

TOPICS = load(("claims", "education")).of(Topic)


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    status = main(["explain", *arguments])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_without_a_topic_it_lists_all_with_their_questions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = explain(capsys)
    assert status == SUCCESS
    for line, topic in zip(out.splitlines(), TOPICS.values(), strict=True):
        assert line.split("  ")[0].strip() == topic.id
        assert line.endswith(topic.question)


def test_a_topic_is_printed_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explain(capsys, "why", "at", "night")
    assert status == SUCCESS
    assert out.startswith(TOPICS["why-at-night"].question)
    assert "\nSources\n[1] " in out
    assert "replaces no talk with a\ndoctor" in out


def test_json_of_a_topic_and_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = explain(capsys, "genes", "--json")
    assert json.loads(out)["id"] == "genes"
    _, out, _ = explain(capsys, "--json")
    assert [topic["id"] for topic in json.loads(out)] == list(TOPICS)


def test_a_name_that_is_not_there_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explain(capsys, "augmentatoin")
    assert (status, out) == (USAGE, "")
    assert "augmentation" in err
