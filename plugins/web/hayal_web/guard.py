"""What stands before the whole server: host, origin and login checks, and the headers of every response."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formatdate
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hayal_web.identity import Identities
from hayal_web.limits import Buckets
from hayal_web.links import PATH
from hayal_web.settings import WebSettings, is_loopback

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "x-frame-options": "DENY",
}

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = ("/healthz", "/login", "/metrics", "/static/", f"{PATH}/")
"""Paths that answer without a login. /metrics has a rule of its own; what is shared is signed."""


class Access:
    """Who may ask for what."""

    def __init__(self, settings: WebSettings, identities: Identities) -> None:
        self.identities = identities
        self._settings = settings
        self._hosts = {urlsplit(origin).netloc for origin in settings.origins}
        self._names = {urlsplit(origin).hostname for origin in settings.origins}
        self._only_here = is_loopback(settings.host)
        self._wrong = Buckets(rate=0.1, burst=5)

    def host_ok(self, headers: Headers) -> bool:
        """Whether the Host is one of ours. A name that merely resolves to this machine is not (DNS rebinding)."""
        if not self._only_here:
            return True
        try:
            name = urlsplit(f"//{headers.get('host', '')}").hostname
        except ValueError:
            return False
        return name is not None and (is_loopback(name) or name in self._names)

    def origin_ok(self, headers: Headers) -> bool:
        """Whether a page of ours asks."""
        try:
            origin = urlsplit(headers.get("origin", "").lower())
        except ValueError:
            return False
        if origin.scheme not in {"http", "https"} or not origin.netloc:
            return False
        return origin.netloc == headers.get("host", "").lower() or (
            f"{origin.scheme}://{origin.netloc}" in self._settings.origins
        )

    def logged_in(self, scope: Scope, headers: Headers) -> bool:
        """Whether the token is not needed, has been shown before, or is shown now as `Authorization: Bearer`."""
        if self.identities.logged_in(_cookies(headers)):
            return True
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.try_token(scope, token.strip()) == 0

    def try_token(self, scope: Scope, token: str) -> float | None:
        """0 if `token` is the token, None if not; or the seconds to wait, after too many wrong ones."""
        client = scope.get("client")
        who = _network(client[0] if client else "")
        if wait := self._wrong.wait(who):
            return wait
        if self.identities.is_token(token):
            return 0
        self._wrong.take(who)
        return None

    def chat(self, headers: Headers) -> str | None:
        """Whose page asks."""
        return self.identities.chat(_cookies(headers))

    def from_here(self, scope: Scope, headers: Headers) -> bool:
        """Whether the request comes from this very machine, and not through a proxy on it."""
        client = scope.get("client")
        forwarded = "x-forwarded-for" in headers or "forwarded" in headers
        return client is not None and is_loopback(client[0]) and not forwarded

    def secure(self, scope: Scope) -> bool:
        """Whether cookies are for HTTPS only."""
        setting = self._settings.secure_cookies
        return scope["scheme"] in {"https", "wss"} if setting == "auto" else setting


def _network(client: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 /64, which is what one household gets."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    return client if address.version == 4 else str(ip_network((int(address), 64), strict=False))


def _cookies(headers: Headers) -> str:
    return "; ".join(headers.getlist("cookie"))


class Guard:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, access: Access, routes: Iterable[str]) -> None:
        self._app = app
        self._access = access
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            # Without a login /ws is let through to say so: a page cannot see why a handshake failed.
            known = scope["path"] == "/ws" or self._access.logged_in(scope, headers)
            if known and self._access.host_ok(headers) and self._access.origin_ok(headers):
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
                sent.setdefault("date", formatdate(usegmt=True))
            await send(message)

        answer = self._refusal(scope, headers) or self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        path: str = scope["path"]
        if not self._access.host_ok(headers):
            return PlainTextResponse("This page is not served under that name.\n", 400)
        if scope["method"] not in _SAFE and not self._may_change(path, headers):
            return PlainTextResponse("This request came from another page.\n", 403)
        if path.startswith(_OPEN) or self._access.logged_in(scope, headers):
            return None
        if path == "/":
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"/login?{query}" if query.startswith("token=") else "/login", 303)
        return PlainTextResponse("Please log in first.\n", 401)

    def _may_change(self, path: str, headers: Headers) -> bool:
        if self._access.origin_ok(headers):
            return True
        # Every browser names the origin of a POST: what has none is a program, say another server calling a webhook.
        below = any(path == route or path.startswith(f"{route}/") for route in self._routes)
        return below and "origin" not in headers and "sec-fetch-site" not in headers
