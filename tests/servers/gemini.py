"""The Gemini Developer API: generateContent (text, JSON, pictures), Interactions (Omni video), files, models.

    async with gemini_server(key="test-key") as vendor:
        vendor.jobs.add(Plan(polls=5, end="refused"))
        vendor.redirect = True  # downloads go by way of another origin, `vendor.cdn`, which must not see the key

Routes (`{v}` is v1 or v1beta): "POST /{v}/models/{model}:generateContent", "GET /{v}/models",
"GET /{v}/models/{model}", "POST /{v}/interactions", "GET /{v}/interactions/{id}", "DELETE /{v}/interactions/{id}",
"POST /{v}/interactions/{id}/cancel", "GET /{v}/files/{file}:download".
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from . import gemini_content, gemini_interactions, media
from .base import BODY, Started, json_answer, main
from .cdn import Cdn
from .gemini_errors import bad_key, error, interactions_error
from .gemini_models import Models
from .jobs import Job, Jobs
from .ledger import Paid
from .protojson import Violation
from .writer import Task, Writer

__all__ = ["Gemini", "gemini_server"]

_V = "/{v:v1|v1beta}"


class Gemini(Started):
    """The server. `form`: what pictures come as; `redirect`: downloads go by way of `cdn`; `writer` says the texts."""

    def __init__(self, *, key: str, cdn: Cdn, models: Models) -> None:
        super().__init__(key=key)
        self.cdn = cdn
        self.models = models
        self.jobs = Jobs("v1_")
        self.writer = Writer()
        self.form: media.PictureFormat = "png"
        self.redirect = False
        self._delivery: dict[str, str] = {}
        self.route("GET", f"{_V}/models", self._list)
        self.route("GET", f"{_V}/models/{{model}}", self._model)
        self.route("POST", f"{_V}/models/{{model}}:generateContent", self._generate)
        self.route("POST", f"{_V}/interactions", self._create)
        self.route("GET", f"{_V}/interactions/{{id}}", self._get)
        self.route("DELETE", f"{_V}/interactions/{{id}}", self._delete)
        self.route("POST", f"{_V}/interactions/{{id}}/cancel", self._cancel)
        self.route("GET", f"{_V}/files/{{file}}:download", self._download)

    def refuse(self, request: web.Request) -> web.StreamResponse | None:
        """A missing or a wrong key; a bearer token is not one."""
        key = request.headers.get("x-goog-api-key", request.query.get("key"))
        return None if key == self.key else bad_key(key)

    def no_route(self, request: web.Request, missing: web.HTTPException) -> web.StreamResponse:
        """Google's front page for what is not there, as HTML."""
        return web.Response(
            status=404, text="<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", content_type="text/html"
        )

    # models

    async def _list(self, request: web.Request) -> web.Response:
        names = self.models.names(request.match_info["v"])
        return json_answer({"models": [self._described(name) for name in names]})

    def _described(self, name: str) -> dict[str, Any]:
        methods = [] if self.models.seconds(name) else ["generateContent", "countTokens"]
        return {"name": f"models/{name}", "version": "001", "displayName": name, "supportedGenerationMethods": methods}

    async def _model(self, request: web.Request) -> web.Response:
        version, name = request.match_info["v"], request.match_info["model"]
        return self.models.missing(version, name, "getModel") or json_answer(self._described(name))

    # generateContent

    async def _generate(self, request: web.Request) -> web.Response:
        version, model = request.match_info["v"], request.match_info["model"]
        if missing := self.models.missing(version, model, "generateContent"):
            return missing
        if self.models.seconds(model):
            return error(400, "This model only supports Interactions API.")
        if not isinstance(request[BODY], dict):
            return error(400, "Invalid JSON payload received. Unexpected token.")
        try:
            ask = gemini_content.Ask(self.models, model, request[BODY])
        except Violation as violation:
            return error(400, str(violation))
        what = Paid("image", model, ask.said, ask.size, images=len(ask.images))
        self.ledger.bill(what if ask.draws else Paid("text", model, ask.said))
        return json_answer(gemini_content.answer(ask, model, self.writer, self.form))

    # interactions

    async def _create(self, request: web.Request) -> web.Response:
        version, body = request.match_info["v"], request[BODY]
        model = body.get("model") if isinstance(body, dict) else None
        if isinstance(model, str) and (missing := self.models.missing(version, model, "interactions")):
            return missing
        try:
            ask = gemini_interactions.read(self.models, body)
        except gemini_interactions.Invalid as invalid:
            return interactions_error(400, str(invalid))
        if not ask.seconds:
            return self._said(ask)
        job = self.jobs.begin(
            model=ask.model,
            prompt=ask.prompt,
            width=ask.width,
            height=ask.height,
            seconds=ask.seconds,
            first=ask.images[0] if ask.images else None,
        )
        self._delivery[job.id] = ask.format["delivery"]
        self.ledger.bill(Paid("video", job.model, job.prompt, job.size, job.seconds, len(ask.images), job.id))
        if not ask.background:
            job.asked = job.plan.queued + job.plan.polls + 1  # the POST waited for the render
        answer = await self._shown(job, version, with_input=False)
        if not ask.store:
            job.deleted = True
        return json_answer(answer)

    def _said(self, ask: gemini_interactions.Ask) -> web.Response:
        if ask.format["type"] != "text":
            return interactions_error(400, f"Invalid request: {ask.model} supports only a text response_format.")
        self.ledger.bill(Paid("text", ask.model, ask.prompt))
        text = self.writer.write(Task(ask.instructions, ask.prompt, ask.format.get("schema")))
        step = {"type": "model_output", "content": [{"type": "text", "text": text}]}
        return json_answer({"id": "v1_text", "status": "completed", "model": ask.model, "steps": [step]})

    async def _shown(self, job: Job, version: str, *, with_input: bool) -> dict[str, Any]:
        video: dict[str, Any] = {}
        if job.status == "completed" and self._delivery[job.id] == "uri":
            video = {"uri": f"{self.url}/{version}/files/{job.id.removeprefix('v1_')}:download?alt=media"}
        elif job.status == "completed":
            video = {"data": base64.b64encode(await job.video()).decode()}
        return gemini_interactions.shown(job, video, with_input=with_input)

    async def _get(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            return interactions_error(400, "Invalid interaction name")
        job.asked += 1
        return json_answer(await self._shown(job, request.match_info["v"], with_input=True))

    async def _delete(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            return interactions_error(400, "Invalid interaction name")
        job.deleted = True
        return json_answer({})

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            return interactions_error(400, "Invalid interaction name")
        if job.status not in {"queued", "in_progress"}:
            return interactions_error(400, f"Interaction is not running, its status is {job.status}.")
        job.cancelled = True
        return json_answer(await self._shown(job, request.match_info["v"], with_input=True))

    async def _download(self, request: web.Request) -> web.Response:
        job = self.jobs.get(f"v1_{request.match_info['file']}")
        if job is None or job.status != "completed" or request.query.get("alt") != "media":
            return error(403, "You do not have permission to access the File or it may not exist.")
        if self.redirect:
            return web.Response(status=302, headers={"Location": self.cdn.put(f"{job.id}.mp4", job.video)})
        return web.Response(body=await job.video(), content_type="video/mp4")


@asynccontextmanager
async def gemini_server(*, key: str = "test-key", models: Models | None = None, port: int = 0) -> AsyncIterator[Gemini]:
    """A server of the Gemini Developer API on loopback, with the origin its storage is at."""
    async with Cdn() as cdn:
        vendor = Gemini(key=key, cdn=cdn, models=models or Models())
        vendor.port = port
        async with vendor:
            yield vendor


if __name__ == "__main__":
    main(lambda key, port: gemini_server(key=key, port=port))
