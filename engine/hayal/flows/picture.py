"""From a wish to a photo prompt to a picture in the media store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hayal import metrics
from hayal.chat import Activity, Attachment
from hayal.errors import Failed
from hayal.flows.common import aside, debug_note, decent, language_of, media_key, moderate, persona_of
from hayal.images import ImageGenerator, ImageRequest
from hayal.jobs.chain import persist
from hayal.jobs.fit import fit_size
from hayal.jobs.footage import Unreadable, fit_picture, picture_facts, suffix_of
from hayal.jobs.job import Books, Job
from hayal.media import NoSuchMedia
from hayal.prompts import PhotoPromptRequest, PromptWriter
from hayal.storage.content import get_first_selfie


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was made: its prompt, where it is, who made it, and its cost in US dollars if known."""

    prompt: str
    attachment: Attachment
    provider: str
    cost: float | None


async def take_picture(job: Job, share: float) -> Picture:
    """Write a photo prompt and make the picture; `share` is the part of the whole job's progress that this is."""
    await job.status("status-photo-prompt", 0.02 * share)
    await job.act(Activity.PHOTO)
    prompt = await _photo_prompt(job)
    await moderate(job, "prompt", prompt, "moderate photo prompt")
    await job.status("status-picture", 0.2 * share)
    await job.act(Activity.PHOTO)

    async def attempt(name: str, generator: ImageGenerator) -> Picture:
        made = await _generate(job, name, generator, prompt)
        return Picture(prompt, Attachment.model_validate(made["attachment"]), name, made["cost"])

    return await job.services.images.first(attempt, lambda name: job.knows(f"picture {name}"))


async def _photo_prompt(job: Job) -> str:
    request = PhotoPromptRequest(persona_of(job), job.args["wish"], language_of(job), job.seed, job.careful)

    async def write(_name: str, writer: PromptWriter) -> str:
        text = " ".join((await persist(lambda: writer.photo_prompt(request))).split())
        if not text:
            raise Failed("an empty photo prompt")
        return decent(text)

    async def work() -> str:
        return await job.services.scripts.first(write)

    def note(books: Books, prompt: Any) -> None:
        debug_note(job, "photo-prompt", "debug-photo-prompt", prompt)(books, prompt)

    return await job.step("photo prompt", work, also=note)


async def _generate(job: Job, name: str, generator: ImageGenerator, prompt: str) -> dict[str, Any]:
    media, capabilities = job.services.media, generator.capabilities
    persona = persona_of(job)
    size = fit_size(job.services.config.video.size, capabilities.sizes)
    reference = await _face(job, name) if capabilities.reference else None
    request = ImageRequest(f"{job.id}/{name}", prompt, persona, size, job.seed, reference)

    async def call() -> dict[str, Any]:
        image = await generator.generate(request)
        suffix = suffix_of(image.data)
        if not suffix:
            raise Failed(f"{name} sent something that is not a picture")
        key = media_key(job, "selfie", suffix)
        await media.put(key, image.data)
        return {"key": key, "cost": image.cost}

    def count(_books: Books, made: Any) -> None:
        if made["cost"]:
            metrics.cost.labels(name).inc(made["cost"])

    if not job.knows(f"picture {name}"):
        await media.make_room(media_key(job, "selfie", "jpg"))  # a full disk is found out before anything is paid
    # what costs nothing is simply made again after a crash
    record = job.step if capabilities.free else job.paid
    made = await persist(lambda: record(f"picture {name}", call, also=count))

    async def look() -> dict[str, Any]:
        data = await media.read(made["key"])
        try:
            facts = await aside(picture_facts, data)
        except Unreadable as error:
            raise Failed(f"{name} sent a broken picture: {error}") from error
        return Attachment(
            kind="image",
            key=made["key"],
            mime=facts["mime"],
            width=facts["width"],
            height=facts["height"],
            bytes=len(data),
        ).model_dump(exclude_none=True)

    return {"attachment": await job.step(f"look {name}", look), "cost": made["cost"]}


async def _face(job: Job, provider: str) -> bytes | None:
    """The face to keep from selfie to selfie: as the operator gave it, else as this provider drew it the first time."""
    persona = job.args["persona"]
    given = await job.services.face(persona)
    if given:
        return given
    first = await job.services.database.run(lambda conn: get_first_selfie(conn, job.row.user_id, persona, provider))
    if first is None or first.media is None:
        return None
    try:
        return await job.services.media.read(first.media.key)
    except NoSuchMedia:
        return None


async def reference_for(job: Job, attachment: Attachment, width: int, height: int) -> bytes:
    """A stored picture as JPEG of exactly this size in pixels; as it is, if that is what it is."""
    if (
        attachment.mime == "image/jpeg"
        and (attachment.width, attachment.height) == (width, height)
        and attachment.bytes
    ):
        return await job.services.media.read(attachment.key)
    return await aside(fit_picture, await job.services.media.read(attachment.key), width, height)
