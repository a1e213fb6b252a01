"""The local Telegram server in a process of its own, with people who write as fast as they are answered.

Prints its address, then obeys lines of JSON on standard input, each answered by a line:
`{"seconds": 4, "at_once": 300}`: for so long, so many people wait for the answer to "/menu" at any time; and
`{"do": "/film" or a tap, "from": 1}`: one person does something; answered once a video has arrived.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.telegram import TelegramServer, TelegramUser, telegram_server

PEOPLE = 20_000
APART = 10
"""Of these, who do not belong to the crowd."""

FIRST = 700_000
"""The id of the first of them; the others follow."""


class Crowd:
    """People who write again and again, each once in `PEOPLE` turns. `doubled` counts answers nobody waited for."""

    def __init__(self, server: TelegramServer) -> None:
        self.people = [server.person(started=True, number=FIRST + at) for at in range(PEOPLE)]
        self.server = server
        self.turn = 0
        self.waiting: set[int] = set()
        self.answered = self.doubled = 0
        self.until = 0.0
        self.changed = anyio.Event()
        for person in self.people[:APART]:
            person.chat.keeps = True
        for person in self.people[APART:]:
            person.chat.add = self._answer  # type: ignore[method-assign] - what is sent is only counted

    def _answer(self, kept: Any) -> Any:
        if not kept.mine:
            return kept
        chat = kept.body["chat"]["id"]
        if chat in self.waiting:
            self.waiting.remove(chat)
            self.answered += 1
            if time.perf_counter() < self.until:
                self.write()
        else:
            self.doubled += 1
        if not self.waiting:
            self.changed.set()
        return kept

    def write(self) -> None:
        """The next one writes."""
        person: TelegramUser = self.people[APART + self.turn % (PEOPLE - APART)]
        self.turn += 1
        self.waiting.add(person.user.id)
        person.write("/menu")

    async def run(self, seconds: float, at_once: int) -> dict[str, float]:
        """Write for so long, then wait for what is still unanswered."""
        self.answered = self.doubled = 0
        self.changed = anyio.Event()
        begun, cpu = time.perf_counter(), time.process_time()
        self.until = begun + seconds
        for _ in range(at_once):
            self.write()
        with anyio.fail_after(seconds + 60):
            await self.changed.wait()
        wall = time.perf_counter() - begun
        share = (time.process_time() - cpu) / wall
        return {"answered": self.answered, "doubled": self.doubled, "seconds": wall, "server": share}

    async def film(self, what: str, number: int) -> dict[str, float]:
        """Somebody asks for the video."""
        person = self.people[number]
        begun, since = time.perf_counter(), person.now
        if what.startswith("/"):
            person.write(what)
        else:
            body = {"id": str(begun), "from": person.user.json(), "chat_instance": "1", "data": what}
            message = {"message_id": 1, "date": int(time.time()), "chat": person.chat.json(), "text": "x"}
            self.server.inject({"callback_query": body | {"message": message}}, person.chat.id)
        person.wait = 120
        shown = await person.sees(lambda shown: any(one.kind == "video" for one in shown.media), since=since)
        kept = person.chat.history[shown.at - 1].message
        size = kept.media.size if kept.media else 0
        return {"bytes": size, "seconds": time.perf_counter() - begun}


async def main() -> None:
    async with telegram_server(limits=None, strict=False) as server:
        crowd = Crowd(server)
        print(server.url, server.token, flush=True)
        while line := await to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True):
            asked = json.loads(line)
            await server.updates.until(lambda updates: updates.polls > 0, 60)
            done = crowd.film(asked["do"], asked["from"]) if "do" in asked else crowd.run(**asked)
            print(json.dumps(await done), flush=True)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    anyio.run(main, backend_options={"use_uvloop": True})
