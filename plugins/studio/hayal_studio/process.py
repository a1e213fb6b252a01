"""Starting worker processes and never leaving one behind."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from subprocess import DEVNULL, PIPE

import anyio
from anyio.abc import ByteReceiveStream, Process

_TAIL = 2000
"""How much of a worker's stderr is kept, in bytes: its end says what went wrong."""

_REAP_SECONDS = 5.0


@asynccontextmanager
async def worker(*arguments: str, answers: bool = False) -> AsyncGenerator[Process]:
    """A worker process for as long as the block lasts; killed and reaped when it ends, however it ends.

    `answers`: its stdout is read, too.
    """
    # One core a worker: libraries that count cores would take them all.
    env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    # A start that is cancelled half-way would leave a process nobody owns.
    with anyio.CancelScope(shield=True):
        process = await anyio.open_process(
            [sys.executable, "-m", "hayal_studio.worker", *arguments],
            stdin=PIPE,
            stdout=PIPE if answers else DEVNULL,
            stderr=PIPE,
            env=env,
            start_new_session=True,  # Ctrl-C is for the engine, which then ends its workers
        )
    try:
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            with anyio.move_on_after(_REAP_SECONDS):
                await process.wait()
            await process.aclose()


async def tail(stream: ByteReceiveStream | None) -> str:
    """Read a stream to its end and return the last of it."""
    kept = b""
    if stream is not None:
        async for chunk in stream:
            kept = (kept + chunk)[-_TAIL:]
    return kept.decode("utf-8", "replace").strip()


def short(stderr: str) -> str:
    """The last line of a traceback, for an operator."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
