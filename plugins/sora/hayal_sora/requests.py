"""What is asked of an endpoint, in both protocols."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hayal import Misused, VideoRequest
from hayal_sora.settings import SoraSettings


@dataclass(frozen=True, slots=True)
class Submission:
    """A path, and either a JSON body or the fields and files of a form."""

    path: str
    json: dict[str, Any] | None = None
    fields: dict[str, str] | None = None
    files: dict[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)


def segment(text: str) -> str:
    """`text` as one segment of a path. Raises Misused for what cannot be one."""
    if text in {"", ".", ".."}:
        raise Misused(f"{text!r} is not the id of anything")
    return quote(text, safe="")


def submission(settings: SoraSettings, request: VideoRequest) -> Submission:
    """How a video is handed in."""
    if settings.protocol == "generations":
        return _generations(settings, request)
    fields = {
        "model": settings.model,
        "prompt": request.prompt.text(),
        "seconds": str(request.seconds),
        "size": str(request.size),
    }
    if request.reference is None:
        return Submission("videos", json=dict(fields))
    # the engine has scaled it to `size`, as the protocol wants it
    picture = ("reference.jpg", request.reference, "image/jpeg")
    return Submission("videos", fields=fields, files={"input_reference": picture})


def _generations(settings: SoraSettings, request: VideoRequest) -> Submission:
    kind = settings.length_type
    if kind == "auto":
        kind = "string" if settings.length_field == "seconds" else "number"
    length: str | int = str(request.seconds) if kind == "string" else request.seconds
    body: dict[str, Any] = {
        "model": settings.model,
        "prompt": request.prompt.text(),
        "size": str(request.size),
        settings.length_field: length,
    }
    if request.reference is not None:
        body[settings.image_field] = f"data:image/jpeg;base64,{base64.b64encode(request.reference).decode()}"
    return Submission("video/generations", json=body)


def film_path(settings: SoraSettings, remote: str) -> str:
    """Where a video is asked about."""
    return f"{'videos' if settings.protocol == 'videos' else 'video/generations'}/{segment(remote)}"


def content_path(remote: str) -> str:
    """Where a video's bytes are, by the protocol of OpenAI."""
    return f"videos/{segment(remote)}/content"
