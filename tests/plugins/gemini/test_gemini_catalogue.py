"""Every case of the local Gemini's catalogue of faults: what comes of it, and what is on the bill."""

from __future__ import annotations

import contextlib

import pytest
from gemini_kit import KEY, image_request, part, video_request

from hayal import Done, NotSent
from hayal.errors import ProviderError
from hayal_gemini import images, videos
from hayal_gemini.images import GeminiImages
from hayal_gemini.videos import GeminiVideos
from servers.catalogue import Case
from servers.faults_gemini import CASES, DOWNLOADS, ENDS, GENERATE, INTERACTIONS, POLLS
from servers.gemini import Gemini, gemini_server
from servers.jobs import Plan

pytestmark = pytest.mark.anyio


def creates() -> list[object]:
    return [pytest.param(case, where, id=f"{case}, {where}") for case in CASES for where in case.where]


def name_of(error: ProviderError) -> str:
    """The error of `hayal.errors` that this is, or is a kind of."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "hayal.errors")


async def outcome(vendor: Gemini, where: str) -> ProviderError | None:
    try:
        await create(vendor, where)
    except ProviderError as error:
        return error
    return None


async def create(vendor: Gemini, where: str) -> object:
    if where == GENERATE:
        async with part(GeminiImages, vendor.url) as pictures:
            return await pictures.generate(image_request())
    async with part(GeminiVideos, vendor.url, resolution="360p") as films:
        return await films.submit(video_request())


@pytest.mark.parametrize(("case", "where"), creates())
async def test_at_a_create(case: Case, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.name.startswith("hang"):
        monkeypatch.setattr(images, "LIMIT", 1.0)
        monkeypatch.setattr(videos, "LIMIT", 1.0)
    assert case.fault is not None
    # Google's own error in the place of a picture settles that there is none: it is not left to the person
    settled = where == GENERATE and case.name in {"internal", "internal, array", "deadline"}
    async with gemini_server(key=KEY) as vendor:
        vendor.faults.add(where, case.fault)
        error = await outcome(vendor, where)
        meant = "Retried" if error is None else name_of(error)
        if case.after is not None:
            assert getattr(error, "after", None) == case.after
        assert meant in ({"Failed"} if settled else case.means)
        assert len(vendor.ledger.at(where)) == (2 if meant == "Retried" else 1)
        billed = int(case.billed or meant == "Retried")
        await vendor.ledger.until(lambda ledger: len(ledger.paid) >= billed)
        assert len(vendor.ledger.paid) == billed


@pytest.mark.parametrize("case", [one for one in POLLS if one.name != "hang"], ids=str)
async def test_at_a_poll(case: Case) -> None:
    assert case.fault is not None
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(video_request())
        vendor.faults.add(case.where[0], case.fault)
        with contextlib.suppress(NotSent):  # after which the engine asks again
            await films.poll(remote)
        assert isinstance(await films.poll(remote), Done)
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("case", [one for one in DOWNLOADS if one.name != "hang"], ids=str)
async def test_at_a_download(case: Case) -> None:
    assert case.fault is not None
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(Plan(queued=0, polls=0))
        remote = await films.submit(video_request())
        vendor.faults.add(case.where[0], case.fault)
        with contextlib.suppress(NotSent):
            _ = [chunk async for chunk in films.download(remote)]  # what came may be anything: the engine looks into it
        assert b"".join([chunk async for chunk in films.download(remote)])[4:8] == b"ftyp"
        assert vendor.ledger.count("video") == 1


@pytest.mark.parametrize("case", ENDS, ids=str)
async def test_how_a_job_ends(case: Case) -> None:
    assert case.plan is not None
    async with gemini_server(key=KEY) as vendor, part(GeminiVideos, vendor.url, resolution="360p") as films:
        vendor.jobs.add(case.plan)
        remote = await films.submit(video_request())
        while vendor.jobs.get(remote).status in {"queued", "in_progress"}:
            vendor.jobs.get(remote).asked += 1
        with pytest.raises(ProviderError) as raised:
            await films.poll(remote)
        assert raised.type.__name__ in case.means
        assert vendor.ledger.count("video") == 1


def test_every_case_has_a_place() -> None:
    assert {where for case in CASES for where in case.where} == {GENERATE, INTERACTIONS}
