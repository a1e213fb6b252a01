"""The local Sora endpoints: OpenAI's own SDK speaks to the first dialect; every dialect is walked from ask to video."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import httpx2
import openai
import pytest
from exact import exactly
from openai.types import Video

from servers import media
from servers.jobs import Plan
from servers.sora import Sora, sora_server
from servers.sora_dialects import GENERATIONS, NEW_API, OPENAI, TASKS, VIDEOS, GenerationsDialect, VideosDialect
from servers.sora_generations import Generations, generations_server
from servers.sora_offer import Offer
from servers.sora_requests import FIELDS

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning"),
]

KEY = "sk-test"
SIZE = "144x256"
FACE = media.picture(144, 256, "jpeg", 5)
OFFER = Offer.small(1, 2)
ASK: dict[str, Any] = {"model": "sora-2", "prompt": "she waves", "size": SIZE, "seconds": "2"}


@pytest.fixture
async def vendor() -> AsyncIterator[Sora]:
    async with sora_server(key=KEY, offer=OFFER) as server:
        yield server


@pytest.fixture
async def sdk(vendor: Sora) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=vendor.base_url, max_retries=0) as client:
        yield client


def client(key: str | None = KEY) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers={} if key is None else {"Authorization": f"Bearer {key}"}, verify=False)


def facts(mp4: bytes) -> tuple[int, int, float]:
    with av.open(io.BytesIO(mp4), "r") as film:
        assert "mp4" in film.format.name
        assert [stream.type for stream in film.streams] == ["video", "audio"]
        video = film.streams.video[0]
        return video.width, video.height, (film.duration or 0) / 1_000_000


def likeness(mp4: bytes, picture: bytes) -> float:
    """The mean difference of the first frame from a picture, in levels of 255."""
    import numpy as np
    from PIL import Image

    with av.open(io.BytesIO(mp4), "r") as film:
        frame = next(film.decode(video=0)).to_ndarray(format="rgb24").astype(float)
    with Image.open(io.BytesIO(picture)) as image:
        return float(np.abs(frame - np.asarray(image.convert("RGB"), dtype=float)).mean())


async def test_the_sdk_makes_a_video(vendor: Sora, sdk: Any) -> None:
    job = await sdk.videos.create_and_poll(
        prompt="she waves",
        model="sora-2",
        seconds="2",
        size=SIZE,
        input_reference=("face.jpg", FACE, "image/jpeg"),
    )
    assert (job.status, job.progress, job.seconds, job.size, job.prompt) == ("completed", 100, "2", SIZE, "she waves")
    video = (await sdk.videos.download_content(job.id)).content
    assert facts(video) == (144, 256, 2.0)
    assert likeness(video, FACE) < 8 < likeness(video, media.picture(144, 256, "jpeg", 6))
    thumbnail = (await sdk.videos.download_content(job.id, variant="thumbnail")).content
    assert media.look(thumbnail) == (144, 256, "image/webp")
    assert media.look((await sdk.videos.download_content(job.id, variant="spritesheet")).content).mime == "image/jpeg"
    assert [(p.what, p.model, p.size, p.seconds, p.images, p.ref) for p in vendor.ledger.paid] == [
        ("video", "sora-2", SIZE, 2, 1, job.id)
    ]
    polls = vendor.ledger.at("GET /v1/videos/{video_id}")
    assert len(polls) == 4
    assert all(seen.key == KEY for seen in vendor.ledger.requests)


async def test_the_list_goes_by_pages(sdk: Any) -> None:
    made = [(await sdk.videos.create(**{**ASK, "prompt": f"video {n}"})).id for n in range(5)]
    assert [job.id async for job in sdk.videos.list(limit=2)] == made[::-1]
    assert [job.id async for job in sdk.videos.list(limit=2, order="asc")] == made
    page = await sdk.videos.list(after=made[3], limit=2)
    assert ([job.id for job in page.data], page.has_more) == ([made[2], made[1]], True)
    assert (await sdk.videos.delete(made[0])).deleted
    assert made[0] not in [job.id async for job in sdk.videos.list()]
    with pytest.raises(openai.NotFoundError):
        await sdk.videos.retrieve(made[0])


async def test_the_content_is_not_there_before_the_end(vendor: Sora, sdk: Any) -> None:
    job = await sdk.videos.create(**ASK)
    with pytest.raises(openai.NotFoundError):
        await sdk.videos.download_content(job.id)
    vendor.jobs.finish()
    assert facts((await sdk.videos.download_content(job.id)).content)[2] == 2.0


async def test_jobs_go_as_planned(vendor: Sora, sdk: Any) -> None:
    vendor.jobs.add(
        Plan(queued=0, polls=1, end="failed", error=("moderation_blocked", "Blocked.")),
        Plan(queued=0, polls=0, end="stuck"),
        Plan(queued=0, polls=0, cut=1.0),
        Plan(queued=0, polls=0, extra={"status": "dreaming"}),
    )
    ids = [(await sdk.videos.create(**{**ASK, "prompt": f"{n}"})).id for n in range(4)]
    failed = [await sdk.videos.retrieve(ids[0]) for _ in range(2)]
    assert [job.status for job in failed] == ["in_progress", "failed"]
    assert failed[1].error
    assert failed[1].error.code == "moderation_blocked"
    assert {(await sdk.videos.retrieve(ids[1])).status for _ in range(4)} == {"in_progress"}
    await sdk.videos.retrieve(ids[2])
    assert facts((await sdk.videos.download_content(ids[2])).content)[2] == 1.0
    assert (await sdk.videos.retrieve(ids[3])).status == "dreaming"
    vendor.jobs.finish()
    assert (await sdk.videos.retrieve(ids[1])).status == "completed"
    assert (await sdk.videos.retrieve(ids[0])).status == "failed"


async def test_the_object_is_exactly_the_sdks(vendor: Sora) -> None:
    vendor.offer = Offer()
    async with client() as http:
        body = (await http.post(f"{vendor.base_url}/videos", json={**ASK, "size": "720x1280", "seconds": "4"})).json()
        exactly(Video, body)
        vendor.jobs.finish()
        done = await http.get(f"{vendor.base_url}/videos/{body['id']}")
        exactly(Video, done.json())
        assert done.headers["openai-poll-after-ms"] == "10"


def test_the_fields_are_those_of_the_description() -> None:
    path = Path(media.__file__).parent / "data" / "openai-bot-subset-strict.json"
    described = json.loads(path.read_text())["paths"]["/videos"]["post"]["requestBody"]["content"]
    for mime in ("application/json", "multipart/form-data"):
        assert set(described[mime]["schema"]["propertyNames"]["enum"]) == set(FIELDS)


def picture(width: int = 144, height: int = 256, mime: str = "image/jpeg") -> tuple[str, bytes, str]:
    return ("a.jpg", media.picture(width, height, "jpeg"), mime)


@pytest.mark.parametrize(
    ("change", "upload", "status", "code", "param"),
    [
        ({"seconds": "5"}, None, 400, "invalid_value", "seconds"),
        ({"seconds": "two"}, None, 400, "invalid_value", "seconds"),
        ({"size": "100x100"}, None, 400, "invalid_value", "size"),
        ({"size": "1024x1792"}, None, 400, "invalid_value", "size"),
        ({"model": "sora-1"}, None, 404, "model_not_found", "model"),
        ({"model": "sora-3"}, None, 404, "model_not_found", "model"),
        ({"prompt": None}, None, 400, "missing_required_parameter", "prompt"),
        ({"prompt": "x" * 32_001}, None, 400, "invalid_value", "prompt"),
        ({"n": "1"}, None, 400, "unknown_parameter", "n"),
        ({"duration": "2"}, None, 400, "unknown_parameter", "duration"),
        ({"input_reference": "https://a/b.jpg"}, None, 400, "invalid_type", "input_reference"),
        ({}, picture(256, 144), 400, "invalid_value", "input_reference"),
        ({}, picture(mime="application/octet-stream"), 400, "unsupported_file_mimetype", "input_reference"),
        ({}, ("a.jpg", b"nothing", "image/jpeg"), 400, "invalid_image", "input_reference"),
    ],
)
async def test_what_the_real_one_refuses(
    vendor: Sora, change: dict[str, str | None], upload: Any, status: int, code: str, param: str
) -> None:
    fields = {name: (None, value.encode()) for name, value in {**ASK, **change}.items() if value is not None}
    files: Any = {**fields, **({"input_reference": upload} if upload else {})}
    async with client() as http:
        answer = await http.post(f"{vendor.base_url}/videos", files=files)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert vendor.ledger.paid == []
    assert len(vendor.jobs) == 0


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"seconds": 2}, "invalid_type", "seconds"),
        ({"input_reference": "data:"}, "invalid_value", "input_reference"),
        ({"input_reference": {"image_url": "x", "file_id": "y"}}, "invalid_value", "input_reference"),
        ({"input_reference": {"image_url": "data:image/png;base64,!"}}, "invalid_image", "input_reference"),
        ({"image": "x"}, "unknown_parameter", "image"),
    ],
)
async def test_json_is_strict_too(vendor: Sora, change: dict[str, Any], code: str, param: str) -> None:
    async with client() as http:
        error = (await http.post(f"{vendor.base_url}/videos", json={**ASK, **change})).json()["error"]
    assert (error["code"], error["param"]) == (code, param)


@pytest.mark.parametrize("key", [None, "sk-other"])
async def test_without_the_key_nothing_is_done(vendor: Sora, key: str | None) -> None:
    async with client(key) as http:
        assert (await http.post(f"{vendor.base_url}/videos", json=ASK)).status_code == 401
        assert (await http.get(f"{vendor.base_url}/models")).status_code == 401
    assert vendor.ledger.paid == []


async def fetch(http: httpx2.AsyncClient, url: str) -> bytes:
    answer = await http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("dialect", VIDEOS, ids=lambda dialect: dialect.name)
async def test_every_dialect_of_videos(dialect: VideosDialect) -> None:
    async with sora_server(key=KEY, dialect=dialect, offer=OFFER) as vendor, client() as http, client(None) as bare:
        fields: Any = {name: (None, value.encode()) for name, value in ASK.items()}
        made = await http.post(
            f"{vendor.base_url}/videos", files={**fields, "input_reference": ("f.jpg", FACE, "image/jpeg")}
        )
        assert made.status_code == dialect.created
        assert made.json().get("task_id", made.json()["id"]) == made.json()["id"]
        address = f"{vendor.base_url}/videos/{made.json()['id']}"
        seen: list[str] = []
        while (body := (await http.get(address)).json())["status"] not in {"completed", "failed"}:
            seen.append(body["status"])
        words = {"queued": "queued", "in_progress": "in_progress", **dialect.words}
        assert seen == [words["queued"], words["in_progress"], words["in_progress"]]
        assert body["seconds"] == (2 if dialect.number_seconds else "2")
        if dialect.media == "content":
            video = await fetch(http, f"{address}/content")
        else:
            assert (await http.get(f"{address}/content")).status_code == 404
            url = body["metadata"]["url"] if dialect.media == "metadata" else body[dialect.media]
            assert not url.startswith(vendor.url)
            video = await fetch(bare, url)
            assert (await http.get(url)).status_code == 400
            assert vendor.cdn.leaked == [KEY]
        assert facts(video) == (144, 256, 2.0)
        assert likeness(video, FACE) < 8
        assert (await http.get(f"{vendor.base_url}/videos")).status_code == (200 if dialect.lists else 405)
        unknown = await http.get(f"{vendor.base_url}/videos/video_none")
        assert unknown.status_code == dialect.unknown
        assert vendor.ledger.count("video") == 1


async def test_a_gateway_has_400_for_content_that_is_not_ready() -> None:
    async with sora_server(key=KEY, dialect=NEW_API, offer=OFFER) as vendor, client() as http:
        made = (await http.post(f"{vendor.base_url}/videos", json=ASK)).json()
        assert (await http.get(f"{vendor.base_url}/videos/{made['id']}/content")).status_code == 400
        assert (await http.post(f"{vendor.base_url}/videos", json={**ASK, "model": "x"})).json() == {
            "code": "model_not_found",
            "message": "The model 'x' does not exist or you do not have access to it.",
            "data": None,
        }


DATA_URL = "data:image/jpeg;base64," + base64.b64encode(FACE).decode()
OLD: dict[str, Any] = {
    "model": "sora-2",
    "prompt": "she waves",
    "size": SIZE,
    "seconds": "2",
    "duration": 2,
    "image": DATA_URL,
    "image_url": DATA_URL,
}


def inner(dialect: GenerationsDialect, body: dict[str, Any]) -> dict[str, Any]:
    if not dialect.wrapped:
        return body
    assert body["code"] == "success"
    data: dict[str, Any] = body["data"]
    return data


async def poll_all(dialect: GenerationsDialect, vendor: Generations, http: httpx2.AsyncClient, number: str) -> Any:
    last = {dialect.words.get(end, end) for end in ("completed", "failed")}
    for _ in range(9):
        body = inner(dialect, (await http.get(f"{vendor.base_url}/video/generations/{number}")).json())
        if body["status"] in last:
            return body
    raise AssertionError("it never ended")


@pytest.mark.parametrize("dialect", GENERATIONS, ids=lambda dialect: dialect.name)
async def test_every_dialect_of_generations(dialect: GenerationsDialect) -> None:
    async with (
        generations_server(key=KEY, dialect=dialect, offer=OFFER) as vendor,
        client() as http,
        client(None) as bare,
    ):
        made = await http.post(f"{vendor.base_url}/video/generations", json=OLD)
        assert made.status_code == dialect.created
        number = made.json()[dialect.ids[-1]]
        body = await poll_all(dialect, vendor, http, number)
        assert (body.get("id") == number) == ("id" in dialect.ids and not dialect.decoy_id)
        for name in dialect.url:
            body = body[name]
        assert not str(body).startswith(vendor.url)
        video = await fetch(bare, str(body))
        assert facts(video) == (144, 256, 2.0)
        assert likeness(video, FACE) < 8
        assert vendor.cdn.leaked == []
        vendor.jobs.add(Plan(queued=0, polls=0, end="failed", error=("moderation_blocked", "It was blocked.")))
        failed = (await http.post(f"{vendor.base_url}/video/generations", json=OLD)).json()[dialect.ids[-1]]
        reason = await poll_all(dialect, vendor, http, failed)
        shown = reason["fail_reason"] if dialect.failed == "fail_reason" else reason["error"]
        assert "It was blocked." in (shown["message"] if isinstance(shown, dict) else shown)
        unknown = await http.get(f"{vendor.base_url}/video/generations/none")
        assert unknown.status_code == dialect.unknown
        assert vendor.ledger.count("video") == 2


async def test_fields_a_gateway_does_not_read_are_ignored_without_a_word() -> None:
    async with generations_server(key=KEY, dialect=TASKS, offer=OFFER) as vendor, client() as http:
        deaf = {name: value for name, value in OLD.items() if name not in {"duration", "image"}}
        assert (await http.post(f"{vendor.base_url}/video/generations", json=deaf)).status_code == 200
        assert [(paid.seconds, paid.images) for paid in vendor.ledger.paid] == [(1, 0)]


@pytest.mark.parametrize(
    "change",
    [
        {"colour": 1},
        {"seconds": 2},
        {"duration": "2"},
        {"duration": 3},
        {"duration": True},
        {"image": "https://somewhere/a.jpg"},
        {"image": "data:image/png;base64," + base64.b64encode(media.picture(8, 8)).decode()},
        {"size": "9:16"},
        {"model": "sora-9"},
        {"prompt": 1},
    ],
)
async def test_generations_are_strict(change: dict[str, Any]) -> None:
    async with generations_server(key=KEY, dialect=TASKS, offer=OFFER) as vendor, client() as http:
        answer = await http.post(f"{vendor.base_url}/video/generations", json={**OLD, **change})
        assert answer.status_code in {400, 404}
        assert set(answer.json()) == {"code", "message", "data"}
        assert vendor.ledger.paid == []


async def test_openai_is_the_first_dialect() -> None:
    assert VIDEOS[0] is OPENAI
    assert len({dialect.name for dialect in (*VIDEOS, *GENERATIONS)}) == len(VIDEOS) + len(GENERATIONS)


async def test_a_large_video_is_the_same_video() -> None:
    small = await media.video(144, 256, 1)
    large = media.padded(small, 1_000_000)
    assert (len(large), facts(large)) == (1_000_000, facts(small))
    with pytest.raises(ValueError, match="larger"):
        media.padded(small, 10)
