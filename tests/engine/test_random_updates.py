"""Ten thousand random updates: the engine goes on serving, and nothing happens twice."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from hayal_null import NullMessenger
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import Person, engine_at, write
from hayal import Update
from hayal.conversation.router import COMMANDS, TAPS

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

UPDATES = 10_000

_words = st.sampled_from(
    [
        "send me a selfie",
        "bana video gönder",
        "пришли видео",
        "hello",
        "🎬 Video gönder",
        "❓ Help",
        "nude pic",
        "/",
        "@",
    ]
)
_text = st.one_of(
    _words,
    st.text(max_size=30),
    st.text(min_size=1, max_size=20).map(lambda text: text * 400),
    st.builds("/{} {}".format, st.sampled_from([*COMMANDS, "nonsense"]), st.text(max_size=20)),
)
_junk = st.one_of(
    st.text(max_size=80), st.integers().map(str), st.sampled_from(["yes", "ayla", "last", "new", "0", "on"])
)
_tap = st.one_of(
    st.text(max_size=100), st.builds(" ".join, st.lists(st.one_of(st.sampled_from(sorted(TAPS)), _junk), max_size=5))
)
_update = st.builds(
    Update,
    id=st.one_of(st.integers(0, 400).map(str), st.text(max_size=40)),
    chat=st.one_of(st.sampled_from(["a", "b", "c"]), st.text(max_size=30)),
    user=st.sampled_from(["a", "b", "c"]),
    text=_text,
    tap=st.one_of(st.just(""), st.just(""), _tap),
    language=st.one_of(st.sampled_from(["en", "tr", "ru", ""]), st.text(max_size=8)),
    name=st.text(max_size=20),
)


def _some() -> list[Update]:
    """Updates as Hypothesis makes them, repeats among them."""
    made: list[Update] = []

    @settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(_update, min_size=20, max_size=40))
    def collect(updates: list[Update]) -> None:
        made.extend(updates)

    collect()
    rng = random.Random(1)
    while len(made) < UPDATES:
        made.extend(rng.sample(made, min(2000, UPDATES - len(made))))
    return made[:UPDATES]


async def test_ten_thousand_random_updates(tmp_path: Path) -> None:
    updates = _some()
    async with engine_at(write(tmp_path)) as engine:
        messenger = engine.messengers["null"]
        assert isinstance(messenger, NullMessenger)
        people = [Person(messenger, name=name) for name in "abc"]
        for person in people:
            await person.begin()
        stored: list[tuple[str, str]] = []

        async def some(start: int) -> None:
            for update in updates[start::8]:
                stored.extend([(update.chat, update.id)] if await messenger.desk.receive(update) else [])

        async with anyio.create_task_group() as group:
            for start in range(8):
                group.start_soon(some, start)
        last = Person(messenger, name="still-there")
        await last.begin()
        await last.do(text="hello")
        await last.shown("Ayla: hello")
        forgetful = set(messenger.forgotten)
        for chat, number in set(stored):
            if chat not in forgetful:
                assert stored.count((chat, number)) == 1
        shown = [post.message.text for post in messenger.outbox]
        assert not [text for text in shown if "Traceback" in text or "Error" in text]
        assert last.text("error-unexpected") not in shown
        assert all(count == 1 for count in messenger.sends.values())
    with closing(sqlite3.connect(tmp_path / "data" / "hayal.db")) as db:
        assert db.execute("SELECT count(*) FROM jobs WHERE error LIKE '%Error%'").fetchone() == (0,)
        twice = "SELECT job_id FROM generated_content GROUP BY job_id HAVING count(*) > 1"
        assert db.execute(twice).fetchall() == []
