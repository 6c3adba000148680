"""Controls of a rule set, and what a form chose with them; times as a hand writes them."""

from __future__ import annotations

from datetime import datetime

import pytest

from ekbom.app.nights.changing import part_of
from ekbom.app.nights.controls import choice_of, controls, windows
from ekbom.app.nights.reading import Choice, settings_of
from ekbom.errors import AnnotationError
from ekbom.knowledge.loading import load
from ekbom.terms import Side

BASE = load()
WASM = {"rules": "wasm-2016", "of": "wasm-2016"}
LATE = datetime(2026, 5, 12, 22, 0, 0)


def chosen(**written: str) -> Choice:
    return choice_of({**WASM, **written}, BASE, Choice())


def test_a_form_sent_untouched_chooses_the_edition() -> None:
    for rules in ("wasm-2016", "aasm-3"):
        untouched = {one.field: one.value for one in controls(BASE, Choice(rules))}
        choice = choice_of({"rules": rules, "of": rules, **untouched}, BASE, Choice())
        assert choice == Choice(rules) and choice.is_own


def test_a_number_written_otherwise_is_the_same_number() -> None:
    for text in ("8", "8.0", "08.00", ""):
        assert chosen(**{"set.onset_above_rest_uv": text}).is_own
    assert chosen(**{"set.onset_above_rest_uv": "8.50"}).overrides == (
        ("onset_above_rest_uv", "8.5"),
    )


def test_no_limit_is_said_in_words_and_kept() -> None:
    (longest,) = (
        one for one in controls(BASE, Choice("aasm-3")) if one.name == "leg_movement_max_s"
    )
    assert longest.own != "no limit" and longest.step
    choice = choice_of(
        {"rules": "aasm-3", "of": "aasm-3", "set.leg_movement_max_s": "no limit"}, BASE, Choice()
    )
    kept = Choice.of_body(choice.as_body())
    assert kept == choice
    assert settings_of(BASE, kept).editions[0].rules.leg_movement_max_s == float("inf")
    (shown,) = (one for one in controls(BASE, kept) if one.name == "leg_movement_max_s")
    assert shown.value == "no limit" and shown.is_changed


def test_the_own_window_of_a_rule_set_is_no_change() -> None:
    assert chosen(window="wasm").is_own
    assert not chosen(window="aasm").is_own
    assert [value for value, _, _ in windows(Choice("aasm-3"))] == ["", "wasm", "narrow"]


def test_a_slider_reaches_what_is_chosen() -> None:
    choice = chosen(**{"set.imi_max_s": "400"})
    (one,) = (one for one in controls(BASE, choice) if one.name == "imi_max_s")
    assert one.low <= 0 + one.step and one.high >= 400 and one.is_changed
    assert all(
        each.low <= float(each.own) <= each.high for each in controls(BASE, Choice()) if each.step
    )


@pytest.mark.parametrize(
    ("text", "onset_s"),
    [
        ("22:00:00", 0.0),
        ("23:59:59.5", 7199.5),
        ("00:00:00", 7200.0),
        ("02:13:05.25", 15185.25),
        ("7985.4 s", 7985.4),
        ("7985.4s", 7985.4),
    ],
)
def test_an_onset_by_the_clock_goes_past_midnight(text: str, onset_s: float) -> None:
    part = part_of({"leg": "left", "onset": text, "duration": "2"}, LATE)
    assert (part.side, part.onset_s, part.offset_s) == (Side.LEFT, onset_s, onset_s + 2.0)


def test_without_a_start_the_clock_counts_from_the_recording() -> None:
    part = part_of({"leg": "right", "onset": "1:00:02", "duration": "1"}, None)
    assert part.onset_s == 3602.0


@pytest.mark.parametrize("text", ["", "22", "22:60:00", "٢٢:٠٠:٠٠", "1e3 s", "-5 s", "nan s"])
def test_an_onset_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(AnnotationError, match="the onset is"):
        part_of({"leg": "left", "onset": text, "duration": "2"}, LATE)
