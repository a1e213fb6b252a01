"""From a request to its answer: token, method, parameters, faults, limits, errors."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import anyio
from aiohttp import web

from servers.wire import enact

from .chats import Json
from .errors import NO_METHOD, NOT_FOUND, UNAUTHORIZED, Refusal, Violation
from .files import read
from .methods import METHODS
from .records import Call
from .spec import IllTyped, Uploaded

if TYPE_CHECKING:
    from .server import TelegramServer

_TOKEN = re.compile(r"\d{1,16}:[\w-]{30,}")


class Answering:
    """Handlers of the two routes."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self._methods = {name.lower(): name for name in server.spec.methods}

    async def bot(self, request: web.Request) -> web.StreamResponse:
        """A call of a method."""
        token, name = request.match_info["token"], request.match_info["method"]
        if token != self.server.token:
            return _answer(Refusal(UNAUTHORIZED if _TOKEN.fullmatch(token) else NOT_FOUND).body())
        method = self._methods.get(name.lower(), "")
        if not method:
            self.server.violations.append(f"there is no method {name}")
            return _answer(Refusal(NO_METHOD).body())
        try:
            raw, files, form = await read(request, self.server.files)
        except Refusal as refusal:
            return self._settle(method, {}, self._refused(refusal))
        except ConnectionError:  # the bot was killed while it was sending
            return web.Response()

        async def handle(request: web.Request) -> web.StreamResponse:
            given, body = await self._do(method, raw, files, form)
            if body.get("error_code") == 409 and await _gone(request):
                return _answer(body)
            return self._settle(method, given, body)

        fault = self.server.faults.take(method)
        return await (enact(fault, request, handle, self.server.closing) if fault else handle(request))

    def _settle(self, method: str, given: Json, body: Json) -> web.Response:
        if self.server.strict and (method != "getUpdates" or not body["ok"]):
            self.server.calls.append(Call(method, given, self.server.clock(), body))
        self.server.heard()
        return _answer(body)

    async def _do(self, method: str, raw: Json, files: dict[str, Uploaded], form: bool) -> tuple[Json, Json]:
        """Do a call; returns what was given, typed, and the answer."""
        given = raw
        try:
            given = self._typed(method, raw, files, form)
            handler = METHODS.get(method)
            if handler is None:
                raise Violation(f"this test server does not do {method}")
            result = handler(self.server, given, files)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            return given, self._refused(refusal)
        return given, {"ok": True, "result": result}

    def _typed(self, method: str, raw: Json, files: dict[str, Uploaded], form: bool) -> Json:
        fields = self.server.spec.methods[method]
        named = {name: upload for name, upload in files.items() if name in fields}
        try:
            # in a JSON body too an object may come as JSON text; numbers as texts the real server takes, we need not
            given = self.server.spec.read(method, raw) if form or not self.server.strict else _opened(fields, raw)
        except IllTyped as error:
            raise Violation(str(error)) from error
        given = given | named
        if self.server.strict:
            self._strict(method, given, files.keys() - named.keys())
        return given

    def _strict(self, method: str, given: Json, attached: set[str]) -> None:
        problems = self.server.spec.problems(method, given)
        text = json.dumps(given, default=str)
        problems += [f"{method}: the file {name} is not used" for name in attached if f"attach://{name}" not in text]
        if problems:
            self.server.violations.extend(problems[1:])
            raise Violation(problems[0])

    def _refused(self, refusal: Refusal) -> Json:
        if isinstance(refusal, Violation):
            self.server.violations.append(refusal.what)
        return refusal.body()

    async def from_webhook(self, call: Json) -> None:
        """A method called in the answer to a webhook's update; nobody is told how it went."""
        method = self._methods.get(str(call["method"]).lower(), "")
        if not method:
            self.server.violations.append(f"there is no method {call['method']}")
            return
        given, body = await self._do(method, {k: v for k, v in call.items() if k != "method"}, {}, False)
        self._settle(method, given, body)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file that getFile has named."""
        path = self.server.paths.get(request.match_info["path"])
        if request.match_info["token"] != self.server.token or path is None:
            return _answer(Refusal(NOT_FOUND).body())
        return web.FileResponse(path)


async def _gone(request: web.Request) -> bool:
    """Whether nobody is there any more to hear of a conflict: a poll given up, or of a process that was killed."""
    with anyio.move_on_after(0.05):
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - nothing tells
            await anyio.sleep(0.005)
        return True
    return False


def _opened(fields: Any, raw: Json) -> Json:
    """Objects given as JSON text, as objects."""
    simple = {"String", "Integer", "Boolean", "Float"}
    given = dict(raw)
    for name, value in raw.items():
        if isinstance(value, str) and name in fields and not simple.intersection(fields[name].types):
            try:
                given[name] = json.loads(value)
            except ValueError as error:
                raise IllTyped(f"{name} is no JSON") from error
    return given


def _answer(body: Json) -> web.Response:
    status = 200 if body["ok"] else body["error_code"]
    headers = {}
    if "retry_after" in body.get("parameters", {}):
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return web.Response(status=status, body=raw, content_type="application/json", headers=headers)
