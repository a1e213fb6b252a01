"""The messenger on a real server: what it takes, what it does not, what it acknowledges, and what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import anyio
import pytest
from hayal_null import film, picture
from xmpp_desk import TEXTS, Listener, post, running

from hayal import Activity, Attachment, Button, DeliverLater, Media, Message, Undeliverable
from hayal.provider import Scratchpad
from xmpp.commands import answer, execute, offered
from xmpp.line import Refused, body, line, message
from xmpp.prosody import Options, Prosody, prosody
from xmpp.user import XmppUser, login_of, user

pytestmark = pytest.mark.anyio

ADA = "ada@localhost"


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prosody]:
    async with prosody(tmp_path_factory.mktemp("prosody")) as it:
        yield it


@pytest.fixture
def desk() -> Listener:
    return Listener(Media.at("memory://", Path()))


async def shared(desk: Listener, key: str = "abc/video-1.mp4", *, poster: bool = True) -> Attachment:
    """A video in the media store, with its poster."""
    data = film(144, 256, 1)
    await desk.media.put(key, data)
    if poster:
        await desk.media.put("abc/poster-1.jpg", picture(144, 256))
    return Attachment(
        kind="video",
        key=key,
        mime="video/mp4",
        width=144,
        height=256,
        bytes=len(data),
        seconds=1.0,
        poster="abc/poster-1.jpg" if poster else None,
    )


def texts(person: XmppUser) -> list[str]:
    return [shown.text for shown in person.history]


# What comes in.


async def test_a_message_is_taken_and_thanked_for(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk), user(server, "ada", language="tr") as ada:
        number = await ada.write("merhaba")
        (update,) = await desk.heard(1)
        assert (update.chat, update.user, update.text, update.language) == (ADA, ADA, "merhaba", "tr")
        assert (update.tap, update.quote) == ("", "")
        await ada.confirmed(number, "receipt")
        await ada.confirmed(number, "displayed")


async def test_nothing_is_thanked_for_before_it_is_stored(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    desk.failures = 2
    async with running(tmp_path, server, desk), user(server, "ada") as ada:
        number = await ada.write("keep this")
        await desk.begun(1)
        assert number not in ada.receipts
        await ada.confirmed(number, "receipt")
        assert desk.asked == 3
        assert [update.text for update in desk.updates] == ["keep this"]


async def test_a_quick_action_is_a_tap(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk), user(server, "ada") as ada:
        selected = '<action-selected xmlns="urn:xmpp:tmp:quick-response" id="video new"/>'
        ada.raw(message("bot@localhost", selected, number="t1"))
        (update,) = await desk.heard(1)
        assert (update.tap, update.text) == ("video new", "")


CARBON = (
    '<{way} xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" '
    'type="chat" from="boris@localhost/x" to="bot@localhost"><body>forged</body></message></forwarded></{way}>'
)


async def test_what_never_starts_anything(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with (
        running(tmp_path, server, desk) as bot,
        user(server, "ada") as ada,
        line(login_of(server, "bot", resource="desktop")) as own,
    ):
        to = "bot@localhost"
        forged = [
            message(to, CARBON.format(way="sent")),
            message(to, CARBON.format(way="received"), body("forged too")),
            message(to, body("an error"), '<error type="cancel"><gone xmlns="x"/></error>', kind="error"),
            message(to, body("news"), kind="headline"),
            message(f"{to}/hayal", body("x"), '<result xmlns="urn:xmpp:mam:2" id="1" queryid="q"/>'),
            message(to, '<composing xmlns="http://jabber.org/protocol/chatstates"/>'),
            message(to, "<subject>no words</subject>"),
            message(to, body("   ")),
        ]
        for stanza in forged:
            ada.raw(stanza)
        own.send(message(f"{to}/hayal", body("from myself")))
        await own.pong()
        await ada.say("a real word")
        await desk.heard(1)
        assert [update.text for update in desk.updates] == ["a real word"]
        # nor does the bot tell an error back: two programs would go on for ever
        await bot.send(post(ADA, Message(text="hello")))
        await ada.sees("hello")
        assert texts(ada) == ["hello"]


async def test_a_flood_is_answered_with_one_sentence(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk, rate=0.01, burst=3), user(server, "ada", language="ru") as ada:
        for number in range(30):
            await ada.say(f"{number}")
        await ada.line.pong("bot@localhost/hayal")
        await ada.sees(TEXTS.say("ru", "xmpp-slow-down"))
        async with user(server, "boris") as boris:
            await boris.say("me too")
            await desk.heard(4)
        assert [update.text for update in desk.updates] == ["0", "1", "2", "me too"]
        assert len(texts(ada)) == 1


async def test_many_that_wait_are_bounded(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    desk.gate = anyio.Event()
    async with running(tmp_path, server, desk, burst=1000), user(server, "ada") as ada:
        for number in range(40):
            await ada.say(f"{number}")
        await ada.line.pong("bot@localhost/hayal")
        desk.gate.set()
        await ada.sees(TEXTS.say("en", "xmpp-slow-down"))
        await desk.heard(20)
        await ada.say("last")
        await desk.heard(21)
        assert [update.text for update in desk.updates] == [*map(str, range(20)), "last"]


async def test_only_who_is_allowed(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    allowed = (ADA, "elsewhere.localhost")
    async with (
        running(tmp_path, server, desk, allowed=allowed),
        user(server, "ada") as ada,
        user(server, "boris") as boris,
        user(server, server.add("cem@elsewhere.localhost")) as cem,
    ):
        await boris.say("let me in")
        boris.raw('<presence to="bot@localhost" type="subscribe"/>')
        await boris.line.until(lambda stanza: stanza.get("type") == "unsubscribed")
        await ada.subscribe()
        await ada.say("hi")
        await cem.say("hi")
        await desk.heard(2)
        assert {update.user for update in desk.updates} == {ADA, "cem@elsewhere.localhost"}
        assert not texts(boris)


async def test_encrypted_words_get_a_sentence(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk), user(server, "ada") as ada:
        sealed = '<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/></encrypted>'
        ada.raw(message("bot@localhost", sealed, body("[encrypted]"), number="e1", language="tr"))
        await ada.sees(TEXTS.say("tr", "xmpp-encrypted"))
        assert not desk.updates


# What was said while the bot was away.


@pytest.mark.parametrize("archive", [True, False])
async def test_what_was_said_meanwhile_arrives_once(tmp_path: Path, desk: Listener, archive: bool) -> None:
    async with prosody(tmp_path / "server", options=Options(archive=archive)) as server, user(server, "ada") as ada:
        notes = Scratchpad()
        async with running(tmp_path, server, desk, notes):
            await ada.say("one")
            await desk.heard(1)
        for number in range(60):
            await ada.say(f"away {number}")
        await ada.line.pong()
        async with running(tmp_path, server, desk, notes):
            await ada.say("back")
            await desk.heard(62)
        async with running(tmp_path, server, desk, notes):
            await ada.say("end")
            await desk.heard(63)
        ids = list(dict.fromkeys(update.id for update in desk.updates))  # the engine takes each id once
        said = {update.id: update.text for update in desk.updates}
        assert [said[each] for each in ids] == ["one", *(f"away {number}" for number in range(60)), "back", "end"]


@pytest.mark.parametrize("archive", [True, False])
async def test_what_was_not_stored_comes_again(tmp_path: Path, desk: Listener, archive: bool) -> None:
    """It is acknowledged to the server only once it is stored, so an end in between loses nothing."""
    async with prosody(tmp_path / "server", options=Options(archive=archive)) as server, user(server, "ada") as ada:
        notes = Scratchpad()
        async with running(tmp_path, server, desk, notes):
            await ada.say("stored")
            await desk.heard(1)
            desk.gate = anyio.Event()
            await ada.say("in the hand")
            await ada.say("behind it")
            await desk.begun(2)
        desk.gate = None
        async with running(tmp_path, server, desk, notes):
            await desk.heard(3)
        texts_by_id = {update.id: update.text for update in desk.updates}
        assert list(texts_by_id.values()) == ["stored", "in the hand", "behind it"]


async def test_a_first_start_does_not_answer_the_past(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with user(server, "cem") as cem:
        async with running(tmp_path, server, desk):
            await cem.say("long ago")
            await desk.heard(1)
        fresh = Listener(desk.media)
        async with running(tmp_path, server, fresh):
            await cem.say("now")
            await fresh.heard(1)
        assert [update.text for update in fresh.updates] == ["now"]


# What goes out.


async def test_a_video_as_clients_show_it(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        film_sent = await shared(desk)
        await bot.send(post(ADA, Message(text="For you", attachment=film_sent), key="v1"))
        received = await ada.receives("video")
        assert (received.width, received.height, received.codec) == (144, 256, "h264")
        read = next(read for read in ada.reads if read.files)
        (file,) = read.files
        assert read.body == file.url, "clients show it inline only if the body is nothing but the address"
        assert (file.mime, file.size, file.milliseconds) == ("video/mp4", film_sent.bytes, 1000)
        assert (file.width, file.height, file.text) == (144, 256, "For you")
        assert file.sha256
        assert file.thumbnail.startswith("http")
        await ada.sees(lambda shown: shown.text == "For you" and not shown.media)


async def test_a_post_sent_again_is_shown_once(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    """After a crash the engine cannot know: the archive does, part by part."""
    sent = Message(text="Only once", attachment=await shared(desk, poster=False))
    async with user(server, "ada") as ada:
        async with running(tmp_path, server, desk) as bot:
            remote = await bot.send(post(ADA, sent, key="o1"))
        async with running(tmp_path, server, desk) as bot:
            assert await bot.send(post(ADA, sent, key="o1", again=True)) == remote
            await bot.send(post(ADA, Message(text="end"), key="o2", again=True))
            await ada.sees("end")
        assert len([shown for shown in ada.history if shown.text == "Only once" and not shown.media]) == 1
        assert len(ada.media("video")) == 1


async def test_without_an_archive_it_is_sent_again_under_the_same_id(tmp_path: Path, desk: Listener) -> None:
    async with prosody(tmp_path / "s", options=Options(archive=False)) as server, user(server, "ada") as ada:
        for _ in range(2):
            async with running(tmp_path, server, desk) as bot:
                await bot.send(post(ADA, Message(text="twice at most"), key="o1", again=True))
        await ada.line.pong()
        numbers = {read.number for read in ada.reads if read.body}
        assert len(numbers) == 1


async def test_progress_is_corrected_and_not_too_often(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        remote = await bot.send(post(ADA, Message(text="Working", progress=0.0), key="p1"))
        for rev in range(2, 60):
            await bot.edit(post(ADA, Message(text="Working", progress=rev / 60), key="p1", rev=rev), remote)
        await ada.sees("90 %")
        await bot.edit(post(ADA, Message(text="Done"), key="p1", rev=60), remote)
        await bot.edit(post(ADA, Message(text="Done"), key="p1", rev=61), remote)
        await ada.sees("Done")
        await bot.send(post(ADA, Message(text="after"), key="p2"))
        await ada.sees("after")
        assert len(texts(ada)) <= 6
        assert len(set(texts(ada))) == len(texts(ada)), "never the same text twice"
        assert [shown.text for shown in ada.screen] == ["Done", "after"]


async def test_a_late_progress_never_comes_after_the_end(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        remote = await bot.send(post(ADA, Message(text="Working", progress=0.0), key="q1"))
        for rev in (2, 3):
            await bot.edit(post(ADA, Message(text="Working", progress=rev / 4), key="q1", rev=rev), remote)
        await bot.edit(post(ADA, Message(text="Done"), key="q1", rev=4), remote)
        await ada.sees("Done")
        remote = await bot.send(post(ADA, Message(text="Next", progress=0.0), key="q2"))
        for rev in (2, 3):
            await bot.edit(post(ADA, Message(text="Next", progress=rev / 4), key="q2", rev=rev), remote)
        await ada.sees("Next\n▰▰▰▰▰▰▰▱▱▱ 70 %")
        assert ada.screen[0].text == "Done"


async def test_composing_while_at_work(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        await bot.act(ADA, Activity.VIDEO)
        await bot.act(ADA, Activity.VIDEO)
        await ada.state("composing")
        await bot.send(post(ADA, Message(text="here"), key="c1"))
        await ada.state("active")
        assert ada.states == ["composing", "active"]


async def test_choices_are_numbered_and_quick(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    row = ((Button(label="Yes", tap="a yes"), Button(label="No", tap="a no")),)
    async with running(tmp_path, server, desk) as bot, user(server, "ada", style="quick") as ada:
        await bot.send(post(ADA, Message(text="Well?", buttons=row), key="b1"))
        assert "1. Yes\n2. No" in (await ada.sees("Well?")).text
        await ada.choose("No")
        (update,) = await desk.heard(1)
        assert update.text == "No"


@pytest.mark.parametrize(
    ("address", "text_id"), [("https://web.example", "xmpp-link-video"), (None, "xmpp-not-shown-video")]
)
async def test_without_an_upload_service(tmp_path: Path, desk: Listener, address: str | None, text_id: str) -> None:
    desk.address = address
    async with (
        prosody(tmp_path / "s", options=Options(uploads=False)) as server,
        running(tmp_path, server, desk) as bot,
        user(server, "ada") as ada,
    ):
        sent = Message(text="For you", attachment=await shared(desk), language="tr")
        await bot.send(post(ADA, sent, key="v1"))
        link = f"{address}/abc/video-1.mp4" if address else ""
        await ada.sees(TEXTS.say("tr", text_id, link=link))
        await ada.sees("For you")


async def test_a_file_that_is_too_large(tmp_path: Path, desk: Listener) -> None:
    async with (
        prosody(tmp_path / "s", options=Options(upload_limit=500)) as server,
        running(tmp_path, server, desk) as bot,
        user(server, "ada") as ada,
    ):
        assert bot.capabilities.max_file == 500
        await bot.send(post(ADA, Message(attachment=await shared(desk)), key="v1"))
        await ada.sees(TEXTS.say("en", "xmpp-not-shown-video"))


async def test_deleted_media_are_undeliverable(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    gone = Attachment(kind="image", key="abc/selfie-9.jpg", mime="image/jpeg", width=9, height=16, bytes=9)
    async with running(tmp_path, server, desk) as bot:
        with pytest.raises(Undeliverable):
            await bot.send(post(ADA, Message(attachment=gone), key="g1"))


# The rest of a good citizen.


async def test_what_others_see_of_it(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    face = tmp_path / "face.jpg"
    face.write_bytes(picture(300, 300))
    async with running(tmp_path, server, desk, avatar=face), user(server, server.add("dora")) as ada:
        await ada.subscribe()
        full = await ada.seen()
        presence = ada.presences[full]
        assert presence.find("{http://jabber.org/protocol/caps}c") is not None
        assert presence.findtext("{http://jabber.org/protocol/nick}nick") == "Ayla"
        info = await ada.line.iq("get", full, '<query xmlns="http://jabber.org/protocol/disco#info"/>')
        identities = [each.attrib for each in info.iter("{http://jabber.org/protocol/disco#info}identity")]
        assert ("client", "bot", "Ayla") in {(each["category"], each["type"], each.get("name")) for each in identities}
        features = {each.get("var") for each in info.iter("{http://jabber.org/protocol/disco#info}feature")}
        assert features >= {
            "http://jabber.org/protocol/commands",
            "http://jabber.org/protocol/chatstates",
            "urn:xmpp:receipts",
            "urn:xmpp:message-correct:0",
            "urn:xmpp:chat-markers:0",
            "jabber:iq:version",
        }
        assert "http://jabber.org/protocol/xhtml-im" not in features
        version = await ada.line.iq("get", full, '<query xmlns="jabber:iq:version"/>')
        assert version.findtext(".//{jabber:iq:version}name") == "hayal"

        async def until_there(to: str, query: str, wanted: str) -> ET.Element:
            with anyio.fail_after(20):
                while True:
                    try:
                        answer = await ada.line.iq("get", to, query)
                    except Refused as error:  # not published yet: nothing tells when it is
                        if error.condition != "item-not-found":
                            raise
                    else:
                        if answer.find(f".//{wanted}") is not None:
                            return answer
                    await anyio.sleep(0.05)

        await until_there("bot@localhost", '<vCard xmlns="vcard-temp"/>', "{vcard-temp}BINVAL")
        avatar = '<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:avatar:metadata"/></pubsub>'
        await until_there("bot@localhost", avatar, "{urn:xmpp:avatar:metadata}info[@width='192']")
        nick = (
            '<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="http://jabber.org/protocol/nick"/></pubsub>'
        )
        assert "Ayla" in ET.tostring(await ada.line.iq("get", "bot@localhost", nick), encoding="unicode")


async def test_commands_are_for_who_is_allowed(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    to = "bot@localhost/hayal"
    async with (
        running(tmp_path, server, desk, allowed=(ADA,)),
        user(server, "ada", language="ru") as ada,
        user(server, "boris") as boris,
    ):
        assert (await offered(ada.line, to))["menu"] == TEXTS.say("ru", "xmpp-command-menu")
        step = await execute(ada.line, to, "selfie")
        done = await answer(ada.line, to, step, {"wish": "на крыше"})
        assert (done.status, done.note) == ("completed", TEXTS.say("ru", "xmpp-done"))
        (update,) = await desk.heard(1)
        assert (update.text, update.user, update.language) == ("/selfie на крыше", ADA, "ru")
        assert await offered(boris.line, to) == {}
        with pytest.raises(Refused):
            await execute(boris.line, to, "selfie")
        with pytest.raises(Refused):
            await execute(ada.line, to, "no-such-thing")


async def test_a_question_becomes_a_form_and_not_a_message(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    row = ((Button(label="Ayla", tap="persona ayla"), Button(label="Deniz", tap="persona deniz")),)
    to = "bot@localhost/hayal"
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        async with anyio.create_task_group() as group:

            async def engine_answers() -> None:
                await desk.heard(1)
                asked = post(ADA, Message(text="Who?", buttons=row), key="in1.0")
                remotes.append(await bot.send(asked))

            remotes: list[str] = []
            group.start_soon(engine_answers)
            step = await execute(ada.line, to, "persona")
        assert step.instructions == "Who?"
        assert [label for label, _ in step.fields["choice"].options] == ["Ayla", "Deniz"]
        await bot.edit(post(ADA, Message(text="Ayla it is"), key="in1.0", rev=2), remotes[0])
        await answer(ada.line, to, step, {"choice": "2"})
        assert (await desk.heard(2))[1].tap == "persona deniz"
        await bot.send(post(ADA, Message(text="Hello"), key="in2.0"))
        await ada.sees("Hello")
        assert texts(ada) == ["Hello"]


async def test_nothing_is_left_when_it_ends(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    before = asyncio.all_tasks()
    async with running(tmp_path, server, desk, rooms=("tea@rooms.localhost",)) as bot, user(server, "ada") as ada:
        await ada.say("hi")
        await desk.heard(1)
        remote = await bot.send(post(ADA, Message(text="Working", progress=0.0), key="z1"))
        await bot.edit(post(ADA, Message(text="Working", progress=0.2), key="z1", rev=2), remote)
        await bot.edit(post(ADA, Message(text="Working", progress=0.4), key="z1", rev=3), remote)
        await bot.act(ADA, Activity.TYPING)
    assert asyncio.all_tasks() == before
    with pytest.raises(DeliverLater):
        await bot.send(post(ADA, Message(text="too late")))


async def test_a_running_bot_knows_how_it_is(tmp_path: Path, server: Prosody, desk: Listener) -> None:
    async with running(tmp_path, server, desk) as bot, user(server, "ada") as ada:
        await bot.send(post(ADA, Message(text="there"), key="h1"))
        await ada.sees("there")
        await bot.check()
