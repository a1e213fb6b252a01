"""What a person can set: language, length of videos, how flirty, prompts shown."""

from __future__ import annotations

from hayal.chat import Button, Message
from hayal.conversation.turn import Turn
from hayal.storage.posts import post_by_key
from hayal.texts import LANGUAGES

FLIRTY = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The probabilities of a flirty note to choose from."""


def settings(turn: Turn) -> None:
    """Show the settings."""
    turn.post(_message(turn, turn.id), key=f"{turn.id}.settings")


def set_(turn: Turn, words: list[str]) -> None:
    """A tap on a setting: changes it, and the message in place."""
    if len(words) != 3:
        settings(turn)
        return
    what, value, mark = words
    config = turn.office.config.video
    if what == "language" and value in LANGUAGES:
        turn.save(language=value)
    elif what == "seconds" and value in map(str, turn.office.lengths):
        turn.save(seconds=None if int(value) == config.seconds else int(value))
    elif what == "flirty" and value in {f"{choice:.0%}" for choice in FLIRTY}:
        turn.save(flirty=int(value.removesuffix("%")) / 100)
    elif what == "prompts" and value in {"on", "off"}:
        turn.save(show_prompts=value == "on")
    key = f"{mark}.settings"
    shown = post_by_key(turn.conn, key)
    if shown is None or shown.chat != turn.chat:
        settings(turn)
    else:
        turn.edit(key, _message(turn, mark))
    if what == "language":
        turn.post(turn.message(text=turn.text("language-set"), menu=turn.office.menus[turn.language]))


def _message(turn: Turn, mark: str) -> Message:
    config = turn.office.config.video
    seconds = turn.person.seconds or config.seconds
    flirty = config.flirty_probability if turn.person.flirty is None else turn.person.flirty

    def choice(label: str, what: str, value: str, chosen: bool) -> Button:
        return Button(label=f"✓ {label}" if chosen else label, tap=f"set {what} {value} {mark}")

    prompts = "off" if turn.person.show_prompts else "on"
    rows = (
        tuple(choice(turn.text(f"language-{code}"), "language", code, code == turn.language) for code in LANGUAGES),
        tuple(
            choice(turn.text("seconds-short", seconds=n), "seconds", str(n), n == seconds) for n in turn.office.lengths
        ),
        tuple(
            choice(
                _percent(turn, value) if value else turn.text("flirty-off"), "flirty", f"{value:.0%}", value == flirty
            )
            for value in FLIRTY
        ),
        (Button(label=turn.text(f"button-prompts-{prompts}"), tap=f"set prompts {prompts} {mark}"),),
    )
    return turn.message(text=turn.text("settings", seconds=seconds, flirty=_percent(turn, flirty)), buttons=rows)


def _percent(turn: Turn, value: float) -> str:
    return turn.text("percent-short", percent=round(value * 100))
