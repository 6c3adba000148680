"""Where the app listens: beyond this computer only with TLS, and then as a whole."""

from __future__ import annotations

import ssl
import urllib.request
from pathlib import Path

import pytest
from tests.serving import served

from ekbom.app.listening import Listening, check_listening, listening
from ekbom.errors import UsageError

TLS = Path(__file__).parents[2] / "data" / "tls"
CERTIFICATE, KEY = TLS / "certificate.pem", TLS / "private-key.pem"


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (Listening("desk.example"), "without TLS"),
        (Listening("desk.example", certificate=CERTIFICATE), "go together"),
        (Listening(private_key=KEY), "go together"),
        (Listening("0.0.0.0", 0, CERTIFICATE, KEY), "no name"),
        (Listening("::", 0, CERTIFICATE, KEY), "no name"),
        (Listening("localhost", 0, KEY, KEY), "cannot be used"),
        (Listening("localhost", 0, CERTIFICATE, TLS / "none.pem"), "cannot be used"),
    ],
)
def test_what_would_be_in_the_open_is_refused(at: Listening, found: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_listening(at)
    assert found in refused.value.found


def test_port_that_is_taken_is_named() -> None:
    with listening(Listening()) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            listening(Listening(port=port))


def test_names_are_those_that_people_type() -> None:
    beyond = Listening("Desk.example", 443, CERTIFICATE, KEY)
    address = beyond.address(443)
    assert address.is_own("https://desk.example")
    assert not address.is_own("http://desk.example")
    assert not address.is_own("https://127.0.0.1:443")
    assert Listening().address(8000).is_own("http://localhost:8000")


def test_pages_come_by_tls_with_a_cookie_that_goes_no_other_way(tmp_path: Path) -> None:
    options = ("--host", "localhost", "--certificate", str(CERTIFICATE), "--private-key", str(KEY))
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with served(tmp_path / "store", *options) as server:
        assert server.base.startswith("https://localhost:")
        request = urllib.request.Request(server.first_page)
        opener = urllib.request.build_opener(_Stays, urllib.request.HTTPSHandler(context=trusting))
        with opener.open(request) as answer:
            cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie


class _Stays(urllib.request.HTTPRedirectHandler):
    """Looks at a redirect instead of following it."""

    def http_error_303(self, req, fp, code, msg, headers):  # type: ignore[no-untyped-def]
        return fp
