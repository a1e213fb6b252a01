"""Every case of the local endpoints' catalogue of faults: what comes of it, and what is on the bill."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sora_kit import KEY, request, sora

import hayal_sora.videos
from hayal import Done, NotSent
from hayal.errors import ProviderError
from hayal_sora.videos import SoraVideos
from servers.catalogue import Case
from servers.faults_sora import CASES, DOWNLOADS, ENDS, GENERATION, GENERATIONS, POLLS, VIDEO, VIDEOS
from servers.jobs import Plan
from servers.sora import sora_server
from servers.sora_dialects import OPENAI, TASKS
from servers.sora_generations import generations_server

pytestmark = pytest.mark.anyio

PROTOCOLS = {VIDEOS: "videos", VIDEO: "videos", GENERATIONS: "generations", GENERATION: "generations"}


def placed(cases: tuple[Case, ...]) -> list[object]:
    return [pytest.param(case, where, id=f"{case}, {where}") for case in cases for where in case.where]


@asynccontextmanager
async def pair(protocol: str = "videos") -> AsyncIterator[tuple[Any, SoraVideos]]:
    server: Any = sora_server if protocol == "videos" else generations_server
    dialect = OPENAI if protocol == "videos" else TASKS
    async with server(key=KEY, dialect=dialect) as vendor:
        more = {} if protocol == "videos" else {"length_field": "duration"}
        async with sora(vendor.base_url, protocol=protocol, **more) as films:
            yield vendor, films


@pytest.mark.parametrize(("case", "where"), placed(CASES))
async def test_at_a_create(case: Case, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.name.startswith("hang"):
        monkeypatch.setattr(hayal_sora.videos, "LIMIT", 1.0)
    assert case.fault is not None
    async with pair(PROTOCOLS[where]) as (vendor, films):
        vendor.faults.add(where, case.fault)
        with pytest.raises(ProviderError) as raised:
            await films.submit(request())
        assert raised.type.__name__ in case.means
        if case.after is not None:
            assert raised.value.after == case.after  # type: ignore[attr-defined]
        assert len(vendor.ledger.at(where)) == 1
        await vendor.ledger.until(lambda ledger: ledger.count("video") >= int(case.billed))
        assert vendor.ledger.count("video") == int(case.billed)


@pytest.mark.parametrize(("case", "where"), [one for one in placed(POLLS) if "hang" not in str(one)])
async def test_at_a_poll(case: Case, where: str) -> None:
    assert case.fault is not None
    async with pair(PROTOCOLS[where]) as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(request())
        vendor.faults.add(where, case.fault)
        with contextlib.suppress(NotSent):  # after which the engine asks again
            await films.poll(remote)
        assert isinstance(await films.poll(remote), Done)
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("case", [one for one in DOWNLOADS if one.name != "hang"], ids=str)
async def test_at_a_download(case: Case) -> None:
    assert case.fault is not None
    async with pair() as (vendor, films):
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(request())
        vendor.faults.add(case.where[0], case.fault)
        with contextlib.suppress(NotSent):
            _ = [chunk async for chunk in films.download(remote)]  # what came may be anything: the engine looks into it
        assert b"".join([chunk async for chunk in films.download(remote)])[4:8] == b"ftyp"
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("case", ENDS, ids=str)
@pytest.mark.parametrize("protocol", ["videos", "generations"])
async def test_how_a_job_ends(case: Case, protocol: str) -> None:
    assert case.plan is not None
    async with pair(protocol) as (vendor, films):
        vendor.jobs.add(case.plan)
        remote = await films.submit(request())
        while vendor.jobs.get(remote).status in {"queued", "in_progress"}:
            vendor.jobs.get(remote).asked += 1
        with pytest.raises(ProviderError) as raised:
            await films.poll(remote)
        assert raised.type.__name__ in case.means
        assert vendor.ledger.count("video") == 1
