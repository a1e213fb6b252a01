"""The local Telegram server, held against aiogram: what aiogram sends is taken, what it gets is what it parses."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import av
import pytest
from aiogram import Bot, types
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import web
from PIL import Image

from journeys.person import Person
from servers import faults
from servers.base import served
from servers.telegram import Limits, TelegramServer, TelegramUser, telegram_server

pytestmark = pytest.mark.anyio

_NAMES = {name: getattr(types, name) for name in types.__all__} | {"Default": Default}
for _name in types.__all__:  # the plugin, if it came first, has built only what it uses
    if not getattr(_NAMES[_name], "__pydantic_complete__", True):
        _NAMES[_name].model_rebuild(_types_namespace=_NAMES)


class Clock:
    """A clock that stands still until it is told otherwise."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Session(AiohttpSession):
    """aiogram's, without the quarter of a second it takes to close."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@asynccontextmanager
async def bot_at(server: TelegramServer, token: str = "") -> AsyncIterator[Bot]:
    session = Session(api=TelegramAPIServer.from_base(server.url))
    async with Bot(token or server.token, session=session) as bot:
        yield bot


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server(limits=None) as running:
        yield running


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with bot_at(server) as made:
        yield made


@pytest.fixture
def kim(server: TelegramServer) -> TelegramUser:
    return server.person("Kim", "tr", username="kimkim", started=True)


def jpeg(width: int = 90, height: int = 160) -> types.BufferedInputFile:
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(out, "JPEG")
    return types.BufferedInputFile(out.getvalue(), "picture.jpg")


def film(seconds: int = 1) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 144, 256, "yuv420p"
        for _ in range(8 * seconds):
            made.mux(stream.encode(av.VideoFrame(144, 256, "yuv420p")))
        made.mux(stream.encode(None))
    return out.getvalue()


def dumped(many: Sequence[types.TelegramObject | None] | None) -> list[dict[str, Any]]:
    return [one.model_dump(exclude_none=True) for one in many or () if one]


def inline(label: str = "Yes", data: str = "yes") -> types.InlineKeyboardMarkup:
    button = types.InlineKeyboardButton(text=label, callback_data=data)
    return types.InlineKeyboardMarkup(inline_keyboard=[[button]])


def as_described(server: TelegramServer) -> None:
    """Every answer is what the description says the method returns, with nothing in it that is not described."""
    assert server.violations == []
    for call in server.calls:
        if call.ok:
            wrong = server.spec.wrong(server.spec.returns[call.method], call.answer["result"], call.method)
            assert wrong == "", (wrong, call.answer)


# what aiogram sends is taken, and it reads the answers


async def test_texts(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    sent = await bot.send_message(
        kim.user.id, "<b>Merhaba</b> &lt;Kim&gt; 🌙", parse_mode="HTML", reply_markup=inline()
    )
    assert sent.text == "Merhaba <Kim> 🌙"
    assert dumped(sent.entities) == [{"type": "bold", "offset": 0, "length": 7}]
    assert dumped([sent.reply_markup]) == dumped([inline()])
    assert sent.chat.id == kim.user.id
    edited = await bot.edit_message_text("Selam", chat_id=kim.user.id, message_id=sent.message_id)
    assert isinstance(edited, types.Message)
    assert (edited.text, edited.reply_markup, edited.message_id) == ("Selam", None, sent.message_id)
    assert [(one.text, one.edited) for one in kim.screen] == [("Selam", 1)]
    assert kim.status == "Selam"
    again = await bot.edit_message_reply_markup(
        chat_id=kim.user.id, message_id=sent.message_id, reply_markup=inline("Hayır")
    )
    assert isinstance(again, types.Message)
    assert kim.screen[0].choices == ("Hayır",)
    answer = await bot.send_message(
        kim.user.id, "bir", reply_parameters=types.ReplyParameters(message_id=sent.message_id)
    )
    assert answer.reply_to_message is not None
    assert await bot.delete_message(kim.user.id, sent.message_id)
    assert await bot.delete_messages(kim.user.id, [sent.message_id, answer.message_id])
    assert kim.screen == []
    assert await bot.send_chat_action(kim.user.id, "record_video")
    assert kim.chat.actions == ["record_video"]
    as_described(server)


async def test_media(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    photo = await bot.send_photo(kim.user.id, jpeg(600, 800), caption="işte")
    assert photo.photo is not None
    assert [(size.width, size.height) for size in photo.photo] == [(240, 320), (600, 800)]
    movie = film()
    sent = await bot.send_video(
        kim.user.id,
        types.BufferedInputFile(movie, "film.mp4"),
        width=144,
        height=256,
        duration=1,
        thumbnail=jpeg(),
        supports_streaming=True,
        caption="film",
    )
    assert sent.video is not None
    assert (sent.video.width, sent.video.height, sent.video.duration, sent.video.file_size) == (144, 256, 1, len(movie))
    assert sent.video.thumbnail is not None
    kept = kim.chat.messages[sent.message_id]
    assert kept.streaming
    received = await kim.receives("video")
    assert (received.width, received.height, received.bytes) == (144, 256, len(movie))
    assert received.seconds == pytest.approx(1, abs=0.2)
    assert (await kim.receives("image")).width == 600
    uploads = len(server.uploads)
    again = await bot.send_video(kim.user.id, sent.video.file_id)
    assert dumped([again.video]) == dumped([sent.video])
    caption = await bot.edit_message_caption(chat_id=kim.user.id, message_id=again.message_id, caption="yine")
    assert isinstance(caption, types.Message)
    assert caption.caption == "yine"
    assert len(server.uploads) == uploads
    album = await bot.send_media_group(
        kim.user.id,
        [types.InputMediaPhoto(media=jpeg(), caption="1"), types.InputMediaVideo(media=sent.video.file_id)],
    )
    assert len({message.media_group_id for message in album}) == 1
    document = await bot.send_document(kim.user.id, types.BufferedInputFile(b"text", "a.txt"))
    assert document.document is not None
    found = await bot.get_file(sent.video.file_id)
    assert found.file_path is not None
    fetched = await bot.download_file(found.file_path)
    assert fetched is not None
    assert fetched.read() == movie
    as_described(server)


async def test_a_text_becomes_a_video(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    sent = await bot.send_message(kim.user.id, "…")
    media = types.InputMediaVideo(
        media=types.BufferedInputFile(film(), "film.mp4"),
        thumbnail=jpeg(),
        width=144,
        height=256,
        duration=1,
        supports_streaming=True,
        caption="film",
    )
    edited = await bot.edit_message_media(media, chat_id=kim.user.id, message_id=sent.message_id)
    assert isinstance(edited, types.Message)
    assert (edited.text, edited.caption) == (None, "film")
    assert edited.video is not None
    assert kim.chat.messages[sent.message_id].streaming
    assert len(kim.screen) == 1
    same = types.InputMediaVideo(media=edited.video.file_id, caption="film")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_media(same, chat_id=kim.user.id, message_id=sent.message_id)
    as_described(server)


async def test_about_the_bot(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    me = await bot.get_me()
    assert me.id == bot.id
    commands = [types.BotCommand(command="video", description="bir video")]
    scope = types.BotCommandScopeAllPrivateChats()
    assert await bot.set_my_commands(commands, scope=scope, language_code="tr")
    assert dumped(await bot.get_my_commands(scope=scope, language_code="tr")) == dumped(commands)
    assert await bot.get_my_commands() == []
    assert await bot.delete_my_commands(scope=scope, language_code="tr")
    assert await bot.set_my_description("düş", language_code="tr")
    assert (await bot.get_my_description(language_code="tr")).description == "düş"
    assert (await bot.get_my_description()).description == ""
    assert await bot.set_my_short_description("d")
    assert (await bot.get_my_short_description(language_code="ru")).short_description == "d"
    assert await bot.set_my_name("Hayal")
    assert (await bot.get_my_name()).name == "Hayal"
    assert await bot.set_chat_menu_button(menu_button=types.MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(), types.MenuButtonCommands)
    assert (await bot.get_chat(kim.user.id)).first_name == "Kim"
    assert (await bot.get_webhook_info()).url == ""
    as_described(server)


async def test_people_are_what_aiogram_parses(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    await bot.send_message(kim.user.id, "?", reply_markup=inline("Evet", "yes"))
    keyboard = types.ReplyKeyboardMarkup(keyboard=[[types.KeyboardButton(text="🎬 Video")]])
    await bot.send_message(kim.user.id, "menu", reply_markup=keyboard)
    assert kim.menu == ["🎬 Video"]
    await kim.say("/start@hayal_test_bot hi")
    await kim.choose("Evet")
    await kim.choose("🎬 Video")
    await kim.choose(1)
    kim.block()
    kim.unblock()
    updates = await bot.get_updates()
    assert [update.event_type for update in updates] == [
        "message", "callback_query", "message", "callback_query", "my_chat_member", "my_chat_member",
    ]  # fmt: skip
    first, tap, typed, *_ = updates
    assert first.message is not None
    assert first.message.from_user is not None
    assert (first.message.text, first.message.from_user.language_code) == ("/start@hayal_test_bot hi", "tr")
    assert dumped(first.message.entities) == [{"type": "bot_command", "offset": 0, "length": 21}]
    assert typed.message is not None
    assert typed.message.text == "🎬 Video"
    assert tap.callback_query is not None
    assert (tap.callback_query.data, server.unanswered()[0].data) == ("yes", "yes")
    assert await bot.answer_callback_query(tap.callback_query.id, text="ok")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(tap.callback_query.id)
    assert len(server.unanswered()) == 1
    for raw in server.updates.pending.values():
        assert server.spec.wrong(("Update",), raw, "update") == ""
    as_described(server)


async def test_a_person_in_a_group(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    group = server.group("Arkadaşlar")
    here, other = kim.at(group), server.person("Ada", "ru").at(group)
    assert here.write("hello all") is None
    assert here.write("/video@another_bot") is None
    assert here.write("@hayal_test_bot hello") is not None
    assert other.write("/video") is not None
    sent = await bot.send_message(group.id, "merhaba", reply_markup=inline())
    assert here.write("thanks", answers=sent.message_id) is not None
    await other.choose("Yes")
    updates = await bot.get_updates()
    messages = [update.message for update in updates if update.message]
    assert [one.from_user.first_name for one in messages if one.from_user] == ["Kim", "Ada", "Kim"]
    assert updates[-1].callback_query is not None
    assert updates[-1].callback_query.from_user.first_name == "Ada"
    assert [one.text for one in other.screen] == ["merhaba"]
    as_described(server)


# what is refused


async def said(awaitable: Any, kind: type[TelegramAPIError] = TelegramBadRequest) -> str:
    with pytest.raises(TelegramAPIError) as caught:
        await awaitable
    assert type(caught.value) is kind
    return caught.value.message


async def test_limits_of_texts(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    who = kim.user.id
    assert (await bot.send_message(who, "x" * 4096)).text == "x" * 4096
    assert (await bot.send_message(who, "<i>" + "x" * 4096 + "</i>", parse_mode="HTML")).entities
    assert "message is too long" in await said(bot.send_message(who, "x" * 4097))
    assert "message is too long" in await said(bot.send_message(who, "🌙" * 2049))
    assert "message text is empty" in await said(bot.send_message(who, " \n "))
    photo = (await bot.send_photo(who, jpeg(), caption="x" * 1024)).photo
    assert photo is not None
    assert "message caption is too long" in await said(bot.send_photo(who, photo[0].file_id, caption="x" * 1025))
    assert "Unsupported start tag" in await said(bot.send_message(who, "1 <2> 3", parse_mode="HTML"))
    assert "Unsupported start tag" in await said(bot.send_message(who, "<p>", parse_mode="HTML"))
    assert "Can't find end tag" in await said(bot.send_message(who, "<b>x", parse_mode="HTML"))
    assert "Unmatched end tag" in await said(bot.send_message(who, "<b><i>x</b></i>", parse_mode="HTML"))

    async def with_entity(offset: int, length: int) -> str:
        bold = types.MessageEntity(type="bold", offset=offset, length=length)
        return await said(bot.send_message(who, "🌙 x", entities=[bold]))

    assert "ends after the end of the text" in await with_entity(2, 3)
    assert "in a middle of a UTF-16 symbol" in await with_entity(0, 1)
    assert "incorrect length" in await with_entity(0, 0)
    assert server.violations == []


async def test_keyboards(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    who = kim.user.id
    await bot.send_message(who, "x", reply_markup=inline("ok", "ş" * 32))
    assert "BUTTON_DATA_INVALID" in await said(bot.send_message(who, "x", reply_markup=inline("ok", "ş" * 32 + "x")))
    assert "BUTTON_DATA_INVALID" in await said(bot.send_message(who, "x", reply_markup=inline("ok", "")))
    plain = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="x")]])
    assert "Text buttons are unallowed" in await said(bot.send_message(who, "x", reply_markup=plain))
    many = types.InlineKeyboardMarkup(inline_keyboard=[inline().inline_keyboard[0]] * 101)
    assert "reply markup is too long" in await said(bot.send_message(who, "x", reply_markup=many))
    assert server.violations == []
    wide = types.InlineKeyboardMarkup(inline_keyboard=[inline().inline_keyboard[0] * 9])
    await said(bot.send_message(who, "x", reply_markup=wide))
    assert len(server.violations) == 1


async def test_edits(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    who = kim.user.id
    sent = await bot.send_message(who, "x", reply_markup=inline())

    async def edit(text: str, number: int, markup: Any = None) -> str:
        return await said(bot.edit_message_text(text, chat_id=who, message_id=number, reply_markup=markup))

    assert "message is not modified" in await edit("x ", sent.message_id, inline())
    assert "message to edit not found" in await edit("y", 999)
    await kim.say("mine")
    theirs = max(kim.chat.messages)
    assert "message can't be edited" in await edit("y", theirs)
    kim.freeze(sent.message_id)
    assert "message can't be edited" in await edit("y", sent.message_id)
    kim.delete(sent.message_id)
    assert "message to edit not found" in await edit("y", sent.message_id)
    assert "message to delete not found" in await said(bot.delete_message(who, sent.message_id))
    photo = await bot.send_photo(who, jpeg())
    assert "there is no text in the message" in await edit("y", photo.message_id)
    text = await bot.send_message(who, "x")
    assert "there is no caption" in await said(
        bot.edit_message_caption(chat_id=who, message_id=text.message_id, caption="y")
    )
    assert "message to be replied not found" in await said(
        bot.send_message(who, "x", reply_parameters=types.ReplyParameters(message_id=999))
    )
    fine = types.ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await bot.send_message(who, "x", reply_parameters=fine)).reply_to_message is None
    assert server.violations == []


async def test_who_cannot_be_written_to(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    assert "chat not found" in await said(bot.send_message(1, "x"))
    kim.block()
    assert "bot was blocked by the user" in await said(bot.send_message(kim.user.id, "x"), TelegramForbiddenError)
    kim.unblock()
    await bot.send_message(kim.user.id, "x")
    kim.chat.deactivated = True
    assert "user is deactivated" in await said(bot.send_message(kim.user.id, "x"), TelegramForbiddenError)
    stranger = server.person()
    assert "can't initiate" in await said(bot.send_message(stranger.user.id, "x"), TelegramForbiddenError)
    group = server.group(kind="group")
    await bot.send_message(group.id, "x")
    new = server.upgrade(group)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(group.id, "x")
    assert moved.value.migrate_to_chat_id == new.id
    await bot.send_message(new.id, "x")
    assert await bot.leave_chat(new.id)
    assert "kicked" in await said(bot.send_message(new.id, "x"), TelegramForbiddenError)
    assert server.violations == []


async def test_files_that_are_refused(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    who = kim.user.id
    assert "wrong file identifier" in await said(bot.send_video(who, "nonsense"))
    assert "wrong remote file identifier" in await said(bot.send_video(who, "BAACAgQAAxkxyz"))
    photo = (await bot.send_photo(who, jpeg())).photo
    assert photo is not None
    assert "can't use file of type Photo as Video" in await said(bot.send_video(who, photo[-1].file_id))
    server.files.forget(photo[-1].file_id)
    assert "wrong remote file identifier" in await said(bot.send_photo(who, photo[-1].file_id))
    assert "IMAGE_PROCESS_FAILED" in await said(bot.send_photo(who, types.BufferedInputFile(b"no", "x.jpg")))
    assert "PHOTO_INVALID_DIMENSIONS" in await said(bot.send_photo(who, jpeg(10, 300)))
    one: list[types.MediaUnion] = [types.InputMediaPhoto(media=jpeg())]
    assert "too many messages" in await said(bot.send_media_group(who, one * 11))
    assert server.violations == []
    await said(bot.send_media_group(who, one))
    await said(bot.send_video(who, types.BufferedInputFile(b"film", "x.mp4"), thumbnail=jpeg(400, 100)))
    assert len(server.violations) == 2


async def test_45_mb_pass_in_constant_memory_and_51_do_not(
    server: TelegramServer, bot: Bot, kim: TelegramUser, tmp_path: Path
) -> None:
    big = tmp_path / "big.mp4"
    with big.open("wb") as out:
        out.truncate(45 * 2**20)
    tracemalloc.start()
    sent = await bot.send_video(kim.user.id, types.FSInputFile(big), request_timeout=60)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20  # client and server together
    assert sent.video is not None
    assert sent.video.file_size == server.uploads[0].size == 45 * 2**20
    assert "file is too big" in await said(bot.get_file(sent.video.file_id))
    with big.open("wb") as out:
        out.truncate(51 * 2**20)
    with pytest.raises(TelegramAPIError):  # TelegramEntityTooLarge, or the connection closed while it was writing
        await bot.send_video(kim.user.id, types.FSInputFile(big), request_timeout=60)
    assert len(server.uploads) == 1
    host, port = server.url.removeprefix("http://").split(":")
    async with await anyio.connect_tcp(host, int(port)) as wire:
        head = f"POST /bot{server.token}/sendVideo HTTP/1.1\r\nHost: x\r\nContent-Length: {60 * 2**20}\r\n"
        await wire.send(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode())
        answer = await wire.receive()
    assert answer.startswith(b"HTTP/1.1 413 Request Entity Too Large")


async def test_tokens_and_methods(server: TelegramServer, bot: Bot) -> None:
    async with bot_at(server, "1234567890:AAwrong-token-of-a-bot-of-no-body-12") as other:
        assert "Unauthorized" in await said(other.get_me(), TelegramUnauthorizedError)
    async with bot_at(server, "12:short") as other:
        assert "Not Found" in await said(other.get_me(), TelegramNotFound)
    async with aiohttp.ClientSession() as client, client.post(f"{server.url}/bot{server.token}/sendVidio") as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found: method not found")
    assert server.violations == ["there is no method sendVidio"]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"text": "x"}, "needs chat_id"),
        ({"chat_id": 1, "text": "x", "parse_mod": "HTML"}, "no parameter parse_mod"),
        ({"chat_id": 1, "text": 5}, "text is no String (but int)"),
        ({"chat_id": 1.5, "text": "x"}, "chat_id is no Integer"),
        ({"chat_id": 1, "text": "x", "disable_notification": "true"}, "disable_notification is no Boolean"),
        ({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"txt": "y"}]]}}, "needs text"),
        ({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": "y"}}, "is no array"),
        ({"chat_id": 1, "text": "x", "reply_markup": {"keyboard": [[{"text": "y", "at": "z"}]]}}, "no field at"),
        ({"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": 0}]}, "needs length"),
        ({"chat_id": 1, "text": "x", "entities": None}, "is no array"),
    ],
)  # fmt: skip
async def test_ill_formed_requests_are_violations(server: TelegramServer, given: Any, complaint: str) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{server.url}/bot{server.token}/sendMessage", json=given) as answer,
    ):
        assert answer.status == 400
    assert len(server.violations) == 1
    assert complaint in server.violations[0]
    assert len(server.refusals) == 1


async def test_forms_are_read_as_the_types_they_stand_for(server: TelegramServer, kim: TelegramUser) -> None:
    markup = inline().model_dump_json(exclude_none=True)
    form = {"chat_id": str(kim.user.id), "text": "5", "disable_notification": "true", "reply_markup": markup}
    async with aiohttp.ClientSession() as client:
        async with client.post(f"{server.url}/bot{server.token}/sendMessage", data=form) as answer:
            assert answer.status == 200
        async with client.post(f"{server.url}/bot{server.token}/sendMessage", data=form | {"entities": "{"}) as answer:
            assert answer.status == 400
    assert server.calls[0].given["disable_notification"] is True
    assert kim.screen[0].choices == ("Yes",)
    assert len(server.violations) == 1


# how often


async def test_one_a_second_in_a_chat() -> None:
    clock = Clock()
    async with telegram_server(clock=clock, limits=Limits()) as server, bot_at(server) as bot:
        kim, ada = server.person(started=True), server.person(started=True)
        for number in range(3):
            await bot.send_message(kim.user.id, str(number))
        assert server.floods == []
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(kim.user.id, "too soon")
        assert caught.value.retry_after == 1
        await bot.send_message(ada.user.id, "another chat")
        clock.now += 0.5
        with pytest.raises(TelegramRetryAfter):
            await bot.edit_message_text("x", chat_id=kim.user.id, message_id=1)
        clock.now += 0.5
        await bot.edit_message_text("x", chat_id=kim.user.id, message_id=1)
        assert [(one.rule, one.obeyed) for one in server.floods] == [("chat", True), ("chat", False)]


async def test_thirty_a_second_in_all() -> None:
    clock = Clock()
    async with telegram_server(clock=clock) as server, bot_at(server) as bot:
        people = [server.person(started=True) for _ in range(31)]
        for person in people[:30]:
            clock.now += 0.01
            await bot.send_message(person.user.id, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(people[30].user.id, "x")
        clock.now += 1.0
        await bot.send_message(people[30].user.id, "x")
        assert [one.rule for one in server.floods] == ["overall"]


async def test_twenty_a_minute_in_a_group() -> None:
    clock = Clock()
    async with telegram_server(clock=clock) as server, bot_at(server) as bot:
        group = server.group()
        for _ in range(20):
            clock.now += 1.0
            await bot.send_message(group.id, "x")
        clock.now += 1.0
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(group.id, "x")
        assert caught.value.retry_after == 40
        clock.now += 40.0
        await bot.send_message(group.id, "x")
        assert [one.rule for one in server.floods] == ["group"]


# updates


async def test_updates_come_again_until_they_are_confirmed(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    for text in ("1", "2", "3"):
        await kim.say(text)
    first = await bot.get_updates(limit=2)
    again = await bot.get_updates()
    assert [update.update_id for update in again[:2]] == [update.update_id for update in first]
    assert len(again) == 3
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["3"]
    assert list(server.updates.given.values()) == [2, 2, 2]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == []
    assert server.updates.pending == {}


async def test_long_polling_waits(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    got: list[types.Update] = []

    async def poll() -> None:
        got.extend(await bot.get_updates(timeout=30))

    async with anyio.create_task_group() as group:
        group.start_soon(poll)
        await server.updates.until(lambda updates: updates.polls == 1)
        await kim.say("now")
    assert got[0].message is not None
    assert got[0].message.text == "now"


async def test_two_pollers_and_a_webhook_are_in_conflict(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    errors: list[str] = []

    async def poll() -> None:
        errors.append(await said(bot.get_updates(timeout=30), TelegramConflictError))

    async with anyio.create_task_group() as group:
        group.start_soon(poll)
        await server.updates.until(lambda updates: updates.polls == 1)
        assert await bot.get_updates() == []
    assert "terminated by other getUpdates" in errors[0]
    await bot.set_webhook("http://127.0.0.1:1/hook")
    assert "webhook is active" in await said(bot.get_updates(), TelegramConflictError)
    assert await bot.delete_webhook()
    assert await bot.get_updates() == []
    assert "HTTPS" in await said(bot.set_webhook("http://example.org/hook"))


async def test_only_the_kinds_of_update_that_are_wanted(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await kim.say("not wanted")
    server.inject({"message": {"nonsense": True}})
    server.inject({"update_id": 5000, "brand_new_kind": {"x": 1}})
    async with aiohttp.ClientSession() as client, client.get(f"{server.url}/bot{server.token}/getUpdates") as answer:
        raw = (await answer.json())["result"]
    assert [set(update) - {"update_id"} for update in raw] == [{"message"}, {"brand_new_kind"}]
    assert raw[1]["update_id"] == 5000


async def test_a_webhook_gets_each_update_in_order_until_it_takes_it(
    server: TelegramServer, bot: Bot, kim: TelegramUser
) -> None:
    ada = server.person("Ada", started=True)
    took: dict[str, list[str]] = {"Kim": [], "Ada": []}
    left, secrets = [500, 503, 404], set()

    async def hook(request: web.Request) -> web.Response:
        message = (await request.json())["message"]
        secrets.add(request.headers["X-Telegram-Bot-Api-Secret-Token"])
        if message["from"]["first_name"] == "Kim" and left:
            return web.Response(status=left.pop(0))
        took[message["from"]["first_name"]].append(message["text"])
        reply = {"method": "sendMessage", "chat_id": message["chat"]["id"], "text": "ok " + message["text"]}
        return web.Response(body=json.dumps(reply).encode(), content_type="application/json")

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with served(app) as url:
        await kim.say("0")
        await bot.set_webhook(f"{url}/hook", secret_token="s-1")
        for text in ("1", "2"):
            await kim.say(text)
            await ada.say(text)
        await kim.sees("ok 2")
        await ada.sees("ok 2")
        await server.updates.until(lambda updates: not updates.pending)
    assert took == {"Kim": ["0", "1", "2"], "Ada": ["1", "2"]}
    assert secrets == {"s-1"}
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"
    assert server.updates.webhook is not None
    assert (server.updates.webhook.delivered, server.updates.webhook.tried) == (5, 8)
    as_described(server)
    await bot.delete_webhook()


async def test_faults_are_ordered_by_method(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    server.faults.add("sendMessage", faults.RESET_AFTER, faults.html(502))
    for _ in range(2):
        with pytest.raises((TelegramAPIError, ClientDecodeError)):
            await bot.send_message(kim.user.id, "x")
    await bot.send_message(kim.user.id, "y")
    assert [one.text for one in kim.screen] == ["x", "y"]


# the person


async def test_what_a_person_waits_for_has_a_limit(server: TelegramServer, bot: Bot, kim: TelegramUser) -> None:
    person: Person = kim
    await bot.send_message(kim.user.id, "only this")
    kim.wait = 0.01
    with pytest.raises(TimeoutError, match="only this"):
        await person.sees("something else")
    with pytest.raises(TimeoutError, match="no button"):
        await person.choose("no button")


async def test_a_person_sees_what_was_there_only_for_a_moment(
    server: TelegramServer, bot: Bot, kim: TelegramUser
) -> None:
    sent = await bot.send_message(kim.user.id, "10 %")
    await bot.edit_message_text("50 %", chat_id=kim.user.id, message_id=sent.message_id)
    await bot.edit_message_text("done", chat_id=kim.user.id, message_id=sent.message_id)
    half = await kim.sees("50")
    assert (half.id, half.at, half.edited) == (str(sent.message_id), 2, 1)
    assert (await kim.sees("done", since=half.at)).at == kim.now
