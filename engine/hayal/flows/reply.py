"""`reply`: the persona's next line."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hayal.chat import MAX_TEXT, Activity, Post, clean
from hayal.decency import indecency
from hayal.errors import Failed
from hayal.flows.common import judge, language_of, moderate, persona_of, voice
from hayal.jobs.chain import persist
from hayal.jobs.job import Books, Job
from hayal.prompts import PromptWriter, ReplyRequest, Said
from hayal.storage.posts import log_window

HISTORY = 40
"""Entries of the log that are looked at for the history of a conversation."""


def history(posts: list[Post], persona: str, said: str) -> list[Said]:
    """What was said between the person and this persona, oldest first, ending with `said`."""
    lines: list[Said] = []
    for post in posts:
        message = post.message
        if message.by == "persona" and message.name != persona:
            lines.clear()  # a talk with somebody else
        elif message.by == "persona" and message.text:
            lines.append(Said("persona", message.text))
        elif message.by == "person" and message.memo != "command":
            lines.append(Said("person", message.text))
    while lines and lines[-1].by == "persona":
        lines.pop()  # said while this reply was waiting
    return lines or [Said("person", said)]


async def reply(job: Job) -> None:
    """Answer what the person said."""
    persona, said = persona_of(job), job.args["text"]
    await job.act(Activity.TYPING)
    await moderate(job, "talk", said)

    def read(conn: sa.Connection) -> list[Post]:
        return log_window(conn, job.row.chat, 0, None, HISTORY)

    lines = history(await job.services.database.run(read), persona.name, said)
    request = ReplyRequest(persona, lines, language_of(job), job.seed)

    async def ask(_name: str, writer: PromptWriter) -> str:
        text = clean((await persist(lambda: writer.reply(request))).strip(), MAX_TEXT)
        if not text:
            raise Failed("an empty reply")
        if indecency(text):
            raise Failed("the reply is not fit to be shown")
        await judge(job, "reply", text)
        return text

    async def work() -> str:
        return await job.services.writers.first(ask)

    def also(books: Books, text: Any) -> None:
        books.post("reply", voice(job, text))

    await job.step("reply", work, also=also)
