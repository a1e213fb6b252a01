"""How endpoints that speak a Sora protocol differ from each other, each as a value.

Sources: `POST /v1/videos` is OpenAI's own description (openai-openapi, 2026-08-21). The gateways' ways are from the
public code of new-api (dto/openai_video.go, dto/task.go, dto/video.go, relay/relay_task.go, controller/video_proxy.go)
and from the reference pages of the gateways named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Errors: TypeAlias = Literal["object", "task", "text"]
"""`object`: {"error": {message, type, param, code}}. `task`: {"code", "message", "data": null}, as new-api has it; its
message may be a whole upstream error as text. `text`: {"error": "a sentence"}."""


@dataclass(frozen=True, slots=True)
class VideosDialect:
    """One way to speak `POST /v1/videos`.

    `created`: the status of a create. `task_id`: the id is given again under that name. `words`: statuses that are
    called something else. `number_seconds`: `seconds` is a number in answers, and may be one in JSON. `media`: where
    the video is: "content" is GET …/content with the key, else the field of the finished job that holds an address on
    another origin ("metadata" is metadata.url), and there is no …/content. `not_ready`: the status of …/content before
    the end. `lists`: whether GET /v1/videos is there. `echoes_prompt`: whether a job says what it was asked.
    """

    name: str
    created: int = 200
    task_id: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    number_seconds: bool = False
    media: Literal["content", "url", "video_url", "metadata"] = "content"
    not_ready: int = 404
    unknown: int = 404
    errors: Errors = "object"
    object: str = "video"
    lists: bool = True
    echoes_prompt: bool = True
    poll_after_ms: int | None = None


OPENAI = VideosDialect("openai", poll_after_ms=10)
"""As OpenAI's own endpoint was, until 2026-09-24."""

NEW_API = VideosDialect(
    "new-api", task_id=True, not_ready=400, unknown=400, errors="task", lists=False, echoes_prompt=False
)
"""new-api: `task_id` beside `id`, no list, 400 where OpenAI has 404, errors without the key "error"."""

UNKNOWN_FIRST = VideosDialect("unknown-first", task_id=True, words={"queued": "unknown"}, lists=False, media="metadata")
"""Older new-api: a fresh job is "unknown"; the media lies at metadata.url."""

MERGE = VideosDialect(
    "merge", created=202, number_seconds=True, words={"queued": "pending", "in_progress": "processing"}, media="url"
)
"""202, numbers for seconds, and other words."""

GLOBALAI = VideosDialect(
    "globalai",
    words={"in_progress": "processing"},
    media="video_url",
    object="video.generation",
    errors="text",
    lists=False,
)
"""Object "video.generation" with `video_url`; an error is a sentence."""

VIDEOS = (OPENAI, NEW_API, UNKNOWN_FIRST, MERGE, GLOBALAI)


@dataclass(frozen=True, slots=True)
class GenerationsDialect:
    """One way to speak `POST /v1/video/generations`.

    `length` and `picture`: the fields the endpoint reads; others of the protocol are accepted and, as gateways do,
    ignored without a word. `ids`: under which names a create gives the id. `decoy_id`: polls also have an `id` that is
    another thing (a row number in the gateway's database). `words`: what the statuses are called. `wrapped`: polls are
    {"code": "success", "data": {…}}. `url`: the path of the finished video's address in a poll. `errors`: of refused
    requests. `failed`: where a failed job says why.
    """

    name: str
    length: tuple[Literal["seconds", "duration"], ...] = ("seconds", "duration")
    picture: tuple[Literal["image", "image_url"], ...] = ("image", "image_url")
    ids: tuple[Literal["id", "task_id"], ...] = ("task_id",)
    decoy_id: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    wrapped: bool = False
    url: tuple[str, ...] = ("url",)
    object: str = ""
    created: int = 200
    unknown: int = 400
    errors: Errors = "task"
    failed: Literal["fail_reason", "error", "error_text"] = "error"


_UPPER = {
    "queued": "QUEUED",
    "in_progress": "IN_PROGRESS",
    "completed": "SUCCESS",
    "failed": "FAILURE",
    "cancelled": "FAILURE",
}

TASKS = GenerationsDialect(
    "tasks",
    length=("duration",),
    picture=("image",),
    ids=("id", "task_id"),
    decoy_id=True,
    words=_UPPER,
    wrapped=True,
    url=("result_url",),
    failed="fail_reason",
)
"""new-api today: a TaskDto in an envelope, its `id` a row number, progress "30%", `result_url`, `fail_reason`."""

SUBMITTED = GenerationsDialect(
    "submitted",
    length=("seconds",),
    picture=("image",),
    words={**_UPPER, "queued": "NOT_START", "in_progress": "unknown"},
    wrapped=True,
    url=("data", "url"),
    failed="fail_reason",
)
"""Forks of it: NOT_START, then "unknown" while at work; the address in data.data.url; reads `seconds` only."""

DOCUMENTED = GenerationsDialect(
    "documented",
    length=("duration",),
    words={"in_progress": "processing", "completed": "succeeded"},
    failed="error",
)
"""As new-api's own manual has it: {task_id, status, url, format, metadata, error: {code: 1, message}}."""

GENERATION_JOB = GenerationsDialect(
    "generation-job",
    picture=("image_url",),
    ids=("id",),
    words={"in_progress": "running", "cancelled": "canceled"},
    url=("video_url",),
    object="video.generation.job",
    created=201,
    unknown=404,
    errors="text",
    failed="error_text",
)
"""Object "video.generation.job", 201, `video_url`, an error that is a sentence."""

GENERATIONS = (TASKS, SUBMITTED, DOCUMENTED, GENERATION_JOB)
