"""Long texts, in pieces a messenger takes."""

from __future__ import annotations


def width(text: str) -> int:
    """Length in UTF-16 code units, which is how most messengers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` UTF-16 code units, cut where it is least felt.

    At the end of a paragraph, of a line or of a sentence in the second half of a piece, else between words, else where
    it has to be. White space at a cut is dropped; an empty text gives no piece.
    """
    pieces = []
    left = text.strip()
    while width(left) > limit:
        piece = _head(left, limit)
        cut = _cut(piece, left[len(piece) : len(piece) + 1])
        pieces.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [*pieces, left] if left else pieces


def _head(text: str, limit: int) -> str:
    head = text[:limit]
    while width(head) > limit:
        head = head[: len(head) - max(1, (width(head) - limit) // 2)]
    return head or text[:1]


def _cut(piece: str, following: str) -> int:
    if following.isspace():
        return len(piece)
    half = len(piece) // 2
    for mark in ("\n\n", "\n", ". ", "! ", "? ", "… ", " "):
        at = piece.rfind(mark, half)
        if at > 0:
            return at + len(mark)
    at = piece.rfind(" ")
    return at + 1 if at > 0 else len(piece)
