"""Writes an MP4 that every phone plays: H.264 4:2:0, AAC, index first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from PIL import Image as Pil

from hayal_studio.film.sound import RATE, Wave

_AAC_FRAME = 1024


def write_mp4(
    path: Path, frames: Iterator[Pil.Image], sound: Wave, *, width: int, height: int, fps: int, crf: int
) -> None:
    """Encode `frames` and `sound`. The file is complete when this returns, not before."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        video: VideoStream = out.add_stream("libx264", rate=fps)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.time_base = Fraction(1, fps)
        video.options = {"preset": "superfast", "crf": str(crf), "profile": "high"}
        # HD players assume BT.709, so the picture is converted and tagged as that.
        context = video.codec_context
        context.color_primaries, context.color_trc = 1, 1
        context.colorspace, context.color_range = 1, 1
        audio: AudioStream = out.add_stream("aac", rate=RATE, layout="stereo")
        audio.bit_rate = 128_000
        heard = 0
        for i, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts, frame.time_base = i, Fraction(1, fps)
            for packet in video.encode(frame):
                out.mux(packet)
            heard = _sound(out, audio, sound, heard, round((i + 1) * RATE / fps))
        for packet in video.encode(None):
            out.mux(packet)
        _sound(out, audio, sound, heard, sound.shape[1], last=True)
        for packet in audio.encode(None):
            out.mux(packet)


def _sound(
    out: av.container.OutputContainer, audio: AudioStream, sound: Wave, start: int, until: int, *, last: bool = False
) -> int:
    """Encode the sound from sample `start` up to `until` in whole AAC frames; returns where it stopped."""
    until = min(until, sound.shape[1])
    while start + _AAC_FRAME <= until or (last and start < until):
        part = np.ascontiguousarray(sound[:, start : min(start + _AAC_FRAME, until)])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        for packet in audio.encode(frame):
            out.mux(packet)
        start += part.shape[1]
    return start
