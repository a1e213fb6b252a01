"""Settings, the port, the key, limits, texts: what needs no server, or another than usual."""

from __future__ import annotations

import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr, ValidationError
from web_desk import LOCALES, MemoryDesk, bundle
from web_server import serving

import hayal_web
from hayal import Host, Media, Messenger, PluginError
from hayal_web.identity import cookie_key
from hayal_web.limits import Buckets
from hayal_web.messenger import WebMessenger
from hayal_web.settings import WebSettings, is_loopback
from hayal_web.texts import IDS, LANGUAGES, known, preferred

TOKEN = SecretStr("moonlight-42")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "chat.example.org", "::ffff:10.0.0.1"])
def test_other_machines_need_a_token(host: str) -> None:
    with pytest.raises(ValidationError, match="so a token is needed") as refused:
        WebSettings(host=host)
    assert len(refused.value.errors()) == 1
    with pytest.raises(ValidationError, match="so a token is needed"):
        WebSettings(host=host, token=SecretStr(""))
    assert WebSettings(host=host, token=TOKEN).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.2.1", "LOCALHOST", "::ffff:127.0.0.1"])
def test_this_machine_needs_none(host: str) -> None:
    assert is_loopback(host)
    assert WebSettings(host=host).token is None


def test_settings_are_checked_and_keep_secrets() -> None:
    for wrong in (
        {"port": 70000},
        {"port": -1},
        {"token": "short"},
        {"origins": ("chat.example.org",)},
        {"origins": ("https://chat.example.org/path",)},
        {"proxies": ("somewhere",)},
        {"max_sockets": 0},
        {"rate": 0},
        {"colour": "red"},
    ):
        with pytest.raises(ValidationError) as refused:
            WebSettings.model_validate(wrong)
        assert len(refused.value.errors()) == 1
        assert "short" not in str(refused.value).replace("shorter", "") or "token" not in wrong
    settings = WebSettings(token=TOKEN, origins=("https://Chat.Example.org/",), proxies=("10.0.0.0/8",))
    assert settings.origins == ("https://chat.example.org",)
    assert "moonlight" not in repr(settings)
    assert all(field.description for field in WebSettings.model_fields.values())


def test_the_plugin_registers_itself_and_stays_light() -> None:
    names: dict[str, type[Messenger]] = {}
    folders: list[Path] = []
    hayal_web.register_messengers(names.__setitem__)
    hayal_web.register_locales(folders.append)
    assert names == {"web": WebMessenger}
    assert folders == [LOCALES]
    code = "import hayal_web.messenger, sys; print(sorted({'uvicorn', 'starlette', 'websockets'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _messenger(folder: Path, **settings: object) -> WebMessenger:
    return WebMessenger(WebSettings.model_validate(settings), Host("web", folder))


@pytest.mark.anyio
async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        messenger = _messenger(tmp_path, port=port)
        with pytest.raises(PluginError, match=f"port {port}: another program uses that port"):
            await messenger.check()
        with pytest.raises(PluginError, match="another program uses that port") as failed:
            await messenger.run(MemoryDesk(Media.at("media", tmp_path)), lambda: None)
        assert "\n" not in str(failed.value)
    await messenger.check()
    with pytest.raises(PluginError, match="does not have that address"):
        await _messenger(tmp_path, host="192.0.2.1", token="moonlight-42").check()

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PluginError, match="no address is known"):
        await _messenger(tmp_path, host="nowhere.invalid", token="moonlight-42").check()


@pytest.mark.anyio
async def test_its_own_port_is_not_taken(tmp_path: Path) -> None:
    async with serving(tmp_path) as web:
        await web.messenger.check()
        assert str(web.address[1]) in web.url
        port = web.address[1]
    async with serving(tmp_path, port=port) as again:
        assert again.address[1] == port


@pytest.mark.anyio
async def test_running_ends_only_by_being_cancelled(tmp_path: Path) -> None:
    returned = False
    ready = anyio.Event()

    async def run() -> None:
        nonlocal returned
        await _messenger(tmp_path, port=0).run(MemoryDesk(Media.at("media", tmp_path)), ready.set)
        returned = True

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        await ready.wait()
        group.cancel_scope.cancel()
    assert not returned


@pytest.mark.anyio
async def test_a_server_for_other_machines(tmp_path: Path) -> None:
    async with serving(tmp_path, host="0.0.0.0", token="moonlight-42") as web:
        client = web.client()
        assert (await client.get("/", headers={"host": "chat.example.org"})).headers["location"] == "/login"


@pytest.mark.anyio
async def test_stopping_does_not_wait_for_somebody_who_never_reads(tmp_path: Path) -> None:
    desk = MemoryDesk(Media.at("media", tmp_path))
    await desk.media.put("all/large.mp4", bytes(40_000_000))
    desk.public.add("all/large.mp4")
    with anyio.fail_after(20):
        async with serving(tmp_path, desk) as web:
            client, _ = await web.visitor()
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            stream = await anyio.connect_tcp(*web.address)
            head = f"GET /media/all/large.mp4 HTTP/1.1\r\nHost: {web.host}\r\nCookie: {cookie}\r\n\r\n"
            await stream.send(head.encode())
            assert (await stream.receive(64)).startswith(b"HTTP/1.1 200")
        await stream.aclose()


def test_the_key_of_the_cookies(tmp_path: Path) -> None:
    path = tmp_path / "cookie.key"
    key = cookie_key(path)
    assert cookie_key(path) == key
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o644)
    cookie_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"too short")
    with pytest.raises(PluginError, match="not a key of 32 bytes"):
        cookie_key(path)


def test_buckets() -> None:
    now = 0.0
    buckets = Buckets(rate=2, burst=3, most=2, clock=lambda: now)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.take("b") == 0
    now = 0.5
    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]
    now = 100
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    buckets.take("c")
    assert buckets.take("d") == 0
    assert buckets.take("a") == 0


def test_every_text_is_there_in_every_language() -> None:
    used = set(IDS)
    for file in (Path(hayal_web.__file__).parent).glob("**/*"):
        if file.suffix in {".js", ".html", ".py"}:
            words = file.read_text().replace("$web_", "web-").replace("_", "-")
            used |= {word for word in _ids(words) if not word.endswith("-")}
    for language in LANGUAGES:
        there = set(bundle(language)._messages)
        assert used - {"web-hayal"} <= there
        assert there <= used, "a text nobody needs"


def _ids(text: str) -> set[str]:
    parts = text.replace('"', " ").replace("`", " ").replace("<", " ").replace(">", " ").replace("'", " ").split()
    return {part for part in parts if part.startswith("web-") and part.replace("-", "").isalpha()}


def test_languages() -> None:
    assert [known(code) for code in ("tr-TR", "RU", "en", "de-DE", "")] == ["tr", "ru", "en", "en", "en"]
    assert preferred("de-DE,ru;q=0.8,tr;q=0.9") == "tr"
    assert preferred("xx;q=broken, ru") == "ru"
    assert preferred("") == "en"
    assert preferred("," * 10000) == "en"


def _colours() -> dict[str, dict[str, str]]:
    css = (Path(hayal_web.__file__).parent / "static" / "base.css").read_text()
    blocks = css.split(":root")[1:4]
    themes = [dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6})(?:[0-9a-f]{2})?;", block)) for block in blocks]
    light, system_dark, chosen_dark = themes
    assert system_dark == chosen_dark
    return {"light": light, "dark": chosen_dark}


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_on_every_ground(theme: str) -> None:
    colours = _colours()[theme]
    grounds = [colours[f"--{name}"] for name in ("ground", "paper", "bar", "glow-a", "glow-b", "glow-c")]
    for text in ("--ink", "--soft", "--accent"):
        for ground in grounds:
            assert _contrast(colours[text], ground) >= 4.5, (text, ground)
    for mine in ("--mine-a", "--mine-b"):
        assert _contrast(colours["--on-mine"], colours[mine]) >= 4.5, mine
    assert _contrast(colours["--bad"], colours["--ground"]) >= 4.5
