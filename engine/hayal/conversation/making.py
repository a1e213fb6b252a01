"""Asking for selfies and videos, and stopping them."""

from __future__ import annotations

import random
from typing import Any

from hayal.chat import Attachment
from hayal.conversation.turn import Turn
from hayal.decency import indecency
from hayal.flows.common import owner_folder
from hayal.jobs import journal
from hayal.jobs.waiting import patience
from hayal.storage.content import Content, get_content, get_last
from hayal.storage.posts import post_by_key

MAX_WISH = 200
"""Characters of a wish that go into a prompt."""


def fit_wish(turn: Turn, wish: str) -> str | None:
    """The wish, or None if the engine's own rules refuse it; then the person has been told, kindly."""
    if wish and indecency(wish, strict=True):  # all of it, before it is cut
        turn.tell("refused-wish")
        return None
    return wish[:MAX_WISH].strip()


def selfie(turn: Turn, wish: str = "") -> None:
    """Start making a selfie."""
    fit = fit_wish(turn, wish)
    if fit is not None:
        turn.start("selfie", status=True, wish=fit)


def video(turn: Turn, wish: str = "", mode: str | None = None) -> None:
    """Start making a video, or ask for its mode with two buttons."""
    fit = fit_wish(turn, wish)
    if fit is None:
        return
    if mode == "new":
        new_video(turn, fit)
    elif mode == "last":
        from_last(turn, fit)
    else:
        key = f"{turn.id}.ask"
        row = (
            turn.button("button-from-selfie", f"video last {turn.id}"),
            turn.button("button-new-video", f"video new {turn.id}"),
        )
        turn.post(turn.message(text=turn.text("ask-mode"), buttons=(row,), memo=f"ask {fit}"), key=key)


def video_tap(turn: Turn, words: list[str]) -> None:
    """A tap on one of the two modes: `last` or `new`, and which question it answers."""
    mode = words[0] if words and words[0] in {"last", "new"} else None
    asked = post_by_key(turn.conn, f"{words[1]}.ask") if len(words) == 2 else None
    if asked is None or asked.chat != turn.chat:
        video(turn, "", mode)
        return
    if not asked.message.buttons:
        return  # answered already
    choice = turn.text("button-from-selfie" if mode == "last" else "button-new-video")
    turn.edit(asked.key, turn.message(text=f"{asked.message.text}\n{choice}"))
    video(turn, asked.message.memo.removeprefix("ask "), mode)


def _shared(turn: Turn, wish: str) -> dict[str, Any]:
    config = turn.office.config.video
    seconds = turn.person.seconds or config.seconds
    probability = config.flirty_probability if turn.person.flirty is None else turn.person.flirty
    return {"wish": wish, "seconds": seconds, "flirty": random.Random(turn.seed).random() < probability}


def new_video(turn: Turn, wish: str) -> None:
    """A video from a new picture."""
    turn.start("new_video", status=True, **_shared(turn, wish))


def from_last(turn: Turn, wish: str) -> None:
    """A video from the last selfie; without one, say so and offer to make one."""
    last = get_last(turn.conn, turn.person.id)
    if last is None:
        turn.tell(
            "no-selfie", turn.button("button-make-selfie", "selfie"), turn.button("button-new-video", "video new")
        )
        return
    from_content(turn, last, wish)


def from_content(turn: Turn, content: Content, wish: str) -> None:
    """A video from one of the person's selfies."""
    media = content.media or _kept_in_row(turn, content)
    args = _shared(turn, wish) | {"photo_prompt": content.prompt, "content": content.id}
    turn.start("video_from_selfie", status=True, selfie=media.model_dump(exclude_none=True), **args)


def _kept_in_row(turn: Turn, content: Content) -> Attachment:
    """Where a picture that the original bot kept in the database will be put by the job."""
    key = f"{owner_folder(turn.person.id)}/kept-{content.id}.jpg"
    size = turn.office.config.video.size
    return Attachment(kind="image", key=key, mime="image/jpeg", width=size.width, height=size.height, bytes=0)


def video_of(turn: Turn, words: list[str]) -> None:
    """A tap in the gallery: a video from this selfie."""
    content = _content(turn, words)
    if content is None or content.content_type != "selfie":
        turn.tell("content-gone")
    else:
        from_content(turn, content, "")


def _content(turn: Turn, words: list[str]) -> Content | None:
    number = words[0] if len(words) == 1 else ""
    return get_content(turn.conn, turn.person.id, int(number)) if number.isdecimal() and len(number) < 16 else None


def again(turn: Turn, words: list[str], **changed: Any) -> None:
    """Ask for the same as a job that failed, but for what is `changed`; a new job, and a new payment."""
    row = journal.job_of(turn.conn, turn.person.id, words[0]) if len(words) == 1 else None
    if row is None or row.state not in {"failed", "cancelled"}:
        turn.tell("job-gone")
        return
    own = {"language", "persona", "name", "show_prompts", "answers"}
    turn.edit(journal.status_key(row.id), turn.message(text=turn.text("status-retried")))
    args = {k: v for k, v in row.args.items() if k not in own}
    turn.start(row.flow, status=row.flow != "reply", **(args | changed))


def softer(turn: Turn, words: list[str]) -> None:
    """Ask for the same as a job that was refused, with a prompt that any provider makes."""
    again(turn, words, careful=True, flirty=False)


def check(turn: Turn, words: list[str]) -> None:
    """Look once more for a video that was not ready in time."""
    config = turn.office.config.video
    row = journal.job_of(turn.conn, turn.person.id, words[0]) if len(words) == 1 else None
    seconds = patience(config.poll_interval, config.poll_attempts)
    deadline = journal.revive(turn.conn, row.id, seconds) if row and row.state == "stalled" else None
    if row is None or deadline is None:
        turn.tell("job-gone")
        return
    revived = journal.job_of(turn.conn, turn.person.id, row.id)
    if revived:
        turn.jobs.append(revived)
    turn.edit(journal.status_key(row.id), turn.message(text=turn.text("status-checking"), progress=0.0))


def cancel(turn: Turn) -> None:
    """Stop everything that is being made for the person."""
    rows = journal.cancel_jobs(turn.conn, turn.person.id)
    turn.cancelled.extend(rows)
    for row in rows:
        turn.edit(journal.status_key(row.id), turn.message(text=turn.text("status-cancelled")))
    turn.tell("cancelled" if any(row.lane == "media" for row in rows) else "nothing-to-cancel")
