"""Programs of other users of this computer get no connection, where the system names users."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

from uvicorn.protocols.http.h11_impl import H11Protocol

End = tuple[str, int]
# Linux alone lists connections with their users; addresses of four bytes are in the second, too.
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ANYBODY, _OPEN, _LISTENING = "00000000:0000", "01", "0A"
_ROOT = 0
_NOBODY = -1


class OwnUserOnly(H11Protocol):
    """HTTP with programs of the user who started ekbom.

    The key of the start stands among the arguments of the browser, which every user may read; and
    a browser sends cookies to all ports of a computer. Neither is of use without a connection.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or cut it."""
        super().connection_made(transport)
        if not _is_of_own_user(transport):
            transport.abort()


def _is_of_own_user(transport: asyncio.Transport) -> bool:
    own = os.getuid() if sys.platform == "linux" else _ROOT
    peer, here = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
    if own == _ROOT or not peer or not here:
        return True
    # What root may do is not for us to say; some systems hand connections on by a program of root.
    return user_at(peer[:2], here[:2]) in (own, _ROOT, None)


def user_at(peer: End, here: End, tables: tuple[Path, ...] = _TABLES) -> int | None:
    """User of the program at the other end of a connection; less than 0 where it is gone already.

    Parameters
    ----------
    peer, here : tuple
        Address and port of the other end, and of this one.
    tables : tuple of Path
        Where the system lists connections.

    Returns
    -------
    int or None
        None where the system does not list them.
    """
    try:
        texts = [table.read_text("ascii") for table in tables if table.exists()]
    except OSError:
        return None
    there, mine = _listed(peer), _listed(here)
    is_listed = False
    for line in "".join(texts).splitlines():
        if f":{here[1]:04X} " not in line:
            continue
        _, local, remote, state, _, _, _, user, *_ = line.split()
        if local.endswith(there) and remote.endswith(mine):
            # Of one that was closed by its program the list says user 0.
            return int(user) if state == _OPEN else _NOBODY
        is_listed = is_listed or (remote == _ANYBODY and state == _LISTENING)
    return _NOBODY if is_listed else None


def _listed(end: End) -> str:
    """An address as the lists write it."""
    number = int.from_bytes(socket.inet_aton(end[0]), sys.byteorder)
    return f"{number:08X}:{end[1]:04X}"
