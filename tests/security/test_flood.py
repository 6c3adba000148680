"""Ten thousand requests at once: the surplus is told to come again, and the pages stay."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.loops import in_a_loop
from tests.security.flood import flood
from tests.serving import Served, served

N_SOCKETS, EACH = 2000, 5
# What the server may hold in the end: several times what it needs, far below a leak.
MOST_MB = 600
# Once the flood is over a page comes at once; the rest is room for a busy machine.
SOON_S = 10


# What a desktop lets a program open until it asks for more.
USUAL_FILES = 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A server that began with few files, as at a desk; sockets for the test itself."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * N_SOCKETS and hard != resource.RLIM_INFINITY:
        pytest.skip(f"this system allows {hard} open files")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, USUAL_FILES), hard))
        with served(tmp_path / "store") as found:
            resource.setrlimit(resource.RLIMIT_NOFILE, (2 * N_SOCKETS, hard))
            yield found
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _get(server: Served, path: str, cookie: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SOON_S)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, (answer.getheader("set-cookie") or "").partition(";")[0]
    finally:
        connection.close()


def test_ten_thousand_requests_at_once(server: Served) -> None:
    _, cookie = _get(server, f"/start?key={server.key}")
    seen = in_a_loop(flood(server.port, ["/"], f"Cookie: {cookie}\r\n", N_SOCKETS, EACH))
    assert seen.statuses.total() + seen.closed == N_SOCKETS * EACH
    assert seen.closed == 0
    assert set(seen.statuses) == {200, 503}
    assert _get(server, "/", cookie)[0] == 200
    if sys.platform == "linux":
        assert _most_mb(server) < MOST_MB
    assert server.process.poll() is None
    said = {line for line in server.said.read_text().splitlines() if "WARNING" in line}
    assert said == {"WARNING:  Exceeded concurrency limit."}
    assert "Traceback" not in server.said.read_text()


def _most_mb(server: Served) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
