"""Texts with formatting: HTML as the Bot API reads it, entities as it checks them, and those that clients mark."""

from __future__ import annotations

import html
import re
from typing import Any

from .errors import CAPTION_TOO_LONG, TEXT_EMPTY, TEXT_TOO_LONG, Refusal, Violation

MAX_TEXT = 4096
MAX_CAPTION = 1024
"""In UTF-16 code units, after formatting has been read: the strictest reading of "characters"."""

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(r"<(/?)([^\s<>]*)((?:\s[^<>]*)?)>|&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|<", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?""")
_KINDS = frozenset(_TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_link", "text_mention",
    "custom_emoji", "expandable_blockquote", "date_time",
}  # fmt: skip
_NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
_CLIENT = re.compile(r"(?<!\S)(/\w{1,32}(?:@\w+)?)|(?<![\w@])(@\w{4,32})")


def units(text: str) -> int:
    """Its length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(text: str, mode: str, entities: list[dict[str, Any]] | None) -> tuple[str, list[dict[str, Any]]]:
    """What is shown, and its entities. Raises Refusal if the formatting cannot be read."""
    if mode == "":
        found = list(entities or ())
        check(text, found)
    elif mode.lower() == "html":
        text, found = read_html(text)
    elif mode.lower() in {"markdown", "markdownv2"}:
        raise Violation(f"this test server does not read {mode}")
    else:
        raise Refusal("Bad Request: unsupported parse_mode")
    return trimmed(text, found)


def trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Without white space at both ends, as the server keeps it."""
    begun = text.lstrip()
    cut, short = units(text) - units(begun), begun.rstrip()
    if short == text:
        return text, entities
    length, kept = units(short), []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        end = min(length, entity["offset"] + entity["length"] - cut)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return short, kept


def message_text(text: str, mode: str, entities: list[dict[str, Any]] | None) -> tuple[str, list[dict[str, Any]]]:
    """A text of 1 to 4096."""
    shown, found = formatted(text, mode, entities)
    if not shown:
        raise Refusal(TEXT_EMPTY)
    if units(shown) > MAX_TEXT:
        raise Refusal(TEXT_TOO_LONG)
    return shown, found


def caption(text: str, mode: str, entities: list[dict[str, Any]] | None) -> tuple[str, list[dict[str, Any]]]:
    """A caption of 0 to 1024."""
    shown, found = formatted(text, mode, entities)
    if units(shown) > MAX_CAPTION:
        raise Refusal(CAPTION_TOO_LONG)
    return shown, found


def check(text: str, entities: list[dict[str, Any]]) -> None:
    """Entities lie within the text, begin and end between characters, and have what their kind needs."""
    raw = text.encode("utf-16-le", "surrogatepass")
    length = len(raw) // 2
    for entity in entities:
        offset, size, kind = entity["offset"], entity["length"], entity["type"]
        if offset < 0:
            raise Refusal(f"Bad Request: receive an entity with incorrect offset {offset}")
        if size <= 0:
            raise Refusal(f"Bad Request: receive an entity with incorrect length {size}")
        if offset + size > length:
            raise Refusal(
                f"Bad Request: entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {offset + size}"
            )
        for edge in (offset, offset + size):
            if edge < length and 0xDC00 <= int.from_bytes(raw[2 * edge : 2 * edge + 2], "little") < 0xE000:
                raise Refusal(
                    f"Bad Request: entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
                )
        if kind not in _KINDS:
            raise Violation(f"there is no entity type {kind}")
        if kind in _NEEDS and _NEEDS[kind] not in entity:
            raise Violation(f"an entity {kind} needs {_NEEDS[kind]}")


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Text and entities of HTML; the errors are worded as the real ones, with offsets in bytes."""
    shown: list[str] = []
    found: list[dict[str, Any]] = []
    opened: list[tuple[str, dict[str, Any], int]] = []
    length = at = 0
    for token in _TOKEN.finditer(source):
        plain = source[at : token.start()]
        shown.append(plain)
        length += units(plain)
        at = token.end()
        offset = len(source[: token.start()].encode("utf-8", "surrogatepass"))
        if token[0].startswith("&"):
            shown.append(html.unescape(token[0]))
            length += units(shown[-1])
        elif token[2] is None:
            raise _unreadable(f"Unclosed start tag at byte offset {offset}")
        elif token[1]:
            if not opened:
                raise _unreadable(f"Unexpected end tag at byte offset {offset}")
            tag, entity, start = opened.pop()
            if tag != token[2].lower():
                raise _unreadable(f'Unmatched end tag at byte offset {offset}, expected "</{tag}>", found "{token[0]}"')
            if length > start and entity:
                found.append(entity | {"offset": start, "length": length - start})
        else:
            tag = token[2].lower()
            opened.append((tag, _entity(tag, token[3], offset), length))
    if opened:
        raise _unreadable(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    shown.append(source[at:])
    return "".join(shown), sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _entity(tag: str, attributes: str, offset: int) -> dict[str, Any]:
    given = {name: html.unescape(a or b or "") for name, a, b in _ATTRIBUTE.findall(attributes)}
    if tag == "a":
        return {"type": "text_link", "url": given["href"]} if given.get("href") else {}
    if tag == "span" and given.get("class") == "tg-spoiler":
        return {"type": "spoiler"}
    if tag == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": given.get("emoji-id", "")}
    if tag == "blockquote" and "expandable" in given:
        return {"type": "expandable_blockquote"}
    if tag not in _TAGS:
        raise _unreadable(f'Unsupported start tag "{tag}" at byte offset {offset}')
    return {"type": _TAGS[tag]}


def _unreadable(why: str) -> Refusal:
    return Refusal(f"Bad Request: can't parse entities: {why}")


def typed(text: str) -> list[dict[str, Any]]:
    """The commands and mentions that the server marks in what a person typed."""
    return [
        {
            "type": "bot_command" if found[1] else "mention",
            "offset": units(text[: found.start()]),
            "length": units(found[0]),
        }
        for found in _CLIENT.finditer(text)
    ]
