"""`video_from_selfie` and `new_video`: video prompt, submission, waiting, download, delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import anyio

from hayal import metrics
from hayal.chat import Activity, Attachment, Button, Message
from hayal.errors import Failed, NotSent, OutcomeUnknown, StorageError
from hayal.flows.common import aside, debug_note, language_of, media_key, moderate, persona_of, voice
from hayal.flows.picture import reference_for, take_picture
from hayal.jobs.chain import persist
from hayal.jobs.fit import fit_seconds, fit_size
from hayal.jobs.footage import Unreadable, video_facts
from hayal.jobs.job import Books, Job
from hayal.jobs.waiting import patience, wait_for
from hayal.media import NoSuchMedia
from hayal.prompts import InvalidPrompt, PromptWriter, VideoPrompt, VideoPromptRequest, parse_video_prompt
from hayal.storage.content import get_file_data, save_generated_content
from hayal.videos import VideoGenerator, VideoRequest

DOWNLOADS = 3
"""How often a video is fetched again when what came is cut off or no video."""

MAX_VIDEO = 512 * 1024 * 1024
"""Bytes at which a download is given up."""


async def video_from_selfie(job: Job) -> None:
    """Make a video that begins with the selfie named in the job."""
    await moderate(job, "wish", job.args["wish"])
    selfie = Attachment.model_validate(job.args["selfie"])
    await _unpack(job, selfie)
    await _video(job, job.args["photo_prompt"], selfie, 0.0)


async def _unpack(job: Job, selfie: Attachment) -> None:
    """Put a picture that the original bot kept in the database where pictures are now."""
    if "/kept-" not in selfie.key:
        return
    number = job.args["content"]
    data = await job.services.database.run(lambda conn: get_file_data(conn, number))
    if data is None:
        raise NoSuchMedia(f"content {number} has no picture")
    await job.services.media.put(selfie.key, data)


async def new_video(job: Job) -> None:
    """Make a picture, and a video that begins with it."""
    await moderate(job, "wish", job.args["wish"])
    picture = await take_picture(job, 0.3)
    await _video(job, picture.prompt, picture.attachment, 0.3)


async def _video(job: Job, photo_prompt: str, picture: Attachment, start: float) -> None:
    await job.status("status-video-prompt", start + 0.03)
    await job.act(Activity.VIDEO)
    prompt = await _video_prompt(job, photo_prompt)
    await moderate(job, "prompt", prompt.text(), "moderate video prompt")

    async def attempt(name: str, generator: VideoGenerator) -> tuple[str, dict[str, Any]]:
        return name, await _film(job, name, generator, prompt, picture, start + 0.06)

    provider, made = await job.services.videos.first(attempt, lambda name: job.knows(f"submit {name}"))
    await _deliver(job, prompt, provider, made)


async def _video_prompt(job: Job, photo_prompt: str) -> VideoPrompt:
    request = VideoPromptRequest(
        persona=persona_of(job),
        photo_prompt=photo_prompt,
        wish=job.args["wish"],
        seconds=job.args["seconds"],
        flirty=job.args["flirty"],
        language=language_of(job),
        seed=job.seed,
        careful=job.careful,
    )

    async def write(name: str, writer: PromptWriter) -> VideoPrompt:
        complaint = ""
        for _ in range(2):
            try:
                asked = replace(request, complaint=complaint)
                return parse_video_prompt(await persist(lambda asked=asked: writer.video_prompt(asked)))  # type: ignore[misc]
            except InvalidPrompt as error:
                complaint = str(error)
        raise Failed(f"{name} wrote two invalid video prompts: {complaint}")

    async def work() -> dict[str, Any]:
        return (await job.services.scripts.first(write)).model_dump()

    def note(books: Books, written: Any) -> None:
        text = VideoPrompt.model_validate(written).text()
        debug_note(job, "video-prompt", "debug-video-prompt", text)(books, written)

    return VideoPrompt.model_validate(await job.step("video prompt", work, also=note))


async def _film(
    job: Job, name: str, generator: VideoGenerator, prompt: VideoPrompt, picture: Attachment, start: float
) -> dict[str, Any]:
    await job.status("status-filming", start)
    remote = await _submit(job, name, generator, prompt, picture)
    config = job.services.config.video

    async def wait() -> float | None:
        async def tell(progress: float | None) -> None:
            await job.act(Activity.VIDEO)
            await job.status("status-filming", start + (0.92 - start) * (progress or 0.0))

        return await wait_for(lambda: generator.poll(remote), tell, job.deadline or 0.0, config.poll_interval)

    cost = await job.step(f"wait {name}", wait)
    job.quiet = False
    await job.status("status-fetching", 0.94)
    attachment = await job.step(f"download {name}", lambda: _download(job, generator, remote))
    if cost:
        metrics.cost.labels(name).inc(cost)
    return {"attachment": attachment, "cost": cost}


async def _submit(job: Job, name: str, generator: VideoGenerator, prompt: VideoPrompt, picture: Attachment) -> str:
    """Hand the work in, once; the picture is in memory for as long as that takes."""
    config, capabilities = job.services.config.video, generator.capabilities
    wanted = job.args["seconds"]
    seconds = fit_seconds(wanted, capabilities.seconds)
    size = fit_size(config.size, capabilities.sizes)
    takes_it = capabilities.reference and capabilities.faces
    reference = await reference_for(job, picture, *size) if takes_it else None
    request = VideoRequest(f"{job.id}/{name}", prompt, persona_of(job), seconds, size, job.seed, reference)

    def changes(books: Books, _remote: Any) -> None:
        if seconds != wanted:
            books.post(f"seconds-{name}", Message(text=job.say("note-seconds", wanted=wanted, seconds=seconds)))
        if not takes_it:
            books.post(f"reference-{name}", Message(text=job.say("note-no-reference")))

    async def find(since: datetime) -> str | None:
        return await generator.find(request, since)

    step = f"submit {name}"
    fresh = not job.knows(step)
    remote = await persist(lambda: job.paid(step, lambda: generator.submit(request), find=find, also=changes))
    if fresh or job.deadline is None:
        await job.set_deadline(patience(config.poll_interval, config.poll_attempts))
    return remote


async def _download(job: Job, generator: VideoGenerator, remote: str) -> dict[str, Any]:
    path = job.services.scratch / f"{job.id}.mp4"
    key = media_key(job, "video", "mp4")
    poster = media_key(job, "poster", "jpg")
    try:
        for left in reversed(range(DOWNLOADS)):
            try:
                await _fetch(generator.download(remote), path)
                facts = await aside(video_facts, str(path))
                break
            except (Unreadable, NotSent, OutcomeUnknown, ConnectionError, TimeoutError) as error:
                if not left:
                    raise Failed(f"the video does not arrive whole: {error}") from error
                await anyio.sleep(job.services.config.video.poll_interval)
        size = await job.services.media.put(key, path)
        await job.services.media.put(poster, facts["poster"])
    finally:
        path.unlink(missing_ok=True)
    return Attachment(
        kind="video",
        key=key,
        mime="video/mp4",
        width=facts["width"],
        height=facts["height"],
        seconds=facts["seconds"],
        bytes=size,
        poster=poster,
    ).model_dump()


async def _fetch(chunks: AsyncIterator[bytes], path: Any) -> None:
    total = 0
    try:
        file = await anyio.open_file(path, "wb")
    except OSError as error:
        raise StorageError(f"there is no place for the download: {error}") from error
    async with file:
        async for chunk in chunks:
            total += len(chunk)
            if total > MAX_VIDEO:
                raise Failed(f"the video is larger than {MAX_VIDEO} bytes")
            try:
                await file.write(chunk)
                await file.flush()
            except OSError as error:
                raise StorageError(f"there is no room for the download: {error}") from error


async def _deliver(job: Job, prompt: VideoPrompt, provider: str, made: dict[str, Any]) -> None:
    attachment = Attachment.model_validate(made["attachment"])
    data = await job.services.media.read(attachment.key, MAX_VIDEO) if job.services.config.engine.file_data else None

    async def work() -> None:
        return None

    def also(books: Books, _result: Any) -> None:
        save_generated_content(
            books.conn,
            job.row.user_id,
            "video",
            prompt.text(),
            attachment,
            file_data=data,
            job_id=job.id,
            persona=job.args["persona"],
            provider=provider,
            cost=made["cost"],
        )
        again = ((Button(label=job.say("button-another-video"), tap="video"),),)
        books.post("video", voice(job, job.say("caption-video"), attachment, buttons=again))
        books.status(Message(text=job.say("status-ready")))

    await job.step("deliver", work, also=also)
