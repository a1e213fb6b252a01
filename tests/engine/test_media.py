"""The media store: nothing escapes it, nothing is held whole."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hayal.errors import StorageError
from hayal.media import CHUNK, MIME, Media, NoSuchMedia, checked

pytestmark = pytest.mark.anyio

KEY = "3f2a/video-9c1e.mp4"

ESCAPES = [
    "",
    "x",
    ".jpg",
    "/a.jpg",
    "a//b.jpg",
    "../a.jpg",
    "a/../b.jpg",
    "a/..jpg",
    "./a.jpg",
    "a/.b.jpg",
    "a\\b.jpg",
    "a\0.jpg",
    "a.jpg\0",
    "a.jpg\n",
    "a.jpg/",
    "A.jpg",
    "ä.jpg",
    "\u202ea.jpg",
    "\uff0e\uff0e/a.jpg",
    "a%2f..%2fb.jpg",
    "file:///a.jpg",
    "a b.jpg",
    "a.jpg.exe",
    "a.mp4?x=1",
    "a" * 200 + ".jpg",
]


@pytest.fixture(params=["folder", "memory"])
def media(request: pytest.FixtureRequest, tmp_path: Path) -> Media:
    return Media.at("media" if request.param == "folder" else "memory://", tmp_path)


async def whole(media: Media, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in (await media.stream(key, start, end)).chunks])


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


# --- keys ---


@pytest.mark.parametrize("key", ESCAPES)
async def test_a_key_that_could_escape_is_refused_by_everything(tmp_path: Path, key: str) -> None:
    media = Media.at("media", tmp_path)
    for call in (media.put(key, b"x"), media.size(key), media.read(key), media.stream(key)):
        with pytest.raises(NoSuchMedia):
            await call
    assert files(tmp_path) == []


@pytest.mark.parametrize("owner", ["", "..", "../x", "/", "/etc", "a/", "a/../b", "a\0", "A", "ä", "*"])
async def test_an_owner_that_could_escape_is_refused(tmp_path: Path, owner: str) -> None:
    media = Media.at("media", tmp_path)
    (tmp_path / "other.jpg").write_bytes(b"x")
    await media.put(KEY, b"x")
    with pytest.raises(NoSuchMedia):
        await media.forget(owner)
    assert await media.read(KEY) == b"x"
    assert (tmp_path / "other.jpg").exists()


@given(st.text(max_size=300) | st.from_regex(r"[a-z./\\]{0,20}\.(jpg|mp4)", fullmatch=True))
@example("a/b.jpg\n")
def test_whatever_is_let_through_stays_inside(key: str) -> None:
    try:
        checked(key)
    except NoSuchMedia:
        return
    parts = key.split("/")
    assert key.isascii()
    assert key.isprintable()
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", part) for part in [*parts[:-1], parts[-1].partition(".")[0]])
    assert parts[-1].partition(".")[2] in MIME


# --- writing and reading ---


async def test_what_is_put_is_read(media: Media) -> None:
    assert await media.put(KEY, b"0123456789") == 10
    assert await media.size(KEY) == 10
    assert await media.read(KEY) == b"0123456789"
    assert await media.put(KEY, b"") == 0
    assert await media.read(KEY) == b""
    assert await whole(media, KEY) == b""


async def test_a_file_and_a_stream_are_put(media: Media, tmp_path: Path) -> None:
    data = bytes(range(256)) * 30_000  # more than one part of an upload
    path = tmp_path / "film"
    path.write_bytes(data)
    assert await media.put(KEY, path) == len(data)
    assert await whole(media, KEY) == data

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 1_000_000):
            yield data[start : start + 1_000_000]

    assert await media.put("3f2a/other.mp4", chunks()) == len(data)
    assert await whole(media, "3f2a/other.mp4") == data


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (9, None, b"9"),
        (10, None, b""),
        (50, None, b""),
        (7, 3, b""),
        (4, 99, b"456789"),
        (-5, 2, b"01"),
        (0, -1, b""),
    ],
)
async def test_ranges(media: Media, start: int, end: int | None, expected: bytes) -> None:
    await media.put(KEY, b"0123456789")
    stream = await media.stream(KEY, start, end)
    assert (stream.total, stream.mime) == (10, "video/mp4")
    assert b"".join([chunk async for chunk in stream.chunks]) == expected


@pytest.mark.parametrize(("suffix", "mime"), MIME.items())
async def test_the_kind_of_a_file_is_known(media: Media, suffix: str, mime: str) -> None:
    await media.put(f"a/b.{suffix}", b"x")
    assert (await media.stream(f"a/b.{suffix}")).mime == mime


async def test_chunks_are_bounded(media: Media) -> None:
    size = 10 * CHUNK + 123
    await media.put(KEY, b"x" * size)
    chunks = [len(chunk) async for chunk in (await media.stream(KEY, 5)).chunks]
    assert max(chunks) <= CHUNK
    assert sum(chunks) == size - 5
    with pytest.raises(StorageError):
        await media.read(KEY, limit=size - 1)


async def test_a_stream_is_taken_as_fast_as_it_is_stored(tmp_path: Path) -> None:
    """Chunks that were handed over are let go: what is alive at once does not grow with the file."""
    media = Media.at("media", tmp_path)
    alive = most = 0

    class Chunk(bytearray):
        def __init__(self) -> None:
            nonlocal alive, most
            super().__init__(1_000_000)
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield Chunk()

    assert await media.put(KEY, chunks()) == 60_000_000
    assert most <= 25  # a part or two of five megabytes each in flight


async def test_nothing_is_there(media: Media) -> None:
    for call in (media.size(KEY), media.read(KEY), media.stream(KEY)):
        with pytest.raises(NoSuchMedia):
            await call


async def test_a_broken_stream_leaves_the_key_as_it_was(tmp_path: Path) -> None:
    media = Media.at("media", tmp_path)

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 6_000_000
        raise ConnectionResetError("cut off")

    with pytest.raises((StorageError, ConnectionResetError)):
        await media.put(KEY, broken())
    with pytest.raises(NoSuchMedia):
        await media.size(KEY)
    await media.put(KEY, b"before")
    with pytest.raises((StorageError, ConnectionResetError)):
        await media.put(KEY, broken())
    assert await media.read(KEY) == b"before"
    assert files(tmp_path) == ["video-9c1e.mp4"]


async def test_a_file_that_is_not_there_cannot_be_put(media: Media, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        await media.put(KEY, tmp_path / "nothing")


async def test_forgetting_takes_everything_of_one_owner(media: Media) -> None:
    mine = [f"aa/x-{number}.jpg" for number in range(40)]
    others = ["a/x.jpg", "aab/x.jpg", "b/aa/x.jpg"]
    for key in [*mine, *others]:
        await media.put(key, b"x")
    stream = await media.stream(mine[0])
    await media.forget("aa")
    await media.forget("aa")
    for key in mine:
        with pytest.raises(NoSuchMedia):
            await media.size(key)
    for key in others:
        assert await media.read(key) == b"x"
    with pytest.raises(NoSuchMedia):
        [chunk async for chunk in stream.chunks]


async def test_many_at_once(media: Media) -> None:
    async with anyio.create_task_group() as group:
        for number in range(30):
            group.start_soon(media.put, f"a/{number}.jpg", bytes([number]) * 1000)
    for number in range(30):
        assert await media.read(f"a/{number}.jpg") == bytes([number]) * 1000


# --- where it is ---


def test_folders(tmp_path: Path) -> None:
    Media.at("data/media", tmp_path)
    Media.at(str(tmp_path / "absolute"), tmp_path / "elsewhere")
    Media.at(f"file://{tmp_path}/by-url", tmp_path / "elsewhere")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["absolute", "by-url", "data"]


@pytest.mark.parametrize("where", ["nonsense://x", "taken", "taken/media", "nonsense://me:secret@host/x"])
def test_a_place_that_cannot_be_is_one_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageError) as caught:
        Media.at(where, tmp_path)
    told = str(caught.value)
    assert "\n" not in told
    assert "the media store" in told
    assert "secret" not in told
