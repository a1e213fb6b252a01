"""Deleting everything about a person."""

from __future__ import annotations

from hayal.conversation.turn import Turn
from hayal.flows.common import owner_folder
from hayal.jobs import journal
from hayal.storage.notes import forget_notes
from hayal.storage.people import forget_person


def ask(turn: Turn) -> None:
    """Ask for confirmation."""
    turn.tell("forget-ask", turn.button("button-forget", "forget yes"), turn.button("button-keep", "forget no"))


def forget(turn: Turn, words: list[str]) -> None:
    """The answer: delete from every table; the engine then deletes the media and tells the messenger."""
    if words != ["yes"]:
        turn.tell("forget-kept")
        return
    turn.cancelled.extend(journal.cancel_jobs(turn.conn, turn.person.id))
    forget_person(turn.conn, turn.person, "" if turn.update.quote else turn.chat)
    forget_notes(turn.conn, f"{owner_folder(turn.person.id)}/")
    turn.forgotten = turn.person
    turn.received = None
    turn.posts.clear()
    turn.post(turn.message(text=turn.text("forgotten")), brief=True)
