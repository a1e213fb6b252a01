"""Files that are too large for a messenger: a smaller copy goes out, once made, and it is said."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hayal_null import NullMessenger

from harness import TEXTS, person_at, write
from hayal import Media, MessengerCapabilities
from hayal.jobs.footage import Unreadable, picture_facts, smaller_picture, smaller_video, video_facts


def noisy(path: Path, seconds: int = 2, width: int = 360, height: int = 640) -> int:
    """A video that does not compress well, with sound; returns its size in bytes."""
    import av
    import numpy as np

    rng = np.random.default_rng(1)
    with av.open(str(path), "w", format="mp4") as container:
        seen: Any = container.add_stream("libx264", rate=12, options={"preset": "ultrafast", "crf": "20"})
        seen.width, seen.height, seen.pix_fmt = width, height, "yuv420p"
        heard: Any = container.add_stream("aac", rate=44_100, layout="mono")
        for _ in range(12 * seconds):
            grain = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
            container.mux(seen.encode(av.VideoFrame.from_ndarray(grain, format="rgb24")))
        for _ in range(44_100 * seconds // 1024):
            sound = av.AudioFrame.from_ndarray(rng.random((1, 1024), dtype=np.float32), format="fltp", layout="mono")
            sound.sample_rate = 44_100
            container.mux(heard.encode(sound))
        container.mux(seen.encode(None))
        container.mux(heard.encode(None))
    return path.stat().st_size


@pytest.mark.parametrize("share", [0.5, 0.05])
def test_a_smaller_video_is_whole(tmp_path: Path, share: float) -> None:
    import av

    size = noisy(tmp_path / "in.mp4")
    limit = int(size * share)
    smaller_video(str(tmp_path / "in.mp4"), str(tmp_path / "out.mp4"), limit)
    facts = video_facts(str(tmp_path / "out.mp4"))
    assert (tmp_path / "out.mp4").stat().st_size <= limit
    assert abs(facts["seconds"] - 2) < 0.2
    assert abs(facts["width"] / facts["height"] - 360 / 640) < 0.02
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert [stream.type for stream in made.streams] == ["video", "audio"]


def test_a_video_that_cannot_be_so_small_says_so(tmp_path: Path) -> None:
    noisy(tmp_path / "in.mp4")
    with pytest.raises(Unreadable):
        smaller_video(str(tmp_path / "in.mp4"), str(tmp_path / "out.mp4"), 4000)


def test_a_smaller_picture() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((1080, 1920), 90).convert("RGB").save(out, "PNG")
    smaller = smaller_picture(out.getvalue(), 200_000)
    assert len(smaller) <= 200_000
    assert picture_facts(smaller)["mime"] == "image/jpeg"
    with pytest.raises(Unreadable):
        smaller_picture(out.getvalue(), 500)


@pytest.mark.anyio
async def test_a_person_gets_the_smaller_copy_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = noisy(tmp_path / "large.mp4", 2, 144, 256)
    monkeypatch.setattr(NullMessenger, "capabilities", MessengerCapabilities(max_file=size // 2))
    data = (tmp_path / "large.mp4").read_bytes()
    monkeypatch.setattr("hayal_null.film", lambda *_: data)
    puts: list[str] = []
    put = Media.put

    async def noted(self: Media, key: str, what: Any) -> int:
        puts.append(key)
        return await put(self, key, what)

    monkeypatch.setattr(Media, "put", noted)
    async with person_at(write(tmp_path)) as person:
        person.language = "tr"
        await person.begin()
        await person.do(tap="video new")
        video = (await person.media("video")).message
        assert video.attachment is not None
        assert video.attachment.bytes <= size // 2
        assert TEXTS.say("tr", "note-shrunk") in video.text
        await person.do(text="/gallery")
        await person.do(tap="show 1")
        again = (await person.media("video", 2)).message
        assert again.attachment == video.attachment
    assert len([key for key in puts if "-upto-" in key]) == 1


@pytest.mark.anyio
async def test_what_cannot_be_made_small_enough_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NullMessenger, "capabilities", MessengerCapabilities(max_file=700))
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(tap="video new")
        post = await person.shown(person.text("note-too-large"))
        assert post.message.attachment is None
