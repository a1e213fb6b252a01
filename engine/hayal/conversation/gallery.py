"""What was made for the person, paged."""

from __future__ import annotations

from hayal.chat import Attachment, Button, Card
from hayal.conversation.turn import Turn
from hayal.storage.content import Content, gallery_page, get_content
from hayal.storage.posts import post_by_key

PAGE = 6
"""Cards on one page."""


def gallery(turn: Turn) -> None:
    """Show the newest page."""
    _show(turn, 0, "")


def turn_page(turn: Turn, words: list[str]) -> None:
    """A tap on older or newer: changes the message in place."""
    if len(words) == 2 and words[0].isdecimal() and len(words[0]) < 8:
        shown = post_by_key(turn.conn, f"{words[1]}.gallery")
        key = shown.key if shown and shown.chat == turn.chat else ""
        _show(turn, int(words[0]), key)
    else:
        gallery(turn)


def _show(turn: Turn, skip: int, key: str) -> None:
    found = gallery_page(turn.conn, turn.person.id, skip, PAGE + 1)
    if not found and skip == 0:
        turn.tell("gallery-empty", turn.button("button-make-selfie", "selfie"))
        return
    mark = key.partition(".")[0] or turn.id
    row: list[Button] = []
    if skip:
        row.append(turn.button("button-newer", f"page {max(0, skip - PAGE)} {mark}"))
    if len(found) > PAGE:
        row.append(turn.button("button-older", f"page {skip + PAGE} {mark}"))
    cards = tuple(_card(turn, content) for content in found[:PAGE])
    message = turn.message(text=turn.text("gallery"), cards=cards, buttons=(tuple(row),) if row else ())
    if not key or not turn.edit(key, message):
        turn.post(message, key=f"{turn.id}.gallery")


def _card(turn: Turn, content: Content) -> Card:
    persona = turn.office.personas.get(content.persona or "")
    buttons = [turn.button("button-show", f"show {content.id}")]
    if content.content_type == "selfie":
        buttons.append(turn.button("button-video-of-this", f"videoof {content.id}"))
    made = content.created_at
    at = turn.text("moment", day=made.day, month=made.month, year=made.year, time=f"{made:%H:%M}")
    title = turn.text(f"content-{content.content_type}", name=persona.name if persona else "")
    return Card(title=title, text=at, picture=_picture(content), buttons=tuple(buttons))


def _picture(content: Content) -> Attachment | None:
    media = content.media
    if media is None or media.kind == "image":
        return media
    if media.poster is None:
        return None
    return Attachment(
        kind="image", key=media.poster, mime="image/jpeg", width=media.width, height=media.height, bytes=0
    )


def show(turn: Turn, words: list[str]) -> None:
    """Send one of them again."""
    number = words[0] if len(words) == 1 else ""
    content = None
    if number.isdecimal() and len(number) < 16:
        content = get_content(turn.conn, turn.person.id, int(number))
    if content is None or content.media is None:
        turn.tell("content-gone")
        return
    persona = turn.office.personas.get(content.persona or "")
    name = persona.name if persona else ""
    turn.post(turn.message(by="persona", name=name, attachment=content.media))
    if turn.person.show_prompts:
        turn.post(turn.message(text=content.prompt, memo="prompt"))
