"""What the original bot did, as a person lives it, on any messenger and in any language.

Start, 18 or more, a persona, the prompts made visible; then the button "Send a video", one of two choices, the status
while it is made, the prompts, the video. Once from a new picture and once from the last selfie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hayal.texts import Texts
from journeys.person import Person, Received, Shown

Mode = Literal["new", "last"]

TEXTS = Texts()

ANYTHING = "\ue000"

AT_WORK = ("begun", "photo-prompt", "picture", "video-prompt", "filming", "fetching", "sending")
"""Texts `status-…` while something is made. A messenger that may not edit that often shows some of them."""


@dataclass
class Diary:
    """What somebody went through: texts of the status in order, prompts as shown, media as fetched."""

    statuses: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    selfies: list[Received] = field(default_factory=list)
    videos: list[Received] = field(default_factory=list)


def words(person: Person, text_id: str, /, **values: object) -> str:
    """A text of the engine in the person's language."""
    return TEXTS.say(person.language, text_id, **values)


def like(person: Person, text_id: str, /, **values: object) -> re.Pattern[str]:
    """A text of the engine, where a name or number that is not given stands for anything."""
    text = words(person, text_id, **dict.fromkeys(("name", "percent", "seconds", "wanted"), ANYTHING) | values)
    return re.compile(re.escape(text).replace(ANYTHING, ".*"))


async def greet(person: Person, persona: str = "Ayla", begin: str = "/start") -> None:
    """Begin, be 18 or more, and choose a persona, who says hello."""
    since = person.now
    await person.say(begin)
    await person.sees(words(person, "welcome").splitlines()[0], since=since)
    since = person.now
    await person.choose(words(person, "button-adult"))
    await person.sees(words(person, "personas"), since=since)
    since = person.now
    await person.choose(words(person, "button-choose", name=persona))
    hellos = [words(person, f"hello-{number}", name=persona) for number in range(1, 5)]
    await person.sees(lambda shown: any(hello in shown.text for hello in hellos), since=since)


async def show_prompts(person: Person) -> None:
    """Switch on, in the settings, that prompts are shown."""
    since = person.now
    await person.choose(words(person, "menu-settings"))
    await person.sees(lambda shown: offers(shown, words(person, "button-prompts-on")), since=since)
    since = person.now
    await person.choose(words(person, "button-prompts-on"))
    await person.sees(lambda shown: offers(shown, words(person, "button-prompts-off")), since=since)


def offers(shown: Shown, label: str) -> bool:
    """Whether `label` can be chosen there."""
    return any(label in choice for choice in shown.choices)


async def video(person: Person, mode: Mode, diary: Diary) -> Received:
    """Press "Send a video", choose the mode, watch the status and the prompts, receive the video."""
    since = person.now
    await person.choose(words(person, "menu-video"))
    asked = await person.sees(words(person, "ask-mode"), since=since)
    assert len(asked.choices) == 2, asked
    since = person.now
    await person.choose(words(person, "button-from-selfie" if mode == "last" else "button-new-video"))
    diary.statuses.append(await at_work(person, since))
    if mode == "new":
        photo = await person.sees(words(person, "debug-photo-prompt"), since=since)
        diary.prompts.append(photo.text)
    script = await person.sees(words(person, "debug-video-prompt"), since=since)
    diary.prompts.append(script.text)
    received = await person.receives("video", since=since)
    assert words(person, "caption-video") in received.shown.text, received
    assert received.seconds > 0
    diary.videos.append(received)
    done = await person.sees(words(person, "status-ready"), since=since)
    diary.statuses.append(done.text)
    return received


async def at_work(person: Person, since: int) -> str:
    """See that something is being made; returns what the status said."""
    known = [like(person, f"status-{state}") for state in AT_WORK]
    return (await person.sees(lambda shown: any(one.search(shown.text) for one in known), since=since)).text


async def selfie(person: Person, diary: Diary) -> Received:
    """Press "Send a selfie" and receive it."""
    since = person.now
    await person.choose(words(person, "menu-selfie"))
    diary.statuses.append(await at_work(person, since))
    received = await person.receives("image", since=since)
    diary.selfies.append(received)
    await person.sees(words(person, "status-ready"), since=since)
    return received


async def original_flow(person: Person, modes: Sequence[Mode] = ("new", "last"), persona: str = "Ayla") -> Diary:
    """The whole of it. Returns what the person went through; raises if it is not as it should be."""
    diary = Diary()
    await greet(person, persona)
    await show_prompts(person)
    for mode in modes:
        if mode == "last" and not diary.selfies:
            await selfie(person, diary)
        await video(person, mode, diary)
    return diary
