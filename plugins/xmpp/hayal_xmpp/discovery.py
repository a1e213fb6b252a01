"""What the server can do (XEP-0030): an upload service and its limit, an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import anyio
import structlog
from slixmpp.exceptions import IqError, IqTimeout

from hayal_xmpp.client import Client
from hayal_xmpp.settings import XmppSettings

UPLOAD = "urn:xmpp:http:upload:0"
ARCHIVE = "urn:xmpp:mam:2"
PEP = "http://jabber.org/protocol/pubsub#event"
ASK = 6.0
"""Seconds a service has to say what it is."""

MOST_ITEMS = 40

log = structlog.get_logger("hayal.xmpp")


@dataclass(frozen=True, slots=True)
class Services:
    """`upload` is the address of the upload service or "", `max_file` its limit in bytes, if it has one."""

    upload: str = ""
    max_file: int | None = None
    archive: bool = False


async def discover(client: Client, settings: XmppSettings) -> Services:
    """Ask the server. What does not answer is not there."""
    found: list[Services] = []

    async def look(address: str) -> None:
        info = await _info(client, address)
        if info is not None and (address == settings.upload or UPLOAD in info["features"]):
            found.append(Services(address, _limit(info)))

    account = await _info(client, settings.jid)
    archive = account is not None and ARCHIVE in account["features"]
    addresses = [settings.upload] if settings.upload else await _items(client, settings.domain)
    async with anyio.create_task_group() as group:
        for address in addresses:
            group.start_soon(look, address)
    found.sort(key=lambda service: service.upload)
    best = found[0] if found else Services()
    return Services(best.upload, best.max_file, archive)


async def features(client: Client, address: str) -> frozenset[str]:
    """The features of anything on the network; none if it does not answer."""
    info = await _info(client, address)
    return frozenset(info["features"]) if info is not None else frozenset()


async def _info(client: Client, address: str) -> Any:
    try:
        answer = await client.plugin["xep_0030"].get_info(address, cached=False, timeout=ASK)
    except (IqError, IqTimeout) as error:
        log.debug("a service says nothing", address=address, reason=error.condition)
        return None
    return answer["disco_info"]


async def _items(client: Client, domain: str) -> list[str]:
    """The services that a domain lists, and the domain itself."""
    try:
        answer = await client.plugin["xep_0030"].get_items(domain, timeout=ASK)
    except (IqError, IqTimeout):
        return [domain]
    return [domain, *(str(item[0]) for item in list(answer["disco_items"]["items"])[:MOST_ITEMS])]


def _limit(info: Any) -> int | None:
    """The field max-file-size of a service's form (XEP-0363, 4; XEP-0128)."""
    for form in info.xml.findall("{jabber:x:data}x"):
        fields = {
            field.get("var", ""): field.findtext("{jabber:x:data}value") or ""
            for field in form.findall("{jabber:x:data}field")
        }
        if fields.get("FORM_TYPE") == UPLOAD and fields.get("max-file-size", "").isdecimal():
            return int(fields["max-file-size"])
    return None
