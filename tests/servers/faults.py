"""What can go wrong between a client and a vendor, to be ordered by a test for the next requests of a route."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import anyio

Kind: TypeAlias = Literal[
    "answer",
    "html",
    "reset_before",
    "reset_after",
    "reset_mid_body",
    "close_mid_body",
    "truncated",
    "slow",
    "hang",
]
"""What a fault does to one request. "Executed" means the server did the work, and would bill it.

- `answer`: `status`, `headers` and `body` instead of the server's own answer.
- `html`: the same with a page of HTML, status 200 unless said otherwise: a proxy, a captive portal.
- `reset_before`: the request is read, not executed, and the connection reset (TCP RST).
- `reset_after`: executed, then reset without a byte of an answer.
- `reset_mid_body`: executed; the headers and half of the body arrive, then a reset.
- `close_mid_body`: the same with an orderly close: fewer bytes than Content-Length promised.
- `truncated`: executed; a clean answer whose body is the first half, with a Content-Length that agrees.
- `slow`: executed; the body comes in 16 pieces over `seconds`.
- `hang`: no answer until `gate` is set (the server then answers properly), the client gives up, the server stops or
  `seconds` are over (then the connection is reset). Executed at once if `executed`, else only if the gate opens.
"""

PAGE = "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body><h1>{status}</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one request.

    `body`: bytes and str as they are, anything else as JSON. `seconds` bounds `slow` and `hang`. `executed`: for
    `answer`, `html` and `hang`, whether the work is done (and billed) although its result is not given.
    `name` is how a table test shows it.
    """

    kind: Kind
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = b""
    seconds: float = 30.0
    executed: bool = False
    gate: anyio.Event | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.kind


def answer(status: int, body: Any = b"", *, name: str = "", executed: bool = False, **headers: str) -> Fault:
    """Answer with `status` and `body`. A header is given as a keyword: `retry_after="2"` is `retry-after: 2`."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Fault("answer", status=status, headers=named, body=body, executed=executed, name=name)


def html(status: int = 200, *, executed: bool = False) -> Fault:
    """A page of HTML where JSON or media was expected."""
    page = PAGE.format(status=status)
    return Fault("html", status=status, body=page, executed=executed, name=f"html {status}")


RESET_BEFORE = Fault("reset_before")
RESET_AFTER = Fault("reset_after")
RESET_MID_BODY = Fault("reset_mid_body")
CLOSE_MID_BODY = Fault("close_mid_body")
TRUNCATED = Fault("truncated")


def slow(seconds: float = 0.5) -> Fault:
    """The answer arrives in 16 pieces over `seconds`."""
    return Fault("slow", seconds=seconds)


def hang(seconds: float = 30.0, *, executed: bool = False, gate: anyio.Event | None = None) -> Fault:
    """No answer, until the client gives up; or a proper one once `gate` is set."""
    return Fault("hang", seconds=seconds, executed=executed, gate=gate, name="hang executed" if executed else "hang")


class UnknownRoute(LookupError):
    """A fault was ordered for a route the server does not have: the test would wait for it in vain."""


class Faults:
    """The faults ordered of one server, by route: "POST /v1/videos", "GET /v1/videos/{video_id}", or "*" for any."""

    def __init__(self) -> None:
        self._routes: set[str] = set()
        self._queued: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}

    def know(self, routes: Iterable[str]) -> None:
        """Say which routes there are. The server does so when it starts."""
        self._routes.update(routes)

    @property
    def routes(self) -> frozenset[str]:
        """Every route a fault can be ordered for."""
        return frozenset(self._routes)

    def _check(self, where: str) -> None:
        if where != "*" and where not in self._routes:
            raise UnknownRoute(f"{where!r} is none of {sorted(self._routes)}")

    def add(self, where: str, *faults: Fault | None) -> None:
        """Queue `faults` for the next requests of `where`, one each; None lets a request through."""
        self._check(where)
        self._queued[where].extend(faults)

    def always(self, where: str, fault: Fault) -> None:
        """Give `fault` to every request of `where` that has none queued, until `clear`."""
        self._check(where)
        self._always[where] = fault

    def take(self, where: str) -> Fault | None:
        """The fault of this request of `where`, or None if it is to be served properly."""
        for name in (where, "*"):
            if queue := self._queued.get(name):
                return queue.popleft()
        return self._always.get(where, self._always.get("*"))

    def left(self, where: str | None = None) -> int:
        """How many queued faults no request has met yet: 0 shows that a test met all it ordered."""
        return sum(len(queue) for name, queue in self._queued.items() if where in {None, name})

    def clear(self) -> None:
        """Order nothing any more."""
        self._queued.clear()
        self._always.clear()


Broken: TypeAlias = Callable[[], Fault]
"""A function of a catalogue that makes a fault with its usual arguments."""
