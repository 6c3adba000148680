"""Doses a record may not state: each refused with place, reason and what was expected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refused = Callable[..., str]
OVERLAP = """\
medications:
  - {drug: ropinirole, dose: 1 mg, started: 2024-01-01}
  - {drug: ropinirole, dose: 2 mg, started: 2025-01-01, stopped: 2026-01-01}
"""
WRONG = {
    "zero": ("drug: ropinirole, dose: 0 mg", "'0 mg' is no dose: nothing is taken"),
    "negative": ("drug: ropinirole, dose: -2 mg", "'-2 mg' is no dose: it is negative"),
    "comma": ('drug: ropinirole, dose: "2,5 mg"', "is no dose: a comma may part decimals"),
    "comma after a zero": ('drug: ropinirole, dose: "0,25 mg"', "a comma may part decimals"),
    "range": ("drug: ropinirole, dose: 1-2 mg", "a range does not say what is taken"),
    "bound": ("drug: ropinirole, dose: <2 mg", "a bound does not say how much"),
    "no unit": ("drug: ropinirole, dose: 2", "2 without a unit"),
    "no unit in text": ('drug: ropinirole, dose: "2.5"', "'2.5' is no dose: its unit is missing"),
    "no form": ("drug: pramipexole, dose: 0.25 mg", "does not say of which form"),
    "two numbers of one": ("drug: ropinirole, dose: 25/100 mg", "ropinirole in one number"),
    "three numbers of two": (
        "drug: carbidopa/levodopa, dose: 25/100/200 mg",
        "carbidopa/levodopa in 2 numbers",
    ),
    "one time twice": ('drug: ropinirole, times: ["20:00", "20:00"]', "20:00 stands twice"),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_dose_nobody_takes_is_refused(case: str, refused: Refused) -> None:
    said, expected = WRONG[case]
    message = refused(f"medications:\n  - {{{said}}}\n")
    assert message.startswith("record.yaml:4: medications[0]"), message
    assert expected in message
    assert "expected:" in message


def test_two_uses_of_one_drug_at_a_time_are_refused(refused: Refused) -> None:
    message = refused(OVERLAP)
    assert "medications[1]: contradicts medications[0]" in message
    assert "one use of a medicine at a time, with all its times" in message


def test_one_use_may_begin_on_the_day_the_other_ended(read: Callable[..., object]) -> None:
    followed = OVERLAP.replace("1 mg, started: 2024-01-01", "1 mg, started: 2026-01-01")
    assert read(followed)
