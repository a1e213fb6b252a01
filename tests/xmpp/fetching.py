"""Fetches shared media as a client does, and opens it."""

from __future__ import annotations

import base64
import hashlib
import io
import ssl
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import av
import httpx2
from anyio.to_thread import run_sync
from av.container import InputContainer
from PIL import Image

from journeys.person import Kind, Received, Shown
from xmpp.reading import File

TYPES = {"image": "image/", "video": "video/"}


async def fetch(file: File, kind: Kind, shown: Shown, ca: Path | None = None) -> Received:
    """All of a shared file, opened. What the sender said of it must be true, as far as it said anything."""
    verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=str(ca)) if ca else True
    content = bytearray()
    async with httpx2.AsyncClient(verify=verify, timeout=60) as client, client.stream("GET", file.url) as answer:
        answer.raise_for_status()
        assert answer.headers["content-type"].startswith(TYPES[kind]), answer.headers
        async for chunk in answer.aiter_bytes():
            content += chunk
    digest = hashlib.sha256(content)
    assert urlsplit(file.url).scheme in {"http", "https"}
    assert file.size in {0, len(content)}, file
    assert file.sha256 in {"", base64.b64encode(digest.digest()).decode()}, file
    width, height, seconds, codec = await run_sync(_look, bytes(content), kind)
    assert (file.width, file.height) in {(0, 0), (width, height)}, (file, width, height)
    if file.milliseconds and seconds:
        assert abs(file.milliseconds / 1000 - seconds) < 0.5, (file, seconds)
    return Received(kind, len(content), digest.hexdigest(), width, height, seconds, codec, shown)


def _look(content: bytes, kind: Kind) -> tuple[int, int, float, str]:
    if kind == "image":
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            return picture.width, picture.height, 0.0, str(picture.format)
    with cast("InputContainer", av.open(io.BytesIO(content))) as film:
        stream = film.streams.video[0]
        frames = len([None for _ in film.decode(stream)])
        assert frames > 1
        seconds = float((film.duration or 0) / av.time_base)
        return stream.width, stream.height, seconds, stream.codec_context.name
