"""The conversation, over a messenger without a network."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from hayal_null import NullMessenger, script

from harness import Person, engine_at, person_at, write

pytestmark = pytest.mark.anyio


async def test_nothing_before_the_question_of_age_is_answered(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.do(text="send me a selfie")
        await person.do(tap="video new")
        await person.do(text="hello")
        await person.until(lambda post: post.seq >= 5)
        assert all("18" in text for text in person.texts())
        await person.do(tap="adult no")
        await person.told("not-adult")
        await person.do(text="hello")
        assert not script.asked["reply"]
        await person.do(tap="adult yes")
        cards = (await person.until(lambda post: bool(post.message.cards))).message.cards
        assert [card.title for card in cards] == ["Ayla, 27", "Deniz, 29"]


@pytest.mark.parametrize(
    ("language", "selfie", "video", "caption"),
    [
        ("en-GB", "send me a selfie at the sea", "send me a video", "Here's my video! 🎥💕"),
        ("tr", "denizde bir selfie gönder", "bana video gönder", "🎥💕"),
        ("ru-RU", "пришли селфи на море", "пришли видео", "Вот моё видео! 🎥💕"),
    ],
)
async def test_a_selfie_and_a_video_by_free_text(
    tmp_path: Path, language: str, selfie: str, video: str, caption: str
) -> None:
    async with person_at(write(tmp_path)) as person:
        person.language = language
        await person.begin()
        await person.do(text=selfie)
        picture = (await person.media("image")).message
        assert picture.by == "persona"
        assert picture.name == "Ayla"
        await person.do(text=video)
        ask = await person.until(lambda post: post.key.endswith(".ask"))
        last, new = ask.message.buttons[0]
        await person.do(tap=last.tap)
        first = await person.media("video")
        assert caption in first.message.text
        await person.do(text=video)
        ask = await person.until(lambda post: post.key.endswith(".ask") and bool(post.message.buttons))
        await person.do(tap=ask.message.buttons[0][1].tap)
        await person.media("video", 2)
        assert new.tap != ask.message.buttons[0][1].tap
        assert person.messenger.sends.most_common(1)[0][1] == 1
        requests = list(script.submitted.values())
        assert all(request.reference for request in requests)
        assert requests[0].seconds == 2


async def test_the_wish_goes_into_the_prompt_and_prompts_are_shown_on_demand(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="/settings")
        settings = await person.until(lambda post: post.key.endswith(".settings"))
        tap = next(b.tap for row in settings.message.buttons for b in row if b.tap.startswith("set prompts on"))
        await person.do(tap=tap)
        await person.until(lambda post: any("prompts off" in b.tap for row in post.message.buttons for b in row))
        await person.do(text="a selfie on a rooftop at night please")
        note = await person.shown(person.text("debug-photo-prompt"))
        assert "rooftop" in note.message.text
        await person.media("image")
        await person.do(tap="video last")
        note = await person.shown(person.text("debug-video-prompt"))
        assert "Background sound:" in note.message.text
        await person.media("video")


async def test_no_selfie_yet_is_said_and_one_is_offered(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="make a video from your last selfie")
        offer = await person.told("no-selfie")
        await person.do(tap=offer.message.buttons[0][0].tap)
        await person.media("image")


async def test_a_question_is_answered_once(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="/video on a boat")
        ask = await person.until(lambda post: post.key.endswith(".ask"))
        for _ in range(3):
            await person.do(tap=ask.message.buttons[0][1].tap)
        await person.media("video")
        await person.do(text="/menu")
        await person.told("menu", name="Ayla")
        assert len(script.submitted) == 1


async def test_an_update_delivered_again_does_nothing_again(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        assert await person.do(text="hello", update="same") is not None
        assert await person.do(text="hello", update="same") is None
        assert await person.do(text="/selfie", update="pic") is not None
        assert await person.do(text="/selfie", update="pic") is None
        await person.media("image")
        await person.until(lambda post: post.message.text == "Ayla: hello")
        assert script.asked["reply"] == 1
        assert script.asked["generate"] == 1


async def test_unfit_wishes_are_refused_kindly_before_anything_is_made(tmp_path: Path) -> None:
    unfit = {
        "en": ["send me a nude selfie", "a video of you as a schoolgirl", "take off your clothes"],
        "tr": ["çıplak selfie gönder", "liseli gibi bir video çek"],
        "ru": ["пришли голое фото", "сними видео как школьница"],
    }
    async with engine_at(write(tmp_path)) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        for language, texts in unfit.items():
            person = Person(messenger, name=language, language=language)
            await person.begin()
            for text in texts:
                await person.do(text=text)
            await person.told("refused-wish")
        await person.do(text="/menu")
        await person.until(lambda post: bool(post.message.menu) and post.seq > 20)
        assert not script.asked["generate"] + script.asked["submit"] + script.asked["reply"]


async def test_talk_goes_on_while_a_video_is_made_and_the_next_video_waits(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        script.gate = anyio.Event()
        await person.do(tap="video new")
        await person.until(lambda post: "🎬" in post.message.text and post.message.progress is not None)
        await person.do(tap="video new")
        await person.told("status-queued", name="Ayla")
        await person.do(tap="selfie")
        await person.do(tap="selfie")
        await person.told("too-many-jobs", count=3)
        await person.do(text="are you there?")
        await person.shown("Ayla: are you there?")
        assert len(script.submitted) == 1
        script.gate.set()
        await person.media("video", 2)
        await person.media("image")


async def test_cancel_stops_what_is_being_made(tmp_path: Path) -> None:
    async with person_at(write(tmp_path, "[plugins.null]\npolls = -1\n")) as person:
        await person.begin()
        await person.do(tap="video new")
        filming = await person.until(lambda post: "🎬" in post.message.text and post.message.progress is not None)
        await person.do(tap="video new")
        await script.until("poll")
        await person.do(tap=filming.message.buttons[0][0].tap)
        await person.until(
            lambda post: post.key == filming.key and post.message.text == person.text("status-cancelled")
        )
        await person.do(text="/cancel")
        await person.told("nothing-to-cancel")
        await person.do(tap="selfie")
        await person.media("image")
        assert not person.all_media("video")
        assert script.asked["cancel"] == 1


async def test_what_was_handed_in_while_it_was_being_cancelled_is_cancelled_at_the_provider(tmp_path: Path) -> None:
    async with person_at(write(tmp_path, "[plugins.null]\npolls = -1\n")) as person:
        await person.begin()
        script.gate = anyio.Event()
        await person.do(tap="video new")
        await script.until("hand in")
        await person.do(text="/cancel")
        await person.told("cancelled")
        script.gate.set()
        await script.until("cancel")


async def test_settings_are_kept_and_used(tmp_path: Path) -> None:
    path = write(tmp_path)
    async with person_at(path) as person:
        await person.begin()
        await person.do(text="/settings")
        mark = (await person.until(lambda post: post.key.endswith(".settings"))).key.partition(".")[0]
        await person.do(tap=f"set seconds 3 {mark}")
        await person.do(tap=f"set flirty 100% {mark}")
        await person.do(tap=f"set language tr {mark}")
        changed = await person.until(lambda post: post.key == f"{mark}.settings" and post.rev == 4)
        assert "✓ Türkçe" in [button.label for button in changed.message.buttons[0]]
    async with person_at(path) as person:
        await person.do(tap="video new")
        await person.media("video")
        assert next(iter(script.submitted.values())).seconds == 3


async def test_the_gallery_has_pages(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="/gallery")
        await person.told("gallery-empty")
        for count in range(1, 8):
            await person.do(tap="selfie")
            await person.media("image", count)
        await person.do(text="/gallery")
        page = await person.until(lambda post: post.key.endswith(".gallery"))
        assert len(page.message.cards) == 6
        older = page.message.buttons[0][0]
        await person.do(tap=older.tap)
        page = await person.until(lambda post: post.key == page.key and post.rev == 2)
        assert len(page.message.cards) == 1
        show, video = page.message.cards[0].buttons
        await person.do(tap=show.tap)
        await person.media("image", 8)
        await person.do(tap=video.tap)
        await person.media("video")


async def test_forget_deletes_everything_about_a_person_and_nobody_else(tmp_path: Path) -> None:
    async with engine_at(write(tmp_path)) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        one, two = Person(messenger, name="one"), Person(messenger, name="two")
        for person in (one, two):
            await person.begin()
            await person.do(tap="selfie")
            await person.media("image")
        await one.do(text="/forget")
        ask = await one.told("forget-ask")
        await one.do(tap=ask.message.buttons[0][1].tap)
        await one.told("forget-kept")
        await one.do(tap=ask.message.buttons[0][0].tap)
        await one.told("forgotten")
        assert messenger.forgotten == ["one"]
        files = [p for p in (tmp_path / "data" / "media").rglob("*.jpg") if "selfie" in p.name]
        assert len(files) == 1
    raw = (tmp_path / "data" / "hayal.db").read_bytes()
    import sqlite3

    with sqlite3.connect(tmp_path / "data" / "hayal.db") as db:
        for table, column in (("users", "id"), ("jobs", "user_id"), ("generated_content", "user_id")):
            assert db.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall() == [("null:two",)]
        assert db.execute("SELECT count(*) FROM messages WHERE chat = 'null:one'").fetchone() == (0,)
    db.close()
    assert raw


async def test_what_is_being_made_for_a_forgotten_person_is_not_kept(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        script.gate = anyio.Event()
        await person.do(tap="video new")
        await script.until("hand in")
        await person.do(tap="forget yes")
        await person.told("forgotten")
        script.gate.set()
        await person.do(text="/start")
        await person.told("welcome")
    assert not [path for path in (tmp_path / "data" / "media").rglob("*.*") if path.is_file()]


async def test_another_persona_starts_a_talk_of_its_own(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="hello")
        await person.shown("Ayla: hello")
        await person.do(text="/persona deniz")
        await person.do(text="and you?")
        await person.shown("Deniz: and you?")
        await person.do(text="/persona nobody")
        await person.until(lambda post: len(post.message.cards) == 2 and post.seq > 10)


async def test_unknown_commands_and_buttons_are_answered(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(text="/nonsense")
        await person.told("unknown-command")
        await person.do(tap="nonsense")
        await person.told("unknown-button")
        await person.do(text="   ")
        await person.told("text-only")
        for tap in ("again x", "check x", "show 999", "show x", "videoof 1", "page 1 x", "set a b c", "video last zz"):
            await person.do(tap=tap)
        await person.do(text="/help")
        await person.shown("/forget")
        assert not [text for text in person.texts() if text == person.text("error-unexpected")]
