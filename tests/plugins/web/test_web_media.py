"""Media over HTTP: whose it is, and ranges."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from web_desk import MemoryDesk
from web_server import Web, serving

from hayal import StorageError

pytestmark = pytest.mark.anyio
DATA = bytes(range(256)) * 4000
KEY = "owner/film.mp4"


@pytest.fixture
async def client(web: Web) -> httpx2.AsyncClient:
    client, chat = await web.visitor()
    await web.desk.media.put(KEY, DATA)
    web.desk.owned[chat] = {KEY}
    return client


async def test_the_whole_file(client: httpx2.AsyncClient) -> None:
    response = await client.get(f"/media/{KEY}")
    assert response.status_code == 200
    assert response.content == DATA
    headers = response.headers
    assert headers["content-type"] == "video/mp4"
    assert headers["content-length"] == str(len(DATA))
    assert headers["accept-ranges"] == "bytes"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "content-range" not in headers
    again = await client.get(f"/media/{KEY}", headers={"if-none-match": f'W/"x", {headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""


async def test_ranges(client: httpx2.AsyncClient) -> None:
    end_ = len(DATA)
    for asked, start, end in (
        ("bytes=0-", 0, end_),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=-500", end_ - 500, end_),
        ("bytes=-99999999", 0, end_),
        ("bytes=300000-600000", 300000, 600001),
        (f"bytes={end_ - 1}-", end_ - 1, end_),
        ("bytes=5-99999999999", 5, end_),
    ):
        response = await client.get(f"/media/{KEY}", headers={"range": asked})
        assert response.status_code == 206, asked
        assert response.content == DATA[start:end], asked
        assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
        assert response.headers["content-length"] == str(end - start)


async def test_a_range_behind_the_end(client: httpx2.AsyncClient) -> None:
    for asked in ("bytes=5000000-", f"bytes={len(DATA)}-", "bytes=-0", "bytes=9999999-99999999"):
        response = await client.get(f"/media/{KEY}", headers={"range": asked})
        assert response.status_code == 416, asked
        assert response.headers["content-range"] == f"bytes */{len(DATA)}"


async def test_what_is_no_single_range_means_the_whole(client: httpx2.AsyncClient) -> None:
    for asked in ("bytes=0-1,4-5", "bytes=9-2", "bytes=-", "pieces=0-1", "bytes=a-b", "bytes=" + "9" * 50):
        response = await client.get(f"/media/{KEY}", headers={"range": asked})
        assert response.status_code == 200, asked
        assert len(response.content) == len(DATA)


async def test_a_range_only_of_the_same_file(client: httpx2.AsyncClient) -> None:
    tag = (await client.head(f"/media/{KEY}")).headers["etag"]
    same = await client.get(f"/media/{KEY}", headers={"range": "bytes=0-9", "if-range": tag})
    assert same.status_code == 206
    other = await client.get(f"/media/{KEY}", headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert other.status_code == 200
    assert len(other.content) == len(DATA)


async def test_head(client: httpx2.AsyncClient) -> None:
    response = await client.head(f"/media/{KEY}", headers={"range": "bytes=0-9"})
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["content-length"] == str(len(DATA))
    assert response.headers["accept-ranges"] == "bytes"


async def test_only_ones_own(web: Web, client: httpx2.AsyncClient) -> None:
    other, _ = await web.visitor()
    assert (await other.get(f"/media/{KEY}")).status_code == 404
    assert (await web.client().get(f"/media/{KEY}")).status_code == 404
    assert (await other.head(f"/media/{KEY}")).status_code == 404
    web.desk.public.add(KEY)
    assert (await other.get(f"/media/{KEY}")).status_code == 200


async def test_no_other_path_gets_through(web: Web, client: httpx2.AsyncClient) -> None:
    web.desk.owned[web.chat(client)] |= {"../../web/cookie.key", "owner/none.jpg", "/etc/passwd"}
    for key in (
        "owner/none.jpg",
        "..%2f..%2fweb%2fcookie.key",
        "owner%2f..%2fowner%2ffilm.mp4",
        "owner//film.mp4",
        "%2fetc%2fpasswd",
        "owner/film.mp4%00.jpg",
        "owner/film.mp4/",
        "OWNER/FILM.MP4",
        "",
        "a" * 300 + ".jpg",
        "%ff%fe.jpg",
    ):
        assert (await client.get(f"/media/{key}")).status_code == 404, key
    for path in ("/media/../../web/cookie.key", "/media/owner/../../web/cookie.key", "/media//etc/passwd"):
        assert await web.raw(path) == 404, path


async def test_a_store_that_fails_is_asked_later(
    web: Web, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> bool:
        raise StorageError("database is locked")

    monkeypatch.setattr(MemoryDesk, "owns", fails)
    response = await client.get(f"/media/{KEY}")
    assert response.status_code == 503
    assert "locked" not in response.text


async def test_empty_files(web: Web, client: httpx2.AsyncClient) -> None:
    await web.desk.media.put("owner/empty.jpg", b"")
    web.desk.owned[web.chat(client)].add("owner/empty.jpg")
    assert (await client.get("/media/owner/empty.jpg")).content == b""
    assert (await client.get("/media/owner/empty.jpg", headers={"range": "bytes=0-"})).status_code == 416


async def test_a_signed_link_gives_a_file_to_whoever_has_it(tmp_path: Path) -> None:
    origin = "https://chat.example.org"
    async with serving(tmp_path, origins=[origin], token="a long token") as web:
        await web.desk.media.put(KEY, DATA)
        link = web.messenger.link(KEY, 60)
        assert link is not None
        assert link.startswith(f"{origin}/shared/")
        assert link.endswith("/media.mp4")
        path = link.removeprefix(origin)
        stranger = web.client()
        response = await stranger.get(path, headers={"range": "bytes=0-9"})
        assert (response.status_code, response.content) == (206, DATA[:10])
        assert (await stranger.head(path)).headers["content-type"] == "video/mp4"
        token = path.split("/")[2]
        for other in (path.replace(token, token[:-2]), path.replace(token, f"x{token}"), "/shared/a.b/media.mp4"):
            assert (await stranger.get(other)).status_code == 404
        over = (web.messenger.link(KEY, -1) or "").removeprefix(origin)
        assert (await stranger.get(over)).status_code == 404
        gone = (web.messenger.link("owner/none.mp4", 60) or "").removeprefix(origin)
        assert (await stranger.get(gone)).status_code == 404


async def test_without_an_address_that_people_reach_there_is_no_link(web: Web) -> None:
    assert web.messenger.link(KEY, 60) is None
