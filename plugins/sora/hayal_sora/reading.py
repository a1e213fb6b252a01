"""What endpoints answer about a video: one shape out of many dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hayal import Failed, ProviderError, Refused
from hayal.http import Answer, meaning_of

State: TypeAlias = Literal["running", "done", "failed"]

DONE = frozenset({"completed", "complete", "succeeded", "succeed", "success", "done", "finished"})
FAILED = frozenset(
    {"failed", "failure", "fail", "error", "cancelled", "canceled", "expired", "rejected", "timeout", "blocked"}
)
_LIKE_FAILURE = re.compile(r"fail|error|cancel|reject|expire|block|abort|timed?_?out")

_WELL = frozenset({"success", "ok", "0", "200", "none", ""})
"""What stands in `code` of a wrapped answer if all is well."""

_LONGEST_SAYING = 300


@dataclass(frozen=True, slots=True)
class Film:
    """A video as an endpoint describes it. What it does not say is "" or None.

    `created` is in seconds since 1970, `progress` from 0 to 1, `error` an object or a text, as it came.
    """

    id: str = ""
    status: str = ""
    progress: float | None = None
    url: str = ""
    error: Any = None
    model: str = ""
    prompt: str | None = None
    seconds: float | None = None
    size: str = ""
    created: float | None = None

    @property
    def state(self) -> State:
        """By a table; a status nobody knows counts as still at work, unless it sounds like a failure."""
        if self.status in DONE:
            return "done"
        if self.status in FAILED or _LIKE_FAILURE.search(self.status):
            return "failed"
        if self.status or not self.id:
            return "running"  # an error that names no video is not about the video: ask again
        return "failed" if self.error else "done" if self.url else "running"


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number(value: Any) -> float | None:
    """A number, or a text that begins with one ("8", "8s", "45%")."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    match = re.match(r"\s*(\d+(?:\.\d+)?)", value) if isinstance(value, str) else None
    return float(match[1]) if match else None


def _moment(value: Any) -> float | None:
    seconds = number(value)
    if seconds is not None and seconds > 100_000_000_000:
        seconds /= 1000  # some gateways write milliseconds
    return seconds or None


def unwrapped(data: Any) -> Mapping[str, Any]:
    """The video within an answer, which may be wrapped as {"code": "success", "data": {…}}."""
    outer = _mapping(data)
    inner = _mapping(outer.get("data"))
    if inner and ("code" in outer or not (outer.get("id") or outer.get("task_id") or outer.get("status"))):
        return inner
    return outer


def _addresses(film: Mapping[str, Any]) -> Iterator[Any]:
    yield from (film.get("url"), film.get("video_url"), film.get("result_url"))
    for name in ("metadata", "data", "output", "result"):
        inner = _mapping(film.get(name))
        yield from (inner.get("url"), inner.get("video_url"))
    for name in ("urls", "unsigned_urls"):
        urls = film.get(name)
        if isinstance(urls, list):
            yield from urls
    yield film.get("fail_reason")  # where new-api keeps the address of a video that did not fail


def _url(film: Mapping[str, Any]) -> str:
    found = [one for one in _addresses(film) if isinstance(one, str) and re.match(r"https?://|/(?!/)", one)]
    return found[0] if found else ""


def _error(film: Mapping[str, Any], outer: Mapping[str, Any]) -> Any:
    for name in ("error", "fail_reason", "failure_reason", "error_message"):
        found = film.get(name) or outer.get(name)
        if isinstance(found, Mapping) and (found.get("message") or found.get("code")):
            return found
        if isinstance(found, str) and not found.startswith("http"):
            return found
    if _text(outer.get("code")).lower() not in _WELL:
        return {"code": _text(outer["code"]), "message": _text(outer.get("message"))}
    return None


def read_film(data: Any) -> Film:
    """Read an answer to a submission or a poll, or one entry of a list."""
    film, outer = unwrapped(data), _mapping(data)
    # where both names are there, `id` may be a row of the gateway's database
    progress = number(film.get("progress"))
    prompt = film.get("prompt")
    return Film(
        id=_text(film.get("task_id")) or _text(film.get("id")) or _text(film.get("video_id")),
        status=_text(film.get("status")).lower(),
        progress=None if progress is None else min(max(progress / 100, 0.0), 1.0),
        url=_url(film),
        error=_error(film, outer),
        model=_text(film.get("model")),
        prompt=prompt if isinstance(prompt, str) and prompt.strip() else None,
        seconds=number(film.get("seconds") or film.get("duration")),
        size=_text(film.get("size")),
        created=_moment(film.get("created_at")) or _moment(film.get("created")),
    )


def why_failed(film: Film) -> ProviderError:
    """Why a video failed: Refused for its content, else Failed."""
    error = film.error if isinstance(film.error, Mapping) else {"message": film.error or ""}
    message = " ".join(str(error.get("message") or "").split())[:_LONGEST_SAYING]
    said = f"{error.get('code') or ''} {message}".strip() or "no reason given"
    if isinstance(meaning_of(Answer(400, {}, b"", {"error": dict(error)})), Refused):
        return Refused(f"the video was refused: {said}")
    return Failed(f"the video ended {film.status or 'without a status'}: {said}")


def why_not_taken(film: Film) -> ProviderError | None:
    """What an answer of 200 that only carries an error means, as its status would have: None if it says nothing."""
    if film.error is None:
        return None
    error = film.error if isinstance(film.error, Mapping) else {"message": film.error}
    return meaning_of(Answer(400, {}, b"", {"error": dict(error)}))
