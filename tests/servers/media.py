"""Real pictures and videos of exactly the size and length asked for, made quickly and kept."""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import anyio.to_thread
import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image as Pil

PictureFormat: TypeAlias = Literal["png", "jpeg", "webp"]

FPS = 8
"""Frames a second of the videos: few, so that they are encoded in a moment."""

_RATE = 48_000


class Picture(NamedTuple):
    """What an uploaded picture is. `mime` is image/png, image/jpeg or image/webp."""

    width: int
    height: int
    mime: str


class NotAPicture(ValueError):
    """The bytes are no PNG, JPEG or WebP."""


def look(data: bytes) -> Picture:
    """Decode a picture. Raises NotAPicture."""
    try:
        with Pil.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
            image.load()
            return Picture(image.width, image.height, f"image/{str(image.format).lower()}")
    except (OSError, SyntaxError, ValueError) as error:
        raise NotAPicture(str(error)) from error


def sizes(text: str) -> tuple[int, int] | None:
    """ "720x1280" as two numbers, or None."""
    width, cross, height = text.partition("x")
    if cross and width.isdecimal() and height.isdecimal():
        return int(width), int(height)
    return None


@lru_cache(maxsize=64)
def picture(width: int, height: int, form: PictureFormat = "png", seed: int = 0) -> bytes:
    """A picture: a soft gradient whose colours come from `seed`, the same bytes for the same arguments."""
    hue = np.array([(seed * 67) % 200 + 40, (seed * 131) % 200 + 40, (seed * 197) % 200 + 40], dtype=np.float32)
    down = np.linspace(0.35, 1.0, height, dtype=np.float32)[:, None, None]
    across = np.linspace(0.7, 1.0, width, dtype=np.float32)[None, :, None]
    out = io.BytesIO()
    Pil.fromarray((down * across * hue).astype(np.uint8), "RGB").save(out, form.upper())
    return out.getvalue()


async def video(width: int, height: int, seconds: float, first: bytes | None = None, *, audio: bool = True) -> bytes:
    """An MP4 (H.264, AAC, index first) of this size and length that begins with the picture `first`."""
    return await anyio.to_thread.run_sync(_video, width, height, seconds, first, audio)


@lru_cache(maxsize=32)
def _video(width: int, height: int, seconds: float, first: bytes | None, audio: bool) -> bytes:
    with Pil.open(io.BytesIO(first or picture(width, height, "png", 7))) as image:
        still = np.asarray(image.convert("RGB").resize((width, height)))
    with (
        tempfile.NamedTemporaryFile(suffix=".mp4") as out,
        av.open(out.name, "w", format="mp4", options={"movflags": "+faststart"}) as container,
    ):
        stream: VideoStream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "20", "threads": "1"}
        track: AudioStream | None = container.add_stream("aac", rate=_RATE, layout="mono") if audio else None
        frames = round(seconds * FPS)
        bar = max(2, height // 40)
        for number in range(frames):
            shown = still.copy()
            if number:  # a bright bar moves down, so that no two frames are the same
                top = number * (height - bar) // frames
                shown[top : top + bar] = 230
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track is not None:
            tone = (0.05 * np.sin(np.arange(round(seconds * _RATE)) * (2 * np.pi * 220 / _RATE))).astype(np.float32)
            for start in range(0, tone.size, 1024):
                heard = av.AudioFrame.from_ndarray(tone[None, start : start + 1024], format="fltp", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = _RATE, start, Fraction(1, _RATE)
                container.mux(track.encode(heard))
            container.mux(track.encode(None))
        container.close()  # writes the index
        return out.read()


def number(text: str) -> int:
    """A number that is always the same for the same text."""
    return zlib.crc32(text.encode())


def padded(mp4: bytes, size: int) -> bytes:
    """The same video as a file of `size` bytes: players skip the `free` box at its end. For tests of large files."""
    room = size - len(mp4)
    if room < 8:
        raise ValueError("the video is larger already")
    return mp4 + struct.pack(">I4s", room, b"free") + bytes(room - 8)
