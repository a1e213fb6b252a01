"""Personas, requests and probes for the studio's tests. Pictures and videos are small here: they are the same code."""

from __future__ import annotations

import io
from dataclasses import dataclass

import anyio
import av
import numpy as np
from PIL import Image as Pil

from hayal import Persona, Running, Size, VideoPrompt, VideoRequest
from hayal_studio.videos import StudioVideos

SMALL = Size(144, 256)

AYLA = Persona(
    name="Ayla", age=27, gender="woman", look="long wavy dark brown hair, hazel eyes, olive skin, small gold earrings"
)
VERA = Persona(
    name="Vera", age=31, gender="woman", look="straight ash-blonde bob, grey-blue eyes, fair skin with light freckles"
)
DENIZ = Persona(
    name="Deniz", age=29, gender="man", look="short dark curly hair, trimmed beard, brown eyes, tanned skin"
)
MAYA = Persona(
    name="Maya",
    age=34,
    gender="woman",
    look="curly black hair in a loose bun, dark brown eyes, deep brown skin, round glasses",
)
EVERYBODY = (AYLA, VERA, DENIZ, MAYA)

PROMPT = VideoPrompt(
    style="Soft natural film look.",
    scene="Ayla is on a quiet beach with the sea glittering behind her. The light is warm.",
    cinematography="A close-up at arm's length. The mood is calm.",
    action="She smiles slowly. She looks into the lens.",
    sound="Small waves wash over the sand, with distant gulls.",
)


def request(
    key: str, *, seconds: int = 2, reference: bytes | None = None, seed: int = 4, size: Size = SMALL
) -> VideoRequest:
    return VideoRequest(key, PROMPT, AYLA, seconds, size, seed, reference)


def pixels(data: bytes) -> np.ndarray:
    with Pil.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.float32) / 255


@dataclass
class Probe:
    """What is in an MP4."""

    codecs: tuple[str, str]
    pixel_format: str
    size: tuple[int, int]
    seconds: float
    rate: int
    channels: int
    frames: list[np.ndarray]
    sound: np.ndarray
    moov_first: bool


def probe(data: bytes) -> Probe:
    with av.open(io.BytesIO(data)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        frames, sound = [], []
        for frame in file.decode(video, audio):
            if isinstance(frame, av.VideoFrame):
                frames.append(frame.to_ndarray(format="rgb24").astype(np.float32) / 255)
            else:
                sound.append(frame.to_ndarray())
        return Probe(
            (video.codec_context.name, audio.codec_context.name),
            video.codec_context.pix_fmt or "",
            (video.width, video.height),
            (file.duration or 0) / 1e6,
            audio.rate,
            audio.channels,
            frames,
            np.concatenate(sound, axis=1),
            data.index(b"moov") < data.index(b"mdat"),
        )


async def finished(part: StudioVideos, job: str) -> bytes:
    """Poll until the video is there, as the engine does, but woken by the end of the render."""
    with anyio.fail_after(60):
        while isinstance(await part.poll(job), Running):
            render = part._renders.get(job)
            if render is not None:
                await render.over.wait()
    return b"".join([chunk async for chunk in part.download(job)])
