"""A whole "new video" on Telegram, beyond what its provider takes: from the tap to the video in the chat.

The providers answer at once, but for the video, which takes between one and two polls. What is left is hayal's own:
prompts, picture, two looks into files, submission, download, upload to a local Telegram; and half a poll on average, as
a provider is asked every two seconds.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import anyio

from benchmarks.common import PARTS, config

sys.path.insert(0, str(PARTS.parent))

VIDEOS = 12
POLL = 2.0


async def main() -> dict[str, float]:
    import hayal_null

    from hayal import Update, log
    from hayal.config import load
    from hayal.engine import open_engine
    from servers.telegram import telegram_server

    log.configure("error", "json")
    hayal_null.script.requests.clear()
    chance = random.Random(1)
    whole, own = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = config(Path(folder), video=f"poll_interval = {POLL}", null="polls = 0")
        async with telegram_server(limits=None) as server:
            table = (
                f'[plugins.telegram]\ntoken = "{server.token}"\napi_base = "{server.url}"\nmessages_per_second = 0\n'
            )
            path.write_text(path.read_text().replace('messengers = ["null"]', 'messengers = ["telegram"]') + table)
            async with open_engine(load(path, {})) as engine, anyio.create_task_group() as group:
                stop = anyio.Event()
                group.start_soon(engine.run, stop)
                await engine.ready.wait()
                kim = server.person("Kim", started=True)
                me = str(kim.user.id)
                for number, tap in enumerate(("adult yes", "persona ayla", *["video new"] * (VIDEOS + 1))):
                    videos = engine.services.videos.links[0].part
                    takes = POLL * (1 + chance.random())
                    videos.settings = videos.settings.model_copy(update={"takes": takes})
                    since, began = kim.now, time.monotonic()
                    await engine.receive("telegram", Update(id=f"b{number}", chat=me, user=me, tap=tap))
                    if tap != "video new":
                        continue
                    await kim.sees(lambda one: any(media.kind == "video" for media in one.media), since=since)
                    seconds = time.monotonic() - began
                    key = next(reversed(hayal_null.script.ready))
                    waited = hayal_null.script.ready[key] - hayal_null.script.handed_in[key]
                    whole.append(seconds - takes)
                    own.append(seconds - waited)
                stop.set()
    # the first starts the processes that look into files
    return {
        "own ms": 1000 * statistics.median(own[1:]),
        "own ms, worst": 1000 * max(own[1:]),
        "with polling s": statistics.mean(whole[1:]),
    }


def run() -> dict[str, float]:
    """One run."""
    return anyio.run(main, backend_options={"use_uvloop": True})


if __name__ == "__main__":
    print(run())
