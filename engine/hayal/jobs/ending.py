"""How a job ended, and what the person is told of it."""

from __future__ import annotations

from hayal.chat import Button, Message
from hayal.errors import Gone, HayalError, NoAccess, NotAllowed, NotSent, OutcomeUnknown, Refused, Timeout
from hayal.jobs.job import Job
from hayal.jobs.journal import JobState


def failure(job: Job, error: Exception) -> tuple[JobState, Message]:
    """The state that `error` leaves the job in, and a sentence with the buttons that fit it."""
    text_id = error.text_id if isinstance(error, HayalError) else HayalError.text_id
    again = Button(label=job.say("button-try-again"), tap=f"again {job.id}")
    buttons: tuple[Button, ...] = (again,)
    state: JobState = "failed"
    if isinstance(error, Timeout):
        state, buttons = "stalled", (Button(label=job.say("button-check-again"), tap=f"check {job.id}"),)
    elif isinstance(error, Refused):
        else_ = Button(label=job.say("button-something-else"), tap="selfie" if job.row.flow == "selfie" else "video")
        softer = Button(label=job.say("button-softer"), tap=f"softer {job.id}")
        buttons = (else_,) if isinstance(error, NotAllowed) or job.careful else (softer, else_)
    elif isinstance(error, OutcomeUnknown):
        buttons = (Button(label=job.say("button-try-again-paid"), tap=f"again {job.id}"),)
    elif isinstance(error, NoAccess | Gone):
        buttons = ()
    elif isinstance(error, NotSent):
        text_id = NotSent.text_id
    if job.row.flow == "reply" and state == "failed" and not isinstance(error, Refused):
        return state, Message(text=job.say("error-reply"), buttons=((again,),))
    if job.row.flow == "reply":
        buttons = ()
    return state, Message(text=job.say(text_id), buttons=(buttons,) if buttons else ())
