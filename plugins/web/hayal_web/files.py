"""Media over HTTP: ranges, so that videos seek; streamed, so that memory does not grow with the file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from hayal import Desk, NoSuchMedia, StorageError
from hayal.media import MIME, checked
from hayal_web.guard import Access
from hayal_web.links import Links

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes `start` up to `end`, exclusive."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """No byte of the file is in the range."""


def wanted(header: str, total: int) -> Range | None:
    """The range that a Range header asks for; None for the whole file. Raises Unsatisfiable.

    Several ranges at once, and what is not a range at all, mean the whole file (RFC 9110, 14.2).
    """
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if not match or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        start, end = max(0, total - int(last)), total
    else:
        start, end = int(first), min(total, int(last) + 1) if last else total
        if last and int(last) < start:
            return None
    if start >= total or start >= end:
        raise Unsatisfiable
    return Range(start, end)


def _tag(key: str, total: int) -> str:
    return f'"{hashlib.sha256(f"{key} {total}".encode()).hexdigest()[:24]}"'


def _matches(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in header.split(","))


class MediaFiles:
    """The endpoints `/media/{key}` and `/shared/{token}/{name}`."""

    def __init__(self, desk: Desk, access: Access, links: Links) -> None:
        self._desk = desk
        self._access = access
        self._links = links

    async def __call__(self, request: Request) -> Response:
        """A picture or video of the chat that asks, or 404: what is not theirs does not exist."""
        chat = self._access.chat(request.headers)
        key = request.path_params["key"]
        try:
            theirs = chat is not None and await self._desk.owns(chat, checked(key))
        except NoSuchMedia:
            theirs = False
        except StorageError:
            return _later()
        return await self._file(key, request) if theirs else _nothing()

    async def shared(self, request: Request) -> Response:
        """What a signed link stands for, or 404."""
        key = self._links.key(request.path_params["token"])
        return _nothing() if key is None else await self._file(key, request)

    async def _file(self, key: str, request: Request) -> Response:
        try:
            total = await self._desk.media.size(checked(key))
            return await self._answer(key, total, request.method, request.headers)
        except NoSuchMedia:
            return _nothing()
        except StorageError:
            return _later()

    async def _answer(self, key: str, total: int, method: str, asked: Headers) -> Response:
        tag = _tag(key, total)
        headers = {
            "accept-ranges": "bytes",
            "cache-control": "private, max-age=31536000, immutable",
            "etag": tag,
            "content-type": MIME[key.rpartition(".")[2]],
        }
        if "if-none-match" in asked and _matches(asked["if-none-match"], tag):
            return Response(status_code=304, headers=headers)
        part = None
        if method == "GET" and asked.get("if-range", tag) == tag:
            try:
                part = wanted(asked.get("range", ""), total)
            except Unsatisfiable:
                gone = {"content-range": f"bytes */{total}", "accept-ranges": "bytes", "cache-control": "no-store"}
                return PlainTextResponse("The file ends before that.\n", 416, gone)
        start, end = (part.start, part.end) if part else (0, total)
        headers["content-length"] = str(end - start)
        if part:
            headers["content-range"] = f"bytes {start}-{end - 1}/{total}"
        status = 206 if part else 200
        if method == "HEAD":
            return Response(status_code=status, headers=headers)
        stream = await self._desk.media.stream(key, start, end)
        return StreamingResponse(stream.chunks, status, headers)


def _nothing() -> Response:
    return PlainTextResponse("There is nothing here.\n", 404, {"cache-control": "no-store"})


def _later() -> Response:
    return PlainTextResponse("Try again later.\n", 503, {"retry-after": "2", "cache-control": "no-store"})
