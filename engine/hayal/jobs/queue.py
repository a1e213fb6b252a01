"""The embedded queue: jobs in this process, over the journal. One engine a database."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import anyio
import structlog
from anyio.abc import TaskGroup

from hayal import metrics
from hayal.errors import HayalError, StorageError
from hayal.flows import FLOWS
from hayal.flows.common import owner_folder
from hayal.jobs import journal
from hayal.jobs.ending import failure
from hayal.jobs.job import Books, Job
from hayal.jobs.journal import JobRow, NotOwner
from hayal.jobs.services import Services
from hayal.storage.people import find_person

RESTS = (2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds a job rests each time the database or the media store cannot take what it has to write."""

WORTH_A_LOOK = 86_400.0
"""Seconds after a job was accepted in which providers still keep what they made."""

log = structlog.get_logger(__name__)


class EmbeddedQueue:
    """Runs jobs: those of one lane in order, lanes side by side, a bounded number at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lanes: dict[tuple[str, str], list[JobRow]] = {}
        self._ready: deque[tuple[str, str]] = deque()
        self._running: dict[str, tuple[anyio.CancelScope, Job]] = {}
        self._cancelled: set[str] = set()
        self._wake = anyio.Event()
        self._free = services.config.jobs.at_once
        self._stopping = False

    def offer(self, row: JobRow) -> None:
        """Take a job that has been recorded."""
        lane = (row.user_id, row.lane)
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = [row]
            self._ready.append(lane)
            self._wake.set()
        else:
            waiting.append(row)
        metrics.waiting_jobs.inc()

    def cancel(self, row: JobRow) -> None:
        """Stop a job that has been recorded as cancelled."""
        running = self._running.get(row.id)
        if running:
            running[0].cancel()
        else:
            self._cancelled.add(row.id)  # forgotten when its turn comes

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Go on with what is unfinished, then with what is offered, until cancelled."""
        for row in await self._services.database.run(journal.unfinished):
            self.offer(row)
        ready()
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._look_again, name="look again")
                while True:
                    self._fill(group)
                    await self._wake.wait()
                    self._wake = anyio.Event()
        finally:
            self._stopping = True

    async def drain(self, grace: float) -> None:
        """Before shutdown: no new job begins, and paid calls get `grace` seconds to finish."""
        self._stopping = True
        with anyio.move_on_after(grace):
            for _, job in list(self._running.values()):
                await job.paid_up()

    def hurry(self) -> None:
        """Let cancellation through to paid calls; their outcome will be unknown, and looked up at the next start."""
        for _, job in self._running.values():
            job.hurry()

    async def _look_again(self) -> None:
        """Ask now and then for what was not ready in time: it has been paid for."""
        while True:
            await anyio.sleep(self._services.config.video.look_again)
            try:
                late = await self._services.database.run(lambda conn: journal.revive_stalled(conn, WORTH_A_LOOK))
            except StorageError as error:
                log.warning("not looked again", reason=str(error))
                continue
            for row in late:
                self.offer(row)

    def _fill(self, group: TaskGroup) -> None:
        while self._ready and self._free > 0 and not self._stopping:
            lane = self._ready.popleft()
            row = self._lanes[lane][0]
            self._free -= 1
            group.start_soon(self._turn, lane, row, name=f"job {row.id}")

    async def _turn(self, lane: tuple[str, str], row: JobRow) -> None:
        metrics.waiting_jobs.dec()
        metrics.running_jobs.inc()
        try:
            if row.id not in self._cancelled:
                with structlog.contextvars.bound_contextvars(job=row.id, flow=row.flow):
                    await self._until_ended(row)
        finally:
            self._cancelled.discard(row.id)
            metrics.running_jobs.dec()
            self._free += 1
            waiting = self._lanes[lane]
            waiting.pop(0)
            if waiting:
                self._ready.append(lane)
            else:
                del self._lanes[lane]
            self._wake.set()

    async def _until_ended(self, row: JobRow) -> None:
        rests = 0
        while True:
            try:
                await self._once(row)
            except StorageError as error:
                rest = RESTS[min(rests, len(RESTS) - 1)]
                log.error("job rests: nothing can be written", reason=str(error), seconds=rest)
                rests += 1
                await anyio.sleep(rest)
            else:
                return

    async def _once(self, row: JobRow) -> None:
        services = self._services
        recorded = await services.database.run(lambda conn: journal.claim(conn, row.id, services.owner))
        if recorded is None:
            return
        job = Job(row, services, recorded)
        job.event("job_begun")
        log.info("job begins", recorded=list(recorded))
        lost = False
        with anyio.CancelScope() as scope:
            self._running[row.id] = (scope, job)
            try:
                with services.span("job", job=row.id, flow=row.flow):
                    await self._flow(job)
            except NotOwner:
                lost = True
                log.info("job is not ours any more")
            finally:
                del self._running[row.id]
        if await services.database.run(lambda conn: find_person(conn, row.user_id) is None):
            await services.media.forget(owner_folder(row.user_id))  # made while the person was being forgotten
        if scope.cancelled_caught or lost:
            await job.abandon()
            job.event("job_ended", state="cancelled")
            metrics.jobs.labels(row.flow, "cancelled").inc()
            log.info("job cancelled")

    async def _flow(self, job: Job) -> None:
        state: journal.JobState = "done"
        reason: str | None = None
        message = None
        try:
            await FLOWS[job.row.flow](job)
        except (NotOwner, StorageError):
            raise
        except HayalError as error:
            log.warning("job failed", reason=repr(error))
            (state, message), reason = failure(job, error), repr(error)
        except Exception as error:  # a bug, here or in a plugin: the person is told, the log has the traceback
            log.exception("job failed unexpectedly")
            (state, message), reason = failure(job, error), repr(error)

        def end(books: Books) -> None:
            journal.end_job(books.conn, job.id, self._services.owner, state, reason)
            if message is not None:
                books.ended(message)

        await job.write(end)
        job.event("job_ended", state=state)
        metrics.jobs.labels(job.row.flow, state).inc()
        metrics.job_seconds.labels(job.row.flow).observe(max(0.0, time.time() - job.accepted))
        log.info("job ended", state=state)
