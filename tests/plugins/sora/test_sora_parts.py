"""The generator sora against strict local servers, in both protocols and every dialect, with every fault."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sora_kit import KEY, request, sora

import hayal_sora.videos
from hayal import Done, Failed, Gone, Misused, NoAccess, NotSent, OutcomeUnknown, Refused, Running, TryLater
from hayal_sora.videos import SoraVideos
from servers import faults, media
from servers.base import free_closed_port
from servers.faults import Fault
from servers.jobs import Plan
from servers.openai_errors import error_body
from servers.sora import sora_server
from servers.sora_dialects import (
    DOCUMENTED,
    GENERATION_JOB,
    GENERATIONS,
    OPENAI,
    SUBMITTED,
    TASKS,
    VIDEOS,
    GenerationsDialect,
    VideosDialect,
)
from servers.sora_generations import generations_server

pytestmark = pytest.mark.anyio

KNOBS: dict[str, dict[str, Any]] = {
    TASKS.name: {"length_field": "duration"},
    SUBMITTED.name: {},
    DOCUMENTED.name: {"length_field": "duration"},
    GENERATION_JOB.name: {"image_field": "image_url"},
}
"""How the plugin is set for each dialect of the older protocol."""
DIALECTS = [*VIDEOS, *GENERATIONS]
CREATE = {"videos": "POST /v1/videos", "generations": "POST /v1/video/generations"}
GET = {"videos": "GET /v1/videos/{video_id}", "generations": "GET /v1/video/generations/{task_id}"}
CONTENT = "GET /v1/videos/{video_id}/content"


def knobs(dialect: VideosDialect | GenerationsDialect) -> dict[str, Any]:
    if isinstance(dialect, VideosDialect):
        return {"protocol": "videos"}
    return {"protocol": "generations", **KNOBS[dialect.name]}


@asynccontextmanager
async def pair(dialect: VideosDialect | GenerationsDialect = OPENAI) -> AsyncIterator[tuple[Any, SoraVideos]]:
    """A server of a dialect, and the plugin set for it."""
    server: Any = sora_server if isinstance(dialect, VideosDialect) else generations_server
    async with server(key=KEY, dialect=dialect) as vendor, sora(vendor.base_url, **knobs(dialect)) as films:
        yield vendor, films


async def fetched(films: SoraVideos, remote: str) -> bytes:
    return b"".join([chunk async for chunk in films.download(remote)])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
async def test_a_video_in_every_dialect(dialect: VideosDialect | GenerationsDialect) -> None:
    first = media.picture(144, 256, "jpeg", 5)
    async with pair(dialect) as (vendor, films):
        remote = await films.submit(request(seconds=8, reference=first))
        states = [await films.poll(remote) for _ in range(4)]
        assert all(isinstance(state, Running) for state in states[:3])
        assert isinstance(states[3], Done)
        assert await fetched(films, remote) == await media.video(144, 256, 8, first)
        [paid] = vendor.ledger.paid
        assert (paid.model, paid.size, paid.seconds, paid.images) == ("sora-2", "144x256", 8, 1)
        assert paid.prompt == request().prompt.text()
        assert vendor.cdn.leaked == []
        assert {seen.headers["authorization"] for seen in vendor.ledger.requests} == {f"Bearer {KEY}"}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (("moderation_blocked", "Your request was blocked by our moderation system."), Refused),
        (("server_error", "The video could not be generated."), Failed),
    ],
    ids=["refused", "failed"],
)
async def test_a_video_that_fails(
    dialect: VideosDialect | GenerationsDialect, error: tuple[str, str], kind: type[Exception]
) -> None:
    async with pair(dialect) as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0, end="failed", error=error))
        remote = await films.submit(request())
        with pytest.raises(kind) as raised:
            await films.poll(remote)
        assert raised.type is kind
        assert error[1] in str(raised.value)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
async def test_a_stuck_video_goes_on(dialect: VideosDialect | GenerationsDialect) -> None:
    async with pair(dialect) as (vendor, films):
        vendor.jobs.add(Plan(end="stuck"))
        remote = await films.submit(request())
        for _ in range(8):
            assert isinstance(await films.poll(remote), Running)


async def test_the_servers_hint_is_passed_on_and_progress_is_a_share() -> None:
    async with pair() as (vendor, films):
        vendor.jobs.add(Plan(queued=1, polls=3))
        remote = await films.submit(request())
        state = await films.poll(remote)
        assert state == Running(progress=0.25, poll_after=0.01)


async def test_what_a_video_costs() -> None:
    async with pair() as (vendor, films):
        vendor.jobs.plan = Plan(queued=0, polls=0)
        assert await films.poll(await films.submit(request(seconds=12))) == Done(1.2)
        async with sora(vendor.base_url, price_per_second=0.05) as cheap:
            assert await cheap.poll(await cheap.submit(request(seconds=12))) == Done(0.6)


async def test_without_a_picture() -> None:
    for dialect in (OPENAI, TASKS):
        async with pair(dialect) as (vendor, films):
            await films.submit(request(reference=None))
            assert vendor.ledger.paid[0].images == 0


async def test_cancelling_deletes_the_video() -> None:
    async with pair() as (vendor, films):
        remote = await films.submit(request())
        await films.cancel(remote)
        assert len(vendor.jobs) == 0
    async with pair(TASKS) as (vendor, films):
        remote = await films.submit(request())
        await films.cancel(remote)  # there is no way to: nothing happens
        assert len(vendor.jobs) == 1


# -- every fault -------------------------------------------------------------------------------------------------------


def openai(status: int, message: str, *, code: str | None = None, **more: Any) -> Callable[[], Fault]:
    headers = {name: more.pop(name) for name in ("retry_after", "retry_after_ms") if name in more}
    return lambda: faults.answer(status, error_body(message, code=code, **more), **headers)


def task(status: int, code: str, message: str) -> Callable[[], Fault]:
    return lambda: faults.answer(status, {"code": code, "message": message, "data": None})


FAULTS: dict[str, Callable[[], Fault]] = {
    "rate limit": openai(429, "Rate limit reached.", code="rate_limit_exceeded", kind="requests", retry_after="3"),
    "rate limit in ms": openai(429, "Slow down.", code="rate_limit_exceeded", retry_after_ms="3000"),
    "no credit": openai(429, "You exceeded your current quota.", code="insufficient_quota"),
    "no credit, new-api": task(403, "insufficient_user_quota", "预扣费额度失败"),
    "hard limit": openai(400, "Billing hard limit reached.", code="billing_hard_limit_reached"),
    "bad key": openai(401, "Incorrect API key provided.", code="invalid_api_key"),
    "country": openai(403, "Country, region, or territory not supported."),
    "gone": openai(404, "The model `sora-2` does not exist.", code="model_not_found"),
    "retired": lambda: faults.answer(410, ""),
    "wrong field": openai(400, "Unknown parameter: 'x'.", code="unknown_parameter"),
    "refused": openai(400, "Your request was blocked.", code="moderation_blocked"),
    "sentinel": openai(400, "Blocked.", code="sentinel_block"),
    "refused as text": lambda: faults.answer(400, {"error": "this violates our content policy"}),
    "refused in a task": task(
        400, "fail_to_fetch_task", '{"error":{"code":"moderation_blocked","message":"moderation"}}'
    ),
    "error in 200": task(200, "insufficient_user_quota", "no credit"),
    "overloaded": openai(503, "The engine is overloaded.", kind="server_error"),
    "server error": openai(500, "The server had an error.", kind="server_error"),
    "server error, done": lambda: faults.answer(500, error_body("Oh.", kind="server_error"), executed=True),
    "html 502": lambda: faults.html(502),
    "html 504, done": lambda: faults.html(504, executed=True),
    "html 200": lambda: faults.html(200, executed=True),
    "no id": lambda: faults.answer(200, {"status": "queued"}, executed=True),
    "nothing": lambda: faults.answer(200, b"", executed=True),
    "conflict": openai(409, "Conflict."),
    "timeout": openai(408, "Timeout."),
    "reset before": lambda: faults.RESET_BEFORE,
    "reset after": lambda: faults.RESET_AFTER,
    "reset mid body": lambda: faults.RESET_MID_BODY,
    "closed mid body": lambda: faults.CLOSE_MID_BODY,
    "truncated": lambda: faults.TRUNCATED,
    "silent": lambda: faults.hang(20),
    "silent, done": lambda: faults.hang(20, executed=True),
}
SETTLED: dict[str, type[Exception]] = {
    "rate limit": TryLater,
    "rate limit in ms": TryLater,
    "overloaded": TryLater,
    "no credit": NoAccess,
    "no credit, new-api": NoAccess,
    "error in 200": NoAccess,
    "hard limit": NoAccess,
    "bad key": NoAccess,
    "country": NoAccess,
    "gone": Gone,
    "retired": Gone,
    "wrong field": Misused,
    "refused": Refused,
    "sentinel": Refused,
    "refused as text": Refused,
    "refused in a task": Refused,
}
"""What is settled: nothing was paid. After anything else it is not known."""
DONE = {"server error, done", "html 504, done", "html 200", "no id", "nothing", "silent, done", "reset after"}
DONE |= {"reset mid body", "closed mid body", "truncated"}
"""Faults after which the work was done, and would be on the bill."""


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("dialect", [OPENAI, TASKS], ids=["videos", "generations"])
async def test_every_fault_of_a_submission(
    name: str, dialect: VideosDialect | GenerationsDialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.startswith("silent"):
        monkeypatch.setattr(hayal_sora.videos, "LIMIT", 1.0)
    expected = SETTLED.get(name, OutcomeUnknown)
    async with pair(dialect) as (vendor, films):
        vendor.faults.add(CREATE[knobs(dialect)["protocol"]], FAULTS[name]())
        with pytest.raises(expected) as raised:
            await films.submit(request())
        assert raised.type is expected
        assert len(vendor.ledger.requests) == 1
        await vendor.ledger.until(lambda ledger: ledger.count("video") >= int(name in DONE))
        assert vendor.ledger.count("video") == int(name in DONE)
        assert KEY not in str(raised.value)
        if name.startswith("rate limit"):
            assert raised.value.after == 3


@pytest.mark.parametrize("name", [name for name in FAULTS if "silent" not in name])
@pytest.mark.parametrize("dialect", [OPENAI, TASKS], ids=["videos", "generations"])
async def test_a_failed_question_does_not_end_the_video(name: str, dialect: VideosDialect | GenerationsDialect) -> None:
    async with pair(dialect) as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(request())
        vendor.faults.add(GET[knobs(dialect)["protocol"]], FAULTS[name]())
        try:
            assert isinstance(await films.poll(remote), Running)
        except (NotSent, NoAccess, Gone):
            pass  # the engine asks again after all of these
        except Refused:
            assert SETTLED[name] is Refused
        assert isinstance(await films.poll(remote), Done)
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize(
    "name",
    ["server error", "html 502", "bad key", "gone", "wrong field", "reset before", "reset mid body", "closed mid body"],
)
async def test_a_failed_download_is_asked_for_again(name: str) -> None:
    async with pair() as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(request())
        vendor.faults.add(CONTENT, FAULTS[name]())
        with pytest.raises(NotSent):
            await fetched(films, remote)
        assert (await fetched(films, remote))[4:8] == b"ftyp"


async def test_a_video_that_is_not_ready_is_asked_for_again() -> None:
    async with pair() as (_vendor, films):
        remote = await films.submit(request())
        with pytest.raises(NotSent):
            await fetched(films, remote)


async def test_where_the_named_address_does_not_give_it_content_does() -> None:
    """Gateways name addresses that only their own upstream may fetch."""
    async with pair() as (vendor, films):
        plan = Plan(queued=0, polls=0, extra={"metadata": {"url": f"{vendor.cdn.url}/media/unsigned.mp4"}})
        vendor.jobs.add(plan)
        remote = await films.submit(request())
        assert (await fetched(films, remote))[4:8] == b"ftyp"
        assert len(vendor.cdn.ledger.requests) == 1
        assert vendor.cdn.leaked == []


async def test_an_address_on_the_endpoint_itself() -> None:
    async with pair() as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(request())
        shown = {"id": remote, "status": "completed", "url": f"/v1/videos/{remote}/content"}
        vendor.faults.add(GET["videos"], None, faults.answer(200, shown))
        await films.poll(remote)
        assert (await fetched(films, remote))[4:8] == b"ftyp"


async def test_nobody_there() -> None:
    with free_closed_port() as port:
        async with sora(f"http://127.0.0.1:{port}/v1") as films:
            with pytest.raises(NotSent) as raised:
                await films.submit(request())
            assert raised.type is NotSent


# -- check -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", [OPENAI, TASKS], ids=["videos", "generations"])
async def test_a_check_costs_nothing_and_says_what_is_wrong(dialect: Any) -> None:
    async with pair(dialect) as (vendor, films):
        more = knobs(dialect)
        await films.check()
        async with sora(vendor.base_url, api_key="sk-wrong-key-entirely", **more) as wrong:
            with pytest.raises(NoAccess, match=r"plugins\.sora\.api_key") as raised:
                await wrong.check()
            assert "sk-wrong-key-entirely" not in str(raised.value)
        async with sora(vendor.base_url, model="film-9", **more) as gone:
            with pytest.raises(Gone, match="lists no model film-9"):
                await gone.check()
        vendor.faults.add("GET /v1/models", faults.html(502), faults.html(404))
        with pytest.raises(NotSent, match="502 from 127"):
            await films.check()
        await films.check()  # not every endpoint lists its models
        assert vendor.ledger.paid == []
    with free_closed_port() as port:
        async with sora(f"http://127.0.0.1:{port}/v1") as away:
            with pytest.raises(NotSent, match="cannot be reached"):
                await away.check()


def test_every_dialect_has_its_settings() -> None:
    assert {dialect.name for dialect in GENERATIONS} == set(KNOBS)
