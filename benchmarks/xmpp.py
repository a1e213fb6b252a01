"""500 XMPP users at once: messages a second and CPU for each, against a plain slixmpp echo bot on the same server.

The users are byte-level clients in a process of their own, each sending its next message when the last is answered.
hayal answers each with a line (that it does not know the command): read, looked up, logged and committed, its answer
logged, sent and acknowledged. The echo bot is slixmpp's own example. Both are online all the time, and take turns. The
server keeps an archive of everybody, as public ones do, in memory.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import anyio
import psutil

from benchmarks.common import PARTS

sys.path.insert(0, str(PARTS.parent))

USERS = 500
MESSAGES = 4
"""Messages of each user in one turn."""

TURNS = 3

HAYAL, ECHO = "bot@localhost/hayal", "echo@localhost/echo"

CONFIG = """
[engine]
messengers = ["xmpp"]
prompt = "null"
image = "null"
video = "null"
spare_prompt = ""
[log]
level = "error"
[plugins.xmpp]
jid = "bot@localhost"
password = "{password}"
host = "127.0.0.1"
port = {port}
tls = "none"
rate = 100000
burst = 100000
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long dark hair"
"""


class User(asyncio.Protocol):
    """A client of few bytes: it logs in, says what it is told to, and counts the texts that come."""

    def __init__(self, name: str, password: str) -> None:
        self.name = name
        self.bodies = self._said = 0
        self._secret = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        self._seen = b""
        self._wanted: tuple[bytes, asyncio.Future[None]] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._seen + data
        self.bodies += data.count(b"</body>")
        if self._wanted and self._wanted[0] in data and not self._wanted[1].done():
            self._wanted[1].set_result(None)
            self._seen = b""
        else:
            self._seen = data[-16:].replace(b"</body>", b"")

    async def exchange(self, text: str, until: str) -> None:
        """Send, and wait for this in what comes."""
        self._wanted = (until.encode(), asyncio.get_running_loop().create_future())
        self._transport.write(text.encode())
        async with asyncio.timeout(60):
            await self._wanted[1]

    async def log_in(self) -> None:
        """Log in and be available."""
        stream = (
            "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>"
        )
        await self.exchange(stream, "</stream:features>")
        auth = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{self._secret}</auth>"
        await self.exchange(auth, "<success")
        await self.exchange(stream, "</stream:features>")
        bind = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
        await self.exchange(bind, "</iq>")
        await self.exchange("<presence/>", "<presence")

    async def say(self, to: str, text: str) -> None:
        """Send a text, and wait for the one that answers it."""
        self._said += 1
        message = f"<message to='{to.partition('/')[0]}' type='chat' id='m{self._said}'><body>{text}</body></message>"
        await self.exchange(message, "</body>")

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()


async def _everybody(users: list[User], to: str, *texts: str) -> float:
    """Let everybody say this, one after the other; returns the seconds it took."""

    async def one(user: User) -> None:
        for text in texts:
            await user.say(to, text)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for user in users:
            group.create_task(one(user))
    return time.perf_counter() - began


async def _load(port: int, accounts: dict[str, str], bots: dict[str, int]) -> dict[str, float]:
    """All turns. `bots`: the process of each."""
    loop = asyncio.get_running_loop()
    users = [User(name, password) for name, password in accounts.items()]
    door = asyncio.Semaphore(20)

    async def enter(user: User) -> None:
        async with door:
            await loop.create_connection(lambda: user, "127.0.0.1", port)
            await user.log_in()

    async with asyncio.TaskGroup() as group:
        for user in users:
            group.create_task(enter(user))
    await _everybody(users, HAYAL, "/start", "yes", "Ayla", "/menu")
    await _everybody(users, ECHO, "hello", "hello")
    wall, cpu, count = dict.fromkeys(bots, 0.0), dict.fromkeys(bots, 0.0), len(users) * MESSAGES
    for _ in range(TURNS):
        for bot, pid in bots.items():
            process = psutil.Process(pid)
            before = sum(process.cpu_times()[:2])
            wall[bot] += await _everybody(users, bot, *["/hello"] * MESSAGES)
            cpu[bot] += sum(process.cpu_times()[:2]) - before
    for user in users:
        user.close()
    speed = {bot: TURNS * count / seconds for bot, seconds in wall.items()}
    spent = {bot: 1000 * seconds / (TURNS * count) for bot, seconds in cpu.items()}
    return {
        "users": float(len(users)),
        "messages/s": speed[HAYAL],
        "echo bot's messages/s": speed[ECHO],
        "of the echo bot's rate": speed[HAYAL] / speed[ECHO],
        "CPU ms a message": spent[HAYAL],
        "echo bot's CPU ms a message": spent[ECHO],
    }


def echo(port: int, password: str) -> None:
    """slixmpp's example of an echo bot, until it is ended."""
    import slixmpp

    class Echo(slixmpp.ClientXMPP):
        def __init__(self) -> None:
            plain = {"feature_mechanisms": {"unencrypted_scram": True}}
            super().__init__(ECHO, password, plugin_config=plain)
            self.add_event_handler("session_start", self.start)
            self.add_event_handler("message", self.message)
            for plugin in ("xep_0030", "xep_0004", "xep_0060", "xep_0199"):
                self.register_plugin(plugin)
            self.enable_plaintext, self.enable_starttls, self.enable_direct_tls = True, False, False

        async def start(self, _event: object) -> None:
            self.send_presence()
            await self.get_roster()

        def message(self, msg: Any) -> None:
            if msg["type"] in {"chat", "normal"}:
                msg.reply(f"Thanks for sending\n{msg['body']}").send()

    async def main() -> None:
        client = Echo()
        client.connect("127.0.0.1", port)
        await asyncio.sleep(3600)

    import uvloop

    uvloop.run(main())


async def main() -> dict[str, float]:
    """One run: a server, two bots, and the users in a process of their own."""
    from xmpp.bot import online
    from xmpp.prosody import Options, prosody

    more = "allow_unencrypted_plain_auth = true\nstorage_archive_item_limit = 10000000\nlimits = {}"
    names = [f"user{number}" for number in range(USERS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with prosody(
            folder / "server", accounts=[*names, "bot", "echo"], options=Options(memory=True, more=more)
        ) as server:
            path = folder / "config.toml"
            path.write_text(CONFIG.format(password=server.password("bot"), port=server.port))
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PARTS), str(PARTS.parents[1])])}

            def start(*command: str) -> subprocess.Popen[bytes]:
                return subprocess.Popen([sys.executable, *command], cwd=folder, env=environment)

            call = f"from benchmarks.xmpp import echo; echo({server.port}, {server.password('echo')!r})"
            bots = {HAYAL: start("-m", "hayal", "run", "--config", str(path)), ECHO: start("-c", call)}
            try:
                await online(server, "bot")
                await online(server, "echo", "echo")
                accounts = {account: server.password(account) for account in names}
                given = json.dumps([server.port, accounts, {bot: process.pid for bot, process in bots.items()}])
                call = "import asyncio, json, sys; from benchmarks import xmpp; "
                call += "print(json.dumps(asyncio.run(xmpp._load(*json.loads(sys.stdin.read())))))"
                done = await anyio.run_process(
                    [sys.executable, "-c", call], input=given.encode(), env=environment, stderr=None
                )
                return dict(json.loads(done.stdout.splitlines()[-1]))
            finally:
                for process in bots.values():
                    process.kill()
                    process.wait()


def run() -> dict[str, float]:
    """One run."""
    return anyio.run(main)


if __name__ == "__main__":
    print(run())
