"""Scorings to compare: what a file's content decides, and how scorers are named."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from ekbom.errors import AnnotationError
from ekbom.interop.annotations import Vocabulary
from ekbom.interop.scorings import read_scoring, scorer_names

MOVEMENT = {"onset_s": 5.0, "offset_s": 7.0, "side": "bilateral"}
RESULT = json.dumps({"rules": "wasm-2016", "leg_movements": [MOVEMENT]})


def test_a_result_is_known_by_its_content_and_named_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "night.txt"
    path.write_text(RESULT)
    scoring = read_scoring(path, Vocabulary.packaged(), "wasm-2016")
    assert scoring.name == "night.txt"
    assert [leg.onset_s.tolist() for leg in scoring.legs.values()] == [[5.0], [5.0]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_result_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(RESULT,), daemon=True)
    writer.start()
    scoring = read_scoring(pipe, Vocabulary.packaged(), "wasm-2016", "ekbom")
    writer.join()
    assert (scoring.name, len(scoring.annotations.leg_movements)) == ("ekbom", 1)


def test_a_missing_file_is_said_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="there is no such file"):
        read_scoring(tmp_path / "none.json", Vocabulary.packaged(), "wasm-2016")


def test_only_files_of_one_name_are_named_by_their_paths() -> None:
    anna, ben, other = Path("anna/night.tsv"), Path("ben/night.tsv"), Path("ben/other.tsv")
    assert scorer_names([anna, ben, other]) == {
        anna: str(anna),
        ben: str(ben),
        other: "other.tsv",
    }
