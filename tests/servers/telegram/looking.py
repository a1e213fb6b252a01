"""How a client shows a message, and opens what is in it."""

from __future__ import annotations

import av
from PIL import Image

from journeys.person import Kind, Picture, Received, Shown

from . import markup
from .chats import Kept
from .files import Stored


def shown(kept: Kept, at: int) -> Shown:
    """A message as a client shows it."""
    body = kept.body
    media: list[Picture] = []
    if "photo" in body:
        largest = body["photo"][-1]
        media.append(Picture("image", largest["file_id"], largest["width"], largest["height"]))
    elif "video" in body:
        video = body["video"]
        media.append(Picture("video", video["file_id"], video["width"], video["height"], video["duration"]))
    text = body.get("text") or body.get("caption", "")
    choices = tuple(markup.labels(body.get("reply_markup", {})))
    return Shown(str(kept.id), at, text, choices, tuple(media), kept.edited)


def fetch(stored: Stored, kind: Kind, one: Shown) -> Received:
    """Open a stored file and decode its first picture."""
    upload = stored.upload
    if kind == "image":
        with Image.open(upload.path) as picture:
            picture.load()
            (width, height), codec = picture.size, (picture.format or "").lower()
        return Received(kind, upload.size, upload.sha256, width, height, 0.0, codec, one)
    with av.open(str(upload.path)) as film:
        stream = film.streams.video[0]
        frame = next(film.decode(stream))
        seconds = float((film.duration or 0) / av.time_base)
        codec = stream.codec_context.name
        return Received(kind, upload.size, upload.sha256, frame.width, frame.height, seconds, codec, one)
