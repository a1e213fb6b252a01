"""The HTTP helper of providers: what each failure means for money, where the key goes, and what is fetched."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from hayal import errors
from hayal import log as logs
from hayal.errors import Failed, Gone, Misused, NoAccess, NotSent, OutcomeUnknown, ProviderError, Refused, TryLater
from hayal.http import Answer, Api, meaning_of
from servers import faults
from servers.base import Server, Started, free_closed_port, json_answer, served
from servers.faults import Fault, answer, html

pytestmark = pytest.mark.anyio
KEY = "sk-a-secret-of-the-test"
WHERE = "POST /v1/things"


class Service(Started):
    """Does a thing for a key, gives a file, and says where else a file is."""

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__(key=KEY)
        self.done = 0
        self.elsewhere = elsewhere
        self.route("POST", "/v1/things", self._thing)
        self.route("GET", "/v1/file", self._file)
        self.route("GET", "/v1/moved", self._moved)

    async def _thing(self, _request: web.Request) -> web.StreamResponse:
        self.done += 1
        return json_answer({"id": "t1", "text": "x" * 2000})

    async def _file(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"0123456789" * 1000)

    async def _moved(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"location": self.elsewhere or "/v1/file"})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with Service() as running:
        yield running


@pytest.fixture
async def api(service: Service) -> AsyncIterator[Api]:
    async with Api(f"{service.url}/v1", {"Authorization": SecretStr(f"Bearer {KEY}")}) as made:
        yield made


def seen(kind: type[ProviderError]) -> Any:
    """Exactly this error, not one of its kinds."""
    return pytest.raises(kind, check=lambda error: type(error) is kind)


async def test_a_call_brings_json_and_carries_the_key(service: Service, api: Api) -> None:
    answer = await api.call("POST", "/things", json={"a": 1}, cost="paid")
    assert answer.data["id"] == "t1"
    assert service.ledger.requests[-1].key == KEY
    assert service.ledger.requests[-1].body == {"a": 1}


UNCLEAR: list[tuple[Fault, int]] = [
    (faults.RESET_BEFORE, 0),
    (faults.RESET_AFTER, 1),
    (faults.RESET_MID_BODY, 1),
    (faults.CLOSE_MID_BODY, 1),
    (html(200, executed=True), 1),
    (html(502), 0),
    (html(504, executed=True), 1),
    (answer(408), 0),
    (answer(409), 0),
]


@pytest.mark.parametrize(("fault", "done"), UNCLEAR, ids=lambda value: str(value))
@pytest.mark.parametrize(
    ("cost", "kind"), [("free", NotSent), ("small", Failed), ("paid", OutcomeUnknown), ("job", OutcomeUnknown)]
)
async def test_what_nobody_can_say_is_told_by_what_it_costs(
    service: Service, api: Api, fault: Fault, done: int, cost: Any, kind: type[ProviderError]
) -> None:
    service.faults.add(WHERE, fault)
    with seen(kind):
        await api.call("POST", "things", json={}, cost=cost)
    assert service.done == done


@pytest.mark.parametrize("cost", ["paid", "job"])
async def test_no_answer_in_time_is_unclear(service: Service, api: Api, cost: Any) -> None:
    service.faults.add(WHERE, faults.hang(executed=True))
    with seen(OutcomeUnknown):
        await api.call("POST", "things", json={}, cost=cost, limit=0.3)
    assert service.done == 1


async def test_an_error_of_the_services_own_settles_a_call_whose_result_comes_with_the_answer(
    service: Service, api: Api
) -> None:
    own = answer(500, {"error": {"message": "The server had an error", "type": "server_error"}})
    service.faults.add(WHERE, own, own)
    with seen(Failed):
        await api.call("POST", "things", json={}, cost="paid")
    with seen(OutcomeUnknown):
        await api.call("POST", "things", json={}, cost="job")


@pytest.mark.parametrize("cost", ["free", "small", "paid", "job"])
async def test_a_closed_port_was_certainly_not_reached(cost: Any) -> None:
    with free_closed_port() as port:
        async with Api(f"http://127.0.0.1:{port}") as api:
            with seen(NotSent):
                await api.call("POST", "things", json={}, cost=cost)


def _openai(status: int, code: str | None, kind: str = "invalid_request_error", said: str = "No.") -> Answer:
    body = {"error": {"message": said, "type": kind, "param": None, "code": code}}
    return Answer(status, {}, b"{}", body)


def _google(status: int, name: str, said: str = "No.", *details: dict[str, Any]) -> Answer:
    return Answer(
        status, {}, b"{}", {"error": {"code": status, "message": said, "status": name, "details": list(details)}}
    )


QUOTA = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "RequestsPerDayPerModel"}]}
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
REASON = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}

MEANINGS: list[tuple[Answer, type[ProviderError] | None]] = [
    (_openai(401, "invalid_api_key"), NoAccess),
    (_openai(429, "insufficient_quota", "insufficient_quota"), NoAccess),
    (_openai(429, None, "tokens", "You exceeded your current quota, please check your plan."), NoAccess),
    (_openai(429, "rate_limit_exceeded", "tokens"), TryLater),
    (_openai(400, "billing_hard_limit_reached"), NoAccess),
    (_openai(403, "unsupported_country_region_territory"), NoAccess),
    (_openai(404, "model_not_found"), Gone),
    (_openai(400, "model_not_found"), Gone),
    (_openai(400, None, said="The model `gpt-3` has been deprecated"), Gone),
    (_openai(400, "moderation_blocked"), Refused),
    (_openai(400, "sentinel_block"), Refused),
    (_openai(400, "content_policy_violation"), Refused),
    (_openai(400, None, said="Your request was rejected by our safety system."), Refused),
    (_openai(400, "unknown_parameter"), Misused),
    (_openai(503, None, "overloaded"), TryLater),
    (_openai(500, "server_error"), None),
    (_google(400, "INVALID_ARGUMENT"), Misused),
    (_google(400, "INVALID_ARGUMENT", "API key not valid.", REASON), NoAccess),
    (_google(400, "FAILED_PRECONDITION", "User location is not supported"), NoAccess),
    (_google(403, "PERMISSION_DENIED"), NoAccess),
    (_google(404, "NOT_FOUND", "models/veo is no longer available"), Gone),
    (_google(429, "RESOURCE_EXHAUSTED", "Quota", QUOTA), NoAccess),
    (_google(429, "RESOURCE_EXHAUSTED", "Slow down", RETRY), TryLater),
    (_google(503, "UNAVAILABLE"), TryLater),
    (_google(500, "INTERNAL"), None),
    (_google(504, "DEADLINE_EXCEEDED"), None),
    (Answer(400, {}, b"", {"error": {"code": "invalid_request", "message": "Invalid value"}}), Misused),
    (Answer(400, {}, b"", {"error": "prompt is required"}), Misused),
    (Answer(429, {}, b"", [{"error": {"code": 429, "message": "x", "status": "RESOURCE_EXHAUSTED"}}]), TryLater),
    (Answer(402, {}, b"", None), NoAccess),
    (Answer(410, {}, b"", None), Gone),
    (Answer(301, {}, b"", None), Misused),
    (Answer(502, {}, b"<html>", None), None),
]


@pytest.mark.parametrize(("answer", "kind"), MEANINGS, ids=lambda value: repr(value)[:60])
def test_what_an_answer_means(answer: Answer, kind: type[ProviderError] | None) -> None:
    error = meaning_of(answer)
    assert (type(error) if error else None) is kind


def test_codes_of_one_service_come_first() -> None:
    assert type(meaning_of(_openai(400, "queue_full"), {"queue_full": TryLater})) is TryLater


@pytest.mark.parametrize(
    ("headers", "data", "after"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, None, 1.5),
        ({"openai-poll-after-ms": "250"}, None, 0.25),
        ({"retry-after": "7"}, None, 7.0),
        ({"retry-after": "-3"}, None, 0.0),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "nan"}, None, None),
        ({"retry-after": "1e9"}, None, 86_400.0),
        ({}, {"error": {"details": [RETRY]}}, 34.0),
        ({}, [{"error": {"details": [RETRY]}}], 34.0),
        ({}, {"error": {"details": [{"retryDelay": "later"}]}}, None),
        ({}, "text", None),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], data: Any, after: float | None) -> None:
    assert Answer(429, headers, b"", data).after == after


def test_a_wait_until_a_date() -> None:
    after = Answer(429, {"retry-after": formatdate(time.time() + 100, usegmt=True)}, b"", None).after
    assert after is not None
    assert 90 < after <= 100


async def test_a_wait_is_handed_on(service: Service, api: Api) -> None:
    service.faults.add(WHERE, answer(429, {"error": {"message": "slow down"}}, retry_after="7"))
    with pytest.raises(TryLater) as caught:
        await api.call("POST", "things", json={}, cost="paid")
    assert caught.value.after == 7


async def test_the_key_is_in_no_error(service: Service, api: Api) -> None:
    said = f"Incorrect API key provided: {KEY}."
    service.faults.add(WHERE, answer(401, {"error": {"message": said, "code": "invalid_api_key"}}))
    logs.hide([KEY])
    with pytest.raises(NoAccess) as caught:
        await api.call("POST", "things", json={}, cost="paid")
    assert "Incorrect API key" in str(caught.value)
    assert KEY not in str(caught.value)


async def test_a_post_is_not_redirected(service: Service, api: Api) -> None:
    service.faults.add(WHERE, answer(307, b"", location="/v1/elsewhere"))
    with seen(Misused):
        await api.call("POST", "things", json={}, cost="paid")
    assert len(service.ledger.requests) == 1


async def _fetched(api: Api, url: str) -> bytes:
    return b"".join([chunk async for chunk in api.download(url)])


async def test_a_file_is_fetched_with_the_key_from_its_own_host(service: Service, api: Api) -> None:
    assert len(await _fetched(api, "file")) == 10_000
    assert len(await _fetched(api, f"{service.url}/v1/moved")) == 10_000
    assert {one.key for one in service.ledger.requests} == {KEY}


async def test_another_host_never_sees_the_key(service: Service, api: Api) -> None:
    class Cdn(Server):
        def __init__(self) -> None:
            super().__init__()
            self.route("GET", "/film", self._film)

        async def _film(self, _request: web.Request) -> web.StreamResponse:
            return web.Response(body=b"film")

    cdn = Cdn()
    async with served(cdn) as url:
        service.elsewhere = f"{url}/film"
        assert await _fetched(api, "moved") == b"film"
        assert await _fetched(api, f"{url}/film") == b"film"
    assert [(one.key, "authorization" in one.headers) for one in cdn.ledger.requests] == [(None, False)] * 2


@pytest.mark.parametrize("url", ["http://example.org/film.mp4", "ftp://127.0.0.1/film", "file:///etc/passwd"])
async def test_what_is_neither_tls_nor_the_api_is_not_fetched(api: Api, url: str) -> None:
    with seen(Misused):
        await _fetched(api, url)


async def test_redirects_have_an_end(service: Service, api: Api) -> None:
    service.elsewhere = "/v1/moved"
    with seen(Misused):
        await _fetched(api, "moved")


@pytest.mark.parametrize(
    "fault", [faults.RESET_BEFORE, faults.RESET_MID_BODY, faults.CLOSE_MID_BODY, html(502)], ids=str
)
async def test_a_broken_download_may_be_tried_again(service: Service, api: Api, fault: Fault) -> None:
    service.faults.add("GET /v1/file", fault)
    with seen(NotSent):
        await _fetched(api, "file")
    assert len(await _fetched(api, "file")) == 10_000


def test_every_kind_of_error_is_in_the_page_of_the_hierarchy() -> None:
    assert "NotAllowed" in (errors.__doc__ or "")
