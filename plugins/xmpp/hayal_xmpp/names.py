"""Namespaces that are read, as ElementTree writes them; and the ids that messages of ours have."""

from __future__ import annotations

import hashlib

CLIENT = "{jabber:client}"
MESSAGE = f"{CLIENT}message"
BODY = f"{CLIENT}body"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SM_REQUEST = "{urn:xmpp:sm:3}r"
SM_ANSWER = "{urn:xmpp:sm:3}a"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"
ORIGIN_ID = "{urn:xmpp:sid:0}origin-id"
DELAYS = ("{urn:xmpp:delay}delay", "{jabber:x:delay}x")
MUC_USER = "{http://jabber.org/protocol/muc#user}x"
MUC_ITEM = "{http://jabber.org/protocol/muc#user}item"
OCCUPANT = "{urn:xmpp:occupant-id:0}occupant-id"
RECEIPT = "{urn:xmpp:receipts}request"
MARKABLE = "{urn:xmpp:chat-markers:0}markable"
REPLY = "{urn:xmpp:reply:0}reply"
FALLBACK = "{urn:xmpp:fallback:0}fallback"
FALLBACK_BODY = "{urn:xmpp:fallback:0}body"
ACTION_SELECTED = "{urn:xmpp:tmp:quick-response}action-selected"
NICK = "{http://jabber.org/protocol/nick}nick"
FORWARDED = "{urn:xmpp:forward:0}forwarded"
RESULT = "{urn:xmpp:mam:2}result"
CARBONS = "{urn:xmpp:carbons:2}"
CHAT_STATES = "{http://jabber.org/protocol/chatstates}"
ENCRYPTED = ("{eu.siacs.conversations.axolotl}encrypted", "{urn:xmpp:omemo:2}encrypted")


def message_id(account: str, key: str, part: str = "") -> str:
    """The id, also the origin-id, of the message for the post `key`: the same whenever it is sent again."""
    mark = hashlib.blake2b(f"{account} {key}".encode(), digest_size=12).hexdigest()
    return f"hayal-{mark}{part}"
