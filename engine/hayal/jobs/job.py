"""A running job: what a flow is given."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import anyio
import sqlalchemy as sa
import structlog

from hayal import errors
from hayal.chat import Activity, Button, Message, Post
from hayal.errors import Failed, Gone, HayalError, Misused, NoAccess, NotSent, OutcomeUnknown, ProviderError, Refused
from hayal.jobs import journal
from hayal.jobs.chain import persist
from hayal.jobs.events import EventName, JobEvent
from hayal.jobs.journal import JobRow, StepRow
from hayal.storage.posts import add_post, edit_post, post_by_key

if TYPE_CHECKING:
    from hayal.jobs.services import Services

R = TypeVar("R")

log = structlog.get_logger(__name__)

Also: TypeAlias = Callable[["Books", Any], None]
"""What else is written in the transaction that records a step: called with the books and the step's result."""

SPENT = object()
"""Stands for a result that the flow was given in this run and that is not kept in memory."""

_UNPAID = (NotSent, NoAccess, Gone, Misused)
_FINAL = (Failed, Refused)


class Books:
    """A transaction of a job: what is written with it is on disk together, or not at all."""

    def __init__(self, conn: sa.Connection, job: Job) -> None:
        self.conn = conn
        self.posts: list[Post] = []
        self._job = job

    def post(self, name: str, message: Message) -> None:
        """Say something, once for ever under this name."""
        post = add_post(self.conn, f"{self._job.id}.{name}", self._job.row.chat, self._job.voiced(message))
        if post:
            self.posts.append(post)

    def status(self, message: Message) -> None:
        """Change the job's status message."""
        post = edit_post(self.conn, journal.status_key(self._job.id), self._job.voiced(message))
        if post:
            self.posts.append(post)

    def ended(self, message: Message) -> None:
        """Say how the job ended, once: in its status message or, if it has none, in one of its own."""
        voiced = self._job.voiced(message)
        shown = post_by_key(self.conn, journal.status_key(self._job.id))
        if shown and shown.message == voiced:
            return
        post = edit_post(self.conn, journal.status_key(self._job.id), voiced)
        if post:
            self.posts.append(post)
        else:
            self.post("ended", message)


class Job:
    """One durable run of a flow. `args` is what was asked for, `seed` a number that is the job's own.

    `careful`: what was asked for before was refused by a provider. `quiet`: it is overdue, and only looked for once
    more; how far it is says nothing new.
    """

    def __init__(self, row: JobRow, services: Services, recorded: dict[str, StepRow]) -> None:
        self.row = row
        self.id = row.id
        self.args: Mapping[str, Any] = row.args
        self.services = services
        self.deadline = row.deadline
        self.careful: bool = self.args.get("careful", False)
        self.quiet = row.deadline is not None and row.deadline <= time.time()
        self.seed = int.from_bytes(hashlib.blake2b(row.id.encode(), digest_size=6).digest())
        self._recorded = recorded
        self._paying: set[anyio.CancelScope] = set()
        self._paid_up: anyio.Event | None = None
        self.accepted = row.created_at
        self._shown: tuple[str, int] = ("", -1)
        self._acted = 0.0

    def voiced(self, message: Message) -> Message:
        """The message in the language of the job, as an answer to what it was asked with."""
        return message.model_copy(update={"language": self.args["language"], "answers": self.args.get("answers", "")})

    def say(self, text_id: str, /, **values: Any) -> str:
        """A text in the language of the job."""
        return self.services.texts.say(self.args["language"], text_id, **values)

    def event(self, name: EventName, step: str = "", state: str = "") -> None:
        """Tell observers."""
        self.services.observe(JobEvent(name, self.id, self.row.flow, step, state))

    async def write(self, work: Callable[[Books], R]) -> R:
        """Write in a transaction; what it posted is sent afterwards."""

        def run(conn: sa.Connection) -> tuple[R, list[Post]]:
            books = Books(conn, self)
            return work(books), books.posts

        result, posts = await self.services.database.run(run)
        for post in posts:
            self.services.deliver(post)
        return result

    # -- steps ---------------------------------------------------------------------------------------------------

    async def step(self, name: str, work: Callable[[], Awaitable[R]], also: Also | None = None) -> R:
        """Do `work` and record its JSON result; if that is recorded already, return it without working again.

        `also` writes in the same transaction. Failed and Refused are recorded too and raised again next time.
        """
        known = self._known(name)
        if known and known.state == "done":
            return known.result  # type: ignore[no-any-return]
        self.event("step_begun", name)
        with self.services.span("step", job=self.id, step=name):
            try:
                result = await work()
            except _FINAL as error:
                await self._record(name, "failed", _named(error), None)
                raise
        self.event("step_called", name)
        await self._record(name, "done", result, also)
        self.event("step_recorded", name)
        return result

    async def paid(
        self,
        name: str,
        call: Callable[[], Awaitable[R]],
        find: Callable[[datetime], Awaitable[R | None]] | None = None,
        also: Also | None = None,
    ) -> R:
        """A step that costs money: the intent is recorded before the call, so that it is never made twice blindly.

        After a crash, or an outcome nobody knows, `find(since)` looks the work up: its result, or None if it is
        certain that there is none. Without an answer OutcomeUnknown is raised, now and every time.
        """
        known = self._known(name)
        if known and known.state == "done":
            return known.result  # type: ignore[no-any-return]
        since = known.at if known else None
        result: R | None = None
        if known:
            result = await self._look(name, find, known.at)
        if result is None:
            since = await self._intend(name)
            self.event("step_intended", name)
            result = await self._call(name, call, find, since)
        # before it is on disk: if the job was cancelled meanwhile, `abandon` still knows what was handed in
        self._recorded[name] = StepRow("done", result, time.time())
        self.event("step_called", name)
        await self._record(name, "done", result, also)
        self.event("step_recorded", name)
        return result

    def knows(self, name: str) -> bool:
        """Whether anything is recorded of this step."""
        return name in self._recorded

    def _known(self, name: str) -> StepRow | None:
        known = self._recorded.get(name)
        if known and known.state == "failed":
            kind = getattr(errors, known.result["kind"], Failed)
            raise kind(known.result["message"])
        if known and known.result is SPENT:
            raise RuntimeError(f"the step {name} is used twice in a flow")
        return known

    async def _intend(self, name: str) -> float:
        row = await self.write(
            lambda books: journal.record(books.conn, self.id, self.services.owner, name, "intent", None)
        )
        self._recorded[name] = row
        return row.at

    async def _call(
        self,
        name: str,
        call: Callable[[], Awaitable[R]],
        find: Callable[[datetime], Awaitable[R | None]] | None,
        since: float,
    ) -> R:
        with anyio.CancelScope(shield=True) as scope:  # a cancelled call would be a call of unknown outcome
            self._paying.add(scope)
            self._paid_up = paid_up = anyio.Event()
            try:
                with self.services.span("paid call", job=self.id, step=name):
                    return await call()
            except _UNPAID:
                await self.write(lambda books: journal.withdraw(books.conn, self.id, self.services.owner, name))
                self._recorded.pop(name, None)
                raise
            except _FINAL as error:
                await self._record(name, "failed", _named(error), None)
                raise
            except Exception as error:  # whatever it was, the call may have been made
                log.warning("paid call of unknown outcome", job=self.id, step=name, reason=repr(error))
                found = await self._look(name, find, since)
                if found is not None:
                    return found
                await self.write(lambda books: journal.withdraw(books.conn, self.id, self.services.owner, name))
                self._recorded.pop(name, None)
                raise NotSent(str(error)) from error
            finally:
                self._paying.discard(scope)
                self._paid_up = None
                paid_up.set()
        raise OutcomeUnknown("cancelled during a paid call")  # the scope swallowed a cancellation at shutdown

    async def _look(self, name: str, find: Callable[[datetime], Awaitable[R | None]] | None, since: float) -> R | None:
        if find is None:
            raise OutcomeUnknown(f"{name}: a paid call may have been made, and there is no way to find out")
        try:
            return await persist(partial(find, datetime.fromtimestamp(since, UTC)))
        except OutcomeUnknown:
            raise
        except ProviderError as error:
            raise OutcomeUnknown(f"{name}: the provider cannot be asked whether it was made: {error}") from error

    async def abandon(self) -> None:
        """Tell providers that what was handed in and not fetched is not wanted any more; best effort."""
        for link in self.services.videos.links:
            submitted = self._recorded.get(f"submit {link.name}")
            if submitted and submitted.state == "done" and not self.knows(f"download {link.name}"):
                try:
                    with anyio.move_on_after(10):
                        await link.part.cancel(submitted.result)
                except Exception as error:  # noqa: BLE001 - best effort
                    log.warning("not cancelled at the provider", provider=link.name, reason=repr(error))

    async def paid_up(self) -> None:
        """Wait until no paid call is under way."""
        if self._paid_up:
            await self._paid_up.wait()

    def hurry(self) -> None:
        """Let cancellation through to paid calls: the time for them to finish is over."""
        for scope in self._paying:
            scope.shield = False

    async def _record(self, name: str, state: journal.StepState, result: Any, also: Also | None) -> None:
        def work(books: Books) -> StepRow:
            row = journal.record(books.conn, self.id, self.services.owner, name, state, result)
            if also:
                also(books, result)
            return row

        row = await self.write(work)
        # the flow has the result; a job that waits for long need not keep another
        self._recorded[name] = row if isinstance(result, str) or state != "done" else replace(row, result=SPENT)

    async def set_deadline(self, seconds: float) -> None:
        """Give the remote work `seconds` from now."""
        self.deadline = deadline = time.time() + seconds
        await self.services.database.run(lambda conn: journal.set_deadline(conn, self.id, deadline))

    # -- being seen ----------------------------------------------------------------------------------------------

    async def status(self, text_id: str, progress: float | None = None, /, **values: Any) -> None:
        """Edit the job's status message; nothing happens if it says so already, or the job is not ours any more."""
        percent = round((progress or 0) * 100)
        if self.quiet or self._shown == (text_id, percent):
            return
        self._shown = (text_id, percent)
        text = self.say(text_id, percent=percent, name=self.args.get("name", ""), **values)
        cancel = ((Button(label=self.say("button-cancel"), tap=f"cancel {self.id}"),),)
        message = Message(text=text, progress=progress or 0.0, buttons=cancel)

        def work(books: Books) -> None:
            if journal.still_owned(books.conn, self.id, self.services.owner):
                books.status(message)

        await self.write(work)

    async def act(self, activity: Activity) -> None:
        """Show the persona busy, at most every few seconds."""
        now = anyio.current_time()
        if now - self._acted > 4:
            self._acted = now
            await self.services.act(self.row.chat, activity)


def _named(error: HayalError) -> dict[str, str]:
    return {"kind": type(error).__name__, "message": str(error)}
