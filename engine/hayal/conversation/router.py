"""From an update to what handles it."""

from __future__ import annotations

import time
from collections.abc import Callable

import sqlalchemy as sa

from hayal.chat import MAX_TAP, Message, Update, clean
from hayal.commands import CommandRequest
from hayal.conversation import forget, gallery, making, settings, welcome
from hayal.conversation.turn import Office, Turn, update_id
from hayal.decency import indecency
from hayal.jobs import journal
from hayal.options import choice
from hayal.storage.people import Person, find_person, save_person
from hayal.storage.posts import add_post, log_window
from hayal.texts import language_of
from hayal.wishes import Want, wish_in

Command = Callable[[Turn, str], None]
Tap = Callable[[Turn, list[str]], None]

COMMANDS: dict[str, Command] = {
    "start": lambda turn, _: welcome.start(turn),
    "help": lambda turn, _: welcome.help_(turn),
    "menu": lambda turn, _: welcome.menu(turn),
    "language": lambda turn, words: welcome.choose_language(turn, words.split()),
    "persona": lambda turn, words: welcome.choose_persona(turn, words.lower().split()),
    "selfie": making.selfie,
    "video": making.video,
    "gallery": lambda turn, _: gallery.gallery(turn),
    "settings": lambda turn, _: settings.settings(turn),
    "cancel": lambda turn, _: making.cancel(turn),
    "forget": lambda turn, _: forget.ask(turn),
}
TAPS: dict[str, Tap] = {
    "adult": welcome.adult,
    "language": welcome.choose_language,
    "persona": welcome.choose_persona,
    "selfie": lambda turn, _: making.selfie(turn),
    "video": making.video_tap,
    "videoof": making.video_of,
    "show": gallery.show,
    "page": gallery.turn_page,
    "set": settings.set_,
    "forget": forget.forget,
    "cancel": lambda turn, _: making.cancel(turn),
    "again": making.again,
    "softer": making.softer,
    "check": making.check,
}
WANTS: dict[Want, str] = {
    Want.MENU: "menu",
    Want.GALLERY: "gallery",
    Want.CANCEL: "cancel",
    Want.HELP: "help",
    Want.SETTINGS: "settings",
    Want.PERSONA: "persona",
}
LATELY = 16
"""Entries of the log among which a question can still be answered by a number."""

BEFORE_CONSENT = {"start", "help", "language", "forget", "adult"}
"""What works before the person has said to be 18 or more."""

WITHOUT_PERSONA = BEFORE_CONSENT | {"persona", "settings", "set", "gallery", "page", "show", "cancel", "check"}

MENU = (("video", "selfie"), ("gallery", "persona"), ("settings", "help"))
"""Rows of the menu: text ids `menu-…`, and the commands they stand for."""


def handle(conn: sa.Connection, office: Office, messenger: str, update: Update) -> Turn | None:
    """Do what the person asks, within the caller's transaction. None if this update was handled before."""
    chat = f"{messenger}:{clean(update.chat, 500)}"
    text, tap = clean(update.text).strip(), clean(update.tap, MAX_TAP)
    update_key = update_id(chat, update)
    if messenger in office.wordy and text and not tap and not text.startswith("/"):
        text, tap = _choice(conn, office, chat, text)
    command, words = _command(office, text) if not tap else ("", "")
    said = Message(text=clean(update.text).strip() or tap, by="person", memo="command" if command or tap else "")
    received = add_post(conn, update_key, chat, said, "tap" if tap else "in")
    if received is None:
        return None
    user = f"{messenger}:{clean(update.user, 500)}"
    person = find_person(conn, user)
    if person is None:
        language = language_of(update.language)
        person = save_person(conn, Person(user, chat, clean(update.name, 80), language), created_at=time.time())
    turn = Turn(conn, office, update, update_key, chat, person, received=None if tap else received)
    if tap:
        name, *rest = tap.split() or [""]
        handler = TAPS.get(name)
        if handler is None:
            turn.tell("unknown-button")
        elif allowed(turn, name):
            handler(turn, rest)
    elif command:
        if allowed(turn, command):
            _run(turn, command, words)
    elif allowed(turn, ""):
        talk(turn, text)
    return turn


def allowed(turn: Turn, name: str) -> bool:
    """Whether the person may do this yet; if not, what is missing has been asked for."""
    if turn.person.adult_at is None and name not in BEFORE_CONSENT:
        welcome.ask_age(turn)
        return False
    if turn.persona is None and name not in WITHOUT_PERSONA:
        welcome.personas(turn)
        return False
    return True


def _command(office: Office, text: str) -> tuple[str, str]:
    """The command and what follows it: "/video at the sea", "/video@bot", or a label of the menu."""
    if text.startswith("/"):
        first, _, words = text[1:].partition(" ")
        return first.partition("@")[0].lower() or "help", words.strip()
    return office.labels.get(text, ""), ""


def _choice(conn: sa.Connection, office: Office, chat: str, text: str) -> tuple[str, str]:
    """What `text` stands for, as a text or a tap, if it answers something shown lately."""
    shown = [post.message for post in reversed(log_window(conn, chat, 0, None, LATELY)) if post.message.by != "person"]
    wish = wish_in(text)  # "video" asks for one, even where it is a word of something shown
    chosen = choice(text, shown, office.texts.forms, office.texts.yes_no, whole_only=wish is not None)
    if chosen is None:
        return text, ""
    return (text, chosen.tap) if chosen.tap else (chosen.label, "")


def _run(turn: Turn, command: str, words: str) -> None:
    added = turn.office.commands.get(command)
    if command in COMMANDS:
        COMMANDS[command](turn, words)
    elif added:
        request = CommandRequest(words, turn.language, turn.person.persona, turn.seed)
        turn.post(turn.message(text=clean(added.answer(request))))
    else:
        turn.tell("unknown-command")


def talk(turn: Turn, text: str) -> None:
    """Free text: a wish for a selfie or a video, or something for the persona to answer."""
    if not text:
        turn.tell("text-only")
        return
    wish = wish_in(text)
    if wish and wish.want is Want.SELFIE:
        # the whole sentence is judged: what makes a wish unfit may stand outside of what it is about
        if making.fit_wish(turn, text) is not None:
            making.selfie(turn, wish.about)
    elif wish and wish.want is Want.VIDEO:
        if making.fit_wish(turn, text) is not None:
            making.video(turn, wish.about, wish.mode)
    elif wish:
        COMMANDS[WANTS[wish.want]](turn, "")
    elif indecency(text):
        turn.tell("refused-talk")
    elif journal.unfinished_of(turn.conn, turn.person.id, "talk").get("waiting", 0) == 0:
        turn.start("reply", status=False, text=text)
    # else: a reply that has not begun yet will see this text too
