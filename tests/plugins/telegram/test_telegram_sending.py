"""Messages on their way out, and everything the Bot API may answer."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from hayal_null import script
from telegram_kit import UNLIMITED, assert_clean, bot_at, film_in, messenger_of, picture_in, post

from hayal import Button, Card, DeliverLater, Message, MessengerError, Undeliverable, Update
from hayal.flows.common import owner_folder
from hayal_telegram import remote as remotes
from servers import faults
from servers.faults import Fault
from servers.telegram import telegram_server

pytestmark = pytest.mark.anyio

ROW = ((Button(label="Again", tap="video"),),)


def refused(code: int, description: str, **parameters: int) -> Fault:
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return faults.answer(code, body)


async def test_a_video_is_whole_and_has_its_shape(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        messenger = messenger_of(engine)
        film = await film_in(engine, "kim/video-1.mp4")
        message = Message(text="Here <3", attachment=film, buttons=ROW)
        assert messenger.reserves(post(kim.chat.id, message))
        remote = await messenger.reserve(post(kim.chat.id, message))
        assert [one.text for one in kim.screen] == ["🎬 Your video is on its way…"]
        await messenger.edit(post(kim.chat.id, message), remote)
        got = await kim.receives("video")
        assert (got.width, got.height, got.bytes) == (144, 256, film.bytes)
        assert (got.shown.text, got.shown.choices) == ("Here <3", ("Again",))
        picture = got.shown.media[0]
        assert (picture.width, picture.height, picture.seconds) == (144, 256, 2)
        kept = kim.chat.screen()[0]
        assert kept.thumbnail is not None
        assert kept.streaming
        assert "upload_video" in [call.given["action"] for call in server.called("sendChatAction")]
        assert_clean(server)


async def test_after_a_crash_a_reserved_video_is_only_edited(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person(started=True)
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            film = await film_in(engine, "kim/video-1.mp4")
            one = post(kim.chat.id, Message(text="x " * 1500, attachment=film, buttons=ROW), again=True)
            remote = await messenger_of(engine).reserve(one)
            await messenger_of(engine).edit(one, remote)
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            for _ in range(2):
                await messenger_of(engine).edit(one, remote)
        assert [[picture.kind for picture in shown.media] for shown in kim.screen] == [[], [], ["video"]]
        assert len([upload for upload in server.uploads if upload.mime == "video/mp4"]) == 1
        assert not server.violations


async def test_a_reserved_video_whose_place_is_gone_gets_another(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        one = post(kim.chat.id, Message(attachment=await film_in(engine, "kim/video-1.mp4")))
        remote = await messenger.reserve(one)
        kim.delete(kim.screen[0])
        await messenger.edit(one, remote)
        await messenger.edit(one, remote)
        assert [[picture.kind for picture in shown.media] for shown in kim.screen] == [["video"]]
        assert not server.violations


@pytest.mark.parametrize("fault", [faults.RESET_AFTER, faults.RESET_BEFORE, refused(500, "Internal Server Error")])
async def test_a_line_that_breaks_leaves_one_video(tmp_path: Path, fault: Fault) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        one = post(kim.chat.id, Message(text="here", attachment=await film_in(engine, "kim/video-1.mp4")))
        remote = await messenger.reserve(one)
        server.faults.add("editMessageMedia", fault)
        with pytest.raises(MessengerError):
            await messenger.edit(one, remote)
        await messenger.edit(one, remote)
        assert [[picture.kind for picture in shown.media] for shown in kim.screen] == [["video"]]
        assert not server.violations


async def test_what_telegram_has_is_not_uploaded_again(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person(started=True)
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            picture = await picture_in(engine, "kim/selfie-1.jpg")
            await messenger_of(engine).send(post(kim.chat.id, Message(text="1", attachment=picture)))
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            await messenger_of(engine).send(post(kim.chat.id, Message(text="2", attachment=picture)))
            assert len(server.uploads) == 1
            server.files.forget(kim.chat.screen()[0].body["photo"][-1]["file_id"])
            await messenger_of(engine).send(post(kim.chat.id, Message(text="3", attachment=picture)))
        assert len(server.uploads) == 2
        assert [one.text for one in kim.screen] == ["1", "2", "3"]
        assert not server.violations


async def test_forgetting_forgets_the_ids_of_files(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        key = f"{owner_folder(f'telegram:{kim.user.id}')}/selfie-1.jpg"
        await messenger.send(post(kim.chat.id, Message(attachment=await picture_in(engine, key))))
        assert await messenger.host.notes.get(key)
        await engine.receive("telegram", Update("u1", str(kim.chat.id), str(kim.user.id), tap="forget yes"))
        assert await messenger.host.notes.get(key) is None
        picture = await picture_in(engine, key)
        await messenger.send(post(kim.chat.id, Message(text="anew", attachment=picture)))
        assert len(server.uploads) == 2


async def test_a_picture_that_is_no_photo_goes_as_a_file(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        wide = await picture_in(engine, "kim/wide.jpg", 2000, 20)
        await messenger_of(engine).send(post(kim.chat.id, Message(text="wide", attachment=wide, buttons=ROW)))
        assert "document" in kim.chat.screen()[0].body
        assert kim.screen[0].choices == ("Again",)


async def test_an_album_with_an_unfit_picture_comes_one_by_one(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        pictures = [await picture_in(engine, "kim/a.jpg"), await picture_in(engine, "kim/wide.jpg", 2000, 20)]
        cards = tuple(Card(title=one.key, picture=one, buttons=ROW[0]) for one in pictures)
        await messenger_of(engine).send(post(kim.chat.id, Message(text="Who?", cards=cards)))
        kinds = [
            next(kind for kind in ("photo", "document", "text") if kind in kept.body) for kept in kim.chat.screen()
        ]
        assert kinds == ["photo", "document", "text"]


async def test_a_picture_that_is_gone_is_undeliverable(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        picture = (await picture_in(engine, "kim/selfie-1.jpg")).model_copy(update={"key": "kim/selfie-2.jpg"})
        with pytest.raises(Undeliverable):
            await messenger_of(engine).send(post(kim.chat.id, Message(attachment=picture)))
        cards = (Card(title="A", picture=picture, buttons=ROW[0]), Card(title="B", buttons=ROW[0]))
        await messenger_of(engine).send(post(kim.chat.id, Message(text="Who?", cards=cards)))
        await kim.sees("Who?")


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "Forbidden: bot was blocked by the user"),
        refused(403, "Forbidden: user is deactivated"),
        refused(403, "Forbidden: bot was kicked from the group chat"),
        refused(400, "Bad Request: chat not found"),
        refused(400, "Bad Request: PEER_ID_INVALID"),
        refused(400, "Bad Request: not enough rights to send text messages to the chat"),
        refused(400, "Bad Request: something nobody has heard of"),
        refused(413, "Request Entity Too Large"),
    ],
)
async def test_what_never_arrives(tmp_path: Path, answer: Fault) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        server.faults.add("sendMessage", answer)
        with pytest.raises(Undeliverable):
            await messenger_of(engine).send(post(kim.chat.id, Message(text="hi")))


@pytest.mark.parametrize(
    "answer",
    [
        refused(500, "Internal Server Error"),
        refused(502, "Bad Gateway"),
        refused(401, "Unauthorized"),
        faults.html(502),
        faults.html(200),
        faults.RESET_BEFORE,
        faults.RESET_MID_BODY,
        faults.TRUNCATED,
        faults.CLOSE_MID_BODY,
    ],
)
async def test_what_passes(tmp_path: Path, answer: Fault) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim = server.person(started=True)
        server.faults.add("sendMessage", answer)
        with pytest.raises(MessengerError) as caught:
            await messenger_of(engine).send(post(kim.chat.id, Message(text="hi")))
        assert not isinstance(caught.value, Undeliverable | DeliverLater)
        assert server.token not in str(caught.value)
        await messenger_of(engine).send(post(kim.chat.id, Message(text="hi")))
        await kim.sees("hi")


async def test_429_is_obeyed(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        server.faults.add("sendMessage", refused(429, "Too Many Requests: retry after 7", retry_after=7))
        with pytest.raises(DeliverLater) as caught:
            await messenger.send(post(kim.chat.id, Message(text="hi")))
        assert caught.value.after == 7
        with pytest.raises(DeliverLater) as caught:
            await messenger.send(post(kim.chat.id, Message(text="hi")))
        assert 6 < caught.value.after <= 7
        assert len(server.called("sendMessage")) == 0  # the first was the fault's; there was no second


async def test_a_group_that_became_a_supergroup(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server:
        group = server.group(kind="group")
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            new = server.upgrade(group)
            await messenger_of(engine).send(post(group.id, Message(text="hello")))
            assert [kept.body["text"] for kept in new.screen() if kept.mine] == ["hello"]
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            before = len(server.refusals)
            await messenger_of(engine).send(post(group.id, Message(text="again")))
            assert len(server.refusals) == before
        assert len([kept for kept in new.screen() if kept.mine]) == 2


async def test_edits(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        remote = await messenger.send(post(kim.chat.id, Message(text="one", buttons=ROW)))
        for _ in range(2):  # "message is not modified" is fine
            await messenger.edit(post(kim.chat.id, Message(text="two"), rev=2), remote)
        assert [(one.text, one.choices, one.edited) for one in kim.screen] == [("two", (), 1)]
        picture = await picture_in(engine, "kim/selfie-1.jpg")
        await messenger.edit(post(kim.chat.id, Message(text="three", attachment=picture), rev=3), remote)
        assert [[one.kind for one in shown.media] for shown in kim.screen] == [["image"]]
        assert not server.violations


@pytest.mark.parametrize("how", ["deleted", "frozen"])
async def test_what_cannot_be_changed_is_said_anew_unless_it_is_progress(tmp_path: Path, how: str) -> None:
    async with telegram_server(limits=None) as server:
        kim = server.person(started=True)
        async with bot_at(tmp_path, server, UNLIMITED) as engine:
            messenger = messenger_of(engine)
            remote = await messenger.send(post(kim.chat.id, Message(text="0 %", progress=0.0)))
            (kim.delete if how == "deleted" else kim.freeze)(kim.screen[0])
            await messenger.edit(post(kim.chat.id, Message(text="50 %", progress=0.5), rev=2), remote)
            await server.until(lambda server: any(call.method == "editMessageText" for call in server.refusals))
            await messenger.edit(post(kim.chat.id, Message(text="done"), rev=3), remote)
            assert kim.screen[-1].text == "done"
            await messenger.edit(post(kim.chat.id, Message(text="retried"), rev=4), remote)
        async with bot_at(tmp_path, server, UNLIMITED) as engine:  # where it is now is known after a restart
            await messenger_of(engine).edit(post(kim.chat.id, Message(text="and again"), rev=5), remote)
        assert [one.text for one in kim.screen if one.text != "0 %"] == ["and again"]


async def test_progress_ends_with_the_last_state(tmp_path: Path) -> None:
    async with telegram_server() as server, bot_at(tmp_path, server) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        remote = await messenger.send(post(kim.chat.id, Message(text="begin", progress=0.0)))
        for percent in range(1, 100):
            message = Message(text=f"{percent} %", progress=percent / 100)
            await messenger.edit(post(kim.chat.id, message, rev=percent + 1), remote)
        await kim.sees("99 %")
        for percent in (99, 99, 99):
            await messenger.edit(post(kim.chat.id, Message(text=f"{percent} %", progress=0.99), rev=101), remote)
        await messenger.edit(post(kim.chat.id, Message(text="done"), rev=102), remote)
        assert kim.screen[0].text == "done"
        assert kim.screen[0].edited <= 4
        assert not server.floods
        assert not server.refusals


async def test_a_post_that_breaks_in_the_middle_goes_on_there(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED) as engine:
        kim, messenger = server.person(started=True), messenger_of(engine)
        server.faults.add("sendMessage", None, refused(500, "Internal Server Error"))
        long = post(kim.chat.id, Message(text="word " * 1500))
        with pytest.raises(MessengerError):
            await messenger.send(long)
        remote = await messenger.send(long)
        assert len(remotes.read(remote)) == 2
        assert len(kim.screen) == 2


async def test_no_more_than_telegram_allows(tmp_path: Path) -> None:
    async with telegram_server() as server, bot_at(tmp_path, server) as engine:
        people = [server.person(f"P{number}", started=True) for number in range(45)]
        group = server.group()
        messenger = messenger_of(engine)

        async def persist(chat: int, text: str) -> None:
            one = post(chat, Message(text=text))
            while True:
                try:
                    await messenger.send(one)
                except DeliverLater as error:
                    await anyio.sleep(error.after)
                else:
                    return

        async def several(chat: int, count: int) -> None:
            for number in range(count):
                await persist(chat, str(number))

        async with anyio.create_task_group() as tasks:
            for one in people:
                tasks.start_soon(several, one.chat.id, 2)
            tasks.start_soon(several, people[0].chat.id, 3)
            tasks.start_soon(several, group.id, 5)
        assert_clean(server)
        assert server.meter.busiest <= 30
        assert [[one.text for one in person.screen] for person in people[1:]] == [["0", "1"]] * 44


async def test_the_gallery_turns_its_page(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED):
        kim = server.person("Kim", "tr")
        kim.write("/start")
        await kim.choose("✅")
        await kim.choose("Ayla")
        await kim.sees(lambda one: "Ayla" in one.text and not one.choices)
        for _ in range(8):
            at = kim.now
            kim.write("/selfie")
            await kim.receives("image", since=at)
            await kim.sees("✅ Hazır", since=at)
        before = kim.now
        kim.write("/gallery")
        first = await kim.sees(lambda one: "6. " in one.text and bool(one.choices), since=before)
        assert first.choices[:2] == ("👁 1", "👁 2")
        assert len([one for one in kim.screen if one.at > before and one.media]) == 6
        await kim.choose(first.choices[-1])
        second = await kim.sees(lambda one: "2. " in one.text and bool(one.choices), since=first.at)
        assert "3. " not in second.text
        await server.until(lambda server: bool(server.called("deleteMessages")))
        assert len([one for one in kim.screen if one.at > before and one.media]) == 2
        await kim.choose(second.choices[-1])
        await kim.sees(lambda one: "6. " in one.text and bool(one.choices), since=second.at)
        await server.until(lambda server: len(server.called("deleteMessages")) == 2)
        assert len([one for one in kim.screen if one.at > before and one.media]) == 6
        await kim.answered()
        assert_clean(server)


async def test_a_group(tmp_path: Path) -> None:
    async with telegram_server(limits=None) as server, bot_at(tmp_path, server, UNLIMITED):
        group = server.group()
        kim, lee = server.person("Kim").at(group), server.person("Lee", "tr").at(group)
        kim.write("hello everybody")
        kim.write("/start@other_bot")
        kim.write("/start@hayal_test_bot")
        asked = await kim.sees("18")
        answered = group.screen()[-1].body["reply_to_message"]
        assert answered["text"] == "/start@hayal_test_bot"
        kim.press(asked, 0)
        chosen = await kim.sees(lambda one: "Ayla" in one.text)
        kim.press(chosen, 0)
        await kim.sees(lambda one: "Ayla" in one.text and not one.choices)
        assert group.keyboard is not None
        assert group.keyboard["selective"] is True
        kim.write("@hayal_test_bot how are you")
        await kim.sees("Ayla: how are you")
        lee.write("/start@hayal_test_bot")
        await lee.sees("18 yaş")
        assert script.asked["reply"] == 1
        await kim.answered()
        assert_clean(server)
