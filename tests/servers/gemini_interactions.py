"""The Interactions API: the rules of a request beyond its schema, and how an interaction looks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jsonschema

from . import media
from .gemini_models import Models
from .gemini_schema import CONTENTS, FORMATS, REQUEST
from .jobs import Job
from .protojson import unbase64


class Invalid(ValueError):
    """A request the service answers with 400 invalid_request."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a video (or, of a text model, for text), read."""

    model: str
    prompt: str
    images: tuple[bytes, ...]
    background: bool
    store: bool
    format: Mapping[str, Any]
    instructions: str = ""
    seconds: int = 0
    width: int = 0
    height: int = 0


def _validate(value: Any, schema: Mapping[str, Any], where: str) -> None:
    error = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(value)), None)
    if error is not None:
        path = ".".join([where, *map(str, error.absolute_path)]).strip(".")
        raise Invalid(f"Invalid request: {path or 'body'}: {error.message}"[:400])


def _typed(value: Any, kinds: Mapping[str, Mapping[str, Any]], where: str) -> Mapping[str, Any]:
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    if kind not in kinds:
        raise Invalid(f"Invalid request: {where}: unknown type {kind!r}")
    _validate(value, kinds[kind], where)
    return value  # type: ignore[no-any-return]


def read(models: Models, body: Any) -> Ask:
    """Read a request to create an interaction. Raises Invalid."""
    _validate(body, REQUEST, "")
    model: str = body["model"]
    given = body["input"]
    contents = [{"type": "text", "text": given}] if isinstance(given, str) else given
    contents = [contents] if isinstance(contents, dict) else contents
    contents = [
        inner
        for item in contents
        for inner in (
            item.get("content", []) if isinstance(item, dict) and item.get("type") == "user_input" else [item]
        )
    ]
    texts, images = [], []
    for number, content in enumerate(contents):
        content = _typed(content, CONTENTS, f"input[{number}]")
        if content["type"] == "text":
            texts.append(content["text"])
        elif len({"data", "uri"} & set(content)) != 1:
            raise Invalid(f"Invalid request: input[{number}]: exactly one of data and uri is needed")
        elif content["type"] == "image" and "data" in content:
            images.append(_picture(content, number))
    formats = body.get("response_format", [])
    formats = formats if isinstance(formats, list) else [formats]
    read_formats = [_typed(one, FORMATS, "response_format") for one in formats]
    background, store = body.get("background", False), body.get("store", True)
    if background and not store:
        raise Invalid("Invalid request: background interactions need store to be true.")
    if body.get("stream"):
        raise Invalid("Invalid request: stream is not offered here.")
    if not any(text.strip() for text in texts):
        raise Invalid("Invalid request: input has no text.")
    ask = Ask(
        model=model,
        prompt="\n".join(texts),
        images=tuple(images),
        background=background,
        store=store,
        format=read_formats[0] if read_formats else {"type": "text"},
        instructions=body.get("system_instruction", ""),
    )
    limits = models.seconds(model)
    return ask if limits is None else _video(ask, body, read_formats, limits)


def _picture(content: Mapping[str, Any], number: int) -> bytes:
    try:
        raw = unbase64(content["data"])
        real = media.look(raw).mime
    except ValueError:
        raise Invalid(f"Invalid request: input[{number}]: the image cannot be decoded") from None
    if content.get("mime_type") != real:
        raise Invalid(f"Invalid request: input[{number}]: mime_type {content.get('mime_type')} is not {real}")
    return raw


def _video(ask: Ask, body: Any, formats: list[Mapping[str, Any]], limits: tuple[int, int]) -> Ask:
    if "system_instruction" in body:
        raise Invalid(f"Invalid request: system_instruction is not supported by {ask.model}.")
    if [one["type"] for one in formats] not in ([], ["video"]):
        raise Invalid(f"Invalid request: {ask.model} supports only a video response_format.")
    wanted = formats[0] if formats else {}
    found = re.fullmatch(r"(\d+)(?:\.0+)?s", wanted.get("duration", "8s"))
    if not found or not limits[0] <= int(found[1]) <= limits[1]:
        raise Invalid(f"Invalid request: duration must be whole seconds from {limits[0]}s to {limits[1]}s.")
    task = body.get("generation_config", {}).get("video_config", {}).get("task")
    if task == "image_to_video" and not ask.images:
        raise Invalid("Invalid request: image_to_video needs an image.")
    if task == "text_to_video" and ask.images:
        raise Invalid("Invalid request: text_to_video takes no image.")
    short = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}[wanted.get("resolution", "720p")]
    long = short * 16 // 9
    tall = wanted.get("aspect_ratio", "16:9") == "9:16"
    return Ask(
        model=ask.model,
        prompt=ask.prompt,
        images=ask.images,
        background=ask.background,
        store=ask.store,
        format={"delivery": "inline", **wanted},
        seconds=int(found[1]),
        width=short if tall else long,
        height=long if tall else short,
    )


_SHOWN = {"refused": "completed", "no_video": "completed", "output_error": "completed"}


def shown(job: Job, video: Mapping[str, Any], *, with_input: bool) -> dict[str, Any]:
    """An interaction as it looks after the polls so far. `video` is where the finished video is: uri or data."""
    status = job.status
    when = datetime.fromtimestamp(job.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body: dict[str, Any] = {
        "id": job.id,
        "object": "interaction",
        "status": _SHOWN.get(status, status),
        "model": job.model,
        "created": when,
        "updated": when,
    }
    steps: list[dict[str, Any]] = []
    if with_input:
        steps.append({"type": "user_input", "content": [{"type": "text", "text": job.prompt}]})
    made = 0
    if status in {"completed", "no_video"}:
        made = 5792 * job.seconds
        parts: list[Any] = [{"type": "video", "mime_type": "video/mp4", **video}] if status == "completed" else []
        steps += [{"type": "thought", "signature": "c2lnbmVk"}, {"type": "model_output", "content": parts}]
    elif status == "refused":
        steps.append({"type": "model_output", "content": [{"type": "text", "text": "I can't create that video."}]})
    elif status == "output_error":
        steps.append({"type": "model_output", "error": {"code": 13, "message": job.plan.error[1]}})
    elif status == "failed":
        body["errors"] = [{"code": job.plan.error[0], "message": job.plan.error[1]}]
    if steps:
        body["steps"] = steps
    if status not in {"queued", "in_progress"}:
        body["usage"] = {
            "total_input_tokens": 280,
            "total_output_tokens": made,
            "total_tokens": 280 + made,
            "input_tokens_by_modality": [{"modality": "text", "tokens": 280}],
            "output_tokens_by_modality": [{"modality": "video", "tokens": made}] if made else [],
        }
    return {**body, **job.plan.extra}
