"""A real server and a real browser: Debian's Chromium, on this computer only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from tests.browser.looking import WAITS_MS, enter, serious_faults, watched
from tests.serving import Served, served

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Where it is set, a missing browser is a failure.
NEEDED = "EKBOM_NEEDS_BROWSER"
# A busy machine is slow, not broken.
LAUNCHES_MS = 90_000
LONGEST_S = 300
NoFault = Callable[[Page], None]


@pytest.fixture(autouse=True)
def not_for_ever() -> Iterator[None]:
    """End a test in which a page answers no more: what a page is asked has no limit of its own."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ended(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"this test took more than {LONGEST_S} s")

    before = signal.signal(signal.SIGALRM, ended)
    signal.alarm(LONGEST_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM.exists() and not os.environ.get(NEEDED):
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=list(FLAGS), timeout=LAUNCHES_MS
    )
    yield found
    found.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A server of its own, with an empty store."""
    with served(tmp_path / "store") as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1200, "height": 900})
    found.set_default_timeout(WAITS_MS)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, server: Served) -> Iterator[Page]:
    """A page that came in; whatever the console says or leaves this computer fails the test."""
    found = context.new_page()
    said = watched(found)
    enter(found, server)
    yield found
    assert said == []


@pytest.fixture(scope="session")
def no_serious_fault() -> NoFault:
    """Asserts that a page has no serious fault for those who cannot see, hear or point well."""
    axe = Axe()

    def check(page: Page) -> None:
        assert serious_faults(axe, page) == []

    return check
