"""The whole conversation over a real Prosody, in three languages: by numbers, words, quick responses and commands.

The server insists on verified TLS, for streams and for files. The bot's providers answer at once, so that what is
played is the messenger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hayal.engine import Engine
from journeys.original_flow import original_flow, words
from xmpp.bot import bot
from xmpp.chat import Style
from xmpp.commands import Step, answer, cancel, execute, offered
from xmpp.line import Refused
from xmpp.prosody import Options, Prosody, prosody
from xmpp.user import user

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prosody]:
    options = Options(encryption="required", https=True)
    async with prosody(tmp_path_factory.mktemp("prosody"), options=options) as it:
        yield it


@pytest.fixture(scope="module")
async def engine(server: Prosody, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    async with bot(tmp_path_factory.mktemp("bot"), server, tls="starttls") as it:
        yield it


@pytest.mark.parametrize(
    ("language", "style"), [("en", "number"), ("tr", "words"), ("ru", "quick"), ("tr", "number"), ("ru", "words")]
)
async def test_the_whole_conversation(engine: Engine, server: Prosody, language: str, style: Style) -> None:
    name = server.add(f"{language}-{style}").partition("@")[0]
    async with user(server, name, language=language, style=style) as person:
        diary = await original_flow(person, modes=("new", "last"))
        assert len(diary.videos) == 2
        for video in diary.videos:
            assert (video.width, video.height, video.codec) == (144, 256, "h264")
            assert (video.shown.media[0].width, video.shown.media[0].height) == (144, 256)
            assert video.shown.media[0].seconds == pytest.approx(video.seconds, abs=0.3)
        assert len(person.media("video")) == 2
        assert "composing" in person.states
        assert not person.errors
        assert {read.language for read in person.reads if read.body} == {language}


def _value(step: Step, field: str, label: str) -> str:
    """The value of the option of a field whose label has this in it."""
    values = [value for text, value in step.fields[field].options if label in text]
    assert len(values) == 1, step
    return values[0]


@pytest.mark.parametrize("language", ["en", "tr", "ru"])
async def test_the_whole_conversation_by_ad_hoc_commands(engine: Engine, server: Prosody, language: str) -> None:
    name = server.add(f"{language}-commands").partition("@")[0]
    async with user(server, name, language=language) as person:
        await person.subscribe()
        ayla = await person.seen()
        names = await offered(person.line, ayla)
        assert set(names) == {"menu", "persona", "selfie", "video", "settings", "gallery"}
        assert all(names.values())

        async def ask(node: str) -> Step:
            step = await execute(person.line, ayla, node)
            assert step.status == "executing", step
            assert step.title
            return step

        async def choose(node: str, label: str) -> None:
            step = await ask(node)
            done = await answer(person.line, ayla, step, {"choice": _value(step, "choice", label)})
            assert done.status == "completed", done

        await choose("menu", words(person, "button-adult"))
        await choose("persona", words(person, "button-choose", name="Ayla"))
        since = person.now
        await choose("settings", words(person, "button-prompts-on"))
        step = await ask("video")
        assert len(step.fields["mode"].options) == 2
        values = {
            "mode": _value(step, "mode", words(person, "button-new-video")),
            "seconds": step.fields["seconds"].value,
        }
        done = await answer(person.line, ayla, step, {**values, "wish": "at the sea"})
        assert (done.status, bool(done.note)) == ("completed", True)
        video = await person.receives("video", since=since)
        assert (video.width, video.height, video.codec) == (144, 256, "h264")
        await person.sees(words(person, "debug-video-prompt"), since=since)
        await person.sees(words(person, "status-ready"), since=since)
        since = person.now
        step = await ask("selfie")
        await answer(person.line, ayla, step, {"wish": ""})
        assert (await person.receives("image", since=since)).width == 144
        await person.sees(words(person, "status-ready"), since=since)
        since = person.now
        step = await ask("video")
        longer = step.fields["seconds"].options[-1][1]
        await answer(
            person.line,
            ayla,
            step,
            {"mode": _value(step, "mode", words(person, "button-from-selfie")), "seconds": longer},
        )
        assert (await person.receives("video", since=since)).seconds == pytest.approx(float(longer), abs=0.3)
        since = person.now
        await choose("gallery", words(person, "content-selfie", name="Ayla"))
        await person.receives("image", since=since)
        step = await ask("menu")
        assert (await cancel(person.line, ayla, step)).status == "canceled"
        with pytest.raises(Refused):
            await execute(person.line, ayla, "nothing")
