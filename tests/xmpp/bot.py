"""The bot on a server of the tests: its configuration, and an engine in this process or in one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from harness import engine_at
from hayal.engine import Engine
from journeys.process import Hayal, hayal
from xmpp.line import Refused, line
from xmpp.prosody import Prosody
from xmpp.user import login_of

RESOURCE = "hayal"

CONFIG = """
[engine]
messengers = [{messengers}]
plugins = [{plugins}]
prompt = "{provider}"
image = "{provider}"
video = "{provider}"
spare_prompt = ""
[video]
seconds = 1
size = "144x256"
poll_interval = {poll}
[log]
format = "json"
level = "debug"
[plugins.web]
{web}
[plugins.xmpp]
jid = "{jid}"
password = "{password}"
host = "{host}"
port = {port}
tls = "{tls}"
{ca}
nickname = "Ayla"
rate = 1000
burst = 10000
{more}
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long wavy dark brown hair, hazel eyes, olive skin"
{tables}
"""

DENIZ = """
[personas.deniz]
name = "Deniz"
age = 29
gender = "man"
look = "short dark hair, a beard"
"""


def configure(
    folder: Path,
    server: Prosody,
    *,
    account: str = "bot",
    messengers: tuple[str, ...] = ("xmpp",),
    plugins: tuple[str, ...] = (),
    provider: str = "null",
    port: int = 0,
    tls: str = "none",
    web: str = "port = 0",
    more: str = "",
    tables: str = DENIZ,
) -> Path:
    """Write config.toml. `more`, `web`: lines for plugins; `tables`: whole tables; `port`: of a cable in between."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    text = CONFIG.format(
        messengers=", ".join(f'"{name}"' for name in messengers),
        plugins=", ".join(f'"{name}"' for name in plugins),
        provider=provider,
        poll=0.02 if provider == "null" else 0.2,
        jid=server.jid(account),
        password=server.password(account),
        host=server.host if tls == "none" else "localhost",
        port=port or (server.tls_port if tls == "direct" else server.port),
        tls=tls,
        ca="" if tls == "none" and not server.options.https else f'ca = "{server.ca}"',
        web=web,
        more=more,
        tables=tables,
    )
    path.write_text(text)
    return path


async def online(server: Prosody, account: str = "bot", resource: str = RESOURCE) -> None:
    """Wait until the bot answers at its full address."""
    full = f"{server.jid(account)}/{resource}"
    server.add("watcher")
    async with line(login_of(server, "watcher", resource="watch")) as watcher:
        with anyio.fail_after(60):
            while True:
                try:
                    await watcher.pong(full)
                except Refused:
                    await anyio.sleep(0.05)  # the server answers for who is not there; nothing tells when they come
                else:
                    return


@asynccontextmanager
async def bot(folder: Path, server: Prosody, **options: object) -> AsyncIterator[Engine]:
    """An engine in this process, whose bot is online. Takes what `configure` takes."""
    path = configure(folder, server, **options)  # type: ignore[arg-type]
    async with engine_at(path) as engine:
        await online(server, str(options.get("account", "bot")))
        yield engine


@asynccontextmanager
async def process(config: Path, server: Prosody, **environment: str) -> AsyncIterator[Hayal]:
    """`hayal run` as a process, whose bot is online. The configuration has the messenger `web` too."""
    async with hayal(config, **environment) as running:
        await online(server)
        yield running
