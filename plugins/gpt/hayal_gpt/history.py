"""How much of a conversation goes with a reply."""

from __future__ import annotations

from collections.abc import Sequence

from hayal.prompts import Said

BYTES_PER_TOKEN = 2
"""Bytes of UTF-8 that a token carries, at the least, in what people write.

OpenAI's tokenizers come to about 4 in English, 3 in Turkish and 5 to 6 in Russian (two bytes a letter). Counting
exactly needs a vocabulary that its library fetches from the network. So this counts too many tokens rather than too
few: about twice as many for English.
"""

AROUND = 4
"""Tokens that a line takes beside its text."""


def tokens(text: str) -> int:
    """How many tokens a line with `text` takes, at the most."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN) + AROUND


def newest(history: Sequence[Said], limit: int) -> list[Said]:
    """The newest lines that take at most `limit` tokens together, oldest first, beginning with the person's.

    The last is always among them; if it is too long by itself, its beginning is.
    """
    if not history:
        return []
    last = history[-1]
    if tokens(last.text) > limit:
        return [Said(last.by, _beginning(last.text, limit))]
    kept: list[Said] = []
    for line in reversed(history):
        limit -= tokens(line.text)
        if limit < 0:
            break
        kept.insert(0, line)
    while len(kept) > 1 and kept[0].by == "persona":
        kept.pop(0)  # an answer to what is not there
    return kept


def _beginning(text: str, limit: int) -> str:
    size = max(limit - AROUND, 1) * BYTES_PER_TOKEN - len("…".encode())
    return text.encode()[: max(size, 0)].decode(errors="ignore") + "…"
