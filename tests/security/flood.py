"""Many requests at once over raw sockets, as no browser sends them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field

_ANSWER_S = 60.0


@dataclass
class Seen:
    """What came back: statuses and how long each took, and sockets closed before an answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    closed: int = 0
    took_s: list[tuple[int, float]] = field(default_factory=list)


async def flood(port: int, paths: list[str], headers: str, n_sockets: int, each: int) -> Seen:
    """Ask on so many sockets at once, on each one request after the other."""
    seen = Seen()
    gate = asyncio.Event()
    asking = [
        asyncio.create_task(_one(port, paths[number % len(paths)], headers, each, gate, seen))
        for number in range(n_sockets)
    ]
    # All sockets are open before the first request is sent.
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*asking)
    return seen


async def _one(
    port: int, path: str, headers: str, each: int, gate: asyncio.Event, seen: Seen
) -> None:
    await gate.wait()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode()
    reader, writer = None, None
    for _ in range(each):
        began_s = time.perf_counter()
        try:
            if writer is None or writer.is_closing() or (reader and reader.at_eof()):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert reader is not None
            writer.write(request)
            async with asyncio.timeout(_ANSWER_S):
                status, closes = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            seen.closed += 1
            writer = None
            continue
        seen.statuses[status] += 1
        seen.took_s.append((status, time.perf_counter() - began_s))
        if closes:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    fields = dict(line.partition(": ")[::2] for line in lines[1:] if line)
    if "content-length" in fields:
        await reader.readexactly(int(fields["content-length"]))
    elif fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(lines[0].split()[1]), fields.get("connection") == "close"
