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


def smaller_picture(data: bytes, limit: int) -> bytes:
    """The picture as JPEG of at most `limit` bytes, smaller by steps. Raises Unreadable if that cannot be."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=list(MIMES)) as image:
        whole = image.convert("RGB")
        for share, quality in ((1.0, 85), (0.75, 80), (0.5, 80), (0.35, 70), (0.2, 60)):
            size = (max(1, round(whole.width * share)), max(1, round(whole.height * share)))
            out = io.BytesIO()
            whole.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=quality)
            if out.tell() <= limit:
                return out.getvalue()
    raise Unreadable(f"it does not fit into {limit} bytes")


SOUND = 96_000
"""Bits a second of the sound in a smaller copy."""

LEAST = 60_000
"""Bits a second of a picture below which nothing can be seen."""


def smaller_video(source: str, target: str, limit: int) -> None:
    """Encode a video again (H.264, AAC) so that the file has at most `limit` bytes. Raises Unreadable if it cannot."""
    from pathlib import Path

    for share in (0.92, 0.75, 0.5):
        if _encode(source, target, limit * share) and Path(target).stat().st_size <= limit:
            return
    raise Unreadable(f"it does not fit into {limit} bytes")


def _encode(source: str, target: str, wanted: float) -> bool:
    import av

    with av.open(source) as taken, av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as made:
        seconds = max(float(taken.duration or 0) / 1_000_000, 0.1)
        heard = next(iter(taken.streams.audio), None)
        rate = int(wanted * 8 / seconds) - (SOUND if heard else 0)
        if rate < LEAST:
            return False
        seen = taken.streams.video[0]
        # below about a tenth of a bit for each pixel and frame, fewer pixels look better than coarser ones
        fps = seen.average_rate or 24
        most = rate / float(fps) / 0.06
        shrink = min(1.0, (most / (seen.width * seen.height)) ** 0.5)
        options = {"preset": "veryfast", "maxrate": str(rate), "bufsize": str(2 * rate)}
        picture: Any = made.add_stream("libx264", rate=fps, options=options)
        picture.width, picture.height = (max(2, round(side * shrink / 2) * 2) for side in (seen.width, seen.height))
        picture.pix_fmt, picture.bit_rate = "yuv420p", rate
        sound: Any = made.add_stream("aac", rate=44_100, layout="stereo") if heard else None
        resampler = av.AudioResampler("fltp", "stereo", 44_100) if heard else None
        if sound is not None:
            sound.bit_rate = SOUND
        streams = [seen, heard] if heard else [seen]
        frame: Any
        for frame in taken.decode(*streams):
            if isinstance(frame, av.VideoFrame):
                frame.pict_type = av.video.frame.PictureType.NONE
                made.mux(picture.encode(frame.reformat(picture.width, picture.height, "yuv420p")))
            elif resampler is not None:
                for piece in resampler.resample(frame):
                    made.mux(sound.encode(piece))
        made.mux(picture.encode(None))
        if sound is not None:
            made.mux(sound.encode(None))
    return True
