"""A real server and a real browser: Debian's Chromium, on this computer only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists() and not os.environ.get(NEEDED):
        pytest.skip("Chromium is not installed: apt-get install chromium")
    found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
    yield found
    found.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server of its own, with its key."""
    command = [sys.executable, "-m", "ekbom", "serve", "--no-browser"]
    command += ["--store", str(tmp_path / "store"), "--who", "Dr Example"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    with running, running.stdout:
        yield running.stdout.readline().strip()
        running.terminate()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1200, "height": 900})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    """A page that came in; whatever the console says or leaves this computer fails the test."""
    found = context.new_page()
    said: list[str] = []
    found.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    found.on("pageerror", lambda error: said.append(f"error: {error}"))
    found.on(
        "request",
        lambda request: (
            said.append(f"outside: {request.url}")
            if (not request.url.startswith("http://127.0.0.1:"))
            else None
        ),
    )
    found.goto(server)
    found.get_by_role("button", name="Go on").click()
    yield found
    assert said == []
