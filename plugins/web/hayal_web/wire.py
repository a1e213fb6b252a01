"""The page's protocol: JSON texts over one WebSocket.

The page says

- `{"type": "hello", "after": SEQ, "language": "tr-TR"}`, first and once: the last entry it has, and the browser's
  language;
- `{"type": "say", "id": UUID, "text": "..."}` and `{"type": "tap", "id": UUID, "tap": "..."}`: what the person did.
  The id stays the same however often it is sent, so nothing happens twice;
- `{"type": "earlier", "before": SEQ}`: asks for older entries;
- `{"type": "ping"}`: is anybody there?

The server says

- `{"type": "welcome", "chat": MARK, "reset": BOOL, "more": BOOL, "start": BOOL}`, first: a mark of whose chat this is
  (not its id), whether the page must drop what it shows, whether there are older entries, and whether nobody has
  said anything yet, so that the page should say "/start";
- `{"type": "posts", "posts": [POST, ...]}`: what the page missed and the newest entries, oldest first;
- `{"type": "ready"}`: nothing is missing any more; what is still unsent may be sent;
- `{"type": "post", "post": POST}`: an entry that is new, or has been edited. A page keeps the one with the highest
  `rev` of each `seq`;
- `{"type": "ack", "id": UUID, "post": POST or null}`: what the person did is stored; the entry it became, if any;
- `{"type": "nack", "id": UUID, "text": "...", "after": SECONDS}`: it is not: say it again, with the same id;
- `{"type": "earlier", "posts": [POST, ...], "more": BOOL}`;
- `{"type": "activity", "activity": "typing" or "photo" or "video"}`: the persona is busy;
- `{"type": "pong"}`;
- `{"type": "forget", "start": BOOL}`: everything is deleted. The page clears and asks for `earlier`; if there is
  nothing at all, the one page with `start` says "/start".

A POST is a `Message` without what equals its defaults, with `seq`, `rev` and `at` (ISO 8601). Media is at
`/media/KEY`.

A socket is closed with 4400 (not a frame of this protocol), 4401 (no identity or not logged in: load the page
again), 4408 (no hello), 4429 (too many open pages), 1003 (binary), 1009 (too big), 1011 (a fault), 1012 (the server
stops) or 1013 (the database is busy: try later). A page that reads too slowly is cut off; it comes back with
`after` and misses nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hayal import Activity, Post
from hayal.chat import MAX_TAP, clean

MAX_FRAME = 32 * 1024
"""Bytes of one frame from the page."""

BAD_FRAME = 4400
NO_IDENTITY = 4401
NO_HELLO = 4408
CROWDED = 4429
BINARY = 1003
FAULT = 1011
LATER = 1013

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_LARGEST = 2**63 - 1


class BadFrame(Exception):
    """The page said something that is not of this protocol."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is here, and has everything up to `after`."""

    after: int
    language: str


@dataclass(frozen=True, slots=True)
class Did:
    """The person wrote `text`, or tapped on `tap`."""

    id: str
    text: str = ""
    tap: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The page wants entries before `before`."""

    before: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The page wonders whether the connection still stands."""


def parse(frame: str) -> Hello | Did | Earlier | Ping:
    """What the page said. Raises BadFrame."""
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise BadFrame from error
    if not isinstance(data, dict):
        raise BadFrame
    match data.get("type"):
        case "hello":
            return Hello(_seq(data.get("after")), _language(data.get("language")))
        case "say":
            return Did(_id(data.get("id")), text=_text(data.get("text")))
        case "tap":
            return Did(_id(data.get("id")), tap=_tap(data.get("tap")))
        case "earlier":
            return Earlier(_seq(data.get("before")))
        case "ping":
            return Ping()
        case _:
            raise BadFrame


def _seq(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise BadFrame
    return value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadFrame
    return value


def _language(value: Any) -> str:
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else ""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not (text := clean(value).strip()):
        raise BadFrame
    return text


def _tap(value: Any) -> str:
    if not isinstance(value, str) or not (tap := clean(value)) or len(tap.encode()) > MAX_TAP:
        raise BadFrame
    return tap


def post_json(post: Post) -> dict[str, Any]:
    """`post` as the page gets it."""
    message = post.message.model_dump(mode="json", exclude={"memo"}, exclude_defaults=True)
    return {**message, "seq": post.seq, "rev": post.rev, "at": post.at.isoformat()}


def _frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def welcome(chat: str, *, reset: bool, more: bool, start: bool) -> str:
    """The first frame to a page."""
    return _frame("welcome", chat=chat, reset=reset, more=more, start=start)


def posts(entries: Sequence[Post]) -> str:
    """Entries the page may have missed."""
    return _frame("posts", posts=[post_json(entry) for entry in entries])


def ready() -> str:
    """The page is up to date."""
    return _frame("ready")


def post(entry: Post) -> str:
    """One entry, new or edited."""
    return _frame("post", post=post_json(entry))


def earlier(entries: Sequence[Post], *, more: bool) -> str:
    """A page of history."""
    return _frame("earlier", posts=[post_json(entry) for entry in entries], more=more)


def ack(update: str, entry: Post | None) -> str:
    """`update` is stored."""
    return _frame("ack", id=update, post=None if entry is None else post_json(entry))


def nack(update: str, text: str, after: float) -> str:
    """`update` is not stored: say it again, `after` seconds from now."""
    return _frame("nack", id=update, text=text, after=round(after, 1))


def activity(what: Activity) -> str:
    """The persona is busy."""
    return _frame("activity", activity=what.value)


def pong() -> str:
    """The connection stands."""
    return _frame("pong")


def forget(*, start: bool) -> str:
    """Everything is deleted."""
    return _frame("forget", start=start)
