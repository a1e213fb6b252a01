"""A plugin for tests and benchmarks: a messenger without a network, and providers that answer at once.

It is found by entry point, as any plugin is: this folder only has to be on the path. What its video generator does
wrong is told by `Script`, and everything it is asked is counted.
"""

from __future__ import annotations

import io
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import anyio
from pydantic import Field

from hayal import (
    Activity,
    Desk,
    Done,
    Failed,
    Image,
    ImageCapabilities,
    ImageGenerator,
    ImageRequest,
    Messenger,
    OutcomeUnknown,
    PhotoPromptRequest,
    Post,
    PromptWriter,
    ReplyRequest,
    Running,
    Settings,
    VideoCapabilities,
    VideoGenerator,
    VideoPromptRequest,
    VideoRequest,
    hookimpl,
)


class NullSettings(Settings):
    polls: int = Field(1, description="Polls that find a video running before it is done; -1: for ever.")
    takes: float = Field(0.0, description="Seconds from handing a video in until it is ready.")
    seconds: tuple[int, ...] = Field((), description="Lengths offered.")
    at_once: int = Field(100, description="Videos at once.")
    admins: tuple[str, ...] = Field((), description="Chats that are told what an operator has to mend.")


@dataclass
class Script:
    """What goes wrong next, by the name of the call; and what was asked, counted."""

    faults: dict[str, deque[BaseException]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    requests: dict[str, list[Any]] = field(default_factory=dict)
    submitted: dict[str, VideoRequest] = field(default_factory=dict)
    handed_in: dict[str, float] = field(default_factory=dict)
    ready: dict[str, float] = field(default_factory=dict)
    findable: bool = True
    gate: anyio.Event | None = None
    changed: anyio.Event = field(default_factory=anyio.Event)

    async def until(self, call: str, times: int = 1, seconds: float = 10) -> None:
        """Wait until something has been asked so often."""
        with anyio.fail_after(seconds):
            while self.asked[call] < times:
                self.changed = anyio.Event()
                await self.changed.wait()

    def fail(self, call: str, *errors: BaseException) -> None:
        self.faults.setdefault(call, deque()).extend(errors)

    def ask(self, call: str, request: Any = None) -> None:
        self.asked[call] += 1
        if request is not None:
            self.requests.setdefault(call, []).append(request)
        self.changed.set()
        waiting = self.faults.get(call)
        if waiting:
            raise waiting.popleft()


script = Script()


@cache
def picture(width: int, height: int) -> bytes:
    from PIL import Image as Pillow

    out = io.BytesIO()
    Pillow.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@cache
def film(width: int, height: int, seconds: int) -> bytes:
    import av
    from PIL import Image as Pillow

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=4, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for shade in range(4 * seconds):
            frame = av.VideoFrame.from_image(Pillow.new("RGB", (width, height), (shade * 5 % 255, 60, 90)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


class NullMessenger(Messenger):
    """Keeps what it is given to send in `outbox`, newest last; `seen` has the newest message by its key."""

    settings_type = NullSettings

    def __init__(self, settings: Any, host: Any) -> None:
        super().__init__(settings, host)
        self.desk: Desk
        self.outbox: list[Post] = []
        self.seen: dict[str, Post] = {}
        self.sends: Counter[str] = Counter()
        self.acts: list[tuple[str, Activity]] = []
        self.forgotten: list[str] = []
        self.up = anyio.Event()
        self.keep = True
        self._changed = anyio.Event()

    async def run(self, desk: Desk, ready: Callable[[], None]) -> None:
        self.desk = desk
        ready()
        self.up.set()
        await anyio.sleep_forever()

    async def send(self, post: Post) -> str:
        script.ask("send")
        if self.keep:
            self.sends[post.key] += 1
            self._note(post)
        return str(post.seq)

    async def edit(self, post: Post, remote: str) -> None:
        script.ask("edit")
        assert remote == str(post.seq)
        if self.keep:
            self._note(post)

    def _note(self, post: Post) -> None:
        self.outbox.append(post)
        self.seen[post.key] = post
        self._changed.set()

    async def act(self, chat: str, activity: Activity) -> None:
        self.acts.append((chat, activity))

    async def forget(self, chat: str) -> None:
        self.forgotten.append(chat)

    async def until(self, wanted: Callable[[Post], bool], seconds: float = 10) -> Post:
        """Wait for a post like `wanted`, among those already here too."""
        with anyio.fail_after(seconds):
            while True:
                for post in list(self.seen.values()):
                    if wanted(post):
                        return post
                self._changed = anyio.Event()
                await self._changed.wait()
        raise AssertionError


class NullPrompts(PromptWriter):
    settings_type = NullSettings

    async def photo_prompt(self, request: PhotoPromptRequest) -> str:
        script.ask("photo_prompt")
        return f"{request.persona.name} by the window, soft light. {request.wish}".strip()

    async def video_prompt(self, request: VideoPromptRequest) -> Any:
        script.ask("video_prompt", request)
        return {
            "style": "A handheld clip on 35mm film.",
            "scene": f"{request.persona.name} stands by a window. Soft light fills the room.",
            "cinematography": "A medium close-up. A 50mm lens, soft light, calm mood.",
            "action": "She turns to the window. She smiles.",
            "sound": "A quiet room, with no music.",
        }

    async def reply(self, request: ReplyRequest) -> str:
        script.ask("reply")
        return f"{request.persona.name}: {request.history[-1].text}"


class NullImages(ImageGenerator):
    settings_type = NullSettings
    capabilities = ImageCapabilities(free=False, reference=True)

    async def generate(self, request: ImageRequest) -> Image:
        script.ask("generate", request)
        return Image(picture(*request.size), "image/jpeg", 0.04)


class NullVideos(VideoGenerator):
    settings_type = NullSettings
    at_once = 100_000

    def __init__(self, settings: Any, host: Any) -> None:
        super().__init__(settings, host)
        self.capabilities = VideoCapabilities(seconds=settings.seconds)
        self._polls: Counter[str] = Counter()

    async def submit(self, request: VideoRequest) -> str:
        script.submitted[request.key] = request
        script.handed_in[request.key] = time.monotonic()
        script.ask("hand in")
        if script.gate:
            await script.gate.wait()
        script.ask("submit")
        return request.key

    async def poll(self, remote: str) -> Running | Done:
        script.ask("poll")
        if remote not in script.submitted:
            raise Failed("unknown")
        if time.monotonic() - script.handed_in.get(remote, 0.0) < self.settings.takes:
            return Running(0.5)
        self._polls[remote] += 1
        if self.settings.polls < 0 or self._polls[remote] <= self.settings.polls:
            return Running(0.5)
        script.ready[remote] = time.monotonic()
        return Done(0.5)

    async def download(self, remote: str) -> AsyncIterator[bytes]:
        script.ask("download")
        request = script.submitted[remote]
        data = film(request.size.width, request.size.height, request.seconds)
        for start in range(0, len(data), 65536):
            yield data[start : start + 65536]

    async def find(self, request: VideoRequest, since: datetime) -> str | None:
        script.ask("find")
        if not script.findable:
            raise OutcomeUnknown("cannot look it up")
        return request.key if request.key in script.submitted else None

    async def cancel(self, remote: str) -> None:
        script.ask("cancel")


@hookimpl
def register_messengers(register: Any) -> None:
    register("null", NullMessenger)


@hookimpl
def register_prompt_writers(register: Any) -> None:
    register("null", NullPrompts)


@hookimpl
def register_image_generators(register: Any) -> None:
    register("null", NullImages)


@hookimpl
def register_video_generators(register: Any) -> None:
    register("null", NullVideos)
