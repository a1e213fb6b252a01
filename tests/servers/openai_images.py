"""Images: the rules beyond the schema, and pictures of exactly the size asked for."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from . import media
from .ledger import Upload
from .openai_models import Models, version, wrong_size
from .openai_schema import Complaint

_NUMBERS = ("n", "output_compression", "partial_images", "frame_count", "frame_duration_ms")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for pictures, read."""

    model: str
    prompt: str
    width: int
    height: int
    size: str
    quality: str
    form: media.PictureFormat
    many: int
    background: str
    given: int


def form_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A multipart request as the schema sees it: numbers as numbers, files as text, `image[]` as `image`."""
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        read = [_plain(name, one) for one in values]
        plain[name.removesuffix("[]")] = read if name.endswith("[]") or len(read) > 1 else read[0]
    return plain


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Upload):
        return "<file>"
    if name in _NUMBERS and value.lstrip("-").isdecimal():
        return int(value)
    return {"true": True, "false": False}.get(value, value) if name == "stream" else value


def read(models: Models, body: Mapping[str, Any], uploads: list[Any]) -> Ask | Complaint:
    """Read a request that fits the schema. `uploads` are the pictures of an edit."""
    model = body["model"]
    for name in ("response_format", "style"):
        if body.get(name) is not None:
            return Complaint(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    if not body["prompt"] or len(body["prompt"]) > 32_000:
        return Complaint("Invalid 'prompt': 1 to 32000 characters are accepted.", "string_above_max_length", "prompt")
    size = body.get("size") or "auto"
    if reason := wrong_size(models, model, size):
        return Complaint(reason, "invalid_value", "size")
    quality, form = body.get("quality") or "auto", body.get("output_format") or "png"
    background = body.get("background") or "auto"
    if quality in {"standard", "hd"} or (quality in {"xhigh", "max"} and version(model) < 2.5):
        return Complaint(f"Invalid value: '{quality}' is not supported by {model}.", "invalid_value", "quality")
    if form in {"gif", "svg"}:
        return Complaint(
            f"Your organization has no access to output_format '{form}'.", "invalid_value", "output_format"
        )
    if body.get("output_compression") is not None and form == "png":
        what = "Compression is only supported for webp and jpeg."
        return Complaint(what, "invalid_value", "output_compression")
    if background == "transparent" and form == "jpeg":
        return Complaint("Transparent background needs png or webp.", "invalid_value", "background")
    if body.get("stream"):
        return Complaint("Streaming is not offered here.", "unsupported_value", "stream")
    for upload in uploads:
        if reason := _wrong_upload(upload):
            return Complaint(reason, "invalid_image_file", "image")
    pair = media.sizes(size) or (1024, 1024)
    return Ask(
        model=model,
        prompt=body["prompt"],
        width=pair[0],
        height=pair[1],
        size=size,
        quality="medium" if quality == "auto" else quality,
        form=cast("media.PictureFormat", form),
        many=body.get("n") or 1,
        background="opaque" if background == "auto" else background,
        given=len(uploads),
    )


def _wrong_upload(upload: Any) -> str | None:
    if not isinstance(upload, Upload):
        return "Invalid type for 'image': expected a file."
    try:
        real = media.look(upload.data).mime
    except media.NotAPicture:
        return "Invalid image file or mode for image."
    if upload.mime != real:
        return f"Invalid file 'image': unsupported mimetype ('{upload.mime}')."
    return None if len(upload.data) < 50 * 2**20 else "Invalid file 'image': above 50 MB."


def answer(ask: Ask) -> dict[str, Any]:
    """The pictures, in base64 only."""
    seed = media.number(ask.prompt) % 7
    drawn = [media.picture(ask.width, ask.height, ask.form, seed + index) for index in range(ask.many)]
    out = 1056 * ask.many
    return {
        "created": 1_795_000_000,
        "background": ask.background,
        "data": [{"b64_json": base64.b64encode(one).decode()} for one in drawn],
        "output_format": ask.form,
        "quality": ask.quality,
        "size": f"{ask.width}x{ask.height}",
        "usage": {
            "input_tokens": 50 + 323 * ask.given,
            "input_tokens_details": {"text_tokens": 50, "image_tokens": 323 * ask.given},
            "output_tokens": out,
            "output_tokens_details": {"text_tokens": 0, "image_tokens": out},
            "total_tokens": 50 + 323 * ask.given + out,
        },
    }
