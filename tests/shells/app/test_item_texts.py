"""Item texts of a licensed pack: shown with their licence, or named as faulty and left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ekbom.app.forms.item_texts import packs_in
from ekbom.knowledge.base import KnowledgeBase
from ekbom.store.store import Store

_PACK = """\
instrument: asrs
edition: English, invented for this test
licence: number 12 of the practice
items:
  1: An invented first item
  2: An invented second item
  3: An invented <b>third</b> item
"""


def _put(folder: Path, text: str, name: str = "asrs.yaml") -> None:
    (folder / "packs").mkdir(exist_ok=True)
    (folder / "packs" / name).write_text(text, encoding="utf-8")


def test_texts_stand_beside_the_numbers_with_their_licence(
    client: TestClient, example: str, store: Store
) -> None:
    form = f"{example}/interview/questionnaires/new/asrs"
    before = client.get(form).text
    assert "no texts of this questionnaire are installed" in before
    _put(store.folder, _PACK)
    text = client.get(form).text
    assert "An invented second item" in text
    assert "An invented &lt;b&gt;third&lt;/b&gt; item" in text
    assert "number 12 of the practice" in text
    assert "asrs.yaml" in text
    assert "no texts of this questionnaire" not in text


_FAULTS = {
    "an instrument that is not known": _PACK.replace("asrs", "asrz"),
    "an item is missing": _PACK.replace("  2: An invented second item\n", ""),
    "an item too many": _PACK + "  4: One more\n",
    "an item twice": _PACK + "  3: One more\n",
    "no licence": _PACK.replace("licence: number 12 of the practice\n", ""),
    "an empty licence": _PACK.replace("number 12 of the practice", '""'),
    "an unknown key": _PACK + "url: somewhere\n",
    "an item of spaces": _PACK.replace("An invented first item", '"   "'),
    "an item too long": _PACK.replace("An invented first item", "x" * 1001),
    "what cannot be seen": _PACK.replace("An invented first item", '"a\\u202Eb"'),
    "a list": "- 1\n",
    "nothing": "",
    "too large": _PACK + "#" * 200_001,
    "an item that is a number": _PACK.replace("An invented first item", "5"),
}


@pytest.mark.parametrize("text", _FAULTS.values(), ids=_FAULTS.keys())
def test_a_faulty_pack_is_named_and_not_used(
    tmp_path: Path, knowledge: KnowledgeBase, text: str
) -> None:
    _put(tmp_path, text)
    found = packs_in(tmp_path, knowledge)
    assert not found.of
    (fault,) = found.faults
    assert "asrs.yaml" in fault.where


def test_of_two_packs_of_one_questionnaire_the_second_is_named(
    tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    _put(tmp_path, _PACK, "a.yaml")
    _put(tmp_path, _PACK, "b.yaml")
    found = packs_in(tmp_path, knowledge)
    assert found.of["asrs"].file == "a.yaml"
    (fault,) = found.faults
    assert fault.where == "b.yaml"


def test_a_faulty_pack_does_not_hinder_the_page(
    client: TestClient, example: str, store: Store
) -> None:
    _put(store.folder, "instrument: asrs\n")
    (store.folder / "packs" / "folder.yaml").mkdir()
    text = client.get(f"{example}/interview/questionnaires").text
    assert text.count("A file of item texts is not used") == 2
    assert client.get(f"{example}/interview/questionnaires/new/asrs").status_code == 200
