"""The loader takes what is right, and names file and line of what is not."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

import pytest

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.loading import load, load_folder
from ekbom.knowledge.parameters import Checked

GAP = "limits/gap.yaml"
BOUND = "limits/bound.yaml"
LEGS = "lists/legs.yaml"
FIRST = "editions/first.yaml"
BOOK = "sources/book.yaml"


def refused(folder: Any) -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        load_folder(folder.path)
    return caught.value


def test_a_right_folder_loads_whole(folder: Any) -> None:
    base = load_folder(folder.path)
    assert set(base.parameters) == {"limits/gap", "limits/bound", "limits/count"}
    assert base.source("book").authors == ("A. Author",)
    assert base.edition("first").status == "own-design"
    gap = base.parameter("limits/gap")
    assert (gap.unit, gap.minimum, gap.editions["first"].value) == ("s", 0, 0.5)
    assert gap.editions["first"].note == "As printed."
    assert base.parameter("limits/bound").choices["inclusive"] == "It counts."


def test_infinity_means_no_limit(folder: Any) -> None:
    value = load_folder(folder.path).parameter("limits/gap").editions["second"].value
    assert value == math.inf


def test_the_key_on_is_text_and_its_date_a_date(folder: Any) -> None:
    checked = load_folder(folder.path).parameter("limits/gap").editions["first"].checked
    assert checked == Checked(on=date(2026, 11, 22), by="somebody")


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "True", "1:30", "0x10", "1_000"])
def test_yaml_1_1_words_stay_text(folder: Any, word: str) -> None:
    folder.replace(GAP, "name: Gap", f"name: {word}")
    assert load_folder(folder.path).parameter("limits/gap").name == word


def test_rows_of_a_table_inherit_source_place_and_mark(folder: Any) -> None:
    left, right = load_folder(folder.path).table("lists/legs").rows
    assert (left.get("side"), left.source, left.place, left.mark) == (
        "left",
        "book",
        "page 4",
        "abstract",
    )
    assert (right.place, right.mark, right.get("note")) == ("page 5", "verified", "")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (GAP, "minimum: 0", "smallest: 0", "unknown key 'smallest'"),
        (GAP, "    note: As printed.", "    remark: As printed.", "unknown key 'remark'"),
        (GAP, "definition: Between two things.", "definition: 12", "definition is 12"),
        (GAP, "minimum: 0", "minimum: true", "minimum is True"),
        (GAP, "value: .inf", "value: 'long'", "value is 'long'"),
        (GAP, "value: 0.5", "value: -1", "value is -1"),
        (GAP, "value: 0.5", "value: true", "value is True"),
        (GAP, "value: 0.5", "value:", "value is None"),
        (GAP, "value: 0.5", "value: .nan", "value is '.nan'"),
        (GAP, "mark: recalled", "mark: guessed", "mark is 'guessed'"),
        (GAP, "place: page 2", "place: ''", "place is ''"),
        (GAP, "  second:", "  third:", "unknown edition 'third'"),
        (GAP, "kind: quantity", "kind: number", "kind is 'number'"),
        (GAP, "id: limits/gap", "id: limits/gaps", "id is 'limits/gaps'"),
        (GAP, "value: 0.5", "value: !!float 0.5", "tag tag:yaml.org,2002:float"),
        (BOUND, "value: inclusive", "value: both", "value is 'both'"),
        (BOUND, "value: inclusive", "value: 1", "value is 1"),
        (BOUND, "source: book", "source: boook", "unknown source 'boook'"),
        (BOUND, "on: 2026-11-22", "on: yesterday", "checked.on is 'yesterday'"),
        (BOUND, "on: 2026-11-22", "on: 2026-11-31", "day"),
        (BOUND, "choices:", "unit: s\nchoices:", "a choice with 'unit'"),
        (FIRST, "id: first", "id: fisrt", "id is 'fisrt'"),
        (FIRST, "source: book", "source: novel", "unknown source 'novel'"),
        (FIRST, "status: own-design", "status: old", "status is 'old'"),
        (BOOK, "year: 2026", "year: '2026'", "year is '2026'"),
        (BOOK, "retracted: false", "retracted: no", "retracted is 'no'"),
        (BOOK, "authors: [A. Author]", "authors: A. Author", "authors is 'A. Author'"),
        (LEGS, "{label: LAT, side: left}", "{label: LAT, leg: left}", "unknown column 'leg'"),
        (LEGS, "{label: LAT, side: left}", "{side: left}", "column 'label' is missing"),
        (LEGS, "{label: LAT, side: left}", "{label: LAT, mark: sure}", "mark is 'sure'"),
        (LEGS, "{label: LAT, side: left}", "{label: LAT, source: pulp}", "unknown source 'pulp'"),
        (LEGS, "label: RAT, side: right", "label: LAT, side: right", "'LAT' stands twice"),
        (LEGS, "{label: LAT, side: left}", "{label: 1, side: left}", "label is 1"),
    ],
)
def test_a_fault_is_named_with_file_and_line(
    folder: Any, file: str, old: str, new: str, said: str
) -> None:
    line = folder.replace(file, old, new)
    error = refused(folder)
    assert error.where == f"{file}:{line}"
    assert said in error.found


def test_a_key_that_stands_twice_is_refused_at_its_second_line(folder: Any) -> None:
    line = folder.replace(GAP, "unit: s\n", "unit: s\nunit: min\n")
    error = refused(folder)
    assert (error.where, error.found) == (f"{GAP}:{line + 1}", "key 'unit' stands twice")
    assert f"line {line}" in error.expected


@pytest.mark.parametrize(
    ("file", "line_of", "key"),
    [
        (GAP, "id: limits/gap\n", "unit: s\n"),
        (GAP, "id: limits/gap\n", "definition: Between two things.\n"),
        (GAP, "  second:", "    place: page 2\n"),
        (GAP, "  second:", "    mark: recalled\n"),
        (GAP, "  second:", "    value: .inf\n"),
        (BOUND, "  first:", "    source: book\n"),
        (BOUND, "  first:", "    checked: {on: 2026-11-22, by: somebody}\n"),
        (BOUND, "checked: {on", ", by: somebody"),
        (FIRST, "id: first\n", "source: book\n"),
        (BOOK, "id: book\n", "access: Full text read.\n"),
        (LEGS, "id: lists/legs\n", "checked: {on: 2026-11-22, by: somebody}\n"),
        (LEGS, "id: lists/legs\n", "place: page 4\n"),
    ],
)
def test_a_missing_key_is_named_where_it_should_stand(
    folder: Any, file: str, line_of: str, key: str
) -> None:
    folder.replace(file, key, "")
    line = folder.replace(file, line_of, line_of)
    error = refused(folder)
    name = re.findall(r"\w+", key)[0]
    assert error.where == f"{file}:{line}"
    assert error.found == f"key {name!r} is missing"


def test_a_choice_without_choices_is_refused(folder: Any) -> None:
    old = "choices:\n  inclusive: It counts.\n  exclusive: It does not.\n"
    folder.replace(BOUND, old, "")
    error = refused(folder)
    assert (error.where, error.found) == (f"{BOUND}:1", "key 'choices' is missing")


def test_a_value_may_not_rest_on_a_retracted_source(folder: Any) -> None:
    text = (folder.path / BOOK).read_text().replace("id: book", "id: bad")
    folder.write("sources/bad.yaml", text.replace("retracted: false", "retracted: true"))
    load_folder(folder.path)
    line = folder.replace(BOUND, "source: book", "source: bad")
    error = refused(folder)
    assert (error.where, error.found) == (f"{BOUND}:{line}", "source 'bad' is retracted")


@pytest.mark.parametrize("key", ["supersedes", "variant_of"])
def test_an_edition_may_only_name_editions_on_file(folder: Any, key: str) -> None:
    line = folder.replace(FIRST, "status:", f"{key}: zeroth\nstatus:")
    error = refused(folder)
    assert (error.where, error.found) == (f"{FIRST}:{line}", "unknown edition 'zeroth'")


@pytest.mark.parametrize(
    ("content", "line"),
    [("id: [1,\nname: x\n", 3), ("a: 1\n\tb: 2\n", 2), ("", 1), ("- a\n- b\n", 1), ("a: \x07", 1)],
)
def test_what_is_no_mapping_in_yaml_is_refused(folder: Any, content: str, line: int) -> None:
    folder.write("limits/broken.yaml", content)
    assert refused(folder).where == f"limits/broken.yaml:{line}"


def test_a_file_with_another_ending_is_refused(folder: Any) -> None:
    folder.write("limits/gap.yml", "id: limits/gap")
    assert refused(folder).where == "limits/gap.yml:1"


def test_only_the_sections_asked_for_are_read(folder: Any) -> None:
    folder.write("broken/broken.yaml", "not: [closed")
    base = load_folder(folder.path, ("lists",))
    assert (set(base.parameters), set(base.tables)) == (set(), {"lists/legs"})
    assert set(base.editions) == {"first", "second"}


def test_an_unknown_section_lists_those_there_are(folder: Any) -> None:
    with pytest.raises(UsageError, match="limits, lists"):
        load_folder(folder.path, ("rule",))


def test_the_stamp_is_of_all_files_whichever_are_read(folder: Any) -> None:
    stamp = load_folder(folder.path).content_hash
    assert re.fullmatch(r"[0-9a-f]{64}", stamp)
    assert load_folder(folder.path, ("lists",)).content_hash == stamp


@pytest.mark.parametrize("change", ["bytes", "name", "notes"])
def test_the_stamp_changes_with_bytes_and_names(folder: Any, change: str) -> None:
    before = load_folder(folder.path).content_hash
    if change == "bytes":
        folder.replace(GAP, "0.5", "0.6")
    elif change == "name":
        folder.replace(GAP, "id: limits/gap", "id: limits/gape")
        folder.write("limits/gape.yaml", (folder.path / GAP).read_text())
        (folder.path / GAP).unlink()
    else:
        folder.write("README.md", "Read on.")
    assert (load_folder(folder.path).content_hash == before) is (change == "notes")


def test_the_packaged_knowledge_is_loaded_once_per_choice_of_sections() -> None:
    assert load(("scoring", "bands")) is load(["bands", "scoring"])
    assert load(("bands",)).sections == ("bands",)


def test_what_was_loaded_cannot_be_changed(folder: Any) -> None:
    base = load_folder(folder.path)
    with pytest.raises(TypeError):
        base.parameters["limits/gap"] = base.parameters["limits/count"]  # type: ignore[index]
    with pytest.raises(TypeError):
        base.parameter("limits/gap").editions["first"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        base.content_hash = ""  # type: ignore[misc]
