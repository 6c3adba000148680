"""The app's server by HTTP: tiles, thresholds, pages, memory over many nights, a flood."""

from __future__ import annotations

import asyncio
import datetime
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app_asking import Asking, memory_mb, percentile, spread
from nights import synthesise
from tests.security.flood import flood
from tests.serving import Served, served

EXAMPLE = "history-augmentation"
EVENING = datetime.date(2026, 1, 1)
NIGHT_S = 8 * 3600.0
SPANS_S = {"8 h": NIGHT_S, "1 h": 3600.0, "5 min": 300.0, "30 s": 30.0}
ROOMS = {
    "overview": "",
    "assessment": "/assessment",
    "options": "/options",
    "follow-up": "/follow-up",
}
# The golden section spreads places evenly, and the same in every run.
SPREADS = 0.6180339887
SEEN_MB_AFTER = (1, 10, 25, 50)
# Sockets, and requests on each of them one after the other.
FLOODS = ((2000, 5), (10_000, 1))
NO_PAUSE = ("--idle-min", "600")


def say(text: str) -> None:
    """To whoever waits."""
    print(f"app: {text}", file=sys.stderr, flush=True)


@contextmanager
def house(folder: Path) -> Iterator[Asking]:
    """A server of the store in a folder, and somebody at its desk."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(folder / "store", *NO_PAUSE) as server:
        yield Asking(server)


def places(span_s: float, times: int) -> Iterator[float]:
    """Starts of stretches all over the night."""
    for number in range(times):
        yield (number * SPREADS % 1) * (NIGHT_S - span_s)


def tiles(asking: Asking, night: str, times: int) -> dict[str, Any]:
    """Stretches of the signals, one after the other."""
    found: dict[str, Any] = {}
    for name, span_s in SPANS_S.items():
        answers = [asking.tile(night, start_s, span_s) for start_s in places(span_s, times)]
        found[name] = spread([one.took_ms for one in answers])
        found[name]["kb"] = round(max(len(one.content) for one in answers) / 1e3)
    return found


def trials(asking: Asking, night: str, times: int) -> dict[str, Any]:
    """A threshold that moves; no two readings are alike."""
    return spread([asking.trial(night, 8.1 + number / 10).took_ms for number in range(times)])


def viewed(folder: Path, recording: Path, times: int) -> dict[str, Any]:
    """Tiles and thresholds of one night; the first threshold also just after a start."""
    say("tiles and thresholds")
    with house(folder) as asking:
        night = asking.night(asking.person(EXAMPLE), recording, EVENING.isoformat())
        found = {"tiles": tiles(asking, night, times), "trial": trials(asking, night, times)}
    with house(folder) as asking:
        found["trial_after_start_ms"] = round(asking.trial(night, 8.1).took_ms, 1)
    return found


def rooms(folder: Path, starts: int, times: int) -> dict[str, Any]:
    """Pages of a full record: the first after a start, for another day, and asked for again."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    days = [today - datetime.timedelta(days=1 + number) for number in range(times)]
    with house(folder) as asking:
        person = asking.person(EXAMPLE)
    found: dict[str, Any] = {}
    for name, path in ROOMS.items():
        say(f"page {name}")
        first, other, again = [], [], []
        for _ in range(starts):
            with house(folder) as asking:
                first.append(asking.get(person + path).took_ms)
                again += [asking.get(person + path).took_ms for _ in range(times)]
                other += [asking.get(f"{person}{path}?as_of={day}").took_ms for day in days]
        found[name] = {"first": spread(first), "other": spread(other), "again": spread(again)}
    return found


def opened(asking: Asking, night: str, duration_s: float) -> None:
    """A night that somebody looks at, and reads with another threshold."""
    asking.get(night)
    asking.get(f"{night}/view.json")
    asking.get(f"{night}/movements.json")
    for span_s in SPANS_S.values():
        asking.tile(night, 0.0, min(span_s, duration_s))
    asking.trial(night, 9.0)


def many_nights(folder: Path, full: Path, n_nights: int) -> dict[str, Any]:
    """Memory of one server while nights are added, scored, opened and read anew."""
    say(f"memory over {n_nights} nights")
    with house(folder) as asking:
        rows = [{"after": "start", **memory_mb(asking.server)}]
        person = asking.person(EXAMPLE)
        for number in range(1, n_nights + 1):
            # Each has a seed of its own: none is like another.
            recording = synthesise(folder / "night.edf", 1.0, number, "--signals", "full")
            evening = EVENING + datetime.timedelta(days=number)
            opened(asking, asking.night(person, recording, evening.isoformat()), 3600.0)
            if number in (*SEEN_MB_AFTER, n_nights):
                rows.append({"after": str(number), **memory_mb(asking.server)})
                say(f"{number} nights: {rows[-1]}")
        opened(asking, asking.night(person, full, EVENING.isoformat()), NIGHT_S)
        rows.append({"after": "night of 8 h", **memory_mb(asking.server)})
    return {"nights": n_nights, "rows": rows}


def floods(folder: Path) -> list[dict[str, Any]]:
    """Very many requests at once, each time of a new server."""
    return [flooded(folder / str(n_sockets), n_sockets, each) for n_sockets, each in FLOODS]


def flooded(folder: Path, n_sockets: int, each: int) -> dict[str, Any]:
    """What came back, how long it took, and whether a page comes afterwards."""
    say(f"flood: {n_sockets} connections, {each} requests on each")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with house(folder) as asking:
        asking.person(EXAMPLE)
        server = asking.server
        before = memory_mb(server)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * n_sockets, hard), hard))
            headers = f"Cookie: {asking.cookie}\r\n"
            seen = asyncio.run(flood(server.port, ["/"], headers, n_sockets, each))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        times_ms = {
            str(status): [1e3 * took_s for found, took_s in seen.took_s if found == status]
            for status in sorted(seen.statuses)
        }
        return {
            "connections": n_sockets,
            "each": each,
            "statuses": {str(status): n for status, n in sorted(seen.statuses.items())},
            "closed": seen.closed,
            "ms": {
                status: [round(percentile(ms, share)) for share in (50, 99)]
                for status, ms in times_ms.items()
            },
            "before_mb": before,
            "after_mb": memory_mb(server),
            "page_after_ms": round(asking.get("/").took_ms, 1),
            "is_alive": _is_alive(server),
        }


def _is_alive(server: Served) -> bool:
    return server.process.poll() is None
