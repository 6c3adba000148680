"""The lock: a page nobody uses is covered, one that is used is not, and nothing written is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.looking import watched
from tests.serving import served

IDLE_S = 6.0


@pytest.fixture
def page(context: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """A window that came in, at a desk that locks soon."""
    with served(tmp_path / "store", "--idle-min", f"{IDLE_S / 60}") as server:
        found = context.new_page()
        said = watched(found)
        found.goto(server.first_page)
        yield found
        assert [one for one in said if "403" not in one] == []


def test_page_nobody_uses_is_covered_and_keeps_what_was_written(page: Page) -> None:
    code = page.locator(".code").inner_text()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="New patient").click()
    name = page.get_by_label("Name in the record")
    name.fill("A-104")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible(timeout=5_000 * IDLE_S)
    expect(name).to_be_hidden()
    page.get_by_label("Unlock code").fill("0" * 6 if code != "0" * 6 else "1" * 6)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("That is not the code of this start")).to_be_visible()
    # Whoever goes round the cover finds the server locked as well.
    assert page.request.get(page.url, max_redirects=0).headers["location"] == "/locked"
    page.get_by_label("Unlock code").fill(code)
    page.get_by_role("button", name="Unlock").click()
    expect(name).to_have_value("A-104")


def test_page_that_is_written_on_for_long_stays_open(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="New patient").click()
    until = time.monotonic() + 2 * IDLE_S
    while time.monotonic() < until:
        page.get_by_label("Name in the record").press_sequentially("A")
        page.wait_for_timeout(300)
    page.get_by_label("Born").fill("1971")
    page.get_by_role("button", name="Take up").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_other_windows_lock_with_one(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(other.get_by_role("heading", name="Locked")).to_be_visible()
    expect(other.get_by_role("heading", name="Patients")).to_be_hidden()


def test_page_that_the_browser_kept_is_shown_only_while_the_desk_is_open(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()
    title = page.get_by_role("heading", name="Patients")
    expect(title).to_be_visible()
    page.wait_for_load_state()
    back = "dispatchEvent(new PageTransitionEvent('{}', {{persisted: true}}))"
    page.evaluate(back.format("pagehide"))
    expect(title).to_be_hidden()
    page.evaluate(back.format("pageshow"))
    expect(title).to_be_visible()
    page.evaluate("fetch('/lock', {method: 'POST', redirect: 'manual'})")
    page.evaluate(back.format("pagehide"))
    page.evaluate(back.format("pageshow"))
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
