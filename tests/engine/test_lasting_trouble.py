"""What goes wrong with providers for longer: admins are told, refusals are put gently, late videos still arrive."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hayal_null import script

from harness import Person, engine_at, person_at, write
from hayal import Failed, Gone, NoAccess, NotAllowed, ProviderError, Refused
from hayal.jobs import chain
from hayal.jobs.chain import Chain
from hayal.storage.notes import PluginNotes, forget_notes

pytestmark = pytest.mark.anyio
ADMINS = '[plugins.null]\nadmins = ["boss"]\n'


async def _new_video(person: Person) -> None:
    await person.begin()
    await person.do(tap="video new")


@pytest.mark.parametrize(
    ("error", "text_id"), [(NoAccess("401 no"), "alert-no-access"), (Gone("404 no"), "alert-gone")]
)
async def test_an_admin_is_told_once_and_nothing_more_is_sent(tmp_path: Path, error: Exception, text_id: str) -> None:
    async with person_at(write(tmp_path, ADMINS)) as person:
        boss = Person(person.messenger, "boss", "ru")
        await boss.do(text="/start")
        script.fail("submit", error)
        await _new_video(person)
        await person.told("error-no-access")
        await boss.told(text_id, provider="null", kind="video", reason=str(error))
        await person.do(tap="video new")
        await person.until(lambda _: person.texts().count(person.text("error-no-access")) == 2)
        assert script.asked["submit"] == 1
        assert len([text for text in boss.texts() if "null" in text]) == 1


async def test_the_next_takes_over_from_one_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []

    async def tell(kind: str, provider: str, _error: Exception) -> None:
        told.append((kind, provider))

    class Part:
        at_once = 1

    line = Chain.of("video", [("one", Part()), ("two", Part())], tell)  # type: ignore[type-var]
    asked: list[str] = []

    async def attempt(name: str, _part: object) -> str:
        asked.append(name)
        if name == "one":
            raise Gone("retired")
        return name

    for _ in range(3):
        assert await line.first(attempt) == "two"
    assert asked == ["one", "two", "two", "two"]
    assert told == [("video", "one")]


async def test_a_barred_provider_is_asked_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Part:
        at_once = 1

    line = Chain.of("video", [("one", Part())])  # type: ignore[type-var]
    trouble: list[Exception] = [NoAccess("no credit")]

    async def attempt(name: str, _part: object) -> str:
        if trouble:
            raise trouble.pop()
        return name

    for _ in range(2):
        with pytest.raises(NoAccess, match="no credit"):
            await line.first(attempt)
    monkeypatch.setattr(chain.anyio, "current_time", lambda: line.links[0].out_until + 1)
    assert await line.first(attempt) == "one"
    assert line.links[0].last_error == ""


async def test_a_gentler_version_asks_carefully_and_without_flirting(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        script.fail("submit", Refused("no"), Refused("no"))
        await person.do(text="/video on the beach")
        await person.do(tap="video new")
        told = await person.told("error-refused")
        assert told.message.buttons[0][0].label == person.text("button-softer")
        await person.do(tap=told.message.buttons[0][0].tap)
        second = await person.until(lambda p: p.key != told.key and p.message.text == person.text("error-refused"))
        assert [button.label for button in second.message.buttons[0]] == [person.text("button-something-else")]
        careful = [request.careful for request in script.requests["video_prompt"]]
        assert careful == [False, True]
        assert script.requests["video_prompt"][-1].flirty is False


async def test_what_is_not_allowed_at_all_has_no_gentler_version(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        script.fail("submit", NotAllowed("no"))
        await _new_video(person)
        told = await person.told("error-refused")
        assert [b.label for row in told.message.buttons for b in row] == [person.text("button-something-else")]


async def test_what_was_paid_for_is_fetched_when_it_is_ready_after_all(tmp_path: Path) -> None:
    base = write(tmp_path, "[plugins.null]\npolls = 6\n")
    base.write_text(
        base.read_text().replace("poll_interval = 0.01", "poll_interval = 0.01\npoll_attempts = 2\nlook_again = 0.05")
    )
    async with person_at(base) as person:
        await _new_video(person)
        timeout = await person.told("error-timeout")
        revs = timeout.rev
        await person.media("video")
        await person.told("status-ready")
        assert script.asked["submit"] == 1
        shown = [post.rev for post in person.messenger.outbox if post.key == timeout.key]
        assert shown.index(revs) >= len(shown) - 4  # the looks in between changed nothing that was shown


async def test_the_face_stays_that_of_the_first_selfie(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        for count in (1, 2, 3):
            await person.do(tap="selfie")
            await person.media("image", count)
        await person.do(tap="persona deniz")
        await person.do(tap="selfie")
        await person.media("image", 4)
        references = [request.reference for request in script.requests["generate"]]
    assert references[0] is references[3] is None
    assert references[1] == references[2] is not None


async def test_notes_outlive_the_engine_and_end_with_the_person(tmp_path: Path) -> None:
    path = write(tmp_path)
    async with engine_at(path) as engine:
        notes = engine.messengers["null"].host.notes
        await notes.put({"a/1": "x", "a/2": "y", "b": "z"})
        await notes.put({"a/1": "new"})
    async with engine_at(path) as engine:
        notes = engine.messengers["null"].host.notes
        other = PluginNotes(engine.services.database, "other")
        await other.put({"a/1": "other"})
        assert [await notes.get(key) for key in ("a/1", "a/2", "b", "c")] == ["new", "y", "z", None]
        await notes.drop("a/1")
        assert (await notes.get("a/1"), await other.get("a/1")) == (None, "other")
        await engine.services.database.run(lambda conn: forget_notes(conn, "a/"))
        assert [await notes.get("a/2"), await other.get("a/1"), await notes.get("b")] == [None, None, "z"]


async def test_forgetting_in_a_group_leaves_the_others_talk(tmp_path: Path) -> None:
    from hayal import Update
    from hayal.storage.tables import messages

    async with engine_at(write(tmp_path)) as engine:
        for user in ("a", "b"):
            for number, said in enumerate(("/start", "hello")):
                update = Update(id=f"{user}{number}", chat="room", user=user, text=said, quote=f"q-{user}{number}")
                await engine.receive("null", update)
        await engine.receive("null", Update(id="f", chat="room", user="a", tap="forget yes", quote="q"))
        rows = await engine.services.database.run(
            lambda conn: conn.execute(sa.select(messages.c.body).where(messages.c.chat == "null:room")).scalars().all()
        )
    assert any('"answers":"q-b0"' in row for row in rows)
    assert len(rows) > 4


async def test_a_failed_provider_is_not_an_alert(tmp_path: Path) -> None:
    async with person_at(write(tmp_path, ADMINS)) as person:
        boss = Person(person.messenger, "boss")
        script.fail("submit", Failed("broken"))
        await _new_video(person)
        await person.told("error-provider")
        assert boss.posts() == []


@pytest.mark.parametrize(
    ("offered", "shown"),
    [([], [2, 3, 5, 8, 10]), ([4, 8, 12], [4, 8, 12]), (list(range(3, 16)), [3, 5, 8, 10]), ([7], [7])],
)
async def test_the_lengths_to_choose_from_are_those_that_can_be_made(
    tmp_path: Path, offered: list[int], shown: list[int]
) -> None:
    async with person_at(write(tmp_path, f"[plugins.null]\nseconds = {offered}\n")) as person:
        await person.begin()
        await person.do(text="/settings")
        post = await person.until(lambda post: post.key.endswith(".settings"))
        taps = [button.tap.split() for row in post.message.buttons for button in row]
        assert [int(words[2]) for words in taps if words[1] == "seconds"] == shown


@pytest.mark.parametrize("trouble", [NoAccess("no credit"), Gone("retired"), Failed("broken")])
async def test_what_was_handed_in_is_fetched_there_whatever_the_provider_does_since(
    tmp_path: Path, trouble: ProviderError
) -> None:
    path = write(tmp_path, "[plugins.null]\npolls = 4\n")
    text = path.read_text().replace("poll_interval = 0.01", "poll_interval = 0.01\npoll_attempts = 2")
    path.write_text(text.replace('video = "null"', 'video = ["null", "studio"]'))
    async with engine_at(path) as engine:
        person = Person(engine.messengers["null"])
        await _new_video(person)
        shown = await person.told("error-timeout")
        for _ in range(3):  # others found out since that it lets nobody in
            engine.services.videos.links[0].ill(trouble)
        for _ in range(6):
            await person.do(tap=shown.message.buttons[0][0].tap)
            rev = shown.rev
            shown = await person.until(
                lambda post, rev=rev: (
                    post.message.attachment is not None or (post.rev > rev and "check" in str(post.message.buttons))
                )
            )
            if shown.message.attachment:
                break
        await person.media("video")
        assert (script.asked["submit"], script.asked["download"]) == (1, 1)
