"""A real XMPP server for tests: Prosody (Debian's package `prosody`), on loopback, in a folder of its own.

    async with prosody(tmp_path, accounts=("bot", "ada")) as server:
        ...  # server.host, server.port, server.password("ada")
        await server.kill()
        await server.start()  # the same ports, the same data

The domain is `localhost`. Accounts may also be at `elsewhere.localhost`, which the same process serves. Rooms are at
`rooms.localhost`. Uploads go to `upload.localhost` and are served on 127.0.0.1.
"""

from __future__ import annotations

import random
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import Process, TaskGroup

from xmpp.certificates import Files, certificates
from xmpp.options import DOMAIN, ELSEWHERE, HOST, OWNER, ROOMS, UPLOADS, Options, Ports, configuration

__all__ = ["DOMAIN", "ELSEWHERE", "OWNER", "ROOMS", "UPLOADS", "Options", "Prosody", "free_ports", "prosody"]

WAIT = 20.0
"""Seconds the server gets to start, to stop, or to say something."""

BELOW_EPHEMERAL = range(20_000, 32_000)
"""Ports no outgoing connection is given, so that they are still free when the server comes back."""


class Prosody:
    """A server. `port` takes clients (STARTTLS or plain), `tls_port` those that begin with TLS. `log`: what it said."""

    host = HOST
    domain = DOMAIN

    def __init__(self, folder: Path, options: Options, files: Files, group: TaskGroup) -> None:
        self.folder = folder
        self.options = options
        self.files = files
        self.port = self.tls_port = self.http_port = 0
        self.log: list[str] = []
        self._group = group
        self._process: Process | None = None
        self._more = anyio.Event()

    @property
    def ca(self) -> Path:
        """The authority to trust for its certificate."""
        return self.files.ca

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def jid(self, account: str) -> str:
        """The address of an account: `ada` is ada@localhost."""
        return account if "@" in account else f"{account}@{DOMAIN}"

    def password(self, account: str) -> str:
        """The password of an account."""
        return f"pass of {self.jid(account)}"

    def add(self, account: str) -> str:
        """Make an account, also while it runs. Returns its address."""
        name, _, domain = self.jid(account).partition("@")
        folder = self.folder / "data" / _encoded(domain) / "accounts"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_encoded(name)}.dat").write_text(f'return {{ ["password"] = "{self.password(account)}"; }};\n')
        return self.jid(account)

    def uploaded(self) -> list[Path]:
        """The files that were uploaded."""
        return sorted((self.folder / "data" / _encoded(UPLOADS)).glob("http_file_share/*.bin"))

    async def start(self) -> None:
        """Start, on the same ports as before; returns once clients can connect."""
        assert not self.running
        first = not self.port
        for _ in range(10 if first else 1):
            if first:
                self.port, self.tls_port, self.http_port = free_ports(3)
                ports = Ports(self.port, self.tls_port, self.http_port)
                text = configuration(self.options, self.folder, self.files, ports)
                (self.folder / "prosody.cfg.lua").write_text(text)
            since = len(self.log)
            # it goes with the tests, even if they are killed
            command = [
                "setpriv",
                "--pdeathsig",
                "KILL",
                "prosody",
                "-F",
                "--config",
                str(self.folder / "prosody.cfg.lua"),
            ]
            self._process = await anyio.open_process(command, cwd=self.folder, stderr=subprocess.STDOUT)
            self._group.start_soon(self._listen, self._process)
            if await self._up(since):
                return
            await self.kill()
        raise RuntimeError("Prosody does not start:\n" + "\n".join(self.log[-30:]))

    async def kill(self) -> None:
        """End it as `kill -9` does: connections break, nothing is written any more."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as an operator does: clients are told that the system shuts down."""
        await self._end(signal.SIGTERM)

    async def says(self, *parts: str, since: int = 0) -> str:
        """Wait for a line of its log that has all these parts, and is not one of the first `since`."""
        with anyio.fail_after(WAIT):
            while True:
                for line in self.log[since:]:
                    if all(part in line for part in parts):
                        return line
                await self._more.wait()
        raise AssertionError

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.send_signal(how)
        with anyio.fail_after(WAIT, shield=True):
            await self._process.wait()
            await self._process.aclose()
        self._process = None

    async def _up(self, since: int) -> bool:
        """Wait for its ports; False if one of them was taken, or it ended."""
        wanted = [f"Activated service '{name}' on [{HOST}]:{port}" for name, port in self._services()]
        with anyio.fail_after(WAIT):
            while True:
                log = "\n".join(self.log[since:])
                if "Failed to open server port" in log or (self._process and self._process.returncode is not None):
                    return False
                if all(line in log for line in wanted):
                    return True
                await self._more.wait()
        raise AssertionError

    def _services(self) -> list[tuple[str, int]]:
        services = [("c2s", self.port)]
        if self.options.encryption != "none":
            services.append(("c2s_direct_tls", self.tls_port))
        if self.options.uploads:
            services.append(("https" if self.options.https else "http", self.http_port))
        return services

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        left = ""
        try:
            async for chunk in process.stdout:
                *lines, left = (left + chunk.decode("utf-8", "replace")).split("\n")
                self.log.extend(lines)
                self._wake()
            await process.wait()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            pass
        self._wake()

    def _wake(self) -> None:
        self._more.set()
        self._more = anyio.Event()


@asynccontextmanager
async def prosody(
    folder: Path, *, accounts: Iterable[str] = ("bot", "ada", "boris", "cem"), options: Options | None = None
) -> AsyncIterator[Prosody]:
    """A running server with these accounts; killed at the end."""
    options = options or Options()
    files = certificates(folder / "certificates", (DOMAIN, f"*.{DOMAIN}"), options.certificate)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    async with anyio.create_task_group() as group:
        server = Prosody(folder, options, files, group)
        for account in accounts:
            server.add(account)
        try:
            await server.start()
            yield server
        finally:
            await server.kill()
            group.cancel_scope.cancel()


def _encoded(text: str) -> str:
    """A name as Prosody's file store writes it (util/datamanager.lua)."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02x}" for byte in text.encode())


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens now."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(BELOW_EPHEMERAL)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
