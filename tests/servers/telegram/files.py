"""Files: streamed to disk, counted, and known by file_id ever after."""

from __future__ import annotations

import hashlib
import itertools
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from PIL import Image, UnidentifiedImageError

from .errors import (
    IMAGE_FAILED,
    PHOTO_DIMENSIONS,
    TOO_LARGE,
    WRONG_FILE,
    WRONG_REMOTE,
    Refusal,
    Violation,
)
from .spec import Uploaded

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
"""Bytes: what a bot may send, as a photo, and fetch with getFile (https://core.telegram.org/bots/api#sending-files)."""

MAX_THUMBNAIL = 200 * 1000
MAX_THUMBNAIL_SIDE = 320

_FORM = 1024 * 1024
_PREFIX = {"photo": "AgACAgQAAxk", "video": "BAACAgQAAxk", "document": "BQACAgQAAxk", "thumbnail": "AAMCBAADGQ"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A file the server keeps. `width` and `height` are a picture's own; a video is not looked into."""

    kind: str
    file_id: str
    unique: str
    upload: Uploaded
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.upload.size


class Files:
    """Everything uploaded, in `folder`. `uploads` is each file that arrived, in order: a file sent again by its
    file_id is not among them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uploads: list[Uploaded] = []
        self._by_id: dict[str, Stored] = {}
        self._numbers = itertools.count(1)

    async def receive(self, part: BodyPartReader) -> Uploaded:
        """Read a part of a multipart request onto the disk, 64 KB at a time."""
        path = self.folder / f"{next(self._numbers)}.bin"
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as out:
            while chunk := await part.read_chunk(65536):
                size += len(chunk)
                if size > MAX_UPLOAD:
                    path.unlink()
                    raise Refusal(TOO_LARGE)
                digest.update(chunk)
                out.write(chunk)
        mime = part.headers.get("Content-Type", "application/octet-stream")
        upload = Uploaded(part.name or "", part.filename or "", mime, path, size, digest.hexdigest())
        self.uploads.append(upload)
        return upload

    def keep(self, kind: str, upload: Uploaded) -> Stored:
        """Take an upload in as a photo, video, document or thumbnail."""
        if upload.size == 0:
            raise Refusal("Bad Request: file must be non-empty")
        width = height = 0
        if kind == "photo":
            width, height = _photo(upload)
        elif kind == "thumbnail":
            width, height = _thumbnail(upload)
        number = next(self._numbers)
        tail = urlsafe_b64encode(hashlib.sha256(f"{number} {upload.sha256}".encode()).digest()).decode().rstrip("=")
        unique = urlsafe_b64encode(bytes.fromhex(upload.sha256)[:11]).decode().rstrip("=")
        stored = Stored(kind, _PREFIX.get(kind, _PREFIX["document"]) + tail, unique, upload, width, height)
        self._by_id[stored.file_id] = stored
        return stored

    def named(self, file_id: str, kind: str = "") -> Stored:
        """What was handed out as `file_id`."""
        stored = self._by_id.get(file_id)
        if stored is None:
            known = any(file_id.startswith(prefix) for prefix in _PREFIX.values())
            raise Refusal(WRONG_REMOTE if known else WRONG_FILE)
        if kind and stored.kind != kind:
            raise Refusal(f"Bad Request: can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    def forget(self, file_id: str) -> None:
        """From now on this file_id is wrong, as old ones may become."""
        del self._by_id[file_id]

    def take(self, kind: str, value: Any, files: Mapping[str, Uploaded]) -> Stored:
        """A parameter that is a file: uploaded with it, attached by name, or known."""
        if isinstance(value, Uploaded):
            return self.keep(kind, value)
        if value.startswith("attach://"):
            upload = files.get(value.removeprefix("attach://"))
            if upload is None:
                raise Refusal(WRONG_FILE)
            return self.keep(kind, upload)
        if value.startswith(("http://", "https://")):
            raise Violation("this test server fetches no URLs")
        return self.named(value, kind)


def _photo(upload: Uploaded) -> tuple[int, int]:
    if upload.size > MAX_PHOTO:
        raise Refusal(
            f"Bad Request: file of size {upload.size} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO} bytes"
        )
    try:
        with Image.open(upload.path) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError) as error:
        raise Refusal(IMAGE_FAILED) from error
    if width + height > 10000 or max(width, height) > 20 * min(width, height):
        raise Refusal(PHOTO_DIMENSIONS)
    return width, height


def _thumbnail(upload: Uploaded) -> tuple[int, int]:
    """The real server ignores an unfit thumbnail, so nobody would notice: here it is a violation."""
    try:
        with Image.open(upload.path) as picture:
            size, form = picture.size, picture.format
    except (UnidentifiedImageError, OSError) as error:
        raise Violation("the thumbnail is no picture") from error
    if form != "JPEG" or upload.size > MAX_THUMBNAIL or max(size) > MAX_THUMBNAIL_SIDE:
        raise Violation(f"the thumbnail is {form}, {size[0]}x{size[1]}, {upload.size} bytes")
    return size


async def read(request: web.Request, files: Files) -> tuple[dict[str, Any], dict[str, Uploaded], bool]:
    """Parameters of a request from its query and body; files by field; whether values are texts of a form."""
    if (request.content_length or 0) > MAX_UPLOAD + _FORM:
        raise Refusal(TOO_LARGE)
    given: dict[str, Any] = dict(request.query)
    if request.method == "GET" or not request.body_exists:
        return given, {}, True
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError as error:
            raise Refusal("Bad Request: can't parse JSON object") from error
        if not isinstance(body, dict):
            raise Refusal("Bad Request: object expected as request body")
        return body, {}, False
    if kind == "application/x-www-form-urlencoded":
        return given | dict(await request.post()), {}, True
    if kind != "multipart/form-data":
        raise Violation(f"a request body of the type {kind}")
    uploads: dict[str, Uploaded] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise Violation("a nested or nameless part of a multipart request")
        if part.filename is None:
            given[part.name] = await part.text()
        else:
            uploads[part.name] = await files.receive(part)
    return given, uploads, True
