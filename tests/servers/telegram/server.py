"""A strict local Telegram Bot API server."""

from __future__ import annotations

import inspect
import itertools
import json
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import anyio
from aiohttp import web

from servers.base import served
from servers.faults import Faults
from servers.wire import enact

from . import editing, profile, sending
from .chats import Chat, Json, User
from .errors import CHAT_NOT_FOUND, NO_METHOD, NOT_FOUND, UNAUTHORIZED, Refusal, Violation, flood
from .files import Files, Stored, read
from .limits import Flood, Limits, Meter
from .spec import IllTyped, Spec, Uploaded, spec
from .updates import Updates
from .user import TelegramUser

TOKEN = "1234567890:AAtest-token-of-a-bot-of-no-body-123"

_TOKEN = re.compile(r"\d{1,16}:[\w-]{30,}")

METHODS: dict[str, Any] = {
    "getMe": profile.get_me,
    "getUpdates": profile.get_updates,
    "setWebhook": profile.set_webhook,
    "deleteWebhook": profile.delete_webhook,
    "getWebhookInfo": profile.get_webhook_info,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.setter("name"),
    "getMyName": profile.getter("name"),
    "setMyDescription": profile.setter("description"),
    "getMyDescription": profile.getter("description"),
    "setMyShortDescription": profile.setter("short_description"),
    "getMyShortDescription": profile.getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    "getFile": profile.get_file,
    "getChat": profile.get_chat,
    "leaveChat": profile.leave_chat,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVideo": sending.send_video,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_callback_query,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request the bot made, and the answer. `given` is typed as the API says; `at` is the server's clock."""

    method: str
    given: Json
    at: float
    answer: Json

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return bool(self.answer["ok"])


@dataclass(eq=False)
class Query:
    """A tap that waits for answerCallbackQuery."""

    id: str
    data: str
    user: User
    chat: Chat
    asked: float
    answered: float | None = None
    text: str = ""
    alert: bool = False
    done: anyio.Event = field(default_factory=anyio.Event)


class TelegramServer:
    """One bot's side of Telegram, and the people who write to it.

    `violations` is what the real server might let pass but nobody should send; a test ends with
    `assert not server.violations`. `refusals` is every call answered with an error, `floods` every one that came too
    soon. `faults` are ordered by method: `server.faults.add("sendVideo", faults.RESET_AFTER)`.

    `strict=False` neither checks nor keeps anything: for benchmarks.
    """

    def __init__(
        self,
        folder: Path,
        *,
        token: str = TOKEN,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        privacy: bool = True,
        strict: bool = True,
        retry: float = 0.05,
    ) -> None:
        self.token, self.clock, self.privacy, self.strict = token, clock, privacy, strict
        self.url = ""
        self.spec: Spec = spec()
        self.files = Files(folder)
        self.meter = Meter(limits, clock)
        self.updates = Updates(retry)
        self.faults = Faults()
        self.faults.know(self.spec.methods)
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.queries: dict[str, Query] = {}
        self.query_life = 30.0
        self.chats: dict[int, Chat] = {}
        self.frozen: dict[int, set[int]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.about: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.facts: dict[str, tuple[Any, Stored | None]] = {}
        self.paths: dict[str, Path] = {}
        self.closing = anyio.Event()
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "hayal",
            "username": "hayal_test_bot",
        }
        self._numbers = itertools.count(100_001)
        self._people = itertools.count(500_001)
        self._called = anyio.Event()
        self._methods = {name.lower(): name for name in self.spec.methods}
        self.app = web.Application(client_max_size=2**21)
        self.app.router.add_route("*", "/bot{token}/{method}", self._bot)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self.updates.answer = self._from_webhook

    # what tests look at

    @property
    def floods(self) -> list[Flood]:
        """Everything that came too soon."""
        return self.meter.floods

    @property
    def uploads(self) -> list[Uploaded]:
        """Every file that was uploaded: what was sent again by file_id is not here."""
        return self.files.uploads

    @property
    def refusals(self) -> list[Call]:
        """Calls that were answered with an error."""
        return [call for call in self.calls if not call.ok]

    def called(self, method: str) -> list[Call]:
        """Calls of one method."""
        return [call for call in self.calls if call.method == method]

    def unanswered(self) -> list[Query]:
        """Taps that were never answered."""
        return [query for query in self.queries.values() if query.answered is None]

    async def until(self, wanted: Callable[[TelegramServer], bool], seconds: float = 20.0) -> None:
        """Wait until `wanted(server)` holds after some call."""
        with anyio.fail_after(seconds):
            while not wanted(self):
                await self._called.wait()

    # who is there

    def person(
        self, name: str = "Kim", language: str = "en", *, username: str = "", started: bool = False, number: int = 0
    ) -> TelegramUser:
        """Somebody new, in a private chat with the bot. Until `started`, the bot may not write first."""
        user = User(number or next(self._people), name, language, username)
        chat = self.chats[user.id] = Chat(user.id, user=user, started=started, keeps=self.strict)
        return TelegramUser(self, user, chat)

    def group(self, title: str = "Friends", kind: str = "supergroup") -> Chat:
        """A group the bot is in: "supergroup", or "group" for a basic one that can be upgraded."""
        number = next(self._people)
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title, started=True)
        self.chats[chat.id] = chat
        return chat

    def upgrade(self, chat: Chat) -> Chat:
        """Make a basic group a supergroup: another id, and the old one is refused with where it went."""
        new = self.group(chat.title)
        chat.migrated = new.id
        for where, note in ((chat, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": chat.id})):
            body = where.fresh({"id": 1087968824, "is_bot": True, "first_name": "Group"}, note)
            self.updates.put("message", body, where.id)
        return new

    def inject(self, update: Json, chat: int | None = None) -> int:
        """Give the bot any JSON as an update, well-formed or not. Returns its update_id."""
        return self.updates.put_raw(update, chat)

    # what handlers use

    def chat(self, number: int | str) -> Chat:
        """The chat a request names."""
        chat = self.chats.get(number) if isinstance(number, int) else None
        if chat is None:
            raise Refusal(CHAT_NOT_FOUND)
        return chat

    def open(self, given: Json) -> Chat:
        """The chat this request writes to, if the bot may."""
        chat = self.chat(given["chat_id"])
        chat.open_to_bot()
        return chat

    def count(self, method: str, chat: Chat, messages: int = 1) -> None:
        """Count messages, and refuse what comes too soon."""
        wait = self.meter.take(method, chat.id, chat.group, messages)
        if wait:
            raise flood(wait)

    def number(self) -> int:
        """A number nothing else has."""
        return next(self._numbers)

    def sizes(self, photo: Stored) -> list[Stored]:
        """A photo as the server keeps it: small and whole, each with a file_id of its own."""
        if max(photo.width, photo.height) <= 320:
            return [photo]
        small = self.files.keep("photo", photo.upload)
        scale = 320 / max(photo.width, photo.height)
        small = replace(small, width=round(photo.width * scale), height=round(photo.height * scale))
        return [small, photo]

    # requests

    async def _bot(self, request: web.Request) -> web.StreamResponse:
        token, name = request.match_info["token"], request.match_info["method"]
        if token != self.token:
            return _answer(Refusal(UNAUTHORIZED if _TOKEN.fullmatch(token) else NOT_FOUND).body())
        method = self._methods.get(name.lower(), "")
        if not method:
            self.violations.append(f"there is no method {name}")
            return _answer(Refusal(NO_METHOD).body())
        try:
            raw, files, form = await read(request, self.files)
        except Refusal as refusal:
            return self._settle(method, {}, self._refused(refusal))
        except ConnectionError:  # the bot was killed while it was sending
            return web.Response()

        async def handle(request: web.Request) -> web.StreamResponse:
            given, body = await self._do(method, raw, files, form)
            if body.get("error_code") == 409 and await _gone(request):
                return _answer(body)
            return self._settle(method, given, body)

        fault = self.faults.take(method)
        return await (enact(fault, request, handle, self.closing) if fault else handle(request))

    def _settle(self, method: str, given: Json, body: Json) -> web.Response:
        if (self.strict and method != "getUpdates") or (self.strict and not body["ok"]):
            self.calls.append(Call(method, given, self.clock(), body))
        self._called.set()
        self._called = anyio.Event()
        return _answer(body)

    async def _do(self, method: str, raw: Json, files: dict[str, Uploaded], form: bool) -> tuple[Json, Json]:
        """Do a call; returns what was given, typed, and the answer."""
        given = raw
        try:
            given = self._typed(method, raw, files, form)
            handler = METHODS.get(method)
            if handler is None:
                raise Violation(f"this test server does not do {method}")
            result = handler(self, given, files)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            return given, self._refused(refusal)
        return given, {"ok": True, "result": result}

    def _typed(self, method: str, raw: Json, files: dict[str, Uploaded], form: bool) -> Json:
        fields = self.spec.methods[method]
        named = {name: upload for name, upload in files.items() if name in fields}
        try:
            # in a JSON body too an object may come as JSON text; numbers as texts the real server takes, we need not
            given = self.spec.read(method, raw) if form or not self.strict else _opened(fields, raw)
        except IllTyped as error:
            raise Violation(str(error)) from error
        given = given | named
        if self.strict:
            self._strict(method, given, files.keys() - named.keys())
        return given

    def _strict(self, method: str, given: Json, attached: set[str]) -> None:
        problems = self.spec.problems(method, given)
        text = json.dumps(given, default=str)
        problems += [f"{method}: the file {name} is not used" for name in attached if f"attach://{name}" not in text]
        if problems:
            self.violations.extend(problems[1:])
            raise Violation(problems[0])

    def _refused(self, refusal: Refusal) -> Json:
        if isinstance(refusal, Violation):
            self.violations.append(refusal.what)
        return refusal.body()

    async def _from_webhook(self, call: Json) -> None:
        method = self._methods.get(str(call["method"]).lower(), "")
        given, body = await self._do(method, {k: v for k, v in call.items() if k != "method"}, {}, False)
        self._settle(method, given, body)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self.paths.get(request.match_info["path"])
        if request.match_info["token"] != self.token or path is None:
            return _answer(Refusal(NOT_FOUND).body())
        return web.FileResponse(path)


async def _gone(request: web.Request) -> bool:
    """Whether nobody is there any more to hear of a conflict: a poll given up, or of a process that was killed."""
    with anyio.move_on_after(0.05):
        while request.transport is not None and not request.transport.is_closing():
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


@asynccontextmanager
async def telegram_server(
    *,
    token: str = TOKEN,
    limits: Limits | None = Limits(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.monotonic,
    privacy: bool = True,
    strict: bool = True,
    retry: float = 0.05,
    port: int = 0,
) -> AsyncIterator[TelegramServer]:
    """A server on loopback; `server.url` is its `api_base`. `limits=None` lets the bot write as fast as it can."""
    with tempfile.TemporaryDirectory(prefix="telegram-") as folder:
        server = TelegramServer(
            Path(folder), token=token, limits=limits, clock=clock, privacy=privacy, strict=strict, retry=retry
        )
        async with aiohttp.ClientSession() as session, anyio.create_task_group() as group:
            server.updates.begin(group, session)
            async with served(server.app, port=port) as url:
                server.url = url
                try:
                    yield server
                finally:
                    server.closing.set()
                    group.cancel_scope.cancel()
