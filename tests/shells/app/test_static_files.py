"""Files of others are in the package as they were published, with their licence beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from ekbom.app.rendering import STATIC

NOTICE = (STATIC / "NOTICE").read_text(encoding="utf-8")
# Name, project, version, licence and hash of each.
LISTED = re.findall(
    r"^(\S+)\n {4}project +(\S+)\n {4}version +(\S+)\n"
    r" {4}licence +(.+)\n {4}sha256 +([0-9a-f]{64})$",
    NOTICE,
    re.MULTILINE,
)


def test_every_file_of_others_is_listed() -> None:
    minified = sorted(path.name for path in Path(str(STATIC)).iterdir() if ".min." in path.name)
    assert sorted(name for name, *_ in LISTED) == minified
    assert len(LISTED) == 3


@pytest.mark.parametrize(("name", "project", "version", "licence", "sha256"), LISTED)
def test_a_file_of_others_is_as_it_was_published(
    name: str, project: str, version: str, licence: str, sha256: str
) -> None:
    content = (STATIC / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert re.search(rf"^{project}\n-+\n", NOTICE, re.MULTILINE), "the text of its licence"
    if name.endswith(".js"):
        assert version.encode() in content


def test_the_wheel_holds_them_with_their_notice(root: Path) -> None:
    packed = {
        Path(file.distribution_path).as_posix()
        for file in WheelBuilder(str(root)).recurse_included_files()
    }
    wanted = {f"ekbom/app/static/{name}" for name in ("NOTICE", *(name for name, *_ in LISTED))}
    assert wanted <= packed
    assert "ekbom/app/templates/base.html.j2" in packed
