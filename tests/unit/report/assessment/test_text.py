"""An assessment on a terminal: flags first, one line a finding, the reasons when asked for."""

from __future__ import annotations

from dataclasses import replace

from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Conclusion, Truth
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.text import text
from ekbom.report.lines import WIDTH


def lines(shown: Shown, mode: str = "clinician", **options: object) -> list[str]:
    return list(text(shown, mode, **options))  # type: ignore[arg-type]


def test_red_flags_come_before_where_we_stand_and_that_before_the_sections(shown: Shown) -> None:
    said = lines(shown)
    order = [said.index(head) for head in ("RED FLAGS", "WHERE WE STAND", "DIAGNOSTIC CRITERIA")]
    assert order == sorted(order)
    assert said[order[0] + 1] == "  ! Drowsy driving (urgent)"
    assert "  ? Suicidality" in said


def test_each_finding_is_one_line_with_its_truth_and_state(shown: Shown) -> None:
    said = lines(shown)
    assert "  unknown  Criteria of 2014: mimics not yet excluded" in said
    assert "  yes      Antidepressant: present [probable]" in said
    assert "  no       No iron" in said


def test_what_shares_an_outcome_takes_one_line_and_its_own_with_reasons(shown: Shown) -> None:
    def finding(name: str) -> Finding:
        return Finding(name, Conclusion(Truth.UNKNOWN, name, id=name), "not known")

    drivers = Section("drivers", "Drivers", (finding("Stress"), finding("Stroke")))
    bare = replace(shown, assessment=replace(shown.assessment, sections=(drivers,)))
    assert "  unknown  not known: Stress; Stroke" in lines(bare)
    assert "  unknown  Stress: not known" in lines(bare, why=True)


def test_the_reasons_show_the_comparison_the_limit_and_its_mark(shown: Shown) -> None:
    said = "\n".join(lines(shown, why=True))
    assert "yes: Ferritin 23 µg/L (2026-05-10) is at most 75 µg/L" in said
    assert "limit: Ferritin for iron by mouth: 75 µg/L (IRLSSG 2018) [2] table 2" in said
    assert "recalled, to be" in said
    assert "caveat: Ferritin may be falsely high; CRP is not known." in said


def test_without_asking_why_there_are_no_sources(shown: Shown) -> None:
    assert "SOURCES" not in lines(shown)
    assert "SOURCES" in lines(shown, why=True)


def test_one_section_stands_alone(shown: Shown) -> None:
    said = lines(shown, section="iron")
    assert "IRON" in said
    assert not {"RED FLAGS", "WHERE WE STAND", "WHAT MAY DRIVE IT"} & set(said)


def test_no_line_is_wider_than_a_terminal(shown: Shown) -> None:
    for said in (lines(shown, why=True), lines(shown, "patient")):
        assert max(map(len, said)) <= WIDTH


def test_a_patient_reads_plain_words_only(shown: Shown) -> None:
    said = "\n".join(lines(shown, "patient"))
    assert "CLINICIAN-ONLY" not in said
    assert "HIDDEN-UNLESS-RAISED" not in said
    assert "Please do not drive when drowsy." in said


def test_nothing_found_is_said_not_left_blank(shown: Shown) -> None:
    said = lines(replace(shown, assessment=replace(shown.assessment, sections=())))
    assert "  not looked for" in said
    assert "  Severity:      not known" in said
