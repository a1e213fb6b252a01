"""The messenger `telegram`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import ClassVar
from urllib.parse import urlsplit

import anyio
import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, SendMessage

from hayal import (
    Activity,
    DeliverLater,
    Desk,
    HayalError,
    Host,
    Messenger,
    MessengerCapabilities,
    MessengerError,
    PluginError,
    Post,
    Settings,
)
from hayal_telegram.calling import Calls
from hayal_telegram.files import Files
from hayal_telegram.guests import Guests
from hayal_telegram.intake import Intake
from hayal_telegram.limits import Limits
from hayal_telegram.polling import Polling
from hayal_telegram.presence import ACTIONS, Presence
from hayal_telegram.profile import COMMANDS, introduce
from hayal_telegram.progress import Progress
from hayal_telegram.sending import Sender
from hayal_telegram.session import Line
from hayal_telegram.settings import TelegramSettings
from hayal_telegram.showing import Showing
from hayal_telegram.trouble import sentence
from hayal_telegram.updates import Arrival, Me
from hayal_telegram.webhook import Webhook

log = structlog.get_logger("hayal.telegram")


class TelegramMessenger(Messenger):
    """A bot on Telegram."""

    settings_type: ClassVar[type[Settings]] = TelegramSettings
    settings: TelegramSettings

    def __init__(self, settings: TelegramSettings, host: Host) -> None:
        super().__init__(settings, host)
        self.capabilities = MessengerCapabilities(max_file=settings.max_file * 1024 * 1024, max_text=4096)
        self._line = Line(settings.api_base, settings.token.get_secret_value())
        self._privacy: bool | None = None
        self._limits: Limits | None = None
        self._calls: Calls
        self._files: Files
        self._presence: Presence
        self._showing: Showing
        self._progress: Progress

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._line.close()

    async def check(self) -> None:
        """Whether the Bot API knows the token. Raises MessengerError."""
        try:
            await self._me()
        except TelegramAPIError as error:
            raise MessengerError(sentence(error, self.settings.api_base)) from None

    def warnings(self) -> Sequence[str]:
        """What an operator may have overlooked."""
        found = []
        settings = self.settings
        api = urlsplit(settings.api_base)
        if api.scheme == "http" and api.hostname not in {"127.0.0.1", "localhost", "::1"}:
            found.append(f"the bot's token travels unencrypted to {settings.api_base}; use https, or a server nearby")
        if settings.mode == "webhook" and not settings.webhook_url.startswith("https://"):
            found.append(f"Telegram calls https addresses only; webhook_url is {settings.webhook_url}")
        if settings.mode == "webhook" and settings.webhook_host not in {"127.0.0.1", "localhost", "::1"}:
            found.append(f"the webhook listens on {settings.webhook_host} without TLS; only a proxy should reach it")
        if self._privacy:
            found.append(
                "in groups the bot hears only commands and replies to it, no mentions: that is @BotFather's /setprivacy"
            )
        return found

    async def run(self, desk: Desk, ready: Callable[[], None]) -> None:
        """Bring updates in until cancelled. Raises PluginError if the token or the webhook's address is wrong."""
        with _plainly():
            me = await self._first_call()
            notes, limits = self.host.notes, Limits(self.settings.messages_per_second)
            calls, files = Calls(self._line, limits, notes), Files(notes, desk.media)
            presence, guests = Presence(self._line, calls), Guests(self.settings.allowed_users)

            async def refuse(arrival: Arrival) -> None:
                await self._refuse(desk, arrival)

            intake = Intake(
                desk.receive,
                me,
                guests,
                frozenset(COMMANDS),
                answer=presence.answer,
                refuse=refuse,
                moved=calls.moved,
                patient=self.settings.mode == "polling",
            )

            async def spare(chat: str) -> bool:
                return limits.spare(await calls.chat(chat))

            async with anyio.create_task_group() as group:
                self._calls, self._files, self._presence = calls, files, presence
                self._showing = Showing(Sender(calls, files, group, presence.uploading), files, notes, desk)
                self._progress = Progress(self._showing.edit, spare)
                self._limits = limits
                group.start_soon(self._progress.run)
                group.start_soon(introduce, self._line, notes, desk.say)

                async def work() -> None:
                    if self.settings.mode == "webhook":
                        await Webhook(self._line, intake, self.settings).run(ready)
                    else:
                        ready()
                        await Polling(self._line, intake).run()

                try:
                    await intake.run(work)
                finally:
                    self._limits = None

    async def send(self, post: Post) -> str:
        """Show a new message."""
        return await self._shown().send(post)

    def reserves(self, post: Post) -> bool:
        """Videos: a text comes first, in whose place they appear."""
        return post.message.attachment is not None and post.message.attachment.kind == "video"

    async def reserve(self, post: Post) -> str:
        """Show the text in whose place the video will appear."""
        return await self._shown().reserve(post)

    async def edit(self, post: Post, remote: str) -> None:
        """Change a message. Progress is shown when there is room for it, and then only the newest."""
        showing = self._shown()
        if post.message.progress is not None:
            self._progress.offer(post, remote)
            return
        await self._progress.settle(post.chat, remote)
        await showing.edit(post, remote)

    async def act(self, chat: str, activity: Activity) -> None:
        """Show for five seconds that the persona is busy."""
        if self._limits:
            await self._presence.act(chat, ACTIONS[activity])

    async def forget(self, chat: str) -> None:
        """Forget the messages of a chat, and the files of who wrote there. A bot cannot clear what has been sent."""
        if self._limits:
            self._progress.forget(chat)
            await self._showing.forget(chat)
            self._files.forget()
        else:
            await self.host.notes.drop(f"now/{chat}/")

    def _shown(self) -> Showing:
        if self._limits is None:
            raise DeliverLater("the bot is not connected")
        return self._showing

    async def _me(self) -> Me:
        me = await self._line.ask(GetMe(), 10)
        if not isinstance(me, dict) or type(me.get("id")) is not int or not isinstance(me.get("username"), str):
            raise TelegramAPIError(GetMe(), "no answer to getMe that tells who the bot is")
        self._privacy = me.get("can_join_groups") is True and me.get("can_read_all_group_messages") is False
        return Me(me["id"], me["username"].lower())

    async def _first_call(self) -> Me:
        """Who the bot is; waits for a Bot API that cannot be reached. Raises PluginError for a wrong token."""
        wait = 0.5
        while True:
            try:
                me = await self._me()
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                raise PluginError(sentence(error, self.settings.api_base)) from None
            except TelegramAPIError as error:
                if wait == 0.5:
                    log.error("not connected; it is tried again", reason=sentence(error, self.settings.api_base))
                await anyio.sleep(max(wait, error.retry_after if isinstance(error, TelegramRetryAfter) else 0.0))
                wait = min(30.0, wait * 2)
            else:
                log.info("connected", bot=f"@{me.name}", mode=self.settings.mode)
                return me

    async def _refuse(self, desk: Desk, arrival: Arrival) -> None:
        """Tell a stranger, kindly, that the bot is not for everybody."""
        if arrival.update is None:
            return
        text = desk.say(arrival.update.language, "telegram-private")
        try:
            await self._calls.call(arrival.update.chat, lambda where: SendMessage(chat_id=where, text=text))
        except HayalError as error:
            log.info("a stranger is not answered", reason=str(error))


@contextmanager
def _plainly() -> Iterator[None]:
    """Raises an error of hayal's that ends a task group as itself."""
    try:
        yield
    except BaseExceptionGroup as group:
        plain: BaseException = group
        while isinstance(plain, BaseExceptionGroup) and len(plain.exceptions) == 1:
            plain = plain.exceptions[0]
        if isinstance(plain, HayalError):
            raise plain from None
        raise
