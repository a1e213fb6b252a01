"""The Sora protocol, `POST /v1/videos`, as OpenAI spoke it and as gateways speak it today.

    async with sora_server(key="sk-test", offer=Offer.small(4)) as vendor:
        vendor.jobs.add(Plan(end="failed", error=("moderation_blocked", "Your request was blocked ...")))

Routes: "POST /v1/videos", "GET /v1/videos", "GET /v1/videos/{video_id}", "DELETE /v1/videos/{video_id}",
"GET /v1/videos/{video_id}/content", "GET /v1/models"; `vendor.cdn` is the other origin of dialects that have one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from . import media
from .base import BODY, Started, json_answer, main
from .cdn import Cdn
from .jobs import Job, Jobs
from .ledger import Paid
from .openai_errors import bad_key, error
from .sora_dialects import OPENAI, Errors, VideosDialect
from .sora_offer import Offer, Wrong
from .sora_requests import Asked, read_form, read_json

__all__ = ["Sora", "sora_server"]


def refusal(wrong: Wrong, errors: Errors) -> web.Response:
    """Why a request is refused, in a dialect's shape."""
    if errors == "text":
        return json_answer({"error": wrong.message}, wrong.status)
    if errors == "task":
        return json_answer(
            {"code": wrong.code or "invalid_request", "message": wrong.message, "data": None}, wrong.status
        )
    return error(wrong.status, wrong.message, code=wrong.code, param=wrong.param)


class Gateway(Started):
    """What the servers of both protocols share: the key, the models, the jobs, the other origin."""

    def __init__(self, *, key: str, offer: Offer, cdn: Cdn, prefix: str) -> None:
        super().__init__(key=key)
        self.offer = offer
        self.cdn = cdn
        self.jobs = Jobs(prefix)
        self.route("GET", "/v1/models", self._models)

    @property
    def base_url(self) -> str:
        """With the version, as the plugin `sora` wants it."""
        return f"{self.url}/v1"

    def refuse(self, request: web.Request) -> web.StreamResponse | None:
        """A missing or a wrong key."""
        key = self.key_of(request) if "Authorization" in request.headers else None
        return None if key == self.key else bad_key(key)

    def no_route(self, request: web.Request, missing: web.HTTPException) -> web.StreamResponse:
        """As OpenAI says it."""
        return error(missing.status, f"Invalid URL ({request.method} {request.path})")

    def begin(self, asked: Asked) -> Job:
        """Take in work that was checked, and bill it."""
        size = media.sizes(asked.size)
        if size is None or not isinstance(asked.prompt, str):
            raise ValueError("the request was not checked")
        job = self.jobs.begin(
            model=asked.model,
            prompt=asked.prompt,
            width=size[0],
            height=size[1],
            seconds=asked.seconds,
            first=asked.first,
        )
        self.ledger.bill(
            Paid(
                "video",
                job.model,
                prompt=job.prompt,
                size=job.size,
                seconds=job.seconds,
                images=int(asked.first is not None),
                ref=job.id,
            )
        )
        return job

    async def _models(self, request: web.Request) -> web.Response:
        listed = [{"id": name, "object": "model", "created": 1, "owned_by": "sora"} for name in self.offer.sizes]
        return json_answer({"object": "list", "data": listed})


class Sora(Gateway):
    """The server. `dialect` says whose manners it has."""

    def __init__(self, *, key: str, dialect: VideosDialect, offer: Offer, cdn: Cdn) -> None:
        super().__init__(key=key, offer=offer, cdn=cdn, prefix="task_" if dialect.task_id else "video_")
        self.dialect = dialect
        self.route("POST", "/v1/videos", self._create)
        if dialect.lists:
            self.route("GET", "/v1/videos", self._list)
        self.route("GET", "/v1/videos/{video_id}", self._get)
        self.route("DELETE", "/v1/videos/{video_id}", self._delete)
        if dialect.media == "content":
            self.route("GET", "/v1/videos/{video_id}/content", self._content)

    def shown(self, job: Job) -> dict[str, Any]:
        """A job as this dialect shows it."""
        dialect, status = self.dialect, job.status
        ended = status in {"completed", "failed"}
        body: dict[str, Any] = {
            "id": job.id,
            "object": dialect.object,
            "model": job.model,
            "status": dialect.words.get(status, status),
            "progress": job.progress,
            "created_at": job.created,
            "completed_at": job.created + job.asked if ended else None,
            "expires_at": job.created + 3600 if ended else None,
            "prompt": job.prompt if dialect.echoes_prompt else None,
            "size": job.size,
            "seconds": job.seconds if dialect.number_seconds else str(job.seconds),
            "remixed_from_video_id": None,
            "error": None,
        }
        if dialect.task_id:
            body["task_id"] = job.id
        if status == "failed":
            code, message = job.plan.error
            body["error"] = message if dialect.errors == "text" else {"code": code, "message": message}
        if status == "completed" and dialect.media != "content":
            url = self.cdn.put(f"{job.id}.mp4", job.video)
            body.update({"metadata": {"url": url}} if dialect.media == "metadata" else {dialect.media: url})
        return {**body, **job.plan.extra}

    async def _create(self, request: web.Request) -> web.Response:
        if request.content_type == "multipart/form-data":
            asked = read_form(request[BODY], self.offer)
        else:
            asked = read_json(request[BODY], self.offer, number_seconds=self.dialect.number_seconds)
        if isinstance(asked, Wrong):
            return refusal(asked, self.dialect.errors)
        wrong = asked.against(self.offer)
        if wrong is not None:
            return refusal(wrong, self.dialect.errors)
        return json_answer(self.shown(self.begin(asked)), self.dialect.created)

    def _find(self, request: web.Request) -> Job | Wrong:
        number = request.match_info["video_id"]
        job = self.jobs.get(number)
        if job is not None:
            return job
        if self.dialect.errors == "task":
            return Wrong("task_not_exist", "task_not_exist", status=self.dialect.unknown)
        return Wrong(f"Video with id '{number}' not found.", None, status=self.dialect.unknown)

    async def _get(self, request: web.Request) -> web.Response:
        job = self._find(request)
        if isinstance(job, Wrong):
            return refusal(job, self.dialect.errors)
        job.asked += 1
        hint = self.dialect.poll_after_ms
        return json_answer(self.shown(job), 200, **({} if hint is None else {"openai_poll_after_ms": str(hint)}))

    async def _delete(self, request: web.Request) -> web.Response:
        job = self._find(request)
        if isinstance(job, Wrong):
            return refusal(job, self.dialect.errors)
        job.deleted = True
        return json_answer({"id": job.id, "object": "video.deleted", "deleted": True})

    async def _list(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        order, limit = query.pop("order", "desc"), query.pop("limit", "20")
        after = query.pop("after", None)
        if query:
            return error(400, f"Unknown parameter: '{next(iter(query))}'.", code="unknown_parameter")
        if order not in {"asc", "desc"} or not limit.isdecimal() or int(limit) > 100:
            return error(400, "Invalid 'order' or 'limit'.", code="invalid_value")
        jobs = list(self.jobs)
        if order == "desc":
            jobs.reverse()
        if after is not None:
            ids = [job.id for job in jobs]
            if after not in ids:
                return error(400, f"Video with id '{after}' not found.", param="after")
            jobs = jobs[ids.index(after) + 1 :]
        page = jobs[: int(limit)]
        return json_answer(
            {
                "object": "list",
                "data": [self.shown(job) for job in page],
                "first_id": page[0].id if page else None,
                "last_id": page[-1].id if page else None,
                "has_more": len(jobs) > len(page),
            }
        )

    async def _content(self, request: web.Request) -> web.Response:
        job = self._find(request)
        if isinstance(job, Wrong):
            return refusal(job, self.dialect.errors)
        variant = request.query.get("variant", "video")
        if variant not in {"video", "thumbnail", "spritesheet"}:
            return error(400, f"Invalid value: '{variant}'.", code="invalid_value", param="variant")
        if job.status != "completed":
            return error(self.dialect.not_ready, f"Video is not ready yet, current status: {job.status}")
        if variant == "video":
            return web.Response(body=await job.video(), content_type="video/mp4")
        form: media.PictureFormat = "webp" if variant == "thumbnail" else "jpeg"
        return web.Response(body=media.picture(job.width, job.height, form, 7), content_type=f"image/{form}")


@asynccontextmanager
async def sora_server(
    *, key: str = "sk-test", dialect: VideosDialect = OPENAI, offer: Offer | None = None, port: int = 0
) -> AsyncIterator[Sora]:
    """A server of `POST /v1/videos` on loopback, with its other origin."""
    async with Cdn() as cdn:
        vendor = Sora(key=key, dialect=dialect, offer=offer or Offer.small(), cdn=cdn)
        vendor.port = port
        async with vendor:
            yield vendor


if __name__ == "__main__":
    main(lambda key, port: sora_server(key=key, port=port))
