"""One update being handled: what it reads and writes, all in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from hayal.chat import Button, Message, Post, Update
from hayal.commands import Command
from hayal.config import Config
from hayal.flows import LANES
from hayal.jobs import journal
from hayal.jobs.journal import JobRow
from hayal.persona import Persona
from hayal.portraits import Portraits
from hayal.prompts import Language
from hayal.storage.people import Person, save_person
from hayal.storage.posts import BRIEF, add_post, edit_post
from hayal.texts import Texts


@dataclass(frozen=True)
class Office:
    """What handlers know: the configuration, the texts, the personas."""

    config: Config
    texts: Texts
    personas: Mapping[str, Persona]
    portraits: Portraits
    commands: Mapping[str, Command]
    lengths: tuple[int, ...]
    """Lengths of a video that people may choose, in seconds."""
    labels: Mapping[str, str]
    """Menu labels in every language, and the commands they stand for."""
    menus: Mapping[Language, tuple[tuple[str, ...], ...]]
    """The menu by language."""
    wordy: frozenset[str]
    """Messengers without buttons, whose people choose by number or in words."""


def update_id(chat: str, update: Update) -> str:
    """The id of an update from here to delivery: the same when it is delivered again, and nothing a person chose."""
    return hashlib.blake2b(f"{chat}>{update.id}".encode("utf-8", "replace"), digest_size=10).hexdigest()


@dataclass(slots=True)
class Turn:
    """One update being handled. After the commit the engine delivers `posts`, offers `jobs`, stops `cancelled`."""

    conn: sa.Connection
    office: Office
    update: Update
    id: str
    chat: str
    person: Person
    posts: list[Post] = field(default_factory=list)
    jobs: list[JobRow] = field(default_factory=list)
    cancelled: list[JobRow] = field(default_factory=list)
    forgotten: Person | None = None
    received: Post | None = None

    @property
    def language(self) -> Language:
        """The person's language."""
        return self.person.language

    @property
    def persona(self) -> Persona | None:
        """The person's persona, if chosen and still there."""
        return self.office.personas.get(self.person.persona or "")

    @property
    def seed(self) -> int:
        """A number of this update's own."""
        return int(self.id[:12], 16)

    def text(self, text_id: str, /, **values: Any) -> str:
        """A text in the person's language."""
        return self.office.texts.say(self.person.language, text_id, **values)

    def button(self, text_id: str, tap: str, /, **values: Any) -> Button:
        """A button in the person's language."""
        return Button(label=self.text(text_id, **values), tap=tap)

    def save(self, **changes: Any) -> None:
        """Store changes of the person."""
        self.person = save_person(self.conn, self.person, **changes)

    def message(self, **fields: Any) -> Message:
        """A message in the person's language, as an answer to the update."""
        return Message(language=self.person.language, answers=self.update.quote, **fields)

    def post(self, message: Message, key: str = "", *, brief: bool = False) -> None:
        """Say something made by `message`. `key` names the message, by default after this update.

        A brief one is deleted once it is delivered.
        """
        key = key or f"{self.id}.{len(self.posts)}"
        if brief:
            message = message.model_copy(update={"memo": BRIEF})
        post = add_post(self.conn, key, self.chat, message, "brief" if brief else "out")
        if post:
            self.posts.append(post)

    def tell(self, text_id: str, /, *buttons: Button, **values: Any) -> None:
        """Say a text of the locales, with buttons in one row."""
        self.post(self.message(text=self.text(text_id, **values), buttons=(buttons,) if buttons else ()))

    def edit(self, key: str, message: Message) -> bool:
        """Change a message said before to one made by `message`; False if it is not there any more."""
        post = edit_post(self.conn, key, message)
        if post:
            self.posts.append(post)
        return post is not None

    def start(self, flow: str, status: bool, **args: Any) -> None:
        """Accept a job, once for this update; with a status message if asked for, or say that there are too many."""
        lane = LANES[flow]
        waiting = journal.unfinished_of(self.conn, self.person.id, lane)
        if sum(waiting.values()) >= self.office.config.jobs.waiting:
            self.tell("too-many-jobs", count=sum(waiting.values()))
            return
        persona = self.persona
        common = {
            "language": self.language,
            "persona": self.person.persona,
            "name": persona.name if persona else "",
            "show_prompts": self.person.show_prompts,
        }
        if self.update.quote:
            common["answers"] = self.update.quote
        row = journal.add_job(self.conn, self.id, flow, lane, self.person.id, self.chat, common | args)
        if row is None:
            return
        self.jobs.append(row)
        if status:
            text = self.text("status-queued" if waiting else "status-begun", name=common["name"])
            cancel = ((self.button("button-cancel", f"cancel {self.id}"),),)
            self.post(self.message(text=text, progress=0.0, buttons=cancel), key=journal.status_key(self.id))
