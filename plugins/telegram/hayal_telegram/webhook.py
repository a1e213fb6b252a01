"""The webhook: Telegram calls, and hears 200 only once the effect of the update is stored."""

from __future__ import annotations

import hmac
import json
import socket
from collections.abc import Callable
from contextlib import ExitStack

import anyio
import structlog
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import SetWebhook
from aiohttp import web

from hayal import PluginError, StorageError
from hayal_telegram.intake import Intake
from hayal_telegram.session import Line
from hayal_telegram.settings import TelegramSettings
from hayal_telegram.trouble import sentence
from hayal_telegram.updates import WANTED

LARGEST = 1024 * 1024
"""Bytes of one call; an update has a few thousand."""

AT_ONCE = 100
"""Calls side by side, the most that Telegram makes."""

STORED_WITHIN = 50.0
"""Seconds after which Telegram is told to come again; it gives up waiting after 60."""

PARTING = 3.0

HEADER = "X-Telegram-Bot-Api-Secret-Token"

log = structlog.get_logger("hayal.telegram")


class Webhook:
    """A small HTTP server. TLS is the business of the proxy before it."""

    def __init__(self, line: Line, intake: Intake, settings: TelegramSettings) -> None:
        self._line = line
        self._intake = intake
        self._settings = settings
        self._secret = settings.secret.encode()

    async def run(self, serving: Callable[[], None]) -> None:
        """Serve until cancelled. Calls `serving` once Telegram knows the address. Raises PluginError."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(self._settings.path, self._call)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=PARTING)
        with ExitStack() as stack:
            listener = stack.enter_context(_bound(self._settings))
            await runner.setup()
            try:
                await web.SockSite(runner, listener, backlog=256).start()
                port = listener.getsockname()[1]
                log.info("the webhook is open", host=self._settings.webhook_host, port=port, path=self._settings.path)
                await self._hook()
                serving()
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await runner.cleanup()

    async def _hook(self) -> None:
        """Tell Telegram where to call; again and again until it has understood."""
        method = SetWebhook(
            url=self._settings.webhook_url,
            secret_token=self._settings.secret,
            allowed_updates=WANTED,
            max_connections=AT_ONCE,
        )
        wait = 0.5
        while True:
            try:
                await self._line.ask(method)
            except TelegramAPIError as error:
                reason = sentence(error, self._line.base)
                if "Bad Request" in error.message:
                    raise PluginError(
                        f"Telegram does not take {self._settings.webhook_url} as a webhook: {reason}"
                    ) from None
                log.error("the webhook is not set; it is tried again", reason=reason)
                await anyio.sleep(max(wait, error.retry_after if isinstance(error, TelegramRetryAfter) else 0.0))
                wait = min(30.0, wait * 2)
            else:
                return

    async def _call(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except ValueError:
            log.error("a call of the webhook is set aside: it is no JSON")
            return web.Response()
        stored = anyio.Event()
        outcome: list[StorageError | None] = []

        def done(error: StorageError | None) -> None:
            outcome.append(error)
            stored.set()

        await self._intake.take(raw, done)
        with anyio.move_on_after(STORED_WITHIN):
            await stored.wait()
        return web.Response(status=200 if outcome and outcome[0] is None else 503)


def _bound(settings: TelegramSettings) -> socket.socket:
    host, port = settings.webhook_host, settings.webhook_port
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
        )
    except OSError as error:
        reason = error.strerror or str(error)
        msg = (
            f"the webhook cannot be served at {host} port {port}: {reason}; "
            "choose another `webhook_host` or `webhook_port` in [plugins.telegram]"
        )
        raise PluginError(msg) from error
