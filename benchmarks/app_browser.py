"""The app in a real browser: from drop to scored, and how fast a night is drawn again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from app_asking import CHANNELS, Asking, spread
from app_server import EVENING, EXAMPLE, NIGHT_S, SPANS_S, house, say
from playwright.sync_api import Browser, Page, sync_playwright
from processes import EKBOM, run
from tests.browser.conftest import CHROMIUM, FLAGS, LAUNCHES_MS

SCRIPT = Path(__file__).with_name("app_redraw.js")
LIMIT_MS = 120_000
SCORE_LIMIT_S = 300.0
WINDOW = {"width": 1400, "height": 1000}
# The viewer says what it shows once that is drawn sharply.
DRAWN = '#viewer[data-shown*=","]'
DRAG_STEPS = 60
# A wheel that is turned once; so many of them lead from the whole night to an epoch.
WHEEL_PX, WHEEL_TURNS = -50, 86
SKIPPED = "skipped: Chromium is not installed (apt-get install chromium)"


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a graphics processor."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(FLAGS), timeout=LAUNCHES_MS
        )
        yield found
        found.close()


@contextmanager
def window(chromium: Browser, asking: Asking) -> Iterator[Page]:
    """A window of somebody who came in; a fault in its script ends the measurement."""
    context = chromium.new_context(viewport=WINDOW)
    context.set_default_timeout(LIMIT_MS)
    name, _, value = asking.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": asking.server.base}])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    if faults:
        raise RuntimeError(f"the page failed: {faults[0]}")


def drop_to_scored(folder: Path, recording: Path, rounds: int) -> dict[str, Any]:
    """A night sent and scored in the browser, beside `ekbom score` of the same file in turn."""
    if not CHROMIUM.exists():
        return {"failure": SKIPPED}
    found: dict[str, list[float]] = {"send_s": [], "score_s": [], "command_s": []}
    for number in range(rounds):
        say(f"from drop to scored, round {number + 1}")
        done = run([EKBOM, "score", recording, "--json"], SCORE_LIMIT_S, keep_output=False)
        if done.failure:
            raise RuntimeError(done.failure)
        found["command_s"].append(done.wall_s)
        with house(folder / f"drop-{number}") as asking, browser() as chromium:
            person = asking.person(EXAMPLE)
            with window(chromium, asking) as page:
                page.goto(f"{asking.server.base}{person}/nights")
                _dropped(page, recording, found)
    return {name: [round(one, 3) for one in values] for name, values in found.items()}


def _dropped(page: Page, recording: Path, found: dict[str, list[float]]) -> None:
    page.locator("#recording").set_input_files(recording)
    keep = page.get_by_role("button", name="Keep and score")
    started = perf_counter()
    page.get_by_role("button", name="Send and check").click()
    keep.wait_for()
    found["send_s"].append(perf_counter() - started)
    page.get_by_label("Evening it began").fill(EVENING.isoformat())
    started = perf_counter()
    keep.click()
    page.locator(DRAWN).wait_for(state="attached")
    found["score_s"].append(perf_counter() - started)


def redraws(folder: Path, recording: Path, times: int) -> dict[str, Any]:
    """Jumps, drags and zooms in the viewer of a night."""
    if not CHROMIUM.exists():
        return {"failure": SKIPPED}
    say("drawing a night in the browser")
    with house(folder) as asking, browser() as chromium:
        night = asking.night(asking.person(EXAMPLE), recording, EVENING.isoformat())
        with window(chromium, asking) as page:
            page.goto(f"{asking.server.base}{night}")
            page.locator(DRAWN).wait_for(state="attached")
            page.evaluate(f"() => {{ {SCRIPT.read_text()} }}")
            page.evaluate("n => measured.show(n)", CHANNELS)
            found = {name: _at(page, span_s, times) for name, span_s in SPANS_S.items()}
            return {"spans": found, "zoom": _zoomed(page)}


def _at(page: Page, span_s: float, times: int) -> dict[str, Any]:
    jumps = page.evaluate("([span, times]) => measured.jumps(span, times)", [span_s, times])
    x, y = _middle(page)
    by = WINDOW["width"] / 4
    page.evaluate("() => measured.begin()")
    page.mouse.move(x, y)
    page.mouse.down()
    for reach in (by, -by, 0):
        page.mouse.move(x + reach, y, steps=DRAG_STEPS)
    page.mouse.up()
    return {"jump_ms": spread(jumps), **_frames(page, is_moving=span_s < NIGHT_S)}


def _zoomed(page: Page) -> dict[str, Any]:
    """From the whole night to an epoch by the wheel."""
    page.evaluate("span => measured.jumps(span, 1)", NIGHT_S)
    page.mouse.move(*_middle(page))
    page.evaluate("() => measured.begin()")
    for _ in range(WHEEL_TURNS):
        page.mouse.wheel(0, WHEEL_PX)
    return _frames(page, up_to_s=SPANS_S["30 s"])


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator('[data-part="signal"]:visible').first.bounding_box()
    if box is None:
        raise RuntimeError("no signal is shown")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _frames(page: Page, is_moving: bool = True, up_to_s: float = NIGHT_S) -> dict[str, Any]:
    """Frames of a gesture, once it is sure that it did what it should."""
    found = page.evaluate("() => measured.end()")
    if is_moving and found["places"] < DRAG_STEPS:
        raise RuntimeError(f"the gesture showed only {found['places']} places")
    if found["spanS"] > 1.02 * up_to_s:
        raise RuntimeError(f"the gesture ended at {found['spanS']:.0f} s")
    return {"frame_ms": spread(found["frames"]), "draw_ms": spread(found["draws"])}
