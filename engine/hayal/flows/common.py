"""Steps that several flows share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import to_process

from hayal.chat import Attachment, Message
from hayal.decency import indecency
from hayal.errors import Failed, NotAllowed, Refused
from hayal.jobs.chain import persist
from hayal.jobs.job import Books, Job
from hayal.moderation import About, ModerationRequest
from hayal.persona import Persona
from hayal.prompts import Language

R = TypeVar("R")

JUDGEMENT = 30.0
"""Seconds a moderator may take; after that it counts as no."""

CLOSER_LOOK = 60.0
"""Seconds that looking into a picture or video may take."""


def owner_folder(user_id: str) -> str:
    """The part of media keys that belongs to a user. Nothing a person chose gets into a path."""
    return hashlib.blake2b(user_id.encode(), digest_size=16).hexdigest()


def media_key(job: Job, kind: str, suffix: str) -> str:
    """The key of what this job makes: the same for every try."""
    return f"{owner_folder(job.row.user_id)}/{kind}-{job.id}.{suffix}"


def persona_of(job: Job) -> Persona:
    """The job's persona. Raises Failed if the configuration has lost her or him."""
    persona = job.services.personas.get(job.args["persona"])
    if persona is None:
        raise Failed(f'there is no persona "{job.args["persona"]}" any more')
    return persona


def language_of(job: Job) -> Language:
    """The person's language."""
    language: Language = job.args["language"]
    return language


async def aside(work: Callable[..., R], *args: Any) -> R:
    """Run `work` in a worker process. Raises what it raises, and Failed if it takes too long."""
    with anyio.move_on_after(CLOSER_LOOK):
        return await to_process.run_sync(partial(work, *args), cancellable=True)
    raise Failed(f"{work.__name__} took more than {CLOSER_LOOK:.0f} seconds")


async def judge(job: Job, about: About, text: str) -> None:
    """Ask every moderator plugin. Raises Refused (NotAllowed for a person's words) if one says no or cannot tell."""
    refusal = NotAllowed if about in {"talk", "wish"} else Refused
    for name, moderator in job.services.moderators.items():
        try:
            with anyio.fail_after(JUDGEMENT):
                allowed = await persist(partial(moderator.allows, ModerationRequest(text, about)))
        except Exception as error:
            raise refusal(f"the moderator {name} cannot tell: {error!r}") from error
        if not allowed:
            raise refusal(f"the moderator {name} does not allow it")


async def moderate(job: Job, about: About, text: str, step: str = "") -> None:
    """`judge` as a step of its own. Raises Refused."""

    async def ask() -> bool:
        await judge(job, about, text)
        return True

    if text and job.services.moderators:
        await job.step(step or f"moderate {about}", ask)


def decent(text: str) -> str:
    """`text`, unless the engine's own rules refuse it: then raises Failed, so that another writer is asked."""
    why = indecency(text, strict=True)
    if why:
        raise Failed(f"what was written is not fit to be shown ({why})")
    return text


def debug_note(job: Job, name: str, title_id: str, text: str) -> Callable[[Books, Any], None]:
    """Show a prompt, if the person wants to see prompts."""

    def also(books: Books, _result: Any) -> None:
        if job.args["show_prompts"]:
            books.post(name, Message(text=f"{job.say(title_id)}\n{text}", memo="prompt"))

    return also


def voice(job: Job, text: str, attachment: Attachment | None = None, **more: Any) -> Message:
    """A message the persona says."""
    return Message(text=text, by="persona", name=job.args["name"], attachment=attachment, **more)
