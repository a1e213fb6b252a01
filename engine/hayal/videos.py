"""What makes videos. A long-running provider does not own its loop: the engine polls, waits and gives up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from hayal.persona import Persona
from hayal.prompts import VideoPrompt
from hayal.provider import Provider
from hayal.size import Size


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One video to make, already fitted to the provider's capabilities.

    `key` is the same for every try of the same request. `reference` is a JPEG of exactly `size` that becomes the first
    frame, or None.
    """

    key: str
    prompt: VideoPrompt
    persona: Persona
    seconds: int
    size: Size
    seed: int
    reference: bytes | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Still at work. `progress` from 0 to 1, None if the provider does not say.

    `poll_after` is the wait in seconds the provider asks for before the next poll, None to leave it to the engine.
    """

    progress: float | None = None
    poll_after: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Ready to download. `cost` in US dollars, None if unknown."""

    cost: float | None = None


@dataclass(frozen=True, slots=True)
class VideoCapabilities:
    """What a video generator can do.

    `seconds`: the lengths it makes; empty means any whole number. `sizes`: in pixels; empty means any.
    `reference`: takes a picture as the first frame; `faces`: that picture may show a face.
    """

    seconds: tuple[int, ...] = ()
    sizes: tuple[Size, ...] = ()
    reference: bool = True
    faces: bool = True


class VideoGenerator(Provider):
    """Makes a video from a prompt and, if it can, a first frame.

    Every method may raise any ProviderError of `hayal.errors`. `find` and `cancel` may be left as they are.
    """

    capabilities: VideoCapabilities = VideoCapabilities()

    @abstractmethod
    async def submit(self, request: VideoRequest) -> str:
        """Hand the work in and return the provider's id of it. Called at most once unless known to be unpaid."""

    @abstractmethod
    async def poll(self, remote: str) -> Running | Done:
        """How the work `remote` is getting on. Raises Failed or Refused if it ended without a video."""

    @abstractmethod
    def download(self, remote: str) -> AsyncIterator[bytes]:
        """The MP4 of the finished work, in chunks. May be called again after a broken download."""

    async def find(self, request: VideoRequest, since: datetime) -> str | None:
        """The id of work handed in for `request` at or after `since` (UTC), or None if there is none for certain.

        Called when a submission may or may not have arrived. Raises OutcomeUnknown if the provider cannot tell,
        which is what this default does.
        """
        from hayal.errors import OutcomeUnknown

        raise OutcomeUnknown(f"{type(self).__name__} cannot look up what was submitted")

    async def cancel(self, remote: str) -> None:
        """Stop the work if possible; best effort."""
