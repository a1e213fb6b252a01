"""The WebSocket: nothing missed, nothing twice, nothing unbounded."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import anyio
import pytest
from web_client import open_page
from web_desk import MemoryDesk
from web_server import Web, serving

from hayal import Activity, Message, Post, StorageError
from hayal_web import hub

pytestmark = pytest.mark.anyio


def persona(text: str, **more: Any) -> Message:
    return Message(text=text, by="persona", name="Leyla", **more)


async def test_what_is_said_reaches_the_engine_with_who_and_how(web: Web) -> None:
    client, chat = await web.visitor()
    async with web.page(client, language="tr-TR") as page:
        assert page.welcome == {**page.welcome, "start": True, "reset": True, "more": False}
        assert chat not in json.dumps(page.welcome)
        ack = await page.say("  merhaba\x00 \ud83d ")
        assert ack["post"]["text"] == "merhaba \ufffd"
        assert (await page.tap("persona:1"))["post"] is None
    said, tapped = web.desk.updates
    assert (said.chat, said.user, said.language, said.name) == (chat, chat, "tr-TR", "")
    assert tapped.tap == "persona:1"


async def test_posts_edits_and_activity_are_pushed(web: Web) -> None:
    client, chat = await web.visitor()
    async with web.page(client) as page:
        post = await web.desk.send(chat, Message(text="Filming", progress=0.0, memo="the engine's own note"))
        await web.desk.edit(post, Message(text="Filming", progress=0.5))
        await web.desk.act(chat, Activity.VIDEO)
        first = await page.hear()
        assert first["post"] == {"seq": 1, "rev": 0, "text": "Filming", "progress": 0.0, "at": post.at.isoformat()}
        assert (await page.hear())["post"]["progress"] == 0.5
        assert await page.hear() == {"type": "activity", "activity": "video"}


async def test_nobody_there_is_fine(web: Web) -> None:
    post = await web.desk.send("nobody", persona("hi"))
    await web.desk.edit(post, persona("ho"))
    await web.desk.act("nobody", Activity.TYPING)
    await web.desk.forget("nobody")


async def test_a_reconnect_misses_nothing_and_repeats_nothing(web: Web) -> None:
    client, chat = await web.visitor()
    async with web.page(client) as page:
        for number in range(3):
            await web.desk.send(chat, persona(f"before {number}"))
        await page.until("post", lambda frame: frame["post"]["text"] == "before 2")
    edited = web.desk.posts[chat][1]
    await web.desk.edit(edited, persona("changed"), quietly=True)
    for number in range(120):
        await web.desk.send(chat, persona(f"away {number}"))
    async with web.page(client, after=3) as page:
        assert not page.welcome["reset"]
        assert [text for text in page.texts if text.startswith("away")] == [f"away {n}" for n in range(120)]
        assert len(page.posts) == 120
    # What is recent comes again, as it may have been edited meanwhile.
    async with web.page(client, after=123) as page:
        assert sorted(page.posts) == list(range(94, 124))


async def test_what_happens_during_the_hello_comes_after_the_history(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    client, chat = await web.visitor()
    await web.desk.send(chat, persona("one"))
    original = MemoryDesk.log

    async def slow(self: MemoryDesk, chat: str, **options: object) -> list[Post]:
        entries = await original(self, chat, **options)  # type: ignore[arg-type]
        await self.send(chat, persona("meanwhile"))
        return entries

    monkeypatch.setattr(MemoryDesk, "log", slow)
    async with web.page(client) as page:
        assert page.texts == ["one"]
        assert (await page.hear())["post"]["text"] == "meanwhile"


async def test_who_was_away_very_long_starts_afresh_and_pages_back(web: Web) -> None:
    client, chat = await web.visitor()
    for number in range(330):
        web.desk.add(chat, persona(f"{number}"))
    async with web.page(client, after=2) as page:
        assert page.welcome["reset"]
        assert page.welcome["more"]
        assert sorted(page.posts) == list(range(281, 331))
        before, more = 281, True
        while more:
            await page.send(type="earlier", before=before)
            frame = await page.until("earlier")
            more, before = frame["more"], frame["posts"][0]["seq"] if frame["posts"] else 0
        assert sorted(page.posts) == list(range(1, 331))


async def test_the_same_id_happens_once(web: Web) -> None:
    client, chat = await web.visitor()
    update = str(uuid.uuid4())
    async with web.page(client) as page:
        assert (await page.say("hi", update))["post"]["seq"] == 1
        assert (await page.say("hi", update))["post"] is None
    async with web.page(client) as page:
        assert await page.say("hi", update) == {"type": "ack", "id": update, "post": None}
        assert page.texts == ["hi"]
    # The same id of another person is another thing.
    other, _ = await web.visitor()
    async with web.page(other) as page:
        assert (await page.say("hi", update))["post"]["seq"] == 2
    assert [update.text for update in web.desk.updates] == ["hi", "hi"]
    assert len(web.desk.posts[chat]) == 1


async def test_what_cannot_be_stored_is_not_acknowledged_and_may_come_again(web: Web) -> None:
    client, _ = await web.visitor()
    update = str(uuid.uuid4())
    async with web.page(client, language="ru") as page:
        web.desk.failures = 1
        nack = await page.say("hi", update)
        assert nack == {"type": "nack", "id": update, "after": 1, "text": nack["text"]}
        assert "не удалось сохранить" in nack["text"]
        web.desk.broken = 1
        assert (await page.say("hi", update))["type"] == "nack"
        assert (await page.say("hi", update))["post"]["text"] == "hi"


async def test_too_much_at_once_is_slowed_down(tmp_path: Path) -> None:
    async with serving(tmp_path, rate=0.001, burst=3) as web:
        client, _ = await web.visitor()
        async with web.page(client, language="tr") as one, web.page(client) as two:
            kinds = [(await page.say("x"))["type"] for page in (one, two, one)]
            assert kinds == ["ack"] * 3
            nack = await one.say("x")
            assert nack["type"] == "nack"
            assert nack["after"] > 1
            assert nack["text"]
        other, _ = await web.visitor()
        async with web.page(other) as page:
            assert (await page.say("x"))["type"] == "ack"
        assert len(web.desk.updates) == 4


async def test_tabs_stay_in_sync(web: Web) -> None:
    client, chat = await web.visitor()
    other, _ = await web.visitor()
    async with web.page(client) as one, web.page(client) as two, web.page(other) as stranger:
        await one.say("from one")
        assert (await two.hear())["post"]["text"] == "from one"
        await web.desk.send(chat, persona("to both"))
        assert (await one.hear())["post"] == (await two.hear())["post"]
        await stranger.send(type="ping")
        assert await stranger.hear() == {"type": "pong"}


async def test_forget_clears_every_tab_and_one_begins_anew(web: Web) -> None:
    client, chat = await web.visitor()
    async with web.page(client) as one, web.page(client) as two:
        await one.say("secret")
        await two.hear()
        await web.desk.forget(chat)
        frames = [await one.hear(), await two.hear()]
        assert frames == [{"type": "forget", "start": True}, {"type": "forget", "start": False}]
    # A page that was away finds that what it has is no more.
    async with web.page(client, after=1) as page:
        assert page.welcome["reset"]
        assert page.welcome["start"]
        assert not page.posts


async def test_a_page_that_does_not_read_is_cut_off_and_catches_up(web: Web) -> None:
    client, chat = await web.visitor()
    async with open_page(web.url, client, max_queue=1) as page:
        await page.hello()
        for number in range(hub.QUEUE * 8):
            await web.desk.send(chat, persona(f"{number} " + "x" * 4000))
            await anyio.lowlevel.checkpoint()
        while web.messenger.hub.pages(chat):  # noqa: ASYNC110 - it is cut off without a word
            await anyio.sleep(0.001)
        page.socket.transport.abort()
    async with web.page(client, after=hub.QUEUE * 8 - 10) as page:
        assert max(page.posts) == hub.QUEUE * 8


STRANGE = [
    "",
    "hi",
    "[]",
    "null",
    "7",
    "{}",
    '{"type": "dance"}',
    '{"type": 7}',
    '{"type": "say"}',
    '{"type": "say", "id": "x", "text": "hi"}',
    '{"type": "say", "id": "12345678", "text": ""}',
    '{"type": "say", "id": "12345678", "text": " \\u0000 "}',
    '{"type": "say", "id": "12345678", "text": 7}',
    '{"type": "say", "id": "../../../x", "text": "hi"}',
    '{"type": "tap", "id": "12345678", "tap": ""}',
    '{"type": "tap", "id": "12345678", "tap": "' + "я" * 33 + '"}',
    '{"type": "tap", "id": ["12345678"], "tap": "x"}',
    '{"type": "earlier", "before": "x"}',
    '{"type": "earlier", "before": true}',
    '{"type": "earlier", "before": -1}',
    '{"type": "earlier", "before": 1e400}',
    '{"type": "earlier", "before": ' + "9" * 5000 + "}",
    '{"type": "hello", "after": 0, "language": "en"}',
    "[" * 30000,
    '{"a":' * 5000,
]


async def test_what_is_not_of_the_protocol_closes(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    client, _ = await web.visitor()
    for frame in STRANGE:
        async with web.page(client) as page:
            await page.socket.send(frame)
            assert await page.closed() == 4400, frame[:80]
    assert not web.desk.updates
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_other_things_that_close(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = await web.visitor()
    async with web.page(client) as page:
        await page.socket.send(b"\x00\x01")
        assert await page.closed() == 1003
    async with web.page(client) as page:
        await page.socket.send("x" * 33_000)
        assert await page.closed() == 1009
    async with open_page(web.url, client) as page:
        await page.send(type="say", id="12345678", text="hi")
        assert await page.closed() == 4400
    async with open_page(web.url, client) as page:
        await page.socket.send(b"hello")
        assert await page.closed() == 1003
    async with open_page(web.url) as page:
        assert await page.closed() == 4401
    monkeypatch.setattr("hayal_web.live.HELLO_SECONDS", 0)
    async with open_page(web.url, client) as page:
        assert await page.closed() == 4408


async def test_a_database_that_is_busy_or_broken_closes_with_its_code(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = await web.visitor()
    error: Exception = StorageError("locked")

    async def fails(*_: object, **__: object) -> list[Post]:
        raise error

    async with web.page(client) as page:
        monkeypatch.setattr(MemoryDesk, "log", fails)
        await page.send(type="earlier", before=5)
        assert await page.closed() == 1013
    async with open_page(web.url, client) as page:
        await page.send(type="hello", after=0, language="en")
        assert await page.closed() == 1013
    error = RuntimeError("a bug")
    async with open_page(web.url, client) as page:
        await page.send(type="hello", after=0, language="en")
        assert await page.closed() == 1011


async def test_open_pages_are_limited(tmp_path: Path) -> None:
    async with serving(tmp_path, max_sockets=3, max_sockets_per_chat=2) as web:
        client, _ = await web.visitor()
        other, _ = await web.visitor()
        async with web.page(client), web.page(client):
            async with open_page(web.url, client) as page:
                await page.send(type="hello", after=0, language="en")
                assert await page.closed() == 4429
            async with web.page(other), open_page(web.url, other) as page:
                await page.send(type="hello", after=0, language="en")
                assert await page.closed() == 4429
        async with web.page(client):
            pass


async def test_a_strange_language_is_nobodys(web: Web) -> None:
    client, _ = await web.visitor()
    for language in ("x" * 500, "en-US; DROP", "", "<b>"):
        async with web.page(client, language=language) as page:
            await page.say("hi")
    assert {update.language for update in web.desk.updates} == {""}


async def test_the_server_stops_at_once_and_says_so(tmp_path: Path) -> None:
    codes: list[int] = []
    async with anyio.create_task_group() as group, serving(tmp_path) as web:
        client, _ = await web.visitor()
        opened = anyio.Event()

        async def stay() -> None:
            async with web.page(client) as page:
                opened.set()
                codes.append(await page.closed())

        group.start_soon(stay)
        await opened.wait()
    assert codes == [1012]
    assert web.messenger.url == ""
