"""What needs no server: settings, reading a stanza, what it means, addresses of files, how far an archive was read."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from hayal import Button, Card, ConfigError, Message
from hayal.provider import Scratchpad
from hayal_xmpp.archive import Seen
from hayal_xmpp.client import Sessions
from hayal_xmpp.limits import Buckets, Recent
from hayal_xmpp.meaning import Meaning, Occupant, Quote, Understood
from hayal_xmpp.names import message_id
from hayal_xmpp.presence import avatar
from hayal_xmpp.reading import Said, read
from hayal_xmpp.settings import XmppSettings
from hayal_xmpp.stanzas import responses, shown
from hayal_xmpp.upload import NotTaken, read_slot, safe_url

BOT = "ayla@example.org"
ROOM = "tea@rooms.example.org"
SETTINGS: dict[str, Any] = {"jid": BOT, "password": "secret word"}


def made(**given: Any) -> XmppSettings:
    return XmppSettings(**SETTINGS, **given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"jid": "example.org"}, "not the address of an account"),
        ({"jid": "a@b@c"}, "not an XMPP address"),
        ({"password": ""}, "the password is empty"),
        ({"tls": "none"}, "server on this machine only"),
        ({"tls": "none", "host": "xmpp.example.org"}, "server on this machine only"),
        ({"port": 5222}, "`port` needs `host`"),
        ({"rooms": [ROOM, ROOM]}, "listed twice"),
        ({"rooms": ["rooms.example.org"]}, "not the address of a room"),
        ({"allowed": ["@"]}, "not an XMPP address"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        XmppSettings(**(SETTINGS | given))
    assert sentence in str(caught.value)
    assert "secret word" not in str(caught.value)


def test_settings_as_an_operator_writes_them() -> None:
    given = made(
        host="127.0.0.1",
        tls="none",
        allowed=["Ada@Example.org", "friends.example"],
        rooms=[ROOM, {"room": "den@rooms.example.org", "nickname": "Ay", "password": "p", "rejoin": False}],
        nickname="Ayla",
    )
    assert given.allows("ada@example.org")
    assert given.allows("anybody@friends.example")
    assert not given.allows("boris@example.org")
    assert made().allows("anybody@anywhere.example")
    assert [given.nickname_in(room) for room in given.rooms] == ["Ayla", "Ay"]
    assert isinstance(given.password, SecretStr)
    assert "secret word" not in repr(given)


def stanza(inner: str, sender: str = "ada@example.org/phone", kind: str = "chat", **more: str) -> ET.Element:
    attributes = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in more.items())
    return ET.fromstring(
        f'<message xmlns="jabber:client" from="{sender}" to="{BOT}" type="{kind}" id="m1"{attributes}>{inner}</message>'
    )


def said(inner: str, archive: str = BOT, **more: str) -> Said | None:
    return read(stanza(inner, **more), archive)


def test_a_message_is_read() -> None:
    found = said(
        '<body>  hello </body><stanza-id xmlns="urn:xmpp:sid:0" by="ayla@example.org" id="s1"/>'
        '<request xmlns="urn:xmpp:receipts"/><markable xmlns="urn:xmpp:chat-markers:0"/>'
        '<nick xmlns="http://jabber.org/protocol/nick">Ada</nick>',
        xml_lang="tr",
    )
    assert found is not None
    assert (found.text, found.number, found.stored, found.language, found.nick) == ("hello", "m1", "s1", "tr", "Ada")
    assert found.receipt
    assert found.markable
    assert not found.delayed


def test_only_the_ids_of_the_archive_that_was_asked_count() -> None:
    """XEP-0359, 5: anybody can put a stanza id into a message."""
    found = said(
        '<body>x</body><stanza-id xmlns="urn:xmpp:sid:0" by="evil.example" id="e"/>'
        '<stanza-id xmlns="urn:xmpp:sid:0" by="ayla@example.org" id="good"/>'
        '<stanza-id xmlns="urn:xmpp:sid:0" by="ada@example.org" id="e2"/>'
    )
    assert found is not None
    assert found.stored == "good"


FORGED = (
    '<{way} xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" '
    'from="ada@example.org/x" to="ayla@example.org" type="chat"><body>a video</body></message></forwarded></{way}>'
)


@pytest.mark.parametrize(
    "inner",
    [
        FORGED.format(way="sent"),
        FORGED.format(way="received"),
        "<body>look</body>" + FORGED.format(way="received"),
        '<body>x</body><result xmlns="urn:xmpp:mam:2" id="1"/>',
        '<body>x</body><forwarded xmlns="urn:xmpp:forward:0"/>',
    ],
)
def test_copies_and_results_are_never_read_as_messages(inner: str) -> None:
    assert said(inner) is None
    assert said(inner, sender=BOT) is None


@pytest.mark.parametrize("kind", ["error", "headline", "unheard-of"])
def test_errors_and_headlines_are_not_messages(kind: str) -> None:
    assert said("<body>x</body>", kind=kind) is None


def test_what_is_replied_to_is_not_said_again() -> None:
    text = "&gt; Ayla: a selfie?\n"
    found = said(
        f"<body>{text}yes please</body>"
        '<reply xmlns="urn:xmpp:reply:0" to="tea@rooms.example.org/Ayla" id="9"/>'
        '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="0" end="17"/></fallback>'
    )
    assert found is not None
    assert found.text == "yes please"
    assert found.reply == f"{ROOM}/Ayla"


@given(st.text(max_size=30), st.integers(-5, 40), st.integers(-5, 40))
@settings(max_examples=100, deadline=None)
def test_a_strange_fallback_harms_nothing(text: str, start: int, end: int) -> None:
    xml = stanza("<body/>")
    xml[0].text = text
    fallback = ET.SubElement(xml, "{urn:xmpp:fallback:0}fallback", {"for": "urn:xmpp:reply:0"})
    ET.SubElement(fallback, "{urn:xmpp:fallback:0}body", {"start": str(start), "end": str(end)})
    found = read(xml, BOT)
    assert found is not None
    assert len(found.text) <= len(text)


def meaning(**given: Any) -> Meaning:
    known = {(ROOM, "Ada"): Occupant("ada@example.org"), (ROOM, "Eve"): Occupant("", "o-1")}
    chosen = made(nickname="Ayla", rooms=[ROOM], **given)
    return Meaning(
        chosen,
        lambda room: "Ayla" if room == ROOM else "",
        lambda room, nick: known.get((room, nick), Occupant()),
    )


def understood(inner: str, given: dict[str, Any] | None = None, **more: str) -> Understood | None:
    archive = ROOM if more.get("kind") == "groupchat" else BOT
    found = read(stanza(inner, **more), archive)
    return meaning(**(given or {})).of(found) if found else None


def test_a_person_is_the_bare_address() -> None:
    found = understood("<body>hi</body>")
    assert found is not None
    assert (found.update.chat, found.update.user, found.update.text) == ("ada@example.org", "ada@example.org", "hi")
    assert found.update.quote == ""
    again = understood("<body>hi</body>")
    assert again is not None
    assert again.update.id == found.update.id


@pytest.mark.parametrize("sender", [BOT, f"{BOT}/elsewhere", f"{ROOM}/Ayla", ROOM, "eve@evil.example/x"])
def test_nobody_we_listen_to(sender: str) -> None:
    assert understood("<body>hi</body>", {"allowed": ["example.org"]}, sender=sender) is None


def test_an_occupant_of_a_room_we_are_not_in_is_not_a_person() -> None:
    inner = '<body>hi</body><x xmlns="http://jabber.org/protocol/muc#user"/>'
    assert understood(inner, sender="other@rooms.example.org/eve") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ayla: hello", "hello"),
        ("ayla, a selfie", "a selfie"),
        ("@Ayla hello", "hello"),
        ("AYLA hello", "hello"),
        ("Ayla", ""),
        ("Aylanur: hello", None),
        ("hello Ayla", None),
        ("/selfie at the sea", "/selfie at the sea"),
        ("/selfie@ayla", "/selfie@ayla"),
        ("/selfie@other", None),
        ("/me waves", None),
        ("/unheard of", None),
        ("Ayla: /unheard of", "/unheard of"),
    ],
)
def test_who_is_spoken_to_in_a_room(text: str, meant: str | None) -> None:
    found = understood(f"<body>{text}</body>", sender=f"{ROOM}/Ada", kind="groupchat")
    assert (found.update.text if found else None) == meant


def test_an_answer_to_a_message_of_ours_is_to_us() -> None:
    inner = f'<body>2</body><reply xmlns="urn:xmpp:reply:0" to="{ROOM}/Ayla" id="9"/>'
    found = understood(inner, sender=f"{ROOM}/Ada", kind="groupchat")
    assert found is not None
    assert found.update.text == "2"


def test_history_of_a_room_is_not_for_us() -> None:
    inner = '<body>Ayla: hi</body><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z"/>'
    assert understood(inner, sender=f"{ROOM}/Ada", kind="groupchat") is None


def test_who_somebody_in_a_room_is() -> None:
    """The real address if the room shows it, then the stable id, then the nickname."""
    for nick, user in [("Ada", "ada@example.org"), ("Eve", f"{ROOM}/#o-1"), ("Zoe", f"{ROOM}/Zoe")]:
        found = understood("<body>Ayla: hi</body>", sender=f"{ROOM}/{nick}", kind="groupchat")
        assert found is not None
        assert (found.update.chat, found.update.user) == (ROOM, user)
        quote = Quote.of(found.update.quote)
        assert quote == Quote("m1", nick, "Ayla: hi")
        private = understood("<body>hi</body>", sender=f"{ROOM}/{nick}")
        assert private is not None
        assert private.private
        assert (private.update.chat, private.update.user) == (f"{ROOM}/{nick}", user)


def test_an_archive_does_not_know_who_has_a_nickname_now() -> None:
    xml = stanza("<body>Ayla: hi</body>", sender=f"{ROOM}/Ada", kind="groupchat")
    found = read(xml, ROOM, stored="a1", delayed=True)
    assert found is not None
    told = meaning().of(found, archived=True)
    assert told is not None
    assert told.update.user == f"{ROOM}/Ada"


@pytest.mark.parametrize("token", ["", "nonsense", "[1]", "{}"])
def test_a_broken_quote_is_no_quote(token: str) -> None:
    assert Quote.of(token) is None


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://files.example.org/a.mp4", True),
        ("http://127.0.0.1:5280/a.mp4", True),
        ("http://[::1]:5280/a.mp4", True),
        ("http://files.example.org/a.mp4", False),
        ("ftp://files.example.org/a.mp4", False),
        ("file:///etc/passwd", False),
        ("https://user:pass@files.example.org/a", False),
        ("https://files.example.org/a b", False),
        ("https://files.example.org/a\r\nX: y", False),
        ("https://[broken/", False),
        ("", False),
    ],
)
def test_where_files_may_be_sent(url: str, good: bool) -> None:
    if good:
        assert safe_url(url) == url
    else:
        with pytest.raises(NotTaken):
            safe_url(url)


def test_a_slot_may_ask_for_three_headers_and_no_others() -> None:
    slot = read_slot(
        ET.fromstring(
            '<slot xmlns="urn:xmpp:http:upload:0"><put url="https://u.example/p"><header name="authorization">Basic '
            'x\n</header><header name="Host">evil</header><header name="Cookie">c=1\r\nX: y</header></put>'
            '<get url="https://u.example/g"/></slot>'
        )
    )
    assert slot.headers == {"Authorization": "Basic x", "Cookie": "c=1X: y"}
    for broken in (
        "<slot xmlns='urn:xmpp:http:upload:0'/>",
        "<slot xmlns='urn:xmpp:http:upload:0'><put/><get/></slot>",
    ):
        with pytest.raises(NotTaken):
            read_slot(ET.fromstring(broken))
    with pytest.raises(NotTaken):
        read_slot(None)


def test_a_bucket_gives_a_burst_and_then_a_rate() -> None:
    now = 0.0
    buckets = Buckets(2.0, 3, clock=lambda: now)
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b")
    now = 0.5
    assert [buckets.take("a"), buckets.take("a")] == [True, False]


def test_what_is_remembered_is_bounded() -> None:
    recent: Recent[int, int] = Recent(3)
    for number in range(10):
        recent.put(number, number)
    assert [number in recent for number in (6, 7, 9)] == [False, True, True]
    sessions = Sessions()
    for number in range(600):
        sessions[str(number)] = {}
    assert len(sessions) == 500
    assert sessions.get("0") is None
    with pytest.raises(KeyError):
        sessions["0"]


def test_ids_are_the_same_whenever_a_post_is_sent_again() -> None:
    assert message_id(BOT, "k.1") == message_id(BOT, "k.1")
    assert len({message_id(jid, key) for jid, key in product((BOT, "b@example.org"), ("k.1", "k.2"))}) == 4


@pytest.mark.anyio
async def test_the_mark_moves_only_over_what_is_stored() -> None:
    notes = Scratchpad()
    seen = Seen(notes, BOT)
    assert await seen.load() == ("", None)
    for number in ("1", "2", "3"):
        assert seen.began(number)
    assert not seen.began("2"), "it is being processed"
    seen.done("2")
    seen.done("3")
    await seen.write()
    assert await notes.get(f"seen {BOT}") is None, "the first is not stored yet"
    seen.done("1")
    await seen.write()
    mark, at = await Seen(notes, BOT).load()
    assert mark == "3"
    assert at is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60


def test_progress_is_a_bar_of_ten_steps_and_offers_nothing() -> None:
    row = ((Button(label="Stop", tap="cancel 1"),),)
    bars = [shown(Message(text="Working", progress=done, buttons=row)).text for done in (0.0, 0.31, 0.39, 1.0)]
    assert bars[0] == "Working"
    assert bars[1] == bars[2] == "Working\n▰▰▰▱▱▱▱▱▱▱ 30 %"
    assert bars[3].endswith("▰▰▰▰▰▰▰▰▰▰ 100 %")


def test_quick_responses_are_all_different() -> None:
    """XEP-0439, 5.1: neither values nor labels may be there twice."""
    cards = tuple(Card(title="Selfie", text="today", buttons=(Button(label="Show", tap=f"show {n}"),)) for n in (1, 2))
    what = shown(Message(text="Gallery", cards=cards, buttons=((Button(label="Older", tap="page 6"),),)))
    made_of = responses(what.options)
    assert len({each["value"] for each in made_of}) == len({each["label"] for each in made_of}) == 3
    assert made_of[-1]["value"] == "Older"
    assert made_of[0]["value"] == "1"


def test_an_avatar_is_made_small(tmp_path: Path) -> None:
    from PIL import Image

    Image.linear_gradient("L").resize((900, 500)).save(tmp_path / "big.jpg")
    small = avatar(tmp_path / "big.jpg")
    assert small.startswith(b"\x89PNG")
    assert len(small) < 64 * 1024
    (tmp_path / "text.txt").write_text("no picture")
    with pytest.raises(ConfigError):
        avatar(tmp_path / "text.txt")
    with pytest.raises(ConfigError):
        avatar(tmp_path / "nothing.png")
