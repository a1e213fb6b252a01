"""Delivery: in order for each chat, chats side by side, nothing lost, and nothing twice that is known to be there."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from hayal_null import script

from harness import person_at, write
from hayal import DeliverLater, HayalError, Messenger, MessengerCapabilities, Post, Undeliverable, outbox
from hayal.chat import Activity, Message
from hayal.media import Media
from hayal.migrations import migrate
from hayal.outbox import Delivery
from hayal.provider import Host, Scratchpad, Settings
from hayal.shrink import Shrinker
from hayal.storage.database import Database, engine_for
from hayal.storage.posts import BRIEF, add_post, edit_post, pending_posts
from hayal.storage.tables import messages
from hayal.texts import Texts

pytestmark = pytest.mark.anyio


class Postman(Messenger):
    """Notes what it is given. `trouble` is raised by the next calls, `gates` hold the calls for a chat."""

    def __init__(self) -> None:
        super().__init__(Settings(), Host("postman", Path()))
        self.done: list[tuple[str, str, str]] = []
        self.tried: list[str] = []
        self.trouble: deque[BaseException] = deque()
        self.gates: dict[str, anyio.Event] = {}
        self.capabilities = MessengerCapabilities()
        self._changed = anyio.Event()

    async def run(self, desk: Any, ready: Callable[[], None]) -> None:
        raise AssertionError

    async def _take(self, post: Post, how: str) -> None:
        self.tried.append(post.key)
        self._note()
        if post.chat in self.gates:
            await self.gates[post.chat].wait()
        if self.trouble:
            raise self.trouble.popleft()
        self.done.append((how, post.key, post.message.text))
        self._note()

    def _note(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def send(self, post: Post) -> str:
        await self._take(post, "send")
        return f"r{post.seq}"

    async def edit(self, post: Post, remote: str) -> None:
        assert remote == f"r{post.seq}"
        await self._take(post, "edit")

    async def until(self, wanted: Callable[[], bool]) -> None:
        with anyio.fail_after(10):
            while not wanted():
                await self._changed.wait()

    async def tries(self, count: int) -> None:
        await self.until(lambda: len(self.tried) >= count)

    async def all(self, count: int) -> list[tuple[str, str, str]]:
        await self.until(lambda: len(self.done) >= count)
        return self.done


@dataclass
class Office:
    database: Database
    postman: Postman = field(default_factory=Postman)
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        media = Media.at("memory://", Path())
        shrinker = Shrinker(media, Scratchpad(), Texts(), Path())
        self.delivery = Delivery("m", self.postman, self.database, shrinker)

    async def write(self, key: str, text: str = "", chat: str = "a", kind: Any = "out", memo: str = "") -> Post:
        post = await self.database.run(
            lambda conn: add_post(conn, key, f"m:{chat}", Message(text=text or key, memo=memo), kind)
        )
        assert post
        return post

    async def post(self, key: str, text: str = "", chat: str = "a", **more: Any) -> None:
        self.delivery.offer(await self.write(key, text, chat, **more))

    async def edit(self, key: str, text: str) -> None:
        post = await self.database.run(lambda conn: edit_post(conn, key, Message(text=text)))
        assert post
        self.delivery.offer(post)

    async def sent(self) -> dict[str, int]:
        """Which revision of each message is recorded as sent."""

        def read(conn: sa.Connection) -> dict[str, int]:
            return {row.key: row.sent for row in conn.execute(sa.select(messages.c.key, messages.c.sent))}

        return await self.database.run(read)

    async def recorded(self, expected: dict[str, int]) -> None:
        """Wait until this is recorded as sent."""
        with anyio.fail_after(10):
            while await self.sent() != expected:
                await anyio.lowlevel.checkpoint()

    async def pending(self) -> list[str]:
        return [post.key for post in await self.database.run(lambda conn: pending_posts(conn, "m"))]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.delivery.load()
        async with anyio.create_task_group() as group:
            group.start_soon(self.delivery.run)
            self.delivery.able()
            try:
                yield
                await self.delivery.settle()
            finally:
                group.cancel_scope.cancel()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    engine = engine_for("sqlite:///hayal.db", tmp_path)
    migrate(engine)
    async with Database(engine) as database:
        yield database


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


# --- order ---


async def test_each_chat_gets_its_messages_in_order(office: Office) -> None:
    async with office.running():
        for number in range(20):
            for chat in "abc":
                await office.post(f"{chat}{number}", chat=chat)
        done = await office.postman.all(60)
    for chat in "abc":
        assert [key for _, key, _ in done if key[0] == chat] == [f"{chat}{number}" for number in range(20)]
    assert set((await office.sent()).values()) == {1}


async def test_nothing_is_sent_before_the_messenger_can(office: Office) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(office.delivery.run)
        await office.post("one")
        await anyio.wait_all_tasks_blocked()
        assert office.postman.tried == []
        office.delivery.able()
        await office.postman.all(1)
        group.cancel_scope.cancel()


async def test_a_slow_chat_holds_no_other(office: Office) -> None:
    office.postman.gates["slow"] = anyio.Event()
    async with office.running():
        await office.post("first", chat="slow")
        await office.post("second", chat="slow")
        for number in range(10):
            await office.post(f"q{number}", chat="quick")
        assert [key for _, key, _ in await office.postman.all(10)] == [f"q{number}" for number in range(10)]
        office.postman.gates["slow"].set()
        assert [key for _, key, _ in (await office.postman.all(12))[10:]] == ["first", "second"]


async def test_more_chats_than_workers_all_have_their_turn(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "WORKERS", 2)
    async with office.running():
        for number in range(30):
            await office.post(f"k{number}", chat=f"c{number % 10}")
        assert len(await office.postman.all(30)) == 30


# --- edits ---


async def test_edits_of_what_waits_become_one(office: Office) -> None:
    office.postman.gates["a"] = anyio.Event()
    async with office.running():
        await office.post("first")
        await office.post("status", "0%")
        for percent in range(10, 100, 10):
            await office.edit("status", f"{percent}%")
        await office.postman.tries(1)
        office.postman.gates["a"].set()
        assert await office.postman.all(2) == [("send", "first", "first"), ("send", "status", "90%")]
        await office.edit("status", "done")
        assert (await office.postman.all(3))[2] == ("edit", "status", "done")
    assert await office.sent() == {"first": 1, "status": 11}


async def test_an_edit_while_the_message_is_on_its_way_follows_it(office: Office) -> None:
    office.postman.gates["a"] = anyio.Event()
    async with office.running():
        await office.post("status", "0%")
        await office.postman.tries(1)
        await office.edit("status", "50%")
        await office.edit("status", "99%")
        office.postman.gates["a"].set()
        assert await office.postman.all(2) == [("send", "status", "0%"), ("edit", "status", "99%")]
    assert await office.sent() == {"status": 3}


async def test_an_edit_after_a_restart_finds_its_message(office: Office, database: Database) -> None:
    async with office.running():
        await office.post("status", "0%")
        await office.postman.all(1)
    again = Office(database)
    async with again.running():
        await again.edit("status", "done")
        assert await again.postman.all(1) == [("edit", "status", "done")]


async def test_a_messenger_without_edits_is_not_asked_for_them(office: Office) -> None:
    office.postman.capabilities = MessengerCapabilities(edits=False)
    async with office.running():
        await office.post("status", "0%")
        await office.postman.all(1)
        await office.edit("status", "done")
        await office.post("last")
        said = [(key, text) for _, key, text in await office.postman.all(3)]
        assert said == [("status", "0%"), ("status", "done"), ("last", "last")]  # said anew, not edited
    assert await office.sent() == {"status": 2, "last": 1}


async def test_what_is_brief_is_gone_once_it_arrived(office: Office) -> None:
    async with office.running():
        await office.post("short", memo=BRIEF, kind="brief")
        await office.postman.all(1)
        await office.recorded({})


# --- trouble ---


async def test_what_the_messenger_wants_later_is_sent_later_in_order(office: Office) -> None:
    office.postman.trouble.extend([DeliverLater("slow down", after=0.01), DeliverLater("still", after=0.01)])
    async with office.running():
        await office.post("first")
        await office.post("second")
        assert [key for _, key, _ in await office.postman.all(2)] == ["first", "second"]
    assert office.postman.tried == ["first", "first", "first", "second"]


async def test_a_chat_that_waits_holds_no_worker(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "WORKERS", 1)
    office.postman.trouble.append(DeliverLater("in an hour", after=3600))
    async with office.running():
        await office.post("late", chat="a")
        await office.postman.tries(1)
        await office.post("now", chat="b")
        assert await office.postman.all(1) == [("send", "now", "now")]
    assert await office.pending() == ["late"]


async def test_the_undeliverable_is_marked_and_the_next_goes_on(office: Office) -> None:
    office.postman.trouble.append(Undeliverable("blocked"))
    async with office.running():
        await office.post("lost")
        await office.post("next")
        assert [key for _, key, _ in await office.postman.all(1)] == ["next"]
    assert await office.sent() == {"lost": -1, "next": 1}
    assert await office.pending() == []


async def test_an_unknown_fault_is_tried_again_and_then_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 0.001)
    office.postman.trouble.extend([KeyError("once"), KeyError("twice")])
    async with office.running():
        await office.post("first")
        await office.postman.all(1)
        assert office.postman.tried == ["first"] * 3
        office.postman.trouble.extend(KeyError("always") for _ in range(outbox.TRIES))
        await office.post("hopeless")
        await office.post("next")
        assert [key for _, key, _ in await office.postman.all(2)] == ["first", "next"]
    assert office.postman.tried[3:] == ["hopeless"] * outbox.TRIES + ["next"]
    assert await office.sent() == {"first": 1, "hopeless": -1, "next": 1}


@pytest.mark.parametrize("error", [ConnectionResetError("line"), HayalError("maintenance"), TimeoutError()])
async def test_what_passes_by_itself_is_never_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 0.001)
    office.postman.trouble.extend([error] * (outbox.TRIES + 5))
    async with office.running():
        await office.post("first")
        await office.postman.all(1)
    assert await office.sent() == {"first": 1}


async def test_a_message_that_takes_too_long_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 0.001)
    monkeypatch.setattr(outbox, "SEND_LIMIT", 0.02)
    office.postman.gates["a"] = anyio.Event()
    async with office.running():
        await office.post("first")
        await office.postman.tries(2)
        office.postman.gates["a"].set()
        await office.postman.all(1)
        await office.post("second")
        assert [key for _, key, _ in await office.postman.all(2)] == ["first", "second"]


async def test_showing_that_the_persona_is_busy_never_breaks_anything(office: Office) -> None:
    async def act(_chat: str, _activity: Activity) -> None:
        raise RuntimeError("no")

    office.postman.act = act  # type: ignore[method-assign]
    await office.delivery.act("m:a", Activity.TYPING)
    async with office.running():
        await office.delivery.act("m:a", Activity.TYPING)


# --- a crash ---


async def test_what_was_pending_at_a_crash_is_delivered_once(
    office: Office, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SETTLE", 0.0)
    async with office.running():
        await office.post("known")
        await office.postman.all(1)
        await office.recorded({"known": 1})
        office.postman.gates["a"] = anyio.Event()
        await office.post("under way")
        await office.write("never offered")
        await office.write("of another messenger's chat", chat="a")
        await office.postman.tries(2)
    assert await office.pending() == ["under way", "never offered", "of another messenger's chat"]
    second = Office(database)
    async with second.running():
        await second.post("new")
        assert [key for _, key, _ in await second.postman.all(4)] == [
            "under way",
            "never offered",
            "of another messenger's chat",
            "new",
        ]
    assert await second.pending() == []
    third = Office(database)
    async with third.running():
        await anyio.wait_all_tasks_blocked()
    assert third.postman.tried == []


async def test_only_a_messengers_own_chats_are_loaded(office: Office, database: Database) -> None:
    def other(conn: sa.Connection) -> None:
        for chat in ("n:a", "mm:a", "m;a"):
            add_post(conn, chat, chat, Message(text="x"))

    await database.run(other)
    await office.write("mine")
    async with office.running():
        await office.postman.all(1)
    assert office.postman.tried == ["mine"]


async def test_an_edit_that_was_not_recorded_is_made_again(office: Office, database: Database) -> None:
    async with office.running():
        await office.post("status", "0%")
        await office.postman.all(1)
    await database.run(lambda conn: edit_post(conn, "status", Message(text="done")))
    again = Office(database)
    async with again.running():
        assert await again.postman.all(1) == [("edit", "status", "done")]
    assert await again.sent() == {"status": 2}


async def test_what_arrived_is_recorded_when_the_database_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hayal import StorageError

    mark, fails = outbox.mark_sent, [1]

    def failing(*arguments: Any, **more: Any) -> None:
        if fails:
            fails.pop()
            raise StorageError("disk full")
        mark(*arguments, **more)

    monkeypatch.setattr(outbox, "mark_sent", failing)
    monkeypatch.setattr(outbox, "RECORD_AGAIN", 0.001)
    async with office.running():
        await office.post("first")
        await office.postman.all(1)
        await office.recorded({"first": 1})
    assert office.postman.tried == ["first"]


# --- the backlog ---


async def test_updates_wait_while_too_much_is_waiting_and_all_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BACKLOG", 3)
    office.postman.gates["a"] = anyio.Event()
    passed: list[int] = []

    async def update(number: int) -> None:
        await office.delivery.room()
        passed.append(number)

    async with office.running():
        await update(0)
        for number in range(3):
            await office.post(f"k{number}")
        async with anyio.create_task_group() as group:
            for number in range(1, 6):
                group.start_soon(update, number)
            await anyio.wait_all_tasks_blocked()
            assert passed == [0]
            with anyio.fail_after(10):
                office.postman.gates["a"].set()
                while len(passed) < 6:
                    await anyio.lowlevel.checkpoint()
        assert sorted(passed) == [0, 1, 2, 3, 4, 5]


async def test_receive_waits_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.shown(person.text("welcome"))
        monkeypatch.setattr(outbox, "BACKLOG", 2)
        script.fail("send", *[DeliverLater("wait", after=0.05)] * 3)
        received: list[int] = []

        async def say(number: int) -> None:
            await person.do(text="/menu")
            received.append(number)

        with anyio.fail_after(10):
            async with anyio.create_task_group() as group:
                for number in range(12):
                    group.start_soon(say, number)
        assert sorted(received) == list(range(12))
        await person.until(lambda _: person.texts().count(person.text("menu", name="Ayla")) == 12)


# --- what must never appear twice ---


class Careful(Postman):
    """Keeps a place for messages whose key begins with "film"."""

    def reserves(self, post: Post) -> bool:
        return post.key.startswith("film")

    async def reserve(self, post: Post) -> str:
        await self._take(post, "reserve")
        return f"r{post.seq}"


async def test_a_reserved_place_is_on_disk_before_it_is_filled(office: Office) -> None:
    office.postman = careful = Careful()
    office.__post_init__()
    async with office.running():
        await office.post("film")
        await office.post("text")
        assert await careful.all(3) == [
            ("reserve", "film", "film"),
            ("edit", "film", "film"),
            ("send", "text", "text"),
        ]
    assert await office.sent() == {"film": 1, "text": 1}


@pytest.mark.parametrize("error", [DeliverLater("slow down", after=0.0), OSError("gone")])
async def test_a_reserved_place_is_filled_and_not_taken_again(office: Office, error: Exception) -> None:
    office.postman = careful = Careful()
    office.__post_init__()
    await office.write("film")

    async with office.running():  # the place is taken; filling it breaks, and the process ends
        fill = careful.edit

        async def broken(post: Post, remote: str) -> None:
            careful.tried.append("broken")
            careful._note()
            raise error

        careful.edit = broken  # type: ignore[method-assign]
        await careful.until(lambda: "broken" in careful.tried)
    careful.edit = fill  # type: ignore[method-assign]
    office.__post_init__()
    async with office.running():
        await careful.all(2)
    assert careful.done == [("reserve", "film", "film"), ("edit", "film", "film")]


async def test_what_may_have_arrived_says_so(office: Office) -> None:
    again: list[tuple[str, bool]] = []
    send = office.postman.send

    async def noted(post: Post) -> str:
        again.append((post.key, post.again))
        return await send(post)

    office.postman.send = noted  # type: ignore[method-assign]
    await office.write("left over")
    async with office.running():
        await office.postman.all(1)
        office.postman.trouble.append(DeliverLater("wait", after=0.0))
        await office.post("new")
        await office.postman.all(2)
    assert again == [("left over", True), ("new", False), ("new", True)]
