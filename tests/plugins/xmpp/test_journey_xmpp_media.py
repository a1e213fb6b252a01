"""What a server cannot take: files that are too large are made smaller, and without uploads the page gives a link."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import av
import hayal_null
import httpx2
import pytest
import sqlalchemy as sa
from PIL import Image

from hayal.chat import Attachment
from hayal.engine import Engine
from journeys.original_flow import greet, words
from xmpp.account import ask_for_a_video
from xmpp.bot import bot
from xmpp.prosody import Options, free_ports, prosody
from xmpp.user import user

pytestmark = pytest.mark.anyio

LIMIT = 150_000


def _storm(width: int, height: int, seconds: int) -> bytes:
    """A video in which nothing stays as it is, so that it is large."""
    out, dice = io.BytesIO(), random.Random(7)
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=8, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _ in range(8 * seconds):
            noise = Image.frombytes("RGB", (width, height), dice.randbytes(3 * width * height))
            container.mux(stream.encode(av.VideoFrame.from_image(noise)))  # type: ignore[no-untyped-call]
        container.mux(stream.encode(None))
    return out.getvalue()


async def _kept(engine: Engine) -> bytes:
    """The newest video that the engine keeps."""

    def newest(conn: sa.Connection) -> str:
        video = "SELECT media FROM generated_content WHERE content_type = 'video' ORDER BY id DESC LIMIT 1"
        return Attachment.model_validate_json(conn.execute(sa.text(video)).scalar_one()).key

    return await engine.services.media.read(await engine.services.database.run(newest))


async def test_a_file_that_is_too_large_for_the_server_is_made_smaller_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hayal_null, "film", _storm)
    async with (
        prosody(tmp_path / "prosody", options=Options(upload_limit=LIMIT)) as server,
        bot(tmp_path / "bot", server) as engine,
        user(server, "ada", language="tr") as ada,
    ):
        await greet(ada)
        since = await ask_for_a_video(ada, "new")
        got = await ada.receives("video", since=since)
        kept = await _kept(engine)
        assert got.bytes <= LIMIT < len(kept)
        assert got.seconds == pytest.approx(1, abs=0.3)
        await ada.sees(words(ada, "note-shrunk"), since=since)


async def test_without_an_upload_service_the_page_gives_a_link(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    page = f"http://127.0.0.1:{port}"
    async with (
        prosody(tmp_path / "prosody", options=Options(uploads=False)) as server,
        bot(tmp_path / "bot", server, messengers=("web", "xmpp"), web=f'port = {port}\norigins = ["{page}"]') as engine,
        user(server, "ada", language="ru") as ada,
    ):
        await greet(ada)
        since = await ask_for_a_video(ada, "new")
        address = re.compile(re.escape(page) + r"/\S+\.mp4")
        shown = await ada.sees(address, since=since)
        link = address.findall(shown.text)[0]
        async with httpx2.AsyncClient() as stranger:
            answer = await stranger.get(link)
            forged = await stranger.get(link.replace("/media.mp4", "x/media.mp4"))
        assert answer.headers["content-type"] == "video/mp4"
        assert answer.content == await _kept(engine)
        assert forged.status_code == 404
        assert not [one for one in ada.screen if one.media]
