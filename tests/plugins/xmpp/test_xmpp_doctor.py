"""Whether the server lets the bot in: one plain sentence for each way it does not, within the time a check has."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from hayal import HayalError, Host
from hayal_xmpp import failures
from hayal_xmpp.messenger import XmppMessenger
from hayal_xmpp.settings import XmppSettings
from xmpp.certificates import Kind
from xmpp.line import line
from xmpp.prosody import Options, Prosody, prosody
from xmpp.user import login_of

pytestmark = pytest.mark.anyio


def messenger(folder: Path, server: Prosody, **settings: Any) -> XmppMessenger:
    jid = server.jid("bot")
    given = {"jid": jid, "password": SecretStr(server.password("bot")), "allowed": ("localhost",)}
    given |= {"host": "localhost", "port": server.port, "ca": server.ca} | settings
    return XmppMessenger(XmppSettings(**given), Host("xmpp", folder))


async def complaint(part: XmppMessenger) -> str:
    with pytest.raises(HayalError) as caught:
        await part.check()
    said = str(caught.value)
    assert "\n" not in said
    assert "pass of" not in said
    return said


async def test_a_good_server(tmp_path: Path) -> None:
    options = Options(encryption="required", https=True, upload_limit=12345)
    async with prosody(tmp_path / "server", options=options) as server:
        for settings in ({}, {"tls": "direct", "port": server.tls_port}):
            bot = messenger(tmp_path, server, **settings)
            assert bot.capabilities.max_file is None
            await bot.check()
            assert not bot.warnings()
            assert bot.capabilities.max_file == 12345
            assert not bot.capabilities.buttons


async def test_a_check_does_not_throw_out_the_bot_that_runs(tmp_path: Path) -> None:
    async with prosody(tmp_path / "server") as server, line(login_of(server, "bot", resource="hayal")) as running:
        await messenger(tmp_path, server, tls="none").check()
        await running.pong()
        assert running.up


@pytest.mark.parametrize(
    ("options", "settings", "sentence"),
    [
        (Options(), {"password": SecretStr("wrong")}, "the password of bot@localhost is wrong"),
        (Options(), {"jid": "nobody@localhost"}, "there is no such account"),
        (Options(), {"jid": "bot@other.localhost"}, r"does not serve other\.localhost|does not prove to be"),
        (Options(encryption="none"), {}, "offers no TLS"),
        (Options(), {"tls": "direct"}, "does not speak TLS as expected.*starttls"),
    ],
)
async def test_what_is_wrong(tmp_path: Path, options: Options, settings: dict[str, Any], sentence: str) -> None:
    async with prosody(tmp_path / "server", options=options) as server:
        assert re.search(sentence, await complaint(messenger(tmp_path, server, **settings)))


@pytest.mark.parametrize("kind", ["self-signed", "expired", "wrong-host"])
@pytest.mark.parametrize("tls", ["starttls", "direct"])
async def test_a_certificate_that_proves_nothing(tmp_path: Path, kind: Kind, tls: str) -> None:
    async with prosody(tmp_path / "server", options=Options(certificate=kind)) as server:
        port = server.tls_port if tls == "direct" else server.port
        said = await complaint(messenger(tmp_path, server, tls=tls, port=port))
        assert "does not prove to be localhost" in said
        assert not [entry for entry in server.log if "Authenticated as bot" in entry]


async def test_an_authority_that_is_not_trusted(tmp_path: Path) -> None:
    async with prosody(tmp_path / "server") as server:
        assert "does not prove to be localhost" in await complaint(messenger(tmp_path, server, ca=None))


async def test_nobody_listens(tmp_path: Path) -> None:
    async with prosody(tmp_path / "server") as server:
        await server.stop()
        assert "refuses the connection" in await complaint(messenger(tmp_path, server))


async def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hayal_xmpp.messenger.CHECK_LIMIT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = XmppSettings(
            jid="bot@localhost", password=SecretStr("x"), host="127.0.0.1", port=silent.getsockname()[1]
        )
        said = await complaint(XmppMessenger(settings, Host("xmpp", tmp_path)))
    assert "does not answer" in said


async def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    settings = XmppSettings(jid="bot@localhost", password=SecretStr("x"), host="127.0.0.1", ca=tmp_path / "none.pem")
    assert "none.pem cannot be read" in await complaint(XmppMessenger(settings, Host("xmpp", tmp_path)))


async def test_what_works_without_uploads_and_archive_is_said(tmp_path: Path) -> None:
    async with prosody(tmp_path / "server", options=Options(uploads=False, archive=False)) as server:
        bot = messenger(tmp_path, server, allowed=())
        assert bot.warnings() == [failures.EVERYBODY]
        await bot.check()
        assert bot.warnings() == [failures.NO_UPLOAD, failures.NO_ARCHIVE, failures.EVERYBODY]
        assert bot.capabilities.max_file is None


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("No DNS record available for example.org", 'no address is known for "example.org"'),
        (OSError(113, "No route to host"), "cannot be reached: No route to host"),
        (None, "closed the connection before the login was done"),
    ],
)
def test_the_other_ways_not_to_be_reached(reason: object, sentence: str) -> None:
    settings = XmppSettings(jid="ayla@example.org", password=SecretStr("x"))
    assert sentence in str(failures.not_reached(settings, reason))


@pytest.mark.parametrize(
    ("condition", "settled"),
    [("account-disabled", True), ("temporary-auth-failure", False), ("", True), ("invalid-authzid", True)],
)
def test_every_login_that_fails_has_a_sentence(condition: str, settled: bool) -> None:
    settings = XmppSettings(jid="ayla@example.org", password=SecretStr("x"))
    error = failures.not_let_in(settings, condition)
    assert error.settled is settled
    assert "example.org" in str(error)


@pytest.mark.parametrize(("condition", "settled"), [("conflict", True), ("system-shutdown", False), ("odd", False)])
def test_every_end_of_a_stream_has_a_sentence(condition: str, settled: bool) -> None:
    settings = XmppSettings(jid="ayla@example.org", password=SecretStr("x"))
    error = failures.thrown_out(settings, condition)
    assert error.settled is settled
    assert str(error)
