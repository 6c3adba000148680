"""Where the app listens: on this computer, or beyond it with TLS and not without."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from ekbom.app.security import Address
from ekbom.errors import UsageError

THIS_COMPUTER = "127.0.0.1"
_WAITING = 2048
_PORT_OF_HTTPS = 443


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the app listens.

    Parameters
    ----------
    host : str
        Name or address of this computer that people type.
    port : int
        0 for a free one.
    certificate, private_key : Path, optional
        Of TLS, in PEM; needed beyond this computer.
    """

    host: str = THIS_COMPUTER
    port: int = 0
    certificate: Path | None = None
    private_key: Path | None = None

    @property
    def is_beyond(self) -> bool:
        """Whether other computers may ask."""
        return self.host != THIS_COMPUTER

    def address(self, port: int) -> Address:
        """The names it answers to, once it has a port."""
        if not self.is_beyond and self.certificate is None:
            return Address.local(port)
        shown = {f"{self.host}:{port}"} | ({self.host} if port == _PORT_OF_HTTPS else set())
        return Address(frozenset(name.lower() for name in shown), "https")

    def base(self, port: int) -> str:
        """The address without a path."""
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://{self.host}:{port}"


def check_listening(at: Listening) -> None:
    """Refuse what would send health data in the open, or to names nobody can check.

    Raises
    ------
    UsageError
        TLS is missing, half there or cannot be used; or the host is no name to be typed.
    """
    if (at.certificate is None) != (at.private_key is None):
        raise UsageError(
            "a certificate and its private key go together",
            expected="--certificate FILE --private-key FILE, or neither",
        )
    if not at.is_beyond and at.certificate is None:
        return
    if at.certificate is None:
        raise UsageError(
            f"--host {at.host} without TLS would send health data in the open",
            expected="--certificate FILE --private-key FILE",
            what_to_do="leave out --host to serve this computer only",
        )
    if ":" in at.host or not at.host or _is_every_address(at.host):
        raise UsageError(
            f"--host {at.host!r} is no name that a browser can be asked to trust",
            expected="the name in the certificate, or an IPv4 address of this computer",
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(at.certificate, at.private_key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"the certificate or its key cannot be used ({error})",
            expected="files in PEM that belong together",
            where=str(at.certificate),
        ) from error


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def listening(at: Listening) -> socket.socket:
    """A socket that listens.

    Parameters
    ----------
    at : Listening
        Where.

    Raises
    ------
    UsageError
        Nothing may be served there, the port is taken, or the host is none of this computer.
    """
    check_listening(at)
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # A port that was just given up may be taken again; elsewhere this would let another
            # program take one that is in use.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((at.host, at.port))
        # From here on a browser that comes early waits instead of being turned away.
        found.listen(_WAITING)
    except OSError as error:
        found.close()
        raise UsageError(
            f"{at.host}, port {at.port}: it cannot listen there ({error.strerror or error})",
            what_to_do="close the ekbom that is open already, or leave out --port"
            + (" and --host" if at.is_beyond else ""),
        ) from error
    return found
