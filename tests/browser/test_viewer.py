"""The viewer of a night in a browser: it draws, pans, zooms, pages and selects in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.browser.looking import WAITS_MS, enter, watched
from tests.measured_nights import SHORT_S, add_measured, short
from tests.serving import Served, served

from ekbom.app.nights.files import address_of, pyramid_of
from ekbom.app.nights.pyramid import build_pyramid
from ekbom.errors import PatientError
from ekbom.interop.edf_writing import write_edf
from ekbom.interop.night import score_files
from ekbom.interop.patient_files import example_text
from ekbom.knowledge.strict_yaml import parse
from ekbom.store import facts
from ekbom.store.exchange import record_in
from ekbom.store.store import opened

NIGHT_S = SHORT_S
# Where the window ends, as the viewer tells it once what is shown is drawn.
SHOWN = "data-shown"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with a night of three quarters of an hour that is measured, and its address."""
    folder = tmp_path_factory.mktemp("viewer")
    made = short()
    legs = list(made.leg_signals())
    # Of five seconds four are negative.
    at_s = np.arange(legs[0].samples.size) / legs[0].rate_hz % 5
    wave = np.where(at_s < 4.0, -80.0, 0.0)
    head = [replace(legs[0], label=name, samples=wave) for name in ("EEG C4-M1", "EOG E1-M2")]
    recording = folder / "night.edf"
    write_edf(recording, [*legs, *head], made.annotations, made.duration_s)
    record = parse("example", example_text("iron-deficient").encode(), PatientError).data
    with opened(folder / "store", clock=lambda: datetime(2026, 11, 22, tzinfo=UTC)) as store:
        with store.writing() as connection:
            stamp = store.stamp("Dr Example")
            person_id = facts.new_person(connection, record_in(record), stamp)
        scored = score_files(recording, rules="all")
        night_id = add_measured(store, person_id, recording, scored)
        build_pyramid(recording, pyramid_of(store, night_id), lambda share: None)
        return folder / "store", address_of(person_id, night_id)


@pytest.fixture(scope="module")
def night_server(prepared: tuple[Path, str]) -> Iterator[Served]:
    with served(prepared[0]) as found:
        yield found


@pytest.fixture(scope="module")
def desk(browser: Browser, night_server: Served) -> Iterator[BrowserContext]:
    """Somebody who came in: the key opens once."""
    found = browser.new_context(viewport={"width": 1200, "height": 900})
    found.set_default_timeout(WAITS_MS)
    enter(found.new_page(), night_server)
    yield found
    found.close()


@pytest.fixture
def night(desk: BrowserContext, night_server: Served, prepared: tuple[Path, str]) -> Iterator[Page]:
    """The page of the night with its viewer drawn; its console stays silent."""
    found = desk.new_page()
    said = watched(found)
    found.goto(night_server.base + prepared[1])
    drawn(found)
    yield found
    assert said == []
    found.close()


def drawn(page: Page) -> tuple[float, float]:
    """Start and end of what is shown, once it is drawn sharply."""
    expect(page.locator("#viewer")).to_have_attribute(SHOWN, re.compile(","), timeout=WAITS_MS)
    start, end = (page.locator("#viewer").get_attribute(SHOWN) or "").split(",")
    return float(start), float(end)


def moved(page: Page, before: tuple[float, float]) -> tuple[float, float]:
    """What is shown after it changed from before."""
    was = ",".join(repr(float(moment)).removesuffix(".0") for moment in before)
    expect(page.locator("#viewer")).not_to_have_attribute(SHOWN, was)
    return drawn(page)


def field(page: Page, part: str) -> Locator:
    return page.locator(f'[data-part="{part}"]:visible').first


def test_the_whole_night_is_drawn_with_its_stages_legs_and_signals(night: Page) -> None:
    assert drawn(night) == (0, NIGHT_S)
    for part in ("night", "axis", "left", "right", "signal"):
        expect(field(night, part).locator("canvas").first).to_be_visible()
    expect(night.get_by_role("button", name=re.compile("EMG LAT.*µV"))).to_be_visible()
    # An empty canvas is a few hundred bytes as a picture, a drawn trace many thousands.
    assert len(field(night, "signal").screenshot()) > 3000


def test_keys_page_zoom_and_step_from_movement_to_movement(night: Page) -> None:
    viewer = night.locator("#viewer")
    night.get_by_role("button", name="5 min", exact=True).click()
    first = moved(night, (0, NIGHT_S))
    assert first[1] - first[0] == pytest.approx(300)
    viewer.focus()
    night.keyboard.press("ArrowRight")
    second = moved(night, first)
    assert second[0] == pytest.approx(first[1])
    night.keyboard.press("Shift+ArrowLeft")
    third = moved(night, second)
    assert third[0] == pytest.approx(second[0] - 150)
    night.keyboard.press("+")
    fourth = moved(night, third)
    assert fourth[1] - fourth[0] == pytest.approx(150)
    night.keyboard.press("Home")
    fifth = moved(night, fourth)
    assert fifth[0] == 0
    night.keyboard.press("End")
    sixth = moved(night, fifth)
    assert sixth[1] == pytest.approx(NIGHT_S)
    night.keyboard.press("Home")
    moved(night, sixth)
    night.keyboard.press("n")
    expect(night.locator('[data-viewer="said"]')).to_contain_text(re.compile(r"leg|both legs"))
    # Nearer to the next second or not: the time is the one the table gives.
    said, row = night.locator('[data-viewer="said"]'), night.locator('tr[aria-current="true"]')
    for _ in range(4):
        before = said.text_content() or ""
        night.keyboard.press("n")
        expect(said).not_to_have_text(before)
        clock = (said.text_content() or "").partition(": ")[0]
        expect(row.locator(".go")).to_have_text(clock)
    night.keyboard.press("?")
    expect(night.get_by_role("dialog")).to_be_visible()
    night.keyboard.press("Escape")
    expect(night.get_by_role("dialog")).to_be_hidden()


def test_the_level_of_the_legs_is_shown_with_its_thresholds(night: Page) -> None:
    expect(field(night, "signal")).to_be_visible()
    expect(night.locator('[data-part="level-left"]')).to_be_hidden()
    night.locator("#viewer").focus()
    night.keyboard.press("l")
    expect(night.get_by_role("button", name="Levels")).to_have_attribute("aria-pressed", "true")
    night.get_by_role("button", name="5 min", exact=True).click()
    expect(night.locator('[data-viewer="levels-said"]')).to_contain_text("8 µV above rest")
    expect(night.get_by_text(re.compile(r"Level, left\s+0 to \d+ µV"))).to_be_visible()


def test_dragging_pans_and_the_wheel_zooms_at_the_cursor(night: Page) -> None:
    night.get_by_role("button", name="5 min", exact=True).click()
    first = moved(night, (0, NIGHT_S))
    box = field(night, "signal").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    night.mouse.move(x, y)
    night.mouse.down()
    night.mouse.move(x + box["width"] / 3, y, steps=4)
    night.mouse.up()
    second = moved(night, first)
    assert second[0] == pytest.approx(first[0] - 100, abs=1)
    night.mouse.move(x, y)
    night.mouse.wheel(0, -300)
    third = moved(night, second)
    at_s = second[0] + (second[1] - second[0]) / 4
    assert third[1] - third[0] < 250
    assert third[0] + (third[1] - third[0]) / 4 == pytest.approx(at_s, abs=1)


def test_a_signal_is_drawn_higher_by_keys_and_can_be_left_out(night: Page) -> None:
    button = night.get_by_role("button", name=re.compile("EMG RAT"))
    before = button.inner_text()
    button.focus()
    night.keyboard.press("ArrowUp")
    expect(button).not_to_have_text(before)
    night.keyboard.press("ArrowDown")
    expect(button).to_have_text(re.compile(re.escape(before.split("\n")[-1])))
    night.locator(".night-channels > summary").click()
    night.get_by_role("checkbox", name="EMG RAT").uncheck()
    expect(button).to_be_hidden()


def test_eeg_is_negative_up_until_it_is_turned_and_every_row_says_which(night: Page) -> None:
    night.get_by_role("button", name="5 min", exact=True).click()
    moved(night, (0, NIGHT_S))
    eeg = night.get_by_role("button", name=re.compile("EEG C4-M1"))
    leg = night.get_by_role("button", name=re.compile("EMG RAT"))
    switch = night.get_by_role("button", name="Negative up", include_hidden=True)
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(eeg).to_have_attribute("title", re.compile("negative up"))
    expect(leg).not_to_have_attribute("title", re.compile(" up"))
    assert _ink_above(night, "EEG C4-M1") > 0.6
    before = _ink_above(night, "EMG RAT")
    night.locator("#viewer").focus()
    night.keyboard.press("i")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(eeg).to_have_attribute("title", re.compile("positive up"))
    night.wait_for_timeout(100)
    assert _ink_above(night, "EEG C4-M1") < 0.4
    assert _ink_above(night, "EMG RAT") == pytest.approx(before, abs=1e-9)
    # For this window, whatever is opened in it.
    night.reload()
    drawn(night)
    expect(switch).to_have_attribute("aria-pressed", "false")
    night.locator(".night-channels > summary").click()
    switch.click()
    expect(eeg).to_have_attribute("title", re.compile("negative up"))


def _ink_above(page: Page, label: str) -> float:
    """The share of columns whose trace lies high in the row, of those where it is high or low."""
    return page.evaluate(  # type: ignore[no-any-return]
        """(label) => {
          const buttons = [...document.querySelectorAll(".night-row")];
          const name = buttons.find((one) => one.textContent.startsWith(label)).parentElement;
          const canvas = name.nextElementSibling.querySelector("canvas");
          const { width, height } = canvas;
          const copy = new OffscreenCanvas(width, height);
          const context = copy.getContext("2d", { willReadFrequently: true });
          context.drawImage(canvas, 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          let [above, below] = [0, 0];
          // Beside the words at the axis.
          for (let x = Math.round(width / 4); x < width; x += 1) {
            let [high, low] = [false, false];
            for (let y = 0; y < height; y += 1) {
              const k = 4 * (y * width + x);
              const isInk = data[k + 3] > 128 && data[k] + data[k + 1] + data[k + 2] < 560;
              if (isInk && y < 0.4 * height) high = true;
              if (isInk && y > 0.6 * height) low = true;
            }
            if (high && !low) above += 1;
            if (low && !high) below += 1;
          }
          return above / Math.max(above + below, 1);
        }""",
        label,
    )


def test_it_fits_a_phone_and_the_dark(
    desk: BrowserContext, night_server: Served, prepared: tuple[Path, str]
) -> None:
    page = desk.new_page()
    said = watched(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(night_server.base + prepared[1])
    drawn(page)
    expect(field(page, "left")).to_be_visible()
    box = page.locator('[data-viewer="stack"]').bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    # From light to dark and back the canvases follow.
    dark = field(page, "signal").screenshot()
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    page.wait_for_timeout(100)
    assert field(page, "signal").screenshot() != dark
    assert said == []
    page.close()
