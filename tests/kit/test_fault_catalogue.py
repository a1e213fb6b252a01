"""Every named fault is given where it says, in a shape the vendor's SDK knows, and bills what it says."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import openai
import pytest
from exact import exactly
from google.genai import types
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

import hayal.errors
from servers import faults_gemini, faults_openai, faults_sora, media
from servers.base import Server
from servers.catalogue import Case, Meaning
from servers.gemini import gemini_server
from servers.openai import openai_server
from servers.sora import sora_server
from servers.sora_generations import generations_server
from servers.sora_offer import Offer

pytestmark = pytest.mark.anyio

KEY = "sk-test"
WAVE = {"model": "gemini-omni-1.2-flash", "input": "x", "background": True, "response_format": {"type": "video"}}
VIDEO = {"model": "sora-2", "prompt": "x", "size": "144x256"}
PNG = ("a.png", media.picture(8, 8), "image/png")

GOOD: dict[str, dict[str, Any]] = {
    faults_openai.RESPONSES: {"json": {"model": "gpt-6-luna", "input": "x"}},
    faults_openai.CHAT: {"json": {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "x"}]}},
    faults_openai.MODERATIONS: {"json": {"input": "x"}},
    faults_openai.IMAGES: {"json": {"model": "gpt-image-2", "prompt": "x", "output_format": "jpeg"}},
    faults_openai.EDITS: {
        "data": {"model": "gpt-image-2", "prompt": "x", "output_format": "jpeg"},
        "files": {"image": PNG},
    },
    faults_gemini.GENERATE: {"json": {"contents": [{"parts": [{"text": "x"}]}]}},
    faults_gemini.INTERACTIONS: {"json": WAVE},
    faults_sora.VIDEOS: {"json": VIDEO},
    faults_sora.GENERATIONS: {"json": VIDEO},
}
HANGS = {"hang", "hang executed"}


def cases(given: tuple[Case, ...]) -> list[Any]:
    return [
        pytest.param(case, where, id=f"{case.name}-{where.split('/')[-1]}")
        for case in given
        for where in case.where
        if case.name not in HANGS
    ]


async def meet(server: Server, case: Case, where: str) -> httpx2.Response | None:
    """Order the fault, make a good request into it; the answer, or None if there was none."""
    assert case.fault
    server.faults.add(where, case.fault)
    method, path = where.split(" ")
    path = path.replace("{v}", "v1").replace("{model}", "gemini-nano-banana-2.1")
    headers = {"Authorization": f"Bearer {KEY}", "x-goog-api-key": KEY}
    async with httpx2.AsyncClient(headers=headers, verify=False) as client:
        try:
            answer = await client.request(method, server.url + path, **GOOD[where])
        except httpx2.TransportError:
            assert case.name.startswith(("reset", "closed"))
            answer = None
    assert server.faults.left() == 0
    assert (len(server.ledger.paid) > 0) == case.billed
    return answer


@pytest.mark.parametrize(("case", "where"), cases(faults_openai.CASES))
async def test_openai(case: Case, where: str) -> None:
    async with openai_server(key=KEY) as vendor:
        answer = await meet(vendor, case, where)
    assert case.fault
    if answer is None or case.fault.kind != "answer":
        return
    assert answer.status_code == case.fault.status
    if answer.status_code == 200 and "error" not in case.name:
        exactly(Response if where == faults_openai.RESPONSES else ChatCompletion, answer.json())
    elif isinstance(answer.json()["error"], dict):
        assert {"message", "type", "param", "code"} <= set(answer.json()["error"])


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (faults_openai.rate_limited(), openai.RateLimitError, "rate_limit_exceeded"),
        (faults_openai.insufficient_quota(), openai.RateLimitError, "insufficient_quota"),
        (faults_openai.bad_key(), openai.AuthenticationError, "invalid_api_key"),
        (faults_openai.country(), openai.PermissionDeniedError, "unsupported_country_region_territory"),
        (faults_openai.gone_model(), openai.NotFoundError, "model_not_found"),
        (faults_openai.server_error(), openai.InternalServerError, "server_error"),
        (faults_openai.overloaded(), openai.InternalServerError, None),
        (faults_openai.moderation_blocked(), openai.BadRequestError, "moderation_blocked"),
    ],
    ids=str,
)
async def test_the_sdk_tells_the_errors_apart(fault: Any, kind: type[openai.APIStatusError], code: str | None) -> None:
    async with (
        openai_server(key=KEY) as vendor,
        openai.AsyncOpenAI(api_key=KEY, base_url=vendor.base_url, max_retries=0) as sdk,
    ):
        vendor.faults.add(faults_openai.RESPONSES, fault)
        with pytest.raises(kind) as raised:
            await sdk.responses.create(model="gpt-6-luna", input="x")
        assert raised.value.code == code


async def test_the_sdk_obeys_the_wait_in_milliseconds() -> None:
    async with (
        openai_server(key=KEY) as vendor,
        openai.AsyncOpenAI(api_key=KEY, base_url=vendor.base_url, max_retries=1) as sdk,
    ):
        vendor.faults.add(faults_openai.RESPONSES, faults_openai.rate_limited_ms(10))
        await sdk.responses.create(model="gpt-6-luna", input="x")
        assert len(vendor.ledger.requests) == 2
        vendor.faults.add(faults_openai.RESPONSES, faults_openai.final_server_error())
        with pytest.raises(openai.InternalServerError):
            await sdk.responses.create(model="gpt-6-luna", input="x")
        assert len(vendor.ledger.requests) == 3


@pytest.mark.parametrize(("case", "where"), cases(faults_gemini.CASES))
async def test_gemini(case: Case, where: str) -> None:
    async with gemini_server(key=KEY) as vendor:
        answer = await meet(vendor, case, where)
    assert case.fault
    if answer is None or case.fault.kind != "answer":
        return
    assert answer.status_code == case.fault.status
    body = answer.json()
    if answer.status_code == 200:
        if case.name != "finished, SOMETHING_NEW":  # the SDK has to take it too, with a warning
            types.GenerateContentResponse.model_validate(body)
        return
    error = (body[0] if isinstance(body, list) else body)["error"]
    assert isinstance(error["code"], str) or error["code"] == answer.status_code


def test_every_way_to_end_that_the_sdk_knows_is_there() -> None:
    known = {str(reason.value) for reason in types.FinishReason}
    assert known - set(faults_gemini.FINISHES) == {"STOP", "FINISH_REASON_UNSPECIFIED", "MODEL_ARMOR"}
    blocks = {str(reason.value) for reason in types.BlockedReason}
    assert blocks - set(faults_gemini.BLOCKS) == {"BLOCKED_REASON_UNSPECIFIED", "MODEL_ARMOR"}


@pytest.mark.parametrize(("case", "where"), cases(faults_sora.CASES))
async def test_sora(case: Case, where: str) -> None:
    offer = Offer.small(1)
    if where == faults_sora.VIDEOS:
        async with sora_server(key=KEY, offer=offer) as vendor:
            answer = await meet(vendor, case, where)
    else:
        async with generations_server(key=KEY, offer=offer) as old:
            answer = await meet(old, case, where)
    assert case.fault
    if answer is not None and case.fault.kind == "answer":
        assert answer.status_code == case.fault.status
        assert {"error"} == set(answer.json()) or {"code", "message", "data"} == set(answer.json())
    if case.name.startswith("passed on") and answer is not None:
        assert set(json.loads(answer.json()["message"])["error"]) == {"message", "type", "param", "code"}


POLLS = [
    (faults_gemini.POLLS, gemini_server),
    (faults_gemini.DOWNLOADS, gemini_server),
    (faults_sora.POLLS, sora_server),
    (faults_sora.DOWNLOADS, sora_server),
]


@pytest.mark.parametrize(("listed", "start"), POLLS)
async def test_polls_and_downloads_name_routes_that_are_there(listed: tuple[Case, ...], start: Any) -> None:
    async with start(key=KEY) as vendor, generations_server(key=KEY) as old:
        for case in listed:
            assert case.fault
            for where in case.where:
                (old if "generations" in where else vendor).faults.add(where, case.fault)


ALL = (
    *faults_openai.CASES,
    *faults_gemini.CASES,
    *faults_gemini.POLLS,
    *faults_gemini.DOWNLOADS,
    *faults_gemini.ENDS,
    *faults_sora.CASES,
    *faults_sora.POLLS,
    *faults_sora.DOWNLOADS,
    *faults_sora.ENDS,
)


def test_every_meaning_is_an_error_of_the_engine() -> None:
    meanings: set[Meaning] = {meaning for case in ALL for meaning in case.means}
    for name in meanings - {"Retried"}:
        assert issubclass(getattr(hayal.errors, name), hayal.errors.ProviderError)
    assert all(case.means for case in ALL)
    assert all((case.fault is None) != (case.plan is None) for case in ALL)


def test_no_two_cases_of_a_table_share_a_name() -> None:
    for table in (faults_openai.CASES, faults_gemini.CASES, faults_gemini.POLLS, faults_sora.CASES, faults_sora.POLLS):
        names = [case.name for case in table]
        assert len(names) == len(set(names))
