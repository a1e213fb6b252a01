"""Updates per second on one core: text in, menu out, the session looked up in SQLite for every one.

Every update comes from another person than the last 20,000, so each lookup reads the table; what the update did (the
log of what came in and what goes out) is committed with synchronous=FULL before it is acknowledged.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from pathlib import Path

import anyio

from benchmarks.common import config, running

PEOPLE = 20_000
UPDATES = 60_000
AT_ONCE = 500


async def main() -> dict[str, float]:
    from hayal import Update
    from hayal.storage.people import Person, save_person

    with tempfile.TemporaryDirectory() as folder:
        async with running(config(Path(folder))) as (engine, messenger):
            messenger.keep = False

            def people(conn: object) -> None:
                for number in range(PEOPLE):
                    key = f"null:{number}"
                    save_person(conn, Person(key, key, "", "tr", "ayla", 1.0))

            await engine.services.database.run(people)
            receive = messenger.desk.receive
            gc.collect()
            gc.freeze()

            async def some(start: int) -> None:
                for number in range(start, UPDATES, AT_ONCE):
                    who = str(number % PEOPLE)
                    await receive(Update(id=str(number), chat=who, user=who, text="/menu", language="tr"))

            wall, cpu = time.perf_counter(), time.process_time()
            async with anyio.create_task_group() as group:
                for start in range(AT_ONCE):
                    group.start_soon(some, start)
            delivery = engine.deliveries["null"]
            await delivery.settle()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"updates/s": UPDATES / wall, "CPU us/update": cpu / UPDATES * 1e6}


def run() -> dict[str, float]:
    """Pinned to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return anyio.run(main, backend_options={"use_uvloop": True})


if __name__ == "__main__":
    if "--profile" in sys.argv:
        import cProfile

        cProfile.run("run()", sort="tottime")
    else:
        print(run())
