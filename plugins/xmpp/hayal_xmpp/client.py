"""slixmpp's client as this messenger uses it: its extensions, its tasks, a short way for messages."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, cast
from xml.etree import ElementTree as ET

import structlog
from slixmpp import ClientXMPP, Message
from slixmpp.xmlstream.stanzabase import StanzaBase
from slixmpp.xmlstream.tostring import tostring
from slixmpp.xmlstream.xmlstream import NotConnectedError

import hayal
from hayal_xmpp import names
from hayal_xmpp.limits import Recent
from hayal_xmpp.management import Acknowledging, Hold
from hayal_xmpp.settings import XmppSettings

EXTENSIONS = """
0004 0030 0045 0054 0059 0060 0066 0084 0085 0128 0153 0163 0172 0199 0203 0264 0297 0300 0308 0313 0333 0334 0359
0380 0421 0428 0439 0446 0447 0461
"""

FORMS_KEPT = 500
"""Ad-hoc commands under way at once."""

SAID_BY_US = {
    "slixmpp.xmlstream.xmlstream": "CERT:",
    "slixmpp.features.feature_mechanisms.mechanisms": "No appropriate login",
}
"""Failures that slixmpp logs by itself, which this messenger explains in one sentence."""

log = structlog.get_logger("hayal.xmpp")

Heard = Callable[[ET.Element, Hold], None]


class Sessions(Recent[str, dict[str, Any]]):
    """Ad-hoc sessions as slixmpp keeps them, but bounded."""

    def __init__(self) -> None:
        super().__init__(FORMS_KEPT)

    def __setitem__(self, key: str, value: dict[str, Any]) -> None:
        self.put(key, value)

    def __getitem__(self, key: str) -> dict[str, Any]:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __delitem__(self, key: str) -> None:
        self.drop(key)


def _said_by_us(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(SAID_BY_US[record.name])


def _nothing() -> None:
    """Nobody listens."""


_Untyped: Any = ClientXMPP


class Client(_Untyped):  # type: ignore[misc]
    """One account at one server. `secure` says that nothing but TLS will do."""

    def __init__(self, settings: XmppSettings, resource: str, context: ssl.SSLContext, *, lean: bool = False) -> None:
        super().__init__(
            f"{settings.jid}/{resource}", settings.password.get_secret_value(), ssl_context=context, lang="en"
        )
        for name in SAID_BY_US:
            logging.getLogger(name).addFilter(_said_by_us)
        self.secure = settings.tls != "none"
        self.heard: Heard | None = None
        self.failure: object = None
        self.rejected: str | None = None
        self.ended = ""
        self.bare_stream = False
        self.word: Callable[[], None] = _nothing
        self._mine: set[asyncio.Future[Any]] = set()
        self.auto_authorize = None
        self.auto_subscribe = False
        chosen = bool(settings.host)
        self.enable_plaintext = not self.secure
        self.enable_starttls = self.secure and (not chosen or settings.tls == "starttls")
        self.enable_direct_tls = self.secure and (not chosen or settings.tls == "direct")
        if not self.secure:  # loopback only
            self.plugin["feature_mechanisms"].config |= {"unencrypted_plain": True, "unencrypted_scram": True}
        for name in ("0030", "0199") if lean else EXTENSIONS.split():
            self.register_plugin(f"xep_{name}")
        if not lean:
            self.register_plugin("xep_0050", {"session_db": Sessions()})
            self.register_plugin("xep_0092", {"software_name": "hayal", "version": hayal.__version__})
            self.register_plugin("xep_0115", {"caps_node": "hayal"})
            self.register_plugin("xep_0184", {"auto_ack": False})  # a receipt is given once the message is stored
            self.plugin.enable("hayal_0198")
        self.add_event_handler("connection_failed", self._note_failure)
        self.add_event_handler("ssl_invalid_chain", self._note_chain)
        self.add_event_handler("failed_auth", self._note_rejection)
        self.add_event_handler("no_auth", self._note_no_way)
        self.add_event_handler("stream_error", self._note_end)

    def __getitem__(self, key: str) -> Any:
        """A plugin, as slixmpp-omemo asks for it: slixmpp itself warns that it is an old way."""
        return self.plugin[key]

    @property
    def acks(self) -> Acknowledging:
        """Stream management."""
        return cast(Acknowledging, self.plugin["hayal_0198"])

    @property
    def encrypted(self) -> bool:
        """Whether what is written now goes through TLS."""
        return isinstance(self.socket, ssl.SSLObject | ssl.SSLSocket)

    def clear(self) -> None:
        """Forget why an earlier connection failed."""
        self.failure, self.rejected, self.ended, self.bare_stream = None, None, "", False
        self.plugin["feature_mechanisms"].attempted_mechs = set()

    # What slixmpp starts as a task of the event loop's is kept here, so that nothing outlives `close`.

    def event(self, name: str, data: Any = {}) -> None:  # noqa: B006 - slixmpp's signature
        """Call the handlers of an event; those that wait become tasks that `close` ends."""
        handlers = self._XMLStream__event_handlers.get(name, ())
        if not handlers:
            return
        for handler, once in tuple(handlers):
            if iscoroutinefunction(handler):
                self.adopt(asyncio.ensure_future(self._handled(handler, data)))
            else:
                try:
                    handler(data)
                except Exception as error:  # noqa: BLE001 - a handler's fault is not the stream's
                    self._fault(error, data)
            if once:
                self.del_event_handler(name, handler)

    async def _handled(self, handler: Callable[[Any], Awaitable[Any]], data: Any) -> None:
        try:
            await handler(data)
        except Exception as error:  # noqa: BLE001
            self._fault(error, data)

    def _fault(self, error: Exception, data: Any) -> None:
        (data.exception if isinstance(data, StanzaBase) else self.exception)(error)

    def exception(self, exception: Exception) -> None:
        """A handler went wrong."""
        log.error("a stanza could not be handled", exc_info=exception)

    def adopt(self, task: asyncio.Future[Any] | None) -> None:
        """Let `close` end a task."""
        if task is not None and not task.done():
            self._mine.add(task)
            task.add_done_callback(self._mine.discard)

    def wrap(self, coroutine: Any) -> Any:
        """A task that `close` ends."""
        task = asyncio.ensure_future(coroutine)
        self.adopt(task)
        return task

    def connect(self, host: str | None = None, port: int | None = None) -> asyncio.Future[Any]:
        """Make one attempt to connect; the future ends when it has been made."""
        attempt = cast("asyncio.Future[Any]", super().connect(host, port))
        self.adopt(attempt)
        self.adopt(self._run_out_filters)
        return attempt

    def reschedule_connection_attempt(self) -> None:
        """Another attempt is not slixmpp's to make."""
        self._current_connection_attempt = None

    async def start_tls(self) -> bool:
        """Begin TLS; whatever goes wrong ends the connection."""
        self.adopt(asyncio.current_task())
        return bool(await super().start_tls())

    async def close(self) -> None:
        """End the connection and every task."""
        self.end_session_on_disconnect = True
        self.cancel_connection_attempt()
        self.abort()
        for name in list(self.scheduled_events):
            self.cancel_schedule(name)
        while waiting := [task for task in self._mine if task is not asyncio.current_task()]:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)

    # What came.

    def data_received(self, data: bytes | str) -> None:
        """Read from the server."""
        self.word()
        super().data_received(data)

    def _spawn_event(self, xml: ET.Element) -> None:
        """Take what came. Messages somebody wrote take a short way, past slixmpp's objects and fifty handlers."""
        if self.heard is None:
            super()._spawn_event(xml)
            return
        if xml.tag == names.MESSAGE:
            tags = {child.tag for child in xml}
            spoken = names.BODY in tags or names.ACTION_SELECTED in tags or not tags.isdisjoint(names.ENCRYPTED)
            if spoken and names.RESULT not in tags:
                self.acks.count_in()
                self.heard(xml, self.acks.hold())
                return
            if tags and all(tag.startswith(names.CHAT_STATES) for tag in tags):
                self.acks.count_in()
                return
        if xml.tag == names.SM_REQUEST:
            self.acks.send_ack()
        elif xml.tag == names.SM_ANSWER and xml.get("h", "").isdecimal():
            self.acks.answered(int(xml.get("h", "")))
        else:
            super()._spawn_event(xml)

    def write(self, stanza: Message) -> None:
        """Send a message now, counted by stream management, past the filters: those cost a task each.

        Raises NotConnectedError; then it has not been counted either.
        """
        if self.transport is None:
            raise NotConnectedError
        self.acks.count_out(stanza)
        self.send_raw(tostring(stanza.xml, xmlns=self.default_ns, stream=self, top_level=True))

    async def _handle_stream_features(self, features: Any) -> Any:
        self.adopt(asyncio.current_task())
        if self.secure and not self.encrypted and "starttls" not in features["features"]:
            self.bare_stream = True
            self.abort()
            return None
        return await super()._handle_stream_features(features)

    async def get_dns_records(self, domain: str, port: int | None = None) -> list[tuple[str, str, str, int]]:
        """Addresses by SRV; without such records the domain itself, with STARTTLS at the usual port."""
        found = await super().get_dns_records(domain, port)
        return [(service or "xmpp-client", host, address, number) for service, host, address, number in found]

    def _note_failure(self, reason: object) -> None:
        if not isinstance(self.failure, ssl.SSLCertVerificationError):
            self.failure = reason

    def _note_chain(self, reason: object) -> None:
        self._note_failure(reason)
        self.abort()

    def _note_rejection(self, stanza: Any) -> None:
        self.rejected = str(stanza["condition"])

    def _note_no_way(self, _event: object) -> None:
        self.rejected = ""

    def _note_end(self, error: Any) -> None:
        self.ended = str(error["condition"])
