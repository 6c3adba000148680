"""A measured night on disk: read back it is scored the same, or it is measured anew."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ekbom.app.nights import measured
from ekbom.app.nights.files import make_room
from ekbom.app.nights.measured import read_measured, write_measured
from ekbom.cli.main import main
from ekbom.errors import UsageError
from ekbom.interop.night import score_files
from ekbom.knowledge.loading import load
from ekbom.recording.recording import Channel
from ekbom.report.results import as_json
from ekbom.scoring.score import NightResult, score_again
from ekbom.scoring.settings import SECTIONS, Settings, settings
from ekbom.terms import Side

CLIP = Path(__file__).parents[3] / "src" / "ekbom" / "examples" / "SN5_sample.edf"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A real clip, and a made night with stages, breathing events and lights."""
    made = tmp_path_factory.mktemp("nights") / "night.edf"
    assert main(["synth", str(made), "--hours", "1", "--profile", "sleep-apnea"]) == 0
    return {"clip": CLIP, "made": made}


@pytest.fixture(scope="module")
def every_edition() -> Settings:
    return settings(load(SECTIONS), "all")


@pytest.fixture
def clip(tmp_path: Path) -> Iterator[tuple[Path, NightResult]]:
    """The clip, measured and written."""
    result = score_files(CLIP, rules="all")
    folder = tmp_path / "measured"
    folder.mkdir()
    write_measured(folder, result)
    yield folder, result


@pytest.mark.parametrize("name", ["clip", "made"])
@pytest.mark.parametrize("is_test", [False, True])
def test_scored_again_it_is_the_same_from_disk_as_from_memory(
    nights: dict[str, Path], every_edition: Settings, tmp_path: Path, name: str, is_test: bool
) -> None:
    result = score_files(nights[name], rules="all", is_immobilization_test=is_test)
    write_measured(tmp_path, result)
    for chosen in (
        every_edition,
        settings(load(SECTIONS), "aasm-3", overrides={"onset_above_rest_uv": 12}),
    ):
        kept = score_again(result, chosen, is_immobilization_test=is_test)
        found = read_measured(tmp_path, nights[name], chosen, is_immobilization_test=is_test)
        assert found is not None
        assert as_json(found, per_leg=True) == as_json(kept, per_leg=True)
        assert found.annotations == kept.annotations
        assert found.quality == kept.quality
        for side, levels in kept.levels.items():
            for one, other in zip(levels, found.levels[side], strict=True):
                assert np.array_equal(one.envelope.brief_uv, other.envelope.brief_uv)
                assert np.array_equal(one.rest_uv, other.rest_uv)
                assert one.envelope.blocks == other.envelope.blocks


def test_its_legs_still_read_their_signal(
    clip: tuple[Path, NightResult], every_edition: Settings
) -> None:
    folder, result = clip
    found = read_measured(folder, CLIP, every_edition)
    assert found is not None
    for side in (Side.LEFT, Side.RIGHT):
        wanted = result.legs[side].source.read(100, 300)
        assert np.array_equal(found.legs[side].source.read(100, 300), wanted)
        assert found.legs[side].segments == result.legs[side].segments


def test_its_arrays_stay_on_the_disk(
    clip: tuple[Path, NightResult], every_edition: Settings
) -> None:
    found = read_measured(clip[0], CLIP, every_edition)
    assert found is not None
    assert isinstance(found.levels[Side.LEFT][0].envelope.level_uv, np.memmap)


@pytest.mark.parametrize("what", ["format", "ekbom", "knowledge", "detector"])
def test_of_another_version_it_is_not_read(
    clip: tuple[Path, NightResult], every_edition: Settings, what: str
) -> None:
    small = clip[0] / "measured.json"
    small.write_text(json.dumps({**json.loads(small.read_text()), what: "another"}))
    assert read_measured(clip[0], CLIP, every_edition) is None


def test_damaged_it_is_not_read(clip: tuple[Path, NightResult], every_edition: Settings) -> None:
    folder, _ = clip
    assert read_measured(folder.parent / "nowhere", CLIP, every_edition) is None
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        # Cut, gone, or of its length and empty, as a power cut leaves files.
        for damaged in (whole[: len(whole) // 2], b"", whole[:-200] + bytes(200)):
            file.write_bytes(damaged)
            assert read_measured(folder, CLIP, every_edition) is None, file.name
        file.unlink()
        assert read_measured(folder, CLIP, every_edition) is None
        file.write_bytes(whole)
    assert read_measured(folder, CLIP, every_edition) is not None


def test_a_night_that_is_not_of_a_file_is_refused(
    clip: tuple[Path, NightResult], tmp_path: Path
) -> None:
    result = clip[1]
    array = Channel.from_array("LAT", 256.0, np.zeros(256, np.float32))
    with pytest.raises(UsageError, match="LAT"):
        write_measured(tmp_path, replace(result, legs={Side.LEFT: array}))


def test_the_cache_is_bounded_and_the_oldest_goes_first(tmp_path: Path) -> None:
    nights = [tmp_path / (str(n) * 32) for n in range(4)]
    for age, night in enumerate(nights):
        night.mkdir()
        (night / "array").write_bytes(bytes(1000))
        os.utime(night, (1e9 + age, 1e9 + age))
    work = tmp_path / "work"
    shutil.copytree(nights[0], work)
    make_room(tmp_path, 2500, spared=nights[0])
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["0", "3", "w"]


def test_the_format_is_counted_with_what_is_written() -> None:
    """Whoever changes what is written changes the number, or old caches are read as new ones."""
    assert (measured._FORMAT, measured._ARRAYS) == (
        1,
        ("level", "brief", "rest", "excess", "brief-excess"),
    )
