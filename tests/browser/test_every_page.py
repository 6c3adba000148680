"""Every page of a filled record, those added later too: quiet, readable and usable by all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.looking import WAITS_MS, enter, serious_faults, watched
from tests.security.house import NOW, PORT, SAMPLE, House, filled
from tests.serving import Served, served

from ekbom.app.desk import Desk
from ekbom.app.security import Address
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.knowledge.loading import load
from ekbom.store.store import opened

WIDE, NARROW = 1200, 390


@dataclass(frozen=True)
class Filled:
    """A server with an example patient and a night, and the addresses of its whole pages."""

    server: Served
    patient: str
    pages: tuple[str, ...]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("walk") / "store"
    with opened(folder, clock=lambda: NOW) as store:
        person, night = filled(store, SAMPLE.read_bytes())
        sessions = Sessions("Dr Example", idle_s=900)
        app = build(Desk(store, load()), sessions, Address.local(PORT))
        pages = _whole_pages(House(app, store, sessions, person, night))
    with served(folder) as server:
        yield Filled(server, f"/patients/{person}", pages)


def _whole_pages(house: House) -> tuple[str, ...]:
    """Addresses that answer with a page, not with a part of one or a file to be kept."""
    client, found = house.insider(), []
    for path in house.pages:
        answer = client.get(path)
        is_file = "attachment" in answer.headers.get("content-disposition", "")
        if answer.text[:9].lower() == "<!doctype" and not is_file and answer.status_code == 200:
            found.append(path)
    return tuple(found)


@pytest.fixture(scope="module")
def inside(browser: Browser, house: Filled) -> Iterator[BrowserContext]:
    """A window that came in once, as the key opens once."""
    found = browser.new_context()
    found.set_default_timeout(WAITS_MS)
    page = found.new_page()
    enter(page, house.server)
    page.close()
    yield found
    found.close()


@pytest.fixture
def page(inside: BrowserContext) -> Iterator[Page]:
    found = inside.new_page()
    yield found
    found.close()


def test_the_walk_finds_the_rooms(house: Filled) -> None:
    assert {"/", "/patients/new", "/welcome"} <= set(house.pages)
    assert sum(path.startswith("/patients/") for path in house.pages) >= 6


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_quiet_and_without_serious_fault(
    page: Page, house: Filled, width: int
) -> None:
    axe, said = Axe(), watched(page)
    page.set_viewport_size({"width": width, "height": 900})
    faults: list[str] = []
    for path in house.pages:
        page.emulate_media(color_scheme="light")
        answer = page.goto(house.server.base + path)
        assert answer is not None
        assert answer.status == 200, path
        found = serious_faults(axe, page)
        if width == WIDE:
            # Only colours differ in the dark, and they do not go by the width.
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {one}" for one in serious_faults(axe, page, "color-contrast")]
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{over} px wider than the window"] if over > 0 else []
        faults += [f"{path.removeprefix(house.patient)}: {one}" for one in found]
    assert not faults, "\n".join(faults)
    assert said == []


def test_an_invented_patient_is_looked_at(page: Page, house: Filled) -> None:
    page.goto(house.server.base)
    page.get_by_label("Look around with an invented patient").select_option("dialysis")
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("example-dialysis")).to_be_visible()


def test_a_page_that_waits_says_once_that_nothing_answers(page: Page, house: Filled) -> None:
    page.goto(house.server.base)
    page.evaluate("document.querySelector('main').append(document.createElement('section'))")
    page.evaluate("document.querySelector('main > section:last-child').id = 'working'")
    for _ in range(2):
        page.evaluate("document.body.dispatchEvent(new Event('htmx:sendError'))")
    expect(page.get_by_text("Is it still running?")).to_have_count(1)
