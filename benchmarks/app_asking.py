"""A server of the app, asked over HTTP as its pages ask it, and what memory it takes."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from tests.serving import Served

LIMIT_S = 300.0
LOOKS_EVERY_S = 0.05
# Well before the server closes a connection that is not used.
IDLE_S = 2.0
BLOCK = 1 << 20
# A screen three times as wide as the signals on it, as the viewer asks for it.
SCREENS, COLUMNS = 3, 3600
CHANNELS = 16
RULES = "wasm-2016"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long after it was asked for."""

    status: int
    location: str
    cookie: str
    content: bytes
    took_ms: float


class Asking:
    """Somebody at the desk, on one connection that stays open."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self._line = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=LIMIT_S, blocksize=BLOCK
        )
        self._used_s = 0.0
        self.cookie = ""
        self.cookie = self.get(f"/start?key={server.key}").cookie.partition(";")[0]

    def get(self, path: str, is_part: bool = False) -> Answer:
        """A page; or a part of one, as its script asks for it."""
        return self._asked("GET", path, None, {"HX-Request": "true"} if is_part else {})

    def form(self, path: str, fields: Mapping[str, str], is_part: bool = False) -> Answer:
        """A form that is sent."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if is_part:
            headers["HX-Request"] = "true"
        return self._asked("POST", path, urlencode(fields).encode(), headers)

    def send(self, path: str, file: Path) -> Answer:
        """A file as the body itself."""
        headers = {"Content-Type": "application/octet-stream", "X-Label": file.name}
        headers["Content-Length"] = str(file.stat().st_size)
        with file.open("rb") as body:
            return self._asked("POST", path, body, headers)

    def _asked(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        if time.monotonic() - self._used_s > IDLE_S:
            self._line.close()
        own = {"Cookie": self.cookie, "Origin": self.server.base}
        started = time.perf_counter()
        self._line.request(method, path, body, {**own, **headers})
        answer = self._line.getresponse()
        content = answer.read()
        took_ms = 1e3 * (time.perf_counter() - started)
        self._used_s = time.monotonic()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path.partition('?')[0]}: status {answer.status}")
        location = answer.getheader("Location") or ""
        cookie = answer.getheader("Set-Cookie") or ""
        return Answer(answer.status, location, cookie, content, took_ms)

    def person(self, example: str) -> str:
        """One of the invented patients; the address of their page."""
        return self.form("/patients/example", {"name": example}).location

    def night(self, person: str, recording: Path, evening: str) -> str:
        """A night that is sent, kept and scored; the address of its page."""
        sent = json.loads(self.send(f"{person}/nights/files", recording).content)
        self.get(sent["next"])
        night = self.form(sent["next"], {"began_on": evening}).location
        while True:
            found = self.get(f"{night}/progress", is_part=True)
            if found.status == 204:
                return night
            if b"hx-trigger" not in found.content:
                raise RuntimeError("a night was not scored")
            time.sleep(LOOKS_EVERY_S)

    def tile(self, night: str, start_s: float, span_s: float) -> Answer:
        """A stretch of the signals with as much again before and after it."""
        asked = {
            "t0": start_s - span_s,
            "t1": start_s + (SCREENS - 1) * span_s,
            "px": COLUMNS,
            "channels": ",".join(str(number) for number in range(CHANNELS)),
        }
        return self.get(f"{night}/tile?{urlencode(asked)}")

    def trial(self, night: str, onset_uv: float) -> Answer:
        """A night read with another threshold, as the slider asks for it."""
        fields = {"rules": RULES, "of": RULES, "seen": "0"}
        fields["set.onset_above_rest_uv"] = f"{onset_uv:g}"
        answer = self.form(f"{night}/trial", fields, is_part=True)
        if b"Only tried, not kept" not in answer.content:
            raise RuntimeError("a trial came back with the settings that were kept")
        return answer


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {
        "median": round(median(values), 2),
        "p95": round(percentile(values, 95), 2),
        "times": len(values),
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile of the values themselves."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def memory_mb(server: Served) -> dict[str, float]:
    """Memory of the server: all of it that is resident, its own without files, and the most ever.

    Empty where the system does not tell.
    """
    named = {"VmRSS": "resident", "RssAnon": "own", "VmHWM": "most"}
    found: dict[str, float] = {}
    with suppress(OSError):
        for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in named:
                found[named[name]] = round(int(value.split()[0]) / 1024, 1)
    return found
