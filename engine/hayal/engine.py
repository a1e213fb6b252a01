"""The engine: everything put together, started and stopped in order."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import anyio
import filelock
import sqlalchemy as sa
import structlog

from hayal import log as logs
from hayal import metrics
from hayal.alerts import Alerts
from hayal.chat import Activity, Message, Post, Update
from hayal.config import Loaded
from hayal.conversation.router import COMMANDS, MENU, handle
from hayal.conversation.turn import Office, Turn, update_id
from hayal.desk import Desk
from hayal.errors import ConfigError, HayalError, PluginError, StorageError
from hayal.flows.common import owner_folder
from hayal.images import ImageGenerator
from hayal.jobs.chain import Chain
from hayal.jobs.journal import prune_jobs
from hayal.jobs.queue import EmbeddedQueue
from hayal.jobs.services import Services
from hayal.media import Media
from hayal.messenger import Messenger
from hayal.migrations import migrate
from hayal.moderation import Moderator
from hayal.outbox import Delivery
from hayal.plugins import Plugins, load_plugins, plugin_of
from hayal.portraits import Portraits
from hayal.prompts import PromptWriter
from hayal.provider import Part, Provider
from hayal.shrink import Shrinker
from hayal.storage.database import Database, engine_for
from hayal.storage.notes import PluginNotes
from hayal.storage.posts import add_post, prune_posts
from hayal.texts import LANGUAGES, Texts, language_of
from hayal.tracing import span
from hayal.videos import VideoGenerator

P = TypeVar("P", bound=Part)
Q = TypeVar("Q", bound=Provider)

HEALTH_KEPT = 60.0
"""Seconds for which the answer about the parts' health is kept."""

CHECK_LIMIT = 10.0
"""Seconds a part's check may take."""

MOST_LENGTHS = 6
"""Lengths of a video that people choose from."""

log = structlog.get_logger(__name__)


@dataclass
class Engine:
    """A running engine. Made by `open_engine`."""

    loaded: Loaded
    plugins: Plugins
    services: Services
    office: Office
    portraits: Portraits
    messengers: Mapping[str, Messenger]
    parts: Mapping[str, Part]
    deliveries: Mapping[str, Delivery]
    queue: EmbeddedQueue
    ready: anyio.Event = field(default_factory=anyio.Event)
    _asking: anyio.Lock = field(default_factory=anyio.Lock)
    _closing: bool = False
    _counted: dict[str, Any] = field(init=False)
    _health: tuple[float, dict[str, str]] = (float("-inf"), {})

    def __post_init__(self) -> None:
        self._counted = {name: metrics.updates.labels(name, "ok") for name in self.messengers}

    async def receive(self, messenger: str, update: Update) -> Post | None:
        """Take an update in: returns when its effect is stored. Raises StorageError if it cannot be."""
        if self._closing:
            raise StorageError("shutting down")
        delivery = self.deliveries[messenger]
        await delivery.room()
        work = partial(handle, office=self.office, messenger=messenger, update=update)
        with span("update", messenger=messenger):
            try:
                turn = await self.services.database.run(work)
            except StorageError:
                metrics.updates.labels(messenger, "not stored").inc()
                raise
            except Exception:  # a bug: this update is set aside, the person is told, others go on
                log.exception("an update could not be handled", messenger=messenger)
                metrics.updates.labels(messenger, "error").inc()
                return await self._set_aside(messenger, update)
        if turn is None:
            metrics.updates.labels(messenger, "repeated").inc()
            return None
        self._counted[messenger].inc()
        log.debug("update", id=turn.id, messenger=messenger, posts=len(turn.posts), jobs=len(turn.jobs))
        await self._after(messenger, turn)
        return turn.received

    async def _after(self, messenger: str, turn: Turn) -> None:
        for row in turn.cancelled:
            self.queue.cancel(row)
        if turn.forgotten:
            await self.services.media.forget(owner_folder(turn.forgotten.id))
            await self.messengers[messenger].forget(turn.forgotten.chat.partition(":")[2])
        for post in turn.posts:
            self.deliver(post)
        for row in turn.jobs:
            self.queue.offer(row)

    async def _set_aside(self, messenger: str, update: Update) -> Post | None:
        chat = f"{messenger}:{update.chat}"
        key = update_id(chat, update)
        text = self.services.texts.say(language_of(update.language), HayalError.text_id)

        def work(conn: sa.Connection) -> Post | None:
            add_post(conn, key, chat, Message(by="person", memo="command"), "tap")
            return add_post(conn, f"{key}.error", chat, Message(text=text))

        post = await self.services.database.run(work)
        if post:
            self.deliver(post)
        return None

    def deliver(self, post: Post) -> None:
        """Hand a logged message to its messenger."""
        delivery = self.deliveries.get(post.chat.partition(":")[0])
        if delivery:  # else the messenger is not enabled now; the message waits in the log
            delivery.offer(post)

    async def act(self, chat: str, activity: Activity) -> None:
        """Show the persona busy in a chat."""
        delivery = self.deliveries.get(chat.partition(":")[0])
        if delivery:
            await delivery.act(chat, activity)

    async def health(self) -> dict[str, str]:
        """What is wrong, by part; empty when all is well. The answer is kept for a minute."""
        async with self._asking:  # whoever asks meanwhile gets the same answer
            at, known = self._health
            if anyio.current_time() - at >= HEALTH_KEPT:
                known = await self._examine()
                self._health = (anyio.current_time(), known)
            return known

    async def _examine(self) -> dict[str, str]:
        problems = dict(self.plugins.problems)
        try:
            await self.services.database.run(lambda conn: conn.exec_driver_sql("SELECT 1").scalar())
        except StorageError as error:
            problems["database"] = str(error)
        for name, part in self.parts.items():
            problem = await checked(part)
            if problem:
                problems[name] = problem
        for chain in (self.services.scripts, self.services.images, self.services.videos):
            for link in chain.links:
                if link.out_until > anyio.current_time():
                    problems.setdefault(f"{chain.kind} {link.name}", f"left out for now: {link.last_error}")
        return problems

    async def run(self, stop: anyio.Event) -> None:
        """Run until `stop` is set, then shut down in order."""
        for delivery in self.deliveries.values():
            await delivery.load()
        async with anyio.create_task_group() as group:
            for name, messenger in self.messengers.items():
                group.start_soon(self.deliveries[name].run, name=f"delivery {name}")
                group.start_soon(self._messenger, name, messenger, name=f"messenger {name}")
            group.start_soon(self.portraits.draw, name="portraits")
            group.start_soon(self._housekeeping, name="housekeeping")
            group.start_soon(self.queue.run, name="queue")
            try:
                await stop.wait()
                log.info("stopping")
                self._closing = True
                await self.queue.drain(self.loaded.config.jobs.grace)
                for delivery in self.deliveries.values():
                    await delivery.settle()
            finally:
                self.queue.hurry()
                group.cancel_scope.cancel()

    async def _messenger(self, name: str, messenger: Messenger) -> None:
        """Keep a messenger running: what breaks it is logged, and it is started again, ever more slowly."""
        fails = 0
        while True:
            began = anyio.current_time()
            try:
                await messenger.run(Desk(self, name), partial(self._able, name))
                reason = "it ended by itself"
            except HayalError as error:
                if not self.ready.is_set() and len(self.messengers) == 1:
                    raise
                reason = str(error)
            except Exception as error:
                log.exception("a messenger broke", messenger=name)
                reason = repr(error)
            fails = 0 if anyio.current_time() - began > 60 else fails + 1
            wait = min(60.0, 2.0**fails)
            log.error("messenger starts again", messenger=name, reason=reason, seconds=wait)
            await anyio.sleep(wait)

    def _able(self, name: str) -> None:
        self.deliveries[name].able()
        self.ready.set()

    async def _housekeeping(self) -> None:
        """Delete what is older than the configuration keeps, now and every six hours."""
        while True:
            before = time.time() - self.loaded.config.engine.keep_days * 86400

            def prune(conn: sa.Connection, before: float = before) -> tuple[int, int]:
                return prune_posts(conn, before), prune_jobs(conn, before)

            try:
                posts, jobs = await self.services.database.run(prune)
                if posts or jobs:
                    log.info("old entries deleted", posts=posts, jobs=jobs)
            except StorageError as error:
                log.warning("old entries not deleted", reason=str(error))
            await anyio.sleep(6 * 3600)


async def checked(part: Part) -> str:
    """Why a part does not work, or ""."""
    try:
        with anyio.fail_after(CHECK_LIMIT):
            await part.check()
    except TimeoutError:
        return f"no answer within {CHECK_LIMIT:.0f} seconds"
    except HayalError as error:
        return logs.redacted(str(error))
    except Exception as error:  # noqa: BLE001 - a plugin is someone else's code
        return logs.redacted(f"its check breaks: {error!r}")
    return ""


async def _enter(
    stack: AsyncExitStack, plugins: Plugins, kind: str, names: Sequence[str], need: bool
) -> dict[str, Any]:
    """Make and start the parts of one kind; one that does not start is left out, if others remain."""
    started: dict[str, Any] = {}
    for name in names:
        try:
            part = plugins.make(kind, name)
            logs.hide_settings(part.settings)
            for warning in part.warnings():
                log.warning(warning, kind=kind, name=name)
            started[name] = await stack.enter_async_context(part)
        except ConfigError:
            raise
        except Exception as error:
            reason = str(error) if isinstance(error, HayalError) else repr(error)
            plugins.problems[name] = reason
            log.error("left out: it does not start", kind=kind, name=name, reason=reason)
            if {name, plugin_of(name)} & set(plugins.loaded.config.engine.require):
                raise PluginError(f"the required {name} does not start: {reason}") from error
    if need and not started:
        reasons = "; ".join(f"{name}: {plugins.problems.get(name, 'not made')}" for name in names)
        raise PluginError(f"none of the configured {kind.replace('_', ' ')} starts ({reasons})")
    return started


def _office(
    loaded: Loaded,
    plugins: Plugins,
    texts: Texts,
    portraits: Portraits,
    videos: Chain[VideoGenerator],
    wordy: frozenset[str],
) -> Office:
    config = loaded.config
    commands = {command.name: command for command in plugins.commands if command.name not in COMMANDS}
    entries = [[(f"menu-{name}", name) for name in row] for row in MENU]
    extra = [(command.menu, command.name) for command in commands.values() if command.menu]
    entries += [extra[start : start + 2] for start in range(0, len(extra), 2)]
    menus = {
        language: tuple(tuple(texts.say(language, text_id) for text_id, _ in row) for row in entries)
        for language in LANGUAGES
    }
    labels = {texts.say(language, text_id): name for language in LANGUAGES for row in entries for text_id, name in row}
    offered = videos.links[0].part.capabilities.seconds
    choices = {config.video.seconds, *config.video.choices}
    few = 0 < len(offered) <= MOST_LENGTHS
    lengths = tuple(sorted(offered if few else choices & set(offered) or offered or choices))[:MOST_LENGTHS]
    return Office(config, texts, config.personas, portraits, commands, lengths, labels, menus, wordy)


@asynccontextmanager
async def open_engine(loaded: Loaded) -> AsyncIterator[Engine]:
    """Open everything the configuration names, ready to run.

    Raises ConfigError, PluginError or StorageError with one sentence.
    """
    config = loaded.config
    if not config.personas:
        raise ConfigError(f"{loaded.file}: there are no personas; add a table [personas.NAME]")
    plugins = load_plugins(loaded)
    async with AsyncExitStack() as stack:
        lock = filelock.FileLock(loaded.data / "hayal.lock")
        try:
            loaded.data.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise StorageError(f"another hayal is running on {loaded.data}; stop it, or use another database") from None
        except OSError as error:
            raise StorageError(f"the folder {loaded.data} cannot be written to: {error.strerror}") from None
        stack.callback(lock.release)
        database_engine = engine_for(config.engine.database, loaded.base)
        try:
            migrate(database_engine)
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            reason = getattr(error, "orig", None) or error
            raise StorageError(f"the database {config.engine.database} cannot be used: {reason}") from error
        database = await stack.enter_async_context(Database(database_engine))
        plugins.notes = partial(PluginNotes, database)
        media = Media.at(config.engine.media, loaded.base)
        texts = Texts(plugins.locales)
        enter = partial(_enter, stack, plugins)
        wanted = config.engine
        spare = [wanted.spare_prompt] if wanted.spare_prompt in plugins.parts["prompt_writers"] else []
        writers = await enter("prompt_writers", list(dict.fromkeys([*wanted.prompt, *spare])), need=True)
        images = await enter("image_generators", wanted.image, need=True)
        videos = await enter("video_generators", wanted.video, need=True)
        moderators = await enter("moderators", list(plugins.parts["moderators"]), need=False)
        if set(plugins.parts["moderators"]) - set(moderators):
            raise PluginError(f"a moderator does not start: {plugins.problems}")  # never talk unmoderated
        messengers: dict[str, Messenger] = await enter("messengers", wanted.messengers, need=True)
        admins = [f"{name}:{chat}" for name, messenger in messengers.items() for chat in messenger.admins]
        alerts = Alerts(database, texts, admins, lambda post: engine.deliver(post))
        chain = partial(Chain.of, tell=alerts.tell)
        named: Chain[PromptWriter] = chain("prompt", [(n, w) for n, w in writers.items() if n in wanted.prompt])
        scripts: Chain[PromptWriter] = chain("prompt", list(writers.items()))
        image_chain: Chain[ImageGenerator] = chain("image", list(images.items()))
        video_chain: Chain[VideoGenerator] = chain("video", list(videos.items()))
        portraits = Portraits(config.personas, image_chain, media, loaded.base)
        wordy = frozenset(name for name, messenger in messengers.items() if not messenger.capabilities.buttons)
        office = _office(loaded, plugins, texts, portraits, video_chain, wordy)
        scratch = loaded.data / "scratch"
        scratch.mkdir(exist_ok=True)
        shrinker = Shrinker(media, PluginNotes(database, "engine"), texts, scratch)
        deliveries = {name: Delivery(name, messenger, database, shrinker) for name, messenger in messengers.items()}
        parts = {"prompt": writers, "image": images, "video": videos, "moderator": moderators, "messenger": messengers}
        engine: Engine
        services = Services(
            config=config,
            database=database,
            media=media,
            texts=texts,
            personas=config.personas,
            writers=named if named.links else scripts,
            scripts=scripts,
            images=image_chain,
            videos=video_chain,
            moderators=cast("dict[str, Moderator]", moderators),
            owner=f"{os.getpid()}-{uuid.uuid4().hex[:12]}",
            scratch=scratch,
            deliver=lambda post: engine.deliver(post),
            act=lambda chat, activity: engine.act(chat, activity),
            face=portraits.given,
            observe=plugins.event,
            span=span,
        )
        engine = Engine(
            loaded=loaded,
            plugins=plugins,
            services=services,
            office=office,
            portraits=portraits,
            messengers=messengers,
            parts={f"{kind} {name}": part for kind, group in parts.items() for name, part in group.items()},
            deliveries=deliveries,
            queue=EmbeddedQueue(services),
        )
        yield engine
