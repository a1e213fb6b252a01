"""What the server remembers of the bot's calls and of people's taps."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio

from .chats import Chat, Json, User


@dataclass(frozen=True, slots=True)
class Call:
    """One request the bot made, and the answer. `given` is typed as the API says; `at` is the server's clock."""

    method: str
    given: Json
    at: float
    answer: Json

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return bool(self.answer["ok"])


@dataclass(eq=False)
class Query:
    """A tap that waits for answerCallbackQuery."""

    id: str
    data: str
    user: User
    chat: Chat
    asked: float
    answered: float | None = None
    text: str = ""
    alert: bool = False
    done: anyio.Event = field(default_factory=anyio.Event)
