"""What stands before every request: own address, own window, own page; nothing else gets in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ekbom.app.sessions import COOKIE, Sessions

# Whatever is not named may not be loaded, from anywhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With none at all a browser hides where its own forms come from, too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=()",
}
# Of these nothing changes; every other way of asking does.
_ONLY_READ = frozenset({"GET", "HEAD"})
# Where a browser says that a page of somebody else asks: another port is the same site to it, and
# is sent our cookie. It may only lead to the first address.
_OTHER_PAGES = frozenset({"cross-site", "same-site"})
FIRST = "/start"
# Reached without a session: the door and its lock, and what they look like.
_DOORS = frozenset({FIRST, "/lock", "/locked"})
_STATIC = "/static/"
# A page asks for these by itself, also when nobody sits before it.
_ASKED_BY_PAGES = "/progress"
NOT_KEPT = "no-store"
_STATIC_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the app listens.

    Parameters
    ----------
    names : frozenset of str
        Hosts it answers to, as a browser writes them in ``Host`` (with the port).
    scheme : str
        ``http`` on this computer, ``https`` beyond it.
    """

    names: frozenset[str]
    scheme: str = "http"

    @classmethod
    def local(cls, port: int) -> Address:
        """Own computer, by its three names."""
        return cls(frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")))

    def is_own(self, origin: str) -> bool:
        """Whether a page of this origin is one of ours."""
        parts = urlsplit(origin)
        return parts.scheme == self.scheme and parts.netloc in self.names


class Guard:
    """The middleware around the whole app, its static files too.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    address : Address
        Where it listens.
    sessions : Sessions
        Who may come in.
    """

    def __init__(self, app: ASGIApp, address: Address, sessions: Sessions) -> None:
        self._app = app
        self._address = address
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(scope, send))
            return
        await self._app(scope, receive, _with_headers(scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["type"] != "http":
            return PlainTextResponse("only pages are served here", 400)
        headers = Headers(scope=scope)
        # A name that was bound to this computer from outside is not ours, nor is a second one.
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._address.names:
            return PlainTextResponse("this address is not served here", 400)
        if scope["method"] not in _ONLY_READ and not self._is_own_page(headers):
            return PlainTextResponse("this request did not come from a page of ekbom", 403)
        if scope["path"] != FIRST and is_led_by_others(headers):
            return PlainTextResponse("this was asked for by a page that is not of ekbom", 403)
        if scope["path"] in _DOORS or scope["path"].startswith(_STATIC):
            return None
        cookie = Request(scope).cookies.get(COOKIE, "")
        session = self._sessions.of(cookie, is_used=not scope["path"].endswith(_ASKED_BY_PAGES))
        if session is None:
            return _to_the_door(scope, FIRST)
        if session.is_locked:
            return _to_the_door(scope, "/locked")
        scope.setdefault("state", {})["session"] = session
        return None

    def _is_own_page(self, headers: Headers) -> bool:
        """Every sign a browser gives must agree; where it gives none, the request is refused."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and not self._address.is_own(origin):
            return False
        if site is not None and site != "same-origin":
            return False
        return origin is not None or site is not None


def is_led_by_others(headers: Headers) -> bool:
    """Whether a browser says that a page of somebody else asks."""
    return headers.get("sec-fetch-site") in _OTHER_PAGES


def _to_the_door(scope: Scope, where: str) -> Response:
    if Headers(scope=scope).get("hx-request"):
        # The part of a page would be filled with another page: the whole page goes.
        return Response(status_code=204, headers={"HX-Redirect": where})
    if scope["method"] in _ONLY_READ:
        return RedirectResponse(where, 303)
    return PlainTextResponse("the session has ended: open ekbom again", 401)


def _with_headers(scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
    kept = NOT_KEPT
    if scope.get("path", "").startswith(_STATIC):
        # A module that another one imports is asked for without the hash of its content.
        kept = _STATIC_KEPT if scope.get("query_string") else _ASKED_AGAIN

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["Cache-Control"] = kept if message["status"] < 400 else NOT_KEPT
        await send(message)

    return sending
