"""Stream management (XEP-0198) that acknowledges what has been stored, not what has been read.

slixmpp counts a stanza as handled once it is parsed. Here a message is acknowledged to the server only after the engine
has stored it: of what a crash loses, the server still knows, and delivers it again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from slixmpp.plugins.base import register_plugin
from slixmpp.plugins.xep_0198.stream_management import MAX_SEQ, XEP_0198


class Hold(NamedTuple):
    """A stanza that has been read and not yet been stored."""

    stream: int
    number: int


_Untyped: Any = XEP_0198


class Acknowledging(_Untyped):  # type: ignore[misc]
    """slixmpp's stream management, with acknowledgements held back and the `h` of a failed resumption obeyed."""

    name = "hayal_0198"
    handled: int

    def plugin_init(self) -> None:
        """Begin, as slixmpp does. The sender asks for acknowledgements by itself, so there is no window."""
        self.stream_number = 0
        self._held: dict[int, None] = {}
        self._behind = False
        super().plugin_init()
        self.window = self.window_counter = MAX_SEQ

    def count_in(self) -> None:
        """A stanza came that slixmpp does not see."""
        if self.enabled_in:
            self.handled = (int(self.handled) + 1) % MAX_SEQ

    def count_out(self, stanza: Any) -> None:
        """A stanza is about to be written that does not go through slixmpp's filters."""
        self._handle_outgoing(stanza)

    def hold(self) -> Hold:
        """Do not acknowledge the stanza that was read last until it is released."""
        number = int(self.handled)
        if self.enabled_in:
            self._held[number] = None
        return Hold(self.stream_number, number)

    def release(self, hold: Hold) -> None:
        """The stanza has been stored."""
        if hold.stream == self.stream_number:
            self._held.pop(hold.number, None)
            if self._behind and not self._held and self.enabled_in:
                self.send_ack()

    @property
    def settled(self) -> int:
        """The number of stanzas, from the first on, that need not come again."""
        first = next(iter(self._held), None)
        return int(self.handled) if first is None else (first - 1) % MAX_SEQ

    def send_ack(self) -> None:
        """Tell the server what it need not keep."""
        if not self.xmpp.transport:
            return
        h = self.settled
        self._behind = h != self.handled
        self.xmpp.send_raw(f'<a xmlns="urn:xmpp:sm:3" h="{h}"/>')

    def request_ack(self, e: Any = None) -> None:
        """Ask the server what it has."""
        self.xmpp.send_raw('<r xmlns="urn:xmpp:sm:3"/>')

    def answered(self, h: int) -> None:
        """The server has the first `h` stanzas."""
        self._handle_ack({"h": h})

    def session_end(self, event: Any) -> None:
        """The stream is gone for good, and with it all numbers."""
        self.stream_number += 1
        self._held.clear()
        super().session_end(event)

    async def _handle_sm_feature(self, features: Any) -> Any:
        if self.sm_id and self.allow_resume and "bind" not in self.xmpp.features:
            # what was not stored comes again, under the same numbers
            self.handled = self.settled
            self._held.clear()
        return await super()._handle_sm_feature(features)

    def _handle_ack(self, ack: Any) -> None:
        super()._handle_ack(ack)
        self.xmpp.event("acks_answered", ack)

    def _handle_failed(self, failed: Any) -> None:
        h = failed.xml.get("h", "")
        if h.isdecimal():  # XEP-0198, 5: what the server has handled after all
            for _ in range(min((int(h) - self.last_ack) % MAX_SEQ, len(self.unacked_queue))):
                self.xmpp.event("stanza_acked", self.unacked_queue.popleft()[1])
        super()._handle_failed(failed)


register_plugin(Acknowledging)
