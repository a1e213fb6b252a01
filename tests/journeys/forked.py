"""`hayal run` as a process forked from one that has imported everything, which is most of the time of a start.

A process of its own all the same: its own memory, its own file lock, killed by signals. What is measured or shown as a
new user would do it is started by the command; what is started dozens of times, by this.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import anyio

_context = multiprocessing.get_context("forkserver")

PRELOAD = (
    "hayal.engine",
    "hayal.cli.app",
    "hayal_gemini.videos",
    "hayal_gpt.images",
    "hayal_sora.videos",
    "hayal_studio",
    "hayal_telegram.messenger",
    "hayal_telegram.polling",
    "hayal_web.server",
    "hayal_xmpp.messenger",
)


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: str, errors: Connection) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [path for path in environment["PYTHONPATH"].split(os.pathsep) if path not in sys.path]
    os.dup2(errors.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    errors.close()
    sys.argv = ["hayal", *arguments]
    from hayal.cli import main

    main()


class Forked:
    """Like `anyio.abc.Process`, as far as `journeys.process` needs it."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        kept = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = environment["PYTHONPATH"]  # the guard against the network is found there
        try:
            _context.set_forkserver_preload(list(PRELOAD))
            multiprocessing.forkserver.ensure_running()
        finally:
            os.environ.pop("PYTHONPATH")
            if kept is not None:
                os.environ["PYTHONPATH"] = kept
        self._errors, theirs = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_run, args=(list(arguments), dict(environment), str(folder), theirs))
        self._process.start()
        theirs.close()
        self.stderr = self._lines()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: the exit code, or minus the signal; None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait for its end."""
        while self._process.exitcode is None:
            await anyio.wait_readable(self._process.sentinel)
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of what it said. Called after its end."""
        self._errors.close()
        self._process.close()

    async def _lines(self) -> AsyncIterator[bytes]:
        while True:
            await anyio.wait_readable(self._errors.fileno())
            chunk = os.read(self._errors.fileno(), 65536)
            if not chunk:
                return
            yield chunk
