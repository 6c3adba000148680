"""What tests of pages in a browser share: coming in, what a page says, who could not use it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.serving import Served

# A busy machine is slow, not broken.
WAITS_MS = 30_000


def watched(page: Page) -> list[str]:
    """What the console of a page says, what fails in it, and what would leave this computer."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: _check_own(request.url, said))
    return said


def _check_own(url: str, said: list[str]) -> None:
    if not url.startswith("http://127.0.0.1:"):
        said.append(f"outside: {url}")


def enter(page: Page, server: Served) -> None:
    """Come in by the key."""
    page.goto(server.first_page)
    page.get_by_role("button", name="Go on").click()


def serious_faults(axe: Axe, page: Page, *rules: str) -> list[str]:
    """Faults that keep somebody from using a page, each with where it is; by some rules only."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = axe.run(page, options=options).response["violations"]
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
