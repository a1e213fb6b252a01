"""The XMPP server of the tests is a real one, and its scripted users see what XMPP users see."""

from __future__ import annotations

import hashlib
import io
import itertools
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import anyio
import httpx2
import pytest
from anyio.streams.tls import TLSStream
from PIL import Image

from xmpp.cable import cable
from xmpp.certificates import Kind
from xmpp.line import Line, Login, NotLoggedIn, Refused, body, message
from xmpp.prosody import ROOMS, UPLOADS, Options, Prosody, prosody
from xmpp.user import XmppUser, user

pytestmark = pytest.mark.anyio

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prosody]:
    async with prosody(tmp_path_factory.mktemp("prosody"), accounts=("eve@elsewhere.localhost",)) as it:
        yield it


@pytest.fixture
def two(server: Prosody) -> tuple[str, str]:
    """Two people nobody has written to yet."""
    number = next(_numbers)
    server.add(f"ada{number}")
    server.add(f"boris{number}")
    return f"ada{number}", f"boris{number}"


async def upload(one: XmppUser, name: str, mime: str, content: bytes) -> str:
    """Put a file on the upload service; returns its address."""
    slot = await one.line.iq(
        "get",
        UPLOADS,
        f'<request xmlns="urn:xmpp:http:upload:0" filename="{name}" size="{len(content)}" content-type="{mime}"/>',
    )
    put, get = slot.find(".//{*}put"), slot.find(".//{*}get")
    assert put is not None
    assert get is not None
    headers = {header.get("name", ""): header.text or "" for header in put}
    async with httpx2.AsyncClient(verify=ssl.create_default_context(cafile=str(one.server.ca))) as client:
        (
            await client.put(put.get("url", ""), content=content, headers={"Content-Type": mime, **headers})
        ).raise_for_status()
    return get.get("url", "")


async def test_two_people_talk_and_confirm(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b, language="tr") as ada, user(server, b, bot=a) as boris:
        number = await ada.write("Merhaba <Boris> & dünya 👋")
        shown = await boris.sees("Merhaba <Boris> & dünya 👋")
        assert (shown.id, boris.reads[-1].language) == (number, "tr")
        await ada.confirmed(number, "receipt")
        await ada.confirmed(number, "displayed")
        assert boris.states == ["active"]


async def test_a_correction_changes_what_is_shown(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b) as ada, user(server, b, bot=a) as boris:
        await boris.say("1 %")
        first = await ada.sees("1 %")
        await boris.write("Ready\n1. Yes\n2) No", f'<replace xmlns="urn:xmpp:message-correct:0" id="{first.id}"/>')
        second = await ada.sees("Ready")
        assert (second.id, second.edited, second.choices) == (first.id, 1, ("Yes", "No"))
        assert len(ada.screen) == 1
        assert ada.status.startswith("Ready")
        await ada.choose("No")
        await boris.sees("2")
        # somebody else's correction corrects nothing
        async with user(server, "eve@elsewhere.localhost", bot=a) as eve:
            await eve.write("Hacked", f'<replace xmlns="urn:xmpp:message-correct:0" id="{first.id}"/>')
            await eve.line.pong(f"{a}@localhost/phone")
        assert [shown.text for shown in ada.screen] == [second.text]


async def test_quick_responses_are_pressed(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b, style="quick") as ada, user(server, b, bot=a) as boris:
        await boris.write(
            "Which?",
            '<response xmlns="urn:xmpp:tmp:quick-response" value="new" label="A new one"/>',
            '<action xmlns="urn:xmpp:tmp:quick-response" id="stop" label="Stop"/>',
        )
        await ada.choose("A new one")
        await boris.sees("new")
        await ada.choose("Stop")
        await boris.line.until(
            lambda stanza: stanza.find("{urn:xmpp:tmp:quick-response}action-selected[@id='stop']") is not None
        )


async def test_uploads_are_shared_fetched_and_looked_into(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")
    content = picture.getvalue()
    async with user(server, a, bot=b) as ada, user(server, b, bot=a) as boris:
        url = await upload(boris, "a b.jpg", "image/jpeg", content)
        await boris.write(url, f'<x xmlns="jabber:x:oob"><url>{url}</url><desc>The sea</desc></x>')
        got = await ada.receives("image")
        assert (got.width, got.height, got.shown.text) == (40, 30, "The sea")
        assert got.sha256 == hashlib.sha256(content).hexdigest()
        with pytest.raises(Refused, match="not-acceptable"):
            await ada.line.iq(
                "get",
                UPLOADS,
                '<request xmlns="urn:xmpp:http:upload:0" filename="a.mp4" size="99999999" content-type="video/mp4"/>',
            )


async def test_what_came_while_away_is_in_the_archive_once(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b) as ada, user(server, b, bot=a) as boris:
        await boris.say("before")
        await ada.sees("before")
        await ada.line.vanish()
        await boris.say("while away")
        await boris.line.pong()
        await ada.back()
        await boris.say("after")
        await ada.sees("after")
        assert [shown.text for shown in ada.screen] == ["before", "while away", "after"]
        assert ada.line.connections == 2


async def test_a_broken_stream_is_resumed(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with (
        cable(server.port) as wire,
        user(server, b, bot=a) as boris,
        user(server, a, bot=b, port=wire.port, resume=True) as ada,
    ):
        await wire.cut(reset=True)
        await ada.line.fallen()
        await boris.say("into the dark")
        await boris.line.pong()
        await wire.heal()
        await ada.back()
        await ada.sees("into the dark")
        assert ada.line.resumed == 1
        await wire.cut()
        await boris.say("on a dead line")
        await boris.line.pong()
        assert len(ada.screen) == 1
        await wire.heal()
        await ada.sees("on a dead line")
        assert ada.line.connections == 2  # nobody noticed
        await wire.cut()
        await wire.heal(forgotten=True)
        await ada.line.fallen()


async def test_a_server_that_was_killed_comes_back_on_its_ports_with_its_data(
    server: Prosody, two: tuple[str, str]
) -> None:
    a, b = two
    async with user(server, b, bot=a) as boris, user(server, a, bot=b) as ada:
        await boris.say("before")
        await ada.sees("before")
        port = server.port
        await server.kill()
        await ada.line.fallen()
        await boris.line.fallen()
        with pytest.raises(NotLoggedIn):
            await ada.back()
        await server.start()
        assert server.port == port
        await boris.back()
        await boris.say("while away")
        await boris.line.pong()
        await ada.back()
        await ada.sees("while away")
        assert [shown.text for shown in ada.screen] == ["before", "while away"]
        await server.stop()
        await ada.line.fallen()
        await server.start()


async def test_rooms_have_voices_whispers_and_kicks(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    address = f"tea@{ROOMS}"
    async with user(server, a, bot=b) as ada, user(server, b, bot=a) as boris:
        hers = await ada.join(address, "Ada", bot="Boris")
        his = await boris.join(address, "Boris", bot="Ada")
        await hers.present_soon("Boris")
        await his.say("hello all")
        await hers.sees("hello all")
        aside = await hers.whisper("Boris")
        heard = await his.whisper("Ada")
        await aside.say("psst")
        await heard.sees("psst")
        assert not his.screen
        await hers.kick("Boris")
        await hers.gone_soon("Boris")
        await his.gone_soon("Boris")
        await his.enter()
        await hers.present_soon("Boris")


async def test_a_second_resource_sees_carbons(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with (
        user(server, a, bot=b) as phone,
        user(server, a, bot=b, resource="desk") as desk,
        user(server, b, bot=a) as boris,
    ):
        await phone.say("from the phone")
        await desk.line.until(lambda stanza: stanza.find("{urn:xmpp:carbons:2}sent") is not None)
        assert desk.everything[-1].body == "from the phone"
        assert not desk.screen
        await boris.write("to the phone", to=phone.line.jid)
        await desk.sees("to the phone")
        assert [one.carbon for one in desk.everything if one.body == "to the phone"] == ["received"]


async def test_subscriptions_and_raw_stanzas(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b) as ada, user(server, b, bot=a):
        await ada.seen(f"{a}@localhost")
        ada.raw(message("nobody@localhost", body("?"), number="x1"))
        ada.raw(message(f"{b}@localhost", body("as somebody else"), sender="eve@elsewhere.localhost"))
        error = await ada.line.until(lambda stanza: stanza.get("id") == "x1" and stanza.get("type") == "error")
        assert error.get("from") == "nobody@localhost"


async def test_people_add_each_other(server: Prosody, two: tuple[str, str]) -> None:
    a, b = two
    async with user(server, a, bot=b) as ada, user(server, b, bot=a) as boris:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as group:
                group.start_soon(ada.subscribe)
                request = await boris.line.until(lambda stanza: stanza.get("type") == "subscribe")
        assert request.get("from") == f"{a}@localhost"
        assert await ada.seen() == f"{b}@localhost/phone"


async def _certificate_of(port: int, ca: Path) -> None:
    """Begin TLS as a client that trusts this authority and wants localhost."""
    context = ssl.create_default_context(cafile=str(ca))
    raw = await anyio.connect_tcp("127.0.0.1", port)
    try:
        await TLSStream.wrap(raw, hostname="localhost", ssl_context=context, standard_compatible=False)
    finally:
        await anyio.aclose_forcefully(raw)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("good", ""), ("self-signed", "self"), ("expired", "expired"), ("wrong-host", "mismatch")],
)
async def test_certificates_have_the_fault_that_was_asked_for(tmp_path: Path, kind: Kind, reason: str) -> None:
    options = Options(certificate=kind, encryption="required", uploads=False, rooms=False)
    async with prosody(tmp_path, accounts=("ada",), options=options) as server:
        if kind == "good":
            await _certificate_of(server.tls_port, server.ca)
            async with user(server, "ada", tls=True) as ada:
                await ada.line.pong()
            with pytest.raises(NotLoggedIn):
                await Line(Login("ada@localhost", server.password("ada"), server.port)).connect()  # without TLS
        else:
            with pytest.raises(ssl.SSLError, match=reason):
                await _certificate_of(server.tls_port, server.ca)


async def test_wrong_passwords_are_not_let_in(server: Prosody) -> None:
    server.add("ada")
    with pytest.raises(NotLoggedIn):
        await Line(Login("ada@localhost", "wrong", server.port)).connect()
    with pytest.raises(NotLoggedIn):
        await Line(Login("stranger@localhost", "x", server.port)).connect()
    server.add("later")
    async with user(server, "later") as later:
        await later.line.pong()


async def test_a_server_without_the_extras(tmp_path: Path) -> None:
    options = Options(
        uploads=False,
        rooms=False,
        archive=False,
        carbons=False,
        resume=False,
        pep=False,
        offline=False,
        encryption="none",
    )
    async with prosody(tmp_path, accounts=("ada",), options=options) as server, user(server, "ada", resume=True) as ada:
        items = await ada.line.iq("get", "localhost", '<query xmlns="http://jabber.org/protocol/disco#items"/>')
        assert [item.get("jid") for item in items.findall(".//{*}item")] == ["elsewhere.localhost"]
        info = await ada.line.iq("get", "localhost", '<query xmlns="http://jabber.org/protocol/disco#info"/>')
        features = {feature.get("var", "") for feature in info.iter("{http://jabber.org/protocol/disco#info}feature")}
        assert "urn:xmpp:carbons:2" not in features
        with pytest.raises(Refused):
            await ada.line.iq("set", "", '<query xmlns="urn:xmpp:mam:2"/>')
        await ada.line.vanish()
        await ada.back()
        assert (ada.line.resumed, ada.line.connections) == (0, 2)


async def test_files_over_https(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    async with (
        prosody(tmp_path, accounts=("ada", "boris"), options=Options(https=True, rooms=False)) as server,
        user(server, "ada", bot="boris") as ada,
        user(server, "boris", bot="ada") as boris,
    ):
        url = await upload(boris, "a.png", "image/png", picture.getvalue())
        assert url.startswith("https://127.0.0.1:")
        await boris.write(url, f'<x xmlns="jabber:x:oob"><url>{url}</url></x>')
        assert (await ada.receives("image")).width == 8
        assert len(server.uploaded()) == 1
        assert ET.tostring(ada.line.stanzas[0])
