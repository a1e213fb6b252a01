"""Messages as stanzas: texts with quick responses, files that clients show inline, corrections, answers in rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slixmpp.plugins.xep_0264.stanza import Thumbnail
from slixmpp.plugins.xep_0300 import Hash
from slixmpp.plugins.xep_0428.stanza import Fallback
from slixmpp.plugins.xep_0439.stanza import Response
from slixmpp.plugins.xep_0447.stanza import UrlData

from hayal import Attachment, Message
from hayal.options import Option, lay_out
from hayal_xmpp.client import Client
from hayal_xmpp.meaning import Quote
from hayal_xmpp.upload import Uploaded

SFS = "urn:xmpp:sfs:0"
BAR = 10
LONGEST_DESCRIPTION = 500


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes. `private`: to an occupant of a room. `quote` is what it answers in a room."""

    to: str
    kind: str = "chat"
    private: bool = False
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as text: what is written, and what can be chosen."""

    text: str
    options: tuple[Option, ...] = ()


def shown(message: Message) -> Shown:
    """A message as text. Progress is a bar of ten steps, so that it is not corrected more often than it is worth."""
    text, options = lay_out(message)
    if message.progress:
        done = int(message.progress * BAR)
        text = f"{text}\n{'▰' * done}{'▱' * (BAR - done)} {done * 100 // BAR} %".lstrip()
    return Shown(text, tuple(options))


def files(message: Message) -> list[Attachment]:
    """The pictures and videos that belong to a message, in the order in which they are sent."""
    found = [card.picture for card in message.cards if card.picture]
    return [*found, message.attachment] if message.attachment else found


def _begin(client: Client, target: Target, number: str, language: str) -> Any:
    stanza = client.make_message(mto=target.to, mtype=target.kind)
    stanza["id"] = number
    stanza["lang"] = language
    stanza["origin_id"]["id"] = number
    if target.private:
        stanza.enable("muc")
    return stanza


def _answer(stanza: Any, target: Target) -> None:
    if target.quote and target.quote.number:
        stanza["reply"]["to"] = f"{target.to}/{target.quote.nick}"
        stanza["reply"]["id"] = target.quote.number


def text_stanza(client: Client, target: Target, number: str, what: Shown, *, language: str, replaces: str = "") -> Any:
    """A text. In a room it names and quotes whom it answers."""
    stanza = _begin(client, target, number, language)
    stanza["body"] = f"{target.quote.nick}: {what.text}" if target.quote else what.text
    if target.quote and target.quote.number:
        _answer(stanza, target)
        if target.quote.text and not replaces:
            stanza["reply"].add_quoted_fallback(target.quote.text, target.quote.nick)
    if replaces:
        stanza["replace"]["id"] = replaces
    if target.kind == "chat":
        stanza["chat_state"] = "active"
    for response in responses(what.options):
        stanza.append(response)
    return stanza


def responses(options: Sequence[Option]) -> list[Response]:
    """Options as quick responses (XEP-0439): the answer is a message with the label, or the number if two are alike."""
    labels = [option.label for option in options]
    made = []
    for option in options:
        alone = labels.count(option.label) == 1
        response = Response()
        response["value"] = option.label if alone else str(option.number)
        response["label"] = option.label if alone else f"{option.number}. {option.label}"
        made.append(response)
    return made


def file_stanza(
    client: Client,
    target: Target,
    number: str,
    file: Uploaded,
    attachment: Attachment,
    *,
    caption: str = "",
    thumbnail: Uploaded | None = None,
    language: str = "en",
) -> Any:
    """A picture or video. The body is nothing but its address, as the out-of-band data says: so clients show it inline.

    Conversations, Dino, Gajim and Monal all compare the two. What the file is like is in XEP-0446 and 0447.
    """
    stanza = _begin(client, target, number, language)
    stanza["body"] = file.url
    stanza["oob"]["url"] = file.url
    _answer(stanza, target)
    sharing = stanza["sfs"]
    sharing["disposition"] = "inline"
    about = sharing["file"]
    about["media-type"] = attachment.mime
    about["name"] = file.name
    about["size"] = file.bytes
    if attachment.width > 0 and attachment.height > 0:
        about["width"], about["height"] = attachment.width, attachment.height
    if attachment.seconds:
        about["length"] = round(attachment.seconds * 1000)
    if caption:
        about["desc"] = caption[:LONGEST_DESCRIPTION]
    digest = Hash()
    digest["algo"], digest["value"] = "sha-256", file.sha256
    about.append(digest)
    if thumbnail:
        small = Thumbnail()
        small["uri"], small["media-type"] = thumbnail.url, "image/jpeg"
        small["width"], small["height"] = attachment.width, attachment.height
        about.append(small)
    source = UrlData()
    source["target"] = file.url
    sharing["sources"].append(source)
    whole = Fallback()
    whole["for"] = SFS
    whole.enable("body")
    stanza.append(whole)
    return stanza
