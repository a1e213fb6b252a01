"""What was said to somebody for one wish, all of it: so that a disturbed conversation is held against a quiet one."""

from __future__ import annotations

from collections import Counter

from journeys.original_flow import Mode, words
from xmpp.chat import Chat


async def ask_for_a_video(person: Chat, mode: Mode = "new") -> int:
    """Ask for a video; returns the number of the last change before."""
    since = person.now
    await person.say("/video")
    await person.sees(words(person, "ask-mode"), since=since)
    await person.choose(words(person, "button-from-selfie" if mode == "last" else "button-new-video"))
    return since


async def all_of_it(person: Chat, since: int) -> Counter[str]:
    """Wait for the video and all that belongs to it; every message as it looks in the end, counted.

    A message that came twice counts twice. Addresses of files are left out: they may differ.
    """
    film = await person.receives("video", since=since)
    assert film.codec == "h264"
    await person.sees(words(person, "status-ready"), since=since)
    caption = words(person, "caption-video")
    await person.sees(lambda shown: caption in shown.text and not shown.media, since=since)
    # whatever else there is to say comes before the answer to this
    mark = person.now
    await person.say("/nonsense")
    await person.sees(words(person, "unknown-command"), since=mark)
    began = {shown.id for shown in person.history[since:] if not shown.edited}
    shown = [one for one in person.screen if one.id in began]
    return Counter(f"{one.text} {[picture.kind for picture in one.media]}" for one in shown)
