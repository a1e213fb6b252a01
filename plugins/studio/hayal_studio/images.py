"""Selfies, drawn in a worker process that stays warm for a while."""

from __future__ import annotations

import json
from types import TracebackType
from typing import ClassVar, Self

import anyio
import anyio.lowlevel
from anyio.abc import Process, TaskGroup
from anyio.streams.buffered import BufferedByteReceiveStream

from hayal.errors import Failed
from hayal.images import Image, ImageCapabilities, ImageGenerator, ImageRequest
from hayal.provider import Settings
from hayal_studio.process import short, tail, worker
from hayal_studio.settings import StudioSettings
from hayal_studio.spec import Person, PictureSpec

_LARGEST = 64 * 2**20


class _Lost(Exception):
    """The worker is gone; the message is what it said last."""


class _Worker:
    """One warm process. Use under the lock of its owner."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise _Lost("no pipes")
        self._process = process
        self._stdin = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)
        self.said = ""
        self.stop = anyio.Event()
        self.fresh = True

    async def listen(self) -> None:
        """Keep the pipe of errors empty, and the last of it."""
        self.said = await tail(self._process.stderr)

    async def draw(self, spec: PictureSpec) -> bytes:
        try:
            await self._stdin.send(spec.to_json().encode() + b"\n")
            head = json.loads(await self._answers.receive_until(b"\n", 65536))
            if "error" in head:
                raise Failed(f"the studio could not draw the selfie: {head['error']}")
            size = int(head["size"])
            if not 0 < size <= _LARGEST:
                raise Failed(f"the studio's worker announced a picture of {size} bytes")
            return await self._answers.receive_exactly(size)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, anyio.IncompleteRead) as error:
            raise _Lost(str(error)) from error


class StudioImages(ImageGenerator):
    """Draws selfies: any size, free, the same bytes for the same seed and prompt."""

    settings_type: ClassVar[type[Settings]] = StudioSettings
    at_once: ClassVar[int] = 2
    capabilities = ImageCapabilities(free=True)
    settings: StudioSettings

    async def __aenter__(self) -> Self:
        self._lock = anyio.Lock()
        self._worker: _Worker | None = None
        self._tasks: TaskGroup = anyio.create_task_group()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    async def generate(self, request: ImageRequest) -> Image:
        """Draw one selfie."""
        persona = request.persona
        spec = PictureSpec(
            Person(persona.name, persona.age, persona.gender, persona.look),
            request.prompt,
            request.size.width,
            request.size.height,
            request.seed,
            self.settings.jpeg_quality,
        )
        async with self._lock:
            try:
                with anyio.fail_after(self.settings.picture_timeout):
                    return Image(await self._draw(spec), "image/jpeg", cost=0.0)
            except TimeoutError as error:
                seconds = self.settings.picture_timeout
                raise Failed(f"the studio did not finish a selfie within {seconds:g} s") from error

    async def _draw(self, spec: PictureSpec) -> bytes:
        said = ""
        for _ in range(2):
            # A worker that died between two pictures costs one more try, not the picture.
            at_work = self._worker if self._worker is not None else await self._tasks.start(self._keep)
            try:
                data: bytes = await at_work.draw(spec)
            except _Lost:
                self._drop(at_work)
                await anyio.lowlevel.checkpoint()
                said = at_work.said
            except Failed:
                raise
            except BaseException:
                # Half an answer is still in the pipe: this worker cannot be asked again.
                self._drop(at_work)
                raise
            else:
                at_work.fresh = True
                return data
        raise Failed(f"the studio's worker ended while drawing: {short(said)}")

    def _drop(self, at_work: _Worker) -> None:
        at_work.stop.set()
        if self._worker is at_work:
            self._worker = None

    async def _keep(self, *, task_status: anyio.abc.TaskStatus[_Worker]) -> None:
        """Own one worker from start to end; let it go when nobody has asked for a while."""
        async with worker("pictures", answers=True) as process, anyio.create_task_group() as group:
            at_work = _Worker(process)
            group.start_soon(at_work.listen)
            self._worker = at_work
            task_status.started(at_work)
            while not at_work.stop.is_set():
                at_work.fresh = False
                with anyio.move_on_after(self.settings.idle_seconds):
                    await at_work.stop.wait()
                if not at_work.fresh and not self._lock.locked():
                    self._drop(at_work)
            group.cancel_scope.cancel()

    async def check(self) -> None:
        """Draw a tiny selfie."""
        spec = PictureSpec(Person("Check", 30, "woman", "brown hair"), "", 64, 64, 0, 80)
        async with self._lock:
            try:
                with anyio.fail_after(self.settings.picture_timeout):
                    await self._draw(spec)
            except TimeoutError as error:
                raise Failed("the studio did not draw a test picture in time") from error
