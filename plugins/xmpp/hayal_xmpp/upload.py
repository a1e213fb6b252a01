"""Files to an upload service (XEP-0363), streamed from the media store.

slixmpp's own module of this extension brings a second HTTP client (aiohttp); only its few stanzas are needed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx2
import structlog
from slixmpp.exceptions import IqError, IqTimeout

from hayal import DeliverLater, Media
from hayal_xmpp.client import Client
from hayal_xmpp.settings import is_loopback

NS = "urn:xmpp:http:upload:0"
SLOT_LIMIT = 20.0
TIMEOUT = httpx2.Timeout(30.0, write=120.0, read=120.0)
HEADERS = {"authorization": "Authorization", "cookie": "Cookie", "expires": "Expires"}
"""The headers a service may ask for (XEP-0363, 5); anything else is left out."""

log = structlog.get_logger("hayal.xmpp")


class TooLarge(Exception):
    """The service does not take a file of this size."""


class NotTaken(Exception):
    """The service does not take the file, and says why."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that anybody with its address can fetch. `sha256` in base64."""

    url: str
    sha256: str
    bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where to put a file and where to get it; both addresses have been checked."""

    put: str
    get: str
    headers: dict[str, str]


def safe_url(url: str) -> str:
    """`url` if a file may be sent to it: https, or http on this very machine. Raises NotTaken."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not secure or not host or parts.username or re.search(r"[\s\x00-\x1f\x7f<>\"]", url):
        raise NotTaken("the upload service gives an address that is not https")
    return url


def read_slot(slot: ET.Element | None) -> Slot:
    """A service's answer. Raises NotTaken if it is no slot, or not a safe one."""
    put = slot.find(f"{{{NS}}}put") if slot is not None else None
    get = slot.find(f"{{{NS}}}get") if slot is not None else None
    if put is None or get is None:
        raise NotTaken("the upload service gives no slot")
    headers = {}
    for header in put.findall(f"{{{NS}}}header"):
        name = HEADERS.get(header.get("name", "").lower())
        value = re.sub(r"[\r\n]", "", header.text or "")
        if name and value.isascii():
            headers[name] = value
    return Slot(safe_url(put.get("url", "")), safe_url(get.get("url", "")), headers)


class Uploads:
    """The upload service at `service`."""

    def __init__(self, client: Client, http: httpx2.AsyncClient, service: str) -> None:
        self._client = client
        self._http = http
        self.service = service

    async def put(self, media: Media, key: str, mime: str) -> Uploaded:
        """Upload what is under `key`. Raises TooLarge, NotTaken, DeliverLater, NoSuchMedia, StorageError."""
        size = await media.size(key)
        name = key.rpartition("/")[2]
        slot = await self._slot(name, size, mime)
        digest = hashlib.sha256()
        stream = await media.stream(key)

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in stream.chunks:
                digest.update(chunk)
                yield chunk

        headers = {**slot.headers, "Content-Type": mime, "Content-Length": str(size)}
        try:
            answer = await self._http.put(slot.put, content=chunks(), headers=headers, follow_redirects=False)
        except httpx2.HTTPError as error:
            raise DeliverLater(f"the upload broke: {type(error).__name__}", after=5.0) from error
        if answer.status_code == 413:
            raise TooLarge
        if answer.status_code in {429, 502, 503, 504}:
            raise DeliverLater(f"the upload service is busy (HTTP {answer.status_code})", after=10.0)
        if not answer.is_success:
            raise NotTaken(f"HTTP {answer.status_code}")
        return Uploaded(slot.get, base64.b64encode(digest.digest()).decode(), size, name)

    async def _slot(self, name: str, size: int, mime: str) -> Slot:
        iq = self._client.make_iq_get(ito=self.service)
        request = {"filename": name, "size": str(size), "content-type": mime}
        iq.append(ET.Element(f"{{{NS}}}request", request))
        try:
            answer: Any = await iq.send(timeout=SLOT_LIMIT)
        except IqTimeout as error:
            raise DeliverLater("the upload service does not answer", after=5.0) from error
        except IqError as error:
            if error.iq.xml.find(f".//{{{NS}}}file-too-large") is not None:
                raise TooLarge from error
            if error.condition in {"resource-constraint", "remote-server-timeout", "service-unavailable"}:
                raise DeliverLater(f"the upload service is not able to: {error.condition}", after=10.0) from error
            raise NotTaken(error.condition) from error
        return read_slot(answer.xml.find(f"{{{NS}}}slot"))


def http_client(context: ssl.SSLContext) -> httpx2.AsyncClient:
    """The HTTP client for uploads: verified TLS, no proxy from the environment, no cookies kept."""
    return httpx2.AsyncClient(verify=context, timeout=TIMEOUT, trust_env=False)
