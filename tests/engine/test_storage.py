"""The database: transactions, what happens when it cannot be written to, migrations, what is kept and what is not."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from hayal_null import NullMessenger, picture, script

from harness import Person, engine_at, person_at, write
from hayal import Media, StorageError
from hayal.chat import Attachment, Message, Update
from hayal.config import load
from hayal.engine import open_engine
from hayal.jobs import journal, queue
from hayal.migrations import HEAD, migrate
from hayal.storage import database as databases
from hayal.storage.content import (
    gallery_page,
    get_last,
    get_last_selfie_data,
    get_last_selfie_prompt,
    save_generated_content,
)
from hayal.storage.database import Database, engine_for
from hayal.storage.posts import Mark, add_post, log_window, mark_sent, prune_posts
from hayal.storage.tables import metadata
from terminal import hayal

pytestmark = pytest.mark.anyio

URL = "sqlite:///data/hayal.db"

ORIGINAL = """
CREATE TABLE generated_content (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER,
    content_type TEXT,
    prompt TEXT,
    file_data BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)
"""


def new_engine(folder: Path) -> sa.Engine:
    engine = engine_for(URL, folder)
    migrate(engine)
    return engine


@asynccontextmanager
async def database_at(folder: Path) -> AsyncIterator[Database]:
    async with Database(new_engine(folder)) as database:
        yield database


def put(key: str, chat: str = "null:p") -> Any:
    return lambda conn: add_post(conn, key, chat, Message(text=key))


def keys(conn: sa.Connection) -> list[str]:
    return [post.key for post in log_window(conn, "null:p", 0, None, 1000)]


class Held:
    """A function that holds the database's thread until it is let go, so that others wait together."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, _conn: sa.Connection) -> None:
        self.begun.set()
        assert self.go.wait(10)


async def together(database: Database, works: list[Any]) -> list[Any]:
    """The outcomes (results or exceptions) of functions that are there at the same time."""
    held, outcomes = Held(), [None] * len(works)

    async def one(number: int) -> None:
        try:
            outcomes[number] = await database.run(works[number])
        except Exception as error:  # noqa: BLE001 - the outcome
            outcomes[number] = error

    async with anyio.create_task_group() as group:
        group.start_soon(database.run, held)
        await anyio.to_thread.run_sync(held.begun.wait)
        for number in range(len(works)):
            group.start_soon(one, number)
        await anyio.wait_all_tasks_blocked()
        held.go.set()
    return outcomes


# --- transactions ---


async def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    async with database_at(tmp_path) as database:
        commits: list[object] = []
        sa.event.listen(database.engine, "commit", commits.append)
        outcomes = await together(database, [put(f"k{number}") for number in range(50)])
        assert [post.key for post in outcomes] == [f"k{number}" for number in range(50)]
        assert len(commits) == 2
        assert len(await database.run(keys)) == 50


async def test_one_that_fails_takes_nobody_along(tmp_path: Path) -> None:
    def bad(conn: sa.Connection) -> None:
        put("never")(conn)
        raise ValueError("mine alone")

    def double(conn: sa.Connection) -> None:
        conn.exec_driver_sql(
            "INSERT INTO users (id, chat, name, language, show_prompts, created_at) VALUES (1, 1, 1, 1, 1, NULL)"
        )

    async with database_at(tmp_path) as database:
        outcomes = await together(database, [put("a"), bad, put("b"), double, put("c")])
        assert [getattr(outcome, "key", None) for outcome in outcomes] == ["a", None, "b", None, "c"]
        assert isinstance(outcomes[1], ValueError)
        assert isinstance(outcomes[3], sa.exc.IntegrityError | sqlite3.IntegrityError)
        assert await database.run(keys) == ["a", "b", "c"]


async def test_a_caller_that_goes_away_stops_nothing(tmp_path: Path) -> None:
    async with database_at(tmp_path) as database:
        held = Held()
        async with anyio.create_task_group() as group:
            group.start_soon(database.run, held)
            await anyio.to_thread.run_sync(held.begun.wait)
            with anyio.CancelScope() as scope:
                scope.cancel()
                await database.run(put("gone"))
            held.go.set()
        assert await database.run(put("next"))


async def test_too_much_waiting_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "QUEUED", 3)
    async with database_at(tmp_path) as database:
        outcomes = await together(database, [put(f"k{number}") for number in range(5)])
        assert [isinstance(outcome, StorageError) for outcome in outcomes] == [False] * 3 + [True] * 2
        assert await database.run(keys) == ["k0", "k1", "k2"]


async def test_what_was_asked_before_closing_is_done(tmp_path: Path) -> None:
    held = Held()
    async with anyio.create_task_group() as group:
        async with database_at(tmp_path) as database:
            group.start_soon(database.run, held)
            await anyio.to_thread.run_sync(held.begun.wait)
            group.start_soon(database.run, put("last"))
            await anyio.wait_all_tasks_blocked()
            held.go.set()
        with pytest.raises(StorageError, match="shutting down"):
            await database.run(put("too late"))
    async with database_at(tmp_path) as database:
        assert await database.run(keys) == ["last"]


async def test_it_is_a_write_ahead_log_flushed_at_every_commit(tmp_path: Path) -> None:
    async with database_at(tmp_path) as database:

        def pragmas(conn: sa.Connection) -> list[Any]:
            return [tell(conn, f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]

        assert await database.run(pragmas) == ["wal", 2]


# --- when it cannot be written to ---


def tell(conn: sa.Connection, statement: str) -> Any:
    return conn.exec_driver_sql(statement).scalar()


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    other = sqlite3.connect(folder / "data" / "hayal.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def test_a_locked_database_is_a_storage_error_for_all_who_wait_at_once(tmp_path: Path) -> None:
    async with database_at(tmp_path) as database:
        await database.run(lambda conn: tell(conn, "PRAGMA busy_timeout=30"))
        began: list[object] = []
        async with locked(tmp_path):
            sa.event.listen(database.engine, "begin", began.append, insert=True)
            with pytest.raises(StorageError, match="the database cannot do this now: database is locked"):
                await database.run(put("a"))
            outcomes: list[Any] = []

            async def one(key: str) -> None:
                try:
                    await database.run(put(key))
                except StorageError as error:
                    outcomes.append(error)

            began.clear()
            async with anyio.create_task_group() as group:
                for number in range(40):
                    group.start_soon(one, f"b{number}")
            assert len(outcomes) == 40
            assert len(began) <= 3  # the wait is not made once for each
        assert await database.run(put("c"))
        assert await database.run(keys) == ["c"]


async def test_the_engine_serves_again_after_a_lock(tmp_path: Path) -> None:
    async with engine_at(write(tmp_path)) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        person = Person(messenger)
        await person.begin()
        await engine.services.database.run(lambda conn: tell(conn, "PRAGMA busy_timeout=30"))
        update = Update(id="again", chat="p", user="p", text="hello")
        async with locked(tmp_path):
            with pytest.raises(StorageError):
                await messenger.desk.receive(update)
            assert "database" in await messenger.desk.health()
        assert await messenger.desk.receive(update)
        await person.shown("Ayla: hello")


async def fill(database: Database, size: int) -> None:
    """Write messages of this size until it is refused."""
    for number in range(3000):
        message = Message(text="x" * size)
        await database.run(lambda conn: add_post(conn, f"{size}.{number}", "filler", message, "in"))  # noqa: B023


async def test_a_full_disk_is_told_and_loses_no_accepted_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rested = anyio.Event()

    class Rests(tuple[float]):
        __slots__ = ()

        def __getitem__(self, _rest: Any) -> Any:
            rested.set()
            return 0.01

    monkeypatch.setattr(queue, "RESTS", Rests((0.01,)))
    async with engine_at(write(tmp_path)) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        person, database = Person(messenger), engine.services.database
        script.gate = anyio.Event()
        await person.begin()
        await person.do(tap="video new")
        while not script.submitted:
            await anyio.wait_all_tasks_blocked()
        pages = await database.run(lambda conn: tell(conn, "PRAGMA page_count"))
        await database.run(lambda conn: tell(conn, f"PRAGMA max_page_count={pages}"))
        for size in (2000, 400, 1):
            with pytest.raises(StorageError, match="full"):
                await fill(database, size)
        update = Update(id="full", chat="other", user="other", text="x" * 1000)
        with pytest.raises(StorageError, match="full"):
            await messenger.desk.receive(update)
        script.gate.set()
        with anyio.fail_after(10):
            await rested.wait()
        assert not person.all_media("video")
        await database.run(lambda conn: tell(conn, "PRAGMA max_page_count=1000000"))
        await person.media("video")
        assert script.asked["submit"] == 1
        assert await messenger.desk.receive(update)
        assert await messenger.desk.receive(update) is None


# --- where it cannot be at all ---


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ('database = "sqlite:///taken/hayal.db"', "cannot be written to"),
        ('database = "sqlite:///taken/deeper/hayal.db"', "cannot be written to"),
        ('database = "sqlite:///torn.db"', "the database sqlite:///torn.db cannot be used: file is not a database"),
        ('media = "taken/media"', "the media store taken/media cannot be used"),
        ('media = "nonsense://x"', "the media store nonsense://x cannot be used"),
    ],
)
async def test_a_place_that_cannot_be_used_is_one_sentence(tmp_path: Path, setting: str, expected: str) -> None:
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "torn.db").write_bytes(b"not a database at all, " * 200)
    path = write(tmp_path)
    path.write_text(path.read_text().replace("[video]", f"{setting}\n[video]", 1))
    with pytest.raises(StorageError) as caught:
        async with open_engine(load(path, {})):
            pass
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_second_engine_on_the_same_database_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    async with person_at(path) as person:
        with pytest.raises(StorageError, match=r"another hayal is running on .*; stop it, or use another"):
            async with open_engine(load(path, {})):
                pass
        done = await anyio.to_thread.run_sync(lambda: hayal("run", at=tmp_path))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.splitlines()[-1].startswith("another hayal is running on ")
        assert "Traceback" not in done.stderr
        await person.begin()
        await person.shown("Ayla")
    async with person_at(path):
        pass


# --- migrations ---


def test_from_nothing_and_again(tmp_path: Path) -> None:
    engine = engine_for(URL, tmp_path)
    assert migrate(engine)
    assert not migrate(engine)
    with engine.connect() as conn:
        assert set(sa.inspect(conn).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_head_is_the_newest_revision() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import hayal.migrations

    config = Config()
    config.set_main_option("script_location", str(Path(hayal.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def schema(conn: sa.Connection) -> dict[str, str]:
    """How every table and index was made."""
    rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    return {name: re.sub(r"\s+", "", sql) for name, sql in rows if name not in {"alembic_version", "sqlite_sequence"}}


@pytest.mark.parametrize("original", [False, True])
def test_the_migrated_tables_are_those_of_the_code(tmp_path: Path, original: bool) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    if original:
        with_original(tmp_path)
    engine = new_engine(tmp_path)
    fresh = sa.create_engine("sqlite://")
    metadata.create_all(fresh)
    with engine.connect() as conn, fresh.connect() as wanted:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert schema(conn) == schema(wanted)
    engine.dispose()
    fresh.dispose()


def with_original(folder: Path) -> None:
    """A database as the original bot left it."""
    (folder / "data").mkdir()
    conn = sqlite3.connect(folder / "data" / "hayal.db")
    conn.execute(ORIGINAL)
    rows = [
        (7, 42, "selfie", "Ayla at the sea", picture(300, 300), "2024-05-06 07:08:09"),
        (8, 42, "selfie", "Ayla on a roof", picture(200, 300), "2024-05-07T10:00:00+03:00"),
        (9, 42, "video", "A video prompt", b"mp4", 1715000000),
        (12, -100, "selfie", "Somebody else", b"jpg", None),
        (13, None, None, None, None, "yesterday"),
    ]
    conn.executemany("INSERT INTO generated_content VALUES (?, ?, ?, ?, ?, ?)", rows)
    conn.execute("DELETE FROM generated_content WHERE id = 20")
    conn.commit()
    conn.close()


async def test_rows_of_the_original_bot_are_kept(tmp_path: Path) -> None:
    with_original(tmp_path)
    media = Media.at("media", tmp_path)
    for _ in range(2):  # the second start changes nothing
        async with database_at(tmp_path) as database:
            mine = await database.run(lambda conn: gallery_page(conn, "telegram:42", 0, 10))
            assert [(row.id, row.content_type, row.prompt) for row in mine] == [
                (9, "video", "A video prompt"),
                (8, "selfie", "Ayla on a roof"),
                (7, "selfie", "Ayla at the sea"),
            ]
            assert [f"{row.created_at:%Y-%m-%d %H:%M:%S}" for row in mine] == [
                "2024-05-06 12:53:20",
                "2024-05-07 07:00:00",
                "2024-05-06 07:08:09",
            ]
            assert await database.run(lambda conn: get_last_selfie_prompt(conn, "telegram:42")) == "Ayla on a roof"
            assert await get_last_selfie_data(database, media, "telegram:42") == picture(200, 300)
            assert await get_last_selfie_data(database, media, "telegram:-100") == b"jpg"
            assert await database.run(lambda conn: tell(conn, "SELECT count(*) FROM generated_content")) == 5


async def test_a_video_is_made_from_a_selfie_of_the_original_bot(tmp_path: Path) -> None:
    with_original(tmp_path)
    path = write(tmp_path)
    new_engine(tmp_path).dispose()
    conn = sqlite3.connect(tmp_path / "data" / "hayal.db")
    conn.execute("UPDATE generated_content SET user_id = 'null:p' WHERE user_id = 'telegram:42'")
    conn.commit()
    conn.close()
    async with person_at(path) as person:
        await person.begin()
        await person.do(text="/gallery")
        gallery = await person.until(lambda post: bool(post.message.cards) and "gallery" in post.key)
        assert gallery.message.cards[1].text == "7 May 2024, 07:00"
        await person.do(tap="video last")
        await person.media("video")
        [request] = script.submitted.values()
        assert request.reference


# --- generated_content ---


def shown(key: str) -> Attachment:
    return Attachment(kind="image", key=key, mime="image/jpeg", width=1, height=1, bytes=1)


async def test_the_last_selfie(tmp_path: Path) -> None:
    media = Media.at("media", tmp_path)
    async with database_at(tmp_path) as database:
        assert await database.run(lambda conn: get_last_selfie_prompt(conn, "null:p")) is None
        assert await get_last_selfie_data(database, media, "null:p") is None
        await media.put("p/one.jpg", b"one")

        def save(conn: sa.Connection) -> None:
            save_generated_content(conn, "null:p", "selfie", "first", None, file_data=b"kept", job_id="1")
            save_generated_content(conn, "null:p", "selfie", "second", shown("p/one.jpg"), job_id="2")
            save_generated_content(conn, "null:p", "selfie", "again", None, job_id="2")
            save_generated_content(conn, "null:p", "video", "a video", None, job_id="3")
            save_generated_content(conn, "null:q", "selfie", "somebody else's", None, file_data=b"other", job_id="4")

        await database.run(save)
        assert await database.run(lambda conn: get_last_selfie_prompt(conn, "null:p")) == "second"
        assert await get_last_selfie_data(database, media, "null:p") == b"one"
        assert await get_last_selfie_data(database, media, "null:q") == b"other"
        video = await database.run(lambda conn: get_last(conn, "null:p", "video"))
        assert video is not None
        assert (video.prompt, video.media) == ("a video", None)
        assert len(await database.run(lambda conn: gallery_page(conn, "null:p", 0, 10))) == 3


async def test_the_last_selfie_is_looked_up_by_index(tmp_path: Path) -> None:
    ask = (
        "EXPLAIN QUERY PLAN SELECT * FROM generated_content "
        "WHERE user_id = 'x' AND content_type = 'selfie' ORDER BY id DESC LIMIT 1"
    )
    async with database_at(tmp_path) as database:
        plan = await database.run(lambda conn: [row[3] for row in conn.exec_driver_sql(ask)])
        assert plan == ["SEARCH generated_content USING INDEX generated_content_last (user_id=? AND content_type=?)"]


async def test_media_is_kept_in_the_row_too_on_demand(tmp_path: Path) -> None:
    async with engine_at(write(tmp_path), {"HAYAL_ENGINE__FILE_DATA": "true"}) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        person = Person(messenger)
        await person.begin()
        await person.do(tap="video new")
        video = await person.media("video")
        database, media = engine.services.database, engine.services.media
        ask = "SELECT file_data FROM generated_content WHERE content_type = 'video'"
        kept = await database.run(lambda conn: conn.exec_driver_sql(ask).scalar())
        assert video.message.attachment
        assert kept == await media.read(video.message.attachment.key)


# --- pruning ---


async def test_old_entries_go_and_what_is_still_needed_stays(tmp_path: Path) -> None:
    now = time.time()

    def fill(conn: sa.Connection) -> None:
        for key in ("old sent", "old pending", "old lost", "new sent"):
            post = add_post(conn, key, "null:p", Message(text=key))
            assert post
            if "pending" not in key:
                mark_sent(conn, [Mark(post.seq, -1 if "lost" in key else 1, "r")])
        conn.exec_driver_sql(f"UPDATE messages SET at = {now - 1000} WHERE key LIKE 'old%'")
        for job in ("old done", "old running", "new done"):
            journal.add_job(conn, job, "selfie", "media", "null:p", "null:p", {})
            journal.claim(conn, job, "me")
            journal.record(conn, job, "me", "step", "done", 1)
            if "done" in job:
                journal.end_job(conn, job, "me", "done")
        conn.exec_driver_sql(f"UPDATE jobs SET created_at = {now - 1000}")
        conn.exec_driver_sql(f"UPDATE jobs SET ended_at = {now - 1000} WHERE id = 'old done'")

    async with database_at(tmp_path) as database:
        await database.run(fill)
        assert await database.run(lambda conn: prune_posts(conn, now - 500)) == 2
        assert await database.run(lambda conn: journal.prune_jobs(conn, now - 500)) == 1
        assert await database.run(keys) == ["old pending", "new sent"]
        steps = "SELECT job_id FROM job_steps ORDER BY job_id"
        left = await database.run(lambda conn: [row[0] for row in conn.exec_driver_sql(steps)])
        assert left == ["new done", "old running"]


async def test_the_engine_prunes_at_start(tmp_path: Path) -> None:
    engine = new_engine(tmp_path)
    with engine.begin() as conn:
        post = add_post(conn, "old", "null:p", Message(text="old"))
        assert post
        mark_sent(conn, [Mark(post.seq, 1, "r")])
        conn.exec_driver_sql("UPDATE messages SET at = 1000")
    engine.dispose()
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        with anyio.fail_after(10):
            while any(post.key == "old" for post in await person.messenger.desk.log("p")):
                await anyio.lowlevel.checkpoint()
