"""OpenAI: responses, chat completions, moderations, images, models.

    async with openai_server(key="sk-test") as vendor:
        vendor.writer.add(INVALID["field missing"])  # the next text is not what was asked for
        vendor.flagged["some words"] = "sexual"      # and these are flagged

Routes: "POST /v1/responses", "POST /v1/chat/completions", "POST /v1/moderations", "POST /v1/images/generations",
"POST /v1/images/edits", "GET /v1/models", "GET /v1/models/{model}".
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from . import openai_images, openai_moderation, openai_schema, openai_text
from .base import BODY, Started, json_answer, main
from .ledger import Paid
from .openai_errors import bad_key, error
from .openai_models import Models
from .openai_schema import Complaint
from .writer import Writer

__all__ = ["OpenAI", "openai_server"]


class OpenAI(Started):
    """The server.

    `lenient_chat`: Chat Completions take `response_format` and do not heed it, as many gateways do. `strict` can be
    switched off for tests of load: a request is then not held against the schema, which takes 20 ms.
    """

    def __init__(self, *, key: str, models: Models) -> None:
        super().__init__(key=key)
        self.models = models
        self.writer = Writer()
        self.flagged = dict(openai_moderation.WORDS)
        self.lenient_chat = False
        self.strict = True
        self._numbers = itertools.count(1)
        self.route("POST", "/v1/responses", self._responses)
        self.route("POST", "/v1/chat/completions", self._chat)
        self.route("POST", "/v1/moderations", self._moderations)
        self.route("POST", "/v1/images/generations", self._images)
        self.route("POST", "/v1/images/edits", self._edits)
        self.route("GET", "/v1/models", self._list)
        self.route("GET", "/v1/models/{model}", self._model)

    @property
    def base_url(self) -> str:
        """With the version, as OpenAI's own SDK wants it."""
        return f"{self.url}/v1"

    def refuse(self, request: web.Request) -> web.StreamResponse | None:
        """A missing or a wrong key."""
        key = self.key_of(request) if "Authorization" in request.headers else None
        return None if key == self.key else bad_key(key)

    def no_route(self, request: web.Request, missing: web.HTTPException) -> web.StreamResponse:
        """As OpenAI says it."""
        return error(missing.status, f"Invalid URL ({request.method} {request.path})")

    def _given(self, body: Any) -> web.Response:
        return json_answer(body, 200, x_request_id=f"req_{next(self._numbers):032x}", openai_processing_ms="12")

    def _wrong(self, path: str, body: Any, mime: str = "application/json") -> Complaint | None:
        return openai_schema.check(path, body, mime) if self.strict else None

    def _refused(self, complaint: Complaint) -> web.Response:
        return error(400, complaint.message, code=complaint.code, param=complaint.param or None)

    def _missing(self, model: Any, kinds: tuple[str, ...], *, status: int = 404) -> web.Response | None:
        """The answer to a model that has ended, never was, or does something else."""
        if not isinstance(model, str) or model in kinds:
            return None
        if model in self.models.gone:
            more = "learn more here: https://platform.openai.com/docs/deprecations"
            return error(
                status, f"The model `{model}` has been deprecated, {more}", code="model_not_found", param="model"
            )
        if model in self.models.all:
            return error(
                400, f"The model '{model}' is not supported with this endpoint.", code="invalid_value", param="model"
            )
        what = f"The model `{model}` does not exist or you do not have access to it."
        return error(status, what, code="model_not_found", param="model")

    async def _responses(self, request: web.Request) -> web.Response:
        body = request[BODY]
        if wrong := self._wrong("/responses", body):
            return self._refused(wrong)
        if missing := self._missing(body.get("model"), self.models.text, status=400):
            return missing
        ask = openai_text.read_response(body)
        if isinstance(ask, Complaint):
            return self._refused(ask)
        if body.get("stream") or body.get("background"):
            return error(400, "Streaming and background are not offered here.", code="unsupported_value")
        self.ledger.bill(Paid("text", ask.model, ask.task.said))
        return self._given(openai_text.response(ask, self.writer.write(ask.task)))

    async def _chat(self, request: web.Request) -> web.Response:
        body = request[BODY]
        if wrong := self._wrong("/chat/completions", body):
            return self._refused(wrong)
        if missing := self._missing(body.get("model"), self.models.text):
            return missing
        asked = {**body, "response_format": {"type": "text"}} if self.lenient_chat else body
        ask = openai_text.read_chat(asked)
        if isinstance(ask, Complaint):
            return self._refused(ask)
        if body.get("stream"):
            return error(400, "Streaming is not offered here.", code="unsupported_value", param="stream")
        self.ledger.bill(Paid("text", ask.model, ask.task.said))
        return self._given(openai_text.chat(ask, self.writer.write(ask.task)))

    async def _moderations(self, request: web.Request) -> web.Response:
        body = request[BODY]
        if wrong := self._wrong("/moderations", body):
            return self._refused(wrong)
        model = body.get("model", "omni-moderation-latest")
        if missing := self._missing(model, self.models.moderation):
            return missing
        results = openai_moderation.moderate(body["input"], self.flagged)
        if isinstance(results, Complaint):
            return self._refused(results)
        return self._given({"id": f"modr-{next(self._numbers)}", "model": model, "results": results})

    async def _images(self, request: web.Request) -> web.Response:
        body = request[BODY]
        wrong = self._wrong("/images/generations", body)
        return self._refused(wrong) if wrong else self._drawn(body, [])

    async def _edits(self, request: web.Request) -> web.Response:
        fields = request[BODY]
        if request.content_type != "multipart/form-data" or not isinstance(fields, dict):
            return error(400, "Pictures are taken as multipart/form-data here.", code="invalid_value")
        body = openai_images.form_fields(fields)
        if wrong := self._wrong("/images/edits", body, "multipart/form-data"):
            return self._refused(wrong)
        given = fields.get("image[]", fields.get("image"))
        return self._drawn(body, given if isinstance(given, list) else [given])

    def _drawn(self, body: dict[str, Any], uploads: list[Any]) -> web.Response:
        if body.get("model") is None:
            return error(400, "Missing required parameter: 'model'.", code="missing_required_parameter", param="model")
        if missing := self._missing(body["model"], self.models.image):
            return missing
        ask = openai_images.read(self.models, body, uploads)
        if isinstance(ask, Complaint):
            return self._refused(ask)
        for _ in range(ask.many):
            self.ledger.bill(Paid("image", ask.model, ask.prompt, ask.size, images=ask.given))
        return self._given(openai_images.answer(ask))

    async def _list(self, request: web.Request) -> web.Response:
        return self._given({"object": "list", "data": [_described(name) for name in self.models.all]})

    async def _model(self, request: web.Request) -> web.Response:
        name = request.match_info["model"]
        return self._missing(name, self.models.all) or self._given(_described(name))


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "system"}


@asynccontextmanager
async def openai_server(*, key: str = "sk-test", models: Models | None = None, port: int = 0) -> AsyncIterator[OpenAI]:
    """A server of OpenAI's API on loopback."""
    vendor = OpenAI(key=key, models=models or Models())
    vendor.port = port
    async with vendor:
        yield vendor


if __name__ == "__main__":
    main(lambda key, port: openai_server(key=key, port=port))
