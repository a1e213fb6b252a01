"""`selfie`: photo prompt, picture, delivery."""

from __future__ import annotations

from typing import Any

from hayal.chat import Button, Message
from hayal.flows.common import moderate, voice
from hayal.flows.picture import take_picture
from hayal.jobs.job import Books, Job
from hayal.storage.content import save_generated_content


async def selfie(job: Job) -> None:
    """Send a selfie."""
    await moderate(job, "wish", job.args["wish"])
    picture = await take_picture(job, 1.0)
    await job.status("status-sending", 0.95)
    data = await job.services.media.read(picture.attachment.key) if job.services.config.engine.file_data else None

    async def work() -> None:
        return None

    def also(books: Books, _result: Any) -> None:
        save_generated_content(
            books.conn,
            job.row.user_id,
            "selfie",
            picture.prompt,
            picture.attachment,
            file_data=data,
            job_id=job.id,
            persona=job.args["persona"],
            provider=picture.provider,
            cost=picture.cost,
        )
        caption = job.services.texts.variant(job.args["language"], "caption-selfie", job.seed)
        buttons = (
            (Button(label=job.say("button-video-of-this"), tap="video last"),),
            (Button(label=job.say("button-another-selfie"), tap="selfie"),),
        )
        books.post("selfie", voice(job, caption, picture.attachment, buttons=buttons))
        books.status(Message(text=job.say("status-ready")))

    await job.step("deliver", work, also=also)
