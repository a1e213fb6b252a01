"""Videos, rendered in worker processes; to the engine it looks like any remote service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import ClassVar, Self

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from hayal.errors import Failed, StorageError
from hayal.provider import Settings
from hayal.videos import Done, Running, VideoCapabilities, VideoGenerator, VideoRequest
from hayal_studio.jobs import Jobs, job_id
from hayal_studio.process import short, tail, worker
from hayal_studio.settings import StudioSettings
from hayal_studio.spec import FilmSpec, Person

_POLL_SECONDS = 0.5
_CHUNK = 256 * 1024
_MOST_DEATHS = 3
"""A worker that is killed this often at one job (out of memory, most likely) will be killed again."""


@dataclass(slots=True)
class _Render:
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    over: anyio.Event = field(default_factory=anyio.Event)


class StudioVideos(VideoGenerator):
    """Renders H.264 videos with ambient sound: any length and size, with or without a first frame."""

    settings_type: ClassVar[type[Settings]] = StudioSettings
    at_once: ClassVar[int] = 8
    capabilities = VideoCapabilities()
    settings: StudioSettings

    async def __aenter__(self) -> Self:
        self._jobs = Jobs(self.host.folder / "videos")
        await run_sync(self._jobs.clean, self.settings.keep_hours * 3600)
        self._renders: dict[str, _Render] = {}
        self._slots = anyio.CapacityLimiter(self.settings.at_once)
        self._tasks: TaskGroup = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._sweep)
        return self

    async def _sweep(self) -> None:
        """Remove what has been fetched long ago."""
        while True:
            await anyio.sleep(self.settings.keep_hours * 1800)
            await run_sync(self._jobs.clean, self.settings.keep_hours * 3600)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    async def submit(self, request: VideoRequest) -> str:
        """Store the job and start rendering it."""
        persona = request.persona
        spec = FilmSpec(
            Person(persona.name, persona.age, persona.gender, persona.look),
            request.prompt.scene,
            request.prompt.sound,
            float(request.seconds),
            request.size.width,
            request.size.height,
            self.settings.fps,
            self.settings.crf,
            request.seed,
        )
        job = job_id(request.key)
        try:
            await run_sync(self._jobs.create, job, spec, request.reference)
        except OSError as error:
            raise StorageError(f"the studio cannot store a video job: {error}") from error
        self._start(job)
        return job

    def _start(self, job: str) -> None:
        if job not in self._renders:
            render = self._renders[job] = _Render()
            self._tasks.start_soon(self._run, job, render)

    async def _run(self, job: str, render: _Render) -> None:
        try:
            with render.scope:
                async with self._slots:
                    await self._render(job)
        finally:
            self._renders.pop(job, None)
            render.over.set()

    async def _render(self, job: str) -> None:
        folder = await run_sync(self._jobs.path, job)
        if folder is None or await run_sync(self._jobs.video, job) is not None:
            return
        try:
            async with worker("film", str(folder)) as process:
                said = await tail(process.stderr)
                code = await process.wait()
        except OSError as error:
            await run_sync(self._jobs.fail, job, f"the studio's worker does not start: {error}")
            return
        if code == 0 or await run_sync(self._jobs.video, job) is not None:
            return
        if code < 0:
            # Killed from outside: the next poll starts it again, a few times.
            deaths = await run_sync(partial(self._jobs.deaths, job, add=1))
            if deaths < _MOST_DEATHS:
                return
            said = f"killed {deaths} times by signal {-code} (not enough memory?)"
        await run_sync(self._jobs.fail, job, f"the studio's worker failed: {short(said)}")

    async def poll(self, remote: str) -> Running | Done:
        """How far the job is. A job that nobody renders, after a crash for example, is taken up again."""
        if await run_sync(self._jobs.path, remote) is None:
            raise Failed("the studio has no such video job")
        if await run_sync(self._jobs.video, remote) is not None:
            return Done(cost=0.0)
        reason = await run_sync(self._jobs.error, remote)
        if reason is not None:
            raise Failed(reason)
        self._start(remote)
        return Running(await run_sync(self._jobs.progress, remote), poll_after=_POLL_SECONDS)

    async def download(self, remote: str) -> AsyncIterator[bytes]:
        """The finished MP4 in chunks."""
        path = await run_sync(self._jobs.video, remote)
        if path is None:
            raise Failed("the studio has no finished video of that id")
        async with await anyio.open_file(path, "rb") as file:
            while chunk := await file.read(_CHUNK):
                yield chunk

    async def find(self, request: VideoRequest, since: datetime) -> str | None:
        """The id of the job for this request's key, if it was stored: for certain, as the id follows from the key."""
        job = job_id(request.key)
        return job if await run_sync(self._jobs.path, job) is not None else None

    async def cancel(self, remote: str) -> None:
        """Stop rendering and forget the job."""
        render = self._renders.get(remote)
        if render is not None:
            render.scope.cancel()
            await render.over.wait()
        await run_sync(self._jobs.remove, remote)

    async def check(self) -> None:
        """Whether H.264 and AAC can be encoded here and the folder can be written."""
        probe = self._jobs.folder / ".check"
        try:
            await run_sync(partial(probe.mkdir, parents=True, exist_ok=True))
            await run_sync(probe.rmdir)
        except OSError as error:
            raise StorageError(f"the studio cannot write to its folder: {error}") from error
        try:
            with anyio.fail_after(30):
                async with worker("check") as process:
                    said = await tail(process.stderr)
                    code = await process.wait()
        except (OSError, TimeoutError) as error:
            raise Failed(f"the studio's worker does not start: {error}") from error
        if code:
            raise Failed(f"this PyAV cannot encode videos: {short(said)}")
