"""What a client reads out of a message: text, options, media, corrections, states. From the XML as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from journeys.person import Kind, Picture

CLIENT = "{jabber:client}"
STATES = "{http://jabber.org/protocol/chatstates}"
RECEIPTS = "{urn:xmpp:receipts}"
MARKERS = "{urn:xmpp:chat-markers:0}"
CORRECTION = "{urn:xmpp:message-correct:0}"
SID = "{urn:xmpp:sid:0}"
OOB = "{jabber:x:oob}"
SFS = "{urn:xmpp:sfs:0}"
METADATA = "{urn:xmpp:file:metadata:0}"
URL_DATA = "{http://jabber.org/protocol/url-data}"
HASHES = "{urn:xmpp:hashes:2}"
THUMBS = "{urn:xmpp:thumbs:1}"
QUICK = "{urn:xmpp:tmp:quick-response}"
REPLY = "{urn:xmpp:reply:0}"
FALLBACK = "{urn:xmpp:fallback:0}"
DELAY = "{urn:xmpp:delay}"
MAM = "{urn:xmpp:mam:2}"
CARBONS = "{urn:xmpp:carbons:2}"
FORWARD = "{urn:xmpp:forward:0}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

OPTION = re.compile(r"^\s*(\d{1,2})[.)]\s+(\S.*?)\s*$", re.MULTILINE)

IMAGES = {".jpg", ".jpeg", ".png", ".webp"}
VIDEOS = {".mp4", ".webm"}


@dataclass(frozen=True, slots=True)
class File:
    """A file that a message shares: where it is, and what the sender says of it ("" or 0 where it does not)."""

    url: str
    mime: str = ""
    name: str = ""
    text: str = ""
    width: int = 0
    height: int = 0
    milliseconds: int = 0
    size: int = 0
    sha256: str = ""
    thumbnail: str = ""

    @property
    def kind(self) -> Kind | None:
        """What it is shown as; None if as a file or link."""
        ending = PurePosixPath(unquote(urlsplit(self.url).path)).suffix.lower()
        if self.mime.startswith("image/") or (not self.mime and ending in IMAGES):
            return "image"
        if self.mime.startswith("video/") or (not self.mime and ending in VIDEOS):
            return "video"
        return None


@dataclass(frozen=True, slots=True)
class Quick:
    """A quick response (XEP-0439): `value` is sent as a text, or for an action `value` is its id."""

    label: str
    value: str
    action: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A message as a client understands it. `archive` is the id that the receiver's own server gave it."""

    sender: str
    number: str
    kind: str
    body: str | None
    language: str
    replaces: str
    archive: str
    delayed: bool
    files: tuple[File, ...]
    quick: tuple[Quick, ...]
    state: str
    wants_receipt: bool
    receipt: str
    markable: bool
    displayed: str
    quotes: str
    error: str
    carbon: str = ""

    @property
    def text(self) -> str:
        """What is read: the body without the address of what is shown, and what is said of it."""
        text = self.body or ""
        for file in self.files:
            text = text.replace(file.url, "")
        said = [file.text for file in self.files if file.text and file.text not in text]
        return "\n".join([*filter(None, [text.strip()]), *dict.fromkeys(said)])

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What is shown inline."""
        return tuple(
            Picture(file.kind, file.url, file.width, file.height, file.milliseconds / 1000)
            for file in self.files
            if file.kind is not None
        )

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Numbered options in the text: number and label."""
        return tuple(OPTION.findall(self.body or ""))


def read(xml: ET.Element, own: str) -> Read:
    """Read a message; `own` is the receiver's bare address."""
    carbon = ""
    if xml.get("from", "").partition("/")[0] == own:
        for name in ("received", "sent"):
            inner = xml.find(f"{CARBONS}{name}/{FORWARD}forwarded/{CLIENT}message")
            if inner is not None:
                xml, carbon = inner, name
                break
    body = xml.find(f"{CLIENT}body")
    states = [child.tag.removeprefix(STATES) for child in xml if child.tag.startswith(STATES)]
    stanza_ids = [child.get("id", "") for child in xml.findall(f"{SID}stanza-id")]
    marker = xml.find(f"{MARKERS}displayed")
    quoted = xml.find(f"{REPLY}reply")
    error = xml.find(f"{CLIENT}error")
    replaces = xml.find(f"{CORRECTION}replace")
    received = xml.find(f"{RECEIPTS}received")
    return Read(
        sender=xml.get("from", ""),
        number=xml.get("id", ""),
        kind=xml.get("type", "normal"),
        body=None if body is None else body.text or "",
        language=(body.get(LANGUAGE) if body is not None else None) or xml.get(LANGUAGE) or "",
        replaces="" if replaces is None else replaces.get("id", ""),
        archive=stanza_ids[-1] if stanza_ids else "",
        delayed=xml.find(f"{DELAY}delay") is not None,
        files=_files(xml),
        quick=_quick(xml),
        state=states[0] if states else "",
        wants_receipt=xml.find(f"{RECEIPTS}request") is not None,
        receipt="" if received is None else received.get("id", ""),
        markable=xml.find(f"{MARKERS}markable") is not None,
        displayed="" if marker is None else marker.get("id", ""),
        quotes="" if quoted is None else quoted.get("id", ""),
        error="" if error is None or not len(error) else error[0].tag.partition("}")[2],
        carbon=carbon,
    )


def _files(xml: ET.Element) -> tuple[File, ...]:
    found: dict[str, File] = {}
    for sharing in xml.findall(f"{SFS}file-sharing"):
        for source in sharing.iter(f"{URL_DATA}url-data"):
            url = source.get("target", "")
            found[url] = _described(url, sharing.find(f"{METADATA}file"))
    for x in xml.findall(f"{OOB}x"):
        url = x.findtext(f"{OOB}url") or ""
        said = x.findtext(f"{OOB}desc") or ""
        known = found.get(url)
        if known is None:
            found[url] = File(url, text=said)
    return tuple(found.values())


def _described(url: str, file: ET.Element | None) -> File:
    if file is None:
        return File(url)

    def number(name: str) -> int:
        return int(file.findtext(f"{METADATA}{name}") or 0)

    hashes = {child.get("algo", ""): child.text or "" for child in file.findall(f"{HASHES}hash")}
    thumbnail = file.find(f"{THUMBS}thumbnail")
    return File(
        url,
        mime=file.findtext(f"{METADATA}media-type") or "",
        name=file.findtext(f"{METADATA}name") or "",
        text=file.findtext(f"{METADATA}desc") or "",
        width=number("width"),
        height=number("height"),
        milliseconds=number("length"),
        size=number("size"),
        sha256=hashes.get("sha-256", ""),
        thumbnail="" if thumbnail is None else thumbnail.get("uri", ""),
    )


def _quick(xml: ET.Element) -> tuple[Quick, ...]:
    found: list[Quick] = []
    for child in xml:
        if child.tag == f"{QUICK}response":
            value = child.get("value", "")
            found.append(Quick(child.get("label") or value, value, action=False))
        elif child.tag == f"{QUICK}action":
            number = child.get("id", "")
            found.append(Quick(child.get("label") or number, number, action=True))
    return tuple(found)
