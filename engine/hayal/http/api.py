"""One service's HTTP API, over httpx2."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

import anyio
import httpx2
from pydantic import SecretStr

from hayal import log as logs
from hayal.errors import Failed, Misused, NotSent, OutcomeUnknown, ProviderError
from hayal.http.answer import Answer
from hayal.http.meaning import Meaning, meaning_of, message_of
from hayal.tracing import span

Cost: TypeAlias = Literal["free", "small", "paid", "job"]
"""What it means if nobody can say whether a call was executed.

free: nothing; another try is safe (NotSent). small: a text, a judgement; it counts as failed, and the next in the
chain is asked rather than the same again (Failed). paid: the result would have come with the answer (OutcomeUnknown,
but a service's own error object settles it: Failed). job: what was handed in may be under way, whatever was answered
(OutcomeUnknown).
"""

CONNECT = 10.0
"""Seconds in which a connection must stand."""

LARGEST = 96 * 1024 * 1024
"""Bytes of an answer that is read whole (a picture in base64)."""

WAIT = 30.0
"""Seconds for a call, if the caller does not say."""

STALLED = 60.0
"""Seconds without a byte after which a download counts as broken."""

REDIRECTS = 5

_BEFORE_SENDING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


@cache
def _trust() -> Any:
    return httpx2.create_ssl_context()  # costs tens of milliseconds: once a process


class Api:
    """A base URL, the headers that carry the key, and the calls. Enter it before use.

    `base_url` is all before the paths. `headers` go to that origin alone: a redirect or a link to another is followed
    without them. `own` are codes of this service's errors (see `hayal.http.meaning`).
    """

    def __init__(
        self, base_url: str, headers: Mapping[str, SecretStr] | None = None, own: Meaning | None = None
    ) -> None:
        self._base = httpx2.URL(base_url.rstrip("/") + "/")
        self._headers = {name: value.get_secret_value() for name, value in (headers or {}).items()}
        logs.hide(self._headers.values())
        self._own = own
        self._client: httpx2.AsyncClient | None = None
        self._once: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        common: dict[str, Any] = {
            "verify": _trust(),
            "timeout": httpx2.Timeout(None, connect=CONNECT, pool=CONNECT),
            "headers": {"User-Agent": "hayal"},
            "follow_redirects": False,
        }
        self._client = httpx2.AsyncClient(limits=httpx2.Limits(max_connections=200), **common)
        # a kept connection may be closed by the server just when a paid call is written to it: a new one each
        self._once = httpx2.AsyncClient(limits=httpx2.Limits(max_keepalive_connections=0), **common)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in (self._client, self._once):
            if client:
                await client.aclose()

    async def call(
        self,
        method: Literal["GET", "POST", "DELETE"],
        path: str,
        *,
        cost: Cost = "free",
        limit: float | None = None,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        """Make a call within `limit` seconds (`WAIT`) and return its answer, whose body is JSON (or empty).

        `json` is the body; `fields` and `files` (name, bytes, type) make it multipart/form-data instead. Redirects are
        not followed. Raises the ProviderError that the failure stands for; where nobody can say whether it was
        executed, the one that `cost` stands for.
        """
        client = self._once if cost in {"paid", "job"} else self._client
        if client is None:
            raise RuntimeError("an Api is entered before use")
        request = client.build_request(
            method,
            self._url(path),
            json=json,
            params=params,
            data=fields,
            files=files,
            headers=self._headers,
        )
        with span("http", method=method, host=self._base.host, path=path):
            answer = await self._exchange(client, request, cost, limit or WAIT)
        if not answer.ok:
            raise self._error(answer, cost)
        if answer.data is None and answer.body.strip():
            raise _unclear(cost, f"{self._base.host} answered {answer.status} with something that is not JSON")
        return answer

    async def download(self, url: str, *, limit: float | None = None) -> AsyncIterator[bytes]:
        """The bytes at `url` (or a path of this API), in chunks, each within `limit` (`STALLED`) seconds of the last.

        Redirects are followed; the key goes to this API's own origin alone. Raises NotSent (fetch it again) for a
        broken transfer, Misused for an address that is not to be fetched, or what the answer stands for.
        """
        if self._client is None:
            raise RuntimeError("an Api is entered before use")
        limit = limit or STALLED
        target = self._url(url)
        for _ in range(REDIRECTS + 1):
            self._permit(target)
            headers = self._headers if self._own_origin(target) else {}
            request = self._client.build_request("GET", target, headers=headers)
            try:
                with anyio.fail_after(limit):
                    response = await self._client.send(request, stream=True)
            except (httpx2.TransportError, httpx2.InvalidURL, TimeoutError) as error:
                raise NotSent(f"{target.host} does not give the file: {_named(error)}") from error
            try:
                if response.has_redirect_location:
                    target = target.join(response.headers["location"])
                    continue
                if not response.is_success:
                    answer = Answer.read(response.status_code, response.headers, await _whole(response, limit))
                    raise self._error(answer, "free")
                async for chunk in _chunks(response, limit):
                    yield chunk
                return
            finally:
                with anyio.CancelScope(shield=True), anyio.move_on_after(5):
                    await response.aclose()
        raise Misused(f"more than {REDIRECTS} redirects on the way to a file")

    # -- inside --------------------------------------------------------------------------------------------------

    def _url(self, path: str) -> httpx2.URL:
        return httpx2.URL(path) if "://" in path else self._base.join(path.lstrip("/"))

    def _own_origin(self, url: httpx2.URL) -> bool:
        return (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)

    def _permit(self, url: httpx2.URL) -> None:
        """A file is fetched from the API's own origin, or over TLS; in the clear only between loopback addresses."""
        if self._own_origin(url) or url.scheme == "https":
            return
        if url.scheme == "http" and _loopback(url.host) and _loopback(self._base.host):
            return
        raise Misused(f"the file is at {url.scheme}://{url.host}, which is not fetched: it is neither TLS nor the API")

    async def _exchange(self, client: httpx2.AsyncClient, request: httpx2.Request, cost: Cost, limit: float) -> Answer:
        try:
            with anyio.fail_after(limit):
                response = await client.send(request, stream=True)
                try:
                    body = await _whole(response, limit)
                finally:
                    await response.aclose()
        except _BEFORE_SENDING as error:
            raise NotSent(f"{self._base.host} cannot be reached: {_named(error)}") from error
        except httpx2.UnsupportedProtocol as error:
            raise Misused(f"base_url is not an HTTP address: {error}") from error
        except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as error:
            raise _unclear(cost, f"no answer from {self._base.host}: {_named(error)}") from error
        return Answer.read(response.status_code, response.headers, body)

    def _error(self, answer: Answer, cost: Cost) -> ProviderError:
        error = meaning_of(answer, self._own)
        if error is None:
            said = f"{answer.status} from {self._base.host}: {message_of(answer.data) or 'no reason given'}"
            settled = cost == "paid" and bool(message_of(answer.data))
            error = Failed(said) if settled else _unclear(cost, said)
        request = answer.headers.get("x-request-id", "")[:80]
        error.args = (logs.redacted(f"{error} (request {request})" if request else str(error)),)
        return error


def _unclear(cost: Cost, text: str) -> ProviderError:
    if cost == "free":
        return NotSent(text)
    return Failed(text) if cost == "small" else OutcomeUnknown(text)


def _named(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()[:200]


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _whole(response: httpx2.Response, limit: float) -> bytes:
    body = bytearray()
    async for chunk in _chunks(response, limit):
        body += chunk
        if len(body) > LARGEST:
            raise httpx2.DecodingError(f"an answer of more than {LARGEST} bytes")
    return bytes(body)


async def _chunks(response: httpx2.Response, limit: float) -> AsyncIterator[bytes]:
    chunks = response.aiter_bytes()
    while True:
        try:
            with anyio.fail_after(limit):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as error:
            if response.is_success and response.request.method == "GET":
                raise NotSent(f"{response.request.url.host} broke off: {_named(error)}") from error
            raise
        yield chunk
