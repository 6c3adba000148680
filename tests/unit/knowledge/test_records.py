"""Records: one file or many in one, every reference checked, claims that may not drive refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.education import Habit
from ekbom.knowledge.loading import load_folder
from ekbom.knowledge.records import Citation, InForce

CHECKED = "checked: {on: 2026-11-22, by: somebody}"
FILES = {
    "sources/book.yaml": (
        "id: book\nkind: design\ntitle: A book\nauthors: [A. Author]\nyear: 2026\naccess: Read.\n"
    ),
    "editions/first.yaml": (
        "id: first\nauthority: Nobody\ntitle: First\nyear: 2010\nsource: book\nstatus: superseded\n"
    ),
    "editions/second.yaml": (
        "id: second\nauthority: Nobody\ntitle: Second\nyear: 2020\nsource: book\nstatus: current\n"
    ),
    "claims/seed.yaml": f"""\
common: {{source: book, place: page 1, mark: seed, type: advice, system: lifestyle, {CHECKED}}}
records:
  - {{id: S0-01, statement: Walk., status: current}}
  - {{id: S0-02, statement: Drink tea., status: contested}}
  - {{id: S0-03, statement: Wear wraps., status: quarantined}}
""",
    "questions/all.yaml": f"""\
common: {{source: book, place: page 2, mark: design, {CHECKED}}}
records:
  - {{id: walks, name: Walks, ask: Does the person walk?}}
  - {{id: sits, name: Sits, ask: Does the person sit?, place: page 3}}
""",
    "conditions/flat-feet.yaml": (
        f"id: flat-feet\nname: Flat feet\nsource: book\nplace: page 4\nmark: recalled\n{CHECKED}\n"
    ),
    "habits/walking.yaml": f"""\
id: walking
name: Walking
source: book
place: page 5
mark: design
{CHECKED}
also: [{{source: book, place: page 6, mark: recalled}}]
claims: [S0-01, S0-02]
history: [S0-03]
words: {{clinician: Walking may help., patient: Walking may help you.}}
lines:
  - {{fact: "question:walks", value: no, role: needed, says: Does not walk}}
  - {{fact: "condition:flat-feet", role: against, says: Has flat feet}}
""",
    "in-force/feet.yaml": f"""\
id: feet
name: Care of feet
source: book
place: dates
mark: design
{CHECKED}
steps:
  - {{edition: first, since: 2010-05-01, changed: The first.}}
  - {{edition: second, since: 2020-05-01, changed: Walk more.}}
""",
}


def loaded(folder: Path, **changed: tuple[str, str]) -> KnowledgeBase:
    """The folder, with (old, new) text in a file named by its path with __ for / and no .yaml."""
    swaps = {f"{name.replace('__', '/').replace('_', '-')}.yaml": s for name, s in changed.items()}
    for name, text in FILES.items():
        old, new = swaps.get(name, ("", ""))
        if old and old not in text:
            raise AssertionError(f"{old!r} is not in {name}")
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(old, new) if old else text)
    return load_folder(folder)


def test_records_of_a_file_share_what_is_common_and_may_differ(tmp_path: Path) -> None:
    questions = loaded(tmp_path).of(Question)
    assert list(questions) == ["walks", "sits"]
    assert (questions["walks"].place, questions["sits"].place) == ("page 2", "page 3")


def test_a_file_may_hold_a_single_record(tmp_path: Path) -> None:
    assert loaded(tmp_path).record(Condition, "flat-feet").mark == "recalled"


def test_a_record_cites_its_main_source_first(tmp_path: Path) -> None:
    walking = loaded(tmp_path).record(Habit, "walking")
    assert walking.citations == (
        Citation("book", "page 5", "design"),
        Citation("book", "page 6", "recalled"),
    )


def test_a_kind_that_was_not_loaded_is_empty_and_asked_for_by_name(tmp_path: Path) -> None:
    base = loaded(tmp_path)
    only = load_folder(tmp_path, ("habits",))
    assert only.of(Question) == {}
    with pytest.raises(KnowledgeError, match="no question 'walk'") as caught:
        base.record(Question, "walk")
    assert "walks" in caught.value.expected


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "line"),
    [
        ("questions__all", "id: sits", "id: walks", "'walks' stands twice", 4),
        ("questions__all", "ask: Does the person sit?", "aks: Sits?", "key 'ask' is missing", 4),
        ("questions__all", "common:", "shared:", "unknown key 'shared'", 1),
        ("conditions__flat_feet", "id: flat-feet", "id: feet", "id is 'feet'", 1),
        ("conditions__flat_feet", "source: book\n", "", "key 'source' is missing", 1),
        ("conditions__flat_feet", "place: page 4\n", "", "key 'place' is missing", 1),
        ("conditions__flat_feet", f"{CHECKED}\n", "", "key 'checked' is missing", 1),
        ("conditions__flat_feet", "mark: recalled", "mark: sure", "mark is 'sure'", 5),
        ("conditions__flat_feet", "source: book", "source: film", "unknown source 'film'", 3),
        ("habits__walking", "[S0-01, S0-02]", "[S0-01, S9-99]", "unknown 'S9-99'", 8),
        ("habits__walking", "[S0-01, S0-02]", "[S0-03]", "claim S0-03 is quarantined", 8),
        ("habits__walking", "[S0-03]", "[S0-04]", "unknown 'S0-04'", 9),
        ("habits__walking", "question:walks", "question:runs", "unknown 'runs'", 12),
        ("habits__walking", "condition:flat-feet", "pill:flat", "fact is 'pill:flat'", 13),
        ("habits__walking", "role: needed", "role: wanted", "role is 'wanted'", 12),
        ("habits__walking", "value: no", "value: never", "value is 'never'", 12),
        ("in_force__feet", "edition: second", "edition: third", "unknown edition 'third'", 9),
        ("in_force__feet", "2020-05-01", "May 2020", "since is 'May 2020'", 9),
    ],
)
def test_what_is_off_is_named_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, said: str, line: int
) -> None:
    with pytest.raises(KnowledgeError, match=said) as caught:
        loaded(tmp_path, **{file: (old, new)})
    name = file.replace("__", "/").replace("_", "-")
    assert caught.value.where == f"{name}.yaml:{line}"


@pytest.mark.parametrize(
    ("status", "may"),
    [
        ("current", True),
        ("contested", True),
        ("superseded", False),
        ("unverified", False),
        ("rejected", False),
        ("quarantined", False),
    ],
)
def test_only_current_and_contested_claims_may_drive(
    tmp_path: Path, status: str, may: bool
) -> None:
    swap = ("statement: Walk., status: current", f"statement: Walk., status: {status}")
    if may:
        base = loaded(tmp_path, claims__seed=swap)
        assert base.record(Claim, "S0-01").may_drive
        return
    with pytest.raises(KnowledgeError, match=f"claim S0-01 is {status}"):
        loaded(tmp_path, claims__seed=swap)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2000, 1, 1), "first"),
        (date(2020, 4, 30), "first"),
        (date(2020, 5, 1), "second"),
        (date(2030, 1, 1), "second"),
    ],
)
def test_the_newest_edition_of_the_day_answers(tmp_path: Path, day: date, edition: str) -> None:
    assert loaded(tmp_path).record(InForce, "feet").edition_on(day) == edition
