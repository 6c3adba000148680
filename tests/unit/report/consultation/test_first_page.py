"""The first page: short enough for one sheet, and what is cut is named and told below."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.unit.report.consultation.printed import LINES, printed_lines

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.report.citations import Citations
from ekbom.report.consultation.decide import ChoiceShown, Common, cite_consultation, decision
from ekbom.report.consultation.first_page import N_LINES, first_page, in_short
from ekbom.report.consultation.html import render_consultation
from ekbom.report.consultation.options import OptionShown
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown

READ_ON = date(2026, 11, 22)
ROOT = Path(__file__).parents[4]
EXAMPLES = sorted(p.stem for p in (ROOT / "src/ekbom/examples/patients").glob("*.yaml"))


def _visits() -> list[tuple[str, date]]:
    files = sorted((ROOT / "tests/cases/histories").glob("*.yaml"))
    told = [parse(path.name, path.read_bytes()).data for path in files]
    return [(one["example"], visit["on"]) for one in told for visit in one["visits"]]


PAGES = [*((name, READ_ON) for name in EXAMPLES), *_visits()]


def shown(name: str, day: date) -> ShownConsultation:
    base = load()
    return consultation_shown(example_patient(name, base, READ_ON), base, day)


@pytest.mark.parametrize(("name", "day"), PAGES)
def test_the_first_part_fits_one_sheet_and_sources_are_those_cited(name: str, day: date) -> None:
    page = render_consultation(shown(name, day))
    assert printed_lines(page) <= LINES
    listed = set(re.findall(r'id="basis-(\d+)"', page))
    cited = set(re.findall(r'href="#basis-(\d+)"', page))
    assert listed == cited
    targets = set(map(unescape, re.findall(r'href="#([^"]+)"', page)))
    assert targets <= set(map(unescape, re.findall(r'\bid="([^"]+)"', page)))


def test_the_count_of_lines_grows_with_what_is_said() -> None:
    page = '<section class="first"><p>{}</p></section><section><p>not counted</p></section>'
    assert printed_lines(page.format("word " * 200)) > printed_lines(page.format("word")) > 0


def offered(found: ShownConsultation) -> tuple[OptionShown, ...]:
    citations = Citations(found.knowledge)
    cite_consultation(found, citations)
    return decision(found, citations).choice.offered


def test_what_is_more_is_named_and_what_is_taken_is_never_cut(by_newest: ShownConsultation) -> None:
    (one, *_) = (o for o in offered(by_newest) if o.doses)
    many = tuple(replace(one, id=f"o{k}", name=f"Option {k}", taken="") for k in range(14))
    taken = replace(many[-1], taken="1 mg a day")
    page = first_page([ChoiceShown((*many[:-1], taken))])
    assert len(page.lines) == N_LINES + 1
    assert page.lines[-1].one.taken
    assert [option.name for option in page.more] == [f"Option {k}" for k in range(N_LINES, 13)]


def test_what_several_share_is_told_once_with_a_letter(by_newest: ShownConsultation) -> None:
    one = next(o for o in offered(by_newest) if o.doses)
    says = "Legs are swollen already; swelling is a known effect."
    two = [replace(one, id=name, name=name, cautions=(says,)) for name in ("A", "B")]
    page = first_page([ChoiceShown(tuple(two))])
    said = [line.cautions[0] for line in page.lines]
    assert {each.says for each in said} == {"Legs are swollen already"}
    assert [note.letter for note in page.notes if note.says == says] == [said[0].letter]


def test_a_caveat_of_one_choice_is_not_told_of_the_other(by_newest: ShownConsultation) -> None:
    one = replace(next(o for o in offered(by_newest) if o.doses), caveats=())
    iron = ChoiceShown(
        (replace(one, id="A", name="A"), replace(one, id="B", name="B")),
        common=(Common("Kidneys."),),
    )
    other = ChoiceShown((replace(one, id="C", name="C"),))
    page = first_page([iron, other])
    (letter,) = {note.letter for note in page.notes if note.says == "Kidneys."}
    assert letter
    assert [letter in line.letters for line in page.lines] == [True, True, False]
    alone = first_page([iron])
    assert [note.letter for note in alone.notes if note.says == "Kidneys."] == [""]


@pytest.mark.parametrize(
    ("says", "short"),
    [
        ("Iron is low: it is corrected first.", "Iron is low"),
        ("Alcohol is drunk; it adds to sedation.", "Alcohol is drunk"),
        ("Nothing follows.", "Nothing follows"),
    ],
)
def test_the_short_form_says_what_holds(says: str, short: str) -> None:
    assert in_short(says) == short


def test_the_running_head_cannot_leave_its_string() -> None:
    base, name = load(), 'x"; } </style><b>'
    odd = replace(example_patient("nearly-empty", base, READ_ON), id=name)
    page = render_consultation(consultation_shown(odd, base, READ_ON))
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "@top-right" in style and name not in style
    assert style.count("{") == style.count("}")


def test_a_first_page_without_options_says_so_and_names_nothing_done_as_due() -> None:
    first = render_consultation(shown("history-iron-repletion", date(2025, 6, 16)))
    first = first.partition('class="first"')[2].partition("</section>")[0]
    assert "none may be discussed as things stand" in first
    assert 'class="choices"' not in first
    assert "Due next" in first and ">done <" not in first
