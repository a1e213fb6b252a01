"""What a server saw, and what it would bill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import anyio

Work: TypeAlias = Literal["text", "image", "video", "moderation"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived. `route` is the pattern it matched ("GET /v1/videos/{video_id}").

    `headers` have lower-case names. `key` is the API key it carried in any place, or None. `body` is parsed JSON, a
    mapping of form fields (a list where one was repeated, files as `Upload`), or bytes.
    """

    route: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    key: str | None
    body: Any


@dataclass(frozen=True, slots=True)
class Paid:
    """Work that was really done and would be billed, with what was asked. `ref` is the vendor's id of it."""

    what: Work
    model: str
    prompt: str = ""
    size: str = ""
    seconds: int | None = None
    images: int = 0
    ref: str = ""


class Ledger:
    """Every request seen, in order, and every piece of paid work done.

    `bodies` set to False forgets what requests held (pictures, above all), for tests of load.
    """

    def __init__(self) -> None:
        self.bodies = True
        self.requests: list[Seen] = []
        self.paid: list[Paid] = []
        self._changed = anyio.Event()

    def see(self, seen: Seen) -> None:
        """Record a request. The server calls it before anything else happens to the request."""
        self.requests.append(seen if self.bodies else replace(seen, body=None))
        self._tell()

    def bill(self, paid: Paid) -> None:
        """Record work done."""
        self.paid.append(paid)
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def at(self, route: str) -> list[Seen]:
        """The requests of one route."""
        return [seen for seen in self.requests if seen.route == route]

    def count(self, what: Work) -> int:
        """How many pieces of `what` would be billed."""
        return sum(paid.what == what for paid in self.paid)

    async def until(self, wanted: Callable[[Ledger], bool], *, seconds: float = 20.0) -> None:
        """Wait until `wanted(ledger)` holds. Raises TimeoutError after `seconds`."""
        with anyio.fail_after(seconds):
            while not wanted(self):
                await self._changed.wait()
