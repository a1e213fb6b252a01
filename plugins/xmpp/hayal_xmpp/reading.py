"""A message as it came, read once: who, what, and everything that decides whether it is for us.

Elements are read straight from the XML: slixmpp's accessors give the first of several elements of a name, and which of
several stanza ids is the archive's is a question of security (XEP-0359, 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from slixmpp import JID, InvalidJID

from hayal_xmpp import names

LONGEST_TEXT = 20_000
"""Characters of a message that are looked at; the engine reads fewer still."""

LONGEST_ID = 300


@dataclass(frozen=True, slots=True)
class Said:
    """A message of somebody's.

    `sender` is who the stanza is from (in a room, the room with the nickname as resource), `number` its id, `stored`
    the id that the archive asked about gave it, or "". `action` is the id of a quick action (XEP-0439). `real` is the
    bare JID of an occupant, if the room tells. `reply` is whom it replies to (XEP-0461), the quoted text taken away
    from `text`.
    """

    sender: JID
    kind: str
    number: str
    stored: str
    text: str = ""
    action: str = ""
    language: str = ""
    nick: str = ""
    occupant: str = ""
    real: str = ""
    reply: str = ""
    receipt: bool = False
    markable: bool = False
    delayed: bool = False
    from_room: bool = False
    encrypted: bool = False

    @property
    def bare(self) -> str:
        """The sender's address without a resource."""
        return str(self.sender.bare)

    @property
    def full(self) -> str:
        """The sender's whole address."""
        return str(self.sender.full)


def read(xml: ET.Element, archive: str, *, stored: str = "", delayed: bool = False) -> Said | None:
    """What `xml`, a message stanza, says; None if nothing, or nothing that is to be believed.

    `archive` is the JID whose stanza ids count: the own account, or a room. `stored` is the id if the archive itself
    has given the message.
    """
    try:
        sender = JID(xml.get("from", ""))
    except InvalidJID:
        return None
    kind = xml.get("type", "normal")
    if kind not in {"chat", "normal", "groupchat"} or not sender.domain:
        return None
    body, action, reply, nick = None, "", "", ""
    fields = {"receipt": False, "markable": False, "delayed": delayed, "from_room": False, "encrypted": False}
    occupant, real, origin, fallback = "", "", "", None
    language = xml.get(names.LANG, "")
    for child in xml:
        tag = child.tag
        if tag == names.BODY:
            if body is None or child.get(names.LANG, language) == language:
                body = child
        elif tag == names.STANZA_ID:
            if child.get("by") == archive:
                stored = stored or child.get("id", "")
        elif tag == names.ORIGIN_ID:
            origin = child.get("id", "")
        elif tag in names.DELAYS:
            fields["delayed"] = True
        elif tag == names.RECEIPT:
            fields["receipt"] = True
        elif tag == names.MARKABLE:
            fields["markable"] = True
        elif tag == names.MUC_USER:
            fields["from_room"] = True
            real = _item(child)
        elif tag == names.OCCUPANT:
            occupant = child.get("id", "")
        elif tag == names.ACTION_SELECTED:
            action = child.get("id", "")
        elif tag == names.REPLY:
            reply = child.get("to", "")
        elif tag == names.FALLBACK and child.get("for") == "urn:xmpp:reply:0":
            fallback = child.find(names.FALLBACK_BODY)
        elif tag == names.NICK:
            nick = child.text or ""
        elif tag in names.ENCRYPTED:
            fields["encrypted"] = True
        elif tag == names.FORWARDED or tag.startswith(names.CARBONS) or tag == names.RESULT:
            return None  # a copy of somebody's message is never somebody's message (CVE-2017-5589)
    text = (body.text or "") if body is not None else ""
    if fallback is not None:
        text = _unquoted(text, fallback)
    if body is not None:
        language = body.get(names.LANG, language)
    return Said(
        sender=sender,
        kind=kind,
        number=(xml.get("id") or origin)[:LONGEST_ID],
        stored=stored[:LONGEST_ID],
        text=text[:LONGEST_TEXT].strip(),
        action=action,
        language=language[:35],
        nick=nick[:80],
        occupant=occupant[:LONGEST_ID],
        real=real,
        reply=reply,
        **fields,
    )


def _item(user: ET.Element) -> str:
    item = user.find(names.MUC_ITEM)
    try:
        return str(JID(item.get("jid", "")).bare) if item is not None else ""
    except InvalidJID:
        return ""


def _unquoted(text: str, fallback: ET.Element) -> str:
    """`text` without the part that repeats what is replied to (XEP-0428)."""
    try:
        start, end = int(fallback.get("start", "0")), int(fallback.get("end", str(len(text))))
    except ValueError:
        return text
    return text[:start] + text[end:] if 0 <= start < end <= len(text) else text
