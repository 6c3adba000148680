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

from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.education import Mode
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.records import Words
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.treatment import Action
from ekbom.patient.reading import patient_from
from ekbom.report.assessment.html import render_assessment
from ekbom.report.assessment.modes import MODES
from ekbom.report.assessment.text import text as assess_text
from ekbom.report.consultation.as_json import as_json
from ekbom.report.consultation.html import render_consultation
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.report.consultation.text import Part, text

FOLDER = Path(__file__).parent
HISTORIES = FOLDER / "histories"
CASES = [
    path.relative_to(FOLDER).as_posix()
    for path in sorted(FOLDER.glob("*/*.yaml"))
    if path.parent != HISTORIES
]
# Every visit of a history, as visit:EXAMPLE@DAY.
VISITS = [
    f"visit:{history['example']}@{visit['on']}"
    for path in sorted(HISTORIES.glob("*.yaml"))
    for history in (parse(path.stem, path.read_bytes()).data,)
    for visit in history["visits"]
]
EXAMPLES = [f"example:{name}" for name in example_names()]
TODAY = date(2026, 11, 22)

# A concentration (mg/L) is a result, not a dose.
DOSE = re.compile(r"\d\s*(?:mg|µg|μg|mcg|ug|mgs|milligrams?|micrograms?)\b(?!\s*/)", re.IGNORECASE)
# Words shorter than this may stand in both, as "Iron." does.
TELLING = 40
UNWRAPPED = 100_000
PARTS: tuple[Part, ...] = ("consult", "plan", "follow")


@pytest.fixture(autouse=True, scope="module")
def rare_collection() -> Iterator[None]:
    """Pages hold millions of small things in no cycle: looking for cycles often takes a tenth."""
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    yield
    gc.set_threshold(*thresholds)


# What is kept is kept for one case: all of them together would fill gigabytes.
@lru_cache(maxsize=1)
def shown(name: str) -> ShownConsultation:
    """The consultation of a case, and by the newest editions where others answered."""
    base = load()
    if name.startswith("example:"):
        patient, as_of, editions = example_patient(name[8:], base, TODAY), TODAY, None
    elif name.startswith("visit:"):
        example, _, on = name[6:].partition("@")
        patient, editions = example_patient(example, base, TODAY), None
        as_of = date.fromisoformat(on)
    else:
        file = parse(name, (FOLDER / name).read_bytes())
        as_of, editions = file.data["as_of"], file.data.get("editions")
        record = file.data["patient"]
        today = file.data.get("today") or as_of
        if "example" in record:
            patient = example_patient(record["example"], base, today)
        else:
            patient = patient_from(file, base, today, path=("patient",))
    return consultation_shown(patient, base, as_of, editions)


@lru_cache(maxsize=len(MODES))
def outputs(name: str, mode: Mode) -> dict[str, frozenset[str]]:
    """Everything that is said of a case in a mode, by form: one paragraph, line or text each.

    What a patient sees is walked in every form. To a clinician the data hold every sentence of
    the other forms; in the examples those are walked too, each verb apart.
    """
    one = shown(name)
    is_example = name.startswith("example:")
    found = {"json": frozenset(texts_of(as_json(one, mode)))}
    if mode == "patient" or is_example:
        found["html"] = pieces(render_consultation(one, mode))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ekbom.report.lines.WIDTH", UNWRAPPED)
            why = mode == "clinician"
            found["text"] = frozenset(
                line for part in PARTS for line in text(one, mode, part=part, why=why)
            )
            found["text of the assessment"] = frozenset(assess_text(one.assessed, mode, why=why))
    if is_example:
        found["html of the assessment"] = pieces(render_assessment(one.assessed, mode))
    return found


def pieces(page: str) -> frozenset[str]:
    """A page, paragraph by paragraph, as it is read."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    said = re.split(r"</?(?!b>|code>|/)[a-z][^>]*>", page)
    return frozenset(map(plain, set(said)))


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
    words = list(all_words(shown(name)))
    plain = " ".join(w.patient for w in words)
    for told in {one.clinician for one in words}:
        if len(told) >= TELLING and told not in plain and told in output:
            yield f"for clinicians: {told}"


def all_words(one: ShownConsultation) -> Iterator[Words]:
    """What is said to each reader, anywhere in a consultation; options that are withheld too."""
    found = one.consultation
    yield from (finding.words for finding in found.findings())
    yield from (section.summary for section in found.assessment.sections)
    yield from (due.check.words for due in found.follow_up.due)
    for action in one.knowledge.of(Action).values():
        yield from (action.words, action.tell)
        # Of effects and considerations a patient hears nothing at all.
        yield from (Words(effect.says) for effect in action.effects)
        yield from (Words(line.says) for line in action.considerations)


def withheld_names(name: str) -> Iterator[str]:
    """Actions that are not offered and not taken, named to a patient as something to discuss."""
    named = {one["id"] for one in as_json(shown(name), "patient")["to_discuss"]}
    for option in shown(name).consultation.plan.weighed:
        if option.action.id in named and not option.is_offered:
            yield f"withheld: {option.action.id}"


# One test a case, so that each is assessed and rendered once.
@pytest.mark.parametrize("name", [*EXAMPLES, *VISITS, *CASES])
def test_nothing_shown_of_a_case_says_what_must_never_be_said(name: str) -> None:
    assert sorted({*offences(name), *leaks(name), *withheld_names(name)}) == []


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
