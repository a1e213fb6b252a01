"""Videos by an Omni model, in the background of the Interactions API."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator

from hayal import (
    Done,
    Failed,
    Gone,
    Host,
    Misused,
    NoAccess,
    NotSent,
    Running,
    VideoCapabilities,
    VideoGenerator,
    VideoRequest,
)
from hayal_gemini import omni
from hayal_gemini.client import GeminiPart, segment
from hayal_gemini.models import models, video_seconds, video_sizes
from hayal_gemini.settings import GeminiSettings

LIMIT = 120.0
"""Seconds the answer to a new interaction may take; the film itself is made in the background."""

_CHUNK = 256 * 1024


class GeminiVideos(GeminiPart, VideoGenerator):
    """Makes a video that begins with the picture. Interactions cannot be listed, so `find` is left as it is."""

    def __init__(self, settings: GeminiSettings, host: Host) -> None:
        super().__init__(settings, host)
        self._sizes = video_sizes(settings.resolution)
        self.capabilities = VideoCapabilities(seconds=video_seconds(settings.video_model), sizes=tuple(self._sizes))

    @property
    def model(self) -> str:
        """The video model's id."""
        return self.settings.video_model

    async def submit(self, request: VideoRequest) -> str:
        """Start an interaction in the background."""
        if request.size not in self._sizes:
            raise Misused(f"{self.model} makes no videos of {request.size}")
        resolution, ratio = self._sizes[request.size]
        body = omni.create_body(self.model, request, resolution, ratio)
        answer = await self.api.call("POST", "interactions", cost="job", limit=LIMIT, json=body)
        return omni.id_of(answer.data)

    async def poll(self, remote: str) -> Running | Done:
        """One question. Words without a video are a refusal."""
        path = f"interactions/{segment(remote)}"
        try:
            answer = await self.api.call("GET", path)
        except Misused as error:
            raise NotSent(f"a question about a video was not understood: {error}") from error  # seen of living ones
        state = omni.state_of(answer.data)
        if state == "done":
            return Done(omni.cost_of(answer.data, models().prices.get(self.model)))
        if state == "ended":
            raise omni.why_none(answer.data)
        return Running(poll_after=answer.after)

    async def download(self, remote: str) -> AsyncIterator[bytes]:
        """The video, from where the interaction says it is; the key goes to the API's own origin alone."""
        film = omni.film_of((await self.api.call("GET", f"interactions/{segment(remote)}", limit=120.0)).data)
        if film is None:
            raise NotSent("the interaction shows no video")
        if not film.uri:
            try:
                whole = base64.b64decode(film.data, validate=True)
            except binascii.Error as error:
                raise Failed(f"the video is not valid base64: {error}") from error
            for start in range(0, len(whole), _CHUNK):
                yield whole[start : start + _CHUNK]
            return
        try:
            async for chunk in self.api.download(film.uri):
                yield chunk
        except (Gone, NoAccess, Misused) as error:
            # it is paid for, and a file may be there a moment later: the engine asks a few times
            raise NotSent(f"the video is not given out: {error}") from error

    async def cancel(self, remote: str) -> None:
        """Stop the interaction."""
        await self.api.call("POST", f"interactions/{segment(remote)}/cancel", json={})
