"""A source is named in full, in a list and in a few words."""

from __future__ import annotations

import pytest

from ekbom.knowledge.sources import Source
from ekbom.report.sources import reference, reference_for_patients, short_name, short_reference


def source(title: str, *authors: str, publication: str = "") -> Source:
    return Source(
        id="asked-2020",
        kind="review",
        title=title,
        authors=authors,
        year=2020,
        access="read in full",
        publication=publication,
        doi="10.1/x",
    )


@pytest.mark.parametrize(("title", "shown"), [("What is it?", "What is it?"), ("Iron", "Iron.")])
def test_a_title_ends_in_one_stop(title: str, shown: str) -> None:
    asked = source(title, "A. Author", "B. Author", publication="Journal 1")
    assert reference(asked) == f"A. Author, B. Author. {shown} Journal 1. 2020. doi:10.1/x."
    patients = f"A. Author and others (2020): {shown} Journal 1. read in full"
    assert reference_for_patients(asked) == patients


def test_one_author_has_no_others() -> None:
    alone = source("Iron", "A. Author")
    assert short_name(alone) == "A. Author 2020"
    assert short_reference(alone) == "A. Author 2020 [asked-2020]"
