"""Ten thousand videos being waited for: memory above an idle engine, and the share of one core the polling takes."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path

import anyio

from benchmarks.common import config, memory, running

JOBS = 10_000
SETTLE = 60.0
"""Seconds for the polls to have slowed down, as they do for any video that takes longer than half a minute."""

WATCH = 20.0


async def main() -> dict[str, float]:
    import hayal_null

    from hayal import Update
    from hayal.storage.people import Person, save_person

    with tempfile.TemporaryDirectory() as folder:
        # a remote job that never ends, found at once: nothing but the waiting is measured
        path = config(Path(folder), video="poll_attempts = 100000", null="polls = -1")
        async with running(path) as (engine, messenger):
            messenger.keep = False

            def people(conn: object) -> None:
                for number in range(JOBS):
                    key = f"null:{number}"
                    save_person(conn, Person(key, key, "", "en", "ayla", 1.0))

            await engine.services.database.run(people)
            key = "0/selfie-0.jpg"
            await engine.services.media.put(key, hayal_null.picture(144, 256))
            gc.collect()
            before = memory()
            from hayal.chat import Attachment
            from hayal.storage.content import save_generated_content

            selfie = Attachment(kind="image", key=key, mime="image/jpeg", width=144, height=256, bytes=1)

            def selfies(conn: object) -> None:
                for number in range(JOBS):
                    save_generated_content(conn, f"null:{number}", "selfie", "by the window", selfie)

            await engine.services.database.run(selfies)
            for number in range(JOBS):
                who = str(number)
                await messenger.desk.receive(Update(id="1", chat=who, user=who, tap="video last"))
            await hayal_null.script.until("hand in", JOBS, seconds=300)
            hayal_null.script.submitted = dict.fromkeys(hayal_null.script.submitted)  # the test's own copies
            await anyio.sleep(SETTLE)
            gc.collect()
            wall, cpu, polls = time.perf_counter(), time.process_time(), hayal_null.script.asked["poll"]
            await anyio.sleep(WATCH)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            polls = hayal_null.script.asked["poll"] - polls
            return {
                "jobs": float(JOBS),
                "memory MB more": memory() - before,
                "% of a core": 100 * cpu / wall,
                "polls/s": polls / wall,
            }


def run() -> dict[str, float]:
    """One run."""
    return anyio.run(main, backend_options={"use_uvloop": True})


if __name__ == "__main__":
    print(run())
