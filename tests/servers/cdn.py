"""Another origin: where vendors keep media, and where no API key belongs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from .base import Started

Source = Callable[[], Awaitable[bytes]]


class Cdn(Started):
    """Serves what was `put`, by signed address. `leaked` is every API key that reached it: it has to stay empty.

    Like a real bucket it refuses a request that carries a key besides its signature (S3 answers 400 to two ways of
    authorization at once), so that a leak shows at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sources: dict[str, tuple[Source, str]] = {}
        self.route("GET", "/media/{name}", self._get)

    @property
    def leaked(self) -> list[str]:
        """Keys that came here."""
        return [seen.key for seen in self.ledger.requests if seen.key]

    def put(self, name: str, source: Source, mime: str = "video/mp4") -> str:
        """Keep what `source` gives under `name`; returns its signed address."""
        self._sources[name] = (source, mime)
        return f"{self.url}/media/{name}?X-Signature=abc"

    async def _get(self, request: web.Request) -> web.Response:
        if self.key_of(request):
            return web.Response(status=400, text="<Error><Code>InvalidArgument</Code></Error>", content_type="text/xml")
        if request.query.get("X-Signature") != "abc":
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>", content_type="text/xml")
        found = self._sources.get(request.match_info["name"])
        if found is None:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>", content_type="text/xml")
        source, mime = found
        return web.Response(body=await source(), content_type=mime)
