"""After an outcome nobody knows: what is found, what is not adopted, and when it cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from sora_kit import KEY, prompt, request, sora

from hayal import NotSent, OutcomeUnknown
from hayal.provider import Scratchpad
from hayal_sora import lookup
from hayal_sora.owned import KEPT, Owned
from servers import faults
from servers.sora import Sora, sora_server
from servers.sora_dialects import MERGE, NEW_API, OPENAI, TASKS
from servers.sora_generations import generations_server

pytestmark = pytest.mark.anyio

CREATE, LIST = "POST /v1/videos", "GET /v1/videos"
EMPTY = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


def now() -> datetime:
    return datetime.now(UTC)


async def lost(vendor: Sora, films: Any, fault: faults.Fault = faults.RESET_AFTER, **more: Any) -> datetime:
    """A submission whose answer does not arrive; returns when it was meant."""
    since = now()
    vendor.faults.add(CREATE, fault)
    with pytest.raises(OutcomeUnknown):
        await films.submit(request(**more))
    return since


@pytest.mark.parametrize("dialect", [OPENAI, MERGE], ids=lambda one: one.name)
@pytest.mark.parametrize("fault", [faults.RESET_AFTER, faults.RESET_MID_BODY, faults.TRUNCATED], ids=str)
async def test_what_arrived_is_found(dialect: Any, fault: faults.Fault) -> None:
    async with sora_server(key=KEY, dialect=dialect) as vendor, sora(vendor.base_url) as films:
        await films.submit(request(key="j0/sora", prompt=prompt("She waves.")))
        since = await lost(vendor, films, fault)
        remote = await films.find(request(), since)
        assert remote == list(vendor.jobs)[-1].id
        assert vendor.ledger.count("video") == 2
        assert await films.find(request(), since) == remote


async def test_what_did_not_arrive_is_certainly_not_there() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        await films.submit(request(key="j0/sora", prompt=prompt("She waves.")))
        since = await lost(vendor, films, faults.RESET_BEFORE)
        assert await films.find(request(), since) is None


async def test_after_a_restart_it_is_found_too() -> None:
    notes = Scratchpad()
    async with sora_server(key=KEY) as vendor:
        async with sora(vendor.base_url, notes) as films:
            since = await lost(vendor, films)
        async with sora(vendor.base_url, notes) as films:
            assert await films.find(request(), since) == next(iter(vendor.jobs)).id


@pytest.mark.parametrize("server", [sora_server, generations_server])
async def test_an_id_that_was_noted_needs_no_list(server: Any) -> None:
    """A crash between the endpoint's answer and the engine's own record."""
    notes, protocol = Scratchpad(), "videos" if server is sora_server else "generations"
    async with server(key=KEY) as vendor:
        async with sora(vendor.base_url, notes, protocol=protocol, length_field="duration") as films:
            remote = await films.submit(request())
        asked = len(vendor.ledger.requests)
        async with sora(vendor.base_url, notes, protocol=protocol) as films:
            assert await films.find(request(), now()) == remote
        assert len(vendor.ledger.requests) == asked


@pytest.mark.parametrize("restarted", [False, True])
async def test_another_requests_video_is_never_adopted(restarted: bool) -> None:
    """The same words a moment ago, for somebody else."""
    notes = Scratchpad()
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url, notes) as first:
        await first.submit(request(key="j0/sora"))
        async with sora(vendor.base_url, notes) as second:
            films = second if restarted else first
            since = await lost(vendor, films, faults.RESET_BEFORE)
            assert await films.find(request(), since) is None
            since = await lost(vendor, films, faults.RESET_AFTER)
            assert await films.find(request(), since) == list(vendor.jobs)[-1].id
        assert vendor.ledger.count("video") == 2


async def test_two_requests_do_not_adopt_the_same_video() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, faults.RESET_AFTER, key="j1/sora")
        await lost(vendor, films, faults.RESET_BEFORE, key="j2/sora")
        found: dict[str, str | None] = {}

        async def find(key: str) -> None:
            found[key] = await films.find(request(key=key), since)

        async with anyio.create_task_group() as group:
            group.start_soon(find, "j1/sora")
            group.start_soon(find, "j2/sora")
        assert sorted(found.values(), key=bool) == [None, next(iter(vendor.jobs)).id]


async def test_two_that_are_the_same_cannot_be_told_apart() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, key="j1/sora")
        await lost(vendor, films, key="j2/sora")
        with pytest.raises(OutcomeUnknown):
            await films.find(request(key="j1/sora"), since)


async def test_one_that_is_being_handed_in_right_now_is_not_adopted() -> None:
    gate = anyio.Event()
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, faults.RESET_BEFORE)
        vendor.faults.add(CREATE, faults.hang(20, executed=True, gate=gate))
        async with anyio.create_task_group() as group:
            group.start_soon(films.submit, request(key="j2/sora"))
            await vendor.ledger.until(lambda ledger: ledger.count("video") == 1)
            with pytest.raises(OutcomeUnknown, match="right now"):
                await films.find(request(), since)
            gate.set()
        assert await films.find(request(), since) is None


async def test_what_is_older_is_not_ours() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        await lost(vendor, films)
        [job] = vendor.jobs
        assert await films.find(request(), now() + timedelta(seconds=120)) is None
        job.created -= 30  # a clock that is behind
        assert await films.find(request(), now()) == job.id


async def test_other_lengths_and_sizes_are_not_ours() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, seconds=8)
        assert await films.find(request(seconds=4), since) is None


async def test_an_endpoint_without_a_list_cannot_tell() -> None:
    async with sora_server(key=KEY, dialect=NEW_API) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films)
        with pytest.raises(OutcomeUnknown, match="no list"):
            await films.find(request(), since)
    async with generations_server(key=KEY, dialect=TASKS) as other, sora(other.base_url, protocol="generations") as old:
        with pytest.raises(OutcomeUnknown, match="no list"):
            await old.find(request(), now())
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url, listing=False) as films:
        since = await lost(vendor, films, faults.RESET_BEFORE)
        with pytest.raises(OutcomeUnknown, match="no list"):
            await films.find(request(), since)
        assert vendor.ledger.at(LIST) == []


async def test_a_list_that_does_not_say_the_prompts() -> None:
    silent = replace(OPENAI, echoes_prompt=False)
    async with sora_server(key=KEY, dialect=silent) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, faults.RESET_BEFORE)
        assert await films.find(request(), since) is None
        since = await lost(vendor, films)
        with pytest.raises(OutcomeUnknown, match="may be this one"):
            await films.find(request(), since)
        # those of our own are known by their ids
        await films.submit(request(key="j3/sora", seconds=8))
        assert await films.find(request(key="j4/sora", seconds=8), since) is None


async def test_a_long_list_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "PAGE", 2)
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films)
        for number in range(5):
            await films.submit(request(key=f"o{number}/sora", prompt=prompt(f"She waves {number} times.")))
        assert await films.find(request(), since) == next(iter(vendor.jobs)).id
        assert len(vendor.ledger.at(LIST)) == 3


async def test_pages_before_the_time_in_question_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "PAGE", 2)
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        for number in range(6):
            await films.submit(request(key=f"o{number}/sora", prompt=prompt(f"She waves {number} times.")))
        for job in vendor.jobs:
            job.created -= 3600
        assert await films.find(request(), now()) is None
        assert len(vendor.ledger.at(LIST)) == 1


@pytest.mark.parametrize(
    "page",
    [
        {"object": "list"},
        [],
        {"data": "x"},
        {**EMPTY, "has_more": True},
        {"data": [{"id": "a", "prompt": "x", "created_at": 4_000_000_000}], "last_id": "a", "has_more": True},
    ],
    ids=["no data", "a list", "a text", "more of nothing", "the same page again"],
)
async def test_a_list_that_cannot_be_read_cannot_tell(page: Any) -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films, faults.RESET_BEFORE)
        vendor.faults.always(LIST, faults.answer(200, page))
        with pytest.raises(OutcomeUnknown):
            await films.find(request(), since)


async def test_a_list_that_does_not_answer_may_be_asked_again() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        since = await lost(vendor, films)
        vendor.faults.add(LIST, faults.html(502))
        with pytest.raises(NotSent):
            await films.find(request(), since)
        assert await films.find(request(), since) is not None


async def test_what_shows_up_late_is_waited_for() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url, settle=0.2) as films:
        since = await lost(vendor, films)
        vendor.faults.add(LIST, faults.answer(200, EMPTY))
        assert await films.find(request(), since) == next(iter(vendor.jobs)).id
        assert len(vendor.ledger.at(LIST)) == 2


async def test_after_a_long_time_there_is_nothing_to_wait_for() -> None:
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url, settle=120) as films:
        assert await films.find(request(), now() - timedelta(hours=1)) is None
        assert len(vendor.ledger.at(LIST)) == 1


async def test_times_in_milliseconds_are_understood() -> None:
    entry = {"id": "task_1", "prompt": prompt().text(), "seconds": "4", "created_at": int(now().timestamp() * 1000)}
    async with sora_server(key=KEY) as vendor, sora(vendor.base_url) as films:
        vendor.faults.add(LIST, faults.answer(200, {**EMPTY, "data": [entry]}))
        assert await films.find(request(), now()) == "task_1"


async def test_notes_are_forgotten_after_months() -> None:
    notes = Scratchpad()
    owned = Owned(notes)
    await owned.keep("j/sora", "v1")
    await notes.put({"2020-01/of/old": "x"})
    month = now().year * 12 + now().month - 1 - KEPT
    long_ago = f"{month // 12:04d}-{month % 12 + 1:02d}"
    await notes.put({f"{long_ago}/of/v0": "j0/sora"})
    await owned.tidy()
    assert await notes.get(f"{long_ago}/of/v0") is None
    assert await owned.owner("v1") == "j/sora"
    assert await owned.made_for("j/sora") == "v1"
    assert await owned.owner("v2") is None
