"""Who may ask for what: hosts, origins, cookies, tokens, and the headers of every response."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from web_client import open_page
from web_desk import MemoryDesk
from web_server import Web, serving
from websockets.exceptions import InvalidStatus

from hayal import Media, PluginError

pytestmark = pytest.mark.anyio
TOKEN = "moonlight-42"


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Web]:
    async with serving(tmp_path, token=TOKEN) as web:
        yield web


async def test_every_response_has_the_strict_headers(web: Web) -> None:
    client = web.client()
    for path in ("/", "/nothing", "/healthz", "/media/x.jpg", "/static/0/app.js"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "server" not in headers


async def test_the_page_has_nothing_inline_and_nothing_from_outside(web: Web) -> None:
    page = (await web.client().get("/")).text
    assert "<style" not in page
    assert " style=" not in page
    assert " on" + "click" not in page
    assert "http" not in page.replace("http-equiv", "")
    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    assert all("src=" in script for script in scripts)
    folder = Path(__file__).parents[3] / "plugins/web/hayal_web/static"
    for file in folder.iterdir():
        assert "innerHTML" not in file.read_text()
        assert "//cdn" not in file.read_text()


async def test_static_files_are_kept_for_ever_under_their_version(web: Web) -> None:
    client = web.client()
    page = (await client.get("/")).text
    path = next(part.split('"')[0] for part in page.split('src="')[1:] if "app.js" in part)
    response = await client.get(path)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = await client.get(path, headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
    old = await client.get("/static/older/app.js")
    assert old.status_code == 200
    assert old.headers["cache-control"] == "no-cache"


async def test_no_path_leads_out_of_static(web: Web) -> None:
    for path in (
        "/static/../settings.py",
        "/static/x/../../settings.py",
        "/static/x/..%2fsettings.py",
        "/static/x/%2e%2e%2fsettings.py",
        "/static/x/index.html",
        "/static/x/",
        "/static/x/app.js%00",
        "/..%2f..%2fetc/passwd",
    ):
        assert await web.raw(path) == 404, path


async def test_a_foreign_host_is_refused_against_rebinding(web: Web) -> None:
    client = web.client()
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[", "10.0.0.1"):
        assert (await client.get("/", headers={"host": host})).status_code == 400, host
    for host in ("localhost", "localhost:9", "127.0.0.1", "127.8.8.8:1", "[::1]:80"):
        assert (await client.get("/", headers={"host": host})).status_code == 200, host


async def test_a_proxys_name_is_fine_if_configured(tmp_path: Path) -> None:
    async with serving(tmp_path, origins=("https://chat.example.org",)) as web:
        client = web.client()
        assert (await client.get("/", headers={"host": "chat.example.org"})).status_code == 200
        await client.get("/")
        async with open_page(web.url, client, origin="https://chat.example.org") as page:
            await page.hello()


async def test_a_socket_from_another_page_is_refused(web: Web) -> None:
    client, _ = await web.visitor()
    others = (None, "null", "https://evil.example", "http://127.0.0.1", "http://localhost:1", "file://", "http://[")
    for origin in others:
        with pytest.raises(InvalidStatus) as refused:
            async with open_page(web.url, client, origin=origin):
                pass
        assert refused.value.response.status_code == 403, origin


async def test_a_socket_under_a_foreign_host_is_refused(web: Web) -> None:
    client, _ = await web.visitor()
    with pytest.raises(InvalidStatus) as refused:
        async with open_page(web.url, client, origin="http://evil.example", name="evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_identity_is_a_signed_cookie_made_at_the_first_look(web: Web) -> None:
    client = web.client()
    made = (await client.get("/")).headers["set-cookie"]
    assert "HttpOnly" in made
    assert "SameSite=Lax" in made
    assert "Path=/" in made
    assert "Secure" not in made
    chat = web.chat(client)
    assert len(chat) == 32
    await client.get("/")
    assert web.chat(client) == chat
    key = web.folder / "web" / "cookie.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32


async def test_a_tampered_cookie_is_a_new_identity(web: Web) -> None:
    client, chat = await web.visitor()
    name, value = next(iter(client.cookies.items()))
    forged = "0" * 32 + value[32:]
    for bad in (forged, value[:-9] + "AAAA" + value[-5:], chat, "", "é", "." * 80):
        response = await web.client().get("/", headers={b"cookie": f"{name}={bad}".encode()})
        fresh = response.headers["set-cookie"].partition("=")[2].split(".")[0]
        assert fresh not in {chat, "0" * 32}
        async with open_page(web.url, headers={"Cookie": f"{name}={forged}"}) as page:
            assert await page.closed() == 4401


async def test_identity_survives_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as web:
        client, chat = await web.visitor()
        name, value = next(iter(client.cookies.items()))
    async with serving(tmp_path) as web:
        response = await web.client().get("/", headers={"cookie": f"{name}={value}"})
        assert response.headers["set-cookie"].startswith(f"{name}={chat}.")


async def test_cookies_are_secure_over_https(tmp_path: Path) -> None:
    async with serving(tmp_path, proxies=("127.0.0.1",)) as web:
        response = await web.client().get("/", headers={"x-forwarded-proto": "https"})
        assert "; Secure" in response.headers["set-cookie"]
    async with serving(tmp_path, secure_cookies=True) as web:
        assert "; Secure" in (await web.client().get("/")).headers["set-cookie"]
    async with serving(tmp_path) as web:
        # A header that anybody can send is not believed.
        response = await web.client().get("/", headers={"x-forwarded-proto": "https"})
        assert "; Secure" not in response.headers["set-cookie"]


async def test_without_a_login_there_is_only_health_static_and_the_form(locked: Web) -> None:
    client = locked.client()
    page = await client.get("/")
    assert page.status_code == 303
    assert page.headers["location"] == "/login"
    assert "set-cookie" not in page.headers
    for path in ("/media/a/b.jpg", "/texts.json", "/nothing", "/static", "/loginx/../texts.json"):
        assert (await client.get(path)).status_code in {401, 404}, path
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/static/0/base.css")).status_code == 200
    form = await client.get("/login", headers={"accept-language": "ru-RU,ru;q=0.9"})
    assert 'lang="ru"' in form.text
    assert "Введи ключ" in form.text
    assert form.headers["referrer-policy"] == "same-origin"
    async with open_page(locked.url, client) as page_:
        assert await page_.closed() == 4401


async def test_the_token_opens_by_form_by_address_and_by_header(locked: Web) -> None:
    client = locked.client()
    done = await client.post("/login", data={"token": TOKEN}, headers={"origin": locked.url})
    assert done.status_code == 303
    assert done.headers["location"] == "/"
    assert (await client.get("/")).status_code == 200
    async with locked.page(client) as page:
        assert page.welcome["start"]

    client = locked.client()
    moved = await client.get("/", params={"token": TOKEN})
    assert moved.headers["location"] == f"/login?token={TOKEN}"
    done = await client.get(moved.headers["location"])
    assert done.headers["location"] == "/"
    assert (await client.get("/")).status_code == 200
    # Logged in already: the token still goes away from the address.
    assert (await client.get("/", params={"token": TOKEN})).headers["location"] == "/"

    assert (await locked.client().get("/texts.json", headers={"authorization": f"Bearer {TOKEN}"})).status_code == 200
    assert (await locked.client().get("/texts.json", headers={"authorization": "Bearer x"})).status_code == 401


async def test_a_wrong_token_does_not_open(locked: Web) -> None:
    client = locked.client(headers={"origin": locked.url, "accept-language": "tr"})
    wrong = await client.post("/login", data={"token": "<script>"})
    assert wrong.status_code == 403
    assert "Anahtar bu değil" in wrong.text
    assert "<script>" not in wrong.text.replace("<script src", "")
    assert (await client.post("/login", content=b"token=" + b"x" * 5000)).status_code == 403
    assert not client.cookies
    assert TOKEN not in wrong.text


async def test_another_token_ends_old_logins(tmp_path: Path) -> None:
    async with serving(tmp_path, token=TOKEN) as web:
        client = web.client()
        await client.get("/login", params={"token": TOKEN})
        name, value = next(iter(client.cookies.items()))
        cookie = {"cookie": f"{name}={value}"}
        assert (await web.client().get("/", headers=cookie)).status_code == 200
    async with serving(tmp_path, token="another-token") as web:
        assert (await web.client().get("/", headers=cookie)).status_code == 303


async def test_tries_are_limited(locked: Web) -> None:
    client = locked.client(headers={"origin": locked.url})
    codes = [(await client.post("/login", data={"token": f"guess-{n}"})).status_code for n in range(7)]
    assert codes == [403] * 5 + [429] * 2
    late = await client.post("/login", data={"token": TOKEN})
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1
    # A header is no way around it.
    assert (await client.get("/texts.json", headers={"authorization": f"Bearer {TOKEN}"})).status_code == 401


async def test_a_post_from_another_page_is_refused(locked: Web) -> None:
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        response = await locked.client().post("/login", data={"token": TOKEN}, headers=headers)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


async def test_without_a_token_there_is_no_login(web: Web) -> None:
    assert (await web.client().get("/login")).headers["location"] == "/"


async def test_health_says_what_is_wrong(web: Web) -> None:
    client = web.client()
    assert (await client.get("/healthz")).json() == {"ok": True, "problems": {}}
    web.desk.problems = {"studio": "does not answer"}
    response = await client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "problems": {"studio": "does not answer"}}
    # Who comes through a proxy is not told the details.
    assert (await client.get("/healthz", headers={"x-forwarded-for": "192.0.2.1"})).json() == {"ok": False}


async def test_metrics_are_for_this_machine_or_after_a_login(locked: Web) -> None:
    client = locked.client()
    here = await client.get("/metrics")
    assert here.status_code == 200
    assert here.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b"hayal_updates_total 3" in here.content
    afar = {"x-forwarded-for": "192.0.2.1"}
    assert (await client.get("/metrics", headers=afar)).status_code == 403
    known = {**afar, "authorization": f"Bearer {TOKEN}"}
    assert (await client.get("/metrics", headers=known)).status_code == 200


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"{scope['method']} {scope['root_path']}")(scope, receive, send)


async def test_routes_of_plugins_are_served(tmp_path: Path) -> None:
    desk = MemoryDesk(Media.at("media", tmp_path))
    desk.routes = [("/hooks", _echo)]
    async with serving(tmp_path, desk) as web:
        client = web.client()
        assert (await client.get("/hooks/a")).text == "GET /hooks"
        # Another server calls a webhook without an origin; a page of somebody else's has one.
        assert (await client.post("/hooks/a")).status_code == 200
        assert (await client.post("/hooks/a", headers={"origin": "https://evil.example"})).status_code == 403
        assert (await client.post("/hooks/a", headers={"sec-fetch-site": "cross-site"})).status_code == 403
        assert "content-security-policy" in (await client.get("/hooks/a")).headers


@pytest.mark.parametrize("path", ["/", "", "/ws", "/media/x", "static", "/metrics"])
async def test_a_plugin_cannot_take_a_path_of_the_page(tmp_path: Path, path: str) -> None:
    desk = MemoryDesk(Media.at("media", tmp_path))
    desk.routes = [(path, _echo)]
    with pytest.raises(BaseExceptionGroup) as failed:
        async with serving(tmp_path, desk):
            pass
    assert failed.group_contains(PluginError, match="path is the page's own")
