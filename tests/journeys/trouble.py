"""Everything that can go wrong between the engine and a vendor, tried in turn; what came of it is a table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from hayal_null import NullMessenger, script

from harness import BASE, TEXTS, Person, engine_at
from hayal import Post
from hayal.engine import Engine
from hayal.storage.tables import messages
from servers.base import Started
from servers.catalogue import Case

ENDINGS = (
    "error-provider",
    "error-try-later",
    "error-refused",
    "error-no-access",
    "error-unknown-outcome",
    "error-timeout",
    "error-storage",
    "error-unexpected",
)
"""What a person can be told instead of getting what was asked for."""

ALERTS = ("alert-no-access", "alert-gone")

SHORT = 0.6
"""Seconds in which a vendor of these tests has to answer."""

PATIENT = 30.0

_names = count(1)


@dataclass(frozen=True)
class Bench:
    """A provider at its local server. `ask` is what a person taps, `where` the calls of it that are paid for."""

    name: str
    kind: str
    settings: str
    vendor: Callable[[], AbstractAsyncContextManager[Any]]
    ask: str
    where: tuple[str, ...]
    cases: tuple[Case, ...]
    findable: bool = False
    waits: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What one case came to: what the person was shown, what the admin was told, how much work was billed."""

    case: str
    person: str
    buttons: str
    admin: str
    paid: int
    next: int
    """Requests to the next provider of the chain, where there is one."""


def config(bench: Bench, url: str, folder: Path, *, chain: bool) -> Path:
    """The engine's configuration: this provider (and behind it, with `chain`, another), all else without a network."""
    names = f'["{bench.name}", "null"]' if chain else f'"{bench.name}"'
    text = BASE.replace(f'{bench.kind} = "null"', f"{bench.kind} = {names}")
    text = text.replace("[video]", "[video]\nlook_again = 1000")
    if bench.kind == "video":
        text = text.replace("seconds = 2", "seconds = 4")
    path = folder / "config.toml"
    path.write_text(
        f'{text}\n[plugins.null]\nadmins = ["boss"]\n[plugins.{bench.name}]\n{bench.settings.format(url=url)}'
    )
    return path


@asynccontextmanager
async def running(bench: Bench, folder: Path, *, chain: bool = False) -> AsyncIterator[tuple[Engine, Started]]:
    """The engine and the vendor."""
    async with bench.vendor() as vendor, engine_at(config(bench, vendor.base_url, folder, chain=chain)) as engine:
        yield engine, vendor


async def tried(bench: Bench, case: Case, engine: Engine, vendor: Any) -> Row:
    """Let somebody new ask while `case` goes wrong; nothing of earlier cases is held against the provider."""
    for links in (engine.services.images.links, engine.services.videos.links):
        for link in links:
            link.well()
    await engine.services.database.run(
        lambda conn: conn.execute(messages.delete().where(messages.c.chat == "null:boss"))
    )
    messenger = engine.messengers["null"]
    assert isinstance(messenger, NullMessenger)
    boss = Person(messenger, "boss")
    for key in [key for key, post in messenger.seen.items() if post.chat == "boss"]:
        del messenger.seen[key]
    vendor.faults.clear()
    vendor.ledger.paid.clear()
    script.asked.clear()
    person = Person(messenger, f"p{next(_names)}")
    await person.begin()
    for where in case.where:
        if where in vendor.faults.routes:
            vendor.faults.add(where, case.fault)
        elif hasattr(vendor, "cdn") and where in vendor.cdn.faults.routes:
            vendor.cdn.faults.add(where, case.fault)
    if case.plan:
        vendor.jobs.add(case.plan)
    await person.do(tap=bench.ask)
    shown, buttons = await outcome(person)
    alerts = [text_id for post in boss.posts() for text_id in ALERTS if _begins(post, text_id)]
    spare = script.asked["submit"] + script.asked["generate"] - (bench.kind == "video")
    paid = sum(work.what == bench.kind for work in vendor.ledger.paid)
    return Row(str(case), shown, buttons, ", ".join(alerts) or "-", paid, max(0, spare))


async def outcome(person: Person) -> tuple[str, str]:
    """What the person is shown in the end: the medium asked for, or the id of a text; and the buttons under it."""
    endings = {person.text(text_id): text_id for text_id in ENDINGS}

    def ended(post: Post) -> bool:
        return post.message.attachment is not None or post.message.text in endings

    try:
        post = await person.messenger.until(lambda post: post.chat == person.name and ended(post), PATIENT)
    except TimeoutError:
        return "nothing", person.texts()[-1]
    message = post.message
    named = {person.text(text_id): text_id for text_id in BUTTONS}
    buttons = ", ".join(named.get(button.label, "") for row in message.buttons for button in row)
    return (message.attachment.kind, "") if message.attachment else (endings[message.text], buttons)


BUTTONS = (
    "button-try-again",
    "button-try-again-paid",
    "button-check-again",
    "button-softer",
    "button-something-else",
)


def _begins(post: Post, text_id: str) -> bool:
    return post.message.text.startswith(TEXTS.say("en", text_id, provider="x", kind="x", reason="x")[:2])


def table(rows: Sequence[Row]) -> str:
    """The rows as they are kept beside this file."""
    lines = [("what goes wrong", "the person sees", "and may press", "the admin is told", "paid")]
    lines += [(row.case, row.person, row.buttons or "-", row.admin, str(row.paid)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )
