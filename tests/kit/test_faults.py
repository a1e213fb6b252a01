"""Each fault does what it says, as a client sees it that knows nothing of the server."""

from __future__ import annotations

import anyio
import httpx2
import pytest
from aiohttp import web

from servers import faults
from servers.base import Server, Started, free_closed_port, json_answer, served
from servers.faults import Fault, UnknownRoute
from servers.ledger import Paid

pytestmark = pytest.mark.anyio

BODY = b"0123456789abcdef" * 64


@pytest.fixture(params=[True, False], ids=["uvloop", "asyncio"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Faults are faults on either loop."""
    return "asyncio", {"use_uvloop": request.param}


class Shop(Started):
    """Sells one thing."""

    def __init__(self) -> None:
        super().__init__(key="k")
        self.route("POST", "/buy/{what}", self.buy)
        self.route("GET", "/bug", self.bug)

    async def bug(self, request: web.Request) -> web.Response:
        raise LookupError("a bug")

    async def buy(self, request: web.Request) -> web.Response:
        self.ledger.bill(Paid("image", "m", ref=request.match_info["what"]))
        return web.Response(body=BODY, content_type="image/png")


WHERE = "POST /buy/{what}"


async def read(shop: Shop, patience: float = 10.0) -> tuple[httpx2.Response | None, bytes, Exception | None]:
    """The answer as far as it came, and what ended it."""
    response, got = None, b""
    try:
        async with (
            httpx2.AsyncClient(timeout=patience, verify=False) as client,
            client.stream("POST", f"{shop.url}/buy/x", json={"a": 1}) as response,
        ):
            async for chunk in response.aiter_bytes():
                got += chunk
    except httpx2.TransportError as error:
        return response, got, error
    return response, got, None


@pytest.mark.parametrize(
    ("fault", "paid", "status", "body", "error"),
    [
        pytest.param(None, 1, 200, BODY, None, id="none"),
        pytest.param(faults.answer(429, {"no": 1}), 0, 429, b'{"no": 1}', None, id="answer"),
        pytest.param(faults.answer(500, "oh", executed=True), 1, 500, b"oh", None, id="answer executed"),
        pytest.param(faults.html(502), 0, 502, None, None, id="html"),
        pytest.param(faults.html(), 0, 200, None, None, id="html 200"),
        pytest.param(faults.RESET_BEFORE, 0, None, b"", httpx2.ReadError, id="reset before"),
        pytest.param(faults.RESET_AFTER, 1, None, b"", httpx2.ReadError, id="reset after"),
        pytest.param(faults.RESET_MID_BODY, 1, 200, BODY[:512], httpx2.ReadError, id="reset mid body"),
        pytest.param(faults.CLOSE_MID_BODY, 1, 200, BODY[:512], httpx2.RemoteProtocolError, id="close mid body"),
        pytest.param(faults.TRUNCATED, 1, 200, BODY[:512], None, id="truncated"),
        pytest.param(faults.slow(0.05), 1, 200, BODY, None, id="slow"),
        pytest.param(faults.hang(0.05), 0, None, b"", httpx2.ReadError, id="hang"),
        pytest.param(faults.hang(0.05, executed=True), 1, None, b"", httpx2.ReadError, id="hang executed"),
    ],
)
async def test_each_fault(
    fault: Fault | None, paid: int, status: int | None, body: bytes | None, error: type[Exception] | None
) -> None:
    async with Shop() as shop:
        shop.faults.add(WHERE, fault)
        response, got, ended = await read(shop)
        assert (response and response.status_code) == status
        assert type(ended) is (error or type(None))
        if body is None:
            assert b"<html>" in got
        else:
            assert got == body
        assert len(shop.ledger.paid) == paid
        assert shop.faults.left() == 0
        # The next request is served properly.
        _, got, ended = await read(shop)
        assert (got, ended) == (BODY, None)
        assert len(shop.ledger.paid) == paid + 1


async def test_a_client_that_gives_up_ends_the_hang() -> None:
    async with Shop() as shop:
        shop.faults.always(WHERE, faults.hang())
        *_, error = await read(shop, patience=0.05)
        assert type(error) is httpx2.ReadTimeout
        assert shop.ledger.paid == []


async def test_a_gate_holds_the_answer_until_it_opens() -> None:
    gate = anyio.Event()
    async with Shop() as shop, anyio.create_task_group() as tasks:
        shop.faults.add(WHERE, faults.hang(executed=True, gate=gate))
        answers = []

        async def ask() -> None:
            answers.append((await read(shop))[1])

        tasks.start_soon(ask)
        await shop.ledger.until(lambda ledger: ledger.count("image") == 1)
        assert answers == []
        gate.set()
        await shop.ledger.until(lambda ledger: len(ledger.requests) == 1)
    assert answers == [BODY]


async def test_a_server_that_stops_lets_go_of_what_hangs() -> None:
    async with anyio.create_task_group() as tasks, Shop() as shop:
        shop.faults.add(WHERE, faults.hang(600))
        tasks.start_soon(read, shop)
        await shop.ledger.until(lambda ledger: len(ledger.requests) == 1)


async def test_a_fault_for_a_route_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UnknownRoute, match=r"POST /buy/\{what\}"):
        Shop().faults.add("POST /sell", faults.TRUNCATED)
    with pytest.raises(UnknownRoute):
        Shop().faults.always("GET /buy/{what}", faults.TRUNCATED)


async def test_faults_come_in_order_and_a_gap_lets_through() -> None:
    async with Shop() as shop:
        shop.faults.add(WHERE, faults.answer(500), None)
        shop.faults.add("*", faults.answer(502))
        shop.faults.always(WHERE, faults.answer(503))
        seen = [(await read(shop))[0] for _ in range(4)]
        assert [response and response.status_code for response in seen] == [500, 200, 502, 503]
        shop.faults.clear()
        assert (await read(shop))[1] == BODY


async def test_a_bug_of_the_server_is_not_taken_for_a_fault() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        async with Shop() as shop, httpx2.AsyncClient(verify=False) as client:
            assert (await client.get(f"{shop.url}/bug")).status_code == 500
    assert raised.group_contains(LookupError, match="a bug")


async def test_the_ledger_may_forget_bodies() -> None:
    async with Shop() as shop:
        shop.ledger.bodies = False
        await read(shop)
        assert [seen.body for seen in shop.ledger.requests] == [None]
        assert shop.ledger.count("image") == 1


async def test_the_ledger_has_what_arrived() -> None:
    async with Shop() as shop, httpx2.AsyncClient(verify=False) as client:
        await client.post(f"{shop.url}/buy/a?q=1", json={"b": [1]}, headers={"Authorization": "Bearer sk-1"})
        await client.post(f"{shop.url}/buy/a", data={"n": "1"}, files={"f": ("a.jpg", b"\xff\xd8", "image/jpeg")})
        await client.post(f"{shop.url}/buy/a", content=b"{", headers={"x-goog-api-key": "g", "content-type": "x/y"})
        first, second, third = shop.ledger.at(WHERE)
        assert (first.key, first.body, first.query, first.path) == ("sk-1", {"b": [1]}, {"q": "1"}, "/buy/a")
        assert (second.key, second.body["n"], second.body["f"].data) == (None, "1", b"\xff\xd8")
        assert (third.key, third.body) == ("g", b"{")
        assert (await client.get(f"{shop.url}/nowhere")).status_code == 404
        assert shop.ledger.requests[-1].route == "GET /nowhere"


async def test_a_closed_port_refuses() -> None:
    with free_closed_port() as port:
        async with httpx2.AsyncClient(verify=False) as client:
            with pytest.raises(httpx2.ConnectError):
                await client.get(f"http://127.0.0.1:{port}/")


async def test_a_plain_application_is_served_too() -> None:
    async def hello(request: web.Request) -> web.Response:
        return json_answer({"hi": request.method})

    app = web.Application()
    app.router.add_get("/", hello)
    async with served(app) as url, httpx2.AsyncClient(verify=False) as client:
        assert (await client.get(url)).json() == {"hi": "GET"}
    server = Server()
    async with served(server) as url:
        assert server.base_url == url
