"""A configuration on a temporary folder, and a running engine."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

PARTS = Path(__file__).parents[1] / "tests" / "parts"
sys.path.insert(0, str(PARTS))

NULL = """
[engine]
messengers = ["null"]
prompt = "null"
image = "null"
video = "null"
spare_prompt = ""
[video]
size = "144x256"
{video}
[jobs]
at_once = 20000
[log]
level = "error"
[plugins.null]
{null}
[personas.ayla]
name = "Ayla"
age = 27
gender = "woman"
look = "long dark hair"
"""


def config(folder: Path, *, video: str = "", null: str = "") -> Path:
    """Write config.toml for the plugin `null` and return its path."""
    path = folder / "config.toml"
    path.write_text(NULL.format(video=video, null=null))
    return path


@asynccontextmanager
async def running(path: Path) -> AsyncIterator[tuple[object, object]]:
    """The engine and its messenger `null`, running."""
    from hayal import log
    from hayal.config import load
    from hayal.engine import open_engine

    log.configure("error", "json")
    async with open_engine(load(path, {})) as engine:
        messenger = engine.messengers["null"]
        stop = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(engine.run, stop)
            await messenger.up.wait()
            yield engine, messenger
            stop.set()


def memory(pid: int | None = None) -> float:
    """Resident memory of a process in MB."""
    import psutil

    return psutil.Process(pid or os.getpid()).memory_info().rss / 1e6
