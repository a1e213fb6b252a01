"""Many people at once on Telegram: everybody presses the button, some go on to the video.

Everybody is somebody already: their rows are written before hayal starts. Telegram's limit for each chat is the real
one; the one over all chats is raised on both sides to what paid broadcasts allow, or two thousand answers alone would
take more than a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import psutil

from hayal.migrations import migrate
from hayal.storage.database import engine_for
from hayal.storage.people import Person as Row
from hayal.storage.people import save_person
from journeys.original_flow import words
from journeys.process import Hayal, hayal, write
from servers.telegram import Limits, TelegramServer, TelegramUser, telegram_server

OVERALL = 1000
"""Messages a second, over all chats."""

LANGUAGES = ("tr", "ru", "en")


@dataclass(frozen=True)
class Crowd:
    """What became of it. `memory` in bytes: of the hayal process at rest, then after each round."""

    questions: Counter[int]
    videos: Counter[int]
    memory: tuple[int, ...]
    busiest: int
    floods: int
    violations: Sequence[str]
    refusals: int


def config(folder: Path, server: TelegramServer) -> Path:
    """Everything is made at once: the plugin `null` is all providers."""
    more = f'[plugins.telegram]\ntoken = "{server.token}"\napi_base = "{server.url}"\nmessages_per_second = {OVERALL}\n'
    path = write(folder, more=more)
    engine = 'messengers = ["telegram", "web"]\nprompt = "null"\nimage = "null"\nvideo = "null"\nspare_prompt = ""\n'
    path.write_text(path.read_text().replace('messengers = ["web"]\n', engine).replace("= 0.2", "= 0.05"))
    return path


def settle_in(folder: Path, people: Sequence[TelegramUser]) -> None:
    """Let everybody be 18 and have chosen Ayla."""
    engine = engine_for("sqlite:///data/hayal.db", folder)
    migrate(engine)
    with engine.begin() as conn:
        for person in people:
            key = f"telegram:{person.user.id}"
            language = person.language
            save_person(conn, Row(key, key, person.user.name, language, "ayla", 1.0, created_at=1.0))  # type: ignore[arg-type]
    engine.dispose()


async def crowd(folder: Path, count: int, filming: int, rounds: int = 2) -> Crowd:
    """Let `count` people press the button at once, `rounds` times; `filming` of them choose a new video."""
    async with telegram_server(limits=Limits(overall=OVERALL)) as server:
        people = [server.person(f"Kim {number}", LANGUAGES[number % 3]) for number in range(count)]
        path = config(folder, server)
        settle_in(folder, people)
        for person in people:
            person.wait = 300.0
            person.chat.started = True
        async with hayal(path) as running:
            memory = [_memory(running)]
            for _ in range(rounds):
                await _round(people, filming)
                memory.append(_memory(running))
        return Crowd(
            Counter(sum(_asks(person, one.text) for one in person.screen) for person in people),
            Counter(sum(bool(one.media) for one in person.screen) for person in people),
            tuple(memory),
            server.meter.busiest,
            len(server.floods),
            server.violations,
            len(server.refusals),
        )


def _asks(person: TelegramUser, text: str) -> bool:
    return text.startswith(words(person, "ask-mode"))


async def _round(people: Sequence[TelegramUser], filming: int) -> None:
    moments = [person.now for person in people]
    for person in people:
        person.write(words(person, "menu-video"))
    async with anyio.create_task_group() as group:
        for number, person in enumerate(people):
            group.start_soon(_served, person, moments[number], number < filming)


async def _served(person: TelegramUser, since: int, films: bool) -> None:
    asked = await person.sees(lambda one: _asks(person, one.text), since=since)
    if films:
        since = person.now
        person.press(asked, words(person, "button-new-video"))
        await person.sees(lambda one: any(media.kind == "video" for media in one.media), since=since)
        await person.sees(words(person, "status-ready"), since=since)
        await person.answered()


def _memory(running: Hayal) -> int:
    return int(psutil.Process(running.process.pid).memory_info().rss)
