"""Nothing shown of any case says what must never be said, to professionals or to patients."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from html import unescape
from pathlib import Path

import pytest

from ekbom.assessment.assess import assess
from ekbom.assessment.changes import against_newest
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.education import Mode
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.reading import patient_from
from ekbom.report.assessment.as_json import as_json
from ekbom.report.assessment.html import render_assessment
from ekbom.report.assessment.modes import MODES, Shown
from ekbom.report.assessment.text import text

FOLDER = Path(__file__).parent
# A history is shown by its example, on the last day.
CASES = [
    path.relative_to(FOLDER).as_posix()
    for path in sorted(FOLDER.glob("*/*.yaml"))
    if path.parent.name != "histories"
]
EXAMPLES = [f"example:{name}" for name in example_names()]
TODAY = date(2026, 11, 22)

# A concentration (mg/L) is a result, not a dose.
DOSE = re.compile(r"\d\s*(?:mg|µg|μg|mcg|ug|mgs|milligrams?|micrograms?)\b(?!\s*/)", re.IGNORECASE)
# Words shorter than this may stand in both, as "Iron." does.
TELLING = 40
UNWRAPPED = 100_000


@pytest.fixture(autouse=True, scope="module")
def rare_collection() -> Iterator[None]:
    """Pages hold millions of small things in no cycle: looking for cycles often takes a tenth."""
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    yield
    gc.set_threshold(*thresholds)


# What is kept is kept for one case: all of them together would fill gigabytes.
@lru_cache(maxsize=1)
def shown(name: str) -> Shown:
    """The case with what the newest editions would change, where others answered."""
    base = load()
    if name.startswith("example:"):
        patient, as_of, editions = example_patient(name[8:], base, TODAY), TODAY, None
    else:
        file = parse(name, (FOLDER / name).read_bytes())
        as_of, editions = file.data["as_of"], file.data.get("editions")
        record = file.data["patient"]
        today = file.data.get("today") or as_of
        if "example" in record:
            patient = example_patient(record["example"], base, today)
        else:
            patient = patient_from(file, base, today, path=("patient",))
    found = assess(patient, base, as_of, editions)
    return Shown(found, patient.as_of(as_of), base, against_newest(found, patient, base))


@lru_cache(maxsize=len(MODES))
def outputs(name: str, mode: Mode) -> dict[str, frozenset[str]]:
    """Everything that is said of a case in a mode, by form: one paragraph, line or text each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ekbom.report.lines.WIDTH", UNWRAPPED)
        # The reasons stand on the page of every case; on a terminal too in the examples.
        why = mode == "clinician" and name.startswith("example:")
        lines = frozenset(text(shown(name), mode, why=why))
    page = re.sub(r"<style>.*?</style>", "", render_assessment(shown(name), mode), flags=re.DOTALL)
    said = re.split(r"</?(?!b>|code>|/)[a-z][^>]*>", page)
    return {
        "text": lines,
        "json": frozenset(texts_of(as_json(shown(name), mode))),
        "html": frozenset(map(plain, set(said))),
    }


def texts_of(part: object) -> set[str]:
    """Every text of plain data."""
    texts: set[str] = set()
    open_parts = [part]
    while open_parts:
        one = open_parts.pop()
        inside = one.values() if isinstance(one, dict) else one if isinstance(one, list) else [one]
        for value in inside:
            if isinstance(value, str):
                texts.add(value)
            elif isinstance(value, (dict, list)):
                open_parts.append(value)
    return texts


@cache
def plain(part: str) -> str:
    """A piece of a page as it is read."""
    return unescape(re.sub(r"<[^>]*>", "", part)).strip()


# Most paragraphs come back in case after case.
@cache
def forbidden(paragraph: str, mode: Mode) -> tuple[str, ...]:
    return tuple(f"{found.id}: {found.words}" for found in spoken(paragraph, load(), mode))


def offences(name: str) -> Iterator[str]:
    """What is said that must not be, in any form and mode."""
    for mode in MODES:
        for form, output in outputs(name, mode).items():
            for paragraph in output:
                for offence in forbidden(paragraph, mode):
                    yield f"{form}, {mode}: {offence}"
                if mode == "patient" and DOSE.search(paragraph):
                    yield f"{form}, patient: a dose: {paragraph}"


def leaks(name: str) -> Iterator[str]:
    """Words for clinicians in what a patient is shown."""
    output = "\n".join(said for form in outputs(name, "patient").values() for said in form)
    assessment = shown(name).assessment
    words = [f.words for f in assessment.findings()] + [s.summary for s in assessment.sections]
    plain = " ".join(w.patient for w in words)
    for told in {one.clinician for one in words}:
        if len(told) >= TELLING and told not in plain and told in output:
            yield f"for clinicians: {told}"


# One test a case, so that each is assessed and rendered once.
@pytest.mark.parametrize("name", [*EXAMPLES, *CASES])
def test_nothing_shown_of_a_case_says_what_must_never_be_said(name: str) -> None:
    assert sorted({*offences(name), *leaks(name)}) == []


@pytest.mark.parametrize("mode", MODES)
def test_the_check_would_notice(mode: Mode) -> None:
    assert forbidden("You have restless legs syndrome.", mode)
    assert not forbidden("Your answers match the published criteria.", mode)


@pytest.mark.parametrize(
    ("text", "is_dose"),
    [
        ("take 300 mg in the evening", True),
        ("325mg", True),
        ("65 µg a day", True),
        ("CRP 5 mg/L", False),
        ("ferritin 23 ug/L", False),
        ("8 mg / dL", False),
        ("10 mgs", True),
    ],
)
def test_a_dose_is_told_from_a_concentration(text: str, is_dose: bool) -> None:
    assert bool(DOSE.search(text)) is is_dose
