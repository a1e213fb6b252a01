"""The older JSON protocol of gateways, `POST /v1/video/generations`, in each of its dialects.

    async with generations_server(dialect=TASKS, offer=Offer.small(4)) as vendor: ...

Routes: "POST /v1/video/generations", "GET /v1/video/generations/{task_id}", "GET /v1/models"; the finished video lies
on `vendor.cdn`, another origin that must not see the key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from . import media
from .base import BODY, json_answer, main
from .cdn import Cdn
from .jobs import Job
from .sora import Gateway, refusal
from .sora_dialects import TASKS, GenerationsDialect
from .sora_offer import Offer, Wrong
from .sora_requests import Asked, data_url, unknown

__all__ = ["Generations", "generations_server"]

_TYPES: dict[str, tuple[type, ...]] = {
    "model": (str,),
    "prompt": (str,),
    "size": (str,),
    "seconds": (str,),
    "duration": (int, float),
    "image": (str,),
    "image_url": (str,),
    "images": (list,),
    "n": (int,),
    "seed": (int,),
    "user": (str,),
    "response_format": (str,),
    "metadata": (dict,),
}
"""The fields of the protocol with their types. `seconds` is a string and `duration` a number, as in new-api."""


class Generations(Gateway):
    """The server. `dialect` says whose manners it has."""

    def __init__(self, *, key: str, dialect: GenerationsDialect, offer: Offer, cdn: Cdn) -> None:
        super().__init__(key=key, offer=offer, cdn=cdn, prefix="task_")
        self.dialect = dialect
        self.route("POST", "/v1/video/generations", self._create)
        self.route("GET", "/v1/video/generations/{task_id}", self._get)

    def _read(self, body: Any) -> Asked | Wrong:
        if not isinstance(body, dict):
            return Wrong("invalid request: cannot parse JSON", "invalid_request")
        if wrong := unknown(body, tuple(_TYPES)):
            return wrong
        for name, value in body.items():
            if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
                what = f"json: cannot unmarshal {type(value).__name__} into field {name}"
                return Wrong(what, "invalid_request", name)
        length: Any = next((body[name] for name in self.dialect.length if name in body), self.offer.seconds[0])
        if not str(length).removesuffix(".0").isdecimal():
            return Wrong(f"invalid length {length!r}", "invalid_request", self.dialect.length[0])
        given = next((body[name] for name in self.dialect.picture if name in body), None)
        first = None if given is None else data_url(given)
        if given is not None and first is None:
            return Wrong("image is neither a data URL nor a reachable address", "invalid_request", "image")
        return Asked(
            model=body.get("model", ""),
            prompt=body.get("prompt"),
            size=body.get("size", "720x1280"),
            seconds=int(float(length)),
            first=first,
        )

    async def _create(self, request: web.Request) -> web.Response:
        asked = self._read(request[BODY])
        if isinstance(asked, Wrong):
            return refusal(asked, self.dialect.errors)
        wrong = asked.against(self.offer)
        if wrong is not None:
            return refusal(wrong, self.dialect.errors)
        job = self.begin(asked)
        body: dict[str, Any] = dict.fromkeys(self.dialect.ids, job.id)
        if self.dialect.object:
            body["object"] = self.dialect.object
        return json_answer({**body, "status": "queued"}, self.dialect.created)

    async def _get(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["task_id"])
        if job is None:
            return refusal(Wrong("task_not_exist", "task_not_exist", status=self.dialect.unknown), self.dialect.errors)
        job.asked += 1
        shown = {**self._shown(job), **job.plan.extra}
        return json_answer({"code": "success", "message": "", "data": shown} if self.dialect.wrapped else shown)

    def _shown(self, job: Job) -> dict[str, Any]:
        dialect, status = self.dialect, job.status
        body: dict[str, Any] = dict.fromkeys(dialect.ids, job.id)
        body["status"] = dialect.words.get(status, status)
        if dialect.object:
            body["object"] = dialect.object
        if dialect.decoy_id:
            body["id"] = 40_000 + len(self.jobs)
        if dialect.wrapped:
            body |= {"platform": "sora", "submit_time": job.created, "progress": f"{job.progress}%", "fail_reason": ""}
        if status == "failed":
            code, message = job.plan.error
            reasons: dict[str, dict[str, Any]] = {
                "fail_reason": {"fail_reason": message},
                "error": {"error": {"code": 1, "message": f"{code}: {message}"}},
                "error_text": {"error": message},
            }
            body |= reasons[dialect.failed]
        elif dialect.failed == "error":
            body["error"] = None
        if status == "completed":
            at = body
            for name in dialect.url[:-1]:
                at = at.setdefault(name, {})
            at[dialect.url[-1]] = self.cdn.put(f"{job.id}.mp4", job.video)
            if not dialect.wrapped:
                facts = {"duration": job.seconds, "fps": media.FPS, "width": job.width, "height": job.height, "seed": 1}
                body |= {"format": "mp4", "metadata": facts}
        return body


@asynccontextmanager
async def generations_server(
    *, key: str = "sk-test", dialect: GenerationsDialect = TASKS, offer: Offer | None = None, port: int = 0
) -> AsyncIterator[Generations]:
    """A server of `POST /v1/video/generations` on loopback, with its other origin."""
    async with Cdn() as cdn:
        vendor = Generations(key=key, dialect=dialect, offer=offer or Offer.small(), cdn=cdn)
        vendor.port = port
        async with vendor:
            yield vendor


if __name__ == "__main__":
    main(lambda key, port: generations_server(key=key, port=port))
