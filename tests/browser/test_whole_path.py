"""A person's whole path: from a new patient to a report, wide, on a phone, and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.looking import WAITS_MS, enter, watched
from tests.serving import Served

from ekbom.cli.main import main

# Kept after the tests, for people to look at.
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
SCORES_MS = 120_000
WIDE, NARROW = 1200, 390
ESSENTIAL = (
    "Is there an urge to move the legs",
    "Do the symptoms come on, or grow, while the person sits",
    "Does moving about, for example walking, ease",
    "Do the symptoms belong to the evening or night",
)
NoFault = Callable[[Page], None]


@dataclass
class Going:
    """One person going through the app, looked at after each step."""

    page: Page
    pictures: Path
    check: NoFault | None
    n: int = 0

    @property
    def patient(self) -> str:
        found = re.search(r"/patients/[0-9a-f]{32}", self.page.url)
        assert found is not None
        return found[0]

    def go(self, where: str) -> None:
        self.page.get_by_role("navigation", name="This patient").get_by_role(
            "link", name=where, exact=True
        ).click()

    def look(self, name: str) -> None:
        """A picture, and nobody shut out."""
        self.n += 1
        self.page.wait_for_load_state()
        if self.check is not None:
            self.check(self.page)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} is wider than the window by {wide} px"
        self.page.screenshot(
            path=self.pictures / f"{self.n:02d}-{name}.png", full_page=True, caret="initial"
        )


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first hour of a night as the demo makes them, all its signals."""
    path = tmp_path_factory.mktemp("night") / "rls-night.edf"
    assert main(["synth", str(path), "--profile", "rls", "--hours", "1", "--seed", "1"]) == 0
    return path


def window(
    browser: Browser, server: Served, width: int, *, has_script: bool = True
) -> Iterator[Page]:
    """A window that came in; whatever the console says or leaves this computer fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width == NARROW else 900},
        java_script_enabled=has_script,
    )
    context.set_default_timeout(WAITS_MS)
    page = context.new_page()
    said = watched(page)
    enter(page, server)
    yield page
    context.close()
    assert said == []


def take_up(path: Going) -> None:
    page = path.page
    path.look("patients")
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("Name in the record").fill("A-104")
    page.get_by_label("Born").fill("1971-04-02")
    page.get_by_label("female", exact=True).check()
    page.get_by_role("button", name="Take up").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    path.look("overview-empty")


def interview(path: Going) -> None:
    page = path.page
    path.go("Interview")
    for question in ESSENTIAL:
        page.get_by_role("group", name=re.compile(question)).get_by_label("yes").check()
    page.get_by_label("At what clock time do symptoms usually begin?").fill("21:30")
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_role("status").filter(has_text="kept")).to_be_visible()
    path.look("interview")


def labs(path: Going) -> None:
    page = path.page
    path.go("Labs")
    page.get_by_label("Ferritin", exact=False).first.fill("38")
    page.get_by_label("Unit of Ferritin").select_option("ug/L")
    page.get_by_label("Transferrin saturation", exact=False).first.fill("18")
    page.get_by_role("group", name="Fasting").get_by_label("yes").check()
    page.get_by_role("button", name="Keep this draw").click()
    expect(page.get_by_role("status").filter(has_text="kept")).to_be_visible()
    path.look("labs")


def medicine(path: Going) -> None:
    page = path.page
    path.go("Medicines")
    page.locator("input[name=drug]").fill("gabapentin")
    page.locator("input[name=drug]").press("Enter")
    expect(page.get_by_role("status").filter(has_text="kept")).to_be_visible()


def drop_night(path: Going, recording: Path) -> None:
    page = path.page
    path.go("Nights")
    path.look("nights-empty")
    page.get_by_label("Recording").set_input_files(recording)
    page.get_by_role("button", name="Send and check").click()
    page.get_by_label("Evening it began").fill("2026-05-06")
    path.look("night-arrived")
    page.get_by_role("button", name="Keep and score").click()


def read_night(path: Going) -> None:
    """Move a threshold, keep it, reject a movement, put the night into the record."""
    page = path.page
    expect(page.locator("#night-results")).to_be_visible(timeout=SCORES_MS)
    expect(page.locator("#viewer canvas").first).to_be_visible()
    path.look("night")
    page.get_by_label("Rise of the EMG that starts a leg movement", exact=True).fill("12")
    expect(page.get_by_text("Only tried, not kept")).to_be_visible()
    path.look("night-tried")
    page.locator("#night-controls").get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_text("Only tried, not kept")).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Reject the movement at")).first.click()
    expect(page.locator("#changes + ol li")).to_have_count(2)
    path.look("night-changed")
    page.get_by_role("button", name="Put it into the record").click()
    expect(page.get_by_text("The record holds this night as it is read here")).to_be_visible()


def decide(path: Going) -> None:
    page = path.page
    path.go("Assessment")
    expect(page.get_by_role("heading", name="Assessment")).to_be_visible()
    path.look("assessment")
    path.go("Options")
    expect(page.get_by_role("heading", name="Options", exact=True)).to_be_visible()
    path.look("options")


def what_if(path: Going) -> None:
    page = path.page
    path.go("What if")
    page.get_by_label("by vein").check()
    path.look("what-if")
    page.get_by_role("button", name="Run the model").click()
    expect(page.locator("#main svg[role=img]").first).to_be_visible(timeout=SCORES_MS)
    path.look("what-if-answered")


def report(path: Going) -> None:
    page = path.page
    path.go("Report")
    path.look("report")
    page.get_by_role("button", name="Show the page to print").click()
    expect(page.get_by_text("Consultation as of").first).to_be_visible()
    path.look("report-page")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_from_a_new_patient_to_a_report(
    browser: Browser, server: Served, recording: Path, no_serious_fault: NoFault, width: int
) -> None:
    folder = PICTURES / f"{width}"
    folder.mkdir(parents=True, exist_ok=True)
    for page in window(browser, server, width):
        # Both windows hold the same; in the narrow one more can shut somebody out.
        path = Going(page, folder, no_serious_fault if width < WIDE else None)
        take_up(path)
        interview(path)
        labs(path)
        drop_night(path, recording)
        read_night(path)
        decide(path)
        what_if(path)
        report(path)


def test_forms_work_without_script(browser: Browser, server: Served, recording: Path) -> None:
    folder = PICTURES / "without-script"
    folder.mkdir(parents=True, exist_ok=True)
    for page in window(browser, server, WIDE, has_script=False):
        # Whether somebody is shut out is found by script, and seen in the other tests.
        path = Going(page, folder, None)
        take_up(path)
        interview(path)
        labs(path)
        medicine(path)
        drop_night(path, recording)
        # The page loads itself anew until the night is there.
        expect(page.locator("#night-results")).to_be_visible(timeout=SCORES_MS)
        page.get_by_label("Rise of the EMG that starts a leg movement", exact=True).fill("12")
        page.get_by_role("button", name="Keep these settings").first.click()
        page.get_by_role("button", name=re.compile("^Reject the movement at")).first.click()
        expect(page.locator("#changes + ol li")).to_have_count(2)
        page.get_by_role("button", name="Put it into the record").click()
        decide(path)
        record = page.request.get(f"{server.base}{path.patient}/record.yaml").text()
        assert "ferritin: 38 ug/L" in record
        assert "drug: gabapentin" in record
        report(path)
