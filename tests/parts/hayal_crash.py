"""A plugin for tests: kills the process at a chosen event of a job, as `kill -9` would.

CRASH_LOG: a file to which every event is added. CRASH_AT: the number of the event, counted from 1 over video jobs, at
which the process dies. CRASH_SKIP: a job that does not count.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hayal import JobEvent, hookimpl

_count = 0


@hookimpl
def on_job_event(event: JobEvent) -> None:
    global _count
    if "video" not in event.flow:
        return
    with Path(os.environ["CRASH_LOG"]).open("a") as file:
        file.write(f"{event.job_id} {event.name} {event.step}\n")
    if event.job_id != os.environ.get("CRASH_SKIP"):
        _count += 1
        if _count == int(os.environ.get("CRASH_AT", "0")):
            os.kill(os.getpid(), signal.SIGKILL)
