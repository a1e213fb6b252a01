"""Looking into pictures and videos. Everything here runs in a worker process, away from the event loop."""

from __future__ import annotations

import io
from typing import Any, TypedDict

MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class PictureFacts(TypedDict):
    """What a picture is."""

    width: int
    height: int
    mime: str


class VideoFacts(TypedDict):
    """What a video is; `poster` is its first frame as JPEG."""

    width: int
    height: int
    seconds: float
    poster: bytes


class Unreadable(ValueError):
    """These bytes are not what they should be."""


def suffix_of(data: bytes) -> str:
    """The file ending of a picture by its first bytes: jpg, png, webp, or "" for anything else. Cheap."""
    if data[:3] == b"\xff\xd8\xff":
        return "jpg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def picture_facts(data: bytes) -> PictureFacts:
    """Decode a picture. Raises Unreadable if it is none, or larger than 40 million pixels."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=list(MIMES)) as image:
            if image.width * image.height > 40_000_000:
                raise Unreadable("the picture is too large")
            image.load()
            return PictureFacts(width=image.width, height=image.height, mime=MIMES[str(image.format)])
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(f"not a picture: {error}") from error


def fit_picture(data: bytes, width: int, height: int) -> bytes:
    """The picture as JPEG of exactly this size in pixels, cropped around its upper middle, where faces are."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=list(MIMES)) as image:
        if image.size == (width, height) and image.format == "JPEG":
            return data
        fitted = ImageOps.fit(image.convert("RGB"), (width, height), Image.Resampling.LANCZOS, centering=(0.5, 0.3))
        out = io.BytesIO()
        fitted.save(out, "JPEG", quality=92)
        return out.getvalue()


def video_facts(path: str) -> VideoFacts:
    """Open an MP4 and decode its first frame. Raises Unreadable if it has no video, no end, or is something else."""
    import av

    try:
        with av.open(path) as container:
            if "mp4" not in container.format.name:
                raise Unreadable(f"not an MP4 but {container.format.name}")
            stream = container.streams.video[0]
            frame: Any = next(container.decode(stream))
            seconds = float(container.duration or 0) / 1_000_000
            last = 0.0
            for packet in container.demux(stream):  # a cut file has packets missing, whatever its header says
                if packet.pts is not None and packet.time_base is not None:
                    last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if last < seconds - 0.5:
                raise Unreadable(f"cut off after {last:.1f} of {seconds:.1f} seconds")
            out = io.BytesIO()
            frame.to_image().save(out, "JPEG", quality=88)
            return VideoFacts(width=frame.width, height=frame.height, seconds=round(seconds, 3), poster=out.getvalue())
    except (OSError, IndexError, StopIteration, ValueError) as error:
        raise Unreadable(f"not a video: {error}") from error
